import { defaultModelSettings } from '../default-settings.ts';
import { tiers } from '../../core/gateway-config.ts';
import type {
  GatewayConfig,
  ModelAddress,
  ModelRow,
  Provider,
  TargetSettings,
  Tier,
} from '../../core/gateway-config.ts';
import { readSwitch } from '../lynkr/lynkr-variable.ts';
import type { EnvironmentReader } from './environment-reader.ts';
import { providerByWord, providerVariables } from './provider-variables.ts';

const tierVariables: Readonly<Record<Tier, string>> = {
  simple: 'TIER_SIMPLE',
  medium: 'TIER_MEDIUM',
  complex: 'TIER_COMPLEX',
  reasoning: 'TIER_REASONING',
};
const logicalNames = ['chat-fast', 'chat-quality'] as const;

/** What variables say about who serves: all of it changes `GatewayConfig` and nothing else does. */
export type Routes = Pick<GatewayConfig, 'providers' | 'models' | 'modelDefaults' | 'defaultModel'>;

/** Names of the providers that variables of routing speak of. Unknown ones are mistakes. */
export function namedProviders(read: EnvironmentReader): ReadonlySet<string> {
  const words: [variable: string, word: string][] = [
    ...['MODEL_PROVIDER', 'EMBEDDINGS_PROVIDER'].map((name): [string, string] => [name, read.text(name) ?? '']),
    ...(isFallbackOff(read)
      ? []
      : read.list('FALLBACK_PROVIDER').map((word): [string, string] => ['FALLBACK_PROVIDER', word])),
  ].filter(([, word]) => word !== '' && word !== 'guide' && !read.elsewhere.has(word));
  const names = new Set<string>();
  for (const [variable, word] of words) {
    const found = providerByWord(word);
    if (found) names.add(found.name);
    else read.mistake(variable, `"${word}" is no provider; known are ${knownWords()}`);
  }
  for (const variable of Object.values(tierVariables)) {
    const [, word = ''] = /^([^:/]+)[:/]/.exec(read.text(variable) ?? '') ?? [];
    const found = providerByWord(word);
    if (found) names.add(found.name);
  }
  return names;
}

/** The order of providers, the default model, tiers, fallbacks and tool thresholds, as Lynkr's variables say them. */
export function routesFromEnvironment(read: EnvironmentReader, known: readonly Provider[]): Routes {
  const word = read.text('MODEL_PROVIDER');
  const wanted = word === undefined ? undefined : nameOf(read, word);
  const isMissing = wanted !== undefined && !isConfigured(read, known, wanted);
  if (isMissing) read.mistake('MODEL_PROVIDER', `names ${wanted}, which is not configured: ${howToConfigure(wanted)}`);
  const providers = known.toSorted((a, b) => Number(b.name === wanted) - Number(a.name === wanted));
  const first = providers[0]?.name ?? 'guide';
  const modelDefaults = isFallbackOff(read) ? { ...defaultModelSettings, fallback: false } : defaultModelSettings;

  const fallbacks = fallbackTargets(read, providers);
  const thresholds = toolThresholds(read, providers, fallbacks);
  const settings = modelDefaults;
  const tierRows = tiersFrom(read, { providers, first, fallbacks, settings });
  const needsRows = tierRows.length === 0 && (fallbacks.length > 0 || thresholds.length > 0);
  const rows = needsRows ? logicalRows(read, { providers, fallbacks, thresholds, settings }) : [];
  const defaultModel = defaultModelOf(read, {
    providers,
    first,
    hasTiers: tierRows.length > 0,
    isTold: wanted !== undefined || needsRows,
  });
  return {
    providers,
    models: [...rows, ...tierRows],
    modelDefaults,
    ...(defaultModel === undefined ? {} : { defaultModel }),
  };
}

function isFallbackOff(read: EnvironmentReader): boolean {
  const text = read.text('FALLBACK_ENABLED');
  if (text === undefined) return false;
  const value = readSwitch(text);
  if (value === undefined && !read.mistakes.some(({ variable }) => variable === 'FALLBACK_ENABLED')) {
    read.mistake('FALLBACK_ENABLED', `"${text}" must be true or false`);
  }
  return value === false;
}

