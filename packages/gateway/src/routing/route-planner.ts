import type { Call, RouteCandidate, RoutePlan } from '../core/call.ts';
import { tiers as tierNames } from '../core/gateway-config.ts';
import type { GatewayConfig, ModelRow, Tier } from '../core/gateway-config.ts';
import { GatewayError } from '../core/gateway-error.ts';
import { mayNameModel } from '../keys/key-ring.ts';
import type { ModelDirectory } from './model-directory.ts';
import type { Targets } from './targets.ts';
import type { TierRouter } from './tiers/choose-tier.ts';

export interface RoutePlanner {
  /**
   * Where a call may go, by the name it asks for and the key it came with; without a wait where no list of models has to
   * be looked at. Writes the reasons on the call's trail. `forbidden`, `model-not-found`, `bad-request`.
   */
  planFor(call: Call): RoutePlan | Promise<RoutePlan>;
}

export interface RoutePlannerOptions {
  readonly config: Pick<GatewayConfig, 'models' | 'modelDefaults' | 'defaultModel' | 'forceDefaultModel'>;
  readonly directory: Pick<ModelDirectory, 'addressed' | 'resolve'>;
  readonly targets: Targets;
  readonly tiers: TierRouter;
}

/** The row that serves requests without a model, where it has tiers. */
const tierName = 'auto';
/** A row may lead to others; a ring of them must not lead on for ever. */
const deepest = 5;
const mostHeld = 1000;

/** Plans routes: the operator's rows, tiers, then whoever serves the name. Plans that never change are made once. */
export function createRoutePlanner({ config, directory, targets, tiers }: RoutePlannerOptions): RoutePlanner {
  const rows = new Map(config.models.map((row) => [row.name, row]));
  const held = new Map<string, RoutePlan>();
  const rowTargets = new Map<string, readonly RouteCandidate[]>();

  function keep(plan: RoutePlan): RoutePlan {
    if (held.size >= mostHeld) held.clear();
    held.set(plan.name, plan);
    return plan;
  }

  function nameOf(call: Call): string {
    if (config.forceDefaultModel && config.defaultModel !== undefined) return config.defaultModel;
    const name = call.model || config.defaultModel || (rows.get(tierName)?.tiers ? tierName : '');
    if (name !== '') return name;
    throw new GatewayError('bad-request', { message: '"model" must be the name of a model.', param: 'model' });
  }

  function planRow(row: ModelRow, call: Call): RoutePlan | Promise<RoutePlan> {
    // Only rows that look at requests pay for a look; what they say of one holds for no other.
    const looks = row.tiers !== undefined || row.toolThresholds !== undefined;
    const choice = looks ? tiers.choose(row, call) : undefined;
    if (choice === undefined) {
      return held.get(row.name) ?? keep({ name: row.name, candidates: ownTargets(row), settings: row.settings });
    }
    call.trail.choice = choice;
    call.trail.reasons.push(...choice.reasons);
    const uses = choice.uses.map(async (name) => {
      const tier = tierOf(row, name, choice.tier);
      const candidates = await candidatesOf(name, deepest);
      return tier === undefined ? candidates : candidates.map((candidate) => ({ ...candidate, tier }));
    });
    return Promise.all(uses).then((candidates) => ({
      name: row.name,
      candidates: candidates.flat(),
      settings: row.settings,
    }));
  }

  /** The same targets every time: what is known of them hangs on what they are. */
  function ownTargets(row: ModelRow): readonly RouteCandidate[] {
    const known = rowTargets.get(row.name);
    if (known) return known;
    const candidates = row.targets.flatMap(({ weight, capabilities, ...address }) => {
      const target = targets.at(address, capabilities);
      return target ? [{ target, weight }] : [];
    });
    rowTargets.set(row.name, candidates);
    return candidates;
  }

  /** The targets of a name inside a row. */
  async function candidatesOf(name: string, depth: number): Promise<RouteCandidate[]> {
    const row = depth > 0 ? rows.get(name) : undefined;
    if (row === undefined) return [{ target: await directory.resolve(name), weight: 1 }];
    const more = await Promise.all(Object.values(row.tiers ?? {}).map((use) => candidatesOf(use, depth - 1)));
    return [...ownTargets(row), ...more.flat()];
  }

  async function planName(name: string, call: Call): Promise<RoutePlan> {
    try {
      const target = await directory.resolve(name);
      return { name, candidates: [{ target, weight: 1 }], settings: config.modelDefaults };
    } catch (error) {
      const { defaultModel } = config;
      const isUnknown = error instanceof GatewayError && error.code === 'model-not-found';
      if (!isUnknown || defaultModel === undefined || defaultModel === name) throw error;
      call.trail.reasons.push('Nobody serves the name that was asked for, so the default model does.');
      return planOf(defaultModel, call);
    }
  }

  function planOf(name: string, call: Call): RoutePlan | Promise<RoutePlan> {
    const row = rows.get(name);
    if (row) return planRow(row, call);
    const known = held.get(name);
    if (known) return known;
    const target = directory.addressed(name);
    if (target) return keep({ name, candidates: [{ target, weight: 1 }], settings: config.modelDefaults });
    return planName(name, call);
  }

  return {
    planFor(call) {
      const name = nameOf(call);
      if (mayNameModel(call.scope.key, name)) return planOf(name, call);
      throw new GatewayError('forbidden', {
        message: `This key may not use the model "${name.slice(0, 100)}".`,
        param: 'model',
      });
    },
  };
}

/** The tier that `use` serves; of several the one that was chosen. */
function tierOf({ tiers = {} }: ModelRow, use: string, chosen: Tier | undefined): Tier | undefined {
  if (chosen !== undefined && tiers[chosen] === use) return chosen;
  return tierNames.find((tier) => tiers[tier] === use);
}
