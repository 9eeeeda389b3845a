import * as z from 'zod/mini';
import { codeRunResultSchema, codeStatusSchema } from '../entities/code-run.ts';
import { codeRunIdSchema, conversationIdSchema, fileIdSchema } from '../entities/ids.ts';
import { storedFileSchema } from '../entities/stored-file.ts';
import { defineRoute } from './route.ts';

const fileParams = z.object({ id: fileIdSchema });
const runParams = z.object({ id: codeRunIdSchema });

export const codeRoutes = {
  status: defineRoute({
    id: 'getCodeStatus',
    summary: 'Whether code can be run here, in which languages, and if not, why and what helps.',
    method: 'GET',
    path: '/api/code/status',
    access: 'user',
    status: 200,
    response: codeStatusSchema,
  }),
  check: defineRoute({
    id: 'checkCodeEngine',
    summary: 'Look at the engine again, now. For admins.',
    method: 'POST',
    path: '/api/code/status/check',
    access: 'user',
    status: 200,
    response: codeStatusSchema,
  }),
  exec: defineRoute({
    id: 'runCode',
    summary:
      'Run code in a conversation’s workspace. JSON at the end, or with `Accept: text/event-stream` events while it runs (`queued`, `started`, `stdout`, `stderr`, then `done` or `failed`). A run id that was used before is answered with the result of that run; a run with an id of the asker’s goes on when they leave, any other ends.',
    method: 'POST',
    path: '/api/code/exec',
    access: 'user',
    status: 200,
    body: z.object({
      conversationId: conversationIdSchema,
      /** A language or one of its short names: `py`, `js`, `ts`, `rs`, `f90`. */
      lang: z.string().check(z.minLength(1), z.maxLength(40)),
      code: z.string(),
      args: z.optional(z.array(z.string().check(z.maxLength(4_000))).check(z.maxLength(64))),
      stdin: z.optional(z.string().check(z.maxLength(1_000_000))),
      /** Files of the asker that are put into the workspace first. */
      files: z.optional(z.array(fileIdSchema).check(z.maxLength(100))),
      /** Absent: the server chooses one. */
      runId: z.optional(codeRunIdSchema),
    }),
    response: codeRunResultSchema,
  }),
  run: defineRoute({
    id: 'getCodeRun',
    summary: 'How a run stands.',
    method: 'GET',
    path: '/api/code/runs/:id',
    access: 'user',
    status: 200,
    params: runParams,
    response: z.object({ state: z.enum(['running', 'done', 'failed']), result: z.optional(codeRunResultSchema) }),
  }),
  stop: defineRoute({
    id: 'stopCodeRun',
    summary: 'Stop a run, from any device. Harmless when it has ended.',
    method: 'DELETE',
    path: '/api/code/runs/:id',
    access: 'user',
    status: 204,
    params: runParams,
  }),
  closeSession: defineRoute({
    id: 'closeCodeSession',
    summary: 'Give a conversation’s containers back now. Its files stay.',
    method: 'DELETE',
    path: '/api/code/sessions/:id',
    access: 'user',
    status: 204,
    params: z.object({ id: conversationIdSchema }),
  }),
  upload: defineRoute({
    id: 'uploadFiles',
    summary:
      'Upload files (multipart/form-data, each as a part with a file name). The field `conversationId` before them names the workspace; without it they wait for the prompt that brings them.',
    method: 'POST',
    path: '/api/code/files',
    access: 'user',
    status: 201,
    response: z.object({ items: z.array(storedFileSchema) }),
  }),
  files: defineRoute({
    id: 'listFiles',
    summary: 'The files of a conversation’s workspace, by name.',
    method: 'GET',
    path: '/api/code/files',
    access: 'user',
    status: 200,
    query: z.object({ conversationId: conversationIdSchema }),
    response: z.object({
      items: z.array(storedFileSchema),
      /** Bytes. */
      used: z.int(),
      room: z.int(),
    }),
  }),
  readFile: defineRoute({
    id: 'readFile',
    summary: 'A file’s bytes, never shown by the browser as a page of ours.',
    method: 'GET',
    path: '/api/code/files/:id',
    access: 'user',
    status: 200,
    params: fileParams,
  }),
  removeFile: defineRoute({
    id: 'removeFile',
    summary: 'Remove a file. Harmless when it is not there.',
    method: 'DELETE',
    path: '/api/code/files/:id',
    access: 'user',
    status: 204,
    params: fileParams,
  }),
} as const;
