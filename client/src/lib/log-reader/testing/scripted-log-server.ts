import type { PageSignal, PageSignals } from '../page-signals.ts';

/** What the network does to one request. Positions are in bytes of the response body. */
export type Fault =
  | { readonly type: 'none' }
  | { readonly type: 'network-error' }
  | { readonly type: 'status'; readonly status: number }
  | { readonly type: 'cut'; readonly atByte: number }
  | { readonly type: 'silence'; readonly atByte: number }
  /** Nothing but heartbeats from here on. */
  | { readonly type: 'idle'; readonly atByte: number };

export interface ScriptedLogServer {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly requests: readonly string[];
  /** The abort signal of each request. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

/**
 * A closed log behind a bad network, for tests. Batches are served over SSE or long-poll in the Durable Streams form;
 * request number `i` meets `faults[i]`, later ones none. `chunkBytes` is how the network slices what it carries, and
 * `replay` how many earlier batches a reader is sent again.
 */
export function createScriptedLogServer(options: {
  readonly batches: readonly (readonly unknown[])[];
  readonly faults?: readonly Fault[];
  readonly chunkBytes?: number;
  readonly replay?: number;
}): ScriptedLogServer {
  const { batches, faults = [], chunkBytes = 1024, replay = 0 } = options;
  const requests: string[] = [];
  const signals: (AbortSignal | undefined)[] = [];

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    init.signal?.throwIfAborted();
    const fault = faults[requests.length] ?? { type: 'none' };
    requests.push(url);
    signals.push(init.signal ?? undefined);
    const query = new URL(url, 'http://parley.test').searchParams;
    if (fault.type === 'network-error') throw new TypeError('Failed to fetch');
    if (fault.type === 'status') return new Response('{}', { status: fault.status });
    const from = Math.max(0, indexOf(query.get('offset') ?? '-1') - replay);
    if (query.get('live') === 'long-poll') return pollResponse(batches, from);
    const bytes = new TextEncoder().encode(eventStream(batches, from));
    return new Response(faultyBody(bytes, fault, chunkBytes, init.signal ?? undefined), {
      headers: { 'Content-Type': 'text/event-stream' },
    });
  }

  return { fetch, requests, signals };
}

/** A page whose signals a test gives by hand. */
export function createScriptedPage(): PageSignals & { signal(change: PageSignal): void } {
  const listeners = new Set<(change: PageSignal) => void>();
  let isHidden = false;
  return {
    isHidden: () => isHidden,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signal(change) {
      if (change === 'hidden') isHidden = true;
      if (change === 'shown') isHidden = false;
      for (const listener of Array.from(listeners)) listener(change);
    },
  };
}

function offsetOf(index: number): string {
  return `0_${String(index).padStart(8, '0')}`;
}

function indexOf(offset: string): number {
  return offset === '-1' ? 0 : Number(offset.slice(2));
}

function eventStream(batches: readonly (readonly unknown[])[], from: number): string {
  let text = ': connected\n\n';
  for (let index = from; index < batches.length; index += 1) {
    const isLast = index === batches.length - 1;
    const control = { streamNextOffset: offsetOf(index + 1), upToDate: isLast, streamClosed: isLast };
    text += `event: data\ndata: ${JSON.stringify(batches[index])}\n\n`;
    text += `event: control\ndata: ${JSON.stringify(control)}\n\n`;
  }
  if (from >= batches.length) {
    const control = { streamNextOffset: offsetOf(batches.length), upToDate: true, streamClosed: true };
    text += `event: control\ndata: ${JSON.stringify(control)}\n\n`;
  }
  return text;
}

function pollResponse(batches: readonly (readonly unknown[])[], from: number): Response {
  const closed = from + 1 >= batches.length;
  return Response.json(batches[from] ?? [], {
    headers: {
      'Stream-Next-Offset': offsetOf(Math.min(from + 1, batches.length)),
      ...(closed ? { 'Stream-Up-To-Date': 'true', 'Stream-Closed': 'true' } : {}),
    },
  });
}

function faultyBody(bytes: Uint8Array, fault: Fault, chunkBytes: number, signal?: AbortSignal) {
  const length = 'atByte' in fault ? Math.min(fault.atByte, bytes.length) : bytes.length;
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      signal?.addEventListener('abort', () => controller.error(signal.reason), { once: true });
    },
    pull(controller) {
      if (sent < length) {
        const chunk = bytes.slice(sent, Math.min(length, sent + chunkBytes));
        sent += chunk.length;
        controller.enqueue(chunk);
        return undefined;
      }
      if (fault.type === 'none') controller.close();
      else if (fault.type === 'cut') controller.error(new TypeError('network error'));
      else if (fault.type === 'idle') return heartbeat(controller, signal);
      else return new Promise<void>(() => undefined);
      return undefined;
    },
  });
}

function heartbeat(controller: ReadableStreamDefaultController<Uint8Array>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(() => {
      if (!signal?.aborted) controller.enqueue(new TextEncoder().encode(': heartbeat\n\n'));
      resolve();
    }, 15_000);
  });
}
