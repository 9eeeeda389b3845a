import type { Call } from '../../core/call.ts';
import { tiers } from '../../core/gateway-config.ts';
import type { ModelRow, Tier } from '../../core/gateway-config.ts';
import { scoreComplexity } from './score-complexity.ts';
import type { Complexity } from './score-complexity.ts';
import { createTierPins, defaultTierPins } from './tier-pins.ts';
import type { TierPinSettings } from './tier-pins.ts';

/** Which models of a row serve a request, and why. */
export interface TierChoice {
  /** Names of models, the chosen one first; those after it stand in when it fails: higher tiers first, then lower. */
  readonly uses: readonly string[];
  readonly method: 'tools' | 'complexity' | 'pinned';
  readonly tier?: Tier;
  readonly complexity?: Complexity;
  /** One sentence each, without any text of the prompt. */
  readonly reasons: readonly string[];
}

export interface TierRouter {
  /** Undefined where the row has neither tiers nor a tool threshold that holds. Throws `bad-request` for a bad body. */
  choose(row: ModelRow, call: Pick<Call, 'toRequest' | 'traits' | 'scope'>): TierChoice | undefined;
}

export interface TierRouterOptions {
  readonly pins?: TierPinSettings;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Chooses by the number of tools and by how hard a request looks. Only rows that ask for it pay for it. */
export function createTierRouter({ pins: settings = defaultTierPins, now }: TierRouterOptions): TierRouter {
  const pins = createTierPins(settings, now);

  return {
    choose(row, call) {
      const traits = call.traits();
      const tools = byTools(row, traits.toolCount);
      if (tools !== undefined || row.tiers === undefined) return tools;
      const complexity = scoreComplexity(call.toRequest());
      const { tier, isPinned } = pins.tierOf(sessionOf(call, row), complexity, traits.approximateTokens);
      const named = Object.entries(row.tiers).length;
      const seen = complexity.factors.map(({ name, points }) => `${name} ${points > 0 ? '+' : ''}${points}`).join(', ');
      return {
        uses: standIns(row.tiers, tier),
        method: isPinned ? 'pinned' : 'complexity',
        tier,
        complexity,
        reasons: [
          `complexity ${complexity.score} of 100 (${seen === '' ? 'nothing special' : seen})`,
          isPinned ? `the session stays at ${tier}` : `tier ${tier}`,
          ...(named < tiers.length ? ['not every tier has a model: the next one up, then down, serves'] : []),
        ],
      };
    },
  };
}

/** Sessions of different callers are different sessions, whatever they are called. */
function sessionOf({ scope }: Pick<Call, 'scope'>, { name }: ModelRow): string | undefined {
  return scope.session === undefined ? undefined : `${name}\0${scope.caller}\0${scope.user ?? ''}\0${scope.session}`;
}

function standIns(models: Partial<Record<Tier, string>>, tier: Tier): string[] {
  const at = tiers.indexOf(tier);
  const sequence = [...tiers.slice(at), ...tiers.slice(0, at).toReversed()];
  return [...new Set(sequence.map((name) => models[name]).filter((use) => use !== undefined))];
}

function byTools(row: ModelRow, toolCount: number): TierChoice | undefined {
  const holding = (row.toolThresholds ?? []).filter(({ above }) => toolCount > above);
  const chosen = holding.toSorted((a, b) => b.above - a.above)[0];
  if (chosen === undefined) return undefined;
  const reason = `${toolCount} tools are more than ${chosen.above}`;
  return { uses: [chosen.use], method: 'tools', reasons: [reason] };
}
