import { comparisonRoutes, startedGenerationSchema } from '@parley/contracts';
import type { ComparisonBody, ComparisonChoice, ConversationId, MessageId, StartedGeneration } from '@parley/contracts';
import * as z from 'zod/mini';
import { newGenerationId } from '../../generations/__fixtures__/chat-client.ts';
import type { Server } from '../../generations/__fixtures__/chat-client.ts';
import type { TestUser } from '../../test-client.ts';

export const scriptedModels = ['scripted-1', 'scripted-2', 'scripted-3'];

/** A first prompt to some of the scripted models. */
export function comparisonOf(
  text: string,
  { models = scriptedModels, ...change }: Partial<ComparisonBody> & { readonly models?: readonly string[] } = {},
): ComparisonBody {
  const answers = models.map((model) => ({ generationId: newGenerationId(), endpoint: 'Scripted', model }));
  return { parentMessageId: null, text, blind: false, answers, ...change };
}

/** Asks for a comparison; the raw answer. */
export async function askAll(
  app: Server,
  user: TestUser,
  body: ComparisonBody,
  conversation: ConversationId | 'new' = 'new',
): Promise<Response> {
  return await app.send(comparisonRoutes.start, { params: { id: conversation }, body }, user);
}

/** Asks for a comparison that is accepted; its answers in the order of their columns. */
export async function compare(...asked: Parameters<typeof askAll>): Promise<StartedGeneration[]> {
  const response = await askAll(...asked);
  if (response.status !== 202) throw new Error(`Comparing failed: ${response.status} ${await response.text()}`);
  return z.object({ items: z.array(startedGenerationSchema) }).parse(await response.json()).items;
}

/** Says which answer is kept; the raw answer. */
export async function choose(
  app: Server,
  user: TestUser,
  { conversationId, userMessageId }: { readonly conversationId: ConversationId; readonly userMessageId: MessageId },
  choice: ComparisonChoice,
): Promise<Response> {
  const params = { id: conversationId, messageId: userMessageId };
  return await app.send(comparisonRoutes.choose, { params, body: { choice } }, user);
}
