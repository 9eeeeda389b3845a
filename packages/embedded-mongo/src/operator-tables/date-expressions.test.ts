import { Double, Int32, Long, ObjectId, Timestamp } from 'bson';
import { describe, expect, it } from 'vitest';
import { evaluated, typed } from './evaluate.ts';

const int = (value: number): Int32 => new Int32(value);
const at = (text: string): Date => new Date(text);
const NEW_YORK = 'America/New_York';
const BERLIN = 'Europe/Berlin';
/** A Friday in the first ISO week's year before it. */
const NEW_YEAR = at('2021-01-01T10:20:30.456Z');

const RESULTS: readonly (readonly [unknown, unknown])[] = [
  // Parts.
  [{ $year: NEW_YEAR }, int(2021)],
  [{ $month: [NEW_YEAR] }, int(1)],
  [{ $dayOfMonth: { date: NEW_YEAR } }, int(1)],
  [{ $dayOfMonth: { date: NEW_YEAR, timezone: '-11' } }, int(31)],
  [{ $dayOfYear: NEW_YEAR }, int(1)],
  [{ $dayOfWeek: NEW_YEAR }, int(6)],
  [{ $week: NEW_YEAR }, int(0)],
  [{ $week: at('2021-01-03') }, int(1)],
  [{ $isoWeek: NEW_YEAR }, int(53)],
  [{ $isoWeekYear: NEW_YEAR }, Long.fromNumber(2020)],
  [{ $isoDayOfWeek: at('2021-01-03') }, int(7)],
  [{ $hour: { date: NEW_YEAR, timezone: NEW_YORK } }, int(5)],
  [{ $hour: { date: at('2021-07-01T10:00:00Z'), timezone: NEW_YORK } }, int(6)],
  [{ $hour: { date: NEW_YEAR, timezone: '+0530' } }, int(15)],
  [{ $minute: { date: NEW_YEAR, timezone: '+05:30' } }, int(50)],
  [{ $second: NEW_YEAR }, int(30)],
  [{ $millisecond: NEW_YEAR }, int(456)],
  [{ $year: null }, null],
  [{ $year: { date: NEW_YEAR, timezone: null } }, null],
  [{ $year: new ObjectId('65a000000000000000000001') }, int(2024)],
  [{ $year: new Timestamp({ t: 0, i: 1 }) }, int(1970)],
  [
    { $dateToParts: { date: NEW_YEAR, timezone: BERLIN } },
    {
      year: int(2021),
      month: int(1),
      day: int(1),
      hour: int(11),
      minute: int(20),
      second: int(30),
      millisecond: int(456),
    },
  ],
  [
    { $dateToParts: { date: NEW_YEAR, iso8601: true } },
    {
      isoWeekYear: int(2020),
      isoWeek: int(53),
      isoDayOfWeek: int(5),
      hour: int(10),
      minute: int(20),
      second: int(30),
      millisecond: int(456),
    },
  ],
  [{ $dateFromParts: { year: 2021 } }, at('2021-01-01T00:00:00Z')],
  [{ $dateFromParts: { year: 2021, month: 14, day: 0 } }, at('2022-01-31T00:00:00Z')],
  [{ $dateFromParts: { year: 5, month: 1 } }, at('0005-01-01T00:00:00Z')],
  [{ $dateFromParts: { isoWeekYear: 2020, isoWeek: 53, isoDayOfWeek: 5 } }, at('2021-01-01T00:00:00Z')],
  [{ $dateFromParts: { year: 2021, hour: 12, timezone: NEW_YORK } }, at('2021-01-01T17:00:00Z')],
  [{ $dateFromParts: { year: 2021, month: null } }, null],
  // A time skipped in spring, and one that happens twice in autumn, east and west of UTC.
  [
    { $dateFromParts: { year: 2021, month: 3, day: 28, hour: 2, minute: 30, timezone: BERLIN } },
    at('2021-03-28T01:30:00Z'),
  ],
  [
    { $dateFromParts: { year: 2021, month: 10, day: 31, hour: 2, minute: 30, timezone: BERLIN } },
    at('2021-10-31T01:30:00Z'),
  ],
  [
    { $dateFromParts: { year: 2021, month: 3, day: 14, hour: 2, minute: 30, timezone: NEW_YORK } },
    at('2021-03-14T07:30:00Z'),
  ],
  [
    { $dateFromParts: { year: 2021, month: 11, day: 7, hour: 1, minute: 30, timezone: NEW_YORK } },
    at('2021-11-07T05:30:00Z'),
  ],
  // Text.
  [{ $dateToString: { date: NEW_YEAR } }, '2021-01-01T10:20:30.456Z'],
  [{ $dateToString: { date: NEW_YEAR, timezone: NEW_YORK } }, '2021-01-01T05:20:30.456'],
  [
    { $dateToString: { date: NEW_YEAR, format: '%Y-%m-%d %H:%M:%S.%L %j %w %u %U %V %G %%' } },
    '2021-01-01 10:20:30.456 001 6 5 00 53 2020 %',
  ],
  [{ $dateToString: { date: NEW_YEAR, format: '%b %B' } }, 'Jan January'],
  [{ $dateToString: { date: NEW_YEAR, format: '%z %Z', timezone: NEW_YORK } }, '-0500 -300'],
  [{ $dateToString: { date: NEW_YEAR, format: '%z', timezone: '+04:45' } }, '+0445'],
  [{ $dateToString: { date: null, onNull: 'none' } }, 'none'],
  [{ $dateToString: { date: '$missing' } }, null],
  [{ $dateFromString: { dateString: '2021-02-03' } }, at('2021-02-03T00:00:00Z')],
  [{ $dateFromString: { dateString: '2021-02-03T04:05:06.7Z' } }, at('2021-02-03T04:05:06.700Z')],
  [{ $dateFromString: { dateString: '2021-02-03 04:05+02:00' } }, at('2021-02-03T02:05:00Z')],
  [{ $dateFromString: { dateString: '2021-02-03T04:05:06', timezone: NEW_YORK } }, at('2021-02-03T09:05:06Z')],
  [{ $dateFromString: { dateString: 'July 4, 2014' } }, at('2014-07-04T00:00:00Z')],
  [{ $dateFromString: { dateString: '2021-02-03T04:05:06Z', timezone: 'UTC' } }, at('2021-02-03T04:05:06Z')],
  [{ $dateFromString: { dateString: '2021-02-03T04:05.06.07' } }, at('2021-02-03T04:05:06.070Z')],
  [{ $dateFromString: { dateString: '2021-02-03 04:05:06 GMT+0545' } }, at('2021-02-02T22:20:06Z')],
  [{ $dateFromString: { dateString: '2021-02-03 04:05:06 CEST' } }, at('2021-02-03T02:05:06Z')],
  [{ $dateFromString: { dateString: '2021-02-03 04:05:06 L' } }, at('2021-02-02T17:05:06Z')],
  [{ $dateFromString: { dateString: '2/3/21' } }, at('2021-02-03T00:00:00Z')],
  [{ $dateFromString: { dateString: '2/3/99' } }, at('1999-02-03T00:00:00Z')],
  [{ $dateFromString: { dateString: '03-02-2021' } }, at('2021-02-03T00:00:00Z')],
  [{ $dateFromString: { dateString: '2021-Feb-03 noon' } }, at('2021-02-03T12:00:00Z')],
  [{ $dateFromString: { dateString: 'Feb 3rd, 2021 12am' } }, at('2021-02-03T00:00:00Z')],
  [{ $dateFromString: { dateString: '3 February 2021 5:06 pm' } }, at('2021-02-03T17:06:00Z')],
  [{ $dateFromString: { dateString: '20210203T040506' } }, at('2021-02-03T04:05:06Z')],
  [{ $dateFromString: { dateString: '2021-W05-3' } }, at('2021-02-03T00:00:00Z')],
  [{ $dateFromString: { dateString: 'Feb 2021' } }, at('2021-02-01T00:00:00Z')],
  // The name of a day moves to the first such day.
  [{ $dateFromString: { dateString: 'Thu, 03 Feb 2021 04:05:06 GMT' } }, at('2021-02-04T04:05:06Z')],
  [{ $dateFromString: { dateString: 'Wed Feb 3 04:05:06 2021' } }, at('2021-02-03T04:05:06Z')],
  [{ $dateFromString: { dateString: '3/2/2021:+285', format: '%d/%m/%Y:%Z' } }, at('2021-02-02T19:15:00Z')],
  [{ $dateFromString: { dateString: '3/2/2021 GMT+02', format: '%d/%m/%Y%z' } }, at('2021-02-02T22:00:00Z')],
  // What is wrong with the text comes before a zone or format that is null.
  [{ $dateFromString: { dateString: 5, timezone: null, onError: 'bad' } }, 'bad'],
  [{ $dateFromString: { dateString: 'x', format: null, onError: 'bad' } }, null],
  [{ $dateToString: { date: NEW_YEAR, format: '%z %Z', timezone: '+01:30' } }, '+0130 90'],
  [{ $dateToString: { date: NEW_YEAR, format: '%Z', timezone: '-04' } }, '-240'],
  [{ $dateToString: { date: NEW_YEAR, timezone: '+00:00' } }, '2021-01-01T10:20:30.456Z'],
  [{ $dateToString: { date: NEW_YEAR, timezone: 'GMT' } }, '2021-01-01T10:20:30.456'],
  [{ $dateFromParts: { year: 2021, second: 40_000 } }, at('2021-01-01T11:06:40Z')],
  [{ $dateFromParts: { year: 1970, millisecond: Long.fromNumber(1_609_496_430_456) } }, NEW_YEAR],
  [{ $dateDiff: { startDate: 1, endDate: 2, unit: 'week', timezone: 1, startOfWeek: null } }, null],
  [{ $dateTrunc: { date: 1, unit: 'eon', binSize: 'x', timezone: null } }, null],
  [{ $dateFromString: { dateString: '03.02.2021', format: '%d.%m.%Y' } }, at('2021-02-03T00:00:00Z')],
  [{ $dateFromString: { dateString: '2020-53-5', format: '%G-%V-%u' } }, at('2021-01-01T00:00:00Z')],
  [{ $dateFromString: { dateString: '2021-034', format: '%Y-%j' } }, at('2021-02-03T00:00:00Z')],
  [{ $dateFromString: { dateString: '3 Feb 2021 -0500', format: '%d %b %Y %z' } }, at('2021-02-03T05:00:00Z')],
  [{ $dateFromString: { dateString: 'nonsense', onError: 'bad' } }, 'bad'],
  [{ $dateFromString: { dateString: 5, onError: 'bad' } }, 'bad'],
  [{ $dateFromString: { dateString: null, onNull: 'none' } }, 'none'],
  // Shifts.
  [{ $dateAdd: { startDate: at('2021-01-31'), unit: 'month', amount: 1 } }, at('2021-02-28')],
  [{ $dateAdd: { startDate: at('2020-02-29'), unit: 'year', amount: 1 } }, at('2021-02-28')],
  [{ $dateAdd: { startDate: at('2021-01-31'), unit: 'quarter', amount: -1 } }, at('2020-10-31')],
  [{ $dateSubtract: { startDate: at('2021-01-31'), unit: 'week', amount: 2 } }, at('2021-01-17')],
  [
    { $dateAdd: { startDate: at('2021-03-27T12:00:00Z'), unit: 'day', amount: 1, timezone: BERLIN } },
    at('2021-03-28T11:00:00Z'),
  ],
  [
    { $dateAdd: { startDate: at('2021-03-27T12:00:00Z'), unit: 'hour', amount: 24, timezone: BERLIN } },
    at('2021-03-28T12:00:00Z'),
  ],
  [
    { $dateAdd: { startDate: NEW_YEAR, unit: 'millisecond', amount: Long.fromNumber(44) } },
    at('2021-01-01T10:20:30.500Z'),
  ],
  [{ $dateAdd: { startDate: null, unit: 'day', amount: 1 } }, null],
  [
    { $dateDiff: { startDate: at('2020-12-31T23:59:59Z'), endDate: at('2021-01-01'), unit: 'year' } },
    Long.fromNumber(1),
  ],
  [{ $dateDiff: { startDate: at('2021-03-31'), endDate: at('2021-04-01'), unit: 'quarter' } }, Long.fromNumber(1)],
  [{ $dateDiff: { startDate: at('2021-04-01'), endDate: at('2021-01-01'), unit: 'month' } }, Long.fromNumber(-3)],
  [{ $dateDiff: { startDate: at('2021-01-02'), endDate: at('2021-01-03'), unit: 'week' } }, Long.fromNumber(1)],
  [
    { $dateDiff: { startDate: at('2021-01-02'), endDate: at('2021-01-03'), unit: 'week', startOfWeek: 'Monday' } },
    Long.fromNumber(0),
  ],
  [
    {
      $dateDiff: {
        startDate: at('2021-03-27T12:00:00Z'),
        endDate: at('2021-03-28T12:00:00Z'),
        unit: 'hour',
        timezone: BERLIN,
      },
    },
    Long.fromNumber(24),
  ],
  [
    {
      $dateDiff: {
        startDate: at('2021-01-01T23:00:00Z'),
        endDate: at('2021-01-02T01:00:00Z'),
        unit: 'day',
        timezone: BERLIN,
      },
    },
    Long.fromNumber(0),
  ],
  [{ $dateDiff: { startDate: NEW_YEAR, endDate: at('2021-01-01T10:20:31Z'), unit: 'second' } }, Long.fromNumber(1)],
  [{ $dateDiff: { startDate: NEW_YEAR, endDate: null, unit: 'second' } }, null],
  [{ $dateTrunc: { date: NEW_YEAR, unit: 'hour' } }, at('2021-01-01T10:00:00Z')],
  [{ $dateTrunc: { date: NEW_YEAR, unit: 'hour', binSize: 4 } }, at('2021-01-01T08:00:00Z')],
  [{ $dateTrunc: { date: NEW_YEAR, unit: 'week' } }, at('2020-12-27')],
  [{ $dateTrunc: { date: NEW_YEAR, unit: 'week', startOfWeek: 'mon' } }, at('2020-12-28')],
  [{ $dateTrunc: { date: at('2021-03-20T11:30:05Z'), unit: 'month', binSize: 2 } }, at('2021-03-01')],
  [{ $dateTrunc: { date: at('2021-04-20'), unit: 'quarter' } }, at('2021-04-01')],
  [{ $dateTrunc: { date: at('2021-04-20'), unit: 'year', binSize: 10 } }, at('2020-01-01')],
  [{ $dateTrunc: { date: at('2021-07-01T02:00:00Z'), unit: 'day', timezone: NEW_YORK } }, at('2021-06-30T04:00:00Z')],
  [{ $dateTrunc: { date: at('1969-12-31T23:59:59.999Z'), unit: 'second' } }, at('1969-12-31T23:59:59Z')],
];

