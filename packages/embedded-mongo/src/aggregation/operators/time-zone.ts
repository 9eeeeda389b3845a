import { CommandError } from '../../server/command-error.ts';
import { isNullish, type Expression, type ExpressionContext } from '../expression.ts';
import { typeOf } from './operands.ts';

/** The clock of one place. Local times are milliseconds as if the local clock showed UTC. */
export interface TimeZone {
  /** Whether this is UTC itself, whose default text of a date ends with `Z`. */
  readonly isUtc: boolean;
  /** How far the local clock is ahead of UTC at an instant, in milliseconds. */
  offsetAt(instant: number): number;
}

const HOUR = 3_600_000;
const QUARTER_HOUR = 900_000;

/** The zone of UTC. */
export const UTC: TimeZone = { isUtc: true, offsetAt: () => 0 };

/** Local time at an instant. */
export function toLocal(zone: TimeZone, instant: number): number {
  return instant + zone.offsetAt(instant);
}

/**
 * The instant a local clock shows a time, chosen as MongoDB's library does: a time skipped in spring is read with the
 * offset before the change, one that happens twice with the offset found when it is taken for UTC.
 */
export function toInstant(zone: TimeZone, local: number): number {
  const assumed = zone.offsetAt(local);
  const actual = zone.offsetAt(local - assumed);
  if (assumed === actual) return local - assumed;
  const change = local < local - assumed ? changeBetween(zone, local, local - assumed) : -Infinity;
  const isSkipped = local - actual >= change + (assumed - actual) && local - actual < change;
  return local - (isSkipped ? assumed : actual);
}

/** The first instant with the offset of `late`, when `early` has another. */
function changeBetween(zone: TimeZone, early: number, late: number): number {
  let [low, high] = [early, late];
  const offset = zone.offsetAt(late);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offsetAt(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

// Only `UTC` and offsets of zero count as UTC itself, as in MongoDB; places that keep its time do not.
const LIKE_UTC: TimeZone = { isUtc: false, offsetAt: () => 0 };
const ZONES = new Map<string, TimeZone>([
  ['UTC', UTC],
  ['GMT', LIKE_UTC],
  ['Etc/UTC', LIKE_UTC],
]);

/** A zone by its Olson name or its offset, `+hh`, `+hhmm` or `+hh:mm`; others are refused with 40485. */
function timeZoneOf(name: string): TimeZone {
  const known = ZONES.get(name);
  if (known !== undefined) return known;
  const zone = fixedZone(name) ?? namedZone(name);
  if (zone === undefined) throw new CommandError(40_485, `unrecognized time zone identifier: "${name}"`);
  if (ZONES.size < 1000) ZONES.set(name, zone);
  return zone;
}

function fixedZone(name: string): TimeZone | undefined {
  const [, sign, hours = '', minutes = '0'] = /^([+-])(\d\d)(?::?(\d\d))?$/.exec(name) ?? [];
  if (sign === undefined) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return offset === 0 ? UTC : { isUtc: false, offsetAt: () => offset };
}

function namedZone(name: string): TimeZone | undefined {
  if (!/^[A-Z][A-Za-z0-9_+/-]*$/.test(name)) return undefined;
  const clock = clockOf(name);
  if (clock === undefined || isMisspelt(name, clock)) return undefined;
  const offsets = new Map<number, number>();
  return {
    isUtc: false,
    offsetAt: (instant) => {
      const quarter = Math.floor(instant / QUARTER_HOUR);
      const cached = offsets.get(quarter);
      if (cached !== undefined) return cached;
      const offset = offsetBy(clock, instant);
      // Clocks rarely change off the quarter of an hour, but some have: then the offset is not kept.
      const [first, last] = [quarter * QUARTER_HOUR, (quarter + 1) * QUARTER_HOUR - 1000];
      if (offsetBy(clock, first) !== offset || offsetBy(clock, last) !== offset) return offset;
      if (offsets.size >= 10_000) offsets.clear();
      offsets.set(quarter, offset);
      return offset;
    },
  };
}

/** Whether the name differs from that of its zone in capitals only, which MongoDB does not overlook. */
function isMisspelt(name: string, clock: Intl.DateTimeFormat): boolean {
  const { timeZone } = clock.resolvedOptions();
  return timeZone !== name && timeZone.toLowerCase() === name.toLowerCase();
}

function clockOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

// The calendar of Intl is Julian before this instant, so that older local times cannot be read off it.
const GREGORIAN_START = Date.UTC(1800, 0, 1);

function offsetBy(clock: Intl.DateTimeFormat, instant: number): number {
  const at = Math.max(instant, GREGORIAN_START);
  const whole = Math.floor(at / 1000) * 1000;
  const part = new Map(clock.formatToParts(whole).map(({ type, value }) => [type, value]));
  const field = (name: Intl.DateTimeFormatPartTypes): number => Number(part.get(name));
  const local = Date.UTC(
    field('year'),
    field('month') - 1,
    field('day'),
    field('hour'),
    field('minute'),
    field('second'),
  );
  return local - whole;
}

/** The zone an operator was given: UTC when it was given none, undefined when its `timezone` is null. */
export function zoneFor(expression: Expression | undefined, context: ExpressionContext): TimeZone | undefined {
  if (expression === undefined) return UTC;
  const value = expression(context);
  if (isNullish(value)) return undefined;
  if (typeof value !== 'string')
    throw new CommandError(40_517, `timezone must evaluate to a string, found ${typeOf(value)}`);
  return timeZoneOf(value);
}

/** The offset of a zone as `+hhmm`. */
export function offsetText(offset: number): string {
  const size = Math.abs(offset);
  const hours = String(Math.floor(size / HOUR)).padStart(2, '0');
  const minutes = String(Math.floor(size / 60_000) % 60).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${hours}${minutes}`;
}
