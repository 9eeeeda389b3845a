import type { MessagePart, ReasoningPart, TextPart, ToolCallPart } from '@parley/contracts';
import { GatewayError } from '@parley/gateway';
import type { ModelEvent, ModelFinishReason, ModelUsage } from '@parley/gateway';
import { longestDelta } from './merge-deltas.ts';
import type { ToolSpec } from '../tools/tool.ts';
import type { TurnEvent } from './turn-event.ts';

/** UTF-16 units of one model call; beyond any real answer, and well below what a message can hold. */
const longestStep = 1_000_000;
/** Parts of one model call, most of them calls of tools. */
const mostParts = 1_000;
/** Characters of the name of a tool; no tool has one that long. */
const longestName = 128;
/** Characters of a model's own id of a call; those of calls in calls become longer. */
const longestCallId = 100;

export interface ModelStep {
  readonly step: number;
  readonly events: AsyncIterable<ModelEvent>;
  /** What the answer holds before this step. */
  readonly before: readonly MessagePart[];
  /** What the ids of its calls begin with; nothing unless told. */
  readonly callIdPrefix?: string;
  /** What people are told of a tool that is called by that name. */
  readonly toolOf?: (name: string) => Pick<ToolSpec, 'title' | 'source'> | undefined;
  /** The answer begins; what its provider said about a recording of it. */
  readonly onStart?: (recording: 'new' | 'replayed' | undefined) => void;
}

/** What a model call added to the answer, and how it ended. */
export interface ModelStepEnd {
  readonly added: readonly MessagePart[];
  readonly end: { readonly reason: ModelFinishReason } | { readonly error: GatewayError };
  /** The model was hung up on in the middle of its words, for there were too many. */
  readonly isCutShort: boolean;
}

type Delta = Extract<ModelEvent, { type: 'text-delta' | 'reasoning-delta' | 'tool-input-delta' }>;

/** A part that is being written, and its index in the message. */
interface OpenPart {
  readonly index: number;
  readonly part: TextPart | ReasoningPart | ToolCallPart;
}

/**
 * Tells one model call as events: parts numbered on from those before, deltas with their place, complete tool calls and
 * the tokens at its end. Text is always well-formed Unicode. Whatever the model said before a failure stands; one that
 * never ends is hung up on.
 */
