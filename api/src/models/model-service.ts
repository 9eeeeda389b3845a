import { problem } from '@parley/contracts';
import type { Endpoint, Model } from '@parley/contracts';
import { timeoutsFor } from '@parley/gateway';
import type { ProviderStrategy, Target } from '@parley/gateway';
import type { EndpointConfig } from '../config/app-config.ts';
import type { ModelLists } from './model-lists.ts';

/** Milliseconds. A gateway in between knows better what went wrong, so its own deadlines come first. */
const margin = 5_000;

/** Everything a generation needs to call a model. */
export interface ResolvedModel {
  readonly strategy: ProviderStrategy;
  readonly target: Target;
  readonly endpoint: EndpointConfig;
}

export interface ModelService {
  /** The endpoints as a browser may see them, in the operator's order. */
  endpoints(): Endpoint[];
  /** The models of each endpoint, by endpoint name. An endpoint that cannot be asked answers its default list. */
  models(signal: AbortSignal): Promise<Record<string, Model[]>>;
  /** Throws `endpoint-not-found` or `model-not-found`. */
  resolve(endpointName: string, modelName: string, signal: AbortSignal): Promise<ResolvedModel>;
}

interface ModelServiceOptions {
  readonly endpoints: readonly EndpointConfig[];
  /** Speaks the dialect of `custom` endpoints. */
  readonly strategy: ProviderStrategy;
  readonly lists: ModelLists;
}

/** Knows which endpoints and models there are. */
export function createModelService({ endpoints, strategy, lists }: ModelServiceOptions): ModelService {
  return {
    endpoints() {
      return endpoints.map(({ name, label, type, models }) => ({
        name,
        label,
        type,
        defaultModel: models.default[0] ?? '',
      }));
    },

    async models(signal) {
      const all = await Promise.all(
        endpoints.map(async (endpoint): Promise<[string, Model[]]> => {
          const ids = await lists.of(endpoint, signal);
          const descriptions = new Map(Object.entries(endpoint.models.descriptions ?? {}));
          return [endpoint.name, ids.map((id) => describe(id, descriptions.get(id)))];
        }),
      );
      return Object.fromEntries(all);
    },

    async resolve(endpointName, modelName, signal) {
      const endpoint = endpoints.find(({ name }) => name === endpointName);
      if (endpoint === undefined)
        throw problem('endpoint-not-found', { detail: `There is no endpoint “${endpointName}”.` });
      const ids = await lists.of(endpoint, signal);
      if (!ids.includes(modelName)) {
        throw problem('model-not-found', { detail: `The endpoint “${endpointName}” has no model “${modelName}”.` });
      }
      return { strategy, target: targetOf(endpoint, modelName), endpoint };
    },
  };
}

function describe(id: string, description: string | undefined): Model {
  return description === undefined ? { id } : { id, description };
}

function targetOf(endpoint: EndpointConfig, model: string): Target {
  const { connect, headers, content, idle } = timeoutsFor(endpoint.baseUrl);
  return {
    provider: endpoint.name,
    baseUrl: endpoint.baseUrl,
    apiKey: endpoint.apiKey,
    model,
    headers: endpoint.headers,
    timeouts: { connect, headers: headers + margin, content: content + margin, idle: idle + margin },
  };
}
