import { dialects } from '../core/model-request.ts';
import type { Dialect, Signature } from '../core/model-request.ts';

/** A signature as a client of another dialect holds it for us; `callId` when it is a tool call's. */
export interface CarriedSignature {
  readonly kind: 'signature' | 'opaque' | 'call';
  readonly signature: Signature;
  readonly callId?: string;
}

const mark = 'parley';

/**
 * One text for `carried` that a client of dialect `own` keeps and sends back unchanged: the vendor's value itself where
 * it belongs to that dialect, otherwise with a mark that says whose it is.
 */
export function carrySignature({ kind, signature, callId = '' }: CarriedSignature, own: Dialect): string {
  if (kind !== 'call' && signature.dialect === own) return signature.value;
  return [mark, kind, signature.dialect, encodeURIComponent(callId), signature.value].join(':');
}

/** What `carrySignature` made `text` from; a text without the mark is the vendor's own `kind` of dialect `own`. */
export function readCarriedSignature(text: string, kind: 'signature' | 'opaque', own: Dialect): CarriedSignature {
  const plain: CarriedSignature = { kind, signature: { dialect: own, value: text } };
  if (!text.startsWith(`${mark}:`)) return plain;
  const [, carriedKind, carriedDialect, callId = '', ...value] = text.split(':');
  const dialect = dialects.find((candidate) => candidate === carriedDialect);
  const signature = dialect === undefined ? undefined : { dialect, value: value.join(':') };
  if (signature === undefined) return plain;
  if (carriedKind === 'call') return { kind: 'call', signature, callId: decodeCallId(callId) };
  return carriedKind === 'signature' || carriedKind === 'opaque' ? { kind: carriedKind, signature } : plain;
}

/** How a value begins that `carrySignature` wrote, as it is and in base64. */
const carriedStart = {
  plain: `"${mark}:`,
  base64: `"${Buffer.from(`${mark}:`).toString('base64').replace(/.=+$/, '')}`,
};

/**
 * Whether a body of dialect `own` may hold what another vendor signed, so that its bytes must not go to an upstream as
 * they are: it would be refused there. What people wrote does not count: there, quotes are escaped.
 */
export function mayHoldCarriedSignature(body: Buffer, own: Dialect): boolean {
  const start = own === 'google-generative' ? carriedStart.base64 : carriedStart.plain;
  // Nearly no body holds it, and one look is enough to know.
  if (!body.includes(start, 0, 'latin1')) return false;
  return body.includes(`:${start}`) || body.includes(`: ${start}`);
}

function decodeCallId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
