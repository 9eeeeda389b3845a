import { MongoBulkWriteError, MongoServerError, type Document } from 'mongodb';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { parseValidator, storedValidator } from './catalogue/validator.ts';
import { received } from './testing/bson-document.ts';
import { openTestClient } from './testing/open-client.ts';

interface Person {
  _id: number;
  name?: unknown;
  age?: unknown;
}

const test = await openTestClient();
afterAll(() => test.close());

beforeEach(async () => {
  await test.db.dropDatabase();
});

async function failureOf(work: Promise<unknown>): Promise<Document> {
  try {
    await work;
  } catch (error) {
    if (error instanceof MongoBulkWriteError && Array.isArray(error.writeErrors))
      return error.writeErrors[0]?.err ?? {};
    if (error instanceof MongoServerError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}

const SCHEMA = {
  $jsonSchema: {
    title: 'A person',
    required: ['name'],
    properties: {
      name: { bsonType: 'string', description: 'must be text' },
      age: { bsonType: ['int', 'double'], minimum: 0 },
    },
  },
};

async function people(options: Document = {}) {
  return test.db.createCollection<Person>('people', { validator: SCHEMA, ...options });
}

it('refuses by every way of writing what the validator does not accept', async () => {
  const collection = await people();
  await collection.insertOne({ _id: 1, name: 'Ada', age: 36 });
  const attempts = [
    () => collection.insertOne({ _id: 2 }),
    () => collection.insertMany([{ _id: 3 }, { _id: 4, name: 'x' }]),
    () => collection.updateOne({ _id: 1 }, { $unset: { name: '' } }),
    () => collection.updateMany({}, [{ $set: { age: -1 } }]),
    () => collection.replaceOne({ _id: 1 }, { age: 3 }),
    () => collection.updateOne({ _id: 5 }, { $set: { age: 1 } }, { upsert: true }),
    () => collection.findOneAndUpdate({ _id: 1 }, { $set: { name: 5 } }),
    () => collection.bulkWrite([{ insertOne: { document: { _id: 6, name: null } } }]),
    () =>
      test.db
        .collection('people')
        .aggregate([{ $set: { name: 1 } }, { $merge: 'people' }])
        .toArray(),
  ];
  for (const attempt of attempts) {
    expect(await failureOf(attempt())).toMatchObject({
      code: 121,
      errInfo: { details: { operatorName: '$jsonSchema' } },
    });
  }
  expect(await collection.find().toArray()).toEqual([{ _id: 1, name: 'Ada', age: 36 }]);
});

it('tells in errInfo which rules are not satisfied', async () => {
  const collection = await people();
  expect(await failureOf(collection.insertOne({ _id: 7, name: 5, age: -1 }))).toMatchObject({
    code: 121,
    errmsg: 'Document failed validation',
    errInfo: {
      failingDocumentId: 7,
      details: {
        operatorName: '$jsonSchema',
        title: 'A person',
        schemaRulesNotSatisfied: [
          {
            operatorName: 'properties',
            propertiesNotSatisfied: [
              {
                propertyName: 'name',
                description: 'must be text',
                details: [
                  {
                    operatorName: 'bsonType',
                    specifiedAs: { bsonType: 'string' },
                    reason: 'type did not match',
                    consideredValue: 5,
                    consideredType: 'int',
                  },
                ],
              },
              {
                propertyName: 'age',
                details: [
                  {
                    operatorName: 'minimum',
                    specifiedAs: { minimum: 0 },
                    reason: 'comparison failed',
                    consideredValue: -1,
                  },
                ],
              },
            ],
          },
        ],
      },
    },
  });
  expect(await failureOf(collection.insertOne({ _id: 8 }))).toMatchObject({
    errInfo: {
      details: {
        schemaRulesNotSatisfied: [
          { operatorName: 'required', specifiedAs: { required: ['name'] }, missingProperties: ['name'] },
        ],
      },
    },
  });
});

it('carries errInfo through the client bulkWrite and findAndModify', async () => {
  await people();
  const reply = await test.client
    .db('admin')
    .command({ bulkWrite: 1, ops: [{ insert: 0, document: { _id: 9 } }], nsInfo: [{ ns: 'test.people' }] });
  expect(reply['cursor'].firstBatch).toMatchObject([{ ok: 0, code: 121, errInfo: { failingDocumentId: 9 } }]);
  const work = test.db.command({ findAndModify: 'people', query: { _id: 1 }, update: { _id: 1 }, upsert: true });
  expect(await failureOf(work)).toMatchObject({ code: 121, errorResponse: { errInfo: { failingDocumentId: 1 } } });
});

it('is passed by on request', async () => {
  const collection = await people();
  const options = { bypassDocumentValidation: true };
  await collection.insertOne({ _id: 1 }, options);
  await collection.updateOne({ _id: 1 }, { $set: { age: 'x' } }, options);
  await collection.findOneAndUpdate({ _id: 1 }, { $set: { age: 'y' } }, options);
  await collection.bulkWrite([{ replaceOne: { filter: { _id: 1 }, replacement: { age: 'z' } } }], options);
  expect(await collection.find().toArray()).toEqual([{ _id: 1, age: 'z' }]);
  expect((await failureOf(collection.updateOne({ _id: 1 }, { $set: { age: 'a' } })))['code']).toBe(121);
  expect(await test.db.command({ validate: 'people' })).toMatchObject({ valid: true, nNonCompliantDocuments: 1 });
});

it('lets an update that changes nothing pass', async () => {
  const collection = await people();
  await collection.insertOne({ _id: 1 }, { bypassDocumentValidation: true });
  expect(await collection.updateOne({ _id: 1 }, { $unset: { name: '' } })).toMatchObject({ modifiedCount: 0 });
});

it('at the moderate level allows unfit documents to change but not fit ones to become unfit', async () => {
  const collection = await people({ validationLevel: 'moderate' });
  await collection.insertOne({ _id: 1 }, { bypassDocumentValidation: true });
  await collection.insertOne({ _id: 2, name: 'x' });
  await collection.updateOne({ _id: 1 }, { $set: { age: -5 } });
  expect((await failureOf(collection.updateOne({ _id: 2 }, { $set: { age: -5 } })))['code']).toBe(121);
  expect((await failureOf(collection.insertOne({ _id: 3 })))['code']).toBe(121);
});

it('only warns, or sleeps, when told so', async () => {
  const collection = await people({ validationAction: 'warn' });
  await collection.insertOne({ _id: 1 });
  await test.db.command({ collMod: 'people', validationAction: 'error' });
  expect((await failureOf(collection.insertOne({ _id: 2 })))['code']).toBe(121);
  await test.db.command({ collMod: 'people', validationLevel: 'off' });
  await collection.insertOne({ _id: 2 });
  expect(await collection.countDocuments()).toBe(2);
});

it('is changed and taken away by collMod', async () => {
  const collection = test.db.collection<Person>('people');
  await collection.insertOne({ _id: 1 });
  await test.db.command({ collMod: 'people', validator: { age: { $gt: 3 } } });
  expect((await failureOf(collection.insertOne({ _id: 2 })))['code']).toBe(121);
  const [info] = await test.db.listCollections({ name: 'people' }, { nameOnly: false }).toArray();
  expect(info?.options).toEqual({
    validator: { age: { $gt: 3 } },
    validationLevel: 'strict',
    validationAction: 'error',
  });
  await test.db.command({ collMod: 'people', validator: {} });
  await collection.insertOne({ _id: 2 });
});

it('is the former one again when a transaction is aborted', async () => {
  const collection = await people();
  const session = test.client.startSession();
  session.startTransaction();
  expect((await failureOf(collection.insertOne({ _id: 1 }, { session })))['code']).toBe(121);
  await session.endSession();
  expect((await failureOf(collection.insertOne({ _id: 1 })))['code']).toBe(121);
});

it.each<[Document, Document, Document]>([
  [{ a: 1 }, { a: 2 }, { operatorName: '$eq', specifiedAs: { a: 1 }, reason: 'comparison failed', consideredValue: 2 }],
  [{ a: { $gt: 5 } }, {}, { operatorName: '$gt', specifiedAs: { a: { $gt: 5 } }, reason: 'field was missing' }],
  [
    { a: { $in: [1, 2] } },
    { a: [3, 4] },
    { operatorName: '$in', reason: 'no matching value found in array', consideredValue: [3, 4] },
  ],
  [{ a: { $type: 'string' } }, { a: 3 }, { operatorName: '$type', consideredValue: 3, consideredType: 'int' }],
  [{ a: { $exists: true } }, {}, { operatorName: '$exists', reason: 'path does not exist' }],
  [{ a: { $exists: false } }, { a: 1 }, { operatorName: '$exists', reason: 'path does exist' }],
  [{ a: { $ne: 1 } }, { a: 1 }, { operatorName: '$ne', reason: 'comparison succeeded', consideredValue: 1 }],
  [{ a: { $nin: [1] } }, { a: 1 }, { operatorName: '$nin', reason: 'matching value found in array' }],
  [{ a: /^x/i }, { a: 'y' }, { operatorName: '$regex', reason: 'regular expression did not match' }],
  [
    { a: { $not: { $gt: 5 } } },
    { a: 6 },
    { operatorName: '$not', details: { operatorName: '$gt', reason: 'comparison succeeded', consideredValue: 6 } },
  ],
  [
    { a: { $gt: 1, $lt: 5 }, b: 1 },
    { a: 7 },
    {
      operatorName: '$and',
      clausesNotSatisfied: [
        { index: 1, details: { operatorName: '$lt', consideredValue: 7 } },
        { index: 2, details: { operatorName: '$eq', reason: 'field was missing' } },
      ],
    },
  ],
  [
    { $or: [{ a: 1 }, { a: 2 }] },
    { a: 3 },
    { operatorName: '$or', clausesNotSatisfied: [{ index: 0, details: { operatorName: '$eq' } }, { index: 1 }] },
  ],
  [{ $nor: [{ a: 1 }, { a: 3 }] }, { a: 3 }, { operatorName: '$nor', clausesSatisfied: [{ index: 1 }] }],
  [
    { $expr: { $gt: ['$a', '$b'] } },
    { a: 1, b: 2 },
    { operatorName: '$expr', reason: 'expression did not match', expressionResult: false },
  ],
])('explains the failure of %o', async (validator, document, details) => {
  const collection = await test.db.createCollection('items', { validator });
  expect(await failureOf(collection.insertOne(document))).toMatchObject({ code: 121, errInfo: { details } });
});

it('tells the failed keywords of a schema in one order, however it is written', async () => {
  const properties = { a: { enum: [1], minimum: 5, multipleOf: 2 }, t: { type: 'string', minimum: 5, enum: ['x'] } };
  const validator = { $jsonSchema: { minProperties: 9, required: ['b'], properties } };
  const collection = await test.db.createCollection('items', { validator });
  expect(await failureOf(collection.insertOne({ a: 3, t: 3 }))).toMatchObject({
    errInfo: {
      details: {
        schemaRulesNotSatisfied: [
          {
            operatorName: 'properties',
            propertiesNotSatisfied: [
              {
                propertyName: 'a',
                details: [{ operatorName: 'multipleOf' }, { operatorName: 'minimum' }, { operatorName: 'enum' }],
              },
              { propertyName: 't', details: [{ operatorName: 'enum' }, { operatorName: 'type' }] },
            ],
          },
          { operatorName: 'required' },
          { operatorName: 'minProperties' },
        ],
      },
    },
  });
});

it.each<[string, Document, number]>([
  ['an unknown operator', { a: { $nonsense: 1 } }, 2],
  ['$text', { $text: { $search: 'x' } }, 224],
  ['an unknown keyword', { $jsonSchema: { nonsense: 1 } }, 9],
])('refuses a validator with %s', async (_name, validator, code) => {
  expect(await failureOf(test.db.command({ create: 'x', validator }))).toMatchObject({ code });
  expect(await failureOf(test.client.db('admin').command({ create: 'x', validator: { a: 1 } }))).toMatchObject({
    code: 72,
  });
});

it('opens with a validator that could not be made any more, which then refuses every document', () => {
  const options = received({ validator: { a: { $regex: '(' } } });
  expect(() => parseValidator(options)).toThrow('missing closing parenthesis');
  const stored = storedValidator(options);
  expect(() => stored?.accepts(received({ a: 'x' }))).toThrow('missing closing parenthesis');
  expect(storedValidator(received({ validator: { a: 1 } }))?.accepts(received({ a: 1 }))).toBe(true);
});
