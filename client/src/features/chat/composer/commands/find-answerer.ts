import { agentsEndpoint } from '@parley/contracts';
import type { ModelSpec } from '@parley/contracts';
import type { ChatLink } from '../../chat-link.ts';
import type { EndpointModels, ModelChoice } from '../model-choice.ts';

interface Offered {
  readonly offered: readonly EndpointModels[];
  readonly specs: readonly ModelSpec[];
}

/** Who a link asks to answer, if anybody, and the choice that is; agents are not looked up here. */
export function findAnswerer(
  { agent, endpoint, model, spec }: ChatLink,
  { offered, specs }: Offered,
): { readonly wanted: string | undefined; readonly choice: ModelChoice | undefined } {
  if (spec !== undefined) {
    const found = specs.find(({ name }) => name === spec);
    return { wanted: spec, choice: found && { endpoint: found.endpoint, model: found.model, spec: found.name } };
  }
  if (agent !== undefined) return { wanted: agent, choice: { endpoint: agentsEndpoint, model: agent } };
  if (endpoint === agentsEndpoint) {
    return { wanted: model ?? endpoint, choice: model === undefined ? undefined : { endpoint, model } };
  }
  if (endpoint === undefined && model === undefined) return { wanted: undefined, choice: undefined };
  const place = offered.find(
    ({ name, models }) =>
      (endpoint === undefined || name === endpoint) && (model === undefined || models.some(({ id }) => id === model)),
  );
  return {
    wanted: model ?? endpoint,
    choice: place && { endpoint: place.name, model: model ?? place.defaultModel },
  };
}
