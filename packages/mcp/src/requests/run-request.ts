import type { RequestOptions } from '@modelcontextprotocol/client';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/client';
import { callScopes } from '../connect/call-scope.ts';
import type { CallScope } from '../connect/call-scope.ts';
import type { CallClock } from '../connect/call-clock.ts';
import { createCallClock } from '../connect/call-clock.ts';
import type { Connection } from '../connect/connection.ts';
import { translateError } from '../connect/translate-error.ts';
import { McpError } from '../core/mcp-error.ts';
import type { McpToolCall } from '../core/mcp-tool.ts';

interface RequestRun {
  readonly connection: Connection;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Who answers what the server asks meanwhile. */
  readonly call?: Pick<McpToolCall, 'onElicit' | 'onSample' | 'onProgress' | 'onLog'>;
}

/** More than any of our own deadlines; the SDK's are not used. */
const never = 2 ** 31 - 1;

/**
 * Runs requests of the SDK with our deadline, which stands still while somebody is asked. Throws `McpError`s, or what a
 * callback of the call threw. When it ends early, the server is told, and whoever is being asked hears it by the signal.
 */
export async function runRequest<T>(
  { connection, timeoutMs, signal, call = {} }: RequestRun,
  operation: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new McpError('cancelled', 'The call was cancelled.', { retryable: true });
  const clock = createCallClock(timeoutMs);
  const over = new AbortController();
  const ended = AbortSignal.any([signal, clock.expired, over.signal]);
  let broken: { readonly error: unknown } | undefined;
  const ask = async <Answer>(question: (ends: AbortSignal) => Promise<Answer>, asked: AbortSignal): Promise<Answer> => {
    try {
      return await clock.during(() => question(AbortSignal.any([ended, asked])));
    } catch (error) {
      // Our own failure is the caller's business, not the server's.
      broken ??= { error };
      over.abort();
      throw new ProtocolError(ProtocolErrorCode.InternalError, 'No answer.');
    }
  };
  const scope = createScope(call, clock, ask);
  connection.scopes.add(scope);
  try {
    const options = { signal: ended, timeout: never, onprogress: progressOf(call, clock) };
    return await callScopes.run(scope, () => operation(options));
  } catch (error) {
    if (signal.aborted) {
      throw new McpError('cancelled', 'The call was cancelled.', { retryable: true, mayHaveRun: true });
    }
    if (clock.expired.aborted) {
      throw new McpError('timed-out', 'The server did not answer in time.', { retryable: true, mayHaveRun: true });
    }
    throw broken === undefined ? (scope.failure ?? translateError(error)) : broken.error;
  } finally {
    connection.scopes.delete(scope);
    clock.stop();
    over.abort();
  }
}

type Call = NonNullable<RequestRun['call']>;

function progressOf({ onProgress }: Call, clock: CallClock): NonNullable<RequestOptions['onprogress']> {
  return ({ progress, total, message }) => {
    clock.restart();
    onProgress?.({
      progress,
      ...(total !== undefined && { total }),
      ...(message !== undefined && { message }),
    });
  };
}

function createScope(
  { onElicit, onSample, onLog }: Call,
  clock: CallClock,
  ask: <Answer>(question: (ends: AbortSignal) => Promise<Answer>, asked: AbortSignal) => Promise<Answer>,
): CallScope {
  return {
    failure: undefined,
    ...(onElicit !== undefined && {
      elicit: (request, asked) => ask((ends) => onElicit(request, ends), asked),
    }),
    ...(onSample !== undefined && {
      sample: (request, asked) => ask((ends) => onSample(request, ends), asked),
    }),
    ...(onLog !== undefined && {
      log: (entry) => {
        clock.restart();
        onLog(entry);
      },
    }),
  };
}
