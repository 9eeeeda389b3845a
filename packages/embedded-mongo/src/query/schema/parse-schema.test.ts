import { Decimal128, Double, Int32, Long, MongoServerError, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestClient, type TestClient } from '../../testing/open-client.ts';

let test: TestClient;

beforeAll(async () => {
  test = await openTestClient();
});

afterAll(async () => {
  await test.close();
});

/** Which of some values of the field `v` a schema accepts, by position. */
async function accepted(schema: Document, values: readonly unknown[]): Promise<number[]> {
  const collection = test.db.collection<{ _id: number; v?: unknown }>('values');
  await collection.deleteMany({});
  await collection.insertMany(values.map((v, _id) => (v === undefined ? { _id } : { _id, v })));
  const found = await collection
    .find({ $jsonSchema: { properties: { v: schema } } })
    .sort({ _id: 1 })
    .toArray();
  return found.map(({ _id }) => _id);
}

it.each<[Document, unknown[], number[]]>([
  [{ bsonType: 'int' }, [new Int32(1), new Double(1), Long.fromNumber(1), undefined], [0, 3]],
  [{ bsonType: ['string', 'null'] }, ['x', null, 1], [0, 1]],
  [{ bsonType: 'number' }, [new Int32(1), Decimal128.fromString('1'), 'x', [1]], [0, 1]],
  [{ type: 'number' }, [1, 1.5, '1'], [0, 1]],
  [{ type: 'boolean' }, [true, 1], [0]],
  [{ type: 'array' }, [[], {}], [0]],
  [{ enum: [1, 'x', { a: 1, b: 2 }] }, [1, 'x', { b: 2, a: 1 }, [1], 2], [0, 1, 2]],
  [{ minimum: 2 }, [1, 2, Long.fromNumber(3), 'x', [1]], [1, 2, 3, 4]],
  [{ minimum: 2, exclusiveMinimum: true }, [2, 2.5], [1]],
  [{ maximum: 2, exclusiveMaximum: false }, [2, 3], [0]],
  [{ maximum: 2, exclusiveMaximum: true }, [1, 2], [0]],
  [{ multipleOf: 0.1 }, [0.3, 0.35, 7, 'x', Number.NaN], [0, 2, 3]],
  [{ multipleOf: Decimal128.fromString('2.5') }, [5, Decimal128.fromString('7.5'), 6], [0, 1]],
  [{ minLength: 2 }, ['x', '😀', '😀😀', 5], [2, 3]],
  [{ maxLength: 1 }, ['😀', 'xy'], [0]],
  [{ pattern: '^a' }, ['ab', 'ba', 5], [0, 2]],
  [{ minItems: 2 }, [[1], [1, 2], 'x'], [1, 2]],
  [{ maxItems: 1 }, [[1], [1, 2]], [0]],
  [
    { uniqueItems: true },
    [
      [1, 2],
      [1, new Double(1)],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [],
    ],
    [0, 3],
  ],
  [{ uniqueItems: false }, [[1, 1]], [0]],
  [{ items: { type: 'number' } }, [[1, 2], [1, 'x'], [], 'x'], [0, 2, 3]],
  [{ items: [{ type: 'number' }, { type: 'string' }] }, [[1, 'x', true], ['x'], [1]], [0, 2]],
  [{ items: [{ type: 'number' }], additionalItems: false }, [[1], [1, 2], []], [0, 2]],
  [
    { items: [{ type: 'number' }], additionalItems: { type: 'string' } },
    [
      [1, 'x'],
      [1, 2],
    ],
    [0],
  ],
  [{ items: { type: 'number' }, additionalItems: false }, [[1, 2]], [0]],
  [{ required: ['a', 'b'] }, [{ a: 1, b: null }, { a: 1 }, 'x'], [0, 2]],
  [{ properties: { a: { type: 'string' } } }, [{ a: 'x' }, { a: 1 }, {}, 5], [0, 2, 3]],
  [{ patternProperties: { '^n': { type: 'number' } } }, [{ n1: 1, x: 'x' }, { n1: 'x' }], [0]],
  [
    { properties: { a: {} }, patternProperties: { '^n': {} }, additionalProperties: false },
    [{ a: 1, n: 1 }, { b: 1 }, {}, 'x'],
    [0, 2, 3],
  ],
  [{ properties: { a: {} }, additionalProperties: { type: 'string' } }, [{ a: 1, b: 'x' }, { b: 1 }], [0]],
  [{ additionalProperties: true }, [{ a: 1 }], [0]],
  [{ minProperties: 2 }, [{ a: 1 }, { a: 1, b: 1 }, 'x'], [1, 2]],
  [{ maxProperties: 1 }, [{ a: 1 }, { a: 1, b: 1 }], [0]],
  [{ dependencies: { a: ['b'] } }, [{ a: 1 }, { a: 1, b: 1 }, { b: 1 }], [1, 2]],
  [{ dependencies: { a: { required: ['c'] } } }, [{ a: 1 }, { a: 1, c: 1 }, {}], [1, 2]],
  [{ allOf: [{ minimum: 1 }, { maximum: 3 }] }, [0, 2, 4], [1]],
  [{ anyOf: [{ type: 'string' }, { minimum: 3 }] }, ['x', 1, 4], [0, 2]],
  [{ oneOf: [{ minimum: 1 }, { maximum: 3 }] }, [0, 2, 4], [0, 2]],
  [{ not: { type: 'string' } }, ['x', 1], [1]],
  [{ title: 'a', description: 'b' }, [1], [0]],
])('matches %o', async (schema, values, expected) => {
  expect(await accepted(schema, values)).toEqual(expected);
});

