import type { MessagePart, NewEvent } from '@parley/contracts';
import { isUnanswered } from './calls/call-parts.ts';

/** UTF-16 units that are kept of what a call had printed, of its end. */
const mostPrinted = 20_000;

/** What is told of the calls that an answer leaves without a result when it ends before them. */
export function endOpenCalls(parts: readonly MessagePart[], step: number): NewEvent[] {
  return parts.filter(isUnanswered).map(({ callId, started, printed = '' }) => ({
    type: 'tool-result',
    step,
    callId,
    output: started === true ? withPrinted(printed) : 'The answer ended before this call was run.',
    failed: true,
  }));
}

function withPrinted(printed: string): string {
  const ending = 'The answer ended before this call; its outcome is unknown.';
  if (printed === '') return ending;
  const cut = printed.length > mostPrinted ? '[…]\n' : '';
  return `${cut}${printed.slice(-mostPrinted).toWellFormed()}\n[${ending}]`;
}
