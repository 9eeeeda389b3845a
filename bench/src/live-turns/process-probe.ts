import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded before the api: answers each message on the process's channel with what the process costs. Delays are those
 * since the question before, in milliseconds; memory in bytes; processor time in microseconds since the start.
 */
const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();
const nanosecondsPerMillisecond = 1_000_000;

process.on('message', () => {
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({
    residentBytes: process.memoryUsage().rss,
    heapBytes: process.memoryUsage().heapUsed,
    processorMicroseconds: user + system,
    delayP50Ms: delays.percentile(50) / nanosecondsPerMillisecond,
    delayP99Ms: delays.percentile(99) / nanosecondsPerMillisecond,
    delayMaxMs: delays.max / nanosecondsPerMillisecond,
  });
  delays.reset();
});
// The channel alone must not keep the api alive.
process.channel?.unref();
