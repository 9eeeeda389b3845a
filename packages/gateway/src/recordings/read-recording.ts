import { GatewayError, isGatewayErrorCode } from '../core/gateway-error.ts';
import { logErrorCode } from './recording-log.ts';
import type { RecordingEntry, RecordingLog } from './recording-log.ts';

export type RecordingStart = Extract<RecordingEntry, { type: 'start' }>;
type RecordingEnd = Extract<RecordingEntry, { type: 'end' }>;

/** What a log holds at this moment about the latest call of a key. */
export interface FoundRecording {
  readonly start: RecordingStart;
  /** An offset at or before `start`. */
  readonly from: string;
  readonly end: RecordingEnd | undefined;
  /** Number of the last event so far. */
  readonly last: number;
}

/** Looks a recording up; undefined when there is no log, `empty` when nobody began a call in it yet. */
export async function findRecording(log: RecordingLog, id: string): Promise<FoundRecording | 'empty' | undefined> {
  let found: FoundRecording | undefined;
  let after = '-1';
  try {
    for (;;) {
      const batch = await log.read(id, after);
      for (const entry of batch.entries) found = withEntry(found, entry, after);
      if (batch.upToDate) return found ?? 'empty';
      after = batch.next;
    }
  } catch (error) {
    const code = logErrorCode(error);
    if (code === 'missing' || code === 'invalid-offset') return undefined;
    throw error;
  }
}

function withEntry(found: FoundRecording | undefined, entry: RecordingEntry, from: string): FoundRecording | undefined {
  if (entry.type === 'start') {
    return { start: entry, from, end: undefined, last: 0 };
  }
  if (found === undefined) return undefined;
  if (entry.type === 'events') return { ...found, last: entry.first + entry.events.length - 1 };
  return entry.type === 'end' ? { ...found, end: entry } : found;
}

export interface FollowOptions {
  readonly log: RecordingLog;
  readonly id: string;
  readonly attempt: string;
  readonly from: string;
  /** Number of the last event the reader has; 0 for none. */
  readonly after: number;
  /** Aborts when the reader leaves: the events just end. */
  readonly signal: AbortSignal;
  /** Aborts when nothing more will be recorded although the recording has no end. */
  readonly lost: AbortSignal;
}

export type RecordingNews =
  | { readonly type: 'headers'; readonly headers: Readonly<Record<string, string>> }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'end'; readonly outcome: RecordingEnd['outcome'] | 'lost'; readonly error: GatewayError };

/** One call's answer as it was recorded, and live from there; the last one is `end`, unless the reader left. */
export async function* followRecording(options: FollowOptions): AsyncGenerator<RecordingNews, void, undefined> {
  const { log, id, attempt, from, after, signal, lost } = options;
  let isOurs = false;
  try {
    for await (const { entries } of log.follow(id, from, AbortSignal.any([signal, lost]))) {
      for (const entry of entries) {
        if (entry.type === 'start') {
          if (isOurs) {
            yield lostEnd();
            return;
          }
          isOurs = entry.attempt === attempt;
        } else if (isOurs) {
          const news = newsOf(entry, after);
          if (news !== undefined) yield news;
          if (news?.type === 'end') return;
        }
      }
    }
  } catch (error) {
    const code = logErrorCode(error);
    if (code === 'unavailable') {
      yield { type: 'end', outcome: 'lost', error: outOfReach(error) };
      return;
    }
    if (code !== 'missing' && code !== 'invalid-offset') throw error;
  }
  if (!signal.aborted) yield lostEnd();
}

/** The error of a store that cannot be reached. */
export function outOfReach(cause: unknown): GatewayError {
  return new GatewayError('overloaded', { message: 'The recordings of answers cannot be reached now.', cause });
}

function newsOf(entry: RecordingEntry, after: number): RecordingNews | undefined {
  if (entry.type === 'headers') return entry;
  if (entry.type === 'events') {
    const text = entry.events.slice(Math.max(0, after - entry.first + 1)).join('');
    return text === '' ? undefined : { type: 'text', text };
  }
  return entry.type === 'end' ? { type: 'end', outcome: entry.outcome, error: errorOf(entry) } : undefined;
}

function lostEnd(): RecordingNews {
  return { type: 'end', outcome: 'lost', error: errorOf({ type: 'end', outcome: 'dropped' }) };
}

function errorOf({ error }: RecordingEnd): GatewayError {
  if (error !== undefined && isGatewayErrorCode(error.code)) {
    const { code, ...details } = error;
    return new GatewayError(code, details);
  }
  return new GatewayError('stream-cut', { message: 'The recording of this answer ended before the answer did.' });
}
