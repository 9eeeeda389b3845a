import { CommandError } from '../../server/command-error.ts';
import { abbreviatedOffset } from './zone-abbreviations.ts';

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

/** What a text says about a date; whatever it leaves out is absent. */
export interface ReadParts {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  isoYear?: number;
  isoWeek?: number;
  isoDay?: number;
  /** A name of a day, Sunday 0: the date is the first such day that is not before it. */
  weekDay?: number;
  hour?: number;
  minute?: number;
  second?: number;
  millisecond?: number;
  zone?: ReadZone;
}

/** A zone as a text names it: milliseconds ahead of UTC, and the abbreviation when it is not a plain offset. */
export interface ReadZone {
  readonly offset: number;
  readonly abbreviation?: string;
}

/** Something wrong with a text and where. */
export interface Complaint {
  readonly at: number;
  readonly message: string;
}

/** The error about a text that is no date. */
export function unreadable(text: string, complaints: readonly Complaint[]): CommandError {
  const list = complaints.map(({ at, message }) => `; ${String(at)}: ${message} '${text[at] ?? '\0'}'`);
  return new CommandError(CONVERSION_FAILURE, `Error parsing date string '${text}'${list.join('')}`);
}

/** The number of a month from 1 by its English name or the first letters of it. */
export function monthNumber(name: string): number {
  const short = name.slice(0, 3).toLowerCase();
  return MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === short) + 1;
}

/** The milliseconds of the digits after a decimal point. */
export function fraction(digits: string): number {
  return Number(digits.padEnd(3, '0').slice(0, 3));
}

/** A zone as dates are written with it: `GMT+02:00`, `+0330`, `CEST`, `Z`. */
export const ZONE = String.raw`(?:GMT)?[+-](?:2[0-4]|[01]?\d):?(?:[0-5]\d|\d)?|\(?[A-Za-z]{1,6}\)?(?![A-Za-z/_])`;

const OFFSET = /^(?:GMT)?([+-])(\d\d?):?(\d\d?)?$/i;

/** The zone of a text that has the form of `ZONE`; undefined for an abbreviation that is not known. */
export function readZone(text: string): ReadZone | undefined {
  const [, sign, hours = '', minutes = '0'] = OFFSET.exec(text) ?? [];
  if (sign !== undefined) {
    const size = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return { offset: sign === '-' ? -size : size };
  }
  const abbreviation = text.replace(/^\(|\)$/g, '');
  const offset = abbreviatedOffset(abbreviation);
  return offset === undefined ? undefined : { offset, abbreviation: abbreviation.toUpperCase() };
}
