import { ALIASES, IGNORABLE, MARKS, NEXT, PRIMARIES, SAME } from './collation-table.ts';

/**
 * What one step of a text counts for: a letter with its place in the alphabet, or a mark (a primary of 0) with its
 * place among the marks. The tertiary rank tells variants such as capitals apart.
 */
interface Weight {
  readonly primary: number;
  readonly secondary: number;
  readonly tertiary: number;
  /** The value of a decimal digit, for numeric ordering. */
  readonly digit: number | undefined;
}

/** Where characters stand that the table does not list, by their code point added to one of these. */
export const UNLISTED_SYMBOLS = 0x1000_0000;
export const UNLISTED_LETTERS = 0x2000_0000;

const CURRENCIES = '¤';
const DIGITS = '0123456789';
const NOTHING: readonly Weight[] = [];

interface Weights {
  readonly known: ReadonlyMap<string, readonly Weight[]>;
  /** Letters that are one of their own although they decompose into a letter and a mark, by those two. */
  readonly contractions: ReadonlyMap<string, readonly Weight[]>;
  /** The rank of the first currency sign, which unlisted symbols stand before. */
  readonly firstCurrency: number;
}

let loaded: Weights | undefined;

/** The table, read when the first collation is used. */
function weights(): Weights {
  loaded ??= readTable();
  return loaded;
}

/** The ranks of a list of characters in which NEXT and SAME tie variants to the one before. */
function* ranks(list: string): Generator<{ character: string; rank: number; variant: number }> {
  let [rank, variant] = [0, 0];
  let tie = '';
  for (const character of list) {
    if (character === NEXT || character === SAME) tie = character;
    else {
      if (tie === '') [rank, variant] = [rank + 1, 0];
      else if (tie === NEXT) variant += 1;
      tie = '';
      yield { character, rank, variant };
    }
  }
}

function readTable(): Weights {
  const known = new Map<string, readonly Weight[]>();
  for (const character of IGNORABLE) known.set(character, NOTHING);
  const digits = new Map<number, number>();
  for (const { character, rank, variant } of ranks(PRIMARIES)) {
    const digit = DIGITS.indexOf(character);
    if (digit !== -1) digits.set(rank, digit);
    const value = /\p{Nd}/u.test(character) ? digits.get(rank) : undefined;
    known.set(character, [{ primary: rank, secondary: 0, tertiary: variant, digit: value }]);
  }
  for (const { character, rank, variant } of ranks(MARKS)) {
    known.set(character, [{ primary: 0, secondary: rank, tertiary: variant, digit: undefined }]);
  }
  for (const alias of ALIASES) {
    const [character = '', variant = '', ...others] = alias;
    const [first, ...rest] = others.flatMap((other) => known.get(other) ?? NOTHING);
    if (first === undefined) continue;
    const steps = [{ ...first, tertiary: first.tertiary + Number(variant) }, ...rest];
    known.set(
      character,
      steps.map((weight) => ({ ...weight, digit: undefined })),
    );
  }
  // The places the table gives to what only aliases use are nobody's in a text.
  for (const { character } of ranks(MARKS)) if (/[\ue000-\uefff]/.test(character)) known.delete(character);
  const contractions = new Map<string, readonly Weight[]>();
  for (const [character, found] of known) {
    const pair = character.normalize('NFD');
    if (pair !== character) contractions.set(pair, found);
  }
  return { known, contractions, firstCurrency: known.get(CURRENCIES)?.[0]?.primary ?? 0 };
}

/** The rank of the first currency sign, which unlisted symbols stand before. */
export function firstCurrencyRank(): number {
  return weights().firstCurrency;
}

/** Letters that a locale moves, by their canonically decomposed form. */
export type Tailoring = ReadonlyMap<string, Weight>;

/**
 * Reads rules such as `n<ñ` (ñ is a letter of its own right behind n), several of them parted by spaces. Capitals are
 * variants of their letters. A moved letter has the primary of the one it follows and a fraction.
 */
export function readTailoring(rules: string): Tailoring {
  const tailoring = new Map<string, Weight>();
  for (const rule of rules.split(' ')) {
    const [anchor = '', ...letters] = rule.split('<');
    const behind = weights().known.get(anchor)?.[0]?.primary ?? 0;
    for (const [index, letter] of letters.entries()) {
      const moved = { primary: behind + (index + 1) / FRACTIONS, secondary: 0, digit: undefined };
      tailoring.set(letter.normalize('NFD'), { ...moved, tertiary: 0 });
      tailoring.set(letter.toUpperCase().normalize('NFD'), { ...moved, tertiary: 1 });
    }
  }
  return tailoring;
}

/** The steps between one primary and the next that moved letters may take. */
export const FRACTIONS = 100;

const NOTHING_MOVED: Tailoring = new Map();

/** Calls back with every weight of a text in order; canonically equivalent texts have the same weights. */
export function forEachWeight(
  text: string,
  visit: (weight: Weight) => void,
  tailoring: Tailoring = NOTHING_MOVED,
): void {
  const { known, contractions } = weights();
  if (isAscii(text)) {
    for (const character of text) for (const weight of known.get(character) ?? NOTHING) visit(weight);
    return;
  }
  const parts = Array.from(text.normalize('NFD'));
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    const pair = part + (parts[at + 1] ?? '');
    const moved = tailoring.get(pair);
    const contraction = moved === undefined ? contractions.get(pair) : [moved];
    const single = tailoring.get(part);
    if (contraction !== undefined) {
      for (const weight of contraction) visit(weight);
      at += pair.length - part.length;
    } else if (single === undefined) visitPart(known, part, visit);
    else visit(single);
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) >= 0x80) return false;
  return true;
}

function visitPart(known: Weights['known'], part: string, visit: (weight: Weight) => void): void {
  const found = known.get(part);
  if (found !== undefined) {
    for (const weight of found) visit(weight);
    return;
  }
  const code = part.codePointAt(0) ?? 0;
  if (isInvisible(code)) return;
  const plain = part.normalize('NFKD');
  if (plain === part) {
    const primary = unlistedPlace(code);
    visit({ primary, secondary: 0, tertiary: 0, digit: undefined });
    return;
  }
  // A circled, bold or otherwise dressed-up character is its plain form but for the third level.
  const dress = (weight: Weight): void => visit({ ...weight, tertiary: weight.tertiary + DRESSED, digit: undefined });
  for (const inner of plain) visitPart(known, inner, dress);
}

const DRESSED = 20;

/** The replacement character, which stands behind everything else. */
const REPLACEMENT = 0xfffd;

function unlistedPlace(code: number): number {
  if (code === REPLACEMENT) return UNLISTED_LETTERS + 0x11_0000;
  return (isSymbol(code) ? UNLISTED_SYMBOLS : UNLISTED_LETTERS) + code;
}

/** Controls, variation selectors, tags and the byte order mark, which no level looks at. */
function isInvisible(code: number): boolean {
  return code === 0 || (code >= 0xfe00 && code <= 0xfe0f) || code === 0xfeff || (code >= 0xe_0000 && code <= 0xe_0fff);
}

const SYMBOL_BLOCKS: readonly (readonly [number, number])[] = [
  [0x2000, 0x2bff],
  [0x2e00, 0x2e7f],
  [0x3000, 0x303f],
  [0x3200, 0x33ff],
  [0xfe30, 0xfe6f],
  [0xffe0, 0xfffc],
  [0x1_d000, 0x1_d3ff],
  [0x1_f000, 0x1_faff],
];

function isSymbol(code: number): boolean {
  return SYMBOL_BLOCKS.some(([first, last]) => code >= first && code <= last);
}
