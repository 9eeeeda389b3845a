import type { Signature } from '../../core/model-request.ts';
import { carrySignature } from '../carried-signature.ts';
import type { CollectedSource } from '../collect-answer.ts';

const own = 'openai-responses';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** A source as an annotation of this dialect, at the end of `text`. */
export function toAnnotation({ url, title }: Omit<CollectedSource, 'type'>, text: string) {
  return { type: 'url_citation', start_index: text.length, end_index: text.length, url, title };
}

/** A piece of a message. */
export function toContentPart(kind: 'text' | 'refusal', text: string, annotations: readonly object[]) {
  return kind === 'text'
    ? { type: 'output_text', text, annotations, logprobs: [] }
    : { type: 'refusal', refusal: text };
}

export function toMessageItem(id: string, status: ItemStatus, content: readonly object[]) {
  return { id, type: 'message', status, role: 'assistant', content };
}

export interface CallWords {
  readonly callId: string;
  readonly name: string;
  readonly input: string;
}

export function toCallItem(id: string, status: ItemStatus, { callId, name, input }: CallWords) {
  return { id, type: 'function_call', status, call_id: callId, name, arguments: input };
}

export interface Proof {
  readonly signature?: Signature | undefined;
  readonly opaque?: Signature | undefined;
}

/** Reasoning with what the vendor signed or encrypted, which the client sends back with its next request. */
export function toReasoningItem(id: string, status: ItemStatus, text: string, { signature, opaque }: Proof) {
  const kept = opaque ?? signature;
  const encrypted = kept && carrySignature({ kind: opaque ? 'opaque' : 'signature', signature: kept }, own);
  return {
    id,
    type: 'reasoning',
    status,
    summary: text === '' ? [] : [{ type: 'summary_text', text }],
    ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
  };
}

/** The signature of a call, as reasoning beside it. */
export function toCallProof(id: string, callId: string, signature: Signature) {
  const encrypted = carrySignature({ kind: 'call', callId, signature }, own);
  return { id, type: 'reasoning', status: 'completed', summary: [], encrypted_content: encrypted };
}
