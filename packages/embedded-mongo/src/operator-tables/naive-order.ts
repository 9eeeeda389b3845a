import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';

/**
 * MongoDB's order of values written down a second time, over the driver's objects and without a line of the server's,
 * for tests only (manual: "Comparison/Sort Order").
 */
export function typeOrder(value: unknown): number {
  if (value === undefined || value === null) return 2;
  if (value instanceof MinKey) return 1;
  if (value instanceof MaxKey) return 100;
  if (isNumeric(value)) return 3;
  if (typeof value === 'string' || value instanceof BSONSymbol) return 4;
  if (Array.isArray(value)) return 6;
  if (value instanceof Binary) return 7;
  if (value instanceof ObjectId) return 8;
  if (typeof value === 'boolean') return 9;
  if (value instanceof Date) return 10;
  if (value instanceof Timestamp) return 11;
  if (value instanceof BSONRegExp) return 12;
  if (value instanceof Code) return value.scope === null ? 13 : 14;
  return 5;
}

/** Whether a value is of one of the four numeric types. */
export function isNumeric(value: unknown): boolean {
  if (value instanceof Timestamp) return false;
  return (
    typeof value === 'number' ||
    value instanceof Double ||
    value instanceof Int32 ||
    value instanceof Long ||
    value instanceof Decimal128
  );
}

/** A number as the fraction of two integers, or NaN and the infinities as they are. */
export function fractionOf(value: unknown): readonly [bigint, bigint] | number {
  if (value instanceof Long) return [value.toBigInt(), 1n];
  if (value instanceof Decimal128) {
    const [, sign, whole = '', fraction = '', exponent = '0'] =
      /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(value.toString()) ?? [];
    if (sign === undefined) return Number(value.toString());
    const digits = BigInt(`${sign}${whole}${fraction}`);
    const power = Number(exponent) - fraction.length;
    return power >= 0 ? [digits * 10n ** BigInt(power), 1n] : [digits, 10n ** BigInt(-power)];
  }
  const double = Number(value);
  if (!Number.isFinite(double)) return double;
  let [top, bottom] = [double, 1n];
  while (!Number.isInteger(top)) {
    top *= 2;
    bottom *= 2n;
  }
  return [BigInt(top), bottom];
}

function orderNumbers(left: unknown, right: unknown): number {
  const [first, second] = [fractionOf(left), fractionOf(right)];
  const [firstPlace, secondPlace] = [first, second].map((number) => {
    if (typeof number !== 'number') return 0;
    return Number.isNaN(number) ? -2 : Math.sign(number);
  });
  if (typeof first === 'number' || typeof second === 'number') return (firstPlace ?? 0) - (secondPlace ?? 0);
  const difference = first[0] * second[1] - second[0] * first[1];
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

function orderBytes(left: string | Uint8Array, right: string | Uint8Array): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function orderObjects(left: object, right: object): number {
  const [first, second] = [Object.entries(left), Object.entries(right)];
  for (const [index, [name, value]] of first.entries()) {
    const other = second[index];
    if (other === undefined) return 1;
    const order = typeOrder(value) - typeOrder(other[1]) || orderBytes(name, other[0]) || orderValues(value, other[1]);
    if (order !== 0) return order;
  }
  return first.length - second.length;
}

function orderArrays(left: readonly unknown[], right: readonly unknown[]): number {
  for (const [index, value] of left.entries()) {
    if (index >= right.length) return 1;
    const order = orderValues(value, right[index]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** The order of two values: negative, zero or positive. */
export function orderValues(left: unknown, right: unknown): number {
  const types = typeOrder(left) - typeOrder(right);
  if (types !== 0) return types;
  if (isNumeric(left)) return orderNumbers(left, right);
  if (Array.isArray(left) && Array.isArray(right)) return orderArrays(left, right);
  if (typeof left === 'boolean') return Number(left) - Number(right);
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime();
  if (left instanceof ObjectId && right instanceof ObjectId) return orderBytes(left.toHexString(), right.toHexString());
  if (left instanceof Binary && right instanceof Binary) {
    return left.position - right.position || left.sub_type - right.sub_type || orderBytes(left.value(), right.value());
  }
  if (left instanceof Timestamp && right instanceof Timestamp) return left.comp(right);
  if (left instanceof BSONRegExp && right instanceof BSONRegExp) {
    return orderBytes(left.pattern, right.pattern) || orderBytes(left.options, right.options);
  }
  if (left instanceof Code && right instanceof Code) {
    return orderBytes(left.code, right.code) || orderObjects(left.scope ?? {}, right.scope ?? {});
  }
  if (typeOrder(left) === 4) return orderBytes(String(left), String(right));
  return typeOrder(left) === 5 ? orderObjects(Object(left), Object(right)) : 0;
}
