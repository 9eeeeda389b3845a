import { presetRoutes } from '@parley/contracts';
import type { TestApp } from '../../test-app.ts';
import type { TestUser } from '../../test-client.ts';

/** Uses each route of presets once. Throws when one does not work; yields their ids. */
export async function exercisePresets(app: Pick<TestApp, 'send'>, user: TestUser): Promise<string[]> {
  const body = { name: 'Careful', endpoint: 'Parley', model: 'chat-quality', tools: [], isDefault: false };
  const created = await app.send(presetRoutes.create, { body }, user);
  const { id } = presetRoutes.create.response.parse(await created.json());
  const answers = [
    await app.send(presetRoutes.list, {}, user),
    await app.send(presetRoutes.update, { params: { id }, body: { ...body, isDefault: true } }, user),
    await app.send(presetRoutes.order, { body: { ids: [id] } }, user),
    await app.send(presetRoutes.remove, { params: { id } }, user),
  ];
  const failed = answers.find(({ ok }) => !ok);
  if (failed !== undefined) throw new Error(`${failed.url} answered ${failed.status}: ${await failed.text()}`);
  return Object.values(presetRoutes).map((route) => route.id);
}
