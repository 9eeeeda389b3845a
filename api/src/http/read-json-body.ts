import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem } from '@parley/contracts';
import type { ProblemError } from '@parley/contracts';
import express from 'express';
import type { Request, Response } from 'express';

/**
 * The body of a request as JSON. Throws `unsupported-media-type`, `body-too-large`, `invalid-json` or
 * `request-timeout`.
 */
type ReadJsonBody = (request: Request, response: Response) => Promise<unknown>;

const megabyte = 1024 * 1024;

/** Reads the body of most requests: of 1 MB at most. */
export const readJsonBody = createJsonBodyReader(megabyte);

/** Reads bodies of so many bytes at most, which arrive in so many milliseconds: a minute unless told. */
export function createJsonBodyReader(maxBytes: number, deadlineMs = 60_000): ReadJsonBody {
  const parseJson = express.json({ limit: maxBytes, type: 'application/json', strict: false, verify: checkUtf8 });
  const tooLarge = (cause?: unknown): ProblemError =>
    problem('body-too-large', { detail: `The body may have at most ${Math.floor(maxBytes / megabyte)} MB.`, cause });

  return async (request, response) => {
    if (request.is('application/json') === false) throw problem('unsupported-media-type');
    // The parser would say so only when all of it has come, which may be never. What still comes, Node drops.
    if (Number(request.get('content-length')) > maxBytes) throw tooLarge();
    await new Promise<void>((resolve, reject) => {
      let received = 0;
      const deadline = setTimeout(() => {
        // Whatever else the client has to say is not waited for.
        if (!response.headersSent) response.set('Connection', 'close');
        reject(problem('request-timeout'));
      }, deadlineMs).unref();
      request.on('data', (bytes: Buffer) => {
        received += bytes.length;
        if (received > maxBytes) reject(tooLarge());
      });
      parseJson(request, response, (error?: unknown) => {
        clearTimeout(deadline);
        if (error === undefined) resolve();
        else reject(isTooLarge(error) ? tooLarge(error) : toProblem(error));
      });
    });
    const body: unknown = request.body;
    return body;
  };
}

/** A lenient decoder would put replacement characters where bytes make no sense, and they would be stored. */
function checkUtf8(_request: IncomingMessage, _response: ServerResponse, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body)) throw new Error('The body is not UTF-8');
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'entity.too.large';
}

/** body-parser names its errors by `type`, but for those of a decompressor, which have only a status. */
function toProblem(error: unknown): ProblemError {
  if (!(error instanceof Error)) return problem('internal-error', { cause: error });
  switch ('type' in error ? error.type : undefined) {
    case 'entity.verify.failed':
      return problem('invalid-json', { cause: error });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return problem('unsupported-media-type', { cause: error });
    default:
      return problem('status' in error && error.status === 400 ? 'invalid-json' : 'internal-error', { cause: error });
  }
}
