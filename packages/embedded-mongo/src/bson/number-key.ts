import type { ByteWriter } from './byte-writer.ts';
import { addExact, doubleOfExact, exactOfDouble, readDecimal, type Exact } from './decimal128.ts';
import type { Decimal128, Int32 } from './value.ts';

const RESIDUAL_NEGATIVE = 0;
const RESIDUAL_ZERO = 1;
const RESIDUAL_POSITIVE = 2;
const EXPONENT_OFFSET = 32_768;

/**
 * Appends the order-preserving key of a number: the nearest double, then what the double leaves over. Numbers that
 * are equal get the same key whatever their BSON type; NaN sorts below every other number.
 */
export function writeNumberKey(writer: ByteWriter, value: number | bigint | Int32 | Decimal128): void {
  if (typeof value === 'number') writeDoubleKey(writer, value);
  else if (typeof value === 'bigint') writeLongKey(writer, value);
  else if (value.kind === 'int') writeDoubleKey(writer, value.value);
  else writeDecimalKey(writer, value);
}

function writeDoubleKey(writer: ByteWriter, value: number): void {
  writeOrderedDouble(writer, value);
  writer.byte(RESIDUAL_ZERO);
}

function writeOrderedDouble(writer: ByteWriter, value: number): void {
  if (Number.isNaN(value)) {
    writer.uint32BigEndian(0);
    writer.uint32BigEndian(0);
    return;
  }
  DOUBLE_VIEW.setFloat64(0, value === 0 ? 0 : value);
  const high = DOUBLE_VIEW.getUint32(0);
  const low = DOUBLE_VIEW.getUint32(4);
  const isNegative = high >= SIGN_BIT;
  writer.uint32BigEndian(isNegative ? ~high >>> 0 : (high | SIGN_BIT) >>> 0);
  writer.uint32BigEndian(isNegative ? ~low >>> 0 : low);
}

const SIGN_BIT = 0x8000_0000;
const DOUBLE_VIEW = new DataView(new ArrayBuffer(8));

function writeLongKey(writer: ByteWriter, value: bigint): void {
  const double = Number(value);
  writeOrderedDouble(writer, double);
  writeResidual(writer, { coefficient: value - BigInt(double), exponent: 0 });
}

function writeDecimalKey(writer: ByteWriter, decimal: Decimal128): void {
  const exact = readDecimal(decimal);
  if (typeof exact === 'number') {
    writeDoubleKey(writer, exact);
    return;
  }
  const double = doubleOfExact(exact);
  if (Number.isFinite(double)) {
    writeOrderedDouble(writer, double);
    const opposite = exactOfDouble(-double);
    writeResidual(writer, addExact(exact, opposite));
    return;
  }
  // Beyond the largest double the whole value serves as residual: it exceeds every residual of that double.
  writeOrderedDouble(writer, double < 0 ? -Number.MAX_VALUE : Number.MAX_VALUE);
  writeResidual(writer, exact);
}

function writeResidual(writer: ByteWriter, residual: Exact): void {
  if (residual.coefficient === 0n) {
    writer.byte(RESIDUAL_ZERO);
    return;
  }
  const isNegative = residual.coefficient < 0n;
  const digits = (isNegative ? -residual.coefficient : residual.coefficient).toString();
  writer.byte(isNegative ? RESIDUAL_NEGATIVE : RESIDUAL_POSITIVE);
  const start = writer.length;
  const exponent = digits.length + residual.exponent + EXPONENT_OFFSET;
  writer.byte(exponent >> 8);
  writer.byte(exponent & 0xff);
  writer.text(digits.replace(/0+$/, ''));
  writer.byte(0);
  if (isNegative) writer.invertFrom(start);
}