function fallbackTargets(read: EnvironmentReader, providers: readonly Provider[]): TargetSettings[] {
  const words = read.list('FALLBACK_PROVIDER');
  if (words.length === 0) return [];
  if (isFallbackOff(read)) {
    read.note('FALLBACK_PROVIDER', 'has no effect: FALLBACK_ENABLED is false');
    return [];
  }
  return words.flatMap((word) => {
    const name = nameOf(read, word);
    const provider = providers.find((candidate) => candidate.name === name);
    if (name === undefined) return [];
    if (!provider) {
      const why = read.elsewhere.has(name)
        ? 'is described in gateway.yaml: write the fallback there'
        : `is not configured: ${howToConfigure(name)}`;
      read.note('FALLBACK_PROVIDER', `names ${name}, which ${why}`);
    }
    const model = provider?.preferred['chat-quality'];
    if (provider && model === undefined)
      read.note('FALLBACK_PROVIDER', `names ${name}, which needs a model: ${modelVariable(name)}`);
    return model === undefined || name === undefined ? [] : [{ provider: name, model, weight: 1 }];
  });
}

/** Small models lose their way among many tools: beyond a number of them, somebody else serves. */
function toolThresholds(
  read: EnvironmentReader,
  providers: readonly Provider[],
  fallbacks: readonly TargetSettings[],
): { above: number; use: string }[] {
  const [first] = providers;
  const next: ModelAddress | undefined = fallbacks[0];
  const openRouter = providers.find(({ name }) => name === 'openrouter');
  const viaOpenRouter: ModelAddress | undefined = openRouter && {
    provider: 'openrouter',
    model: openRouter.preferred['chat-quality'] ?? '',
  };
  const rules = [
    { variable: 'OLLAMA_MAX_TOOLS_FOR_ROUTING', of: 'ollama', use: viaOpenRouter ?? next },
    { variable: 'OPENROUTER_MAX_TOOLS_FOR_ROUTING', of: first?.name === 'ollama' ? 'ollama' : 'openrouter', use: next },
  ];
  const found = rules.flatMap(({ variable, of, use }) => {
    if (read.text(variable) === undefined) return [];
    const above = read.wholeNumber(variable, { fallback: 0, largest: 10_000 });
    if (use !== undefined && first?.name === of && !hasTiers(read))
      return [{ above, use: `${use.provider}/${use.model}` }];
    const why = hasTiers(read) ? 'tiers decide' : 'there is no provider to go to, or the first one is another';
    read.note(variable, `has no effect: ${why}`);
    return [];
  });
  return found.toSorted((a, b) => b.above - a.above);
}

function hasTiers(read: EnvironmentReader): boolean {
  return Object.values(tierVariables).some((variable) => read.text(variable) !== undefined);
}

interface RowSources {
  readonly providers: readonly Provider[];
  readonly fallbacks: readonly TargetSettings[];
  readonly settings: ModelRow['settings'];
}

/** The two names everybody has, served by the first provider and those behind it. */
function logicalRows(
  read: EnvironmentReader,
  {
    providers,
    fallbacks,
    settings,
    thresholds,
  }: RowSources & { thresholds: readonly { above: number; use: string }[] },
): ModelRow[] {
  const [first] = providers;
  if (!first) return [];
  return logicalNames.flatMap((name) => {
    const model = first.preferred[name];
    if (
      model === undefined ||
      read.text(name === 'chat-fast' ? 'CHAT_FAST_MODEL' : 'CHAT_QUALITY_MODEL') !== undefined
    ) {
      if (model === undefined && name === 'chat-quality')
        read.note('FALLBACK_PROVIDER', `needs to know the model of ${first.name}: ${modelVariable(first.name)}`);
      return [];
    }
    const targets = unique([{ provider: first.name, model, weight: 1 }, ...fallbacks]);
    return [{ name, targets, settings, ...(thresholds.length === 0 ? {} : { toolThresholds: thresholds }) }];
  });
}

