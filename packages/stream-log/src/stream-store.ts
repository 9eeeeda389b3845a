import type { LogReader, Offset, Producer } from './stream-log.ts';

/**
 * What a creator asks of a new stream. Times count by the store's clock: `ttlSeconds` from the last read or write (0 or
 * more), `expiresAt` once and for all; a stream has one of them at most.
 */
export interface StreamRequest {
  /** A media type; unless told that of the forked stream, else `application/octet-stream`. */
  readonly contentType?: string | undefined;
  /** A fork that asks for neither expiry takes its source's. */
  readonly ttlSeconds?: number | undefined;
  readonly expiresAt?: Date | undefined;
  readonly fork?: ForkRequest | undefined;
}

/** Where a fork leaves its source. */
export interface ForkRequest {
  readonly from: string;
  /** The end of the source unless told. */
  readonly offset?: Offset | undefined;
  /** So much more of what follows `offset`: messages of a JSON stream, bytes of the next append of any other; 0 or more. */
  readonly subOffset?: number | undefined;
}

/** What a stream was created with. */
export interface StreamConfig {
  readonly contentType: string;
  readonly ttlSeconds: number | undefined;
  readonly expiresAt: Date | undefined;
  /** `position` counts the source's entries before the fork's offset, without those of `subOffset`. */
  readonly fork: { readonly from: string; readonly position: number; readonly subOffset: number } | undefined;
}

/** A stream as it is now. */
export interface StreamInfo {
  readonly config: StreamConfig;
  readonly next: Offset;
  readonly closed: boolean;
}

/** Entries to write in one step, with the seal behind them if `closes`. */
export interface Append {
  readonly entries: readonly string[];
  readonly closes: boolean;
  /** The writer's idea of the stream's type; another media type than the stream's is refused. */
  readonly contentType?: string | undefined;
  /** Must be greater, by its bytes, than that of every earlier append to the stream that had one. */
  readonly streamSeq?: string | undefined;
  readonly producer?: ProducedAppend | undefined;
}

/** A producer with the number of its append, counted from 0 within its epoch. */
export interface ProducedAppend extends Producer {
  readonly seq: number;
}

export interface Appended {
  /** `duplicate`: it was there already, or the stream was sealed already, and nothing was written. */
  readonly outcome: 'written' | 'duplicate';
  /** The offset after the append; of a producer's duplicate, after the producer's latest append. */
  readonly next: Offset;
  readonly closed: boolean;
  /** The producer's highest accepted `seq` in its epoch; `undefined` without a producer. */
  readonly highestSeq: number | undefined;
}

export interface Created {
  readonly outcome: 'created' | 'exists';
  readonly info: StreamInfo;
}

/**
 * Streams of text entries, as the Durable Streams protocol has them: what every store implements, and what the HTTP
 * handler and the typed `StreamLog` are made of. An entry is the text of one JSON value in a JSON stream (`isJsonType`),
 * and in any other the bytes of one append as a latin1 string, never empty. Entries are taken as they are: who appends
 * makes sure that they are JSON. Every method may throw a `StreamLogError`: `missing` for a stream that does not exist
 * or has expired, `gone` for one that was removed or expired while forks still read from it, `unavailable` when the
 * store cannot be reached; and what it says itself.
 *
 * Reading (`read`, `follow`) slides a TTL, and so does every accepted write; `describe` does not. A fork takes the
 * offsets of its source up to where it left it, besides its own.
 */
export interface StreamStore extends LogReader<string> {
  /**
   * Creates a stream with its first entries, sealed if `closes`, in one step; or finds it with the same configuration,
   * sealed or not as asked, and leaves it alone (`matchesRequest` has the rule). Throws `conflict` for another
   * configuration, for a name that is `gone`, for a fork of a stream that is `gone` or of another type; `missing` for a
   * fork of nothing; `invalid-offset` for a fork at an offset that its source never gave out or a `subOffset` beyond
   * what follows it. A refused fork leaves no trace on its source.
   */
  create(id: string, request: StreamRequest, first: Pick<Append, 'entries' | 'closes'>): Promise<Created>;
  /**
   * Creates a stream of this type, empty and without expiry, or finds it (open or closed), and claims it for `producer`
   * in the same step: an older epoch of the same producer id is fenced from now on, and the claimed epoch counts from
   * 0. Claiming an epoch again changes nothing. Throws `fenced`, `conflict` (another type).
   */
  claim(id: string, contentType: string, producer: Producer): Promise<'created' | 'exists'>;
  /** Throws `missing`, `gone`. */
  describe(id: string): Promise<StreamInfo>;
  /**
   * Writes, or recognises what was written. In this order: `missing`, `gone`; `conflict` (another type); then the rules
   * of `admitAppend`: `fenced` with the current epoch, a producer's repeated append as `duplicate` (before a seal and a
   * `streamSeq` are looked at), a repeated seal without entries and producer as `duplicate`, `closed` with the last
   * offset, `sequence-gap` with the expected number (and the known epoch, when a newer one does not begin at 0),
   * `conflict` (`streamSeq`).
   */
  append(id: string, append: Append): Promise<Appended>;
  /**
   * Removes a stream; its readers end with `missing` or `gone`. While forks read from it, it stays `gone` and its name
   * is taken; with its last fork it disappears. Throws `missing`, `gone`.
   */
  remove(id: string): Promise<void>;
  /** Removes streams that were closed before `moment`, as `remove` does; returns how many. */
  removeClosedBefore(moment: Date): Promise<number>;
  /** Removes streams whose time has come, as `remove` does, and returns how many; they are `missing` even before. */
  removeExpired(): Promise<number>;
  /** Ends every reader and lets go of the store; every later call throws `unavailable`. Harmless twice. */
  shutdown(): Promise<void>;
}
