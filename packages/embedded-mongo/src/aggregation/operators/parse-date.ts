import { CommandError } from '../../server/command-error.ts';
import { DAY, isoDate, localTime } from './calendar.ts';
import { timeZoneOf, toInstant, UTC, type TimeZone } from './time-zone.ts';

/** MongoDB's ConversionFailure, which `onError` of the conversions catches. */
export const CONVERSION_FAILURE = 241;

/** The English names of the months. */
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function failure(text: string, reason: string): CommandError {
  return new CommandError(CONVERSION_FAILURE, `Error parsing date string '${text}'; ${reason}`);
}

/** What a text says about a date; whatever it leaves out is absent. */
interface ReadParts {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  isoYear?: number;
  isoWeek?: number;
  isoDay?: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  zone?: TimeZone;
}

interface DateSyntax {
  readonly format?: string | undefined;
  /** The time zone of a text that names none; a text that names one is then refused. */
  readonly zone?: TimeZone | undefined;
}

/**
 * The instant a text spells. Without a format it must be an ISO 8601 date, with or without time and zone, or an
 * English date such as `July 4, 2014`; every other text is refused with ConversionFailure (241).
 */
export function parseDate(text: string, { format, zone }: DateSyntax): number {
  const parts = format === undefined ? readFree(text) : readFormat(text, format);
  if (parts.zone !== undefined && zone !== undefined) {
    throw failure(text, 'passing a time zone in the text together with a timezone argument is not allowed');
  }
  checkRanges(text, parts);
  const { hour = 0, minute = 0, second = 0, millisecond = 0 } = parts;
  const timeOfDay = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
  return toInstant(parts.zone ?? zone ?? UTC, dayOf(text, parts) + timeOfDay);
}

function dayOf(text: string, parts: ReadParts): number {
  const { year, month, day, isoYear, isoWeek = 1, isoDay = 1 } = parts;
  if (isoYear !== undefined) {
    if (year !== undefined || month !== undefined || day !== undefined) {
      throw failure(text, 'mixing of ISO dates with natural dates is not allowed');
    }
    return isoDate(isoYear, isoWeek, isoDay);
  }
  if (year === undefined) throw failure(text, 'an incomplete date/time string has been found, with elements missing');
  if (parts.dayOfYear !== undefined) return localTime(year, 0, 1) + (parts.dayOfYear - 1) * DAY;
  if (month === undefined || day === undefined) {
    throw failure(text, 'an incomplete date/time string has been found, with elements missing');
  }
  const result = localTime(year, month - 1, day);
  if (new Date(result).getUTCMonth() !== month - 1) throw failure(text, 'The parsed date was invalid');
  return result;
}

const RANGES: readonly (readonly [keyof Omit<ReadParts, 'zone'>, number, number])[] = [
  ['month', 1, 12],
  ['day', 1, 31],
  ['dayOfYear', 1, 366],
  ['isoWeek', 1, 53],
  ['isoDay', 1, 7],
  ['hour', 0, 24],
  ['minute', 0, 59],
  ['second', 0, 59],
];

function checkRanges(text: string, parts: ReadParts): void {
  for (const [name, least, most] of RANGES) {
    const value = parts[name];
    if (value !== undefined && (value < least || value > most)) throw failure(text, `unexpected ${name}`);
  }
}

const TIME = String.raw`(?:(?:T|t|\s+)(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,:](?<fraction>\d{1,9}))?)?\s*(?<zone>Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?|[A-Z][A-Za-z_]+\/[A-Za-z_/]+)?)?`;
const MONTH = `(?<name>${MONTHS.map((name) => `${name}|${name.slice(0, 3)}`).join('|')})`;

const FREE_FORMS = [
  String.raw`(?<year>\d{4})-(?<month>\d{1,2})(?:-(?<day>\d{1,2}))?${TIME}`,
  String.raw`(?<year>\d{4})\/(?<month>\d{1,2})\/(?<day>\d{1,2})${TIME}`,
  String.raw`(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})${TIME}`,
  String.raw`(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)${TIME}`,
  String.raw`${MONTH}\.?\s+(?<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?<year>\d{4})${TIME}`,
  String.raw`(?<day>\d{1,2})(?:st|nd|rd|th)?\s+${MONTH}\.?,?\s+(?<year>\d{4})${TIME}`,
].map((form) => new RegExp(`^\\s*${form}\\s*$`, 'i'));