export async function* runModelStep({
  step,
  events,
  before,
  callIdPrefix = '',
  toolOf = () => undefined,
  onStart,
}: ModelStep): AsyncGenerator<TurnEvent, ModelStepEnd> {
  const writer = createPartWriter({ step, before, callIdPrefix, toolOf });
  let usage: ModelUsage | undefined;
  let end: ModelStepEnd['end'] | undefined;
  let length = 0;
  let isCutShort = false;
  try {
    for await (const event of events) {
      switch (event.type) {
        case 'text-delta':
        case 'reasoning-delta':
        case 'tool-input-delta':
          for (const piece of piecesOf(event, longestStep - length)) yield* writer.write(piece);
          length += event.text.length;
          break;
        case 'refusal-delta':
          for (const piece of piecesOf({ ...event, type: 'text-delta' }, longestStep - length))
            yield* writer.write(piece);
          length += event.text.length;
          break;
        case 'source':
          yield writer.addSource(event);
          break;
        case 'usage':
          usage = event.usage;
          break;
        case 'finish':
          end = { reason: event.reason };
          break;
        case 'failure':
          end = { error: event.error };
          break;
        case 'answer-start':
          onStart?.(event.recording);
          break;
      }
      if (length > longestStep || writer.parts().length > mostParts) {
        end = { reason: 'length' };
        isCutShort = true;
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    end = { error };
  }
  end ??= { error: new GatewayError('stream-cut', { message: 'The answer broke off before its end.' }) };
  yield* writer.finish(end);
  if (usage !== undefined) yield { type: 'usage', step, usage };
  return { added: writer.parts(), end, isCutShort };
}

/** A delta cut to what there is room for, in pieces that make no entry of a log too long. */
function* piecesOf(delta: Delta, room: number): Generator<Delta> {
  const text = delta.text.slice(0, room);
  let start = 0;
  do {
    yield { ...delta, text: text.slice(start, start + longestDelta) };
    start += longestDelta;
  } while (start < text.length);
}

/** Keeps the parts of one step, and where the next piece of each belongs. */
function createPartWriter({ step, before, callIdPrefix, toolOf }: Required<Omit<ModelStep, 'events' | 'onStart'>>) {
  const parts: MessagePart[] = [];
  const open = new Map<string, OpenPart>();
  /** First halves of surrogate pairs whose second half comes with the next delta. */
  const halves = new Map<string, Delta>();
  const callIds = new Set(before.flatMap((part) => (part.type === 'tool-call' ? [part.callId] : [])));

  function add<P extends MessagePart>(part: P): { index: number; part: P } {
    return { index: before.length + parts.push(part) - 1, part };
  }

  /** Some providers count their calls anew in every answer; results are matched by id, so each must be the only one. */
  function ownCallId(callId: string): string {
    const given = `${callIdPrefix}${callId.slice(0, longestCallId)}`;
    const isTaken = callId === '' || callId.length > longestCallId || callIds.has(given);
    const own = isTaken ? `${given}.${step}.${parts.length}` : given;
    callIds.add(own);
    return own;
  }

  function begin(delta: Delta): OpenPart {
    if (delta.type === 'text-delta') return add<TextPart>({ type: 'text', step, text: '' });
    if (delta.type === 'reasoning-delta') return add<ReasoningPart>({ type: 'reasoning', step, text: '' });
    const callId = ownCallId(delta.callId);
    const name = delta.name.slice(0, longestName);
    return add<ToolCallPart>({ type: 'tool-call', step, callId, name, input: '', state: 'writing-input' });
  }

  function extend(delta: Delta, text: string): TurnEvent {
    const key = keyOf(delta);
    const { index, part } = open.get(key) ?? begin(delta);
    open.set(key, { index, part });
    if (part.type === 'tool-call') {
      const start = part.input.length;
      part.input += text;
      return { type: 'tool-input-delta', step, part: index, start, text, callId: part.callId, name: part.name };
    }
    const start = part.text.length;
    part.text += text;
    return { type: `${part.type}-delta`, step, part: index, start, text };
  }

  return {
    *write(delta: Delta): Generator<TurnEvent> {
      const key = keyOf(delta);
      const given = (halves.get(key)?.text ?? '') + delta.text;
      const whole = endsInHalf(given) ? given.slice(0, -1) : given;
      if (whole === given) halves.delete(key);
      else halves.set(key, { ...delta, text: given.slice(-1) });
      if (whole !== '' || delta.type === 'tool-input-delta') yield extend(delta, whole.toWellFormed());
    },

    addSource({ id, title, url, excerpt }: Extract<ModelEvent, { type: 'source' }>): TurnEvent {
      const source = { type: 'source', step, id, title, url, ...(excerpt === undefined ? {} : { excerpt }) } as const;
      return { ...source, part: add(source).index };
    },

    /** A call is complete only if the model ended its answer by itself; a cut one must never be run. */
    *finish(end: ModelStepEnd['end']): Generator<TurnEvent> {
      for (const half of halves.values()) yield extend(half, half.text.toWellFormed());
      if (!('reason' in end) || end.reason === 'length' || end.reason === 'content-filter') return;
      for (const { index, part } of open.values()) {
        if (part.type !== 'tool-call') continue;
        const { callId, name, input } = part;
        const { title, source } = toolOf(name) ?? {};
        const told = { ...(title === undefined ? {} : { title }), ...(source === undefined ? {} : { source }) };
        Object.assign(part, told, { state: 'called' });
        yield { type: 'tool-call', step, part: index, callId, name, input, ...told };
      }
    },

    parts: (): readonly MessagePart[] => parts,
  };
}

function keyOf(delta: Delta): string {
  return `${delta.type}:${delta.part}`;
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
