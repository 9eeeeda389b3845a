import { logicalModels, tiers } from '../../core/gateway-config.ts';
import type { ModelRow, ModelSettings, Provider, TargetSettings, Tier } from '../../core/gateway-config.ts';
import { nearestName } from '../nearest-name.ts';
import { defined } from './defined.ts';
import type { BehaviourYaml, ModelYaml } from './gateway-yaml.ts';
import type { MistakeList } from './mistake-list.ts';

type Path = readonly PropertyKey[];

/** What names may stand for. */
export interface KnownModels {
  readonly providers: readonly Pick<Provider, 'name'>[];
  /** Rows from elsewhere, which the file may name and replace. */
  readonly rows: readonly ModelRow[];
}

/** How a model behaves, where a group of settings says something about it. */
export function behaviourFromYaml(yaml: BehaviourYaml, base: ModelSettings): ModelSettings {
  const { hedge, cache, ...plain } = yaml;
  return {
    ...base,
    ...defined(plain),
    ...(hedge && { hedge: { quantile: hedge.quantile ?? 0.95, share: hedge.share ?? 0.05, minMs: hedge.min ?? 100 } }),
    cache: { ...base.cache, ...(cache && defined(cache)) },
  };
}

/**
 * The rows of the file, and those from elsewhere that it does not replace. A target that is another row stands for the
 * targets of that row; a name that nobody knows or that leads back to itself is a mistake.
 */
export function modelsFromYaml(
  yaml: Readonly<Record<string, ModelYaml>>,
  known: KnownModels,
  defaults: ModelSettings,
  mistakes: MistakeList,
): ModelRow[] {
  const rows = Object.entries(yaml).map(([name, row]) => toRow(name, row, { yaml, known, defaults, mistakes }));
  findCircles(yaml, mistakes);
  return [...rows, ...known.rows.filter(({ name }) => !Object.hasOwn(yaml, name))];
}

interface Surroundings {
  readonly yaml: Readonly<Record<string, ModelYaml>>;
  readonly known: KnownModels;
  readonly defaults: ModelSettings;
  readonly mistakes: MistakeList;
}

function toRow(name: string, row: ModelYaml, around: Surroundings): ModelRow {
  const { yaml, known, defaults, mistakes } = around;
  const path = ['models', name];
  const isWeighted = row.targets?.some(({ weight }) => weight !== undefined) === true;
  const { targets: _targets, tiers: _tiers, toolThresholds: _thresholds, ...behaviour } = row;
  const settings = behaviourFromYaml(behaviour, isWeighted ? { ...defaults, balance: 'weighted' } : defaults);
  if (row.targets === undefined && row.tiers === undefined) mistakes.add(path, 'needs targets or tiers');
  if (row.targets?.every(({ weight }) => weight === 0)) mistakes.add([...path, 'targets'], 'have no weight above 0');
  const targets = (row.targets ?? []).flatMap((target, index) =>
    expand(target, [...path, 'targets', index, 'use'], around, [name]),
  );
  const seen = new Set<string>();
  for (const [index, { use }] of (row.targets ?? []).entries()) {
    if (seen.has(use)) mistakes.add([...path, 'targets', index, 'use'], `names ${use} a second time`);
    seen.add(use);
  }
  const named = row.tiers && tiersOf(row.tiers);
  for (const [tier, use] of Object.entries(named ?? {})) checkName(use, [...path, 'tiers', tier], around);
  const thresholds = row.toolThresholds?.toSorted((a, b) => b.above - a.above);
  for (const [index, { use }] of (row.toolThresholds ?? []).entries()) {
    checkName(use, [...path, 'toolThresholds', index, 'use'], { yaml, known, mistakes });
  }
  return {
    name,
    targets: unique(targets),
    ...(named && { tiers: named }),
    ...(thresholds && { toolThresholds: thresholds }),
    settings,
  };
}

function tiersOf(yaml: NonNullable<ModelYaml['tiers']>): Partial<Record<Tier, string>> {
  return Object.fromEntries(
    tiers.flatMap((tier) => {
      const use = yaml[tier];
      return use === undefined ? [] : [[tier, withSlash(use)] as const];
    }),
  );
}

type TargetYaml = NonNullable<ModelYaml['targets']>[number];

