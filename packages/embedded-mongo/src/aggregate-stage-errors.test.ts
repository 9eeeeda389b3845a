import type { Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './testing/open-client.ts';

let test: TestClient;

beforeAll(async () => {
  test = await openTestClient();
  await test.db.collection<{ _id: number; b?: number }>('left').insertMany([{ _id: 1 }, { _id: 3, b: 1 }]);
});
afterAll(async () => {
  await test.close();
});

const nested = (depth: number): Document[] =>
  depth === 0 ? [] : [{ $lookup: { from: 'left', pipeline: nested(depth - 1), as: 'x' } }];
const twice = { step: 1, bounds: 'full' };
const lookup = { from: 'right', as: 'r' };
const edges = { groupBy: '$a', boundaries: [0, 1] };
const auto = { groupBy: '$_id', buckets: 2 };
const graph = { from: 'left', startWith: 1, connectFromField: 'a', connectToField: 'a', as: 'r' };
const day = new Date(0);

const REFUSED: readonly [Document[], number][] = [
  [[{ $bucket: 1 }], 40_201],
  [[{ $bucket: { ...edges, x: 1 } }], 40_197],
  [[{ $bucket: { groupBy: '$a' } }], 40_198],
  [[{ $bucket: { ...edges, groupBy: 'a' } }], 40_202],
  [[{ $bucket: { ...edges, boundaries: 1 } }], 40_200],
  [[{ $bucket: { ...edges, boundaries: ['$a', 1] } }], 40_191],
  [[{ $bucket: { ...edges, boundaries: [1] } }], 40_192],
  [[{ $bucket: { ...edges, boundaries: [1, 'a'] } }], 40_193],
  [[{ $bucket: { ...edges, boundaries: [1, 1] } }], 40_194],
  [[{ $bucket: { ...edges, default: '$a' } }], 40_195],
  [[{ $bucket: { ...edges, output: 1 } }], 40_196],
  [[{ $bucket: { ...edges, default: 0.5 } }], 40_199],
  [[{ $bucket: edges }], 40_066],
  [[{ $bucketAuto: 1 }], 40_240],
  [[{ $bucketAuto: { ...auto, groupBy: 1 } }], 40_239],
  [[{ $bucketAuto: { ...auto, buckets: 'x' } }], 40_241],
  [[{ $bucketAuto: { ...auto, buckets: 1.5 } }], 40_242],
  [[{ $bucketAuto: { ...auto, buckets: 0 } }], 40_243],
  [[{ $bucketAuto: { ...auto, output: 1 } }], 40_244],
  [[{ $bucketAuto: { ...auto, x: 1 } }], 40_245],
  [[{ $bucketAuto: { buckets: 1 } }], 40_246],
  [[{ $bucketAuto: { ...auto, granularity: 'R6' } }], 40_257],
  [[{ $bucketAuto: { ...auto, granularity: 1 } }], 40_261],
  [[{ $bucketAuto: { ...auto, groupBy: '$b', granularity: 'R5' } }], 40_258],
  [[{ $bucketAuto: { buckets: 1, groupBy: { $literal: Number.NaN }, granularity: 'R5' } }], 40_259],
  [[{ $bucketAuto: { buckets: 1, groupBy: { $literal: -1 }, granularity: 'R5' } }], 40_260],
  [[{ $graphLookup: 1 }], 9],
  [[{ $graphLookup: { ...graph, x: 1 } }], 40_104],
  [[{ $graphLookup: { ...graph, from: 1 } }], 9],
  [[{ $graphLookup: { ...graph, from: '' } }], 73],
  [[{ $graphLookup: { as: 'r' } }], 9],
  [[{ $graphLookup: { ...graph, as: 1 } }], 40_103],
  [[{ $graphLookup: { from: 'left' } }], 40_105],
  [[{ $graphLookup: { ...graph, maxDepth: 'x' } }], 40_100],
  [[{ $graphLookup: { ...graph, maxDepth: -1 } }], 40_101],
  [[{ $graphLookup: { ...graph, maxDepth: 0.5 } }], 40_102],
  [[{ $graphLookup: { ...graph, restrictSearchWithMatch: 1 } }], 40_185],
  [[{ $densify: 1 }], 9],
  [[{ $densify: { field: 'b', range: twice, x: 1 } }], 40_415],
  [[{ $densify: { field: 'b', range: { ...twice, toString: 1 } } }], 40_415],
  [[{ $densify: { range: twice } }], 40_414],
  [[{ $densify: { field: 1, range: twice } }], 14],
  [[{ $densify: { field: '$b', range: twice } }], 16_410],
  [[{ $densify: { field: 'b', range: { ...twice, step: 0 } } }], 5_733_401],
  [[{ $densify: { field: 'b', range: { ...twice, step: 'x' } } }], 14],
  [[{ $densify: { field: 'b', range: { ...twice, step: 1.5, unit: 'day' } } }], 6_586_400],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: [1] } } }], 5_733_403],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: [2, 1] } } }], 5_733_402],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: 1 } } }], 5_733_404],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: 'x' } } }], 5_946_802],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: ['a', 'b'] } } }], 5_946_800],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: [1, 2], unit: 'day' } } }], 5_733_409],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: [1, 'b'] } } }], 5_733_406],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: [1, 2.5] } } }], 5_876_900],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: [day, day] } } }], 5_733_410],
  [[{ $densify: { field: 'b', range: { ...twice, bounds: 'partition' } } }], 5_733_408],
  [[{ $densify: { field: 'b', range: twice, partitionByFields: ['b.c'] } }], 8_993_000],
  [[{ $densify: { field: 'b.c', range: twice, partitionByFields: ['b'] } }], 9_554_500],
  [[{ $set: { t: 'x' } }, { $densify: { field: 't', range: twice } }], 5_733_201],
  [[{ $set: { t: day } }, { $densify: { field: 't', range: twice } }], 6_053_600],
  [[{ $densify: { field: 'b', range: { ...twice, unit: 'day' } } }], 6_053_601],
  [[{ $densify: { field: 'b', range: { step: 1, bounds: [0, 600_000] } } }, { $count: 'n' }], 5_897_900],
  [[{ $fill: 1 }], 9],
  [[{ $fill: { output: {} } }], 6_050_203],
  [[{ $fill: {} }], 40_414],
  [[{ $fill: { output: { a: { value: 1 } }, x: 1 } }], 40_415],
  [[{ $fill: { output: { a: 1 } } }], 6_050_200],
  [[{ $fill: { output: { a: { value: 1, method: 'locf' } } } }], 6_050_201],
  [[{ $fill: { output: { a: { method: 'guess' } } } }], 6_050_202],
  [[{ $fill: { output: { a: { value: 1 } }, partitionBy: '$a', partitionByFields: ['a'] } }], 6_050_204],
  [[{ $fill: { output: { a: { method: 'linear' } } } }], 605_001],
  [[{ $facet: 1 }], 40_169],
  [[{ $facet: {} }], 40_169],
  [[{ $facet: { a: 1 } }], 40_170],
  [[{ $facet: { 'a.b': [] } }], 16_412],
  [[{ $facet: { a: [{ $facet: { b: [] } }] } }], 40_600],
  [[{ $facet: { a: [{ $documents: [] }] } }], 40_600],
  [[{ $facet: { a: [{ $lookup: { ...lookup, pipeline: [{ $facet: { b: [] } }] } }] } }], 40_600],
  [[{ $facet: { a: [{ $unionWith: { pipeline: [{ $documents: [] }] } }] } }], 40_600],
  [[{ $lookup: 1 }], 9],
  [[{ $lookup: { ...lookup, x: 1 } }], 9],
  [[{ $lookup: { ...lookup, localField: 'a' } }], 9],
  [[{ $lookup: { ...lookup, localField: 'a', foreignField: 'a', let: {} } }], 9],
  [[{ $lookup: { as: 'r', pipeline: [] } }], 9],
  [[{ $lookup: { ...lookup, let: { X: 1 }, pipeline: [] } }], 9],
  [[{ $lookup: { ...lookup, pipeline: [{ $out: 'x' }] } }], 51_047],
  [[{ $lookup: { ...lookup, pipeline: [{ $out: 'x' }, { $limit: 1 }] } }], 40_601],
  [[{ $lookup: { from: '', pipeline: [], as: 'r' } }], 73],
  [[{ $lookup: { ...lookup, pipeline: [{ $documents: [] }] } }], 73],
  [nested(21), 232],
  [[{ $unionWith: 1 }], 9],
  [[{ $unionWith: { pipeline: [] } }], 9],
  [[{ $unionWith: { coll: 'x', y: 1 } }], 40_415],
  [[{ $unionWith: { coll: 1 } }], 14],
  [[{ $unionWith: '' }], 73],
  [[{ $unionWith: { coll: 'x', pipeline: [{ $listLocalSessions: {} }] } }], 73],
  [[{ $project: { s: { $meta: 'textScore' } } }], 40_218],
  [[{ $match: { _id: 0 } }, { $group: { _id: { $meta: 'textScore' } } }], 40_218],
  [[{ $match: { _id: 0 } }, { $facet: { a: [{ $sort: { s: { $meta: 'textScore' } } }] } }], 40_218],
  [[{ $sort: { s: { $meta: 'textScore', x: 1 } } }], 9],
  [[{ $sort: { s: { $other: 'textScore' } } }], 17_312],
  [[{ $sort: { s: { $meta: 'nonsense' } } }], 17_308],
  [[{ $sort: { s: { $meta: 'recordId' } } }], 31_138],
  [[{ $unionWith: { coll: 'x', pipeline: [{ $merge: 'x' }] } }], 31_441],
  [[{ $limit: 1 }, { $documents: [] }], 40_602],
  [[{ $geoNear: {} }], 2],
  [[{ $search: {} }], 31_082],
  [[{ $searchMeta: {} }], 31_082],
  [[{ $vectorSearch: {} }], 31_082],
  [[{ $listSearchIndexes: {} }], 31_082],
  [[{ $facet: { a: [{ $listSearchIndexes: {} }] } }], 40_600],
  [[{ $nope: 1 }], 40_324],
  [[{ $limit: 'x' }], 5_107_201],
  [[{ $limit: -1 }], 5_107_201],
  [[{ $limit: 0 }], 15_958],
  [[{ $skip: 1.5 }], 5_107_200],
  [[{ $skip: -1 }], 5_107_200],
  [[{ $sample: 1 }], 28_745],
  [[{ $sample: { size: 'x' } }], 28_746],
  [[{ $sample: { size: -1 } }], 28_747],
  [[{ $sample: { size: 1, x: 1 } }], 28_748],
  [[{ $sample: {} }], 28_749],
  [[{ $count: 1 }], 40_156],
  [[{ $count: '' }], 40_157],
  [[{ $count: '$a' }], 40_158],
  [[{ $count: 'a\0' }], 40_159],
  [[{ $count: 'a.b' }], 40_160],
  [[{ $sortByCount: { a: 1 } }], 40_147],
  [[{ $sortByCount: 'a' }], 40_148],
  [[{ $sortByCount: 1 }], 40_149],
  [[{ $addFields: {} }], 40_177],
  [[{ $addFields: { a: {} } }], 40_180],
  [[{ $set: { a: 1, 'a.b': 1 } }], 40_176],
  [[{ $set: 5 }], 40_272],
  [[{ $set: { '': 1 } }], 40_352],
  [[{ $set: { 'a.': 1 } }], 40_353],
  [[{ $set: { 'a..b': 1 } }], 15_998],
  [[{ $set: { 'a.$b': 1 } }], 16_410],
  [[{ $set: { a: { $add: [1], $abs: 1 } } }], 16_410],
  [[{ $unset: 5 }], 31_002],
  [[{ $unset: [] }], 31_119],
  [[{ $unset: [5] }], 31_120],
  [[{ $unset: '' }], 40_352],
  [[{ $project: { a: { $nonsense: 1 } } }], 31_325],
  [[{ $replaceRoot: 1 }], 40_229],
  [[{ $replaceRoot: {} }], 40_414],
  [[{ $replaceRoot: { newRoot: '$$ROOT', x: 1 } }], 40_415],
  [[{ $unwind: 1 }], 15_981],
  [[{ $unwind: '$a..b' }], 15_998],
  [[{ $unwind: { path: 1 } }], 28_808],
  [[{ $unwind: { path: '$a', preserveNullAndEmptyArrays: 1 } }], 28_809],
  [[{ $unwind: { path: '$a', includeArrayIndex: '' } }], 28_810],
  [[{ $unwind: { path: '$a', x: 1 } }], 28_811],
  [[{ $unwind: {} }], 28_812],
  [[{ $unwind: 'a' }], 28_818],
  [[{ $unwind: { path: '$a', includeArrayIndex: '$i' } }], 28_822],
  [[{ $unwind: { path: '$a', includeArrayIndex: 'i\0' } }], 16_411],
  [[{ $unwind: '$a\0' }], 16_411],
  [[{ $unset: 'a\0' }], 16_411],
  [[{ $project: { x: '$a.b\0' } }], 16_411],
  [[{ $lookup: { from: 'c', localField: 'a', foreignField: 'b', as: 'x\0' } }], 16_411],
  [
    [
      {
        $graphLookup: {
          from: 'c',
          startWith: 1,
          connectFromField: 'a',
          connectToField: 'b',
          as: 'x',
          depthField: 'd\0',
        },
      },
    ],
    16_411,
  ],
  [Array.from({ length: 1001 }, () => ({ $limit: 1 })), 7_749_501],
];

