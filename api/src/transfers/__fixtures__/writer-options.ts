import type { Message } from '@parley/contracts';
import type { ImportWriterOptions } from '../import-writer.ts';

/** What a writer stores with where nothing is there yet; `add` is asked to store each message. */
export function writerOptions(
  add: (message: Message) => Promise<void>,
  publish: ImportWriterOptions['conversationCopies']['publish'] = async () => await Promise.resolve(true),
): ImportWriterOptions {
  return {
    conversations: { find: async () => await Promise.resolve(undefined) },
    conversationCopies: {
      beginImport: async () => await Promise.resolve(),
      find: async () => await Promise.resolve(undefined),
      publish,
    },
    messageTrees: {
      addAll: async (_userId, messages) => {
        for (const message of messages) await add(message);
      },
    },
    conversationOrder: { pins: async () => await Promise.resolve([]) },
    projects: { exists: async () => await Promise.resolve(false) },
    files: { bring: async () => await Promise.reject(new Error('There are no files.')) },
    endpoints: [{ name: 'Scripted', models: ['scripted-1'] }],
    endCalls: (parts) => parts,
    now: Date.now,
  };
}
