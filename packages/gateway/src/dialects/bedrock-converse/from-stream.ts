import { randomUUID } from 'node:crypto';
import type * as z from 'zod/mini';
import type { DecoderOptions, FrameDecoder, FrameVerdict } from '../../core/codec.ts';
import { GatewayError } from '../../core/gateway-error.ts';
import type { ModelEvent, ModelFinishReason } from '../../core/model-event.ts';
import { jsonTextsAt } from '../../transport/json-text.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { createAnswerState, decoderOf } from '../answer-state.ts';
import { countIn, wordIn } from '../json-fields.ts';
import { mintCallId } from '../mint-call-id.ts';
import { lostCall, unreadable } from '../stream-faults.ts';
import { bedrockStreamError } from './bedrock-error.ts';
import * as wire from './stream-event.ts';

interface Reading {
  readonly verdict: FrameVerdict;
  readonly events: readonly ModelEvent[];
}

interface Thought {
  readonly text?: string | null | undefined;
  readonly signature?: string | null | undefined;
  readonly redacted?: string | null | undefined;
}

const dialect = 'bedrock-converse';

const finishReasons: Readonly<Record<string, ModelFinishReason>> = {
  end_turn: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  stop_sequence: 'stop-sequence',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  model_context_window_exceeded: 'context-exceeded',
};

/** Reasons that say the answer is no answer. */
const faults = new Set(['malformed_model_output', 'malformed_tool_use']);

/**
 * Turns the messages of a `ConverseStream` answer into model events. The answer is whole when `messageStop` came; usage
 * follows it in `metadata`.
 */
