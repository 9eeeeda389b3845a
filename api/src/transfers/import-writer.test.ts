import { conversationIdSchema, userIdSchema } from '@parley/contracts';
import type { ConversationId } from '@parley/contracts';
import { expect, it } from 'vitest';
import type { ForeignConversation } from './foreign-conversation.ts';
import { createImportTally } from './import-tally.ts';
import { createImportWriter } from './import-writer.ts';

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
    {
      conversations: { find: async () => await Promise.resolve(undefined) },
      conversationCopies: {
        beginImport: async () => await Promise.resolve(),
        find: async () => await Promise.resolve(undefined),
        publish: async (_userId, id) => await Promise.resolve(shown.push(conversationIdSchema.parse(id)) > 0),
      },
      messageTrees: {
        addAll: async (_userId, [message]) => {
          const [part] = message?.parts ?? [];
          if (part?.type === 'text' && part.text === 'broken') throw new Error('The store is full.');
          if (part?.type === 'text' && part.text === 'slow') await slow.promise;
        },
      },
      conversationOrder: { pins: async () => await Promise.resolve([]) },
      projects: { exists: async () => await Promise.resolve(false) },
      files: { bring: async () => await Promise.reject(new Error('There are no files.')) },
      endpoints: [{ name: 'Scripted', models: ['scripted-1'] }],
      endCalls: (parts) => parts,
      now: Date.now,
    },
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
