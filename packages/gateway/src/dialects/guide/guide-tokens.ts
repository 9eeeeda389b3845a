const longestToken = 12;

/** Cuts `text` into the guide's tokens: words with the space before them, long ones in pieces. Joined, they are `text`. */
export function splitTokens(text: string): string[] {
  const words = text.match(/\s*\S+|\s+$/g) ?? [];
  return words.flatMap((word) => (word.length <= longestToken ? [word] : pieces(word)));
}

/** How many tokens `text` is; what the guide reports as usage. */
export function countTokens(text: string): number {
  return splitTokens(text).length;
}

/** Never between the two halves of a surrogate pair. */
function pieces(word: string): string[] {
  const result: string[] = [];
  let piece = '';
  for (const character of word) {
    if (piece.length + character.length > longestToken) {
      result.push(piece);
      piece = '';
    }
    piece += character;
  }
  return piece === '' ? result : [...result, piece];
}
