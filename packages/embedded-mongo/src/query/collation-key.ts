import type { ByteWriter } from '../bson/byte-writer.ts';
import {
  firstCurrencyRank,
  forEachWeight,
  FRACTIONS,
  UNLISTED_LETTERS,
  UNLISTED_SYMBOLS,
  type Tailoring,
} from './collation-weights.ts';

/** What decides the sort key of a text. */
interface KeyOptions {
  /** 1 compares letters, 2 marks too, 3 capitals too, 4 the same, and 5 sets apart whatever is still equal. */
  readonly strength: number;
  /** Whether runs of digits compare as numbers. */
  readonly isNumeric: boolean;
  /** The letters the locale moves; undefined when there are none. */
  readonly tailoring?: Tailoring | undefined;
}

/*
 * The form of a key: the levels one after another, parted by a 1 and ended by two zeros. Within a level all bytes are
 * at least 2, so that a text sorts before those that go on. The least weight of the second and third level is left
 * out at the end, which shortens plain texts to their first level.
 */
const LEVEL_END = 1;
const LEAST = 2;
const TEXT_END = Buffer.from([0, 0]);
const ESCAPED_ZERO = Buffer.from([0x00, 0xff]);

/* Leading bytes of the first level. Ranks of the table take one of 253 values in each of two bytes. */
const RADIX = 253;
const SYMBOL_LEAD = 0x40;
const LATER_LEAD = 0x41;
const UNLISTED_LEAD = 0xf0;
/** Follows the letter that a moved one stands behind: above all leads, so that whatever goes on after it comes first. */
const MOVED = 0xfe;

/** Appends the sort key of a text; comparing two keys bytewise compares the texts. */
export function writeCollationKey(writer: ByteWriter, text: string, options: KeyOptions): void {
  const secondaries: number[] = [];
  const tertiaries: number[] = [];
  let number: { readonly zero: number; readonly digits: number[] } | undefined;
  const endNumber = (): void => {
    if (number !== undefined) writeNumber(writer, number.zero, number.digits);
    number = undefined;
  };
  forEachWeight(
    text,
    ({ primary, secondary, tertiary, digit }) => {
      if (options.isNumeric && digit !== undefined) {
        number?.digits.push(digit);
        if (number !== undefined) return;
        number = { zero: primary - digit, digits: [digit] };
      } else {
        endNumber();
        if (primary !== 0) writePrimary(writer, primary);
      }
      secondaries.push(LEAST + secondary);
      tertiaries.push(LEAST + tertiary);
    },
    options.tailoring,
  );
  endNumber();
  if (options.strength >= 2) writeLevel(writer, secondaries);
  if (options.strength >= 3) writeLevel(writer, tertiaries);
  if (options.strength >= 5) writeIdentity(writer, text);
  writer.bytes(TEXT_END);
}

function writeLevel(writer: ByteWriter, weights: readonly number[]): void {
  writer.byte(LEVEL_END);
  const end = weights.findLastIndex((weight) => weight !== LEAST);
  for (let at = 0; at <= end; at += 1) writer.byte(weights[at] ?? LEAST);
}

function writePrimary(writer: ByteWriter, primary: number): void {
  if (primary >= UNLISTED_LETTERS) writeCodePoint(writer, UNLISTED_LEAD, primary - UNLISTED_LETTERS);
  else if (primary >= UNLISTED_SYMBOLS) writeCodePoint(writer, SYMBOL_LEAD, primary - UNLISTED_SYMBOLS);
  else {
    const first = firstCurrencyRank();
    const whole = Math.floor(primary);
    const [lead, rank] = whole < first ? [LEAST, whole] : [LATER_LEAD, whole - first];
    writer.byte(lead + Math.floor(rank / RADIX));
    writer.byte(LEAST + (rank % RADIX));
    if (whole === primary) return;
    writer.byte(MOVED);
    writer.byte(LEAST + Math.round((primary - whole) * FRACTIONS));
  }
}

function writeCodePoint(writer: ByteWriter, lead: number, code: number): void {
  writer.byte(lead);
  writer.byte(LEAST + Math.floor(code / (RADIX * RADIX)));
  writer.byte(LEAST + (Math.floor(code / RADIX) % RADIX));
  writer.byte(LEAST + (code % RADIX));
}

const LONGEST_NUMBER = 250;

/** A number as the place of zero, the count of its digits without leading zeros, and the digits. */
function writeNumber(writer: ByteWriter, zero: number, digits: readonly number[]): void {
  const first = digits.findIndex((digit) => digit !== 0);
  const rest = first === -1 ? [] : digits.slice(first);
  for (let at = 0; at === 0 || at < rest.length; at += LONGEST_NUMBER) {
    const part = rest.slice(at, at + LONGEST_NUMBER);
    writePrimary(writer, zero);
    writer.byte(LEAST + part.length);
    for (const digit of part) writer.byte(LEAST + digit);
  }
}

/** The last level: the code points of the canonical form. */
function writeIdentity(writer: ByteWriter, text: string): void {
  writer.byte(LEVEL_END);
  for (const [index, piece] of text.normalize('NFD').split('\0').entries()) {
    if (index > 0) writer.bytes(ESCAPED_ZERO);
    writer.text(piece);
  }
}
