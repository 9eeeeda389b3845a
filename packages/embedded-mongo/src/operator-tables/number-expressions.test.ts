import { Decimal128, Double, Int32, Long } from 'bson';
import { describe, expect, it } from 'vitest';
import { evaluated, typed } from './evaluate.ts';
import { orderValues, typeOrder } from './naive-order.ts';
import { SAMPLES } from './samples.ts';

const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const int = (value: number): Int32 => new Int32(value);
const double = (value: number): Double => new Double(value);
const long = (value: bigint): Long => Long.fromBigInt(value);

const MAX_INT = int(2 ** 31 - 1);
const MIN_INT = int(-(2 ** 31));
const MAX_LONG = Long.MAX_VALUE;
const MIN_LONG = Long.MIN_VALUE;
const BINARY_PI = Math.PI;

/** Expression and result; types count. */
const RESULTS: readonly (readonly [unknown, unknown])[] = [
  [{ $add: [] }, int(0)],
  [{ $add: [int(1), int(2)] }, int(3)],
  [{ $add: [MAX_INT, int(1)] }, long(2n ** 31n)],
  [{ $add: [int(1), long(1n)] }, long(2n)],
  [{ $add: [MAX_LONG, int(1)] }, double(2 ** 63)],
  [{ $add: [int(1), double(0.5)] }, double(1.5)],
  [{ $add: [double(0.1), decimal('0.2')] }, decimal('0.300000000000000')],
  [{ $add: [int(1), null] }, null],
  [{ $add: [int(1), '$missing'] }, null],
  [{ $add: [new Date(1000), int(5)] }, new Date(1005)],
  [{ $add: [int(5), new Date(1000), double(0.6)] }, new Date(1006)],
  [{ $subtract: [int(-1), MIN_INT] }, MAX_INT],
  [{ $subtract: [MIN_INT, int(1)] }, long(-(2n ** 31n) - 1n)],
  [{ $subtract: [long(-1n), MIN_LONG] }, MAX_LONG],
  [{ $subtract: [MIN_LONG, int(1)] }, double(-(2 ** 63))],
  [{ $subtract: [new Date(1000), new Date(400)] }, long(600n)],
  [{ $subtract: [new Date(1000), int(400)] }, new Date(600)],
  [{ $subtract: [decimal('1'), double(0.9)] }, decimal('0.100000000000000')],
  [{ $multiply: [] }, int(1)],
  [{ $multiply: [int(65_536), int(65_536)] }, long(2n ** 32n)],
  [{ $multiply: [MAX_LONG, int(2)] }, double(2 ** 64)],
  [{ $multiply: [decimal('1.50'), int(2)] }, decimal('3.00')],
  [{ $multiply: [double(-1), int(0)] }, double(-0)],
  [{ $divide: [int(4), int(2)] }, double(2)],
  [{ $divide: [int(1), decimal('3')] }, decimal('0.3333333333333333333333333333333333')],
  [{ $divide: [decimal('2'), decimal('3')] }, decimal('0.6666666666666666666666666666666667')],
  // An exact quotient keeps the places its operands had.
  [{ $divide: [double(12.5), decimal('2.5')] }, decimal('5.000000000000')],
  [{ $divide: [int(10), decimal('2.5')] }, decimal('4')],
  [{ $divide: [int(100), decimal('2.5')] }, decimal('4E+1')],
  [{ $divide: [decimal('0.00'), int(3)] }, decimal('0.00')],
  [{ $divide: [null, int(0)] }, null],
  [{ $mod: [int(-7), int(3)] }, int(-1)],
  [{ $mod: [int(7), double(2)] }, int(1)],
  [{ $mod: [double(7), int(2)] }, double(1)],
  [{ $mod: [int(7), double(2.5)] }, double(2)],
  [{ $mod: [long(7n), int(4)] }, long(3n)],
  [{ $mod: [decimal('7.5'), int(2)] }, decimal('1.5')],
  [{ $mod: [double(-0), int(1)] }, double(-0)],
  [{ $abs: int(-5) }, int(5)],
  [{ $abs: MIN_INT }, long(2n ** 31n)],
  [{ $abs: double(-0) }, double(0)],
  [{ $abs: decimal('-1.50') }, decimal('1.50')],
  [{ $ceil: double(1.2) }, double(2)],
  [{ $ceil: decimal('-1.2') }, decimal('-1')],
  [{ $ceil: decimal('1.01') }, decimal('2')],
  [{ $floor: decimal('-1.2') }, decimal('-2')],
  [{ $floor: long(3n) }, long(3n)],
  [{ $floor: double(-1.2) }, double(-2)],
  [{ $round: [double(2.5)] }, double(2)],
  [{ $round: [double(3.5)] }, double(4)],
  [{ $round: [double(-0.4)] }, double(-0)],
  [{ $round: [double(1.2345), int(2)] }, double(1.23)],
  [{ $round: [int(1250), int(-2)] }, int(1200)],
  [{ $round: [int(1350), int(-2)] }, int(1400)],
  [{ $round: [MAX_INT, int(-1)] }, long(2_147_483_650n)],
  [{ $round: [decimal('2.345'), int(2)] }, decimal('2.34')],
  [{ $round: [double(1.5), null] }, null],
  [{ $trunc: [double(-1.9)] }, double(-1)],
  [{ $trunc: [double(1.999), int(1)] }, double(1.9)],
  [{ $trunc: [long(1999n), int(-3)] }, long(1000n)],
  [{ $trunc: [decimal('-1.99'), int(1)] }, decimal('-1.9')],
  [{ $sqrt: int(9) }, double(3)],
  [{ $sqrt: decimal('2') }, decimal('1.414213562373095048801688724209698')],
  [{ $sqrt: double(Number.NaN) }, double(Number.NaN)],
  [{ $exp: int(0) }, double(1)],
  [{ $exp: decimal('1') }, decimal('2.718281828459045235360287471352662')],
  [{ $ln: int(1) }, double(0)],
  [{ $ln: decimal('10') }, decimal('2.302585092994045684017991454684364')],
  [{ $log10: int(1000) }, double(3)],
  [{ $log10: decimal('0.001') }, decimal('-3')],
  [{ $log: [int(8), int(2)] }, double(3)],
  // MongoDB computes these in quadruple precision: all digits are there, and the last is not always the nearest.
  [{ $log: [decimal('64'), int(8)] }, decimal('2.000000000000000000000000000000000')],
  [{ $log: [decimal('81'), int(9)] }, decimal('2')],
  [{ $log: [decimal('1'), int(8)] }, decimal('0E+33')],
  [{ $log: [decimal('2.5'), int(8)] }, decimal('0.4406426982957874492901064764964633')],
  [{ $ln: decimal('2.5') }, decimal('0.9162907318741550651835272117680110')],
  [{ $ln: decimal('7') }, decimal('1.945910149055313305105352743443180')],
  [{ $ln: decimal('1') }, decimal('0')],
  [{ $log10: decimal('2.5') }, decimal('0.3979400086720376095725222105510140')],
  [{ $log10: decimal('100') }, decimal('2')],
  [{ $exp: decimal('-1') }, decimal('0.3678794411714423215955237701614609')],
  [{ $exp: decimal('0') }, decimal('1')],
  [{ $pow: [decimal('10.0'), int(-2)] }, decimal('0.01000000000000000000000000000000000')],
  [{ $pow: [int(5), decimal('-112')] }, decimal('5192296858534827628530496329220096E-112')],
  [{ $log: [null, int(0)] }, null],
  [{ $pow: [int(2), int(10)] }, int(1024)],
  [{ $pow: [int(2), int(40)] }, long(2n ** 40n)],
  [{ $pow: [int(3), int(39)] }, long(3n ** 39n)],
  [{ $pow: [long(2n), int(3)] }, long(8n)],
  [{ $pow: [int(2), int(64)] }, double(2 ** 64)],
  [{ $pow: [int(2), int(-1)] }, double(0.5)],
  [{ $pow: [int(-1), int(-3)] }, int(-1)],
  [{ $pow: [int(0), int(0)] }, int(1)],
  [{ $pow: [double(4), double(0.5)] }, double(2)],
  [{ $pow: [decimal('2'), decimal('0.5')] }, decimal('1.414213562373095048801688724209698')],
  [{ $pow: [decimal('1.1'), int(2)] }, decimal('1.210000000000000000000000000000000')],
  [{ $subtract: [new Date(1000), decimal('2.5')] }, new Date(998)],
  [{ $subtract: [new Date(1000), decimal('1.5')] }, new Date(998)],
  [{ $subtract: [new Date(1000), double(2.5)] }, new Date(997)],
  [{ $sin: int(0) }, double(0)],
  [{ $cos: int(0) }, double(1)],
  [{ $tan: double(BINARY_PI / 4) }, double(Math.tan(BINARY_PI / 4))],
  [{ $asin: int(1) }, double(BINARY_PI / 2)],
  [{ $acos: int(1) }, double(0)],
  [{ $atan: double(Infinity) }, double(BINARY_PI / 2)],
  [{ $atan2: [int(1), int(-1)] }, double((BINARY_PI * 3) / 4)],
  [{ $sinh: int(0) }, double(0)],
  [{ $cosh: int(0) }, double(1)],
  [{ $tanh: double(Infinity) }, double(1)],
  [{ $asinh: int(0) }, double(0)],
  [{ $acosh: int(1) }, double(0)],
  [{ $acosh: double(Infinity) }, double(Infinity)],
  [{ $acosh: decimal('Infinity') }, decimal('Infinity')],
  [{ $atanh: int(1) }, double(Infinity)],
  [{ $sin: decimal('1') }, decimal('0.841470984807896506652502321630299')],
  [{ $cos: decimal('1') }, decimal('0.5403023058681397174009366074429766')],
  [{ $atan: decimal('1') }, decimal('0.7853981633974483096156608458198757')],
  [{ $acos: decimal('-1') }, decimal('3.141592653589793238462643383279503')],
  [{ $atan2: [decimal('1'), decimal('-1')] }, decimal('2.356194490192344928846982537459627')],
  [{ $atanh: decimal('-1') }, decimal('-Infinity')],
  [{ $degreesToRadians: int(180) }, double(BINARY_PI)],
  [{ $degreesToRadians: decimal('180') }, decimal('3.141592653589793238462643383279503')],
  [{ $radiansToDegrees: double(BINARY_PI) }, double(180)],
  [{ $sin: null }, null],
  [{ $bitAnd: [] }, int(-1)],
  [{ $bitAnd: [int(6), int(3)] }, int(2)],
  [{ $bitAnd: [int(6), long(3n)] }, long(2n)],
  [{ $bitOr: [int(6), int(3)] }, int(7)],
  [{ $bitOr: [] }, int(0)],
  [{ $bitXor: [int(6), int(3), null] }, null],
  [{ $bitXor: [int(6), int(3)] }, int(5)],
  [{ $bitNot: int(5) }, int(-6)],
  [{ $bitNot: long(5n) }, long(-6n)],
  [{ $min: [[int(3), long(1n), null]] }, long(1n)],
  [{ $max: [int(3), 'x', null] }, 'x'],
  [{ $avg: [[int(1), int(2), 'x']] }, double(1.5)],
  [{ $sum: [[int(1), 'x', double(0.5)]] }, double(1.5)],
  [{ $sum: 'x' }, int(0)],
  [{ $stdDevPop: [[int(1), int(3)]] }, double(1)],
  [{ $stdDevSamp: [[int(1)]] }, null],
  [{ $median: { input: [int(3), int(1), int(2)], method: 'approximate' } }, double(2)],
  [{ $percentile: { input: [int(1), int(2)], p: [1], method: 'approximate' } }, [double(2)]],
];

