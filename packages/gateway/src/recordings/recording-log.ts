import * as z from 'zod/mini';
import { isGatewayErrorCode } from '../core/gateway-error.ts';

const entrySchema = z.discriminatedUnion('type', [
  /** An upstream call begins; what earlier calls left in the log is void. */
  z.object({
    type: z.literal('start'),
    attempt: z.string(),
    epoch: z.int(),
    /** The gateway process that makes the call. */
    owner: z.string(),
    /** Digest of the request's body. */
    body: z.string(),
  }),
  /** Headers of the answer, before its first event. */
  z.object({ type: z.literal('headers'), headers: z.record(z.string(), z.string()) }),
  /** Server-sent events as clients get them, numbered from `first`. */
  z.object({ type: z.literal('events'), first: z.int(), events: z.array(z.string()) }),
  z.object({
    type: z.literal('end'),
    /** `complete` may hold a failure in mid-stream; the others leave nothing that could be replayed. */
    outcome: z.enum(['complete', 'refused', 'cancelled', 'dropped']),
    error: z.optional(
      z.object({
        code: z.string().check(z.refine(isGatewayErrorCode)),
        message: z.string(),
        upstreamStatus: z.optional(z.int()),
        vendorCode: z.optional(z.string()),
        param: z.optional(z.string()),
        retryAfterMs: z.optional(z.number()),
      }),
    ),
  }),
  /** Recordings that were begun. */
  z.object({ type: z.literal('begun'), ids: z.array(z.string()) }),
  /** Between gateway processes: this one is alive. */
  z.object({ type: z.literal('beat'), owner: z.string() }),
  /** Between gateway processes: a call has a reader elsewhere, or is to end. */
  z.object({ type: z.enum(['attended', 'cancel']), attempt: z.string() }),
]);

/** One record of a recording: a JSON value. */
export type RecordingEntry = z.infer<typeof entrySchema>;

/** Reads an entry that a store kept; throws when it is none. For the `parse` of a stream log. */
export function parseRecordingEntry(value: unknown): RecordingEntry {
  return z.parse(entrySchema, value);
}

/** Who writes; a newer epoch of the same id shuts out the older ones. */
export interface RecordingProducer {
  readonly id: string;
  readonly epoch: number;
}

/** Entries that were read together, and the offset after them. */
export interface RecordingBatch {
  readonly entries: readonly RecordingEntry[];
  readonly next: string;
  readonly upToDate: boolean;
  readonly closed: boolean;
}

/**
 * Where recordings are kept: the part of a stream log that is needed here. Offsets are opaque, `-1` is the start.
 * `seq` counts from 0 within an epoch; a repeated one adds nothing. What it throws has a `code`: `missing`, `closed`,
 * `fenced`, `sequence-gap`, `invalid-offset`, or `unavailable` for what may be tried again.
 */
export interface RecordingLog {
  open(id: string, producer: RecordingProducer): Promise<'opened' | 'exists'>;
  append(id: string, producer: RecordingProducer, seq: number, entries: readonly RecordingEntry[]): Promise<string>;
  /** Adds the last entries and seals the log for good. */
  close(id: string, producer: RecordingProducer, seq: number, entries: readonly RecordingEntry[]): Promise<string>;
  read(id: string, after: string): Promise<RecordingBatch>;
  /** Batches as they come, until the log is closed or `signal` aborts; throws `missing` when the log is removed. */
  follow(id: string, after: string, signal: AbortSignal): AsyncIterable<RecordingBatch>;
  remove(id: string): Promise<void>;
  removeClosedBefore(moment: Date): Promise<number>;
}

/** A log of recordings, and who else writes to it. */
export interface RecordingStore {
  readonly log: RecordingLog;
  /** Whether other gateway processes use the same log: then each of them tells the others that it is alive. */
  readonly isShared: boolean;
}

/** The code of an error that a log threw; undefined for anything else. */
export function logErrorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === 'gone' ? 'missing' : code;
}
