import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem } from '@parley/contracts';
import type { ProblemError } from '@parley/contracts';
import express from 'express';
import type { Request, Response } from 'express';

/** Largest body of a JSON request, in bytes. */
const maxJsonBodyBytes = 1024 * 1024;

const parseJson = express.json({ limit: maxJsonBodyBytes, type: 'application/json', strict: false, verify: checkUtf8 });

/** The body of a request as JSON. Throws `unsupported-media-type`, `body-too-large` or `invalid-json`. */
export async function readJsonBody(request: Request, response: Response): Promise<unknown> {
  if (request.is('application/json') === false) throw problem('unsupported-media-type');
  // The parser would say so only when all of it has come, which may be never. What still comes, Node drops.
  if (Number(request.get('content-length')) > maxJsonBodyBytes) throw tooLarge();
  await new Promise<void>((resolve, reject) => {
    let received = 0;
    request.on('data', (bytes: Buffer) => {
      received += bytes.length;
      if (received > maxJsonBodyBytes) reject(tooLarge());
    });
    parseJson(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(toProblem(error));
    });
  });
  const body: unknown = request.body;
  return body;
}

/** A lenient decoder would put replacement characters where bytes make no sense, and they would be stored. */
function checkUtf8(_request: IncomingMessage, _response: ServerResponse, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body)) throw new Error('The body is not UTF-8');
}

function tooLarge(cause?: unknown): ProblemError {
  return problem('body-too-large', { detail: 'The body may have at most 1 MB.', cause });
}

/** body-parser names its errors by `type`, but for those of a decompressor, which have only a status. */
function toProblem(error: unknown): ProblemError {
  if (!(error instanceof Error)) return problem('internal-error', { cause: error });
  switch ('type' in error ? error.type : undefined) {
    case 'entity.too.large':
      return tooLarge(error);
    case 'entity.verify.failed':
      return problem('invalid-json', { cause: error });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return problem('unsupported-media-type', { cause: error });
    default:
      return problem('status' in error && error.status === 400 ? 'invalid-json' : 'internal-error', { cause: error });
  }
}
