import { isChatModelName } from '../catalog/providers.ts';
import type { GatewayConfig, LogicalModel, ModelAddress, Provider } from '../core/gateway-config.ts';
import { logicalModels } from '../core/gateway-config.ts';
import { GatewayError } from '../core/gateway-error.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { Target } from '../core/provider-strategy.ts';
import type { ModelListState } from './model-list.ts';
import type { Targets } from './targets.ts';

export interface ListedModel {
  /** What to write in a request. */
  readonly id: string;
  /** The provider that serves it, by name. */
  readonly ownedBy: string;
}

/** Who serves what at this moment, for people. */
export interface GatewayDescription {
  /** Only the built-in guide answers: no provider is configured or was found. */
  readonly guideOnly: boolean;
  readonly providers: readonly {
    readonly name: string;
    readonly label: string;
    readonly isPresent: boolean;
    /** Why the models of a configured provider could not be listed. */
    readonly problem?: string;
  }[];
  /** What the logical names mean; null while nothing can serve one. */
  readonly logicalModels: Readonly<Record<LogicalModel, ModelAddress | null>>;
}

export interface ModelDirectory {
  /** The target of a name that says by itself who serves it: `provider/model` or `provider:model`. */
  addressed(name: string): Target | undefined;
  /** The target of any name but those of the operator's own rows. Rejects with `model-not-found` when nobody serves it. */
  resolve(name: string): Promise<Target>;
  list(): Promise<ListedModel[]>;
  describe(): Promise<GatewayDescription>;
}

export interface ModelDirectoryOptions {
  readonly config: Pick<GatewayConfig, 'providers' | 'mapping' | 'models' | 'defaultModel'>;
  readonly targets: Targets;
  /** What is known of a provider's models; never rejects. */
  readonly modelsOf: (provider: Provider) => Promise<ModelListState>;
  readonly log: GatewayLog;
}