it('is combined with other operators and works inside $elemMatch', async () => {
  const collection = test.db.collection('combined');
  await collection.insertMany([
    { a: 1, list: [{ x: 1 }] },
    { a: 'x', list: [{ x: 's' }] },
    { a: 5, list: [{ x: 2 }] },
  ]);
  const schema = { $jsonSchema: { properties: { a: { type: 'number' } } } };
  expect(await collection.countDocuments({ $and: [schema, { a: { $gt: 2 } }] })).toBe(1);
  expect(await collection.countDocuments({ $nor: [schema] })).toBe(1);
  const element = { $jsonSchema: { properties: { x: { type: 'string' } } } };
  expect(await collection.countDocuments({ list: { $elemMatch: element } })).toBe(1);
});

it.each<[unknown, number]>([
  [1, 14],
  [{ nonsense: 1 }, 9],
  [{ $ref: '#' }, 9],
  [{ format: 'date' }, 9],
  [{ default: 1 }, 9],
  [{ type: 'integer' }, 9],
  [{ type: 'int' }, 2],
  [{ bsonType: 'nonsense' }, 2],
  [{ bsonType: 1 }, 14],
  [{ bsonType: ['int', 'int'] }, 9],
  [{ type: 'string', bsonType: 'string' }, 9],
  [{ enum: 1 }, 14],
  [{ enum: [] }, 9],
  [{ enum: [1, 1] }, 9],
  [{ minimum: 'x' }, 14],
  [{ exclusiveMinimum: true }, 9],
  [{ minimum: 1, exclusiveMinimum: 1 }, 14],
  [{ multipleOf: 0 }, 9],
  [{ multipleOf: 'x' }, 14],
  [{ minLength: -1 }, 9],
  [{ maxLength: 1.5 }, 9],
  [{ maxItems: 'x' }, 14],
  [{ pattern: 1 }, 14],
  [{ required: [] }, 9],
  [{ required: ['a', 'a'] }, 9],
  [{ required: [1] }, 14],
  [{ properties: { a: 1 } }, 14],
  [{ additionalProperties: 1 }, 14],
  [{ dependencies: { a: [] } }, 9],
  [{ items: 1 }, 14],
  [{ additionalItems: 1 }, 14],
  [{ uniqueItems: 1 }, 14],
  [{ allOf: [] }, 9],
  [{ anyOf: {} }, 14],
  [{ not: 1 }, 14],
  [{ title: 1 }, 14],
])('refuses %o', async (schema, code) => {
  const work = test.db.collection('values').findOne({ $jsonSchema: schema });
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error instanceof MongoServerError ? error.code : undefined).toBe(code);
});

