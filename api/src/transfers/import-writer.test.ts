import { conversationIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { expect, it } from 'vitest';
import type { ForeignConversation } from './foreign-conversation.ts';
import { createImportTally } from './import-tally.ts';
import { createImportWriter } from './import-writer.ts';
import { writerOptions } from './__fixtures__/writer-options.ts';

const userId = userIdSchema.parse('00000000-0000-4000-8000-000000000001');

const chat = (name: string): ForeignConversation => ({
  format: 'claude',
  id: name,
  title: name,
  createdAt: 0,
  updatedAt: 0,
  isArchived: false,
  tags: [],
  messages: [{ id: 'only', parentId: null, role: 'user', text: name, createdAt: 0, model: undefined }],
  leftOut: new Map(),
});

it('tells of a conversation that could not be stored when none is being written any more', async () => {
  const shown: ConversationId[] = [];
  const slow = Promise.withResolvers<void>();
  const tally = createImportTally({ added: 0, present: 0, skipped: 0, messages: 0, leftOut: [], skips: [] });
  const writer = createImportWriter(
    writerOptions(
      async ({ parts: [part] }) => {
        if (part?.type === 'text' && part.text === 'broken') throw new Error('The store is full.');
        if (part?.type === 'text' && part.text === 'slow') await slow.promise;
      },
      async (_userId, id) => await Promise.resolve(shown.push(conversationIdSchema.parse(id)) > 0),
    ),
    userId,
    tally,
    new AbortController().signal,
  );
  for (const name of ['slow', 'broken', 'sound']) await writer.write({ type: 'foreign', conversation: chat(name) });
  const finished = writer.finish();
  slow.resolve();
  await expect(finished).rejects.toThrow('The store is full.');
  expect(shown).toHaveLength(2);
  expect(tally.counts()).toMatchObject({ added: 2, messages: 2 });
  await writer.drop();
});
