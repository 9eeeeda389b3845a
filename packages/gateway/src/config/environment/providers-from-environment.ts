import { providerRows, timeoutsFor } from '../../catalog/providers.ts';
import type { ProviderRow } from '../../catalog/providers.ts';
import type { Provider } from '../../core/gateway-config.ts';
import type { Dialect } from '../../core/model-request.ts';
import { readBaseUrl } from '../base-url.ts';
import type { EnvironmentReader } from './environment-reader.ts';
import { providerVariables } from './provider-variables.ts';
import type { ProviderDraft, ProviderVariables } from './provider-variables.ts';

const anHour = 3_600_000;

/**
 * The providers that the environment describes, in order of preference, with the guide at the end. `named`: those that
 * routes speak of, which counts as a wish to use them.
 */
export function providersFromEnvironment(read: EnvironmentReader, named: ReadonlySet<string>): Provider[] {
  const providers = providerVariables.map((variables) => {
    const provider = fromVariables(variables, read, named.has(variables.name));
    if (provider === undefined) noteLeftovers(variables, read);
    return provider;
  });
  return [...providers.filter((provider) => provider !== undefined), guide()];
}

/** The catalog's row of a provider. */
export function catalogRow(name: string): ProviderRow | undefined {
  return Object.entries(providerRows).find(([key]) => key === name)?.[1];
}

function guide(): Provider {
  return { name: 'guide', ...providerRows.guide, keys: [], presence: 'configured', isPreferenceExplicit: true };
}

function fromVariables(variables: ProviderVariables, read: EnvironmentReader, isNamed: boolean): Provider | undefined {
  const row = catalogRow(variables.name);
  const address = addressOf(variables, row, read);
  if (row === undefined || address === 'wrong' || address === 'off') return undefined;
  const isLocal = variables.needs === 'endpoint' && /^http:\/\/(?:127\.0\.0\.1|localhost)\b/.test(row.baseUrl);
  const isLookedFor = variables.name === 'ollama';
  const key = read.first(variables.keys)?.text;
  const given = address?.isUsual === true ? undefined : address;
  if (
    !isEnough(variables, read, { key, address: given, isNamed }) &&
    !(isLocal && (isNamed || isLookedFor || address))
  ) {
    return undefined;
  }
  const timeouts = given === undefined ? row.timeouts : timeoutsFor(given.baseUrl);
  const { preferred, isPreferenceExplicit } = preferences(variables, row, read);
  const draft: ProviderDraft = {
    ...row,
    name: variables.name,
    label: labelOf(variables, row, given !== undefined),
    ...(given === undefined ? {} : { baseUrl: given.baseUrl, endpoint: given.text }),
    ...(given?.dialect === undefined ? {} : { dialect: given.dialect }),
    keys: key === undefined ? [] : [key],
    timeouts: withWait(timeouts, variables, read),
    ...concurrency(variables, read),
    presence: isLookedFor && address === undefined && !isNamed ? 'found' : 'configured',
    preferred,
    isPreferenceExplicit,
  };
  // Another server under OpenAI's name need not have the habits of OpenAI's own.
  const { quirks: _quirks, ...plain } = draft;
  const own = variables.name === 'openai' && given !== undefined ? plain : draft;
  const adapted = variables.adapt ? variables.adapt(own, read) : own;
  if (adapted === undefined) return undefined;
  const { endpoint: _endpoint, ...provider } = adapted;
  return provider;
}

interface Address {
  readonly text: string;
  readonly baseUrl: string;
  readonly dialect?: Dialect;
  /** It is where the provider is found anyway. */
  readonly isUsual: boolean;
}

function addressOf(
  { name, endpoints, readsEndpointItself, dialects }: ProviderVariables,
  row: ProviderRow | undefined,
  read: EnvironmentReader,
): Address | 'off' | 'wrong' | undefined {
  const found: (Address & { variable: string })[] = [];
  let isWrong = false;
  for (const variable of endpoints) {
    const text = read.text(variable);
    if (text === undefined) continue;
    if (text.toLowerCase() === 'off' && name === 'ollama') return 'off';
    if (readsEndpointItself === true) {
      found.push({ variable, text, baseUrl: text, isUsual: false });
      continue;
    }
    const reading = readBaseUrl(text);
    if ('mistake' in reading) {
      read.mistake(variable, name === 'ollama' ? `${reading.mistake}, or "off"` : reading.mistake);
      isWrong = true;
      continue;
    }
    const dialect = dialectOf(reading.baseUrl, reading.dialect, dialects);
    const baseUrl = reading.baseUrl.endsWith('/anthropic') ? `${reading.baseUrl}/v1` : reading.baseUrl;
    const isUsual = baseUrl === row?.baseUrl && (dialect === undefined || dialect === row.dialect);
    found.push({ variable, text, baseUrl, isUsual, ...(dialect && { dialect }) });
  }
  const [first, ...others] = found;
  for (const other of others) {
    if (first === undefined || other.baseUrl === first.baseUrl) continue;
    read.mistake(other.variable, `says something else than ${first.variable}; keep one of the two`);
  }
  return isWrong ? 'wrong' : first;
}

