import {
  fraction,
  MONTHS,
  monthNumber,
  readZone,
  unreadable,
  ZONE,
  type Complaint,
  type ReadParts,
} from './date-reading.ts';
import { isDate, isTime } from './read-free-date.ts';

/** What a specifier reads: its text, what MongoDB says when it is not there, and where it goes. */
interface Specifier {
  readonly pattern: RegExp;
  readonly missing: string;
  /** False when the text has the form and still says nothing. */
  read(parts: ReadParts, text: string): boolean;
}

function digits(most: number, missing: string, part: Exclude<keyof ReadParts, 'zone'>): Specifier {
  return {
    pattern: new RegExp(String.raw`\d{1,${String(most)}}`, 'y'),
    missing,
    read: (parts, text) => {
      parts[part] = Number(text);
      return true;
    },
  };
}

const MONTH: Specifier = {
  pattern: new RegExp(MONTHS.map((name) => `${name}|${name.slice(0, 3)}`).join('|'), 'iy'),
  missing: 'A textual month could not be found',
  read: (parts, text) => {
    parts.month = monthNumber(text);
    return true;
  },
};

const YEAR_MISSING = 'A four digit year could not be found';

const SPECIFIERS: ReadonlyMap<string, Specifier> = new Map<string, Specifier>([
  ['Y', digits(4, YEAR_MISSING, 'year')],
  ['m', digits(2, 'A two digit month could not be found', 'month')],
  ['d', digits(2, 'A two digit day could not be found', 'day')],
  ['j', digits(3, 'A three digit day-of-year could not be found', 'dayOfYear')],
  ['G', digits(4, YEAR_MISSING, 'isoYear')],
  ['V', digits(2, 'A two digit ISO week could not be found', 'isoWeek')],
  ['u', digits(1, 'A single digit ISO day of the week could not be found', 'isoDay')],
  ['H', digits(2, 'A two digit hour could not be found', 'hour')],
  ['M', digits(2, 'A two digit minute could not be found', 'minute')],
  ['S', digits(2, 'A two digit second could not be found', 'second')],
  [
    'L',
    {
      pattern: /\d{1,3}/y,
      missing: 'A three digit millisecond could not be found',
      read: (parts, text) => {
        parts.millisecond = fraction(text);
        return true;
      },
    },
  ],
  ['b', MONTH],
  ['B', MONTH],
  [
    'z',
    {
      pattern: new RegExp(String.raw`[ \t]*(?:${ZONE})`, 'iy'),
      missing: 'The timezone could not be found in the database',
      read: (parts, text) => {
        const zone = readZone(text.trim());
        if (zone !== undefined) parts.zone = zone;
        return zone !== undefined;
      },
    },
  ],
  [
    'Z',
    {
      pattern: /[+-]\d{1,4}/y,
      missing: 'A UTC offset in minutes could not be found',
      read: (parts, text) => {
        parts.zone = { offset: Number(text) * 60_000 };
        return true;
      },
    },
  ],
]);

/** What a text says that must follow a format, whose specifiers are known to be valid; others are refused with 241. */
export function readFormattedDate(whole: string, format: string): ReadParts {
  const parts: ReadParts = {};
  const complaint = follow(whole.replace(/\0.*$/s, ''), format.replace(/\0.*$/s, ''), parts);
  if (complaint !== undefined) throw unreadable(whole, [complaint]);
  return parts;
}

function follow(text: string, format: string, parts: ReadParts): Complaint | undefined {
  let at = 0;
  for (const [, code, literal] of format.matchAll(/%(.)|([^%])/gs)) {
    if (at >= text.length) return { at, message: 'Not enough data available to satisfy format' };
    const specifier = code === undefined ? undefined : SPECIFIERS.get(code);
    if (specifier === undefined) {
      if (text[at] !== (literal ?? '%')) return { at, message: 'Format literal not found' };
      at += 1;
      continue;
    }
    specifier.pattern.lastIndex = at;
    const found = specifier.pattern.exec(text)?.[0];
    if (found === undefined || !specifier.read(parts, found)) return { at, message: specifier.missing };
    at += found.length;
  }
  if (at < text.length) return { at, message: 'Trailing data' };
  return meaningless(parts, at);
}

function meaningless(parts: ReadParts, at: number): Complaint | undefined {
  const { year, month, day, isoYear, isoWeek, isoDay } = parts;
  const isIso = isoYear !== undefined || isoWeek !== undefined || isoDay !== undefined;
  if (isIso && (year !== undefined || month !== undefined || day !== undefined)) {
    return { at, message: 'Mixing of ISO dates with natural dates is not allowed' };
  }
  const isInRange = (isoWeek ?? 1) >= 1 && (isoWeek ?? 1) <= 53 && (isoDay ?? 1) >= 1 && (isoDay ?? 1) <= 7;
  if ((isIso && (isoYear === undefined || !isInRange)) || !isDate(parts)) {
    return { at, message: 'The parsed date was invalid' };
  }
  const { dayOfYear } = parts;
  if (dayOfYear !== undefined && (dayOfYear < 1 || dayOfYear > 366)) {
    return { at, message: 'The parsed date was invalid' };
  }
  return isTime(parts) ? undefined : { at, message: 'The parsed time was invalid' };
}
