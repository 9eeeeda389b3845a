import { timeoutsFor, providerRows } from '../catalog/providers.ts';
import type { GatewayConfig, LogicalModel, ModelAddress, Provider } from '../core/gateway-config.ts';
import type { GuideDocument } from '../dialects/guide/guide-document.ts';
import { readRecordingsPlace } from './recordings-place.ts';
import type { RecordingsPlace } from './recordings-place.ts';
import { readBaseUrl } from './base-url.ts';
import { GatewayConfigError } from './gateway-config-error.ts';
import type { ConfigMistake } from './gateway-config-error.ts';

export interface EnvironmentOptions {
  /** What the guide answers from; see `loadGuideDocuments`. */
  readonly guideDocuments: readonly GuideDocument[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const defaultTokenDelay = 11;
const anHour = 3_600_000;
/** Characters; far beyond what any model writes at once. */
const longestRecording = 16 * 1024 * 1024;

/**
 * The configuration that environment variables describe; the package's README lists them. Pure. Throws one
 * `GatewayConfigError` that holds every mistake.
 */
export function configFromEnvironment(variables: Environment, { guideDocuments }: EnvironmentOptions): GatewayConfig {
  const mistakes: ConfigMistake[] = [];
  const read: Reader = {
    text: (name) => variables[name]?.trim() || undefined,
    list: (name) =>
      (variables[name] ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    mistake: (variable, message) => void mistakes.push({ variable, message }),
  };
  const providers = [openAi(read), ollama(read), guide()].filter((provider) => provider !== undefined);
  const config: GatewayConfig = {
    providers,
    mapping: {
      ...mapped(read, 'chat-fast', 'CHAT_FAST_MODEL', providers),
      ...mapped(read, 'chat-quality', 'CHAT_QUALITY_MODEL', providers),
    },
    apiKeys: [...new Set([...read.list('GATEWAY_API_KEY'), ...read.list('GATEWAY_API_KEYS')])],
    allowedHosts: read.list('GATEWAY_ALLOWED_HOSTS').map((host) => host.toLowerCase()),
    host: read.text('GATEWAY_HOST') ?? '127.0.0.1',
    port: wholeNumber(read, 'GATEWAY_PORT', { fallback: 8081, largest: 65_535 }),
    recordings: recordingsPlace(read),
    recording: {
      graceMs: wholeNumber(read, 'GATEWAY_RECORDING_GRACE_MS', { fallback: 60_000, largest: anHour }),
      lifeMs: wholeNumber(read, 'GATEWAY_RECORDING_LIFE_MS', { fallback: 600_000, largest: 24 * anHour }),
      maxLength: longestRecording,
    },
    guideDocuments,
    guideTokenDelayMs: wholeNumber(read, 'GUIDE_TOKEN_DELAY_MS', { fallback: defaultTokenDelay, largest: 10_000 }),
  };
  if (mistakes.length > 0) throw new GatewayConfigError(mistakes);
  return config;
}

interface Reader {
  /** Undefined when unset or blank. */
  text(name: string): string | undefined;
  list(name: string): string[];
  mistake(variable: string, message: string): void;
}

/** LibreChat's `.env` writes this where people bring keys of their own: then there is none for the gateway. */
const keyOfTheUser = 'user_provided';

function openAi(read: Reader): Provider | undefined {
  const key = read.text('OPENAI_API_KEY');
  const apiKey = key === keyOfTheUser ? undefined : key;
  const baseUrl = openAiBaseUrl(read);
  if (apiKey === undefined && baseUrl === undefined) return undefined;
  const model = read.text('OPENAI_MODEL');
  const row = providerRows.openai;
  return {
    name: 'openai',
    label: baseUrl === undefined ? row.label : 'The OpenAI-compatible provider',
    dialect: row.dialect,
    baseUrl: baseUrl ?? row.baseUrl,
    ...(apiKey === undefined ? {} : { apiKey }),
    timeouts: baseUrl === undefined ? row.timeouts : timeoutsFor(baseUrl),
    ...(baseUrl === undefined ? { outputLimitField: row.outputLimitField } : {}),
    presence: 'configured',
    preferred: model === undefined ? row.preferred : { 'chat-fast': model, 'chat-quality': model },
    isPreferenceExplicit: model !== undefined,
  };
}

function openAiBaseUrl(read: Reader): string | undefined {
  const found: { variable: string; baseUrl: string }[] = [];
  for (const variable of ['OPENAI_REVERSE_PROXY', 'OPENAI_BASE_URL']) {
    const text = read.text(variable);
    if (text === undefined) continue;
    const reading = readBaseUrl(text);
    if ('mistake' in reading) read.mistake(variable, reading.mistake);
    else found.push({ variable, baseUrl: reading.baseUrl });
  }
  const [first, second] = found;
  if (first && second && first.baseUrl !== second.baseUrl) {
    read.mistake(second.variable, `says something else than ${first.variable}; keep one of the two`);
  }
  return first?.baseUrl;
}

function ollama(read: Reader): Provider | undefined {
  const endpoint = read.text('OLLAMA_ENDPOINT');
  if (endpoint?.toLowerCase() === 'off') return undefined;
  const reading = readBaseUrl(endpoint ?? providerRows.ollama.baseUrl);
  if ('mistake' in reading) {
    read.mistake('OLLAMA_ENDPOINT', `${reading.mistake}, or "off"`);
    return undefined;
  }
  const model = read.text('OLLAMA_MODEL');
  return {
    name: 'ollama',
    ...providerRows.ollama,
    baseUrl: reading.baseUrl,
    presence: endpoint === undefined ? 'found' : 'configured',
    preferred: model === undefined ? {} : { 'chat-fast': model, 'chat-quality': model },
    isPreferenceExplicit: model !== undefined,
  };
}

function guide(): Provider {
  return { name: 'guide', ...providerRows.guide, presence: 'configured', isPreferenceExplicit: true };
}

function mapped(
  read: Reader,
  logical: LogicalModel,
  variable: string,
  providers: readonly Provider[],
): Partial<Record<LogicalModel, ModelAddress>> {
  const text = read.text(variable);
  if (text === undefined) return {};
  if (text === 'guide') return { [logical]: { provider: 'guide', model: 'guide' } };
  const slash = text.indexOf('/');
  const address = { provider: text.slice(0, slash), model: text.slice(slash + 1) };
  if (slash < 1 || address.model === '') {
    read.mistake(variable, `"${text}" must be written provider/model, for example openai/gpt-4o-mini`);
  } else if (!providers.some((provider) => provider.name === address.provider)) {
    read.mistake(variable, unknownProvider(address.provider, providers));
  }
  return { [logical]: address };
}

function unknownProvider(name: string, providers: readonly Provider[]): string {
  if (name === 'openai') return 'names openai, which is not configured: set OPENAI_API_KEY or OPENAI_REVERSE_PROXY';
  if (name === 'ollama') return 'names ollama, which is switched off by OLLAMA_ENDPOINT=off';
  return `names the provider "${name}"; known here: ${providers.map((provider) => provider.name).join(', ')}`;
}

function recordingsPlace(read: Reader): RecordingsPlace {
  const text = read.text('GATEWAY_RECORDINGS');
  const place = readRecordingsPlace(text ?? 'memory');
  if (place !== undefined) return place;
  read.mistake('GATEWAY_RECORDINGS', 'must be memory, off, sqlite:PATH or the redis:// address of a Redis');
  return { kind: 'memory' };
}

function wholeNumber(read: Reader, variable: string, limits: { fallback: number; largest: number }): number {
  const text = read.text(variable);
  if (text === undefined) return limits.fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= limits.largest) return value;
  read.mistake(variable, `"${text}" must be a whole number from 0 to ${limits.largest}`);
  return limits.fallback;
}
