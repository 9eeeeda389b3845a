import { randomInt } from 'node:crypto';
import { newAttempt } from './event-id.ts';
import { findRecording } from './read-recording.ts';
import type { FoundRecording } from './read-recording.ts';
import { logErrorCode } from './recording-log.ts';
import type { RecordingLog, RecordingProducer } from './recording-log.ts';

export interface Claim {
  readonly attempt: string;
  readonly producer: RecordingProducer;
  /** An offset at or before its `start`. */
  readonly from: string;
}

interface ClaimOptions {
  readonly log: RecordingLog;
  readonly id: string;
  /** What was there: nothing, a log in which nobody began although it was waited for, or what nobody can read. */
  readonly found: FoundRecording | 'empty' | undefined;
  readonly owner: string;
  /** Digest of the request's body. */
  readonly body: string;
}

const writer = 'gateway';
const half = 2 ** 31;

/**
 * Writes the start of a call; undefined for all but one of those who try at once, in any process. A new log belongs to
 * the one who made it. In an old one all of them append the first entry of the same newer epoch, and the log keeps one.
 */
export async function claimRecording(options: ClaimOptions): Promise<Claim | undefined> {
  const { log, id, found, owner, body } = options;
  const attempt = newAttempt(id);
  try {
    if (found === undefined && (await log.open(id, { id: writer, epoch: 0 })) === 'exists') return undefined;
    const producer = { id: writer, epoch: epochAfter(found) };
    await log.append(id, producer, 0, [{ type: 'start', attempt, epoch: producer.epoch, owner, body }]);
    if (found === undefined) return { attempt, producer, from: '-1' };
    const written = await findRecording(log, id);
    if (typeof written !== 'object' || written.start.attempt !== attempt) return undefined;
    return { attempt, producer, from: written.from };
  } catch (error) {
    const code = logErrorCode(error);
    if (code === 'fenced' || code === 'missing' || code === 'closed') return undefined;
    throw error;
  }
}

/** A new log begins at an epoch of its own, so that nobody who wrote to an earlier one of that name gets into it. */
function epochAfter(found: ClaimOptions['found']): number {
  if (found === undefined) return 1 + randomInt(half - 1);
  return found === 'empty' ? half + randomInt(half) : found.start.epoch + 1;
}

/** Resolves once somebody began in a log, or it is gone, or `signal` aborts. */
export async function untilBegun(log: RecordingLog, id: string, signal: AbortSignal): Promise<void> {
  try {
    for await (const { entries } of log.follow(id, '-1', signal)) if (entries.length > 0) return;
  } catch (error) {
    if (logErrorCode(error) !== 'missing') throw error;
  }
}
