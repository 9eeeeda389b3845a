import type { GatewayConfig, LogicalModel, ModelAddress, Provider } from '../../core/gateway-config.ts';
import type { GuideDocument } from '../../dialects/guide/guide-document.ts';
import { defaultSettings } from '../default-settings.ts';
import { applyLynkrVariables } from '../lynkr/apply-lynkr-variables.ts';
import type { AppliedVariables, GatewayFace } from '../lynkr/apply-lynkr-variables.ts';
import { nearestName } from '../nearest-name.ts';
import { readRecordingsPlace } from '../recordings-place.ts';
import type { RecordingsPlace } from '../recordings-place.ts';
import { defaultRunSettings } from '../run-settings.ts';
import { embedderFromEnvironment } from './embedder-from-environment.ts';
import { createEnvironmentReader } from './environment-reader.ts';
import type { Environment, EnvironmentReader } from './environment-reader.ts';
import { providersFromEnvironment } from './providers-from-environment.ts';
import { howToConfigure, namedProviders, routesFromEnvironment } from './routes-from-environment.ts';

const defaultTokenDelay = 11;
const anHour = 3_600_000;
/** Characters; far beyond what any model writes at once. */
const longestRecording = 16 * 1024 * 1024;

export interface EnvironmentReading extends AppliedVariables {
  readonly read: EnvironmentReader;
}

interface ReadOptions {
  readonly guideDocuments: readonly GuideDocument[];
  readonly face: GatewayFace;
  /** Names of the providers that `gateway.yaml` describes. */
  readonly elsewhere?: ReadonlySet<string>;
}

/** What variables say, with every mistake and note in `read`. Pure. */
export function readEnvironment(
  variables: Environment,
  { guideDocuments, face, elsewhere }: ReadOptions,
): EnvironmentReading {
  const read = createEnvironmentReader(variables, elsewhere);
  const found = providersFromEnvironment(read, namedProviders(read));
  const routes = routesFromEnvironment(read, found);
  const embedder = embedderFromEnvironment(read, routes.providers);
  const providers = embedder?.provider ? beforeGuide(routes.providers, embedder.provider) : routes.providers;
  const config: GatewayConfig = {
    ...defaultSettings,
    ...routes,
    providers,
    cache: {
      ...defaultSettings.cache,
      semantic: { ...defaultSettings.cache.semantic, ...(embedder && { embedder: embedder.address }) },
    },
    mapping: {
      ...mapped(read, 'chat-fast', 'CHAT_FAST_MODEL', providers),
      ...mapped(read, 'chat-quality', 'CHAT_QUALITY_MODEL', providers),
    },
    apiKeys: [...new Set([...read.list('GATEWAY_API_KEY'), ...read.list('GATEWAY_API_KEYS')])],
    ...adminToken(read),
    ...telemetry(read),
    allowedHosts: read.list('GATEWAY_ALLOWED_HOSTS').map((host) => host.toLowerCase()),
    host: read.text('GATEWAY_HOST') ?? '127.0.0.1',
    port: 8081,
    recordings: recordingsPlace(read),
    recording: {
      graceMs: read.wholeNumber('GATEWAY_RECORDING_GRACE_MS', { fallback: 60_000, largest: anHour }),
      lifeMs: read.wholeNumber('GATEWAY_RECORDING_LIFE_MS', { fallback: 600_000, largest: 24 * anHour }),
      maxLength: longestRecording,
    },
    guideDocuments,
    guideTokenDelayMs: read.wholeNumber('GUIDE_TOKEN_DELAY_MS', { fallback: defaultTokenDelay, largest: 10_000 }),
  };
  const applied = applyLynkrVariables(
    { config, run: defaultRunSettings },
    { read, names: Object.keys(variables), face },
  );
  const port = read.wholeNumber('GATEWAY_PORT', { fallback: applied.settings.config.port, largest: 65_535 });
  notePort(read, face);
  noteMisspelt(read, Object.keys(variables));
  return { ...applied, settings: { ...applied.settings, config: { ...applied.settings.config, port } }, read };
}

function beforeGuide(providers: readonly Provider[], added: Provider): Provider[] {
  return [
    ...providers.filter(({ name }) => name !== 'guide'),
    added,
    ...providers.filter(({ name }) => name === 'guide'),
  ];
}

