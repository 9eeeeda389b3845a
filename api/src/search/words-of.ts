/** Scripts that are written without spaces between words, as the inside of a regular expression's brackets. */
export const unspacedScripts =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u30fc\\u3005\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';

const pieces = /[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}\p{C}]/gu;
const runs = new RegExp(`[${unspacedScripts}][${unspacedScripts}\\p{M}]*|[^${unspacedScripts}]+`, 'gu');
const isUnspaced = new RegExp(`^[${unspacedScripts}]`, 'u');

/** Characters of a word that count. */
export const longestWord = 64;

/** A run of letters and digits, a run of a script without spaces, or one sign. */
interface Piece {
  readonly kind: 'word' | 'unspaced' | 'sign';
  readonly text: string;
}

/** The pieces of a folded text, in order. */
export function* piecesOf(folded: string): Generator<Piece> {
  for (const [piece] of folded.matchAll(pieces)) {
    if (!/^[\p{L}\p{N}\p{M}]/u.test(piece)) yield { kind: 'sign', text: piece };
    else for (const [text] of piece.matchAll(runs)) yield { kind: isUnspaced.test(text) ? 'unspaced' : 'word', text };
  }
}

/** Each two neighbours of a run; of one character only itself. */
export function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  return characters.length === 1
    ? characters
    : characters.slice(1).map((character, index) => (characters[index] ?? '') + character);
}

/**
 * The words of a folded text under which it is found, each once, at most `most`: words cut to 64 characters, signs one
 * by one, and of scripts without spaces each two neighbours and the last character, so that every character begins one.
 */
export function wordsOf(folded: string, most: number): string[] {
  const words = new Set<string>();
  for (const { kind, text } of piecesOf(folded)) {
    if (words.size >= most) break;
    if (kind !== 'unspaced') words.add(text.slice(0, longestWord));
    else for (const word of [...pairsOf(text), Array.from(text).at(-1) ?? '']) words.add(word);
  }
  return [...words].slice(0, most);
}
