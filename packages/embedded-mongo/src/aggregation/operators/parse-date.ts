import { CommandError } from '../../server/command-error.ts';
import { DAY, isoDate, localTime } from './calendar.ts';
import { CONVERSION_FAILURE, type ReadParts, type ReadZone } from './date-reading.ts';
import { readFormattedDate } from './read-formatted-date.ts';
import { readFreeDate } from './read-free-date.ts';
import { toInstant, UTC, type TimeZone } from './time-zone.ts';

interface DateSyntax {
  readonly format?: string | undefined;
  /** The time zone of a text that names none; a text that names one is refused unless this is UTC. */
  readonly zone?: TimeZone | undefined;
}

/** The instant a text spells, with a format or as people write dates; others are refused with ConversionFailure (241). */
export function parseDate(text: string, { format, zone = UTC }: DateSyntax): number {
  const parts = format === undefined ? readFreeDate(text) : readFormattedDate(text, format);
  const { hour = 0, minute = 0, second = 0, millisecond = 0 } = parts;
  const day = dayOf(parts);
  if (day === undefined) throw incomplete(text);
  if (parts.zone !== undefined && !zone.isUtc) throw secondZone(parts.zone);
  const timeOfDay = ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
  return parts.zone === undefined ? toInstant(zone, day + timeOfDay) : day + timeOfDay - parts.zone.offset;
}

function incomplete(text: string): CommandError {
  return new CommandError(
    CONVERSION_FAILURE,
    `an incomplete date/time string has been found, with elements missing: "${text}"`,
  );
}

function secondZone({ abbreviation }: ReadZone): CommandError {
  const found = abbreviation === undefined ? 'GMT offset' : `time zone information ('${abbreviation}')`;
  return new CommandError(
    CONVERSION_FAILURE,
    `you cannot pass in a date/time string with ${found} together with a timezone argument`,
  );
}

/** The local time at which the day begins; undefined when a part of it is missing. */
function dayOf({
  year,
  month,
  day,
  dayOfYear,
  isoYear,
  isoWeek = 1,
  isoDay = 1,
  weekDay,
}: ReadParts): number | undefined {
  if (isoYear !== undefined) return onWeekDay(isoDate(isoYear, isoWeek, isoDay), weekDay);
  if (year === undefined) return undefined;
  if (dayOfYear !== undefined) return onWeekDay(localTime(year, 0, 1) + (dayOfYear - 1) * DAY, weekDay);
  if (month === undefined || day === undefined) return undefined;
  return onWeekDay(localTime(year, month - 1, day), weekDay);
}

function onWeekDay(day: number, weekDay: number | undefined): number {
  if (weekDay === undefined) return day;
  return day + ((weekDay - new Date(day).getUTCDay() + 7) % 7) * DAY;
}
