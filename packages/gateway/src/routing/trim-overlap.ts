export interface OverlapTrimmer {
  /** What may be said of the text so far; empty while it may still turn out to be a repetition. */
  push(text: string): string;
  /** What is left to say when no more text comes. */
  end(): string;
}

/** How far back a continuation may begin, in characters. */
const farthest = 4000;
/** A repetition is at least as long; less is how sentences happen to go on. */
const shortest = 12;

/**
 * Takes the beginning of a continuation away as far as it repeats the end of what was said already (or all of it).
 * White space at the end of `said` counts as not said to the model, since no prefill may end with it.
 */
export function createOverlapTrimmer(said: string): OverlapTrimmer {
  const end = said.slice(-farthest);
  const spaces = said.length - said.trimEnd().length;
  let held = '';
  let isOver = said === '';

  /** Whether `length` characters at the end of what was said are a repetition when they come again. */
  const counts = (length: number): boolean => length >= shortest || length <= spaces || length === said.length;

  function release(): string {
    isOver = true;
    let overlap = Math.min(end.length, held.length);
    while (overlap > 0 && !(counts(overlap) && end.endsWith(held.slice(0, overlap)))) overlap -= 1;
    return held.slice(overlap);
  }

  return {
    push(text) {
      if (isOver) return text;
      held += text;
      // As long as it stands somewhere in what was said, it may go on to repeat that to its end.
      return end.includes(held) ? '' : release();
    },
    end: () => (isOver ? '' : release()),
  };
}
