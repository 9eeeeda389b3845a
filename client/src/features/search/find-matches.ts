import { foldText, foldWithOrigins } from '@parley/contracts';
import type { Message, MessageId } from '@parley/contracts';

/** One place in a chat where the text is: the so-manyth of its message. */
export interface ChatMatch {
  readonly messageId: MessageId;
  readonly nth: number;
}

/** Matches above which nobody counts any more. */
const most = 5_000;

/** Every place in the messages where a text is, whatever its case and accents, in their order. */
export function findMatches(messages: readonly Message[], text: string): ChatMatch[] {
  const wanted = foldText(text);
  if (wanted.trim() === '') return [];
  const matches: ChatMatch[] = [];
  for (const { id, parts } of messages) {
    let nth = 0;
    for (const part of parts) {
      if (part.type !== 'text' && part.type !== 'steer') continue;
      const folded = foldText(part.text);
      for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + wanted.length)) {
        matches.push({ messageId: id, nth });
        nth += 1;
        if (matches.length >= most) return matches;
      }
    }
  }
  return matches;
}

/** The places of a text in what an element shows. */
export function findRanges(element: Element, text: string): Range[] {
  const wanted = foldText(text);
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes: { readonly node: Node; readonly start: number }[] = [];
  let shown = '';
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest('h2.sr-only, button, [aria-hidden="true"]')) continue;
    nodes.push({ node, start: shown.length });
    shown += node.textContent ?? '';
  }
  const { folded, starts, ends } = foldWithOrigins(shown);
  const placeOf = (at: number) => {
    const found = nodes.findLast(({ start }) => start <= at);
    return found && { node: found.node, offset: at - found.start };
  };
  const ranges: Range[] = [];
  if (wanted.trim() === '') return ranges;
  for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + wanted.length)) {
    const start = placeOf(starts[at] ?? 0);
    const last = placeOf((ends[at + wanted.length - 1] ?? 1) - 1);
    if (!start || !last) continue;
    const range = document.createRange();
    range.setStart(start.node, start.offset);
    range.setEnd(last.node, Math.min(last.offset + 1, last.node.textContent?.length ?? 0));
    ranges.push(range);
  }
  return ranges;
}