/** An address may tell what is spoken there, for providers that speak several dialects. */
function dialectOf(
  baseUrl: string,
  suffix: Dialect | undefined,
  dialects: readonly Dialect[] = [],
): Dialect | undefined {
  const told = suffix ?? (/\/anthropic(?:\/v1)?$/.test(baseUrl) ? 'anthropic-messages' : undefined);
  return told !== undefined && dialects.includes(told) ? told : undefined;
}

function isEnough(
  { needs, name }: ProviderVariables,
  read: EnvironmentReader,
  { key, address, isNamed }: { key: string | undefined; address: Address | undefined; isNamed: boolean },
): boolean {
  // AWS credentials lie about on many machines: they count where Bedrock is meant.
  if (name === 'bedrock' && key === undefined) {
    const isMeant = isNamed || read.text('AWS_BEDROCK_MODEL_ID') !== undefined;
    return isMeant && read.text('AWS_ACCESS_KEY_ID') !== undefined && read.text('AWS_SECRET_ACCESS_KEY') !== undefined;
  }
  if (needs === 'key') return key !== undefined;
  if (needs === 'endpoint') return address !== undefined;
  if (needs === 'key-or-endpoint') return key !== undefined || address !== undefined;
  return key !== undefined && address !== undefined;
}

function labelOf({ name }: ProviderVariables, row: ProviderRow, isElsewhere: boolean): string {
  return name === 'openai' && isElsewhere ? 'The OpenAI-compatible provider' : row.label;
}

function preferences(
  { models, usualModel }: ProviderVariables,
  row: ProviderRow,
  read: EnvironmentReader,
): Pick<Provider, 'preferred' | 'isPreferenceExplicit'> {
  const model = read.first(models)?.text;
  if (model !== undefined)
    return { preferred: { 'chat-fast': model, 'chat-quality': model }, isPreferenceExplicit: true };
  const usual = usualModel === undefined ? {} : { 'chat-fast': usualModel, 'chat-quality': usualModel };
  return { preferred: { ...usual, ...row.preferred }, isPreferenceExplicit: false };
}

/** One number for the whole wait, as Lynkr has it, is the wait for headers and for content here. */
function withWait(
  timeouts: Provider['timeouts'],
  variables: ProviderVariables,
  read: EnvironmentReader,
): Provider['timeouts'] {
  if (variables.timeout === undefined || read.text(variables.timeout) === undefined) return timeouts;
  const wait = read.wholeNumber(variables.timeout, { fallback: timeouts.content, largest: anHour });
  return { ...timeouts, headers: wait, content: wait };
}

function concurrency({ maxConcurrent }: ProviderVariables, read: EnvironmentReader): Partial<Provider> {
  if (maxConcurrent === undefined) return {};
  return { maxConcurrent: read.wholeNumber(maxConcurrent, { fallback: 2, largest: 10_000 }), maxQueued: 50 };
}

/** Says of each variable of a provider that is not used why it has no effect. */
function noteLeftovers(variables: ProviderVariables, read: EnvironmentReader): void {
  const { name, keys, endpoints, models, further = [], timeout, maxConcurrent, embeddings } = variables;
  const own = [
    ...keys,
    ...endpoints,
    ...models,
    ...further,
    timeout,
    maxConcurrent,
    embeddings?.model,
    embeddings?.endpoint,
  ];
  const missing = missingOf(variables);
  for (const variable of own) {
    // AWS_REGION is not Bedrock's alone, and an Ollama that is switched off is no oversight.
    if (variable === undefined || variable === 'AWS_REGION' || read.text(variable) === undefined) continue;
    if (read.text(variable)?.toLowerCase() === 'off') continue;
    if (read.mistakes.some((mistake) => mistake.variable === variable)) continue;
    read.note(variable, `has no effect: the provider ${name} is not configured${missing}`);
  }
}

function missingOf({ needs, keys, endpoints }: ProviderVariables): string {
  const [key = '', endpoint = ''] = [keys[0], endpoints[0]];
  if (needs === 'key') return ` (set ${key})`;
  if (needs === 'endpoint') return ` (set ${endpoint})`;
  return needs === 'key-or-endpoint' ? ` (set ${key} or ${endpoint})` : ` (set ${endpoint} and ${key})`;
}
