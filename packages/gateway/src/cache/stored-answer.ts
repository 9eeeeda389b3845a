import * as z from 'zod/mini';
import type { ModelEvent } from '../core/model-event.ts';
import { dialects } from '../core/model-request.ts';

/** An answer as a cache keeps it: its events, and where it came in the client's own dialect its bytes as well. */
export interface StoredAnswer {
  /** `provider/model` that gave it. */
  readonly target: string;
  /** Whether its events leave out something of its bytes, so that only those may be told again. */
  readonly isBytesOnly: boolean;
  readonly wire?: StoredWire;
  /** Read when first asked for. Undefined when they cannot be read. */
  events(): readonly ModelEvent[] | undefined;
}

export interface StoredWire {
  /** The fingerprint of the body that was answered with these bytes. */
  readonly body: string;
  /** `wire` events with what came between and after them, in order. */
  readonly events: readonly ModelEvent[];
}

const signature = z.object({ dialect: z.enum(dialects), value: z.string() });
const part = { part: z.number() };
const optionalNumbers = {
  cachedInput: z.optional(z.number()),
  cacheWrite: z.optional(z.number()),
  cacheWriteHour: z.optional(z.number()),
  reasoning: z.optional(z.number()),
  audioInput: z.optional(z.number()),
  audioOutput: z.optional(z.number()),
  serverToolCalls: z.optional(z.number()),
};
const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer-start'), id: z.string(), model: z.string() }),
  z.object({ type: z.literal('text-delta'), ...part, text: z.string() }),
  z.object({ type: z.literal('reasoning-delta'), ...part, text: z.string() }),
  z.object({
    type: z.literal('part-signature'),
    ...part,
    signature: z.optional(signature),
    opaque: z.optional(signature),
  }),
  z.object({
    type: z.literal('source'),
    ...part,
    id: z.string(),
    title: z.string(),
    url: z.string(),
    excerpt: z.optional(z.string()),
  }),
  z.object({
    type: z.literal('usage'),
    usage: z.object({ input: z.number(), output: z.number(), ...optionalNumbers }),
  }),
  z.object({
    type: z.literal('finish'),
    reason: z.enum(['stop', 'stop-sequence']),
    stopSequence: z.optional(z.string()),
  }),
]);
const pieceSchema = z.object({ phase: z.enum(['lifecycle', 'content', 'end']), length: z.number() });
const headSchema = z.object({
  version: z.literal(1),
  target: z.string(),
  isBytesOnly: z.boolean(),
  eventsLength: z.number(),
  wire: z.optional(z.object({ body: z.string(), script: z.array(z.union([pieceSchema, eventSchema])) })),
});

export interface NewAnswer {
  readonly target: string;
  readonly isBytesOnly: boolean;
  readonly events: readonly ModelEvent[];
  readonly wire?: StoredWire;
}

/** Four bytes with the length of the head, the head, the events, the bytes. */
export function encodeAnswer({ target, isBytesOnly, events, wire }: NewAnswer): Buffer {
  const told = Buffer.from(JSON.stringify(events.map(withoutRecording)));
  const pieces: Buffer[] = [];
  const script = wire?.events.map((event) => {
    if (event.type !== 'wire') return withoutRecording(event);
    pieces.push(event.bytes);
    return { phase: event.phase, length: event.bytes.length };
  });
  const rest = wire === undefined ? {} : { wire: { body: wire.body, script } };
  const head = Buffer.from(JSON.stringify({ version: 1, target, isBytesOnly, eventsLength: told.length, ...rest }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, told, ...pieces]);
}

/** Undefined for what cannot be read, such as the writing of another version. */
export function decodeAnswer(bytes: Buffer): StoredAnswer | undefined {
  const headLength = bytes.length < 4 ? Number.NaN : bytes.readUInt32LE();
  const head = parse(headSchema, bytes.subarray(4, 4 + headLength));
  if (head === undefined) return undefined;
  const toldEnd = 4 + headLength + head.eventsLength;
  let told: readonly ModelEvent[] | undefined;
  const events = (): readonly ModelEvent[] | undefined =>
    (told ??= parse(z.array(eventSchema), bytes.subarray(4 + headLength, toldEnd))?.map(toEvent));
  const { target, isBytesOnly } = head;
  if (head.wire === undefined) return { target, isBytesOnly, events };
  let at = toldEnd;
  const wireEvents = head.wire.script.map((step): ModelEvent => {
    if ('type' in step) return toEvent(step);
    const piece = bytes.subarray(at, at + step.length);
    at += step.length;
    return { type: 'wire', phase: step.phase, bytes: piece };
  });
  if (at !== bytes.length) return undefined;
  return { target, isBytesOnly, wire: { body: head.wire.body, events: wireEvents }, events };
}

function withoutRecording(event: ModelEvent): ModelEvent {
  return event.type === 'answer-start' ? { type: event.type, id: event.id, model: event.model } : event;
}

function parse<T extends z.core.$ZodType>(schema: T, bytes: Buffer): z.core.output<T> | undefined {
  try {
    return z.safeParse(schema, JSON.parse(bytes.toString())).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** JSON has no undefined, so an absent field is absent; the schema's type alone cannot say so. */
function toEvent(event: z.infer<typeof eventSchema>): ModelEvent {
  switch (event.type) {
    case 'part-signature': {
      const { type, part: of, signature: signed, opaque } = event;
      return { type, part: of, ...(signed && { signature: signed }), ...(opaque && { opaque }) };
    }
    case 'source': {
      const { excerpt, ...rest } = event;
      return { ...rest, ...(excerpt === undefined ? {} : { excerpt }) };
    }
    case 'finish': {
      const { type, reason, stopSequence } = event;
      return { type, reason, ...(stopSequence === undefined ? {} : { stopSequence }) };
    }
    case 'usage': {
      const { input, output, ...others } = event.usage;
      const known = Object.fromEntries(Object.entries(others).filter(([, count]) => count !== undefined));
      return { type: 'usage', usage: { input, output, ...known } };
    }
    default:
      return event;
  }
}
