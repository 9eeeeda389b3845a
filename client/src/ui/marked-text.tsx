import type { ReactNode } from 'react';

export interface MarkedTextProps {
  readonly text: string;
  /** Half-open spans of the text, in order, none over another. */
  readonly marks: readonly (readonly [start: number, end: number])[];
}

/** A text with some of its words marked. */
export function MarkedText({ text, marks }: MarkedTextProps) {
  const pieces: ReactNode[] = [];
  let at = 0;
  for (const [start, end] of marks) {
    pieces.push(text.slice(at, start));
    pieces.push(
      <mark key={start} className="rounded-[3px] bg-accent/20 font-medium text-text">
        {text.slice(start, end)}
      </mark>,
    );
    at = end;
  }
  return (
    <>
      {pieces}
      {text.slice(at)}
    </>
  );
}
