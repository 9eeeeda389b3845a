import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Document as PlainObject,
} from 'bson';
import { assert, constantFrom, dictionary, letrec, oneof, property, array, type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from './aggregation/compile-expression.ts';
import { NO_VARIABLES } from './aggregation/expression.ts';
import { Document } from './bson/document.ts';
import { encodeDocument } from './bson/encode-document.ts';
import { matches } from './query/filter.ts';
import { parseFilter } from './query/parse-filter.ts';
import { parseProjection } from './query/projection.ts';
import { CommandError } from './server/command-error.ts';
import { received } from './testing/bson-document.ts';
import { parseUpdate } from './update/apply-update.ts';

const OPERATORS =
  `$eq $ne $gt $gte $lt $lte $in $nin $and $or $nor $not $exists $type $size $all $elemMatch $mod $regex $options $expr
  $bitsAllSet $set $unset $inc $mul $min $max $rename $currentDate $bit $push $each $slice $sort $position $addToSet $pop
  $pull $pullAll $add $subtract $multiply $divide $abs $ceil $round $trunc $pow $sqrt $cmp $cond $ifNull $switch $concat
  $toUpper $substrCP $substrBytes $strLenCP $split $trim $indexOfCP $regexMatch $replaceAll $arrayElemAt $first $range
  $concatArrays $reverseArray $indexOfArray $objectToArray $arrayToObject $mergeObjects $sum $avg $setUnion
  $setDifference $toString $toInt $toLong $toDouble $toDecimal $toBool $toDate $toObjectId $year $dayOfYear
  $dateToString $dateTrunc $dateAdd $let $map $filter $reduce $literal $sin $acos $atanh $atan2 $sinh $exp $ln $log $log10
  $bitAnd $bitNot $mod $floor $degreesToRadians $regexFind $regexFindAll $indexOfBytes $replaceOne $ltrim $strcasecmp $zip
  $sortArray $firstN $maxN $slice $in $isArray $getField $setField $unsetField $setUnion $setEquals $anyElementTrue
  $dateFromParts $dateToParts $dateFromString $dateDiff $dateSubtract $isoWeek $week $convert $toUUID $isNumber
  $stdDevPop $median $percentile $binarySize $bsonSize $tsSecond $type`.split(/\s+/);
const NAMES =
  'a b list a.b a.0 list.$ list.$[] . input in as cond vars if then else date unit amount startDate format inputs n to year sortBy field value regex dateString timezone onError'.split(
    ' ',
  );

const SCALARS: Arbitrary<unknown> = constantFrom<unknown>(
  0,
  1,
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e300,
  '',
  'a',
  '$a',
  '$b.c',
  '$$this',
  '$$ROOT',
  '$$REMOVE',
  '$',
  'day',
  null,
  true,
  Long.MAX_VALUE,
  Decimal128.fromString('1.5'),
  Decimal128.fromString('NaN'),
  Decimal128.fromString('1E+6000'),
  new ObjectId(),
  new Date(5),
  new Date(8.64e15),
  new MinKey(),
  new MaxKey(),
  new Timestamp({ t: 1, i: 1 }),
  new Binary(Buffer.from('ab')),
  new BSONRegExp('^a', 'i'),
  new Code('x'),
);

const { value, object } = letrec<{ value: unknown; object: PlainObject }>((tie) => ({
  value: oneof({ maxDepth: 4, depthSize: 'small' }, SCALARS, array(tie('value'), { maxLength: 3 }), tie('object')),
  object: dictionary(constantFrom(...OPERATORS, ...NAMES), tie('value'), { minKeys: 1, maxKeys: 2 }),
}));

const RUNS = { numRuns: 4000 };

/** Lets refusals pass and nothing else. */
function refusedOrDone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}

const DOCUMENT = { _id: 1, a: { b: 1, c: 'x' }, b: { c: [1, { d: 2 }] }, list: [1, 'a', null, { k: 1 }] };
const DOCUMENTS: Arbitrary<PlainObject> = oneof(
  constantFrom<PlainObject>(DOCUMENT),
  dictionary(constantFrom('a', 'b', 'list'), value, { minKeys: 1, maxKeys: 3 }),
);

describe('arbitrary operators on arbitrary values', () => {
  it('are refused or answered in filters', () => {
    assert(
      property(object, DOCUMENTS, (filter, document) => {
        refusedOrDone(() => expect(typeof matches(parseFilter(received(filter)), received(document))).toBe('boolean'));
      }),
      RUNS,
    );
  });

  it('are refused or answered in expressions', () => {
    assert(
      property(value, DOCUMENTS, (expression, document) => {
        refusedOrDone(() => {
          const evaluate = compileExpression(received({ expression }).get('expression') ?? null);
          const result = evaluate({ root: received(document), variables: NO_VARIABLES });
          expect(encodeDocument(new Document(new Map([['result', result ?? null]]))).length).toBeGreaterThan(4);
        });
      }),
      RUNS,
    );
  });

  it('are refused or applied in updates', () => {
    assert(
      property(object, DOCUMENTS, (update, document) => {
        refusedOrDone(() => {
          const parsed = parseUpdate(received({ update }).get('update') ?? null, undefined, NO_VARIABLES);
          const after = parsed.apply(received({ _id: 1, ...document }), parseFilter(received({ list: 1 })));
          expect(after?.get('_id')).toEqual(after === undefined ? undefined : { kind: 'int', value: 1 });
        });
      }),
      RUNS,
    );
  });

  it('are refused or applied in projections', () => {
    assert(
      property(object, DOCUMENTS, (projection, document) => {
        refusedOrDone(() => {
          const shaped = parseProjection(received(projection))(received(document), () => 0);
          expect(encodeDocument(shaped).length).toBeGreaterThan(4);
        });
      }),
      RUNS,
    );
  });
});
