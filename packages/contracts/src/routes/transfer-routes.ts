import * as z from 'zod/mini';
import { conversationIdSchema, importIdSchema } from '../entities/ids.ts';
import { timestampSchema } from '../entities/timestamp.ts';
import { defineRoute } from './route.ts';

const count = z.int().check(z.nonnegative());

/** The products whose exports are taken. */
const exportFormatSchema = z.enum(['chatgpt', 'claude', 'librechat', 'chatbot-ui', 'open-webui', 'parley']);
export type ExportFormat = z.infer<typeof exportFormatSchema>;

/**
 * What of the conversations that were added did not come along, or became a note in the text: `image` and `file` are not
 * part of the exports, `looped` messages follow from themselves, `repeated` ones have the id of another one.
 */
const leftOutSchema = z.enum([
  'image',
  'file',
  'tool',
  'reasoning',
  'system',
  'shortened',
  'looped',
  'repeated',
  'unreadable',
  'project',
]);
export type LeftOut = z.infer<typeof leftOutSchema>;

/** Why a conversation was not added. */
const skipReasonSchema = z.enum([
  'not-a-conversation',
  'empty',
  'too-large',
  'too-deep',
  'too-many-messages',
  'being-deleted',
]);
export type SkipReason = z.infer<typeof skipReasonSchema>;

/** Why an import ended before the end of its file; what came before is kept. */
const importFailureSchema = z.enum(['unknown-format', 'zip', 'broken', 'ended-early', 'server-error']);
export type ImportFailure = z.infer<typeof importFailureSchema>;

/** One file of conversations on its way in, or what became of it. */
export const importSchema = z.object({
  id: importIdSchema,
  /** The name of the file, for people. */
  name: z.string(),
  /** Bytes. */
  size: count,
  /** Bytes that have been worked through. */
  read: count,
  /** `interrupted`: its process died; the same file again goes on. The last four are final. */
  state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed', 'interrupted']),
  format: z.optional(exportFormatSchema),
  /** Conversations that are new, were there before, or were not taken. */
  added: count,
  present: count,
  skipped: count,
  /** Messages of the conversations that are new. */
  messages: count,
  leftOut: z.array(z.object({ what: leftOutSchema, count })),
  /** The first 200 conversations that were not taken; titles are foreign text. */
  skips: z.array(z.object({ title: z.string(), reason: skipReasonSchema })),
  /** `at` is the byte where it broke, where that is known. */
  failure: z.optional(z.object({ reason: importFailureSchema, at: z.optional(count) })),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type Import = z.infer<typeof importSchema>;

/** Bytes; most that one file of conversations may have. */
export const longestImport = 2 * 1024 ** 3;

const params = z.object({ id: importIdSchema });

export const transferRoutes = {
  startImport: defineRoute({
    id: 'startImport',
    summary:
      'Import conversations from an export of ChatGPT, Claude, LibreChat, Chatbot UI, Open WebUI or Parley. The body is the JSON file itself, as application/octet-stream; what was imported before is not added again.',
    method: 'POST',
    path: '/api/imports',
    access: 'user',
    status: 202,
    query: z.object({ name: z._default(z.string().check(z.maxLength(500)), '') }),
    response: importSchema,
  }),
  listImports: defineRoute({
    id: 'listImports',
    summary: 'Your last imports, newest first; at most 20 are kept.',
    method: 'GET',
    path: '/api/imports',
    access: 'user',
    status: 200,
    response: z.object({ items: z.array(importSchema) }),
  }),
  readImport: defineRoute({
    id: 'readImport',
    summary: 'How far an import of yours is.',
    method: 'GET',
    path: '/api/imports/:id',
    access: 'user',
    status: 200,
    params,
    response: importSchema,
  }),
  cancelImport: defineRoute({
    id: 'cancelImport',
    summary: 'End an import of yours. What it has added stays; one that has ended stays as it is.',
    method: 'POST',
    path: '/api/imports/:id/cancel',
    access: 'user',
    status: 200,
    params,
    response: importSchema,
  }),
  exportConversation: defineRoute({
    id: 'exportConversation',
    summary:
      'A conversation of yours as a file: JSON with every branch, Markdown or plain text with the newest branch.',
    method: 'GET',
    path: '/api/conversations/:id/export',
    access: 'user',
    status: 200,
    params: z.object({ id: conversationIdSchema }),
    query: z.object({ format: z._default(z.enum(['json', 'markdown', 'text']), 'json') }),
  }),
  exportAccount: defineRoute({
    id: 'exportAccount',
    summary: 'All your conversations in one JSON file that can be imported again. Temporary ones are left out.',
    method: 'GET',
    path: '/api/account/export',
    access: 'user',
    status: 200,
  }),
} as const;
