import * as z from 'zod/mini';
import { defineRoute } from './route.ts';

/** What LibreChat takes for an id: 21 characters. */
export const codeApiIdSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{21}$/, 'must be an id of 21 characters'));

const session = z.object({ session: codeApiIdSchema });
const sessionFile = z.object({ session: codeApiIdSchema, file: codeApiIdSchema });
const raw = { access: 'public', status: 200 } as const;

/**
 * LibreChat's code interpreter service, for an install of it whose `LIBRECHAT_CODE_BASEURL` is this server’s `/v1`: a key
 * of a person with the scope `code:run` as `X-API-Key` or bearer token. Bodies, answers and errors are LibreChat's.
 */
export const codeApiRoutes = {
  health: defineRoute({
    id: 'codeApiHealth',
    summary: 'Whether code can be run.',
    method: 'GET',
    path: '/v1/health',
    ...raw,
  }),
  exec: defineRoute({
    id: 'codeApiExec',
    summary: 'Run code with files of earlier sessions; what it writes is in the session of the answer.',
    method: 'POST',
    path: '/v1/exec',
    ...raw,
  }),
  programmatic: defineRoute({
    id: 'codeApiProgrammatic',
    summary: 'Run Python that calls tools of the caller: it waits at each call until the caller brings the results.',
    method: 'POST',
    path: '/v1/exec/programmatic',
    ...raw,
  }),
  cancel: defineRoute({
    id: 'codeApiCancel',
    summary: 'End a program that waits for results. Harmless when it has ended.',
    method: 'POST',
    path: '/v1/exec/programmatic/cancel',
    ...raw,
  }),
  upload: defineRoute({
    id: 'codeApiUpload',
    summary: 'Upload one file (multipart/form-data) into a new session.',
    method: 'POST',
    path: '/v1/upload',
    ...raw,
  }),
  uploadBatch: defineRoute({
    id: 'codeApiUploadBatch',
    summary: 'Upload files (multipart/form-data) into one new session.',
    method: 'POST',
    path: '/v1/upload/batch',
    ...raw,
  }),
  download: defineRoute({
    id: 'codeApiDownload',
    summary: 'A file’s bytes.',
    method: 'GET',
    path: '/v1/download/:session/:file',
    ...raw,
    params: sessionFile,
  }),
  files: defineRoute({
    id: 'codeApiFiles',
    summary: 'The files of a session.',
    method: 'GET',
    path: '/v1/files/:session',
    ...raw,
    params: session,
  }),
  removeFile: defineRoute({
    id: 'codeApiRemoveFile',
    summary: 'Remove a file of a session.',
    method: 'DELETE',
    path: '/v1/files/:session/:file',
    ...raw,
    params: sessionFile,
  }),
  object: defineRoute({
    id: 'codeApiObject',
    summary: 'What is known of a file: name, size, type and when it was last changed.',
    method: 'GET',
    path: '/v1/sessions/:session/objects/:file',
    ...raw,
    params: sessionFile,
  }),
} as const;