it.each([
  [{ $set: { a: { $nonsense: 1 } } }, "Invalid $set :: caused by :: Unrecognized expression '$nonsense'"],
  [{ $addFields: {} }, 'Invalid $addFields :: caused by :: specification must have at least one field'],
  [{ $addFields: 5 }, '$addFields specification stage must be an object, got int'],
  [{ $project: { a: { $nonsense: 1 } } }, 'Invalid $project :: caused by :: Unknown expression $nonsense'],
])('says of %j what is wrong in its name', async (stage, message) => {
  await expect(test.db.collection('left').aggregate([stage]).toArray()).rejects.toThrow(message);
});

it('names the join around a stage that a facet must not have', async () => {
  const inner = { $lookup: { ...lookup, pipeline: [{ $unionWith: { coll: 'x', pipeline: [{ $indexStats: {} }] } }] } };
  await expect(
    test.db
      .collection('left')
      .aggregate([{ $facet: { a: [inner] } }])
      .toArray(),
  ).rejects.toThrow('$indexStats inside of $lookup is not allowed to be used within a $facet stage');
});

it.each(REFUSED)('refuses %j with %i', async (pipeline, code) => {
  await expect(test.db.collection('left').aggregate(pipeline).toArray()).rejects.toMatchObject({ code });
});
