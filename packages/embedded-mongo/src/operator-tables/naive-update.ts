import { BSONRegExp, Double, Int32, Long, type Document } from 'bson';
import { naiveMatch } from './naive-matcher.ts';
import { isNumeric, orderValues, typeOrder } from './naive-order.ts';

/** Thrown by the naive updater where MongoDB refuses an update. */
export class NaiveRefusal extends Error {}

function isPlainObject(value: unknown): value is Document {
  return value !== undefined && typeOrder(value) === 5;
}

/** One place in a document: how to read, write and remove it; undefined when the path leads nowhere. */
interface Place {
  readonly value: unknown;
  readonly set: (value: unknown) => void;
  readonly remove: () => void;
}

function placeAt(container: unknown, path: readonly string[], operator: string): Place | undefined {
  const [name = '', ...rest] = path;
  if (Array.isArray(container) && !/^\d+$/.test(name)) {
    if (operator !== '$unset') throw new NaiveRefusal('no position');
    return undefined;
  }
  const items: unknown[] | undefined = Array.isArray(container) ? container : undefined;
  const holder: Document | undefined = isPlainObject(container) ? container : undefined;
  if (items === undefined && holder === undefined) {
    if (operator !== '$unset') throw new NaiveRefusal('not a document');
    return undefined;
  }
  const place: Place = {
    value: items === undefined ? holder?.[name] : items[Number(name)],
    set: (value) => {
      if (items !== undefined) {
        for (let length = items.length; length < Number(name); length += 1) items.push(null);
        items[Number(name)] = value;
      }
      if (holder !== undefined) holder[name] = value;
    },
    remove: () => {
      if (items !== undefined && Number(name) < items.length) items[Number(name)] = null;
      if (holder !== undefined) delete holder[name];
    },
  };
  if (rest.length === 0) return place;
  if (place.value === undefined) {
    if (!CREATING.has(operator)) return undefined;
    const made = {};
    place.set(made);
    return placeAt(made, rest, operator);
  }
  return placeAt(place.value, rest, operator);
}

function whole(value: unknown): bigint | undefined {
  if (value instanceof Int32) return BigInt(value.valueOf());
  return value instanceof Long ? value.toBigInt() : undefined;
}

function fit(result: bigint, isLong: boolean): unknown {
  if (result >= 2n ** 63n || result < -(2n ** 63n)) throw new NaiveRefusal('overflow');
  const isSmall = result < 2n ** 31n && result >= -(2n ** 31n);
  return isSmall && !isLong ? new Int32(Number(result)) : Long.fromBigInt(result);
}

function compute(name: string, left: unknown, right: unknown): unknown {
  const [first, second] = [whole(left), whole(right)];
  if (first !== undefined && second !== undefined) {
    const isLong = left instanceof Long || right instanceof Long;
    return fit(name === '$inc' ? first + second : first * second, isLong);
  }
  const [one, two] = [Number(left), Number(right)];
  return new Double(name === '$inc' ? one + two : one * two);
}

function isEqual(left: unknown, right: unknown): boolean {
  return orderValues(left, right) === 0;
}

function arrayIn(place: Place | undefined): unknown[] | undefined {
  if (place === undefined || place.value === undefined) return undefined;
  if (!Array.isArray(place.value)) throw new NaiveRefusal('not an array');
  return [...place.value];
}

function pushed(items: readonly unknown[], operand: unknown): unknown[] {
  if (!isPlainObject(operand) || operand['$each'] === undefined) return [...items, operand];
  const each: readonly unknown[] = Array.isArray(operand['$each']) ? operand['$each'] : [];
  const result = [...items];
  result.splice(operand['$position'] === undefined ? result.length : Number(operand['$position']), 0, ...each);
  if (operand['$sort'] !== undefined) result.sort((left, right) => Number(operand['$sort']) * orderValues(left, right));
  if (operand['$slice'] === undefined) return result;
  const slice = Number(operand['$slice']);
  return slice >= 0 ? result.slice(0, slice) : result.slice(slice);
}

function isPulled(operand: unknown): (item: unknown) => boolean {
  if (operand instanceof BSONRegExp)
    return (item) => naiveMatch({ x: { $elemMatch: { $regex: operand } } }, { x: [item] });
  if (!isPlainObject(operand)) return (item) => isEqual(item, operand);
  if (Object.keys(operand)[0]?.startsWith('$') === true) {
    return (item) => naiveMatch({ x: { $elemMatch: operand } }, { x: [item] });
  }
  return (item) => isPlainObject(item) && naiveMatch(operand, item);
}

const CREATING = new Set(['$set', '$inc', '$mul', '$min', '$max', '$push', '$addToSet']);

/** Applies one operator to one path of a document, by MongoDB's manual read literally; changes the document. */
export function naiveUpdate(document: Document, name: string, path: string, operand: unknown): void {
  const place = placeAt(document, path.split('.'), name);
  const value = place?.value;
  switch (name) {
    case '$set':
      place?.set(operand);
      return;
    case '$unset':
      place?.remove();
      return;
    case '$inc':
    case '$mul':
      if (value !== undefined && !isNumeric(value)) throw new NaiveRefusal('not a number');
      if (value === undefined) place?.set(name === '$inc' ? operand : compute('$mul', operand, new Int32(0)));
      else place?.set(compute(name, value, operand));
      return;
    case '$min':
    case '$max': {
      const order = orderValues(operand, value);
      if (value === undefined || (name === '$min' ? order < 0 : order > 0)) place?.set(operand);
      return;
    }
    case '$push':
      place?.set(pushed(arrayIn(place) ?? [], operand));
      return;
    case '$addToSet': {
      const items = arrayIn(place) ?? [];
      const additions: readonly unknown[] =
        isPlainObject(operand) && Array.isArray(operand['$each']) ? operand['$each'] : [operand];
      for (const addition of additions) {
        if (!items.some((item) => isEqual(item, addition))) items.push(addition);
      }
      place?.set(items);
      return;
    }
    case '$pop': {
      const items = arrayIn(place);
      if (items !== undefined) place?.set(Number(operand) === 1 ? items.slice(0, -1) : items.slice(1));
      return;
    }
    case '$pull': {
      const items = arrayIn(place);
      if (items !== undefined) place?.set(items.filter((item) => !isPulled(operand)(item)));
      return;
    }
    default: {
      const items = arrayIn(place);
      const list: readonly unknown[] = Array.isArray(operand) ? operand : [];
      if (items !== undefined) place?.set(items.filter((item) => !list.some((other) => isEqual(item, other))));
    }
  }
}
