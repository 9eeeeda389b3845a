import { formatDecimal } from '../../bson/decimal128.ts';
import type { Value } from '../../bson/value.ts';

/** The text `$toString` makes of a value, or undefined for types it refuses. */
export function toText(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return doubleText(value);
  if (value === null || Array.isArray(value)) return undefined;
  switch (value.kind) {
    case 'int':
      return String(value.value);
    case 'decimal':
      return formatDecimal(value);
    case 'objectId':
      return value.hex;
    case 'date':
      return dateText(value.milliseconds);
    case 'symbol':
      return value.text;
    default:
      return undefined;
  }
}

/** A double as C writes it: with an exponent of at least two digits below a ten-thousandth and from 10^16 on. */
function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const [, mantissa = '', sign = '', digits = ''] = /^(.*)e([+-])(\d+)$/.exec(value.toExponential()) ?? [];
  const isPlain = sign === '-' ? Number(digits) <= 4 : Number(digits) < 16;
  return isPlain ? String(value) : `${mantissa}e${sign}${digits.padStart(2, '0')}`;
}

function dateText(milliseconds: bigint): string | undefined {
  const date = new Date(Number(milliseconds));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
