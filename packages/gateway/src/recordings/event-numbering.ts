import { formatEventId } from './event-id.ts';

export interface EventNumbering {
  /** Whole events, each with an `id:` line of its own. Comments travel with the event after them. */
  push(bytes: string | Uint8Array): string[];
  /** Comments that no event came after. */
  end(): string[];
  /** Number of the last event. */
  readonly last: number;
}

const afterBlankLine = /(?<=\n\r?\n)/;
const idLine = /^id(?::[^\r\n]*)?\r?\n/gm;
const byteOrderMark = '\uFEFF';

/** Gives the events of one upstream call their ids; ids that the upstream wrote are taken out. */
export function createEventNumbering(attempt: string): EventNumbering {
  let last = 0;
  let before = '';

  function number(event: string): string {
    last += 1;
    const own = event.startsWith('id') || event.includes('\nid') ? event.replaceAll(idLine, '') : event;
    const numbered = `${before}id: ${formatEventId({ attempt, number: last })}\n${own}`;
    before = '';
    return numbered;
  }

  return {
    get last() {
      return last;
    },
    push(bytes) {
      const text = typeof bytes === 'string' ? bytes : textOf(bytes);
      const events: string[] = [];
      for (const event of (text.startsWith(byteOrderMark) ? text.slice(1) : text).split(afterBlankLine)) {
        if (event.startsWith('data') || event.includes('\ndata')) events.push(number(event));
        else before += event;
      }
      return events;
    },
    end() {
      if (before === '') return [];
      last += 1;
      const rest = before;
      before = '';
      return [rest];
    },
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
