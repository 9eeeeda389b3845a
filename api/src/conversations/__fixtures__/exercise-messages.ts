import { randomUUID } from 'node:crypto';
import { conversationIdSchema, conversationRoutes, messageRoutes } from '@parley/contracts';
import type { ConversationId, Route, RouteArguments, RouteOutput } from '@parley/contracts';
import { expect } from 'vitest';

/** Sends a request that must succeed, as one person. */
type Call = <R extends Route>(route: R, input: RouteArguments<R>) => Promise<RouteOutput<R>>;

/** Calls every route about single messages on a fork of a conversation of the caller's, which is gone afterwards. */
export async function exerciseMessages(call: Call, id: ConversationId): Promise<void> {
  const originals = (await call(conversationRoutes.messages, { params: { id } })).items;
  const last = originals.at(-1);
  if (last === undefined) throw new Error('The conversation has no messages.');
  const conversationId = conversationIdSchema.parse(randomUUID());
  const body = { conversationId, messageId: last.id, scope: 'path' } as const;
  expect(await call(messageRoutes.fork, { params: { id }, body })).toMatchObject({ id: conversationId });
  const [prompt, answer] = (await call(conversationRoutes.messages, { params: { id: conversationId } })).items;
  if (prompt === undefined || answer === undefined) throw new Error('The fork is not whole.');
  const onPrompt = { id: conversationId, messageId: prompt.id };
  const onAnswer = { id: conversationId, messageId: answer.id };
  const edited = await call(messageRoutes.edit, { params: onPrompt, body: { text: 'What else is Parley?' } });
  expect(edited.parts).toMatchObject([{ text: 'What else is Parley?' }]);
  const feedback = { rating: 'down', reason: 'wrong' } as const;
  expect(await call(messageRoutes.rate, { params: onAnswer, body: feedback })).toMatchObject({ feedback });
  expect((await call(messageRoutes.unrate, { params: onAnswer })).feedback).toBeUndefined();
  expect((await call(messageRoutes.sent, { params: { id, messageId: last.id } })).exact).toBe(true);
  expect(await call(messageRoutes.remove, { params: onPrompt })).toEqual({ removed: [prompt.id, answer.id] });
  await call(conversationRoutes.remove, { params: { id: conversationId } });
}
