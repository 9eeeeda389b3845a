import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SandboxError } from '../core/sandbox-error.ts';
import { withDeadline } from '../runner/with-deadline.ts';
import { readJson } from './read-json.ts';
import { refusalSchema } from './wire.ts';

interface RemoteRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v1`. */
  readonly path: readonly string[];
  readonly query?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly bytes?: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** Until the answer begins. */
  readonly milliseconds: number;
}

export interface RemoteRequests {
  /**
   * The answer of the runner, whose body is to be read or destroyed. Throws `unavailable` when it cannot be reached, the
   * error that it answers with, what `bytes` throws, and the reason of the signal.
   */
  send(request: RemoteRequest): Promise<IncomingMessage>;
  /** Ends all connections. */
  close(): void;
}

const mostRefusalBytes = 65_536;

export function createRemoteRequests(address: string, token: string): RemoteRequests {
  const base = new URL(address);
  const isSecure = base.protocol === 'https:';
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const start = isSecure ? httpsRequest : httpRequest;

  async function exchange(asked: RemoteRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const { method, path, query = '', json, bytes } = asked;
    const url = new URL(base);
    url.pathname = [base.pathname.replace(/\/$/, ''), 'v1', ...path.map(encodeURIComponent)].join('/');
    url.search = query;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const request = start(url, { method, agent, headers });
    const answered = Promise.withResolvers<IncomingMessage>();
    const stop = () => request.destroy();
    signal.addEventListener('abort', stop, { once: true });
    request.once('response', answered.resolve);
    request.on('error', answered.reject);
    request.once('close', () => answered.reject(new Error('The connection was closed')));
    try {
      if (bytes === undefined) request.end(json === undefined ? undefined : JSON.stringify(json));
      // A runner that refuses a body answers before it has read it.
      else await Promise.race([pipeline(Readable.from(bytes), request), answered.promise]);
      return await answered.promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  return {
    async send(asked) {
      const late = 'The code runner does not answer.';
      const response = await withDeadline(asked.milliseconds, late, asked.signal, (signal) =>
        exchange(asked, signal),
      ).catch((error: unknown) => {
        throw asked.signal.aborted ? asked.signal.reason : unreachable(error);
      });
      if (response.statusCode !== undefined && response.statusCode < 300) return response;
      throw await refusalOf(response);
    },
    close: () => agent.destroy(),
  };
}

function unreachable(cause: unknown): SandboxError {
  return new SandboxError('unavailable', 'The code runner cannot be reached.', { cause });
}

async function refusalOf(response: IncomingMessage): Promise<SandboxError> {
  if (response.statusCode === 401) {
    response.destroy();
    return new SandboxError('unavailable', 'The code runner has another SANDBOX_TOKEN than this server.');
  }
  try {
    const { code, message } = await readJson(response, refusalSchema, mostRefusalBytes);
    return new SandboxError(code, message);
  } catch (cause) {
    return new SandboxError('unavailable', 'What answers at the address of the code runner is none.', { cause });
  }
}
