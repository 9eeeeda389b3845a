import type { RunEvent } from '../core/run.ts';

const longestText = 65_536;

/** What a reader that is behind is told of two events: texts of one stream as one, and only the last place in a queue. */
export function joinEvents(last: RunEvent, next: RunEvent): RunEvent | undefined {
  if (last.type === 'queued' && next.type === 'queued') return next;
  const isText = (last.type === 'stdout' || last.type === 'stderr') && next.type === last.type;
  return isText && last.text.length + next.text.length < longestText
    ? { type: last.type, text: last.text + next.text }
    : undefined;
}
