import { createHash } from 'node:crypto';
import type { CacheSettings, GatewayConfig } from '../../core/gateway-config.ts';
import { defaultTierPins } from '../../routing/tiers/tier-pins.ts';
import { readPrice } from '../price-in-dollars.ts';
import { readRecordingsPlace } from '../recordings-place.ts';
import type { Settings } from '../run-settings.ts';
import { defined } from './defined.ts';
import type { GatewayYaml } from './gateway-yaml.ts';
import { budgetsFromYaml, keysFromYaml } from './keys-from-yaml.ts';
import type { MistakeList } from './mistake-list.ts';
import { behaviourFromYaml, checkName, modelsFromYaml } from './models-from-yaml.ts';
import { providersFromYaml } from './providers-from-yaml.ts';

/** `settings` with everything the file says; the file wins. */
export function applyYaml(yaml: GatewayYaml, { config, run }: Settings, mistakes: MistakeList): Settings {
  const { defaults = {}, models = {}, keys, host, port, workers, logLevel, reload } = yaml;
  const providers = providersFromYaml(yaml.providers ?? {}, config.providers, mistakes);
  const modelDefaults = behaviourFromYaml(defaults, config.modelDefaults);
  // A provider that is at fault is still one that may be named: its own mistake is enough.
  const named = Object.entries(yaml.providers ?? {}).filter(([, { enabled }]) => enabled !== false);
  const known = { providers: [...providers, ...named.map(([name]) => ({ name }))], rows: config.models };
  const rows = modelsFromYaml(models, known, modelDefaults, mistakes);
  const names = { yaml: models, known, mistakes };
  if (yaml.defaultModel !== undefined) checkName(yaml.defaultModel, ['defaultModel'], names);
  if (yaml.forceDefaultModel === true && yaml.defaultModel === undefined && config.defaultModel === undefined) {
    mistakes.add(['forceDefaultModel'], 'needs defaultModel');
  }
  for (const [index, key] of (keys ?? []).entries()) {
    for (const [at, model] of (key.models ?? []).entries()) {
      if (!model.includes('*') && !isListed(model, providers)) checkName(model, ['keys', index, 'models', at], names);
    }
  }
  const wantsSemantic = modelDefaults.cache.semantic || rows.some(({ settings }) => settings.cache.semantic);
  return {
    run: {
      ...run,
      ...defined({ workers, logLevel }),
      ...(reload === undefined ? {} : { reload: { ...run.reload, isOn: reload } }),
    },
    config: {
      ...config,
      ...defined({ host, port, defaultModel: yaml.defaultModel, bodyLimit: yaml.bodyLimit, drainMs: yaml.drain }),
      ...defined({
        forceDefaultModel: yaml.forceDefaultModel,
        unknownPrice: yaml.unknownPrice,
        lynkrHeaders: yaml.lynkrHeaders,
      }),
      providers,
      models: rows,
      modelDefaults,
      mapping: mappingWithout(config, models),
      apiKeys: yaml.apiKeys ?? config.apiKeys,
      allowedHosts: yaml.allowedHosts?.map((name) => name.toLowerCase()) ?? config.allowedHosts,
      ...(keys && { keys: keysFromYaml(keys, mistakes) }),
      ...(yaml.budgets && { budgets: budgetsFromYaml(yaml.budgets, mistakes) }),
      ...places(yaml, mistakes),
      prices: { ...config.prices, ...pricesOf(yaml) },
      ...limits(yaml, config),
      cache: cacheOf(yaml, config, { names, wantsSemantic }),
    },
  };
}

/** Whether a provider serves a model of that name, by the operator's word. */
function isListed(model: string, providers: GatewayConfig['providers']): boolean {
  return providers.some(
    ({ models: listed = [], preferred }) => listed.includes(model) || Object.values(preferred).includes(model),
  );
}

/** A row of the file wins over what a variable says of the same name. */
function mappingWithout(
  { mapping }: GatewayConfig,
  models: Readonly<Record<string, unknown>>,
): GatewayConfig['mapping'] {
  return Object.fromEntries(Object.entries(mapping).filter(([name]) => !Object.hasOwn(models, name)));
}

function pricesOf({ prices = {} }: GatewayYaml): GatewayConfig['prices'] {
  return Object.fromEntries(Object.entries(prices).map(([model, price]) => [model, readPrice(price)]));
}

