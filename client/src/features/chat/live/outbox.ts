import {
  answerGuidanceSchema,
  conversationIdSchema,
  fileRefSchema,
  generationIdSchema,
  messageIdSchema,
  problemCodeSchema,
  projectIdSchema,
  toolRefsSchema,
  turnSettingsSchema,
  userIdSchema,
} from '@parley/contracts';
import type { GenerationId, UserId } from '@parley/contracts';
import type { DBSchema, IDBPDatabase } from 'idb';
import * as z from 'zod/mini';
import { createBrowserDatabase } from '../../../lib/browser-database.ts';

const answererFields = {
  endpoint: z.string(),
  model: z.string(),
  tools: z.optional(toolRefsSchema),
  agentVersion: z.optional(z.int()),
  settings: z.optional(turnSettingsSchema),
  spec: z.optional(z.string()),
};

const entrySchema = z.object({
  generationId: generationIdSchema,
  userId: userIdSchema,
  /** The conversation's id or, before it has one, a key that only this browser knows. */
  chat: z.string(),
  conversationId: z.optional(conversationIdSchema),
  parentMessageId: z.nullable(messageIdSchema),
  /** Present where the message it continues is a question that is answered once more. */
  again: z.optional(z.object({ guidance: z.optional(answerGuidanceSchema), continues: z.optional(messageIdSchema) })),
  /** The generation whose end it waits for. */
  behind: z.optional(generationIdSchema),
  prompt: z.object({
    text: z.string(),
    ...answererFields,
    files: z.optional(z.array(fileRefSchema)),
    quotes: z.optional(z.array(z.object({ text: z.string(), messageId: messageIdSchema }))),
    compare: z.optional(
      z.object({
        blind: z.boolean(),
        others: z.array(z.object({ generationId: generationIdSchema, ...answererFields })),
      }),
    ),
    temporary: z.optional(z.boolean()),
    projectId: z.optional(projectIdSchema),
  }),
  createdAt: z.string(),
  /** Grows with every prompt written in this browser. */
  order: z.number(),
  /** Why the server would not take it. */
  refusal: z.optional(z.object({ code: problemCodeSchema, detail: z.optional(z.string()) })),
});
/** A prompt the server does not have yet. */
export type OutboxEntry = z.infer<typeof entrySchema>;

/** Prompts that survive a reload and a crash. Nothing here throws: a browser that keeps nothing sends as well as it can. */
export interface Outbox {
  /** Adds or replaces. Resolves to whether it was kept. */
  put(entry: OutboxEntry): Promise<boolean>;
  /** Whether it is there still; `true`, too, when that cannot be found out. */
  has(id: GenerationId): Promise<boolean>;
  remove(id: GenerationId): Promise<void>;
  /** A user's prompts, oldest first. Those of anybody else are wiped. */
  list(userId: UserId): Promise<OutboxEntry[]>;
  clear(): Promise<void>;
}

interface OutboxDatabase extends DBSchema {
  prompts: { key: string; value: unknown };
}

/** A database that is blocked must not hold a prompt up. */
const deadlineMs = 1500;

/** The outbox in this browser's IndexedDB. */
export function createOutbox(name = 'parley-outbox'): Outbox {
  const open = createBrowserDatabase<OutboxDatabase>(name, (made) => void made.createObjectStore('prompts'));

  /** What `work` yields, or `otherwise` where the browser keeps nothing, or not in time. */
  async function attempt<T>(work: (database: IDBPDatabase<OutboxDatabase>) => Promise<T>, otherwise: T): Promise<T> {
    if (!('indexedDB' in globalThis)) return otherwise;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deadline = new Promise<T>((resolve) => {
      timer = setTimeout(() => resolve(otherwise), deadlineMs);
    });
    try {
      return await Promise.race([open().then(work), deadline]);
    } catch {
      return otherwise;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    put: (entry) =>
      attempt(async (database) => {
        await database.put('prompts', entry, entry.generationId);
        return true;
      }, false),
    has: (id) => attempt(async (database) => (await database.getKey('prompts', id)) !== undefined, true),
    remove: (id) => attempt((database) => database.delete('prompts', id), undefined),
    list: (userId) =>
      attempt(async (database) => {
        const entries: OutboxEntry[] = [];
        for (const key of await database.getAllKeys('prompts')) {
          const parsed = entrySchema.safeParse(await database.get('prompts', key));
          if (parsed.success && parsed.data.userId === userId) entries.push(parsed.data);
          else await database.delete('prompts', key);
        }
        return entries.toSorted((one, other) => one.order - other.order);
      }, []),
    clear: () => attempt((database) => database.clear('prompts'), undefined),
  };
}
