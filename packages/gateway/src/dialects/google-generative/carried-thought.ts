import { carrySignature, readCarriedSignature } from '../carried-signature.ts';
import type { CarriedSignature } from '../carried-signature.ts';

const own = 'google-generative';
const mark = 'parley:';

/** What a Google client keeps of `carried`: Google's own value as it is, others in base64, for the field holds bytes. */
export function toThoughtSignature(carried: CarriedSignature): string {
  const { kind, signature } = carried;
  if (signature.dialect === own && kind !== 'opaque') return signature.value;
  return Buffer.from(carrySignature(carried, own)).toString('base64');
}

/** What `toThoughtSignature` made `text` from; anything else is Google's own. */
export function readThoughtSignature(text: string): CarriedSignature {
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return readCarriedSignature(decoded.startsWith(mark) ? decoded : text, 'signature', own);
}
