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

const MONTH = String.raw`(?<name>${MONTHS.map((name) => `${name}|${name.slice(0, 3)}`).join('|')}|Sept)(?![a-z])`;
const DAY = String.raw`(?<day>3[01]|[0-2]?\d)`;
const MONTH_NUMBER = String.raw`(?<month>1[0-2]|0?\d)`;
const GAP = String.raw`[ \t.-]*`;
const HOUR = String.raw`t?(?<hour>2[0-4]|[01]?\d)`;
const MINUTE = String.raw`(?<minute>[0-5]\d|\d)`;
const SECOND = String.raw`(?<second>60|[0-5]\d|\d)`;
const CLOCK = String.raw`${HOUR}[:.]${MINUTE}(?:[:.]${SECOND}(?:\.(?<fraction>\d+))?)?`;

type Groups = Readonly<Record<string, string | undefined>>;

/** What has been read so far, and what was wrong with it. */
interface Reading {
  readonly parts: ReadParts;
  readonly errors: Complaint[];
  readonly warnings: Complaint[];
  hasDate: boolean;
  hasTime: boolean;
  zones: number;
}

/** Takes what one piece of the text says; the answer is a complaint when it cannot be. */
type Take = (reading: Reading, groups: Groups, piece: string) => string | undefined;

function takeDate(reading: Reading, groups: Groups): string | undefined {
  if (reading.hasDate) return 'Double date specification';
  reading.hasDate = true;
  const { parts } = reading;
  const { year, month, name, day, dayOfYear, isoWeek, isoDay } = groups;
  if (isoWeek !== undefined) {
    Object.assign(parts, { isoYear: Number(year), isoWeek: Number(isoWeek), isoDay: Number(isoDay ?? 1) });
    return undefined;
  }
  if (year !== undefined) parts.year = fullYear(year);
  if (dayOfYear !== undefined) parts.dayOfYear = Number(dayOfYear);
  if (month !== undefined) parts.month = Number(month);
  if (name !== undefined) parts.month = monthNumber(name);
  // A month of a year begins with its first day; a month without one has none.
  if (day !== undefined) parts.day = Number(day);
  else if (year !== undefined) parts.day = 1;
  return undefined;
}

/** A year of one or two digits is one of the years from 1970 to 2069. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length >= 4 || year >= 100) return year;
  return year < 70 ? year + 2000 : year + 1900;
}

function takeTime(reading: Reading, groups: Groups): string | undefined {
  if (reading.hasTime) return 'Double time specification';
  reading.hasTime = true;
  const { parts } = reading;
  const { hour = '0', half, minute = '0', second = '0', fraction: rest, zone } = groups;
  // Twelve o'clock is the first hour of either half of the day.
  parts.hour = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  parts.minute = Number(minute);
  parts.second = Number(second);
  parts.millisecond = rest === undefined ? 0 : fraction(rest);
  return zone === undefined ? undefined : setZone(parts, zone);
}

const NO_IDENTIFIERS = 'passing a time zone identifier as part of the string is not allowed';

function setZone(parts: ReadParts, text: string): string | undefined {
  const zone = readZone(text);
  if (zone === undefined) return NO_IDENTIFIERS;
  parts.zone = zone;
  return undefined;
}

const takeZone: Take = (reading, _groups, piece) => {
  reading.zones += 1;
  return reading.zones > 1 ? 'Double timezone specification' : setZone(reading.parts, piece);
};

/** Four digits are a time without its colon, or after a time a year. */
const takeDigits: Take = (reading, groups) => {
  const { hour, minute = '' } = groups;
  if (!reading.hasTime && hour !== undefined) return takeTime(reading, { hour, minute });
  reading.parts.year = Number(`${hour ?? ''}${minute}`);
  return undefined;
};

const takeYear: Take = (reading, { year }) => {
  reading.parts.year = Number(year);
  return undefined;
};

const takeBoth: Take = (reading, groups) => takeDate(reading, groups) ?? takeTime(reading, groups);

function clearTime(reading: Reading): void {
  reading.hasTime = false;
  Object.assign(reading.parts, { hour: 0, minute: 0, second: 0, millisecond: 0 });
}

const takeWord: Take = (reading, _groups, piece) => {
  const word = piece.toLowerCase();
  if (word === 'now') return undefined;
  clearTime(reading);
  return word === 'noon' ? takeTime(reading, { hour: '12' }) : undefined;
};

const WEEK_DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const takeWeekDay: Take = (reading, _groups, piece) => {
  clearTime(reading);
  reading.parts.weekDay = WEEK_DAYS.indexOf(piece.slice(0, 3).toLowerCase());
  return undefined;
};

