import type { Dispatcher } from 'undici';
import { createGuideStrategy } from '../dialects/guide/strategy.ts';
import { listChatModels } from '../dialects/openai-chat/list-models.ts';
import { createOpenAiChatStrategy } from '../dialects/openai-chat/strategy.ts';
import { createModelDirectory } from '../routing/model-directory.ts';
import { createModelList } from '../routing/model-list.ts';
import type { ModelListState } from '../routing/model-list.ts';
import { createMemoryRecordingLog } from '../recordings/memory-recording-log.ts';
import type { RecordingStore } from '../recordings/recording-log.ts';
import { createRecordings } from '../recordings/recordings.ts';
import { createHandler } from '../server/create-handler.ts';
import { createDispatcher } from '../transport/create-dispatcher.ts';
import { cancelled, GatewayError } from './gateway-error.ts';
import type { GatewayConfig, Provider } from './gateway-config.ts';
import { silentLog } from './gateway-log.ts';
import type { GatewayLog } from './gateway-log.ts';
import type { Gateway } from './gateway.ts';
import type { Dialect } from './model-request.ts';
import type { ProviderStrategy } from './provider-strategy.ts';

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly log?: GatewayLog;
  /** Carries upstream calls; closed with the gateway. */
  readonly dispatcher?: Dispatcher;
  /** Keeps streamed answers under their idempotency keys, in memory unless told. Stays open when the gateway closes. */
  readonly recordings?: RecordingStore;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** Builds a gateway. It looks for an Ollama on this machine right away, in the background. */
export function createGateway({
  config,
  log = silentLog,
  dispatcher = createDispatcher(),
  recordings: store = { log: createMemoryRecordingLog(), isShared: false },
  now = () => performance.now(),
}: GatewayOptions): Gateway {
  const closing = new AbortController();
  const recordings =
    config.recordings.kind === 'off' ? undefined : createRecordings({ ...config.recording, store, log });
  const strategies: Readonly<Record<Dialect, ProviderStrategy>> = {
    'openai-chat': createOpenAiChatStrategy({ dispatcher }),
    guide: createGuideStrategy({ documents: config.guideDocuments, tokenDelayMs: config.guideTokenDelayMs }),
  };

  const lists = new Map(
    config.providers.map((provider) => [
      provider.name,
      createModelList({ fetch: () => fetchModels(dispatcher, provider, closing.signal), now }),
    ]),
  );
  const modelsOf = async (provider: Provider): Promise<ModelListState> =>
    (await lists.get(provider.name)?.()) ?? { models: undefined, error: undefined };
  const directory = createModelDirectory({ config, modelsOf, log });
  const firstLook = Promise.all(config.providers.filter(({ presence }) => presence === 'found').map(modelsOf));

  const gateway: Omit<Gateway, 'handler'> = {
    isOpen: config.apiKeys.length === 0,
    async *stream(request, signal) {
      const both = AbortSignal.any([signal, closing.signal]);
      const { provider, target } = await abortable(directory.resolve(request.model), both);
      yield* strategies[provider.dialect].stream(request, target, both);
    },
    models: (signal) => abortable(directory.list(), signal),
    describe: (signal) => abortable(directory.describe(), signal),
    async close() {
      closing.abort(cancelled());
      await recordings?.close();
      await firstLook;
      await dispatcher.destroy();
    },
  };
  const { signal } = closing;
  const handler = createHandler({
    config,
    gateway,
    directory,
    strategies,
    dispatcher,
    log,
    recordings,
    closing: signal,
  });
  return { ...gateway, handler };
}

/** Listing is a side errand: it must not hold up the request that waits for it. */
const probeTimeouts = { connect: 1000, headers: 1000, content: 1000, idle: 1000 };
const listTimeouts = { connect: 3000, headers: 5000, content: 5000, idle: 5000 };

async function fetchModels(dispatcher: Dispatcher, provider: Provider, signal: AbortSignal): Promise<string[]> {
  if (provider.dialect === 'guide') return ['guide'];
  const { label, baseUrl, apiKey, presence } = provider;
  const timeouts = presence === 'found' ? probeTimeouts : listTimeouts;
  const target = { provider: label, baseUrl, model: '', timeouts, ...(apiKey === undefined ? {} : { apiKey }) };
  return listChatModels(dispatcher, target, signal);
}

/** Stops waiting when `signal` aborts. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const abort = Promise.withResolvers<never>();
  const giveUp = (): void =>
    abort.reject(signal.reason instanceof GatewayError ? signal.reason : cancelled(signal.reason));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work, abort.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
