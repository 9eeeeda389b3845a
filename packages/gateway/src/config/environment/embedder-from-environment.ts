import type { ModelAddress, Provider } from '../../core/gateway-config.ts';
import { readBaseUrl } from '../base-url.ts';
import type { EnvironmentReader } from './environment-reader.ts';
import { providerByWord, providerVariables } from './provider-variables.ts';

/** Who turns text into vectors for the semantic cache, and a provider for it where it has an address of its own. */
export interface Embedder {
  readonly address: ModelAddress;
  readonly provider?: Provider;
}

/** The provider EMBEDDINGS_PROVIDER names, or the first of `known` with an embeddings model of its own. */
export function embedderFromEnvironment(read: EnvironmentReader, known: readonly Provider[]): Embedder | undefined {
  const word = read.text('EMBEDDINGS_PROVIDER');
  const wanted = word === undefined ? undefined : providerByWord(word)?.name;
  const candidates = known.flatMap(({ name }) =>
    providerVariables.filter((row) => row.name === name && row.embeddings !== undefined),
  );
  const chosen = candidates.find(({ name, embeddings }) =>
    wanted === undefined ? isNamed(read, embeddings) : name === wanted,
  );
  for (const { name, embeddings } of candidates) {
    if (name === chosen?.name || embeddings === undefined) continue;
    for (const variable of [embeddings.model, embeddings.endpoint]) {
      if (variable === undefined || read.text(variable) === undefined) continue;
      read.note(variable, `has no effect: ${chosen?.name ?? 'another provider'} embeds (EMBEDDINGS_PROVIDER)`);
    }
  }
  if (wanted !== undefined && !chosen) {
    read.note('EMBEDDINGS_PROVIDER', `has no effect: ${wanted} is not configured, or has no embeddings here`);
  }
  if (!chosen?.embeddings) return undefined;
  const { model, endpoint, usualModel } = chosen.embeddings;
  const provider = known.find(({ name }) => name === chosen.name);
  const name = read.text(model) ?? usualModel;
  if (!provider || name === undefined) {
    read.note('EMBEDDINGS_PROVIDER', `needs the model: set ${model}`);
    return undefined;
  }
  const own = endpoint === undefined ? undefined : ownProvider(read, provider, endpoint);
  return { address: { provider: own?.name ?? provider.name, model: name }, ...(own && { provider: own }) };
}

function isNamed(read: EnvironmentReader, embeddings: { model: string; endpoint?: string } | undefined): boolean {
  if (embeddings === undefined) return false;
  const { model, endpoint } = embeddings;
  return read.text(model) !== undefined || (endpoint !== undefined && read.text(endpoint) !== undefined);
}

function ownProvider(read: EnvironmentReader, provider: Provider, variable: string): Provider | undefined {
  const text = read.text(variable);
  if (text === undefined) return undefined;
  const reading = readBaseUrl(text);
  if ('mistake' in reading) {
    read.mistake(variable, reading.mistake);
    return undefined;
  }
  if (sameServer(reading.baseUrl, provider.baseUrl)) return undefined;
  return {
    ...provider,
    name: `${provider.name}-embeddings`,
    dialect: 'openai-chat',
    baseUrl: reading.baseUrl,
    presence: 'configured',
    preferred: {},
  };
}

function sameServer(left: string, right: string): boolean {
  return (
    new URL(left).origin.replace('//localhost', '//127.0.0.1') ===
    new URL(right).origin.replace('//localhost', '//127.0.0.1')
  );
}
