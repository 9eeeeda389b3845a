import type { MessagePart, NewEvent } from '@parley/contracts';
import { isUnanswered } from './calls/call-parts.ts';

/** What is told of the calls that an answer leaves without a result when it ends before them. */
export function endOpenCalls(parts: readonly MessagePart[], step: number): NewEvent[] {
  return parts.filter(isUnanswered).map(({ callId, started }) => ({
    type: 'tool-result',
    step,
    callId,
    output:
      started === true
        ? 'The answer ended before this call; its outcome is unknown.'
        : 'The answer ended before this call was run.',
    failed: true,
  }));
}
