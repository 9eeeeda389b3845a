import type { PartHead, PartWriter } from '../part-sequence.ts';
import {
  toAnnotation,
  toCallItem,
  toCallProof,
  toContentPart,
  toMessageItem,
  toReasoningItem,
} from './response-items.ts';
import type { ItemStatus, Proof } from './response-items.ts';

export interface ItemWriterOptions {
  /** Writes one event with the next sequence number. */
  readonly tell: (type: string, fields: object) => string;
  /** From which the ids of items are made. */
  readonly answerId: string;
}

export interface ItemWriter {
  readonly writer: PartWriter;
  /** The items that are whole, in their order. */
  readonly output: readonly object[];
  /** What a message that is still open says of itself when it closes. */
  endAs(status: 'completed' | 'incomplete'): void;
}

/** Writes parts as output items of this dialect. */
export function createItemWriter({ tell, answerId }: ItemWriterOptions): ItemWriter {
  const output: object[] = [];
  let head: PartHead = { kind: 'text' };
  let id = '';
  let text = '';
  let annotations: object[] = [];
  let proof: Proof = {};
  let lastStatus: 'completed' | 'incomplete' = 'completed';
  let isSummaryOpen = false;

  const at = () => ({ item_id: id, output_index: output.length });
  const inMessage = () => ({ ...at(), content_index: 0 });
  const inSummary = () => ({ ...at(), summary_index: 0 });
  const idOf = (kind: string): string => `${kind}_${answerId}_${output.length}`;

  const added = (item: object): string => tell('response.output_item.added', { output_index: output.length, item });

  function done(item: object): string {
    const told = tell('response.output_item.done', { output_index: output.length, item });
    output.push(item);
    return told;
  }

  function openMessage(kind: 'text' | 'refusal'): string {
    id = idOf('msg');
    const part = toContentPart(kind, '', []);
    const begun = added(toMessageItem(id, 'in_progress', []));
    return begun + tell('response.content_part.added', { ...inMessage(), part });
  }

  function closeMessage(kind: 'text' | 'refusal'): string {
    const part = toContentPart(kind, text, annotations);
    const whole =
      kind === 'text'
        ? tell('response.output_text.done', { ...inMessage(), text, logprobs: [] })
        : tell('response.refusal.done', { ...inMessage(), refusal: text });
    const ended = tell('response.content_part.done', { ...inMessage(), part });
    return whole + ended + done(toMessageItem(id, lastStatus, [part]));
  }

  function closeReasoning(): string {
    const part = { type: 'summary_text', text };
    const summary = isSummaryOpen
      ? tell('response.reasoning_summary_text.done', { ...inSummary(), text }) +
        tell('response.reasoning_summary_part.done', { ...inSummary(), part })
      : '';
    return summary + done(toReasoningItem(id, 'completed', text, proof));
  }

  function closeCall(callId: string, name: string): string {
    const input = text === '' ? '{}' : text;
    const status: ItemStatus = lastStatus;
    const told = tell('response.function_call_arguments.done', { ...at(), name, arguments: input });
    return told + done(toCallItem(id, status, { callId, name, input }));
  }

  function openSummary(): string {
    if (isSummaryOpen) return '';
    isSummaryOpen = true;
    const part = { type: 'summary_text', text: '' };
    return tell('response.reasoning_summary_part.added', { ...inSummary(), part });
  }

  const writer: PartWriter = {
    open(part) {
      head = part;
      text = '';
      annotations = [];
      proof = {};
      isSummaryOpen = false;
      if (part.kind === 'reasoning') {
        id = idOf('rs');
        return added(toReasoningItem(id, 'in_progress', '', {}));
      }
      if (part.kind !== 'tool-call') return openMessage(part.kind);
      id = idOf('fc');
      return added(toCallItem(id, 'in_progress', { ...part, input: '' }));
    },
    write(delta) {
      text += delta;
      switch (head.kind) {
        case 'text':
          return tell('response.output_text.delta', { ...inMessage(), delta, logprobs: [] });
        case 'refusal':
          return tell('response.refusal.delta', { ...inMessage(), delta });
        case 'reasoning':
          return openSummary() + tell('response.reasoning_summary_text.delta', { ...inSummary(), delta });
        case 'tool-call':
          return tell('response.function_call_arguments.delta', { ...at(), delta });
        default:
          return head satisfies never;
      }
    },
    sign({ signature, opaque }) {
      proof = { signature: signature ?? proof.signature, opaque: opaque ?? proof.opaque };
      return '';
    },
    signCall(callId, signature) {
      const item = toCallProof(idOf('rs'), callId, signature);
      return added(item) + done(item);
    },
    cite(source) {
      const annotation = toAnnotation(source, text);
      annotations.push(annotation);
      const fields = { annotation_index: annotations.length - 1, annotation };
      return tell('response.output_text.annotation.added', { ...inMessage(), ...fields });
    },
    close() {
      if (head.kind === 'reasoning') return closeReasoning();
      return head.kind === 'tool-call' ? closeCall(head.callId, head.name) : closeMessage(head.kind);
    },
  };

  return { writer, output, endAs: (status) => void (lastStatus = status) };
}
