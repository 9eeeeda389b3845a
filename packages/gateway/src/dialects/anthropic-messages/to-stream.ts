import type { AnswerOptions, StreamEncoder } from '../../core/face.ts';
import type { ModelEvent, ModelUsage } from '../../core/model-event.ts';
import { namedFrame } from '../../transport/sse-frame.ts';
import { carrySignature } from '../carried-signature.ts';
import type { CarriedSignature } from '../carried-signature.ts';
import { createPartSequence } from '../part-sequence.ts';
import type { PartHead, PartWriter } from '../part-sequence.ts';
import { toCitation } from './citation.ts';
import { toMessagesErrorFrame } from './error-shape.ts';
import { toStopReason } from './stop-reason.ts';
import { toMessagesUsage } from './usage-counts.ts';

/**
 * Writes model events as a Messages stream, ready to send: one content block after the other, the usage with the stop
 * reason. A `failure` becomes an `error` event and no `message_stop`.
 */
export function createMessagesEncoder({ model, id: ownId }: AnswerOptions): StreamEncoder {
  let isStarted = false;
  let usage: ModelUsage = { input: 0, output: 0 };
  const parts = createPartSequence(createBlockWriter());

  function start(id: string): string {
    if (isStarted) return '';
    isStarted = true;
    const message = { id: id || `msg_${ownId}`, type: 'message', role: 'assistant', model, content: [] };
    // What the prompt cost is known with the end at the latest, and told there.
    const end = { stop_reason: null, stop_sequence: null, usage: toMessagesUsage(usage) };
    return namedFrame('message_start', { type: 'message_start', message: { ...message, ...end } });
  }

  function finish({ reason, stopSequence = null }: { reason: string; stopSequence?: string | null }): string {
    const delta = { stop_reason: reason, stop_sequence: stopSequence };
    const end = namedFrame('message_delta', { type: 'message_delta', delta, usage: toMessagesUsage(usage) });
    return end + namedFrame('message_stop', { type: 'message_stop' });
  }

  return {
    encode(event: ModelEvent): string {
      switch (event.type) {
        case 'answer-start':
          return start(event.id);
        case 'text-delta':
        case 'refusal-delta':
        case 'reasoning-delta':
        case 'tool-input-delta':
        case 'part-signature':
        case 'source':
          return start('') + parts.push(event);
        case 'usage':
          ({ usage } = event);
          return '';
        case 'recovery':
          return event.mode === 'restarted' ? parts.restart() : '';
        case 'wire':
          return '';
        case 'finish':
          return start('') + parts.end() + finish({ ...event, reason: toStopReason(event.reason) });
        case 'failure':
          return toMessagesErrorFrame(event.error);
        default:
          return event satisfies never;
      }
    },
  };
}

function createBlockWriter(): PartWriter {
  let index = -1;
  let kind: PartHead['kind'] = 'text';
  /** What all deltas of the open block have in common, written once. */
  let head = '';

  const delta = (type: string, fields: object): string =>
    namedFrame('content_block_delta', { type: 'content_block_delta', index, delta: { type, ...fields } });

  function begin(block: object): string {
    index += 1;
    return namedFrame('content_block_start', { type: 'content_block_start', index, content_block: block });
  }

  function end(): string {
    return namedFrame('content_block_stop', { type: 'content_block_stop', index });
  }

  const redacted = (kept: CarriedSignature): string =>
    begin({ type: 'redacted_thinking', data: carried(kept) }) + end();

  /** Thinking is begun with its first words: what has none but is signed may be redacted. */
  let isThoughtOpen = false;

  function openThought(): string {
    if (isThoughtOpen) return '';
    isThoughtOpen = true;
    return begin({ type: 'thinking', thinking: '', signature: '' });
  }

  return {
    open(part) {
      ({ kind } = part);
      isThoughtOpen = false;
      if (kind === 'reasoning') return '';
      const block =
        part.kind === 'tool-call'
          ? { type: 'tool_use', id: part.callId, name: part.name, input: {} }
          : { type: 'text', text: '' };
      const begun = begin(block);
      const [type, field] = part.kind === 'tool-call' ? ['input_json_delta', 'partial_json'] : ['text_delta', 'text'];
      head = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"${type}","${field}":`;
      return begun;
    },
    write: (text) =>
      kind === 'reasoning'
        ? openThought() + delta('thinking_delta', { thinking: text })
        : `${head}${JSON.stringify(text)}}}\n\n`,
    sign({ signature, opaque }) {
      if (signature) {
        return openThought() + delta('signature_delta', { signature: carried({ kind: 'signature', signature }) });
      }
      if (!opaque) return '';
      if (!isThoughtOpen) return redacted({ kind: 'opaque', signature: opaque });
      return delta('signature_delta', { signature: carried({ kind: 'opaque', signature: opaque }) });
    },
    signCall: (callId, signature) => redacted({ kind: 'call', callId, signature }),
    cite: (source) => delta('citations_delta', { citation: toCitation(source) }),
    close: () => (kind === 'reasoning' && !isThoughtOpen ? '' : end()),
  };
}

function carried(kept: CarriedSignature): string {
  return carrySignature(kept, 'anthropic-messages');
}
