import type { GenerationReader } from '../turns/generation-reader.ts';
import type { Sending } from '../world/scripted-provider.ts';

/**
 * Milliseconds from a fault to the first token that its provider sent, or sent anew, after it and that reached a
 * reader; `undefined` when there was none. A token that was on its way when the fault struck does not count.
 */
export function resumeTime(
  reader: GenerationReader,
  sendings: readonly Sending[],
  faultAt: number,
): number | undefined {
  for (const { at, first, last } of reader.transcript.arrivals) {
    if (at <= faultAt) continue;
    const isNew = sendings.some(
      (sent) => sent.at > faultAt && sent.at <= at && sent.index >= first && sent.index <= last,
    );
    if (isNew) return at - faultAt;
  }
  return undefined;
}
