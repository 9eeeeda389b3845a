import type { GatewayError } from './gateway-error.ts';
import type { ModelEvent } from './model-event.ts';
import type { Dialect, ModelRequest } from './model-request.ts';

/** The dialects that clients speak. */
export type ClientDialect = Extract<
  Dialect,
  'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'google-generative'
>;

/** What a client asks, read as far as the gateway needs for every call. */
export interface ClientCall {
  /** As the client wrote it; empty when it named none. */
  readonly model: string;
  readonly isStream: boolean;
  /** The whole answer goes out as the only element of a JSON list. */
  readonly isList?: boolean;
  /** Whether the client asked for usage inside a stream; always true in dialects that always send it. */
  readonly includeUsage: boolean;
  /** The request in nobody's dialect. Throws `bad-request` that names the field at fault; costs, so ask when needed. */
  toRequest(): ModelRequest;
  /** What it asks for that is known without `toRequest`; absent where that is not known. */
  readonly wishes?: { readonly toolCount: number; readonly maxOutputTokens?: number | undefined };
  /** Answers stored by their id, which the server resolves before `toRequest` (OpenAI Responses). */
  readonly previousResponseId?: string;
  /** Whether the answer is to be kept for later calls that name it (OpenAI Responses). */
  readonly isKept?: boolean;
  /** The client's bytes alone do not say what is asked, so no upstream can be given them. */
  readonly mustTranslate?: boolean;
  /** The client's own word for the conversation, where its body has one. */
  readonly session?: string;
}

/** What the path of a request says, where the dialect puts something there (Google's model and method). */
export interface CallPath {
  readonly model?: string;
  readonly isStream?: boolean;
  /** The whole answer is wanted as the only element of a list. */
  readonly isList?: boolean;
}

export interface AnswerOptions {
  /** The name the answer carries: the model that really serves. */
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly includeUsage: boolean;
  /** An id for the answer in this dialect's manner, where the vendor gave none. */
  readonly id: string;
}

/** Writes model events of one answer in the client's dialect. */
export interface StreamEncoder {
  /** Bytes of whole server-sent events; empty when there is nothing to say yet. `finish` includes the end marker. */
  encode(event: ModelEvent): string;
}

/** One dialect towards clients: how their calls are read and answered. Stateless. */
export interface Face {
  readonly dialect: ClientDialect;
  /** Parses a body; throws `bad-request` that names the field at fault. */
  read(body: Buffer, path: CallPath): ClientCall;
  createEncoder(options: AnswerOptions): StreamEncoder;
  /** Collects all events into one whole answer, for `writeJson`. A `failure` is thrown: half an answer is no answer here. */
  toAnswer(events: AsyncIterable<ModelEvent>, options: AnswerOptions): Promise<object>;
  /** The body of an error response. */
  toError(error: GatewayError): object;
  /** An error inside a stream that has begun, as whole server-sent events; never an end marker after it. */
  toErrorFrame(error: GatewayError): string;
  /** Headers of a request that belong to the dialect and go to an upstream of the same one. */
  readonly ownHeaders?: readonly string[];
  /** Whole server-sent events that mean nothing, to keep a silent connection alive. */
  readonly keepAlive: string;
}
