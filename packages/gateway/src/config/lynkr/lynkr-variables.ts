import { providerVariableNames } from '../environment/provider-variables.ts';
import { cacheVariables } from './cache-variables.ts';
import { hostVariables, ignoredVariables, unbuiltVariables } from './idle-variables.ts';
import type { LynkrVariable } from './lynkr-variable.ts';
import { priceOverrides } from './price-overrides.ts';
import { resilienceVariables } from './resilience-variables.ts';
import { serverVariables } from './server-variables.ts';

const route = (name: string, meaning: string): LynkrVariable => ({ name, meaning, kind: 'route' });

/** Variables that say together who serves what. */
const routeVariables: readonly LynkrVariable[] = [
  route('MODEL_PROVIDER', 'the provider that serves unless a request says otherwise'),
  route('MODEL_DEFAULT', 'the model for requests that name none or an unknown one'),
  route('TIER_SIMPLE', 'provider:model for easy requests; all four make the model auto'),
  route('TIER_MEDIUM', 'provider:model for those in between'),
  route('TIER_COMPLEX', 'provider:model for hard requests'),
  route('TIER_REASONING', 'provider:model for the hardest'),
  route('FALLBACK_ENABLED', 'whether another target is tried when one fails'),
  route('FALLBACK_PROVIDER', 'providers that serve when the first one fails, with commas between; none unless told'),
  route('OLLAMA_MAX_TOOLS_FOR_ROUTING', 'with more tools than this, OpenRouter or the fallback serves'),
  route('OPENROUTER_MAX_TOOLS_FOR_ROUTING', 'with more tools than this, the fallback serves'),
  route('EMBEDDINGS_PROVIDER', 'who embeds for the semantic cache'),
];

/**
 * Every variable of Lynkr 9 and what it is here, in the order in which they are applied. Of several rows that fit a
 * name the first one counts.
 */
export const lynkrVariables: readonly LynkrVariable[] = [
  ...serverVariables,
  ...resilienceVariables,
  ...cacheVariables,
  priceOverrides,
  ...routeVariables,
  ...hostVariables,
  ...unbuiltVariables,
  ...providerVariableNames.map((name): LynkrVariable => ({ name, meaning: 'describes a provider', kind: 'provider' })),
  ...ignoredVariables,
];
