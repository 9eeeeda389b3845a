import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { CacheStore } from '../cache/cache-store.ts';
import { createMemoryCacheStore } from '../cache/memory-cache-store.ts';
import { createSemanticCache } from '../cache/semantic/semantic-cache.ts';
import type { SemanticCache } from '../cache/semantic/semantic-cache.ts';
import { createGuideStrategy } from '../dialects/guide/strategy.ts';
import { createResponseMemory } from '../dialects/openai-responses/response-memory.ts';
import { createResponseStore } from '../dialects/openai-responses/response-store.ts';
import { createHashEmbedder } from '../embeddings/hash-embedder.ts';
import { createHttpEmbedder } from '../embeddings/http-embedder.ts';
import { createCallMetrics } from '../observability/call-metrics.ts';
import { addLiveReadings } from '../observability/live-readings.ts';
import { addOtherNames } from '../observability/other-names.ts';
import { createTelemetry } from '../observability/telemetry.ts';
import { createMemoryRecordingLog } from '../recordings/memory-recording-log.ts';
import type { RecordingStore } from '../recordings/recording-log.ts';
import { createRecordings } from '../recordings/recordings.ts';
import { createExperience } from '../routing/resilience.ts';
import { createTierRouter } from '../routing/tiers/choose-tier.ts';
import { createGatewayHandler } from '../server/gateway-handler.ts';
import { createLoadShedding } from '../server/load-shedding.ts';
import { createDispatcher } from '../transport/create-dispatcher.ts';
import { reportPools } from '../transport/pool-report.ts';
import { createMetering } from '../usage/create-metering.ts';
import type { LedgerStore } from '../usage/ledger-store.ts';
import { abortable } from './abortable.ts';
import { observeBy } from './call-observer.ts';
import type { CallObserver } from './call-observer.ts';
import { createDialectRegistry } from './dialect-registry.ts';
import { cancelled, toGatewayError } from './gateway-error.ts';
import type { GatewayConfig } from './gateway-config.ts';
import { silentLog } from './gateway-log.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { Gateway } from './gateway.ts';
import { createLibraryCall } from './library-call.ts';
import { logCalls } from './log-calls.ts';
import type { ModelEvent } from './model-event.ts';
import type { Target } from './provider-strategy.ts';
import { renewLasting } from './renew-lasting.ts';
import type { LastingMakers } from './renew-lasting.ts';
import { createSnapshot } from './snapshot.ts';
import type { Lasting, Snapshot } from './snapshot.ts';

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly log?: GatewayLog;
  /** Carries upstream calls; closed with the gateway. */
  readonly dispatcher?: Dispatcher;
  /** Keeps streamed answers under their idempotency keys, in memory unless told. Stays open when the gateway closes. */
  readonly recordings?: RecordingStore;
  /** Keeps answers that may be given again, in memory unless told. Stays open when the gateway closes. */
  readonly cacheStore?: CacheStore;
  /** Keeps budgets, limits and usage, in memory unless told. Stays open when the gateway closes. */
  readonly ledger?: LedgerStore;
  /** Sees every call, besides metrics and the log. */
  readonly observers?: readonly CallObserver[];
  /** Reads the configuration anew for `POST /v1/admin/reload`, gives it to `reload`, and tells what there is to say. */
  readonly onReload?: () => Promise<readonly string[]>;
  /** The metrics of other processes that share the port: they are shown together with those of this one. */
  readonly metricsOfOthers?: () => Promise<readonly string[]>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const cacheBytes = 64 * 1024 * 1024;

/** How many answers both caches keep together. */
function cachedAnswers({ cache: { exact, semantic } }: GatewayConfig): number {
  return exact.maxEntries + (semantic.isOn ? semantic.maxEntries : 0);
}

