import { promptRoutes } from '@parley/contracts';
import type { TestApp } from '../../test-app.ts';
import type { TestUser } from '../../test-client.ts';

/** Uses each route of the prompt library once. Throws when one does not work; yields their ids. */
export async function exercisePrompts(app: Pick<TestApp, 'send'>, user: TestUser): Promise<string[]> {
  const card = { name: 'Review', description: '', category: '', command: 'review' };
  const created = await app.send(promptRoutes.create, { body: { ...card, text: 'Review {{what}}' } }, user);
  const { prompt } = promptRoutes.create.response.parse(await created.json());
  const params = { id: prompt.id };
  const next = { baseVersion: 1, text: 'Look at {{what}}', production: false };
  const answers = [
    await app.send(promptRoutes.list, {}, user),
    await app.send(promptRoutes.get, { params }, user),
    await app.send(promptRoutes.update, { params, body: { ...card, name: 'Look' } }, user),
    await app.send(promptRoutes.addVersion, { params, body: next }, user),
    await app.send(promptRoutes.versions, { params }, user),
    await app.send(promptRoutes.setProduction, { params, body: { version: 2 } }, user),
    await app.send(promptRoutes.countUse, { params }, user),
    await app.send(promptRoutes.remove, { params }, user),
  ];
  const failed = answers.find(({ ok }) => !ok);
  if (failed !== undefined) throw new Error(`${failed.url} answered ${failed.status}: ${await failed.text()}`);
  return Object.values(promptRoutes).map((route) => route.id);
}
