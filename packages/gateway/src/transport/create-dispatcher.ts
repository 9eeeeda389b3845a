import { Agent } from 'undici';
import type { Dispatcher } from 'undici';

const connectTimeout = 10_000;

/**
 * Connection pools, one per origin. HTTP/1.1 only: closing a call then closes its socket, which every upstream
 * understands as "stop generating".
 */
export function createDispatcher(): Dispatcher {
  return new Agent({ allowH2: false, connect: { timeout: connectTimeout }, headersTimeout: 0, bodyTimeout: 0 });
}
