import type { Call, RouteCandidate, RoutePlan } from '../core/call.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { Price } from '../usage/price.ts';
import type { Breakers } from './breakers.ts';
import { fittingCandidates } from './fitting-candidates.ts';
import { rendezvousScore } from './rendezvous.ts';
import { targetIdOf } from './target-id.ts';
import type { TargetStatistics } from './target-statistics.ts';

export interface CandidateOrderOptions {
  readonly breakers: Pick<Breakers, 'isBlocked'>;
  readonly statistics: Pick<TargetStatistics, 'latency' | 'inFlight'>;
  /** What a target costs; undefined when nobody knows. */
  readonly priceOf: (target: Target) => Price | undefined;
  /** 0 up to, not including, 1. */
  readonly random: () => number;
}

/** The targets to ask, one after the other, each once. Throws when none can take the call. */
export type CandidateOrder = (call: Call, plan: RoutePlan) => readonly Target[];

/** An answer of ordinary length, for comparing prices. */
const usualOutputTokens = 500;

/**
 * Leaves out what cannot take the call, chooses the first by `settings.balance`, and lets the others follow as they are
 * listed; those that would be refused at this moment come last. `sticky` keeps the first choice of a session or user.
 */
export function createCandidateOrder(options: CandidateOrderOptions): CandidateOrder {
  const { breakers } = options;
  return (call, plan) => {
    const fitting = unique(fittingCandidates(call, plan));
    const [only] = fitting;
    if (fitting.length === 1 && only) return [only.target];
    const open = fitting.filter(({ target }) => !breakers.isBlocked(targetIdOf(target)));
    if (plan.settings.balance === 'ordered' && open.length === fitting.length) return fitting.map(targetOf);
    const first = open.length > 1 ? choose(open, call, plan, options) : open[0];
    const blocked = fitting.filter((candidate) => !open.includes(candidate));
    note(call, plan, first, blocked);
    const rest = open.filter((candidate) => candidate !== first);
    return [...(first ? [first] : []), ...rest, ...blocked].map(targetOf);
  };
}

function targetOf({ target }: RouteCandidate): Target {
  return target;
}

function note(
  { trail }: Call,
  { settings }: RoutePlan,
  first: RouteCandidate | undefined,
  blocked: readonly RouteCandidate[],
) {
  if (first && settings.balance !== 'ordered')
    trail.reasons.push(`${targetIdOf(first.target)} comes first by ${settings.balance}.`);
  for (const { target } of blocked) trail.reasons.push(`${targetIdOf(target)} comes last: its breaker is open.`);
}

function choose(
  candidates: readonly RouteCandidate[],
  call: Call,
  { name, settings }: RoutePlan,
  { statistics, priceOf, random }: CandidateOrderOptions,
): RouteCandidate | undefined {
  const owner = settings.sticky === 'none' ? undefined : call.scope[settings.sticky];
  const drawn = candidates.filter(({ weight }) => weight > 0);
  const among = drawn.length > 0 ? drawn : candidates;
  const own = (): RouteCandidate | undefined =>
    bestBy(among, ({ target, weight }) => -rendezvousScore(`${name}\n${owner}`, targetIdOf(target), weight || 1));
  const busyness = ({ target, weight }: RouteCandidate): number =>
    (statistics.inFlight(targetIdOf(target)) + 1) / (weight || 1);
  switch (settings.balance) {
    case 'ordered':
      return candidates[0];
    case 'weighted':
      return owner === undefined ? draw(among, random) : own();
    case 'latency':
      return owner === undefined ? bestBy(drawTwo(among, random), slowness) : own();
    case 'headroom':
      return owner === undefined ? bestBy(among, busyness) : own();
    case 'cost': {
      const { approximateTokens } = call.traits();
      return bestBy(candidates, ({ target }) => costOf(priceOf(target), approximateTokens));
    }
    default:
      return settings.balance satisfies never;
  }

  /** What nobody has tried yet is worth a try. */
  function slowness({ target }: RouteCandidate): number {
    const id = targetIdOf(target);
    return (statistics.latency(id) ?? 0) * (statistics.inFlight(id) + 1);
  }
}

function unique(candidates: readonly RouteCandidate[]): readonly RouteCandidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ target }) => {
    const id = targetIdOf(target);
    return !seen.has(id) && seen.add(id);
  });
}

/** The first of those with the least `measure`. */
function bestBy(candidates: readonly RouteCandidate[], measure: (candidate: RouteCandidate) => number) {
  let best: RouteCandidate | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const value = measure(candidate);
    if (best !== undefined && value >= least) continue;
    best = candidate;
    least = value;
  }
  return best;
}

function draw(candidates: readonly RouteCandidate[], random: () => number): RouteCandidate | undefined {
  let left = random() * candidates.reduce((sum, { weight }) => sum + weight, 0);
  return candidates.find(({ weight }) => (left -= weight) < 0) ?? candidates.at(-1);
}

function drawTwo(candidates: readonly RouteCandidate[], random: () => number): readonly RouteCandidate[] {
  const one = draw(candidates, random);
  const other = draw(
    candidates.filter((candidate) => candidate !== one),
    random,
  );
  return [one, other].filter((candidate) => candidate !== undefined);
}

function costOf(price: Price | undefined, inputTokens: number): number {
  return price === undefined ? Infinity : price.input * inputTokens + price.output * usualOutputTokens;
}