// The forms of dates, times and zones in the order in which equally long ones are preferred.
const FORMS: readonly (readonly [RegExp, Take])[] = forms([
  [`(?:noon|midnight|today|now)(?![a-z])`, takeWord],
  [
    String.raw`(?<hour>1[0-2]|0?[1-9])(?:[:.]${MINUTE}(?:[:.](?<second>60|[0-5]\d))?)?[ \t]*(?<half>[ap])\.?m\.?(?=[ \t]|$)`,
    takeTime,
  ],
  [CLOCK, takeTime],
  [String.raw`${HOUR}[:.]${MINUTE}[:.]${SECOND}(?:\.(?<fraction>\d+))?[ \t]*(?<zone>${ZONE})`, takeTime],
  [String.raw`t(?<hour>2[0-4]|[01]?\d)`, takeTime],
  [String.raw`t?(?<hour>2[0-4]|[01]\d)(?<minute>[0-5]\d)`, takeDigits],
  [String.raw`t?(?<hour>2[0-4]|[01]\d)(?<minute>[0-5]\d)(?<second>60|[0-5]\d)`, takeTime],
  [String.raw`(?<month>1[0-2]|0?\d)\/${DAY}(?:\/(?<year>\d{1,4}))?`, takeDate],
  [String.raw`(?<year>\d{4})\/${MONTH_NUMBER}\/${DAY}\/?`, takeDate],
  [String.raw`(?<year>\d{4})-${MONTH_NUMBER}`, takeDate],
  [String.raw`(?<year>\d{1,4})-${MONTH_NUMBER}-${DAY}`, takeDate],
  [String.raw`${DAY}[.\t-]${MONTH_NUMBER}[.-](?<year>\d{4})`, takeDate],
  [String.raw`${DAY}(?:st|nd|rd|th)?${GAP}${MONTH}${GAP}(?<year>\d{1,4})`, takeDate],
  [String.raw`${MONTH}${GAP}(?<year>\d{4})`, takeDate],
  [String.raw`(?<year>\d{4})${GAP}${MONTH}`, takeDate],
  [String.raw`${MONTH}${GAP}${DAY}[,.stndrh\t ]+(?<year>\d{1,4})`, takeDate],
  [String.raw`${MONTH}${GAP}${DAY}(?:[,.stndrh\t ]+|$)`, takeDate],
  [String.raw`${MONTH}${GAP}${DAY}[,.stndrh\t ]+${CLOCK}`, takeBoth],
  [String.raw`${DAY}(?:st|nd|rd|th)?${GAP}${MONTH}`, takeDate],
  [String.raw`(?<year>\d{4})(?<month>0\d|1[0-2])(?<day>0\d|[12]\d|3[01])`, takeDate],
  [String.raw`(?<year>\d{4})-?W(?<isoWeek>5[0-3]|[0-4]\d)(?:-?(?<isoDay>[0-7]))?`, takeDate],
  [String.raw`(?<year>\d{4})\.?(?<dayOfYear>36[0-6]|3[0-5]\d|[12]\d\d|0[1-9]\d|00[1-9])`, takeDate],
  [String.raw`(?<year>\d{1,4})-(?<name>[a-z]{3})-(?<day>0\d|[12]\d|3[01])`, takeNamed],
  [String.raw`${DAY}\/(?<name>[a-z]{3})\/(?<year>\d{4}):${CLOCK}[ \t]+(?<zone>[+-]\d{4})`, takeBoth],
  [String.raw`(?<year>\d{4})`, takeYear],
  [String.raw`(?:sun|mon|tue|tues|wed|wednes|thu|thurs?|fri|sat|satur)(?:day)?(?![a-z])`, takeWeekDay],
  [MONTH, takeDate],
  [String.raw`(?:${ZONE})|[a-z]+(?:[_/-][a-z]+)+|[a-z]{1,6}`, takeZone],
]);

function takeNamed(reading: Reading, groups: Groups): string | undefined {
  return monthNumber(groups['name'] ?? '') === 0 ? 'Unexpected character' : takeDate(reading, groups);
}

function forms(list: readonly (readonly [string, Take])[]): readonly (readonly [RegExp, Take])[] {
  return list.map(([source, take]) => [new RegExp(source, 'iy'), take]);
}

/**
 * What a text without a format says: dates, times and zones in the forms people write them, each at most once, with
 * blanks, commas and points between them. A text with anything else in it is refused with ConversionFailure (241).
 */
export function readFreeDate(whole: string): ReadParts {
  const text = whole.replace(/\0.*$/s, '').trim();
  const reading: Reading = { parts: {}, errors: [], warnings: [], hasDate: false, hasTime: false, zones: 0 };
  if (text === '') throw unreadable(whole, [{ at: 0, message: 'Empty string' }]);
  let at = 0;
  while (at < text.length) at = /[ .,\t]/.test(text.charAt(at)) ? at + 1 : takePiece(reading, text, at);
  checkValidity(reading, text);
  if (reading.errors.length + reading.warnings.length > 0) {
    throw unreadable(text, [...reading.errors, ...reading.warnings]);
  }
  return reading.parts;
}

/** Takes the longest piece that has a form, and answers where it ends. */
function takePiece(reading: Reading, text: string, at: number): number {
  let longest: RegExpExecArray | undefined;
  let chosen: Take | undefined;
  for (const [form, take] of FORMS) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match === null || match[0].length <= (longest?.[0].length ?? 0)) continue;
    longest = match;
    chosen = take;
  }
  if (longest === undefined || chosen === undefined) {
    reading.errors.push({ at, message: 'Unexpected character' });
    return at + 1;
  }
  const message = chosen(reading, longest.groups ?? {}, longest[0]);
  // A second zone is a mere warning, which comes after all errors and is as fatal.
  const isWarning = message === 'Double timezone specification' && reading.zones === 2;
  if (message !== undefined) (isWarning ? reading.warnings : reading.errors).push({ at, message });
  return at + longest[0].length;
}

function checkValidity({ parts, warnings, hasDate, hasTime }: Reading, text: string): void {
  const at = text.length + 1;
  if (hasTime && !isTime(parts)) warnings.push({ at, message: 'The parsed time was invalid' });
  if (hasDate && !isDate(parts)) warnings.push({ at, message: 'The parsed date was invalid' });
}

/** Whether a clock can show the time; there is neither an hour 24 nor a second 60. */
export function isTime({ hour = 0, minute = 0, second = 0 }: ReadParts): boolean {
  return hour < 24 && minute < 60 && second < 60;
}

/** Whether the calendar has the day; one without all its parts is not judged. */
export function isDate({ year, month, day }: ReadParts): boolean {
  if (year === undefined || month === undefined || day === undefined) return true;
  const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= last;
}
