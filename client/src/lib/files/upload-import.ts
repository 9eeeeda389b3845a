import { ProblemError, longestImport, transferRoutes } from '@parley/contracts';
import type { Import } from '@parley/contracts';
import { session } from '../api/call.ts';
import { UnreadableAnswerError } from '../api/create-api.ts';
import { readProblem } from '../api/read-problem.ts';
import { sessionEnded } from '../api/session-keeper.ts';
import { sendUpload, type UploadOptions } from './send-upload.ts';

/** Uploads a file of conversations, and tells what its import is. Throws as `call` does. */
export async function uploadImport(file: File, options: UploadOptions): Promise<Import> {
  if (file.size > longestImport) throw new ProblemError('body-too-large');
  const url = `${transferRoutes.startImport.path}?${new URLSearchParams({ name: file.name }).toString()}`;
  // A token that has just ended would cost the whole upload.
  const held = (await session.refresh(session.current())) ?? session.current();
  if (!held) throw sessionEnded();
  const response = await sendUpload(url, held.accessToken, file, options);
  if (!response.ok) throw await readProblem(response);
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = transferRoutes.startImport.response.safeParse(body);
  if (!parsed.success) throw new UnreadableAnswerError(transferRoutes.startImport.id, { cause: parsed.error });
  return parsed.data;
}