export function createBedrockDecoder(options: DecoderOptions): FrameDecoder {
  const { target } = options;
  const answer = createAnswerState(options);
  const idSeed = randomUUID();
  /** Calls by the vendor's index of their block; `isEmpty` until an input comes. */
  const calls = new Map<number, { part: number; callId: string; name: string; isEmpty: boolean }>();
  const parts = new Map<string, number>();

  /** One part per block and kind: text and reasoning of different blocks stay apart. */
  function partOf(index: number, kind: 'text' | 'reasoning'): number {
    const key = `${kind} ${index}`;
    const part = parts.get(key) ?? answer.nextPart();
    parts.set(key, part);
    return part;
  }

  function begin(index: number, id: string | null | undefined, name: string): ModelEvent {
    const { part, call } = answer.nextCall();
    const callId = id || mintCallId(idSeed, call);
    calls.set(index, { part, callId, name, isEmpty: true });
    return { type: 'tool-input-delta', part, callId, name, text: '' };
  }

  function input(index: number, text: string): ModelEvent[] {
    const held = calls.get(index);
    if (!held || text === '') return [];
    held.isEmpty = false;
    const { part, callId, name } = held;
    return [{ type: 'tool-input-delta', part, callId, name, text }];
  }

  /** A call without arguments has an empty object. */
  function endBlock(index: number): ModelEvent[] {
    return calls.get(index)?.isEmpty ? input(index, '{}') : [];
  }

  function think(index: number, { text, signature, redacted }: Thought): ModelEvent[] {
    if (!text && !signature && !redacted) return [];
    const events: ModelEvent[] = [];
    const part = partOf(index, 'reasoning');
    if (text) events.push({ type: 'reasoning-delta', part, text });
    if (signature) events.push({ type: 'part-signature', part, signature: { dialect, value: signature } });
    if (redacted) events.push({ type: 'part-signature', part, opaque: { dialect, value: redacted } });
    return events;
  }

  function readDelta({ delta, contentBlockIndex }: z.infer<typeof wire.deltaSchema>): ModelEvent[] {
    const index = contentBlockIndex ?? 0;
    if (delta?.text) return [{ type: 'text-delta', part: partOf(index, 'text'), text: delta.text }];
    if (delta?.toolUse?.input) return input(index, delta.toolUse.input);
    const { text, signature, redactedContent: redacted } = delta?.reasoningContent ?? {};
    return think(index, { text, signature, redacted });
  }

  /** The arguments of a call without a known beginning cannot be given to anybody. */
  function isLost({ delta, contentBlockIndex }: z.infer<typeof wire.deltaSchema>): boolean {
    return Boolean(delta?.toolUse?.input) && !calls.has(contentBlockIndex ?? 0);
  }

  function fail(error: GatewayError): Reading {
    answer.fail(error);
    return { verdict: 'failure', events: [] };
  }

  function finish(reason: string | null | undefined): void {
    if (reason && faults.has(reason)) {
      const message = `${target.provider} ended the answer with an error: ${reason}.`;
      answer.fail(new GatewayError('upstream-error', { message, vendorCode: reason }));
    } else answer.finish(wordIn(finishReasons, reason ?? '') ?? 'stop');
  }

  function said(events: readonly ModelEvent[], otherwise: FrameVerdict = 'lifecycle'): Reading {
    return { verdict: events.length > 0 ? 'content' : otherwise, events: [...answer.start(), ...events] };
  }

  function read(name: string, json: unknown): Reading | undefined {
    switch (name) {
      case 'messageStart':
        return said([]);
      case 'contentBlockStart': {
        const parsed = wire.startSchema.safeParse(json);
        if (!parsed.success) return undefined;
        const { toolUse } = parsed.data.start ?? {};
        return said(toolUse?.name ? [begin(parsed.data.contentBlockIndex ?? 0, toolUse.toolUseId, toolUse.name)] : []);
      }
      case 'contentBlockDelta': {
        const parsed = wire.deltaSchema.safeParse(json);
        if (!parsed.success) return undefined;
        return isLost(parsed.data) ? fail(lostCall(target)) : said(readDelta(parsed.data));
      }
      case 'contentBlockStop': {
        const parsed = wire.blockStopSchema.safeParse(json);
        return parsed.success ? said(endBlock(parsed.data.contentBlockIndex ?? 0)) : undefined;
      }
      case 'messageStop': {
        const parsed = wire.stopSchema.safeParse(json);
        if (!parsed.success) return undefined;
        finish(parsed.data.stopReason);
        return said([], 'content');
      }
      case 'metadata': {
        const parsed = wire.metadataSchema.safeParse(json);
        if (!parsed.success) return undefined;
        if (parsed.data.usage) answer.count(readUsage(parsed.data.usage));
        return said([], answer.hasFinished ? 'done' : 'usage');
      }
      default:
        return { verdict: 'lifecycle', events: [] };
    }
  }

  function readBlock(block: wire.BedrockBlock, index: number, inputText: string | undefined): ModelEvent[] {
    if (block.text) return [{ type: 'text-delta', part: partOf(index, 'text'), text: block.text }];
    if (block.toolUse?.name) {
      const call = begin(index, block.toolUse.toolUseId, block.toolUse.name);
      return [call, ...input(index, inputText ?? ''), ...endBlock(index)];
    }
    const { reasoningText, redactedContent } = block.reasoningContent ?? {};
    return think(index, { ...reasoningText, redacted: redactedContent });
  }

  return decoderOf(answer, {
    push(frame) {
      if (frame.data === undefined) return { verdict: 'malformed', events: [] };
      const json = parseJson(frame.data);
      if (isException(frame.name)) {
        return fail(bedrockStreamError(frame.name, json, target));
      }
      const reading = frame.name === undefined ? undefined : read(frame.name, json);
      if (reading) return reading;
      answer.skip(frame);
      return { verdict: 'malformed', events: [] };
    },
    pushWhole(body) {
      const parsed = wire.wholeSchema.safeParse(parseJson(body));
      if (!parsed.success) {
        throw unreadable(target);
      }
      const { output, stopReason, usage } = parsed.data;
      const blocks = output.message.content;
      const inputs = jsonTextsAt(body, ['output', 'message', 'content', '*', 'toolUse', 'input']);
      const events = blocks.flatMap((block, index) =>
        block ? readBlock(block, index, inputs.get(String(index))) : [],
      );
      if (usage) answer.count(readUsage(usage));
      if (stopReason) finish(stopReason);
      return { verdict: 'content', events: [...answer.start(), ...events] };
    },
  });
}

function isException(name: string | undefined): name is string {
  return name !== undefined && /exception$/i.test(name);
}

/** What was read from or written to the cache is not contained in Bedrock's `inputTokens`. */
function readUsage(usage: wire.BedrockUsage) {
  const read = countIn(usage.cacheReadInputTokens);
  const details = usage.cacheDetails?.filter((detail) => detail?.ttl === '1h') ?? [];
  const hour = details.reduce((sum, detail) => sum + (countIn(detail?.inputTokens) ?? 0), 0);
  const all = countIn(usage.cacheWriteInputTokens);
  const written = all === undefined && hour === 0 ? undefined : Math.max(all ?? 0, hour);
  return {
    input: (countIn(usage.inputTokens) ?? 0) + (read ?? 0) + (written ?? 0),
    output: countIn(usage.outputTokens) ?? 0,
    ...(read === undefined ? {} : { cachedInput: read }),
    ...(written === undefined ? {} : { cacheWrite: written - hour }),
    ...(details.length === 0 ? {} : { cacheWriteHour: hour }),
  };
}
