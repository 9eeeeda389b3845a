import { accountRoutes } from '@parley/contracts';
import { expect } from 'vitest';
import type { TestClient } from '../../test-client.ts';

/** Uses each route of accounts once, by somebody who is gone afterwards. Throws when one does not work. */
export async function exerciseAccount(app: TestClient): Promise<string[]> {
  const leaving = await app.register('Leaving');
  const holdings = await app.send(accountRoutes.readHoldings, {}, leaving);
  expect(accountRoutes.readHoldings.response.parse(await holdings.json())).toMatchObject({ conversations: 0 });
  const removed = await app.send(accountRoutes.removeConversations, {}, leaving);
  expect(accountRoutes.removeConversations.response.parse(await removed.json())).toEqual({ removed: 0 });
  const { password } = leaving;
  expect((await app.send(accountRoutes.removeAccount, { body: { password } }, leaving)).status).toBe(204);
  return Object.values(accountRoutes).map((route) => route.id);
}
