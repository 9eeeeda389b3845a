import { codeRoutes, conversationIdSchema, mostPromptFiles, problem, ProblemError } from '@parley/contracts';
import type { ConversationId, ProblemCode, StoredFile, UserId } from '@parley/contracts';
import { Router } from 'express';
import type { Request } from 'express';
import { describeFile } from '../http/describe-file.ts';
import { dropRest } from '../http/drop-rest.ts';
import type { Mount } from '../http/mount.ts';
import { sendBytes } from '../http/send-bytes.ts';
import type { Workspaces } from './publish-files.ts';
import { defaultFileLimits } from './file-limits.ts';
import { readUpload } from './read-upload.ts';
import type { UploadPart } from './read-upload.ts';
import type { IncomingFile, WorkspaceFiles } from './workspace-files.ts';

interface FileRouterOptions {
  readonly files: WorkspaceFiles;
  readonly workspaces: Pick<Workspaces, 'has'>;
  readonly mount: Mount;
}

const hopeless: ReadonlySet<ProblemCode> = new Set(['body-too-large', 'request-timeout']);
/** Milliseconds for a whole upload. */
const uploadDeadline = 9 * 60_000;

/** Upload, list, read and remove the files of conversations. */
export function createFileRouter({ files, workspaces, mount: { mount, mountRaw } }: FileRouterOptions): Router {
  const router = Router();

  mount(router, codeRoutes.upload, async ({ actor, request, response, signal }) => {
    try {
      return { items: await upload(actor.userId, request, signal) };
    } catch (error) {
      // Whatever else this client has to say is not waited for.
      if (error instanceof ProblemError && hopeless.has(error.code)) dropRest(request, response);
      throw error;
    }
  });

  mount(router, codeRoutes.files, async ({ actor, query: { conversationId } }) => {
    if (!(await workspaces.has(actor.userId, conversationId))) throw problem('conversation-not-found');
    const { used, room } = await files.room(actor.userId, conversationId);
    return { items: [...(await files.list(actor.userId, conversationId))], used, room };
  });

  mountRaw(router, codeRoutes.readFile, async ({ actor, params, response, signal }) => {
    const file = await files.find(actor.userId, params.id);
    await sendBytes(response, files.read(file, signal), signal, () => describeFile(response, file));
  });

  mount(router, codeRoutes.removeFile, ({ actor, params }) => files.remove(actor.userId, params.id));

  async function upload(userId: UserId, request: Request, left: AbortSignal): Promise<StoredFile[]> {
    const signal = AbortSignal.any([left, AbortSignal.timeout(uploadDeadline)]);
    const limits = { fileBytes: defaultFileLimits.fileBytes, files: mostPromptFiles };
    const parts = readUpload(request, limits, signal);
    try {
      const { conversationId, first } = await readHead(parts);
      return await files.uploadAll(userId, conversationId, filesOf(first, parts), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw problem('request-timeout', { detail: 'The upload was broken off.', cause: error });
    } finally {
      await parts.return(undefined);
    }
  }

  return router;
}

type FilePart = Extract<UploadPart, { type: 'file' }>;

/** What comes before the first file, and that. */
async function readHead(
  parts: AsyncGenerator<UploadPart>,
): Promise<{ readonly conversationId: ConversationId | undefined; readonly first: FilePart }> {
  let conversationId: ConversationId | undefined;
  for (;;) {
    const { value: part, done } = await parts.next();
    if (done === true) throw problem('invalid-request', { detail: 'The form has no file.' });
    if (part.type === 'file') return { conversationId, first: part };
    if (part.name === 'conversationId') conversationId = parseConversation(part.value);
  }
}

/** An id that cannot be one is that of nothing. */
function parseConversation(value: string): ConversationId {
  const parsed = conversationIdSchema.safeParse(value);
  if (!parsed.success) throw problem('conversation-not-found');
  return parsed.data;
}

async function* filesOf(first: FilePart, rest: AsyncGenerator<UploadPart>): AsyncGenerator<IncomingFile> {
  yield first;
  for await (const part of rest) {
    if (part.type === 'file') yield part;
    else if (part.name === 'conversationId') {
      throw problem('invalid-request', { detail: 'The field conversationId has to come before the files.' });
    }
  }
}