function expand(
  { use, weight = 1, capabilities }: TargetYaml,
  path: Path,
  around: Surroundings,
  way: readonly string[],
): TargetSettings[] {
  const { yaml, known, mistakes } = around;
  const inner = Object.hasOwn(yaml, use) ? yaml[use] : undefined;
  if (inner) {
    if (way.includes(use)) return [];
    if (inner.targets === undefined) mistakes.add(path, `names ${use}, which chooses by tiers and cannot be a target`);
    return (inner.targets ?? []).flatMap((target) =>
      expand({ ...target, weight: (target.weight ?? 1) * weight }, path, around, [...way, use]),
    );
  }
  const elsewhere = known.rows.find(({ name }) => name === use);
  if (elsewhere) return elsewhere.targets.map((target) => ({ ...target, weight: target.weight * weight }));
  const address = addressOf(use, known.providers);
  // Of a row in a row, the mistake is told where it stands.
  if (!address) {
    if (way.length === 1) mistakes.add(path, unknownName(use, around));
    return [];
  }
  return [{ ...address, weight, ...(capabilities && { capabilities: defined(capabilities) }) }];
}

/** A tier or a threshold may name what a request may name. */
export function checkName(
  use: string,
  path: Path,
  { yaml, known, mistakes }: Pick<Surroundings, 'yaml' | 'known' | 'mistakes'>,
): void {
  const isName =
    Object.hasOwn(yaml, use) || [...logicalModels, ...known.rows.map(({ name }) => name)].some((name) => name === use);
  if (!isName && !addressOf(use, known.providers)) mistakes.add(path, unknownName(use, { yaml, known }));
}

function unknownName(use: string, { yaml, known }: Pick<Surroundings, 'yaml' | 'known'>): string {
  const names = [...Object.keys(yaml), ...known.rows.map(({ name }) => name)];
  const providers = known.providers.map(({ name }) => name);
  const [, provider] = /^([^/:]+)[/:]/.exec(use) ?? [];
  if (provider !== undefined) {
    const meant = nearestName(provider, providers);
    const hint = meant === undefined ? `configured are ${providers.join(', ')}` : `did you mean ${meant}?`;
    return `names the provider "${provider}", which is not configured; ${hint}`;
  }
  const meant = nearestName(use, names);
  return `names "${use}", which is no model here; ${meant === undefined ? `write provider/model, or give it a row: models: { ${use}: provider/model }` : `did you mean ${meant}?`}`;
}

/** `provider/model` or `provider:model` of a configured provider. */
function addressOf(use: string, providers: KnownModels['providers']): { provider: string; model: string } | undefined {
  if (use === 'guide') return { provider: 'guide', model: 'guide' };
  const [, provider = '', model = ''] = /^([^/:]+)[/:](.+)$/s.exec(use) ?? [];
  return providers.some(({ name }) => name === provider) ? { provider, model } : undefined;
}

/** Names inside the gateway are written with a slash. */
function withSlash(use: string): string {
  return use.includes('/') ? use : use.replace(':', '/');
}

/** A row whose tiers, thresholds or targets lead back to it would never end. */
function findCircles(yaml: Readonly<Record<string, ModelYaml>>, mistakes: MistakeList): void {
  const told = new Set<string>();
  const walk = (name: string, way: readonly string[]): void => {
    const at = way.indexOf(name);
    if (at >= 0) {
      const circle = way.slice(at);
      const id = circle.toSorted().join('\n');
      if (!told.has(id))
        mistakes.add(['models', circle[0] ?? name], `leads back to itself: ${[...circle, name].join(' → ')}`);
      told.add(id);
      return;
    }
    const row = yaml[name];
    if (!row) return;
    const uses = [
      ...(row.targets ?? []).map(({ use }) => use),
      ...Object.values(row.tiers ?? {}),
      ...(row.toolThresholds ?? []).map(({ use }) => use),
    ];
    for (const use of new Set(uses)) if (use !== undefined && Object.hasOwn(yaml, use)) walk(use, [...way, name]);
  };
  for (const name of Object.keys(yaml)) walk(name, []);
}

function unique(targets: readonly TargetSettings[]): TargetSettings[] {
  return targets.filter(
    ({ provider, model }, index) =>
      targets.findIndex((other) => other.provider === provider && other.model === model) === index,
  );
}
