import { createHash } from 'node:crypto';

/** An id for call number `call` of the answer `answer` where the vendor gave none: the same answer gets the same ids. */
export function mintCallId(answer: string, call: number): string {
  return `call_${createHash('sha256').update(`${answer}\n${call}`).digest('hex').slice(0, 24)}`;
}