const DATE = { $literal: NEW_YEAR };

const ERRORS: readonly (readonly [unknown, number])[] = [
  [{ $year: 'x' }, 16_006],
  [{ $year: new Double(1) }, 16_006],
  [{ $year: { date: DATE, x: 1 } }, 40_535],
  [{ $year: { timezone: 'UTC' } }, 40_539],
  [{ $year: [DATE, DATE] }, 40_536],
  [{ $year: { date: DATE, timezone: 'Nowhere/Land' } }, 40_485],
  [{ $year: { date: DATE, timezone: 'europe/berlin' } }, 40_485],
  [{ $year: { date: DATE, timezone: 5 } }, 40_517],
  [{ $dateToParts: 1 }, 40_524],
  [{ $dateToParts: { date: DATE, x: 1 } }, 40_520],
  [{ $dateToParts: {} }, 40_522],
  [{ $dateToParts: { date: DATE, iso8601: 1 } }, 40_521],
  [{ $dateFromParts: 1 }, 40_519],
  [{ $dateFromParts: { x: 1 } }, 40_518],
  [{ $dateFromParts: { month: 1 } }, 40_516],
  [{ $dateFromParts: { isoWeekYear: 2020, month: 1 } }, 40_525],
  [{ $dateFromParts: { year: 2020, isoWeek: 1 } }, 40_489],
  [{ $dateFromParts: { year: 'x' } }, 40_515],
  [{ $dateFromParts: { year: 0 } }, 40_523],
  [{ $dateFromParts: { year: 2020, day: 40_000 } }, 31_034],
  [{ $dateToString: 1 }, 18_629],
  [{ $dateToString: { x: 1 } }, 18_534],
  [{ $dateToString: {} }, 18_628],
  [{ $dateToString: { date: DATE, format: 5 } }, 18_533],
  [{ $dateToString: { date: DATE, format: '%' } }, 18_535],
  [{ $dateToString: { date: DATE, format: '%q' } }, 18_536],
  [{ $dateToString: { date: at('+012345-01-01T00:00:00Z') } }, 18_537],
  [{ $dateFromString: 1 }, 40_540],
  [{ $dateFromString: { dateString: 'x', y: 1 } }, 40_541],
  [{ $dateFromString: {} }, 40_542],
  [{ $dateFromString: { dateString: 'nonsense' } }, 241],
  [{ $dateFromString: { dateString: '2021-02-30' } }, 241],
  [{ $dateFromString: { dateString: '2021-13-01' } }, 241],
  [{ $dateFromString: { dateString: '2021-02-03T04:05:06Z', timezone: BERLIN } }, 241],
  [{ $dateFromString: { dateString: '2021-02-03T04:05:06+01:00', timezone: BERLIN } }, 241],
  [{ $dateFromString: { dateString: '2021-02-03T04:05:06 Europe/Berlin' } }, 241],
  [{ $dateFromString: { dateString: '2021-02-03 24:00' } }, 241],
  [{ $dateFromString: { dateString: null, format: '%q', onNull: 1 } }, 18_536],
  [{ $dateFromString: { dateString: null, timezone: 'Nowhere', onNull: 1 } }, 40_485],
  [{ $dateToString: { date: null, format: '%q', onNull: 1 } }, 18_536],
  [{ $dateToString: { date: DATE, timezone: 'EUROPE/BERLIN' } }, 40_485],
  [{ $dateToString: { date: null, timezone: 5, onNull: 1 } }, 40_517],
  [{ $dateToParts: { date: null, iso8601: 5 } }, 40_521],
  [{ $dateFromParts: { isoWeekYear: 0 } }, 31_095],
  [{ $dateFromParts: { year: 2020, isoWeekYear: 2020 } }, 40_489],
  [{ $dateFromParts: { year: 1970, millisecond: Long.MAX_VALUE } }, 159],
  [{ $dateFromParts: { year: 1970, millisecond: new Double(2 ** 64) } }, 40_515],
  [{ $dateFromString: { dateString: '2021', format: '%Y' } }, 241],
  [{ $dateFromString: { dateString: '2021-01-01', format: 5 } }, 40_684],
  [{ $dateFromString: { dateString: '2021-01-01', format: '%q' } }, 18_536],
  [{ $dateAdd: 1 }, 5_166_400],
  [{ $dateAdd: { startDate: DATE, unit: 'day', amount: 1, x: 1 } }, 5_166_401],
  [{ $dateAdd: { startDate: DATE, unit: 'day' } }, 5_166_402],
  [{ $dateAdd: { startDate: 'x', unit: 'day', amount: 1 } }, 5_166_403],
  [{ $dateAdd: { startDate: DATE, unit: 5, amount: 1 } }, 5_166_404],
  [{ $dateAdd: { startDate: DATE, unit: 'day', amount: 1.5 } }, 5_166_405],
  [{ $dateAdd: { startDate: DATE, unit: 'year', amount: 300_000_000 } }, 5_166_406],
  [{ $dateAdd: { startDate: DATE, unit: 'year', amount: Long.MAX_VALUE } }, 5_976_500],
  [{ $dateSubtract: { startDate: DATE, unit: 'day', amount: Long.MIN_VALUE } }, 6_045_000],
  [{ $dateAdd: { startDate: DATE, unit: 'eon', amount: 1 } }, 9],
  [{ $dateDiff: 1 }, 5_166_301],
  [{ $dateDiff: { startDate: DATE, endDate: 'x', unit: 'day' } }, 5_166_307],
  [{ $dateDiff: { startDate: DATE, endDate: DATE } }, 5_166_305],
  [{ $dateDiff: { startDate: DATE, endDate: DATE, unit: 5 } }, 5_439_013],
  [{ $dateDiff: { startDate: DATE, endDate: DATE, unit: 'eon' } }, 5_439_014],
  [{ $dateDiff: { startDate: DATE, endDate: DATE, unit: 'week', startOfWeek: 'noday' } }, 5_439_016],
  [{ $dateTrunc: 1 }, 5_439_007],
  [{ $dateTrunc: { date: 'x', unit: 'day' } }, 5_439_012],
  [{ $dateTrunc: { date: DATE, unit: 'day', binSize: 1.5 } }, 5_439_017],
  [{ $dateTrunc: { date: DATE, unit: 'day', binSize: 0 } }, 5_439_018],
];

