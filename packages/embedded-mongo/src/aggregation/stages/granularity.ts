import { toDouble } from '../../bson/arithmetic.ts';
import { compareValues } from '../../bson/compare-values.ts';
import { exactOfDouble, writeDecimal } from '../../bson/decimal128.ts';
import { isNumber, typeName, type Value } from '../../bson/value.ts';
import { CommandError } from '../../server/command-error.ts';

/** Rounds numbers of at least zero to the next preferred number above or below, never to themselves but for zero. */
export interface Rounder {
  up(value: Value): Value;
  down(value: Value): Value;
}

const RENARD_80 = [
  100, 103, 106, 109, 112, 115, 118, 122, 125, 128, 132, 136, 140, 145, 150, 155, 160, 165, 170, 175, 180, 185, 190,
  195, 200, 206, 212, 218, 224, 230, 236, 243, 250, 258, 265, 272, 280, 290, 300, 307, 315, 325, 335, 345, 355, 365,
  375, 387, 400, 412, 425, 437, 450, 462, 475, 487, 500, 515, 530, 545, 560, 580, 600, 615, 630, 650, 670, 690, 710,
  730, 750, 775, 800, 825, 850, 875, 900, 925, 950, 975,
];

function everyNth(step: number): readonly number[] {
  return RENARD_80.filter((_value, index) => index % step === 0);
}

/** The E series of IEC 60063 from 48 values on follow their formula, with one exception. */
function precise(count: number): readonly number[] {
  return Array.from({ length: count }, (_unused, index) => {
    const value = Math.round(10 ** (index / count) * 100);
    return value === 919 ? 920 : value;
  });
}

const E24 = [10, 11, 12, 13, 15, 16, 18, 20, 22, 24, 27, 30, 33, 36, 39, 43, 47, 51, 56, 62, 68, 75, 82, 91];

/** The preferred numbers of one decade by name (ISO 3 and IEC 60063; manual: "$bucketAuto", "Granularity"). */
const SERIES: ReadonlyMap<string, readonly number[]> = new Map([
  ['R5', [10, 16, 25, 40, 63]],
  ['R10', everyNth(8)],
  ['R20', everyNth(4)],
  ['R40', everyNth(2)],
  ['R80', RENARD_80],
  ['1-2-5', [10, 20, 50]],
  ['E6', E24.filter((_value, index) => index % 4 === 0)],
  ['E12', E24.filter((_value, index) => index % 2 === 0)],
  ['E24', E24],
  ['E48', precise(48)],
  ['E96', precise(96)],
  ['E192', precise(192)],
]);

/** Parses a granularity: another type than text is refused with 40261, an unknown name with 40257. */
export function parseRounder(granularity: Value): Rounder {
  if (typeof granularity !== 'string') {
    throw new CommandError(
      40_261,
      `The $bucketAuto 'granularity' field must be a string, but found type: ${typeName(granularity)}.`,
    );
  }
  if (granularity === 'POWERSOF2') return createRounder([1], 2n);
  const series = SERIES.get(granularity);
  if (series === undefined) throw new CommandError(40_257, `Unknown rounding granularity '${granularity}'`);
  return createRounder(series, 10n);
}

/** Rounds to the numbers of a series times the powers of a base. */
function createRounder(series: readonly number[], base: bigint): Rounder {
  const first = series[0] ?? 1;
  return {
    up: (value) => {
      if (isFixed(value)) return value;
      const make = makerOf(value, base);
      const power = powerOf(value, make, first);
      const above = series.map((item) => make(item, power)).find((item) => compareValues(item, value) > 0);
      return above ?? make(first, power + 1);
    },
    down: (value) => {
      if (isFixed(value)) return value;
      const make = makerOf(value, base);
      const power = powerOf(value, make, first);
      const below = series.map((item) => make(item, power)).findLast((item) => compareValues(item, value) < 0);
      return below ?? make(series.at(-1) ?? first, power - 1);
    },
  };
}

type Make = (item: number, power: number) => Value;

function makerOf(value: Value, base: bigint): Make {
  return typeName(value) === 'decimal' ? decimalMaker(base) : (item, power) => scaleDouble(item, base, power);
}

/** The power of the base whose decade a value lies in. */
function powerOf(value: Value, make: Make, first: number): number {
  let power = 0;
  while (compareValues(make(first, power), value) > 0) power -= 1;
  while (compareValues(make(first, power + 1), value) <= 0) power += 1;
  return power;
}

function isFixed(value: Value): boolean {
  const number = isNumber(value) ? toDouble(value) : 0;
  return number === 0 || !Number.isFinite(number);
}

function decimalMaker(base: bigint): Make {
  return (item, power) => {
    const coefficient = BigInt(item);
    if (base === 10n) return writeDecimal({ coefficient, exponent: power });
    if (power >= 0) return writeDecimal({ coefficient: coefficient * 2n ** BigInt(power), exponent: 0 });
    return writeDecimal({ coefficient: exactOfDouble(item).coefficient * 5n ** BigInt(-power), exponent: power });
  };
}

/** Dividing keeps decimal fractions such as 1.6 exact where multiplying by a tenth would not. */
function scaleDouble(item: number, base: bigint, power: number): number {
  const factor = Number(base) ** Math.abs(power);
  return power < 0 ? item / factor : item * factor;
}