function tiersFrom(
  read: EnvironmentReader,
  { providers, first, fallbacks, settings }: RowSources & { readonly first: string },
): ModelRow[] {
  const rows: ModelRow[] = [];
  const named: Partial<Record<Tier, string>> = {};
  for (const tier of tiers) {
    const text = read.text(tierVariables[tier]);
    if (text === undefined) continue;
    const address = toAddress(read, text, first);
    if (!isConfigured(read, providers, address.provider) || address.model === '') {
      const why =
        address.model === ''
          ? 'must be written provider:model'
          : `names ${address.provider}, which is not configured: ${howToConfigure(address.provider)}`;
      read.mistake(tierVariables[tier], why);
      continue;
    }
    const targets = unique([{ ...address, weight: 1 }, ...fallbacks]);
    const name = `tier-${tier}`;
    if (targets.length > 1) rows.push({ name, targets, settings });
    named[tier] = targets.length > 1 ? name : `${address.provider}/${address.model}`;
  }
  if (!hasTiers(read)) return [];
  const left = tiers.filter((tier) => read.text(tierVariables[tier]) === undefined).map((tier) => tierVariables[tier]);
  const [given] = tiers.filter((tier) => read.text(tierVariables[tier]) !== undefined);
  if (left.length > 0 && given)
    read.note(tierVariables[given], `is not all: ${left.join(', ')} missing, the next tier up, then down, serves`);
  return [...rows, { name: 'auto', targets: [], tiers: named, settings }];
}

function defaultModelOf(
  read: EnvironmentReader,
  {
    providers,
    first,
    hasTiers: tiered,
    isTold,
  }: { providers: readonly Provider[]; first: string; hasTiers: boolean; isTold: boolean },
): string | undefined {
  const text = read.text('MODEL_DEFAULT');
  if (text !== undefined) {
    if (text === 'auto' || logicalNames.some((name) => name === text)) return text;
    const { provider, model } = toAddress(read, text, first);
    if (isConfigured(read, providers, provider)) return `${provider}/${model}`;
    read.mistake('MODEL_DEFAULT', `names ${provider}, which is not configured: ${howToConfigure(provider)}`);
  }
  if (tiered) return 'auto';
  return isTold ? 'chat-quality' : undefined;
}

/** `provider:model` or `provider/model`; a bare name is a model of `first`. */
function toAddress(read: EnvironmentReader, text: string, first: string): ModelAddress {
  const [, word = '', model = ''] = /^([^:/]+)[:/](.*)$/s.exec(text) ?? [];
  const name = nameOf(read, word);
  return name === undefined ? { provider: first, model: text } : { provider: name, model };
}

/** The provider a word stands for. */
function nameOf(read: EnvironmentReader, word: string): string | undefined {
  return word === 'guide' || read.elsewhere.has(word) ? word : providerByWord(word)?.name;
}

function isConfigured(read: EnvironmentReader, providers: readonly Provider[], name: string): boolean {
  return read.elsewhere.has(name) || providers.some((provider) => provider.name === name);
}

function unique(targets: readonly TargetSettings[]): TargetSettings[] {
  return targets.filter(
    ({ provider, model }, index) =>
      targets.findIndex((other) => other.provider === provider && other.model === model) === index,
  );
}

function knownWords(): string {
  return [...providerVariables.map(({ name }) => name), 'guide'].join(', ');
}

/** What to set, in words, for a provider that is not configured. */
export function howToConfigure(name: string): string {
  const found = providerByWord(name);
  if (!found) return `known are ${knownWords()}`;
  if (found.name === 'openai') return 'set OPENAI_API_KEY or OPENAI_REVERSE_PROXY';
  if (found.name === 'ollama') return 'OLLAMA_ENDPOINT=off switches it off';
  const parts = [
    found.needs !== 'key' ? found.endpoints[0] : undefined,
    found.needs !== 'endpoint' ? found.keys[0] : undefined,
  ];
  return `set ${parts.filter((part) => part !== undefined).join(' and ')}`;
}

function modelVariable(name: string): string {
  return `set ${providerByWord(name)?.models[0] ?? 'its model'}`;
}
