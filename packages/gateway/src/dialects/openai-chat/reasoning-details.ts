import type { Signature } from '../../core/model-request.ts';
import { parseJson } from '../../transport/parse-json.ts';
import { carrySignature, readCarriedSignature } from '../carried-signature.ts';
import type { CarriedSignature } from '../carried-signature.ts';
import { isFields, textIn } from '../json-fields.ts';
import type { Fields } from '../json-fields.ts';

/** One entry of `reasoning_details`, as OpenRouter has made them common: a thought, its summary, or sealed data. */
export interface ReasoningDetail {
  readonly text?: string | undefined;
  /** What proves or replaces the text. */
  readonly carried?: CarriedSignature | undefined;
}

const own = 'openai-chat';

/** Reads an entry. Fields that only its vendor knows travel inside the signature and come back with it. */
export function readReasoningDetail(detail: Fields): ReasoningDetail {
  const { type, text, summary, signature, data, index: _index, ...rest } = detail;
  const words = textIn(text) ?? textIn(summary);
  const sealed = textIn(data);
  const value = sealed ?? textIn(signature);
  if (value === undefined) return { text: words };
  const carried = readCarriedSignature(value, sealed === undefined ? 'signature' : 'opaque', own);
  const isForeign = carried.signature.dialect !== own || carried.kind === 'call';
  // Vendors add words and numbers; what is nested could be nested without end.
  const known = Object.entries(rest).filter(([, field]) => typeof field !== 'object');
  const usual = sealed === undefined ? 'reasoning.text' : 'reasoning.encrypted';
  const isPlain = known.length === 0 && (type === undefined || type === usual);
  if (isForeign || isPlain) return { text: words, carried };
  const whole = JSON.stringify({
    type,
    ...Object.fromEntries(known),
    [sealed === undefined ? 'signature' : 'data']: value,
  });
  return { text: words, carried: { ...carried, signature: { dialect: own, value: whole } } };
}

/** The entry for a thought and its signature, or for sealed data. */
export function toReasoningDetail(
  kind: 'signature' | 'opaque' | 'call',
  signature: Signature,
  { text, callId }: { readonly text?: string; readonly callId?: string } = {},
): Fields {
  const whole = signature.dialect === own && signature.value.startsWith('{') ? parseJson(signature.value) : undefined;
  const words = text === undefined ? {} : { text };
  if (isFields(whole)) return { ...whole, ...words };
  const value = carrySignature({ kind, signature, ...(callId === undefined ? {} : { callId }) }, own);
  return kind === 'opaque'
    ? { type: 'reasoning.encrypted', data: value }
    : { type: 'reasoning.text', ...words, signature: value };
}
