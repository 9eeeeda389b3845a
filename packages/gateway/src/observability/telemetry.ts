import type { Dispatcher } from 'undici';
import type { CallObserver } from '../core/call-observer.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import { callUpstream, readText } from '../transport/upstream-call.ts';
import { spansOf } from './otlp-spans.ts';
import type { OtlpSpan } from './otlp-spans.ts';

export interface TelemetryOptions {
  /** Base of an OTLP/HTTP receiver, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  readonly log: GatewayLog;
}

export interface Telemetry extends CallObserver {
  /** Sends what is held. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const flushInterval = 5000;
const batchSize = 512;
/** Spans that are held while the receiver is slow or away; what is beyond is dropped and told. */
const mostHeld = 4096;
const timeouts = { connect: 3000, headers: 10_000, content: 10_000, idle: 10_000 };

/**
 * Sends GenAI spans over OTLP/HTTP in JSON, in batches and off the path of requests. A receiver that fails costs spans,
 * never a request.
 */
export function createTelemetry({ endpoint, headers, dispatcher, log }: TelemetryOptions): Telemetry {
  let held: OtlpSpan[] = [];
  let dropped = 0;
  let sending: Promise<void> | undefined;
  const closing = new AbortController();
  const timer = setInterval(() => void flush(), flushInterval);
  timer.unref();

  async function send(spans: readonly OtlpSpan[]): Promise<void> {
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'parley-gateway' } }] };
    const body = JSON.stringify({
      resourceSpans: [{ resource, scopeSpans: [{ scope: { name: '@parley/gateway' }, spans }] }],
    });
    const target = { provider: 'The telemetry receiver', baseUrl: endpoint.replace(/\/+$/, ''), model: '', timeouts };
    const request = {
      target,
      method: 'POST' as const,
      path: '/v1/traces',
      body,
      headers: { ...headers, 'content-type': 'application/json' },
    };
    const answer = await callUpstream(dispatcher, request, closing.signal);
    await readText(answer, 64 * 1024, 'cut');
    if (answer.status >= 300) throw new Error(`The receiver answered with status ${answer.status}.`);
  }

  async function sendAll(): Promise<void> {
    while (held.length > 0) {
      const batch = held.slice(0, batchSize);
      held = held.slice(batchSize);
      try {
        await send(batch);
      } catch (error) {
        dropped += batch.length;
        log.warn({ err: error, dropped }, 'Telemetry could not be sent');
        return;
      }
    }
  }

  async function flush(): Promise<void> {
    sending ??= sendAll().finally(() => (sending = undefined));
    await sending;
  }

  return {
    began: () => undefined,
    ended(call, _face, outcome) {
      const spans = spansOf(call, outcome, Date.now(), performance.now());
      if (held.length + spans.length > mostHeld) dropped += spans.length;
      else held.push(...spans);
      if (held.length >= batchSize) void flush();
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
      closing.abort();
    },
  };
}
