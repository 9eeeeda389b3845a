/** Characters of one run of text, a paragraph or a cell, up to which it is read as a whole. */
export const longestRun = 20_000;
const pieceLength = 2_000;

interface InlinePiece {
  readonly text: string;
  /** Nothing in it was meant as Markdown. */
  readonly isPlain: boolean;
}

/**
 * What is read at once of a run of text. The time that marked takes grows with the square of the length, so that a run
 * longer than anybody writes is read in pieces: marks that begin in one and end in another are text, and so is
 * everything in a piece without a space.
 */
export function inlinePieces(text: string): readonly InlinePiece[] {
  if (text.length <= longestRun) return [{ text, isPlain: false }];
  const pieces: InlinePiece[] = [];
  let start = 0;
  while (start < text.length) {
    const piece = pieceAt(text, start);
    pieces.push(piece);
    start += piece.text.length;
  }
  return pieces;
}

function pieceAt(text: string, start: number): InlinePiece {
  const most = text.slice(start, start + pieceLength);
  if (most.length < pieceLength) return { text: most, isPlain: false };
  const end = Math.max(most.lastIndexOf('\n'), most.lastIndexOf(' ')) + 1;
  if (end > 0) return { text: most.slice(0, end), isPlain: false };
  // A character outside the basic plane is two units.
  return { text: /[\uD800-\uDBFF]$/.test(most) ? most.slice(0, -1) : most, isPlain: true };
}