/** Who comes from Lynkr may expect its port. */
function notePort(read: EnvironmentReader, face: GatewayFace): void {
  if (face === 'embedded' || read.text('PORT') !== undefined || read.text('GATEWAY_PORT') !== undefined) return;
  if (read.first(['MODEL_PROVIDER', 'TIER_SIMPLE', 'TIER_COMPLEX']) === undefined) return;
  read.note('PORT', 'is not set: 8081 is taken, where Lynkr took 8080');
}

/** Our own variables, those of the app around the gateway among them. */
const ownNames = [
  'GATEWAY_HOST',
  'GATEWAY_PORT',
  'GATEWAY_API_KEY',
  'GATEWAY_API_KEYS',
  'GATEWAY_ADMIN_TOKEN_SHA256',
  'GATEWAY_ALLOWED_HOSTS',
  'GATEWAY_RECORDINGS',
  'GATEWAY_RECORDING_GRACE_MS',
  'GATEWAY_RECORDING_LIFE_MS',
  'GATEWAY_ENABLED',
];

function noteMisspelt(read: EnvironmentReader, names: readonly string[]): void {
  for (const name of names) {
    if (!name.startsWith('GATEWAY_') || ownNames.includes(name) || read.text(name) === undefined) continue;
    const meant = nearestName(name, ownNames);
    if (meant !== undefined) read.note(name, `is read by nothing; did you mean ${meant}?`);
  }
}

function adminToken(read: EnvironmentReader): Pick<GatewayConfig, 'adminTokenSha256'> {
  const digest = read.text('GATEWAY_ADMIN_TOKEN_SHA256')?.toLowerCase();
  if (digest === undefined) return {};
  if (/^[\da-f]{64}$/.test(digest)) return { adminTokenSha256: digest };
  read.mistake(
    'GATEWAY_ADMIN_TOKEN_SHA256',
    'must be a SHA-256 in hex; "parley-gateway key" makes a key and its digest',
  );
  return {};
}

/** Spans are sent only by those who opted in to the names that OpenTelemetry still calls experimental. */
function telemetry(read: EnvironmentReader): Pick<GatewayConfig, 'telemetry'> {
  const endpoint = read.text('OTEL_EXPORTER_OTLP_ENDPOINT');
  const isWanted = read.list('OTEL_SEMCONV_STABILITY_OPT_IN').includes('gen_ai_latest_experimental');
  if (endpoint === undefined || !isWanted) return {};
  if (!URL.canParse(endpoint)) {
    read.mistake('OTEL_EXPORTER_OTLP_ENDPOINT', 'must be a URL, such as http://127.0.0.1:4318');
    return {};
  }
  const headers = read.list('OTEL_EXPORTER_OTLP_HEADERS').flatMap((pair) => {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
    return name === undefined || value === undefined ? [] : [[name.trim(), value.trim()] as const];
  });
  return { telemetry: { endpoint, headers: Object.fromEntries(headers) } };
}

function mapped(
  read: EnvironmentReader,
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
  } else if (!read.elsewhere.has(address.provider) && !providers.some(({ name }) => name === address.provider)) {
    read.mistake(variable, unknownProvider(address.provider, providers));
  }
  return { [logical]: address };
}

function unknownProvider(name: string, providers: readonly Provider[]): string {
  if (name === 'ollama') return 'names ollama, which is switched off by OLLAMA_ENDPOINT=off';
  const isKnown = !howToConfigure(name).startsWith('known are');
  if (isKnown) return `names ${name}, which is not configured: ${howToConfigure(name)}`;
  return `names the provider "${name}"; known here: ${providers.map((provider) => provider.name).join(', ')}`;
}

function recordingsPlace(read: EnvironmentReader): RecordingsPlace {
  const text = read.text('GATEWAY_RECORDINGS');
  const place = readRecordingsPlace(text ?? 'memory');
  if (place !== undefined) return place;
  read.mistake('GATEWAY_RECORDINGS', 'must be memory, off, sqlite:PATH or the redis:// address of a Redis');
  return { kind: 'memory' };
}