const ERRORS: readonly (readonly [unknown, number])[] = [
  [{ $add: ['x'] }, 14],
  [{ $add: [new Date(), new Date()] }, 16_612],
  [{ $add: [new Date(0), double(Number.NaN)] }, 15],
  [{ $subtract: ['x', 1] }, 14],
  [{ $subtract: [1, new Date()] }, 14],
  [{ $subtract: [1] }, 16_020],
  [{ $multiply: [true] }, 14],
  [{ $divide: ['x', 1] }, 14],
  [{ $divide: [1, 0] }, 2],
  [{ $divide: [1, decimal('0.00')] }, 2],
  [{ $mod: [1, 'x'] }, 16_611],
  [{ $mod: [1, 0] }, 16_610],
  [{ $mod: [1, decimal('0')] }, 5_733_415],
  [{ $abs: 'x' }, 28_765],
  [{ $abs: MIN_LONG }, 28_680],
  [{ $ceil: 'x' }, 28_765],
  [{ $round: ['x'] }, 51_081],
  [{ $round: [1, 'x'] }, 51_082],
  [{ $round: [1, 101] }, 51_083],
  [{ $trunc: [1, -21] }, 51_083],
  [{ $round: [MAX_LONG, -1] }, 51_080],
  [{ $round: [1, 2, 3] }, 28_667],
  [{ $sqrt: -1 }, 28_714],
  [{ $sqrt: decimal('-1E-6000') }, 28_714],
  [{ $ln: 0 }, 28_766],
  [{ $log10: -1 }, 28_761],
  [{ $log: ['x', 2] }, 28_756],
  [{ $log: [2, 'x'] }, 28_757],
  [{ $log: [0, 2] }, 28_758],
  [{ $log: [2, 1] }, 28_759],
  [{ $pow: ['x', 2] }, 28_762],
  [{ $pow: [2, 'x'] }, 28_763],
  [{ $pow: [0, -1] }, 28_764],
  [{ $sin: double(Infinity) }, 50_989],
  [{ $acos: 2 }, 50_989],
  [{ $asin: decimal('1.000000000000000000000000000000001') }, 50_989],
  [{ $acosh: 0.5 }, 50_989],
  [{ $atanh: -2 }, 50_989],
  [{ $atan2: ['x', 1] }, 51_044],
  [{ $atan2: [1, 'x'] }, 51_045],
  [{ $bitAnd: [1.5] }, 14],
  [{ $bitNot: 1.5 }, 14],
  [{ $bitNot: 'x' }, 28_765],
  [{ $sigmoid: 1 }, 168],
  [{ $rand: [1] }, 3_040_501],
];

