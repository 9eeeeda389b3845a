import type { GatewayError } from './gateway-error.ts';
import type { ModelEvent } from './model-event.ts';
import type { Dialect, ModelRequest } from './model-request.ts';
import type { Target } from './provider-strategy.ts';

/** One unit of a streamed answer: a server-sent event, a line, or a binary message. */
export interface Frame {
  /** The bytes as they came, border included. */
  readonly raw: Buffer;
  /** What it carries; undefined for comments. */
  readonly data: string | undefined;
  /** Kind of the frame, where the framing has one (`event:` of server-sent events, `:event-type` of AWS). */
  readonly name?: string | undefined;
  /** False for a last frame whose border never came. */
  readonly isComplete: boolean;
}

/** Finds frames in bytes that may be split anywhere, also inside a character. One per answer. */
export interface FrameScanner {
  /** Whether the next byte begins a frame; absent where nobody needs to know. */
  readonly isAtBorder?: boolean;
  push(chunk: Buffer): readonly Frame[];
  /** What is left at the end of input. */
  end(): readonly Frame[];
}

/**
 * What a frame was. `lifecycle` says nothing to a reader yet (a role, an empty delta, a ping); `usage` carries counts
 * only; `done` is the end marker; `malformed` was skipped and counted.
 */
export type FrameVerdict = 'content' | 'lifecycle' | 'usage' | 'done' | 'malformed' | 'comment' | 'failure';

/** Turns the frames of one answer into model events. */
export interface FrameDecoder {
  /**
   * Where in `bytes` the whole frames of plain content end that begin at `from` and need not be read to be handed on;
   * `from` itself wherever that is not certain. Only asked where a frame begins.
   */
  skim?(bytes: Buffer, from: number): number;
  /** Reads one frame; `events` leave out `usage` and the terminal event, which `end` gives. */
  push(frame: Frame): { readonly verdict: FrameVerdict; readonly events: readonly ModelEvent[] };
  /** Reads an answer that came in one piece (a JSON body); throws a `GatewayError` when it cannot be read. */
  pushWhole(body: string): { readonly verdict: FrameVerdict; readonly events: readonly ModelEvent[] };
  /**
   * The events that end the answer, after the end of input or a `fault` of the transport: `usage` if known, then
   * exactly one `finish` or `failure`. Success only when the vendor's own terminal marker (or a finish reason) came.
   */
  end(fault?: GatewayError): readonly ModelEvent[];
  /** Whether a finish reason was seen, so that a missing end no longer hurts; only usage may still follow. */
  readonly hasFinished: boolean;
  /** How many frames were skipped because they could not be read. */
  readonly malformed: number;
}

export interface DecoderOptions {
  readonly target: Target;
  /** What the provider said about its recording of this answer. */
  readonly recording?: 'new' | 'replayed' | undefined;
}

/** What is sent upstream. */
export interface UpstreamBody {
  /** Below the target's base URL, with its query, such as `/chat/completions`. */
  readonly path: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** What of the request this dialect has no place for, by the client's words: told in `X-Parley-Dropped`. */
  readonly dropped: readonly string[];
}

/** An answer that is not one: its status is not 200. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, possibly cut short. */
  readonly text: string;
}

export interface PassOptions {
  readonly isStream: boolean;
  /** The client's headers that belong to its dialect. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One dialect towards an upstream. Stateless; everything of one answer lives in its scanner and decoder. */
export interface Codec {
  readonly dialect: Dialect;
  /** Asks `target` for a stream of the answer. Throws `bad-request` for what cannot be asked there at all. */
  toUpstream(request: ModelRequest, target: Target): UpstreamBody;
  /**
   * The client's own bytes in this dialect for `target`: only the model's name and the wish for usage are changed.
   * Absent where no client speaks the dialect.
   */
  passUpstream?(body: Buffer, target: Target, options: PassOptions): UpstreamBody;
  /** Bytes that end a stream of this dialect, for an upstream that gave its finish reason and left them out. */
  readonly endMark?: string;
  createScanner(): FrameScanner;
  createDecoder(options: DecoderOptions): FrameDecoder;
  /** The error of an HTTP answer that is not 200, in words for the person who asked, without secrets. */
  toError(answer: RefusedAnswer, target: Target): GatewayError;
  /** Headers that say who pays, unless the target's own `auth` says otherwise. Signing sees the final body. */
  authorize?(request: {
    readonly method: string;
    readonly url: URL;
    readonly body: string | Buffer;
    readonly headers: Readonly<Record<string, string>>;
    readonly target: Target;
  }): Readonly<Record<string, string>>;
}
