import type { Endpoint, Model } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { endpointsQuery, modelsQuery } from '../../../lib/query/queries.ts';

export interface OfferedEndpoint extends Endpoint {
  readonly models: readonly Model[];
}

/** The models an agent can stand on, by endpoint; `undefined` while they are on their way. */
export function useOfferedModels() {
  const endpoints = useQuery(endpointsQuery);
  const models = useQuery(modelsQuery);
  const offered: readonly OfferedEndpoint[] | undefined =
    endpoints.data &&
    models.data &&
    endpoints.data
      .map((endpoint) => ({ ...endpoint, models: models.data[endpoint.name] ?? [] }))
      .filter((endpoint) => endpoint.models.length > 0);
  return { offered, error: endpoints.error ?? models.error };
}
