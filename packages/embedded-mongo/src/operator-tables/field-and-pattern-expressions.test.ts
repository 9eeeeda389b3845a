import { BSONRegExp, Decimal128, Int32, Long } from 'bson';
import { expect, it } from 'vitest';
import { evaluated, typed } from './evaluate.ts';

const int = (value: number): Int32 => new Int32(value);
const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const at = (match: string, idx: number): unknown => ({ match, idx: int(idx), captures: [] });

const DOCUMENT = { name: 'a', a: int(1), $price: int(8), text: 'one\ntwo', nothing: null };

const RESULTS: readonly (readonly [unknown, unknown])[] = [
  [{ $const: '$a' }, '$a'],
  [{ $const: { $add: ['$a', 1] } }, { $add: ['$a', int(1)] }],
  [{ $getField: { $const: '$price' } }, int(8)],
  [{ $getField: '$name' }, int(1)],
  [{ $getField: { field: { $concat: [{ $const: '$' }, 'price'] }, input: '$$ROOT' } }, int(8)],
  [{ $let: { vars: { CURRENT: { b: 2 } }, in: { $getField: 'b' } } }, int(2)],
  [{ $getField: { field: 'x', input: '$missing' } }, undefined],
  [{ $getField: { field: 'x', input: '$nothing' } }, null],
  [{ $setField: { field: { $const: '$x' }, input: {}, value: 1 } }, { $x: int(1) }],
  // Empty matches: at every character, but not behind the last one.
  [{ $regexFindAll: { input: 'é😀', regex: '' } }, [at('', 0), at('', 1)]],
  [{ $regexFindAll: { input: 'aab', regex: 'a*' } }, [at('aa', 0), at('', 2)]],
  [{ $regexFindAll: { input: 'aa', regex: 'a*' } }, [at('aa', 0)]],
  [{ $regexFindAll: { input: '', regex: '' } }, [at('', 0)]],
  [{ $regexFind: { input: 'ab', regex: /x?$/ } }, at('', 2)],
  [{ $regexMatch: { input: 'a', regex: new BSONRegExp('A', 'i'), options: null } }, true],
  [{ $regexMatch: { input: '$text', regex: '(*LF)e.t' } }, false],
  // A null among the items is an item; only what is missing is filled.
  [
    { $zip: { inputs: [[int(1), null], ['a']], defaults: ['x', 'y'], useLongestLength: true } },
    [
      [int(1), 'a'],
      [null, 'y'],
    ],
  ],
  [{ $firstN: { input: [1, 2], n: decimal('9223372036854775807') } }, [int(1), int(2)]],
  [{ $maxN: { input: [1, 2], n: Long.MAX_VALUE } }, [int(2), int(1)]],
  // Decimals come with the places asked for, as far as they have room.
  [{ $round: [decimal('5'), 2] }, decimal('5.00')],
  [{ $trunc: [decimal('1.298'), 100] }, decimal('1.298000000000000000000000000000000')],
  [{ $round: [decimal('0'), 1] }, decimal('0.0')],
  [{ $round: decimal('1E+5') }, decimal('100000')],
  [{ $ceil: decimal('12E+1') }, decimal('120')],
  [{ $floor: decimal('1E+40') }, decimal('1.000000000000000000000000000000000E+40')],
];

it.each(RESULTS)('%j is %j', (expression, expected) => {
  expect(evaluated(expression, DOCUMENT)).toBe(expected === undefined ? 'missing' : typed(expected));
});

