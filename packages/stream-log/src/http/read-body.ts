import type { IncomingMessage } from 'node:http';
import { StreamLogError } from '../stream-log-error.ts';

/** How much of a body that is too large is still taken, so that its sender hears the answer; beyond, it is cut off. */
const patience = 8;

/** The bytes of a request's body. Throws `too-large` for more than `longest`, `invalid-request` when the client left. */
export async function readBody(request: IncomingMessage, longest: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size <= longest) chunks.push(bytes);
      else if (size > longest * patience) break;
    }
  } catch (cause) {
    throw new StreamLogError('invalid-request', 'The body ended early', { cause });
  }
  if (size > longest) throw new StreamLogError('too-large', `A body may have ${longest} bytes at most`);
  return Buffer.concat(chunks, size);
}
