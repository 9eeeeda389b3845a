import type { CallScope } from '../core/call.ts';
import type { RateLimitSettings } from '../core/gateway-config.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { LedgerStore } from '../usage/ledger-store.ts';
import { createWindowCounters } from './window-counters.ts';

export interface RateLimits {
  /**
   * Counts a call of about `tokens` tokens against all limits of its key, session and address. Throws `rate-limited` with
   * the time until there is room; a refused call counts for nothing. Undefined: no limit applies.
   */
  admit(call: RatedCall): RatePermit | undefined | Promise<RatePermit>;
}

export interface RatedCall {
  readonly scope: CallScope;
  readonly tokens: number;
  /** Limits for whoever calls, on top of those of the key. */
  readonly settings: RateLimitSettings;
}

export interface RatePermit {
  /** Counts the tokens that were really used in place of those that were expected. Only the first time counts. */
  correct(tokens: number): void;
}

export interface RateLimitOptions {
  readonly store: LedgerStore;
  readonly log?: GatewayLog;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

interface Line {
  readonly counter: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly want: number;
  readonly label: string;
  readonly isTokens: boolean;
}

const minute = 60_000;

/**
 * Requests and tokens per time. A window slides: in no time of its length are more calls admitted than the limit, by all
 * workers together. Tokens are counted as expected before, and as used after the call.
 */
export function createRateLimits({
  store,
  log = silentLog,
  now = () => performance.now(),
}: RateLimitOptions): RateLimits {
  const counters = createWindowCounters({ store, log, now });

  function permit(lines: readonly Line[]): RatePermit {
    let isCorrected = false;
    return {
      correct(tokens) {
        if (isCorrected) return;
        isCorrected = true;
        for (const line of lines) if (line.isTokens) counters.correct(line, tokens - line.want);
      },
    };
  }

  function refuse(taken: readonly Line[], { label }: Line, retryAfterMs: number): GatewayError {
    for (const line of taken) counters.correct(line, -line.want);
    const message = `The limit of ${label} is reached. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
    return new GatewayError('rate-limited', { message, retryAfterMs });
  }

  async function admitRest(lines: readonly Line[], from: number, first: Promise<number>): Promise<RatePermit> {
    for (const [index, line] of lines.entries()) {
      if (index < from) continue;
      const retryAfterMs = await (index === from ? first : counters.take(line));
      if (retryAfterMs > 0) throw refuse(lines.slice(0, index), line, retryAfterMs);
    }
    return permit(lines);
  }

  return {
    admit(call) {
      const lines = linesOf(call);
      if (lines.length === 0) return undefined;
      for (const [index, line] of lines.entries()) {
        const outcome = counters.take(line);
        if (outcome instanceof Promise) return admitRest(lines, index, outcome);
        if (outcome > 0) throw refuse(lines.slice(0, index), line, outcome);
      }
      return permit(lines);
    },
  };
}

const none: readonly Line[] = [];

function linesOf({ scope, tokens, settings }: RatedCall): readonly Line[] {
  const { key } = scope;
  const hasKeyLimits = key?.requestsPerMinute !== undefined || key?.tokensPerMinute !== undefined;
  if (!hasKeyLimits && !settings.isOn) return none;
  const lines: Line[] = [];
  if (key?.requestsPerMinute !== undefined) {
    const label = `key "${key.id}", ${key.requestsPerMinute} requests per minute,`;
    lines.push({ ...requests(`key:${key.id}`, key.requestsPerMinute, minute), label });
  }
  if (key?.tokensPerMinute !== undefined) {
    const limit = key.tokensPerMinute;
    const label = `key "${key.id}", ${limit} tokens per minute,`;
    lines.push({
      counter: `key:${key.id}:tokens`,
      limit,
      windowMs: minute,
      want: Math.max(1, tokens),
      label,
      isTokens: true,
    });
  }
  if (settings.isOn) lines.push(...linesOfCaller(scope, settings));
  return lines;
}

function linesOfCaller(scope: CallScope, { by, maxRequests, windowMs }: RateLimitSettings): readonly Line[] {
  const label = `${maxRequests} requests per ${windowMs / 1000} s`;
  const lines: Line[] = [];
  // Within a key, so that nobody uses up the sessions of others.
  const session = scope.session === undefined ? scope.caller : `${scope.caller}:${scope.session}`;
  if (by !== 'ip') lines.push({ ...requests(`session:${session}`, maxRequests, windowMs), label });
  if (by !== 'session' && scope.address !== undefined) {
    lines.push({ ...requests(`ip:${scope.address}`, maxRequests, windowMs), label });
  }
  return lines;
}

function requests(owner: string, limit: number, windowMs: number): Omit<Line, 'label'> {
  return { counter: `${owner}:requests`, limit, windowMs, want: 1, isTokens: false };
}