const ERRORS: readonly (readonly [unknown, number])[] = [
  [{ $getField: { $const: 1 } }, 5_654_602],
  [{ $getField: { field: null, input: {} } }, 5_654_602],
  [{ $getField: '$a' }, 3_041_704],
  [{ $getField: { field: { a: 1 }, input: {} } }, 3_041_704],
  [{ $setField: { field: 'a' } }, 4_161_103],
  [{ $setField: { field: 'a', value: 1 } }, 4_161_109],
  [{ $setField: { field: { $concat: ['a', 'b'] }, input: {}, value: 1 } }, 4_161_106],
  [{ $unsetField: { field: '$a', input: {} } }, 4_161_108],
  [{ $regexMatch: { input: 'a', regex: new BSONRegExp('a', 'm'), options: '' } }, 51_107],
  [{ $regexMatch: { input: 'a', regex: 'a\0' } }, 51_109],
  [{ $regexMatch: { input: 'a', regex: 'a', options: 'i\0' } }, 51_110],
  [{ $regexMatch: { input: 'a', regex: null, options: 'I' } }, 51_108],
  [{ $regexFind: { input: 1, regex: null } }, 51_104],
  [{ $zip: { inputs: [[1]], useLongestLength: null } }, 34_463],
  [{ $firstN: { input: [1], n: decimal('9223372036854775808') } }, 5_787_903],
  [{ $minN: 1 }, 5_787_900],
  [{ $lastN: 1 }, 5_787_801],
  [{ $percentile: 1 }, 7_436_200],
  [{ $median: 1 }, 7_436_201],
  ['$$_odd', 9],
  ['$$two words', 9],
  ['$$', 9],
  ['$$ROOT.', 40_353],
  ['$a.', 40_353],
  ['$a.$b', 16_410],
  ['$a\0', 16_411],
  [{ $setField: { field: 'a\0b', input: {}, value: 1 } }, 9_534_700],
  [{ $unsetField: { field: { $literal: '\0' }, input: {} } }, 9_534_700],
  [{ $setField: { field: '$a.\0', input: {}, value: 1 } }, 16_411],
  [{ $map: { input: [], as: 'ROOT', in: 1 } }, 9],
  [{ $filter: { input: [], as: '', cond: 1 } }, 9],
];

it.each(ERRORS)('%j is refused with %i', (expression, code) => {
  expect(() => evaluated(expression, DOCUMENT)).toThrow(expect.objectContaining({ code }));
});

const MESSAGES: readonly (readonly [unknown, string])[] = [
  [{ $strLenCP: '$missing' }, '$strLenCP requires a string argument, found: missing'],
  [{ $strLenBytes: int(1) }, '$strLenBytes requires a string argument, found: int'],
  [
    { $split: [int(1), 'a'] },
    '$split requires an expression that evaluates to a string as a first argument, found: int',
  ],
  [{ $indexOfCP: ['a', int(1)] }, '$indexOfCP requires a string as the second argument, found: int'],
  [{ $indexOfArray: [int(1), 1] }, '$indexOfArray requires an array as a first argument, found: int'],
  [{ $slice: [int(1), 1] }, 'First argument to $slice must be an array, but is of type: int'],
  [{ $reverseArray: int(1) }, 'The argument to $reverseArray must be an array, but was of type: int'],
  [{ $range: ['a', 1] }, '$range requires a numeric starting value, found value of type: string'],
  [
    { $range: [1, 1.5] },
    '$range requires an ending value that can be represented as a 32-bit integer, found value: 1.5',
  ],
  [{ $reduce: { input: int(1), initialValue: 0, in: 0 } }, "$reduce requires that 'input' be an array, found: 1"],
  [{ $zip: { inputs: [int(1)] } }, '$zip found a non-array expression in input: 1'],
  [{ $trim: { input: int(4) } }, '$trim requires its input to be a string, got 4 (of type int) instead.'],
  [
    { $replaceOne: { input: int(1), find: 'a', replacement: 'b' } },
    "$replaceOne requires that 'input' be a string, found: 1",
  ],
  [{ $mergeObjects: ['a'] }, '$mergeObjects requires object inputs, but input "a" is of type string'],
  [{ $regexFind: 'a' }, '$regexFind expects an object of named arguments but found: string'],
  [{ $reduce: { input: [], initialValue: 0 } }, "$reduce requires 'in' to be specified"],
  [{ $map: { input: [], in: 1, x: 1 } }, 'Unrecognized parameter to $map: x'],
  [{ $switch: {} }, '$switch requires at least one branch.'],
  [{ $switch: { branches: [{ case: 1 }] } }, "$switch requires each branch have a 'then' expression"],
  [{ $minN: { n: 1 } }, "Missing value for 'input'"],
];

it.each(MESSAGES)('%j says %j', (expression, message) => {
  expect(() => evaluated(expression, DOCUMENT)).toThrow(expect.objectContaining({ message }));
});