function places(
  { ledger, recordings, telemetry, admin }: GatewayYaml,
  mistakes: MistakeList,
): Partial<Pick<GatewayConfig, 'ledger' | 'recordings' | 'telemetry' | 'adminTokenSha256'>> {
  const ledgerPlace = ledger === undefined ? undefined : readRecordingsPlace(ledger);
  if (ledger !== undefined && (ledgerPlace === undefined || ledgerPlace.kind === 'off')) {
    mistakes.add(['ledger'], 'must be memory, sqlite:PATH or the redis:// address of a Redis');
  }
  const recordingsPlace = recordings === undefined ? undefined : readRecordingsPlace(recordings);
  if (recordings !== undefined && recordingsPlace === undefined) {
    mistakes.add(['recordings'], 'must be memory, off, sqlite:PATH or the redis:// address of a Redis');
  }
  if (telemetry && !URL.canParse(telemetry.endpoint)) mistakes.add(['telemetry', 'endpoint'], 'must be a URL');
  if (admin?.token !== undefined && admin.tokenSha256 !== undefined) {
    mistakes.add(['admin', 'token'], 'stands beside tokenSha256; keep one of the two');
  }
  const digest =
    admin?.tokenSha256 ??
    (admin?.token === undefined ? undefined : createHash('sha256').update(admin.token).digest('hex'));
  return {
    ...(ledgerPlace && isLedger(ledgerPlace) && { ledger: ledgerPlace }),
    ...(recordingsPlace && { recordings: recordingsPlace }),
    ...(telemetry && { telemetry: { endpoint: telemetry.endpoint, headers: telemetry.headers ?? {} } }),
    ...(digest === undefined ? {} : { adminTokenSha256: digest }),
  };
}

function isLedger(place: GatewayConfig['recordings']): place is GatewayConfig['ledger'] {
  return place.kind !== 'off';
}

function limits(
  { retry, breaker, shedding, tierPins, rateLimit, deadlines }: GatewayYaml,
  config: GatewayConfig,
): Partial<GatewayConfig> {
  return {
    ...(retry && {
      retry: {
        ...config.retry,
        ...defined({
          maxTries: retry.maxTries,
          longestWaitMs: retry.longestWait,
          initialDelayMs: retry.initialDelay,
          maxDelayMs: retry.maxDelay,
        }),
      },
    }),
    ...(breaker && {
      breaker: {
        ...config.breaker,
        ...defined({ windowMs: breaker.window, openMs: breaker.open, failures: breaker.failures }),
        ...defined({ failureShare: breaker.failureShare, successes: breaker.successes }),
        ...defined({ probesPerMinute: breaker.probesPerMinute }),
      },
    }),
    ...(shedding && {
      shedding: {
        ...config.shedding,
        ...defined({ isOn: shedding.enabled, maxActive: shedding.maxActive, memoryShare: shedding.memoryShare }),
        ...defined({ maxLoopDelayMs: shedding.maxLoopDelay }),
      },
    }),
    ...(tierPins && {
      tierPins: {
        ...defaultTierPins,
        ...config.tierPins,
        ...defined({
          ttlMs: tierPins.ttl,
          driftMargin: tierPins.driftMargin,
          switchMaxTokens: tierPins.switchMaxTokens,
        }),
      },
    }),
    ...(rateLimit && {
      rateLimit: {
        ...config.rateLimit,
        isOn: rateLimit.enabled ?? true,
        ...defined({ windowMs: rateLimit.window, maxRequests: rateLimit.maxRequests, by: rateLimit.by }),
      },
    }),
    ...(deadlines && defined({ startDeadlineMs: deadlines.start, totalDeadlineMs: deadlines.total })),
  };
}

function cacheOf(
  { cache = {} }: GatewayYaml,
  { cache: base }: GatewayConfig,
  { names, wantsSemantic }: { readonly names: Parameters<typeof checkName>[2]; readonly wantsSemantic: boolean },
): CacheSettings {
  const { place, exact = {}, semantic = {} } = cache;
  const parsed = place === undefined ? undefined : readRecordingsPlace(place);
  const isPlace = parsed === undefined || parsed.kind === 'memory' || parsed.kind === 'redis';
  if ((place !== undefined && parsed === undefined) || !isPlace) {
    names.mistakes.add(['cache', 'place'], 'must be memory or the redis:// address of a Redis');
  }
  const [, provider = '', model = ''] = /^([^/:]+)[/:](.+)$/s.exec(semantic.embedder ?? '') ?? [];
  if (semantic.embedder !== undefined) checkName(semantic.embedder, ['cache', 'semantic', 'embedder'], names);
  return {
    ...base,
    ...(parsed?.kind === 'redis' ? { place: 'redis', url: parsed.url } : {}),
    ...(parsed?.kind === 'memory' ? { place: 'memory' } : {}),
    exact: { ...base.exact, ...defined({ maxEntries: exact.maxEntries, ttlMs: exact.ttl }) },
    semantic: {
      ...base.semantic,
      isOn: semantic.enabled ?? (base.semantic.isOn || wantsSemantic),
      ...(model === '' ? {} : { embedder: { provider, model } }),
      ...defined({ maxErrorShare: semantic.maxErrorShare, verifyShare: semantic.verifyShare }),
      ...defined({ maxEntries: semantic.maxEntries, ttlMs: semantic.ttl }),
    },
  };
}