/** What is said about texts that are no dates: what is wrong, where, and with which character. */
const REASONS: readonly (readonly [unknown, string])[] = [
  [{ dateString: '@@' }, "Error parsing date string '@@'; 0: Unexpected character '@'; 1: Unexpected character '@'"],
  [
    { dateString: '2021-02-03T25:00' },
    "Error parsing date string '2021-02-03T25:00'; 12: Double time specification '5'",
  ],
  [{ dateString: '2021-02-30' }, "Error parsing date string '2021-02-30'; 11: The parsed date was invalid '\0'"],
  [{ dateString: 'July 4th' }, 'an incomplete date/time string has been found, with elements missing: "July 4th"'],
  [
    { dateString: 'Europe/Berlin' },
    "Error parsing date string 'Europe/Berlin'; 0: passing a time zone identifier as part of the string is not allowed 'E'",
  ],
  [
    { dateString: '2021-02-03Z', timezone: BERLIN },
    "you cannot pass in a date/time string with time zone information ('Z') together with a timezone argument",
  ],
  [
    { dateString: '2021-02-03 +01', format: '%Y-%m-%d %z', timezone: BERLIN },
    'you cannot pass in a date/time string with GMT offset together with a timezone argument',
  ],
  [{ dateString: '2021-02', format: '%Y' }, "Error parsing date string '2021-02'; 4: Trailing data '-'"],
  [{ dateString: '2021-02', format: '%Y-%m-%d' }, 'Not enough data available to satisfy format'],
  [{ dateString: '2021', format: 'Y' }, 'Format literal not found'],
  [{ dateString: 'Day 6', format: 'Day %u' }, 'The parsed date was invalid'],
  [{ dateString: '1 2021', format: '%V %Y' }, 'Mixing of ISO dates with natural dates is not allowed'],
];

