import { monitorEventLoopDelay } from 'node:perf_hooks';
import { GatewayError } from '../core/gateway-error.ts';
import type { SheddingSettings } from '../core/gateway-config.ts';
import type { GatewayLog } from '../core/gateway-log.ts';
import type { VirtualKey } from '../keys/virtual-key.ts';
import { readMemoryLimit } from './container-memory.ts';

export interface LoadReport {
  readonly active: number;
  readonly rss: number;
  /** Bytes; undefined until it is known. */
  readonly memoryLimit: number | undefined;
  /** Mean milliseconds that the event loop was late, lately. */
  readonly loopDelayMs: number;
  /** Requests refused since the start. */
  readonly shed: number;
}

export interface LoadShedding {
  /**
   * Takes a place for one model request; call what it returns when the request is over. Throws `shedding` when there is
   * too much to do. Never ask for health and admin routes.
   */
  enter(priority: VirtualKey['priority']): () => void;
  report(): LoadReport;
  /** Other limits hold from now on; what is under way stays counted. */
  configure(settings: SheddingSettings): void;
  close(): void;
}

/** What the machine says of itself. */
export interface LoadGauges {
  rss(): number;
  readMemoryLimit(): Promise<number>;
  /** Mean milliseconds that the event loop was late since the last time it was asked. */
  loopDelayMs(): number;
  close(): void;
}

export interface LoadSheddingOptions {
  readonly settings: SheddingSettings;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly log: GatewayLog;
  readonly gauges?: LoadGauges;
}

/** Share of each limit at which a priority is refused. */
const patience = { low: 0.8, normal: 1, high: 1.1 } as const;
const retryAfterMs = 5000;
/** Memory and lateness are only blamed on requests when there are some: an idle process in a small container serves. */
const fewRequests = 4;
const sampleMs = 250;
const limitLifeMs = 60_000;

/** Refuses requests while the process has too many of them, too little memory, or no time; the least important first. */
export function createLoadShedding({
  settings: first,
  now,
  log,
  gauges = createGauges(),
}: LoadSheddingOptions): LoadShedding {
  let settings = first;
  let active = 0;
  let shed = 0;
  let sampledAt = -Infinity;
  let limitReadAt = -Infinity;
  let rss = 0;
  let loopDelayMs = 0;
  let memoryLimit: number | undefined;
  let wasShedding = false;

  function sample(): void {
    if (now() - sampledAt < sampleMs) return;
    sampledAt = now();
    rss = gauges.rss();
    loopDelayMs = gauges.loopDelayMs();
    if (now() - limitReadAt < limitLifeMs) return;
    limitReadAt = now();
    gauges.readMemoryLimit().then(keepLimit, (err: unknown) => log.warn({ err }, 'the memory limit cannot be read'));
  }

  function keepLimit(bytes: number): void {
    memoryLimit = bytes;
  }

  /** The limit that is nearest, as a share of it. */
  function pressure(): { readonly share: number; readonly by: string } {
    const requests = { share: active / settings.maxActive, by: 'requests' };
    if (active < fewRequests) return requests;
    const memory = { share: memoryLimit === undefined ? 0 : rss / (memoryLimit * settings.memoryShare), by: 'memory' };
    const lateness = { share: loopDelayMs / settings.maxLoopDelayMs, by: 'event loop' };
    return [memory, lateness].reduce((most, one) => (one.share > most.share ? one : most), requests);
  }

  function refuse(by: string): never {
    shed += 1;
    if (!wasShedding)
      log.warn({ by, active, rss, loopDelayMs: Math.round(loopDelayMs) }, 'too much to do: requests are refused');
    wasShedding = true;
    throw new GatewayError('shedding', { message: 'The gateway has too much to do at this moment.', retryAfterMs });
  }

  if (settings.isOn) sample();
  return {
    enter(priority) {
      if (settings.isOn) {
        sample();
        const { share, by } = pressure();
        if (share >= patience[priority]) refuse(by);
        if (share < patience.low) wasShedding = false;
      }
      active += 1;
      let isOver = false;
      return () => {
        if (!isOver) active -= 1;
        isOver = true;
      };
    },
    configure(next) {
      settings = next;
    },
    report: () => ({ active, rss, memoryLimit, loopDelayMs, shed }),
    close: () => gauges.close(),
  };
}

const loopResolutionMs = 20;
/** A mean needs some turns of the loop; a late loop makes few, so it must not need many. */
const fewestTurns = 3;

function createGauges(): LoadGauges {
  const delays = monitorEventLoopDelay({ resolution: loopResolutionMs });
  delays.enable();
  let late = 0;
  return {
    rss: () => process.memoryUsage.rss(),
    readMemoryLimit,
    loopDelayMs() {
      if (delays.count < fewestTurns) return late;
      late = Math.max(0, delays.mean / 1e6 - loopResolutionMs);
      delays.reset();
      return late;
    },
    close: () => void delays.disable(),
  };
}
