import { codeApiRoutes, problem, ProblemError, problems } from '@parley/contracts';
import type { Route, StoredFile, UserId } from '@parley/contracts';
import { defaultLimits } from '@parley/sandbox';
import { Router } from 'express';
import type { Request, Response } from 'express';
import * as z from 'zod/mini';
import type { UploadPart } from '../files/read-upload.ts';
import type { IncomingFile } from '../files/workspace-files.ts';
import { describeFile } from '../http/describe-file.ts';
import { dropRest } from '../http/drop-rest.ts';
import type { Mount } from '../http/mount.ts';
import { createJsonBodyReader } from '../http/read-json-body.ts';
import { sendBytes } from '../http/send-bytes.ts';
import type { CodeApiService } from './code-api-service.ts';
import { cancelBodySchema, execBodySchema, programmaticBodySchema } from './code-api-bodies.ts';
import { toShortId } from './short-id.ts';

interface CodeApiRouterOptions {
  readonly codeApi: CodeApiService;
  readonly isEnabled: () => Promise<boolean>;
  /** Who asks, by key or token. Throws `not-authenticated`, `token-expired`, `forbidden`. */
  readonly admit: (request: Request, response: Response) => Promise<UserId>;
  readonly readUpload: (
    request: Request,
    limits: { readonly fileBytes: number; readonly files: number },
    signal: AbortSignal,
  ) => AsyncGenerator<UploadPart>;
  readonly mount: Mount;
}

const megabyte = 1024 * 1024;
/** Results of tools are part of it. */
const readBody = createJsonBodyReader(50 * megabyte);
const { fileBytes } = defaultLimits;
/** Files of one upload. */
const mostFiles = 200;
const uploadDeadline = 9 * 60_000;
/** Seconds after which a caller who was turned away may come back. */
const comeBackAfter = 5;

interface Exchange {
  readonly userId: UserId;
  readonly request: Request;
  readonly response: Response;
  readonly signal: AbortSignal;
}

/** LibreChat's code interpreter service: its routes, its bodies, its errors. */
export function createCodeApiRouter(options: CodeApiRouterOptions): Router {
  const { codeApi, isEnabled, admit, readUpload, mount } = options;
  const router = Router();

  /** Serves a route: who asks is found out first, and what goes wrong is told as LibreChat's clients know it. */
  function serve(
    route: Route,
    handle: (exchange: Exchange & { readonly params: Readonly<Record<string, string>> }) => Promise<object | void>,
  ): void {
    mount.mountRaw(router, route, async ({ request, response, signal, log }) => {
      try {
        const userId = await admit(request, response);
        const answer = await handle({ userId, request, response, signal, params: paramsOf(request) });
        if (answer !== undefined) response.status(200).json(answer);
      } catch (error) {
        if (response.headersSent || signal.aborted) throw error;
        if (!(error instanceof ProblemError)) log.error({ err: error }, 'The code API failed');
        refuse(response, error);
      }
    });
  }

  mount.mountRaw(router, codeApiRoutes.health, async ({ response }) => {
    const enabled = await isEnabled();
    response.status(enabled ? 200 : 503).json({ status: enabled ? 'ok' : 'unavailable' });
  });

  serve(codeApiRoutes.exec, async ({ userId, request, response, signal }) => {
    const body = parse(execBodySchema, await readBody(request, response));
    return await codeApi.exec(userId, body, signal);
  });

  serve(codeApiRoutes.programmatic, async ({ userId, request, response, signal }) => {
    const body = parse(programmaticBodySchema, await readBody(request, response));
    if (!('continuation_token' in body)) return await codeApi.start(userId, body, signal);
    return await codeApi.resume(userId, body.continuation_token, body.tool_results, signal);
  });

  serve(codeApiRoutes.cancel, async ({ userId, request, response }) => {
    codeApi.cancel(userId, parse(cancelBodySchema, await readBody(request, response)).continuation_token);
    return { message: 'success' };
  });

  for (const route of [codeApiRoutes.upload, codeApiRoutes.uploadBatch]) {
    serve(route, async (exchange) => await upload(exchange, route === codeApiRoutes.upload ? 1 : mostFiles));
  }

  serve(codeApiRoutes.download, async ({ userId, response, signal, params: { session = '', file: id = '' } }) => {
    const file = await codeApi.find(userId, session, id);
    await sendBytes(response, codeApi.read(file, signal), signal, () => describeFile(response, file));
  });

  serve(codeApiRoutes.files, async ({ userId, request, params: { session = '' } }) => {
    const files = await codeApi.list(userId, session);
    const isFull = request.query['detail'] === 'full';
    return files.map((file) => (isFull ? objectOf(session, file) : namesOf(session, file)));
  });

  serve(codeApiRoutes.object, async ({ userId, params: { session = '', file = '' } }) =>
    objectOf(session, await codeApi.find(userId, session, file)),
  );

  serve(codeApiRoutes.removeFile, async ({ userId, params: { session = '', file = '' } }) => {
    await codeApi.remove(userId, session, file);
    return { message: 'success' };
  });

  async function upload({ userId, request, response, signal: left }: Exchange, files: number): Promise<object> {
    const signal = AbortSignal.any([left, AbortSignal.timeout(uploadDeadline)]);
    const parts = readUpload(request, { fileBytes, files }, signal);
    try {
      const kept = await codeApi.keep(userId, filesOf(parts), signal);
      if (kept.files.length === 0) throw problem('invalid-request', { detail: 'The form has no file.' });
      const entries = kept.files.map(({ id, name }) => ({ fileId: toShortId(id), filename: name }));
      // Some of its clients read the storage's name for the session.
      return { message: 'success', session_id: kept.session, storage_session_id: kept.session, files: entries };
    } catch (error) {
      if (!request.complete) dropRest(request, response);
      throw error;
    } finally {
      await parts.return(undefined);
    }
  }

  return router;
}

async function* filesOf(parts: AsyncGenerator<UploadPart>): AsyncGenerator<IncomingFile> {
  for await (const part of parts) if (part.type === 'file') yield part;
}

function paramsOf(request: Request): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
}

function parse<S extends z.core.$ZodType>(schema: S, body: unknown): z.infer<S> {
  const parsed = z.core.safeParse(schema, body);
  if (parsed.success) return parsed.data;
  throw problem('invalid-request', { detail: z.core.prettifyError(parsed.error) });
}

function namesOf(session: string, { id, name, createdAt }: StoredFile): object {
  return { id: toShortId(id), name, storage_session_id: session, lastModified: createdAt };
}

function objectOf(session: string, file: StoredFile): object {
  const { name, size, mimeType } = file;
  const metadata = { 'original-filename': name, 'content-type': mimeType };
  return { ...namesOf(session, file), size, contentType: mimeType, metadata };
}

/** Errors as LibreChat's service tells them. */
function refuse(response: Response, error: unknown): void {
  const {
    code,
    status,
    detail,
    retryAfterSeconds = comeBackAfter,
  } = error instanceof ProblemError ? error : problem('internal-error', { cause: error });
  const isTooMuch = status === 429;
  if (isTooMuch) response.set('Retry-After', String(retryAfterSeconds));
  response.status(status).json({
    error: isTooMuch ? 'rate_limited' : code,
    message: detail ?? problems[code].title,
    ...(isTooMuch ? { retry_after_seconds: retryAfterSeconds } : {}),
  });
}
