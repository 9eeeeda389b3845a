import type { Endpoint, Model } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import * as z from 'zod/mini';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { endpointsQuery, modelsQuery } from '../../../lib/query/queries.ts';

/** A model of an endpoint. */
export interface ModelChoice {
  readonly endpoint: string;
  readonly model: string;
}

export interface EndpointModels extends Endpoint {
  readonly models: readonly Model[];
}

const storedSchema = z.object({ last: z.nullable(z.object({ endpoint: z.string(), model: z.string() })) });

interface LastChoice {
  readonly last: ModelChoice | null;
}

/** The model chosen last in this browser; new chats begin with it. */
const useLastChoice = create<LastChoice>()(
  persist((): LastChoice => ({ last: null }), {
    name: 'parley:model',
    version: 1,
    merge: (stored, initial) => {
      const parsed = z.safeParse(storedSchema, stored);
      return parsed.success ? parsed.data : initial;
    },
  }),
);

/**
 * The model a chat talks to: what was chosen in it, otherwise what it used before, what was chosen last, or the first
 * endpoint's default. A choice that is no longer offered is passed over.
 */
export function useModelChoice(used: ModelChoice | undefined) {
  const endpoints = useQuery(endpointsQuery);
  const models = useQuery(modelsQuery);
  const last = useLastChoice((state) => state.last);
  const [chosen, setChosen] = useState<ModelChoice>();
  const offered = endpointModels(endpoints.data, models.data);
  const choice = [chosen, used, last].find((candidate) => candidate && isOffered(candidate, offered));
  return {
    offered,
    failed: endpoints.isError || models.isError,
    isLoading: endpoints.isLoading || models.isLoading,
    choice: choice ?? defaultChoice(offered),
    choose: (next: ModelChoice) => {
      setChosen(next);
      useLastChoice.setState({ last: next });
    },
  };
}

function endpointModels(
  endpoints: readonly Endpoint[] = [],
  models: Readonly<Record<string, readonly Model[]>> = {},
): EndpointModels[] {
  return endpoints
    .map((endpoint) => ({ ...endpoint, models: models[endpoint.name] ?? [] }))
    .filter((endpoint) => endpoint.models.length > 0);
}

function isOffered({ endpoint, model }: ModelChoice, offered: readonly EndpointModels[]): boolean {
  return offered.some(({ name, models }) => name === endpoint && models.some(({ id }) => id === model));
}

function defaultChoice([first]: readonly EndpointModels[]): ModelChoice | undefined {
  if (!first) return undefined;
  const model = first.models.find(({ id }) => id === first.defaultModel) ?? first.models[0];
  return model && { endpoint: first.name, model: model.id };
}