it.each<[Document, unknown, Document]>([
  [{ enum: [1] }, 2, { operatorName: 'enum', reason: 'value was not found in enum', consideredValue: 2 }],
  [{ maximum: 1, exclusiveMaximum: true }, 1, { specifiedAs: { maximum: 1, exclusiveMaximum: true } }],
  [{ minLength: 3 }, 'x', { operatorName: 'minLength', reason: 'specified string length was not satisfied' }],
  [{ pattern: '^a' }, 'b', { operatorName: 'pattern', reason: 'regular expression did not match' }],
  [{ multipleOf: 2 }, 3, { reason: 'considered value is not a multiple of the specified value' }],
  [{ maxItems: 0 }, [1], { operatorName: 'maxItems', reason: 'array did not match specified length' }],
  [{ uniqueItems: true }, [1, 2, 1], { reason: 'found a duplicate item', duplicatedValue: 1 }],
  [{ minProperties: 1 }, {}, { operatorName: 'minProperties', numberOfProperties: 0 }],
  [
    { items: { type: 'number' } },
    [1, 'x'],
    { operatorName: 'items', itemIndex: 1, details: [{ operatorName: 'type', consideredValue: 'x' }] },
  ],
  [
    { items: [{ type: 'number' }] },
    ['x'],
    { operatorName: 'items', details: [{ itemIndex: 0, details: [{ operatorName: 'type' }] }] },
  ],
  [{ items: [{}], additionalItems: false }, [1, 2], { operatorName: 'additionalItems', additionalItems: [2] }],
  [
    { items: [{}], additionalItems: { type: 'string' } },
    [1, 2],
    { operatorName: 'additionalItems', itemIndex: 1, details: [{ operatorName: 'type' }] },
  ],
  [
    { additionalProperties: false },
    { a: 1 },
    { specifiedAs: { additionalProperties: false }, additionalProperties: ['a'] },
  ],
  [
    { additionalProperties: { type: 'string' } },
    { a: 1 },
    { failingProperty: 'a', details: [{ operatorName: 'type' }] },
  ],
  [
    { patternProperties: { '^a': { type: 'string' } } },
    { ab: 1 },
    { operatorName: 'patternProperties', details: [{ propertyName: 'ab', regexMatched: '^a' }] },
  ],
  [
    { dependencies: { a: ['b'], c: { required: ['d'] } } },
    { a: 1, c: 1 },
    {
      failingDependencies: [
        { conditionalProperty: 'a', missingProperties: ['b'] },
        { conditionalProperty: 'c', details: [{ operatorName: 'required' }] },
      ],
    },
  ],
  [{ anyOf: [{ type: 'string' }] }, 1, { operatorName: 'anyOf', schemasNotSatisfied: [{ index: 0 }] }],
  [{ oneOf: [{}, {}] }, 1, { reason: 'more than one subschema matched', matchingSchemaIndexes: [0, 1] }],
  [{ allOf: [{}, { minimum: 5 }] }, 1, { schemasNotSatisfied: [{ index: 1, details: [{ operatorName: 'minimum' }] }] }],
  [{ not: {} }, 1, { operatorName: 'not', reason: 'child expression matched' }],
])('explains why %o fails', async (schema, v, expected) => {
  await test.db.dropDatabase();
  await test.db.createCollection('checked', { validator: { $jsonSchema: { properties: { v: schema } } } });
  const error: unknown = await test.db
    .collection('checked')
    .insertOne({ v })
    .catch((reason: unknown) => reason);
  const details = error instanceof MongoServerError ? error.errInfo?.['details'] : undefined;
  expect(details?.schemaRulesNotSatisfied[0].propertiesNotSatisfied[0].details[0]).toMatchObject(expected);
});
