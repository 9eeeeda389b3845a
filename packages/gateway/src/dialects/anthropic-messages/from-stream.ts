import type { DecoderOptions, FrameDecoder, FrameVerdict } from '../../core/codec.ts';
import type { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent } from '../../core/model-event.ts';
import type { Writable } from '../../core/writable.ts';
import { jsonTextAt, jsonTextsAt } from '../../transport/json-text.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { createTextTemplate } from '../text-template.ts';
import { cutOff, lostCall, unreadable } from '../stream-faults.ts';
import { createBlockReader } from './block-reader.ts';
import { toMessagesStreamError } from './error-shape.ts';
import { fromStopReason } from './stop-reason.ts';
import { readPlainDelta, streamEventSchema, wholeMessageSchema } from './stream-event.ts';
import type { BlockDelta, MessageBlock, StreamEvent } from './stream-event.ts';
import { createUsageCounts } from './usage-counts.ts';

const ownBlocks = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use']);

interface Reading {
  readonly verdict: FrameVerdict;
  readonly events: ModelEvent[];
}

/**
 * Turns the events of one Messages stream (https://docs.anthropic.com/en/api/messages-streaming) into model events. It
 * is a success when a stop reason or `message_stop` came; otherwise its end is `stream-cut`, or `stream-malformed` when
 * nothing could be read at all.
 */
export function createMessagesDecoder({ target, recording }: DecoderOptions): FrameDecoder {
  const usage = createUsageCounts();
  const blocks = createBlockReader();
  const template = createTextTemplate();
  /** The block that the template is of. */
  let templateIndex = 0;
  let isStarted = false;
  let isDone = false;
  let failure: GatewayError | undefined;
  let stopReason: string | undefined;
  let stopSequence: string | undefined;
  let readable = 0;

  function start(id = '', model = target.model): ModelEvent[] {
    if (isStarted) return [];
    isStarted = true;
    return [{ type: 'answer-start', id, model, ...(recording === undefined ? {} : { recording }) }];
  }

  function stop(delta: Pick<BlockDelta, 'stop_reason' | 'stop_sequence' | 'stop_details'>): ModelEvent[] {
    if (!delta.stop_reason) return [];
    stopReason = delta.stop_reason;
    decoder.hasFinished = failure === undefined;
    stopSequence = delta.stop_sequence ?? undefined;
    const explanation = delta.stop_details?.explanation;
    return explanation ? [{ type: 'refusal-delta', part: blocks.nextPart(), text: explanation }] : [];
  }

  function content(events: ModelEvent[]): Reading {
    return {
      verdict: events.length > 0 ? 'content' : 'lifecycle',
      events: isStarted ? events : [...start(), ...events],
    };
  }

  function read(event: StreamEvent, type: string | undefined, data: string): Reading {
    if (event.usage) usage.note(event.usage);
    switch (type) {
      case 'message_start': {
        if (event.message?.usage) usage.note(event.message.usage);
        return { verdict: 'lifecycle', events: start(event.message?.id ?? '', event.message?.model ?? target.model) };
      }
      case 'content_block_start':
        return event.content_block
          ? begin(event.index ?? 0, event.content_block, data)
          : { verdict: 'lifecycle', events: [] };
      case 'content_block_delta':
        return event.delta ? goOn(event.index ?? 0, event.delta) : { verdict: 'lifecycle', events: [] };
      case 'content_block_stop':
        return content(blocks.finish(event.index ?? 0));
      case 'message_delta': {
        const events = [...start(), ...stop(event.delta ?? {})];
        return { verdict: event.delta?.stop_reason ? 'content' : 'usage', events };
      }
      case 'message_stop':
        isDone = true;
        return { verdict: 'done', events: [] };
      default:
        return { verdict: 'lifecycle', events: [] };
    }
  }

  function begin(index: number, block: MessageBlock, data: string): Reading {
    const reading = content(blocks.begin(index, block, () => jsonTextAt(data, ['content_block', 'input'])));
    // Once the provider does something itself, nobody may ask again elsewhere.
    return ownBlocks.has(block.type) ? reading : { ...reading, verdict: 'content' };
  }

  function goOn(index: number, delta: BlockDelta): Reading {
    if (delta.type === 'input_json_delta' && !blocks.isKnown(index)) return loseCall();
    return content(blocks.goOn(index, delta));
  }

  /** The start of the call was in a line that could not be read: its name is lost, and the call with it. */
  function loseCall(): Reading {
    decoder.hasFinished = false;
    failure ??= lostCall(target);
    return { verdict: 'failure', events: [] };
  }

  const decoder: Writable<FrameDecoder> = {
    hasFinished: false,
    malformed: 0,
    push({ data, name, isComplete }) {
      if (isDone || data === undefined || data.trim() === '') return { verdict: 'comment', events: [] };
      const text = name === 'error' ? undefined : template.textOf(data);
      if (text !== undefined) {
        readable += 1;
        return goOn(templateIndex, { type: 'text_delta', text });
      }
      const json = parseJson(data);
      const plain = name === 'error' ? undefined : readPlainDelta(json);
      if (plain) {
        readable += 1;
        if (plain.delta.type === 'text_delta' && plain.delta.text) {
          templateIndex = plain.index;
          template.learn(data, 'text', plain.delta.text);
        }
        return goOn(plain.index, plain.delta);
      }
      const parsed = streamEventSchema.safeParse(json);
      const type = parsed.success ? (parsed.data.type ?? name) : undefined;
      if (name === 'error' || type === 'error' || (parsed.success && type === undefined && parsed.data.error)) {
        decoder.hasFinished = false;
        failure ??= toMessagesStreamError(json ?? { message: data }, target);
        return { verdict: 'failure', events: [] };
      }
      if (!parsed.success || type === undefined) {
        if (isComplete) decoder.malformed += 1;
        return { verdict: 'malformed', events: [] };
      }
      readable += 1;
      return read(parsed.data, type, data);
    },
    pushWhole(body) {
      const json = parseJson(body);
      const parsed = wholeMessageSchema.safeParse(json);
      if (!parsed.success) throw hasError(json) ? toMessagesStreamError(json, target) : unreadable(target);
      const { id, model, content: whole, usage: counts, ...end } = parsed.data;
      readable += 1;
      isDone = true;
      if (counts) usage.note(counts);
      const inputs = jsonTextsAt(body, ['content', '*', 'input']);
      const events = start(id ?? '', model ?? target.model);
      for (const [at, block] of whole.entries()) {
        events.push(...blocks.begin(at, block, () => inputs.get(String(at))), ...blocks.finish(at));
      }
      events.push(...stop(end));
      return { verdict: 'content', events };
    },
    end(fault) {
      const counts = usage.read();
      const last: ModelEvent[] = counts ? [{ type: 'usage', usage: counts }] : [];
      if (failure) return [...last, { type: 'failure', error: failure }];
      if (stopReason !== undefined || (isDone && readable > 0)) {
        const reason = fromStopReason(stopReason, blocks.calls > 0);
        const word = reason === 'stop-sequence' && stopSequence !== undefined ? { stopSequence } : {};
        return [...last, { type: 'finish', reason, ...word }];
      }
      const end = readable === 0 && decoder.malformed > 0 ? unreadable(target) : cutOff(target);
      return [...last, { type: 'failure', error: fault ?? end }];
    },
  };
  return decoder;
}

function hasError(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'error' in json;
}
