import type { Dispatcher } from 'undici';
import { listProviderModels } from '../catalog/list-models.ts';
import type { CacheStore } from '../cache/cache-store.ts';
import type { SemanticCache } from '../cache/semantic/semantic-cache.ts';
import type { ResponseMemory } from '../dialects/openai-responses/response-memory.ts';
import { createKeyRing } from '../keys/key-ring.ts';
import { createModelDirectory } from '../routing/model-directory.ts';
import type { ModelDirectory } from '../routing/model-directory.ts';
import { createModelList } from '../routing/model-list.ts';
import type { ModelListState } from '../routing/model-list.ts';
import type { Experience } from '../routing/resilience.ts';
import { createRoutePlanner } from '../routing/route-planner.ts';
import type { RoutePlanner } from '../routing/route-planner.ts';
import { createTargets } from '../routing/targets.ts';
import type { Targets } from '../routing/targets.ts';
import type { TierRouter } from '../routing/tiers/choose-tier.ts';
import { createAdmission } from '../server/admission.ts';
import type { Admission } from '../server/admission.ts';
import type { Metering } from '../usage/create-metering.ts';
import { composeCallers } from './compose-callers.ts';
import type { ComposedCallers } from './compose-callers.ts';
import type { DialectRegistry } from './dialect-registry.ts';
import type { GatewayConfig, Provider } from './gateway-config.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { ProviderStrategy } from './provider-strategy.ts';

/** What lives as long as the gateway, whatever its configuration says meanwhile. */
export interface Lasting {
  readonly registry: DialectRegistry;
  readonly guide: ProviderStrategy;
  readonly dispatcher: Dispatcher;
  readonly experience: Experience;
  readonly metering: Metering;
  readonly cacheStore: CacheStore;
  readonly semantic: SemanticCache | undefined;
  readonly tiers: TierRouter;
  /** Answers that later requests may go on from. */
  readonly responses: ResponseMemory;
  readonly log: GatewayLog;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Those that end a request, while it runs. */
  readonly running: Set<AbortController>;
  readonly closing: AbortSignal;
}

/** One configuration, compiled. A request keeps to the one it began with. */
export interface Snapshot extends ComposedCallers {
  readonly config: GatewayConfig;
  readonly directory: ModelDirectory;
  readonly planner: RoutePlanner;
  readonly targets: Targets;
  readonly admission: Admission;
  readonly isOpen: boolean;
  /** Resolves when the providers that have to be found have been looked for. */
  readonly firstLook: Promise<unknown>;
}

/** Compiles `config`. Looks for providers that have to be found right away, in the background. */
export function createSnapshot(config: GatewayConfig, lasting: Lasting): Snapshot {
  const { dispatcher, closing, now, log, tiers } = lasting;
  const ring = createKeyRing({ ...config, adminTokenSha256: config.adminTokenSha256 });
  const targets = createTargets(config.providers);
  const lists = new Map(
    config.providers.map((provider) => [
      provider.name,
      createModelList({ fetch: () => listProviderModels(dispatcher, provider, closing), now }),
    ]),
  );
  const modelsOf = async (provider: Provider): Promise<ModelListState> =>
    (await lists.get(provider.name)?.()) ?? { models: undefined, error: undefined };
  const directory = createModelDirectory({ config, targets, modelsOf, log });
  return {
    config,
    directory,
    targets,
    planner: createRoutePlanner({ config, directory, targets, tiers }),
    admission: createAdmission({ ring, allowedHosts: config.allowedHosts }),
    isOpen: ring.isEmpty,
    firstLook: Promise.all(config.providers.filter(({ presence }) => presence === 'found').map(modelsOf)),
    ...composeCallers({ ...lasting, config }),
  };
}
