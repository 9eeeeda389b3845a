import { useEffect } from 'react';
import type { ChatMatch } from './find-matches.ts';
import { findRanges } from './find-matches.ts';

const all = 'find';
const one = 'find-current';

/** Marks a text in the turns that are on the page, and the current place otherwise, where the browser can. */
export function useFindHighlights(text: string, current: ChatMatch | undefined): void {
  useEffect(() => {
    if (!('highlights' in CSS) || text.trim() === '') return undefined;
    const transcript = document.querySelector('[data-region="transcript"]');
    if (!transcript) return undefined;
    let isBroughtIntoView = false;
    const draw = () => {
      const turns = [...transcript.querySelectorAll<HTMLElement>('[data-message]')];
      const ranges = turns.map((turn) => ({ id: turn.dataset['message'], found: findRanges(turn, text) }));
      CSS.highlights.set(all, new Highlight(...ranges.flatMap(({ found }) => found)));
      const inTurn = ranges.find(({ id }) => id === current?.messageId)?.found ?? [];
      const range = inTurn[current?.nth ?? 0] ?? inTurn.at(-1);
      CSS.highlights.set(one, range ? new Highlight(range) : new Highlight());
      if (!range || isBroughtIntoView) return;
      isBroughtIntoView = true;
      const box = range.getBoundingClientRect();
      const view = transcript.getBoundingClientRect();
      if (box.top < view.top + 60 || box.bottom > view.bottom - 40)
        transcript.scrollBy({ top: box.top - view.top - view.height / 3 });
    };
    let frame = 0;
    const redraw = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(draw);
    };
    redraw();
    // Turns are mounted and left while somebody steps through them.
    const observer = new MutationObserver(redraw);
    observer.observe(transcript, { childList: true, subtree: true, characterData: true });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      CSS.highlights.delete(all);
      CSS.highlights.delete(one);
    };
  }, [text, current]);
}
