import type { CallScope } from '../core/call.ts';
import type { RateLimitSettings } from '../core/gateway-config.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { LedgerStore } from '../usage/ledger-store.ts';
import type { VirtualKey } from './virtual-key.ts';
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
  const linesOf = createLines();

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

/** The limits of a key as its calls count against them. */
interface KeyLines {
  readonly requests: Line | undefined;
  readonly tokens: Line | undefined;
}

/** The lines of callers by their sessions and addresses. */
interface CallerLines {
  readonly sessions: Map<string, Line>;
  readonly addresses: Map<string, Line>;
}

const callersAtMost = 1000;

/** Lines are put together once: text that is made for every call costs more than counting it. */
function createLines(): (call: RatedCall) => readonly Line[] {
  const ofKeys = new WeakMap<VirtualKey, KeyLines>();
  const ofCallers = new WeakMap<RateLimitSettings, CallerLines>();

  function keyLines(key: VirtualKey): KeyLines {
    let lines = ofKeys.get(key);
    if (lines === undefined) {
      lines = linesOfKey(key);
      ofKeys.set(key, lines);
    }
    return lines;
  }

  function callerLines(settings: RateLimitSettings): CallerLines {
    let lines = ofCallers.get(settings);
    if (lines === undefined) {
      lines = { sessions: new Map(), addresses: new Map() };
      ofCallers.set(settings, lines);
    }
    return lines;
  }

  return ({ scope, tokens, settings }) => {
    const { key } = scope;
    const ofKey = key && keyLines(key);
    if (!settings.isOn && ofKey?.requests === undefined && ofKey?.tokens === undefined) return none;
    const lines: Line[] = [];
    if (ofKey?.requests !== undefined) lines.push(ofKey.requests);
    if (ofKey?.tokens !== undefined) lines.push({ ...ofKey.tokens, want: Math.max(1, tokens) });
    if (!settings.isOn) return lines;
    const { sessions, addresses } = callerLines(settings);
    const { caller, session, address } = scope;
    // Within a key, so that nobody uses up the sessions of others.
    const name = session === undefined ? caller : `${caller}:${session}`;
    if (settings.by !== 'ip') lines.push(lineOfCaller(sessions, 'session', name, settings));
    if (settings.by !== 'session' && address !== undefined) {
      lines.push(lineOfCaller(addresses, 'ip', address, settings));
    }
    return lines;
  };
}

function linesOfKey({ id, requestsPerMinute, tokensPerMinute }: VirtualKey): KeyLines {
  const line = (what: 'requests' | 'tokens', limit: number | undefined): Line | undefined =>
    limit === undefined
      ? undefined
      : {
          counter: `key:${id}:${what}`,
          limit,
          windowMs: minute,
          want: 1,
          label: `key "${id}", ${limit} ${what} per minute,`,
          isTokens: what === 'tokens',
        };
  return { requests: line('requests', requestsPerMinute), tokens: line('tokens', tokensPerMinute) };
}

function lineOfCaller(
  held: Map<string, Line>,
  kind: 'session' | 'ip',
  name: string,
  { maxRequests, windowMs }: RateLimitSettings,
): Line {
  const known = held.get(name);
  if (known !== undefined) return known;
  const label = `${maxRequests} requests per ${windowMs / 1000} s`;
  const counter = `${kind}:${name}:requests`;
  const line: Line = { counter, limit: maxRequests, windowMs, want: 1, label, isTokens: false };
  if (held.size >= callersAtMost) held.clear();
  held.set(name, line);
  return line;
}