/** Finds the provider and upstream model behind a name: logical, `provider/model`, or a name one provider claims. */
export function createModelDirectory({ config, targets, modelsOf, log }: ModelDirectoryOptions): ModelDirectory {
  const { providers } = config;
  const replacedNames = new Set<string>();

  async function isPresent(provider: Provider): Promise<boolean> {
    return provider.presence === 'configured' || ((await modelsOf(provider)).models ?? []).length > 0;
  }

  async function firstPresent(): Promise<Provider> {
    for (const provider of providers) if (await isPresent(provider)) return provider;
    throw new GatewayError('model-not-found', { message: 'No provider is configured.' });
  }

  async function addressOf(logical: LogicalModel): Promise<ModelAddress> {
    const mapped = config.mapping[logical];
    if (mapped) return mapped;
    const provider = await firstPresent();
    return { provider: provider.name, model: await preferredModel(provider, logical) };
  }

  async function preferredModel(provider: Provider, logical: LogicalModel): Promise<string> {
    const preferred = provider.preferred[logical];
    if (preferred !== undefined && provider.isPreferenceExplicit) return preferred;
    const { models = [], error } = await modelsOf(provider);
    if (preferred !== undefined && (models.length === 0 || models.includes(preferred))) return preferred;
    const first = models.find(isChatModelName) ?? models[0];
    if (first === undefined) throw error ?? noModels(provider);
    noteReplacement(provider, logical, preferred, first);
    return first;
  }

  function noteReplacement(
    provider: Provider,
    logical: LogicalModel,
    preferred: string | undefined,
    model: string,
  ): void {
    const note = `${logical}=${provider.name}/${model}`;
    if (replacedNames.has(note)) return;
    replacedNames.add(note);
    const missing = preferred === undefined ? '' : `: ${provider.label} does not list ${preferred}`;
    log.info({ logical, provider: provider.name, model }, `${logical} means ${provider.name}/${model}${missing}`);
  }

  function addressed(name: string): Target | undefined {
    const slash = name.indexOf('/');
    const found = slash > 0 && targets.at({ provider: name.slice(0, slash), model: name.slice(slash + 1) });
    if (found) return found;
    const colon = name.indexOf(':');
    return colon > 0 ? targets.at({ provider: name.slice(0, colon), model: name.slice(colon + 1) }) : undefined;
  }

  async function resolveClaimed(name: string): Promise<Target | undefined> {
    const lists = await Promise.all(
      providers.map(async (provider) => ({ provider, models: (await modelsOf(provider)).models })),
    );
    const claims = lists.filter(({ models }) => models?.includes(name));
    const primary = await firstPresent();
    const isPrimaryUnknown = lists.some(({ provider, models }) => provider === primary && (models ?? []).length === 0);
    const chosen = claims.length === 1 ? claims[0]?.provider : undefined;
    // Where the operator named a default, it serves what cannot be verified: a guess would have no fallback behind it.
    const isGuessed = isPrimaryUnknown && config.defaultModel === undefined;
    const fallback = claims.length > 1 || isGuessed ? primary : undefined;
    const provider = chosen ?? fallback;
    return provider && targets.at({ provider: provider.name, model: name });
  }

  return {
    addressed,

    async resolve(name) {
      if (isLogicalModel(name)) {
        const logical = targets.at(await addressOf(name));
        if (logical) return logical;
      }
      const found = addressed(name) ?? (await resolveClaimed(name));
      if (found) return found;
      throw unknownModel(name, config);
    },

    async list() {
      const names = new Set([...config.models.map(({ name }) => name), ...logicalModels]);
      const logical = [...names].map((id) => ({ id, ownedBy: 'parley' }));
      const lists = await Promise.all(
        providers.map(async (provider) => {
          const { models = [] } = await modelsOf(provider);
          return models.filter(isChatModelName).map((model) => ({
            id: provider.dialect === 'guide' ? model : `${provider.name}/${model}`,
            ownedBy: provider.name,
          }));
        }),
      );
      return [...logical, ...lists.flat()];
    },

    async describe() {
      const states = await Promise.all(
        providers.map(async (provider) => {
          const { error } = await modelsOf(provider);
          const { name, label, presence } = provider;
          const problem = presence === 'configured' && error ? { problem: error.message } : {};
          return { name, label, isPresent: await isPresent(provider), ...problem };
        }),
      );
      return {
        guideOnly: states.every(({ name, isPresent: present }) => name === 'guide' || !present),
        providers: states,
        logicalModels: {
          'chat-fast': await orNull(addressOf('chat-fast')),
          'chat-quality': await orNull(addressOf('chat-quality')),
        },
      };
    },
  };
}

function isLogicalModel(name: string): name is LogicalModel {
  return logicalModels.some((logical) => logical === name);
}

function noModels(provider: Provider): GatewayError {
  return new GatewayError('model-not-found', {
    message:
      provider.name === 'ollama'
        ? 'Ollama has no models yet. Fetch one, for example with "ollama pull llama3.2".'
        : `${provider.label} lists no models.`,
  });
}

/** The error for a name nobody serves, with the names that somebody does. */
function unknownModel(name: string, { models, providers }: Pick<GatewayConfig, 'models' | 'providers'>): GatewayError {
  const prefixes = providers.filter(({ dialect }) => dialect !== 'guide').map((provider) => `${provider.name}/…`);
  const rows = models.map((row) => row.name);
  const known = [...new Set([...rows, ...logicalModels, 'guide', ...prefixes])].join(', ');
  return new GatewayError('model-not-found', {
    message: `The model "${name.slice(0, 100)}" does not exist here. Known names: ${known}; GET /v1/models lists all of them.`,
    param: 'model',
  });
}

/** A logical model that nothing can serve now is a state to show, not a fault of the one who asks. */
async function orNull(address: Promise<ModelAddress>): Promise<ModelAddress | null> {
  try {
    return await address;
  } catch (error) {
    if (error instanceof GatewayError) return null;
    throw error;
  }
}
