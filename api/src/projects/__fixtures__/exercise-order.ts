import { conversationRoutes, projectRoutes, tagRoutes } from '@parley/contracts';
import type { ConversationId, Route, RouteArguments, RouteOutput } from '@parley/contracts';
import { expect } from 'vitest';

/** Sends a request that must succeed, as one person. */
type Call = <R extends Route>(route: R, input: RouteArguments<R>) => Promise<RouteOutput<R>>;

/** Calls every route by which conversations are kept in order, on a conversation of the caller's. */
export async function exerciseOrder(call: Call, id: ConversationId): Promise<void> {
  const project = await call(projectRoutes.create, { body: { name: 'Garden' } });
  const params = { id: project.id };
  await call(projectRoutes.update, { params, body: { instructions: 'Answer as a gardener.' } });
    const { outcomes } = await call(conversationRoutes.bulk, { body: { ids: [id], change: { action: 'change', projectId: project.id, addTags: ['🌱'] } } });
  expect(outcomes).toEqual([{ id, problem: null }]);
  expect(await call(projectRoutes.get, { params })).toMatchObject({ conversations: 1 });
  expect((await call(projectRoutes.list, {})).items).toHaveLength(1);
  expect((await call(tagRoutes.list, {})).items).toEqual([{ tag: '🌱', count: 1 }]);
  expect((await call(tagRoutes.rename, { body: { tag: '🌱', name: 'green' } })).items).toEqual([
    { tag: 'green', count: 1 },
  ]);
  await call(tagRoutes.remove, { query: { tag: 'green' } });
  await call(projectRoutes.remove, { params });
  const conversation = await call(conversationRoutes.get, { params: { id } });
  expect(conversation.tags).toBeUndefined();
  expect(conversation.projectId).toBeUndefined();
}
