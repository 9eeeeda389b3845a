import type { Answer, Call, PlanCaller, RoutePlan } from '../core/call.ts';
import type { Codec } from '../core/codec.ts';
import type { CacheSettings } from '../core/gateway-config.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Dialect } from '../core/model-request.ts';
import { collectAnswer } from './answer-collector.ts';
import type { CollectedAnswer } from './answer-collector.ts';
import { fingerprintOf, isRepeatable, readAskedAnswer } from './asked-answer.ts';
import type { AskedAnswer } from './asked-answer.ts';
import type { CacheStore } from './cache-store.ts';
import { bodyKey, exactKey } from './exact-key.ts';
import { mayBeStored } from './may-be-stored.ts';
import { replayAnswer } from './replay-answer.ts';
import type { SemanticCache, SemanticFinding } from './semantic/semantic-cache.ts';
import { createShortWays } from './short-ways.ts';
import { decodeAnswer, encodeAnswer } from './stored-answer.ts';
import type { StoredAnswer } from './stored-answer.ts';

export interface CacheOptions {
  readonly store: CacheStore;
  readonly settings: Pick<CacheSettings, 'exact'>;
  /** Reads answers that came in bytes of the client's dialect; without one such answers are not stored. */
  readonly codecOf: (dialect: Dialect) => Codec | undefined;
  /** For models that opt in. */
  readonly semantic?: SemanticCache | undefined;
  readonly log?: GatewayLog;
}

/** One call as this cache treats it. */
interface Lookup {
  readonly asked: AskedAnswer;
  readonly key: string;
  /** What the model's settings and the client allow. */
  readonly usesExact: boolean;
  readonly usesSemantic: boolean;
  readonly mayRead: boolean;
}

/** The client's bytes, and the key of the same bytes when they came before. */
interface KnownBody {
  readonly fingerprint?: string;
  readonly short?: string;
  readonly key?: string;
}

/**
 * Answers from what was answered before, else asks `next` and remembers. Says on the call's trail what it did: `hit`
 * and `near` cost nothing upstream, although the replayed answer still tells the usage of the first one.
 */
export function withCache({
  store,
  settings,
  codecOf,
  semantic,
  log = silentLog,
}: CacheOptions): (next: PlanCaller) => PlanCaller {
  const onFault = (error: unknown): void => log.error({ err: error }, 'an answer could not be kept');
  const shortWays = createShortWays();
  const decoded = new WeakMap<Buffer, StoredAnswer>();

  function recognise(call: Call, plan: RoutePlan): KnownBody {
    const fingerprint = fingerprintOf(call);
    if (fingerprint === undefined) return {};
    const short = isFreshWanted(call) ? undefined : bodyKey(call, plan, fingerprint);
    if (short === undefined) return { fingerprint };
    const key = shortWays.get(short);
    return { fingerprint, short, ...(key === undefined ? {} : { key }) };
  }

  async function findExactly(plan: RoutePlan, key: string, { fingerprint }: KnownBody): Promise<Answer | undefined> {
    const bytes = await store.get(key);
    if (bytes === undefined) return undefined;
    // A store in memory gives the same bytes each time.
    const stored = decoded.get(bytes) ?? decodeAnswer(bytes);
    if (stored === undefined) return undefined;
    decoded.set(bytes, stored);
    return replayAnswer(stored, fingerprint, plan);
  }

  function prepare(call: Call, plan: RoutePlan, known: KnownBody): Lookup | undefined {
    const wishes = plan.settings.cache;
    const asked = call.cacheControl?.noStore === true ? undefined : readAskedAnswer(call, known.fingerprint);
    if (asked === undefined || !isRepeatable(asked) || !isSteady(asked, plan)) return undefined;
    const key = exactKey(asked, plan);
    if (key === undefined) return undefined;
    const usesExact = wishes.exact !== 'off';
    if (usesExact && known.short !== undefined) shortWays.set(known.short, key);
    const usesSemantic = wishes.semantic && semantic !== undefined;
    return { asked, key, usesExact, usesSemantic, mayRead: !isFreshWanted(call) };
  }

  function remember({ asked, key, usesExact }: Lookup, collected: CollectedAnswer, from: Origin): void {
    const { call, request, body } = asked;
    const { isWire, received, events } = collected;
    const target = from.answer.target.id;
    if (target === undefined || !mayBeStored(request, events, call.trail)) return;
    const bytes = encodeAnswer({
      target,
      isBytesOnly: isWire && Object.keys(request.extras ?? {}).length > 0,
      events,
      ...(isWire && body ? { wire: { body: body.fingerprint, events: received } } : {}),
    });
    // Nobody has to wait for a store.
    if (usesExact) store.set(key, bytes, settings.exact.ttlMs).catch(onFault);
    from.finding?.learn({ bytes, events }).catch(onFault);
  }

  return (next) => async (call, plan, signal) => {
    if (!isOffered(plan, semantic)) return next(call, plan, signal);
    const known = recognise(call, plan);
    const again = known.key === undefined ? undefined : await findExactly(plan, known.key, known);
    if (again !== undefined) return served(call, 'hit', again);

    const lookup = prepare(call, plan, known);
    if (lookup === undefined) {
      call.trail.cache = 'bypass';
      return next(call, plan, signal);
    }
    const { asked, key, usesExact, usesSemantic, mayRead } = lookup;
    const mayFind = usesExact && mayRead && known.key === undefined;
    const same = mayFind ? await findExactly(plan, key, known) : undefined;
    if (same !== undefined) return served(call, 'hit', same);

    const finding = usesSemantic ? await semantic?.find(asked, plan, { signal, mayRead }) : undefined;
    const near = finding?.answer && replayAnswer(finding.answer, known.fingerprint, plan);
    if (near !== undefined) return served(call, 'near', near);

    call.trail.cache = mayRead ? 'miss' : 'bypass';
    const answer = await next(call, plan, signal);
    const onWhole = (collected: CollectedAnswer): void => remember(lookup, collected, { answer, finding });
    return collectAnswer(answer, { isStream: call.isStream, codecOf, onWhole, onFault });
  };
}

interface Origin {
  readonly answer: Answer;
  readonly finding: SemanticFinding | undefined;
}

function served({ trail }: Call, cache: 'hit' | 'near', answer: Answer): Answer {
  trail.cache = cache;
  trail.served = answer.target;
  return answer;
}

function isOffered({ settings: { cache } }: RoutePlan, semantic: SemanticCache | undefined): boolean {
  return cache.exact !== 'off' || (cache.semantic && semantic !== undefined);
}

/** Only a temperature of 0 promises that asking again gives the same; none named is the provider's own, above 0. */
function isSteady({ request }: AskedAnswer, { settings }: RoutePlan): boolean {
  return settings.cache.exact === 'always' || request.sampling.temperature === 0;
}

function isFreshWanted({ cacheControl }: Call): boolean {
  return cacheControl?.noCache === true || cacheControl?.noStore === true;
}
