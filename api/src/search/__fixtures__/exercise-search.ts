import { searchRoutes } from '@parley/contracts';
import * as z from 'zod/mini';
import type { TestClient, TestUser } from '../../test-client.ts';

/** Searches once, as somebody who is signed in; answers the ids of the routes it used. */
export async function exerciseSearch({ send }: Pick<TestClient, 'send'>, user: TestUser): Promise<string[]> {
  const { search } = searchRoutes;
  const response = await send(search, { query: { q: 'capital' } }, user);
  const text = await response.text();
  if (response.status !== search.status) throw new Error(`${search.id} answered ${response.status}: ${text}`);
  z.core.parse(search.response, JSON.parse(text));
  return [search.id];
}