function readFree(text: string): ReadParts {
  for (const form of FREE_FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups !== undefined) return partsOf(groups);
  }
  throw failure(text, 'it has no form this store can read');
}

function partsOf(groups: Readonly<Record<string, string | undefined>>): ReadParts {
  const parts: ReadParts = { year: Number(groups['year']), day: Number(groups['day'] ?? 1) };
  const name = groups['name']?.slice(0, 3).toLowerCase();
  parts.month =
    name === undefined
      ? Number(groups['month'])
      : MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === name) + 1;
  if (groups['hour'] !== undefined) parts.hour = Number(groups['hour']);
  if (groups['minute'] !== undefined) parts.minute = Number(groups['minute']);
  if (groups['second'] !== undefined) parts.second = Number(groups['second']);
  if (groups['fraction'] !== undefined) parts.millisecond = Number(groups['fraction'].padEnd(3, '0').slice(0, 3));
  if (groups['zone'] !== undefined) parts.zone = zoneIn(groups['zone']);
  return parts;
}

function zoneIn(text: string): TimeZone {
  if (text.toUpperCase() === 'Z') return UTC;
  try {
    return timeZoneOf(text.length === 3 && /^[a-z]/i.test(text) ? text.toUpperCase() : text);
  } catch (error) {
    if (error instanceof CommandError) throw failure(text, 'The timezone could not be found in the database');
    throw error;
  }
}

type Read = (parts: ReadParts, text: string) => void;

const SPECIFIERS: ReadonlyMap<string, readonly [string, Read]> = new Map<string, readonly [string, Read]>([
  ['Y', [String.raw`\d{1,4}`, (parts, text) => (parts.year = Number(text))]],
  ['m', [String.raw`\d{1,2}`, (parts, text) => (parts.month = Number(text))]],
  ['d', [String.raw`\d{1,2}`, (parts, text) => (parts.day = Number(text))]],
  ['j', [String.raw`\d{1,3}`, (parts, text) => (parts.dayOfYear = Number(text))]],
  ['G', [String.raw`\d{1,4}`, (parts, text) => (parts.isoYear = Number(text))]],
  ['V', [String.raw`\d{1,2}`, (parts, text) => (parts.isoWeek = Number(text))]],
  ['u', [String.raw`\d`, (parts, text) => (parts.isoDay = Number(text))]],
  ['H', [String.raw`\d{1,2}`, (parts, text) => (parts.hour = Number(text))]],
  ['M', [String.raw`\d{1,2}`, (parts, text) => (parts.minute = Number(text))]],
  ['S', [String.raw`\d{1,2}`, (parts, text) => (parts.second = Number(text))]],
  ['L', [String.raw`\d{1,3}`, (parts, text) => (parts.millisecond = Number(text.padEnd(3, '0')))]],
  ['b', [MONTHS.map((name) => name.slice(0, 3)).join('|'), readMonth]],
  ['B', [MONTHS.join('|'), readMonth]],
  ['z', [String.raw`Z|UTC|GMT|[+-]\d\d(?::?\d\d)?`, (parts, text) => (parts.zone = zoneIn(text))]],
  [
    'Z',
    [String.raw`[+-]\d{1,4}`, (parts, text) => (parts.zone = { isUtc: false, offsetAt: () => Number(text) * 60_000 })],
  ],
]);

function readMonth(parts: ReadParts, text: string): void {
  const short = text.slice(0, 3).toLowerCase();
  parts.month = MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === short) + 1;
}

function readFormat(text: string, format: string): ReadParts {
  const reads: Read[] = [];
  const pattern = format.replace(/%(.?)|[^%]/gs, (whole, code: string | undefined) => {
    if (code === undefined) return escapeLiteral(whole);
    if (code === '%') return '%';
    if (code === '') throw new CommandError(18_535, "Unmatched '%' at end of format string");
    const specifier = SPECIFIERS.get(code);
    if (specifier === undefined) throw new CommandError(18_536, `Invalid format character '%${code}' in format string`);
    reads.push(specifier[1]);
    return `(${specifier[0]})`;
  });
  const match = new RegExp(`^${pattern}$`, 'is').exec(text);
  if (match === null) throw failure(text, `it does not match the format '${format}'`);
  const parts: ReadParts = {};
  for (const [index, read] of reads.entries()) read(parts, match[index + 1] ?? '');
  return parts;
}

function escapeLiteral(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}
