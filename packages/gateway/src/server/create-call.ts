import type { IncomingHttpHeaders } from 'node:http';
import type { Call, CallScope, CallTraits, Trail } from '../core/call.ts';
import type { ClientCall, ClientDialect } from '../core/face.ts';
import type { ModelRequest } from '../core/model-request.ts';
import type { Writable } from '../core/writable.ts';
import { mayHoldCarriedSignature } from '../dialects/carried-signature.ts';

export interface NewCall {
  readonly id: string;
  readonly asked: ClientCall;
  readonly dialect: ClientDialect;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly scope: CallScope;
  /** Names of headers that go to an upstream of the client's dialect. */
  readonly ownHeaders?: readonly string[] | undefined;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly startDeadlineMs: number;
  readonly totalDeadlineMs: number;
}

/** The call that a client's request asks for. What it costs to find out is only found out when somebody asks. */
export function createCall(options: NewCall): Call {
  const { id, asked, dialect, body, headers, scope, now } = options;
  const key = headers['idempotency-key'];
  const deadline = now + deadlineOf(headers, options.totalDeadlineMs);
  let request: ModelRequest | undefined;
  let traits: CallTraits | undefined;
  const toRequest = (): ModelRequest => (request ??= withKey(asked.toRequest(), key));
  // One form for all calls: what reads them is on the way of every request.
  const call: Writable<Call> = {
    id,
    model: asked.model,
    isStream: asked.isStream,
    toRequest,
    traits: () => (traits ??= traitsOf(body, asked.wishes ?? wishesOf(toRequest()))),
    scope,
    trail: newTrail(),
    startBy: Math.min(now + options.startDeadlineMs, deadline),
    deadline,
    bears: {
      restart: headers['x-parley-recovery'] === 'restart',
      secondReasoning: dialect !== 'google-generative',
    },
  };
  if (asked.mustTranslate !== true && !mayHoldCarriedSignature(body, dialect)) call.wire = wireOf(options);
  if (typeof key === 'string') call.idempotencyKey = key;
  const cacheControl = cacheControlOf(headers['cache-control']);
  if (cacheControl) call.cacheControl = cacheControl;
  return call;
}

function wireOf({ asked, dialect, body, headers, ownHeaders = [] }: NewCall): NonNullable<Call['wire']> {
  const plain = { dialect, body, hidesUsage: !asked.includeUsage };
  if (ownHeaders.length === 0) return plain;
  const own = ownHeaders.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return own.length === 0 ? plain : { ...plain, headers: Object.fromEntries(own) };
}

/** A trail on which nothing has happened yet. */
function newTrail(): Trail {
  return { attempts: [], dropped: new Set(), reasons: [] };
}

function withKey(request: ModelRequest, key: string | string[] | undefined): ModelRequest {
  return typeof key === 'string' ? { ...request, idempotencyKey: key } : request;
}

/** A client may shorten the time it wants to wait, never extend it. */
function deadlineOf(headers: IncomingHttpHeaders, longest: number): number {
  const wished = Number(headers['lynkr-deadline-ms']);
  return Number.isFinite(wished) && wished > 0 ? Math.min(wished, longest) : longest;
}

function cacheControlOf(header: string | undefined): Call['cacheControl'] {
  if (header === undefined) return undefined;
  const noStore = header.includes('no-store');
  return { noCache: noStore || header.includes('no-cache'), noStore };
}

const imageMarks = ['"image_url"', '"input_image"', '"image"', '"inlineData"', '"inline_data"', '"fileData"'];
const audioMarks = ['"input_audio"', '"audio/'];
const schemaMarks = ['"json_schema"', '"responseSchema"', '"responseJsonSchema"'];
const hostedMarks = ['"web_search', '"file_search"', '"code_interpreter"', '"computer_use', '"googleSearch"', '"mcp"'];

function wishesOf({ tools, sampling }: ModelRequest): NonNullable<ClientCall['wishes']> {
  return { toolCount: tools.length, maxOutputTokens: sampling.maxOutputTokens };
}

/** One look for all marks together: 2 µs for a short conversation, where a look for each of them takes 6 µs. */
const anyMark = new RegExp([...imageMarks, ...audioMarks, ...schemaMarks].join('|'));
/** Bytes up to which that is quicker. */
const shortBody = 16_384;

/** Marks inside quotes cannot be part of what somebody wrote: there, quotes are escaped. */
function traitsOf(body: Buffer, { toolCount, maxOutputTokens }: NonNullable<ClientCall['wishes']>): CallTraits {
  const has = (mark: string): boolean => body.includes(mark);
  const isPlain = body.length <= shortBody && !anyMark.test(body.toString('latin1'));
  return {
    hasImages: !isPlain && imageMarks.some(has),
    hasAudio: !isPlain && audioMarks.some(has),
    wantsSchema: !isPlain && schemaMarks.some(has),
    hasHostedTools: toolCount > 0 && hostedMarks.some(has),
    toolCount,
    approximateTokens: Math.ceil(body.length / 4),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}
