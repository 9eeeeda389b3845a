import type { Frame, FrameScanner } from '../../core/codec.ts';
import { GatewayError } from '../../core/gateway-error.ts';

const lineFeed = 10;
const defaultMaxLineBytes = 32 * 1024 * 1024;

/**
 * Cuts bytes into lines (NDJSON). Text is decoded only once a line is complete, so a character may be split over chunks.
 * Every byte pushed is in exactly one `raw`, in order. A line above `maxLineBytes` throws `stream-malformed`.
 */
export function createNdjsonScanner({ maxLineBytes = defaultMaxLineBytes } = {}): FrameScanner {
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  function take(last?: Buffer): Frame {
    const raw = Buffer.concat(last ? [...pending, last] : pending);
    pending = [];
    pendingBytes = 0;
    const line = raw.toString('utf8').trim();
    return { raw, data: line === '' ? undefined : line, isComplete: last !== undefined };
  }

  return {
    push(chunk) {
      const lines: Frame[] = [];
      let start = 0;
      for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, start)) {
        lines.push(take(chunk.subarray(start, at + 1)));
        start = at + 1;
      }
      if (start < chunk.length) {
        pending.push(chunk.subarray(start));
        pendingBytes += chunk.length - start;
      }
      if (pendingBytes > maxLineBytes) {
        throw new GatewayError('stream-malformed', { message: 'The provider sent a line that never ends.' });
      }
      return lines;
    },
    end: () => (pendingBytes > 0 ? [take()] : []),
  };
}