/** Builds a gateway. It looks for an Ollama on this machine right away, in the background. */
export function createGateway({
  config,
  log = silentLog,
  dispatcher = createDispatcher(),
  recordings: store = { log: createMemoryRecordingLog(), isShared: false },
  cacheStore = createMemoryCacheStore({ maxEntries: cachedAnswers(config), maxBytes: cacheBytes }),
  ledger,
  observers = [],
  onReload,
  metricsOfOthers,
  now = () => performance.now(),
}: GatewayOptions): Gateway {
  const closing = new AbortController();
  const recordings =
    config.recordings.kind === 'off' ? undefined : createRecordings({ ...config.recording, store, log });
  const metering = createMetering({ ...(ledger && { store: ledger }), log, now });
  const metrics = createCallMetrics({ now });
  addOtherNames(metrics);
  const telemetry = config.telemetry && createTelemetry({ ...config.telemetry, dispatcher, log });
  const lines = logCalls(log);
  const callLog: CallObserver = {
    ...lines,
    ended(...call) {
      if (current.config.surface?.requestLog !== false) lines.ended(...call);
    },
  };
  const observer = observeBy([metrics, callLog, ...(telemetry ? [telemetry] : []), ...observers]);
  const shedding = createLoadShedding({ settings: config.shedding, now, log });
  const makers: LastingMakers = {
    guide: ({ guideDocuments, guideTokenDelayMs }) =>
      createGuideStrategy({ documents: guideDocuments, tokenDelayMs: guideTokenDelayMs }),
    semantic: (of) =>
      semanticCache(of, { store: cacheStore, dispatcher, log, resolve: (name) => current.directory.resolve(name) }),
    tiers: ({ tierPins }) => createTierRouter({ now, ...(tierPins && { pins: tierPins }) }),
  };
  let lasting: Lasting = {
    registry: createDialectRegistry(),
    guide: makers.guide(config),
    dispatcher,
    experience: createExperience({ config, now, log }),
    metering,
    cacheStore,
    semantic: makers.semantic(config),
    tiers: makers.tiers(config),
    responses: createResponseMemory(createResponseStore({ now })),
    log,
    now,
    running: new Set(),
    closing: closing.signal,
  };
  const { breakers } = lasting.experience;
  addLiveReadings({
    registry: metrics.registry,
    breakers,
    load: () => shedding.report(),
    pools: () => reportPools(dispatcher),
  });
  let current = createSnapshot(config, lasting);
  let isDraining = false;
  const handlerOf = (snapshot: Snapshot) =>
    createGatewayHandler({
      snapshot,
      lasting,
      metrics,
      observer,
      shedding,
      recordings,
      isDraining: () => isDraining,
      ...(onReload && { reload: onReload }),
      ...(metricsOfOthers && { metricsOfOthers }),
    });
  let handler = handlerOf(current);

  async function* stream(
    request: Parameters<Gateway['stream']>[0],
    signal: AbortSignal,
  ): AsyncGenerator<ModelEvent, void, undefined> {
    const { planner, answer } = current;
    const both = AbortSignal.any([signal, closing.signal]);
    const call = createLibraryCall({ request, now: now(), ...config });
    const startedAt = now();
    let usage: ReturnType<typeof usageIn>;
    observer.began(call, undefined);
    let failure: ReturnType<typeof toGatewayError> | undefined;
    try {
      const plan = await abortable(Promise.resolve(planner.planFor(call)), both);
      const { batches, target } = await answer(call, plan, both);
      call.trail.served ??= target;
      for await (const batch of batches) {
        for (const event of batch) {
          usage = usageIn(event) ?? usage;
          if (event.type === 'failure') failure = event.error;
          yield event;
        }
      }
    } catch (thrown) {
      failure = toGatewayError(thrown);
      throw failure;
    } finally {
      const durationMs = now() - startedAt;
      observer.ended(call, undefined, {
        status: failure?.status ?? 200,
        durationMs,
        upstreamMs: durationMs,
        ...(failure ? { error: failure } : {}),
        ...(usage ? { usage } : {}),
      });
    }
  }

  return {
    get isOpen() {
      return current.isOpen;
    },
    handler: (request: IncomingMessage, response: ServerResponse) => handler(request, response),
    stream,
    models: (signal) => abortable(current.directory.list(), signal),
    describe: (signal) => abortable(current.directory.describe(), signal),
    metrics: () => metrics.registry.expose(),
    reload(next) {
      lasting = renewLasting(lasting, makers, { before: current.config, after: next });
      shedding.configure(next.shedding);
      current = createSnapshot(next, lasting);
      handler = handlerOf(current);
    },
    drain() {
      isDraining = true;
    },
    async close() {
      isDraining = true;
      closing.abort(cancelled());
      for (const controller of lasting.running) controller.abort(closing.signal.reason);
      await recordings?.close();
      await current.firstLook;
      await metering.close();
      shedding.close();
      await telemetry?.close();
      await dispatcher.destroy();
    },
  };
}

function semanticCache(
  { cache }: GatewayConfig,
  ports: {
    readonly store: CacheStore;
    readonly dispatcher: Dispatcher;
    readonly log: GatewayLog;
    resolve(name: string): Promise<Target>;
  },
): SemanticCache | undefined {
  const { embedder, isOn } = cache.semantic;
  if (!isOn) return undefined;
  const id = embedder && `${embedder.provider}/${embedder.model}`;
  return createSemanticCache({
    store: ports.store,
    embedder:
      id === undefined ? createHashEmbedder() : createHttpEmbedder({ ...ports, id, target: () => ports.resolve(id) }),
    settings: cache.semantic,
    log: ports.log,
  });
}

function usageIn(event: ModelEvent) {
  return event.type === 'usage' ? event.usage : undefined;
}