describe('expressions on numbers', () => {
  it.each(RESULTS)('%j is %j', (expression, expected) => {
    expect(evaluated(expression)).toBe(typed(expected));
  });

  it.each(ERRORS)('%j is refused with %i', (expression, code) => {
    expect(() => evaluated(expression)).toThrow(expect.objectContaining({ code }));
  });

  it.each(
    ['$abs', '$ceil', '$exp', '$sin', '$atanh', '$sqrt', '$degreesToRadians', '$ln'].flatMap((name) =>
      SAMPLES.filter(([, value]) => typeOrder(value) !== 3 && value !== null).map(
        ([type, value]) => [name, type, value] as const,
      ),
    ),
  )('%s refuses %s', (name, _type, value) => {
    expect(() => evaluated({ [name]: '$v' }, { v: value })).toThrow(expect.objectContaining({ code: 28_765 }));
  });
});

const TESTS: readonly (readonly [string, (order: number) => boolean])[] = [
  ['$eq', (order) => order === 0],
  ['$ne', (order) => order !== 0],
  ['$gt', (order) => order > 0],
  ['$gte', (order) => order >= 0],
  ['$lt', (order) => order < 0],
  ['$lte', (order) => order <= 0],
];

describe('comparison of values', () => {
  it.each(SAMPLES.flatMap(([name, left]) => SAMPLES.map(([other, right]) => [name, other, left, right] as const)))(
    'orders %s and %s as the manual says',
    (_name, _other, left, right) => {
      const order = orderValues(left, right);
      expect(evaluated({ $cmp: ['$l', '$r'] }, { l: left, r: right })).toBe(typed(int(Math.sign(order))));
      for (const [name, test] of TESTS) {
        expect(evaluated({ [name]: ['$l', '$r'] }, { l: left, r: right })).toBe(typed(test(order)));
      }
    },
  );

  it.each(SAMPLES)('puts a missing field below %s, unless that is MinKey', (name, value) => {
    expect(evaluated({ $cmp: ['$missing', '$v'] }, { v: value })).toBe(typed(int(name === 'MinKey' ? 1 : -1)));
  });
});
