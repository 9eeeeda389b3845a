import { toNumber } from './quantity.ts';
import type { Quantity } from './quantity.ts';

/** Decimals that are written out before a number is rounded, and digits of a rounded one. */
const mostDecimals = 60;
const roundedDigits = 30;

/** How a quantity is written, and whether that is all of it. */
export function formatQuantity(quantity: Quantity): { readonly text: string; readonly isExact: boolean } {
  if (typeof quantity === 'number') return { text: String(Number(quantity.toPrecision(15))), isExact: false };
  const { n, d } = quantity;
  if (d === 1n) return { text: n.toString(), isExact: true };
  const decimals = decimalsOf(d);
  if (decimals !== undefined) {
    return { text: withPoint((n * 10n ** BigInt(decimals)) / d, decimals), isExact: true };
  }
  const magnitude = lengthOf(n) - lengthOf(d);
  if (Math.abs(magnitude) > roundedDigits - 5) {
    const approximate = toNumber(quantity);
    const isWritable = Number.isFinite(approximate) && approximate !== 0;
    return { text: isWritable ? String(Number(approximate.toPrecision(15))) : powerOfTen(n, d), isExact: false };
  }
  const places = roundedDigits - magnitude;
  const scaled = (2n * n * 10n ** BigInt(places) + (n < 0n ? -d : d)) / (2n * d);
  return { text: withPoint(scaled, places).replace(/0+$/, ''), isExact: false };
}

/** How many decimals a fraction with this denominator has, if they come to an end. */
function decimalsOf(denominator: bigint): number | undefined {
  let rest = denominator;
  let [twos, fives] = [0, 0];
  for (; rest % 2n === 0n && twos <= mostDecimals; twos += 1) rest /= 2n;
  for (; rest % 5n === 0n && fives <= mostDecimals; fives += 1) rest /= 5n;
  const decimals = Math.max(twos, fives);
  return rest === 1n && decimals <= mostDecimals ? decimals : undefined;
}

function withPoint(scaled: bigint, decimals: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** For what is beyond floats: its first digits and its size. */
function powerOfTen(n: bigint, d: bigint): string {
  const size = lengthOf(n) - lengthOf(d);
  const places = roundedDigits - size;
  const scaled = places >= 0 ? (n * 10n ** BigInt(places)) / d : n / (d * 10n ** BigInt(-places));
  const digits = (scaled < 0n ? -scaled : scaled).toString();
  return `${n < 0n ? '-' : ''}${digits.slice(0, 1)}.${digits.slice(1, 15)}e${digits.length - 1 - places}`;
}

function lengthOf(n: bigint): number {
  return (n < 0n ? -n : n).toString().length;
}
