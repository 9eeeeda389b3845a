import type { RequestOptions } from '@modelcontextprotocol/client';
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
 * Runs requests of the SDK with our deadline, which stands still while somebody is asked, and as `McpError`s. When it
 * ends early, the server is told, and whoever is being asked hears it by their signal.
 */
export async function runRequest<T>(
  { connection, timeoutMs, signal, call = {} }: RequestRun,
  operation: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new McpError('cancelled', 'The call was cancelled.', { retryable: true });
  const clock = createCallClock(timeoutMs);
  const over = new AbortController();
  const ended = AbortSignal.any([signal, clock.expired, over.signal]);
  const scope = createScope(call, clock, ended);
  const { onProgress } = call;
  connection.scopes.add(scope);
  try {
    const options: RequestOptions = {
      signal: AbortSignal.any([signal, clock.expired]),
      timeout: never,
      onprogress: ({ progress, total, message }) => {
        clock.restart();
        onProgress?.({
          progress,
          ...(total !== undefined && { total }),
          ...(message !== undefined && { message }),
        });
      },
    };
    return await callScopes.run(scope, () => operation(options));
  } catch (error) {
    if (signal.aborted)
      throw new McpError('cancelled', 'The call was cancelled.', { retryable: true, mayHaveRun: true });
    if (clock.expired.aborted) {
      throw new McpError('timed-out', 'The server did not answer in time.', { retryable: true, mayHaveRun: true });
    }
    throw scope.failure ?? translateError(error);
  } finally {
    connection.scopes.delete(scope);
    clock.stop();
    over.abort();
  }
}

function createScope(call: NonNullable<RequestRun['call']>, clock: CallClock, ended: AbortSignal): CallScope {
  const { onElicit, onSample, onLog } = call;
  return {
    failure: undefined,
    ...(onElicit !== undefined && {
      elicit: (request, asked) => clock.during(() => onElicit(request, AbortSignal.any([ended, asked]))),
    }),
    ...(onSample !== undefined && {
      sample: (request, asked) => clock.during(() => onSample(request, AbortSignal.any([ended, asked]))),
    }),
    ...(onLog !== undefined && {
      log: (entry) => {
        clock.restart();
        onLog(entry);
      },
    }),
  };
}
