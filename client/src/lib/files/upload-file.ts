import { codeRoutes, ProblemError } from '@parley/contracts';
import type { ConversationId, StoredFile } from '@parley/contracts';
import { session } from '../api/call.ts';
import { UnreadableAnswerError } from '../api/create-api.ts';
import { readProblem } from '../api/read-problem.ts';
import { sessionEnded } from '../api/session-keeper.ts';
import { sendUpload, type UploadOptions } from './send-upload.ts';

/** Most bytes of one file that the server takes. */
export const largestFile = 25 * 1024 * 1024;

export interface UploadFileOptions extends UploadOptions {
  /** Whose workspace it goes to; without it, the file waits for the prompt that brings it along. */
  readonly conversationId?: ConversationId | undefined;
}

/** Uploads one file and tells what it became. Throws as `call` does; a file that is too large is not sent at all. */
export async function uploadFile(file: File, options: UploadFileOptions = {}): Promise<StoredFile> {
  if (file.size > largestFile) throw new ProblemError('file-too-large');
  const form = new FormData();
  // Fields come before the files, so that the server knows where they go while it reads them.
  if (options.conversationId !== undefined) form.append('conversationId', options.conversationId);
  form.append('file', file, file.name);
  const response = await sendAuthorized(form, options);
  if (!response.ok) throw await readProblem(response);
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = codeRoutes.upload.response.safeParse(body);
  const stored = parsed.data?.items[0];
  if (!stored) throw new UnreadableAnswerError(codeRoutes.upload.id, { cause: parsed.error });
  return stored;
}

async function sendAuthorized(form: FormData, options: UploadOptions): Promise<Response> {
  const { path } = codeRoutes.upload;
  const held = session.current() ?? (await session.refresh(undefined));
  if (!held) throw sessionEnded();
  const response = await sendUpload(path, held.accessToken, form, options);
  if (response.status !== 401) return response;
  const renewed = await session.refresh(held);
  if (!renewed) throw sessionEnded();
  return sendUpload(path, renewed.accessToken, form, options);
}
