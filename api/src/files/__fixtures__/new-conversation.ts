import type { ConversationId } from '@parley/contracts';
import { conversationOf, start } from '../../generations/__fixtures__/chat-client.ts';
import type { Server } from '../../generations/__fixtures__/chat-client.ts';
import type { TestUser } from '../../test-client.ts';
import { vi } from 'vitest';

/** A conversation with one question that the built-in guide has answered. */
export async function newConversation(app: Server, user: TestUser): Promise<ConversationId> {
  const { conversationId } = await start(app, user, { text: 'Hi', endpoint: 'Parley', model: 'chat-fast' });
  await vi.waitFor(
    async () => {
      if ((await conversationOf(app, user, conversationId)).runningGenerationId !== null) throw new Error('It runs.');
    },
    { timeout: 10_000 },
  );
  return conversationId;
}
