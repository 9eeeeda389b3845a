import type { Call } from '../core/call.ts';
import type { RoutePlan } from '../core/call.ts';
import { tiers } from '../core/gateway-config.ts';
import type { Tier } from '../core/gateway-config.ts';
import type { Target } from '../core/provider-strategy.ts';

type Headers = Record<string, string>;

/** What a client is told about how its call was served: only about the target that really served, or failed last. */
export function answerHeaders({ trail }: Call, plan: RoutePlan, hasLynkrNames: boolean): Headers {
  const last = trail.attempts.at(-1)?.target;
  const target =
    trail.served ??
    plan.candidates.find((candidate) => candidate.target.id === last)?.target ??
    plan.candidates[0]?.target;
  const { provider, served } = target ? namesOf(target) : nobody;
  const headers: Headers = { 'x-parley-provider': provider, 'x-parley-model': served };
  if (trail.attempts.length > 0) headers['x-parley-attempts'] = String(trail.attempts.length);
  if (trail.dropped.size > 0) headers['x-parley-dropped'] = printable([...trail.dropped].join(', '));
  if (trail.cache !== undefined) headers['x-cache'] = trail.cache;
  if (hasLynkrNames) addLynkrNames(headers, { provider, served, tier: tierOf(trail, plan) }, { trail });
  return headers;
}

function addLynkrNames(
  headers: Headers,
  { provider, served, tier }: { provider: string; served: string; tier: Tier | undefined },
  { trail }: Pick<Call, 'trail'>,
): void {
  headers['x-lynkr-provider'] = provider;
  headers['x-lynkr-model'] = served;
  const { choice } = trail;
  headers['x-lynkr-routing-method'] = choice?.method ?? 'model';
  if (choice?.tier !== undefined) headers['x-lynkr-tier'] = choice.tier;
  if (choice?.complexity !== undefined) headers['x-lynkr-complexity-score'] = String(choice.complexity.score);
  const [reason] = trail.reasons;
  if (reason !== undefined) headers['x-lynkr-routing-reason'] = printable(reason);
  const isFallback = trail.attempts.some(({ purpose }) => purpose === 'fallback');
  if (isFallback) headers['x-lynkr-fallback'] = 'true';
  if (isFallback && choice?.tier !== undefined && tier !== undefined) {
    headers['x-lynkr-fallback-from-tier'] = choice.tier;
    headers['x-lynkr-served-tier'] = tier;
    const steps = tiers.indexOf(tier) - tiers.indexOf(choice.tier);
    if (steps !== 0) headers['x-lynkr-fallback-direction'] = steps > 0 ? 'up' : 'down';
  }
  const context = trail.served?.capabilities?.contextTokens;
  if (context !== undefined) headers['x-lynkr-context-window'] = String(context);
}

/** The tier of the target that served. */
function tierOf({ served }: Call['trail'], { candidates }: RoutePlan): Tier | undefined {
  return candidates.find(({ target }) => target.id === served?.id)?.tier;
}

interface Names {
  readonly provider: string;
  readonly served: string;
}

const nobody: Names = { provider: '', served: '' };
const known = new WeakMap<Target, Names>();

/** As headers can say them. */
function namesOf(target: Target): Names {
  let names = known.get(target);
  if (names === undefined) {
    names = { provider: printable(target.providerName ?? target.provider), served: printable(target.model) };
    known.set(target, names);
  }
  return names;
}

const longest = 500;

/** Header values are visible ASCII; anything else would be refused, or begin another header. */
function printable(text: string): string {
  return text.slice(0, longest).replaceAll(/[^\x20-\x7e]/g, '?');
}