describe('expressions on dates', () => {
  it.each(REASONS)('says why %j is no date', (operand, message) => {
    expect(() => evaluated({ $dateFromString: operand })).toThrow(message);
  });

  it.each(RESULTS)('%j is %j', (expression, expected) => {
    expect(evaluated(expression)).toBe(typed(expected));
  });

  it.each(ERRORS)('%j is refused with %i', (expression, code) => {
    expect(() => evaluated(expression)).toThrow(expect.objectContaining({ code }));
  });

  // The clock of Intl, which no part of the server asks for whole dates, is the witness.
  it.each(['Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia', 'Europe/London', 'Asia/Tehran'])(
    'reads the clock of %s through the years',
    (timezone) => {
      const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' });
      for (let month = 0; month < 720; month += 5) {
        const date = new Date(Date.UTC(1971, month, 1 + (month % 28), month % 24, 30, 15));
        const expected = clock.format(date);
        const text = evaluated({ $dateToString: { date, timezone, format: '%Y-%m-%d %H:%M:%S' } });
        expect(text).toBe(typed(expected));
        const parts = evaluated({ $dateFromString: { dateString: expected, timezone } });
        const again = evaluated({
          $dateToString: {
            date: { $dateFromString: { dateString: expected, timezone } },
            timezone,
            format: '%Y-%m-%d %H:%M:%S',
          },
        });
        expect(parts).not.toBe('missing');
        expect(again).toBe(typed(expected));
      }
    },
  );
});
