import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { encodeFrame } from './frames.ts';
import type { Frame } from './wire.ts';

export interface FrameWriter {
  /** Resolves when there is room for more. Throws the reason of the signal. */
  write(frame: Frame, body?: Uint8Array): Promise<void>;
  /** Says that all is well, unless something else waits to be sent. */
  keepAlive(): void;
  /** Sends the last one. */
  end(frame: Frame): void;
}

export function createFrameWriter(response: ServerResponse, signal: AbortSignal): FrameWriter {
  return {
    async write(frame, body) {
      signal.throwIfAborted();
      for (const bytes of encodeFrame(frame, body)) response.write(bytes);
      if (response.writableNeedDrain) await drained(response, signal);
    },
    keepAlive() {
      if (response.writableNeedDrain || !response.writable) return;
      for (const bytes of encodeFrame({ type: 'alive' })) response.write(bytes);
    },
    end(frame) {
      for (const bytes of encodeFrame(frame)) response.write(bytes);
      response.end();
    },
  };
}

/** A caller that reads nothing for so long is gone. */
const stalledMs = 120_000;

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  const timer = setTimeout(() => response.destroy(), stalledMs);
  try {
    await once(response, 'drain', { signal });
  } catch (error) {
    // Node wraps the reason.
    signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
