import type { Call, Caller } from '../core/call.ts';
import type { Provider } from '../core/gateway-config.ts';
import { GatewayError, toGatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Target } from '../core/provider-strategy.ts';
import { hashOf } from './rendezvous.ts';
import { targetIdOf } from './target-id.ts';

export interface KeyReport {
  readonly provider: string;
  /** Which of the provider's keys, from 0. The key itself is told to nobody. */
  readonly key: number;
  readonly isQuarantined: boolean;
  /** For how many of its targets it rests because of a limit. */
  readonly resting: number;
}

export interface KeyPools {
  /** Sets `apiKey`. A key that is limited or refused gives way to the next one at once, within the same call. */
  wrap(next: Caller): Caller;
  list(): readonly KeyReport[];
}

export interface KeyPoolsOptions {
  readonly providers: readonly Pick<Provider, 'name' | 'keys'>[];
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: GatewayLog;
}

interface Key {
  readonly index: number;
  readonly apiKey: string;
  quarantinedUntil: number;
  /** By target: a provider limits each model by itself. */
  readonly restsUntil: Map<string, number>;
}

interface Pool {
  readonly provider: string;
  readonly keys: readonly Key[];
  turn: number;
  /** The same target with each of the keys. */
  readonly keyed: WeakMap<Target, readonly Target[]>;
}

/** How long a limited key rests when nobody said how long and others can serve, and the most that is believed. */
const defaultRestMs = 1000;
const longestRestMs = 3_600_000;
const mostResting = 1000;
/** A key that was refused is looked at again after this long. */
const quarantineMs = 600_000;

/** Several keys of one provider, used side by side. Calls of one session keep to one key while it is well. */
export function createKeyPools({ providers, now, log }: KeyPoolsOptions): KeyPools {
  const pools = new Map<string, Pool>(
    providers.map(({ name, keys }) => [
      name,
      {
        provider: name,
        keys: keys.map((apiKey, index) => ({ index, apiKey, quarantinedUntil: 0, restsUntil: new Map() })),
        turn: 0,
        keyed: new WeakMap(),
      },
    ]),
  );

  function isWell(key: Key, id: string): boolean {
    return key.quarantinedUntil <= now() && (key.restsUntil.get(id) ?? 0) <= now();
  }

  /** The key to use: a well one; where all are refused, the one that was refused first, so that the provider says so. */
  function choose(pool: Pool, call: Call, id: string, used: ReadonlySet<Key>): Key | undefined {
    const fresh = pool.keys.filter((key) => !used.has(key));
    const well = fresh.filter((key) => isWell(key, id));
    if (well.length > 0)
      return call.scope.session === undefined ? inTurn(pool, well) : byHash(well, call.scope.session);
    if (used.size > 0) return undefined;
    return fresh
      .filter((key) => (key.restsUntil.get(id) ?? 0) <= now())
      .toSorted((one, other) => one.quarantinedUntil - other.quarantinedUntil)[0];
  }

  function punish(pool: Pool, key: Key, id: string, error: GatewayError): boolean {
    if (error.code === 'upstream-limited') {
      const rest = error.retryAfterMs ?? (pool.keys.length > 1 ? defaultRestMs : 0);
      if (key.restsUntil.size >= mostResting) forgetRested(key);
      key.restsUntil.set(id, now() + Math.min(rest, longestRestMs));
      return true;
    }
    if (error.code !== 'upstream-auth') return false;
    if (key.quarantinedUntil <= now()) {
      log.error(
        { provider: pool.provider, key: key.index, status: error.upstreamStatus },
        'a provider refuses its key: the key is put aside',
      );
    }
    key.quarantinedUntil = now() + quarantineMs;
    return true;
  }

  /** Clients choose the names of models: what is over must not be kept for each of them. */
  function forgetRested({ restsUntil }: Key): void {
    for (const [id, until] of restsUntil) if (until <= now()) restsUntil.delete(id);
  }

  function allRest(pool: Pool, target: Target, id: string): GatewayError {
    const until = Math.min(...pool.keys.map((key) => key.restsUntil.get(id) ?? 0));
    return new GatewayError('upstream-limited', {
      message: `${target.provider} is limiting requests.`,
      retryAfterMs: Math.max(1, Math.ceil(until - now())),
      isUnsent: true,
    });
  }

  async function callWithKeys(next: Caller, pool: Pool, call: Call, target: Target, signal: AbortSignal) {
    const id = targetIdOf(target);
    const used = new Set<Key>();
    let failure: GatewayError | undefined;
    for (;;) {
      const key = choose(pool, call, id, used);
      if (!key) throw failure ?? allRest(pool, target, id);
      used.add(key);
      try {
        return await next(call, withKey(pool, target, key), signal);
      } catch (thrown) {
        failure = toGatewayError(thrown);
        if (!punish(pool, key, id, failure) || signal.aborted || now() >= call.startBy) throw failure;
      }
    }
  }

  return {
    wrap: (next) => (call, target, signal) => {
      const pool = pools.get(target.providerName ?? '');
      if (pool === undefined || pool.keys.length === 0) return next(call, target, signal);
      return callWithKeys(next, pool, call, target, signal);
    },
    list: () =>
      [...pools.values()].flatMap(({ provider, keys }) =>
        keys.map((key) => ({
          provider,
          key: key.index,
          isQuarantined: key.quarantinedUntil > now(),
          resting: [...key.restsUntil.values()].filter((until) => until > now()).length,
        })),
      ),
  };
}

function inTurn(pool: Pool, keys: readonly Key[]): Key | undefined {
  pool.turn = (pool.turn + 1) % Number.MAX_SAFE_INTEGER;
  return keys[pool.turn % keys.length];
}

function byHash(keys: readonly Key[], session: string): Key | undefined {
  let best: Key | undefined;
  let most = -1;
  for (const key of keys) {
    const score = hashOf(`${session}\n${key.index}`);
    if (score <= most) continue;
    most = score;
    best = key;
  }
  return best;
}

function withKey(pool: Pool, target: Target, { index, apiKey }: Key): Target {
  if (target.apiKey === apiKey) return target;
  let keyed = pool.keyed.get(target);
  if (!keyed) {
    keyed = pool.keys.map((key) => ({ ...target, apiKey: key.apiKey }));
    pool.keyed.set(target, keyed);
  }
  return keyed[index] ?? target;
}
