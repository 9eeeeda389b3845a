import { tokensInOrder, tokensOf, usageMark, wholeText } from './mock-answers.ts';
import type { Load } from './load.ts';

export interface AnswerVerdict {
  /** What is wrong with the answer; undefined for a right one. */
  readonly fault: string | undefined;
  /** Each event of a stream carries exactly one token. */
  readonly isOneToOne: boolean;
}

const tokenPattern = /w\d{4} /g;
const lonelyTokenPattern = /"w\d{4} "/g;

/** Judges an answer that came to its end: status, length, text, each token once and in order, and how it ends. */
export function judgeAnswer(load: Load, status: number, bytes: Buffer): AnswerVerdict {
  if (status !== 200) return wrong(`status ${status}: ${bytes.toString('utf8', 0, 160)}`);
  if (load.kind === 'whole') {
    if (load.exactLength !== undefined && bytes.length !== load.exactLength)
      return wrong(`${bytes.length} bytes instead of ${load.exactLength}`);
    return bytes.includes(wholeText) ? { fault: undefined, isOneToOne: true } : wrong('the text is not whole');
  }
  const text = bytes.toString('latin1');
  const tokens = text.match(tokenPattern)?.join('') ?? '';
  if (tokens !== tokensInOrder(tokensOf[load.kind])) return wrong('tokens are lost, doubled or out of order');
  if (!text.trimEnd().endsWith(load.endMark)) return wrong('the stream has no right end');
  if (load.usage !== 'any' && text.includes(usageMark) !== (load.usage === 'told'))
    return wrong(load.usage === 'told' ? 'usage is not told' : 'usage is told unasked');
  return { fault: undefined, isOneToOne: text.match(lonelyTokenPattern)?.length === tokensOf[load.kind] };
}

function wrong(fault: string): AnswerVerdict {
  return { fault, isOneToOne: false };
}
