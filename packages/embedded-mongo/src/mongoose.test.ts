import mongoose, { Schema } from 'mongoose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedMongo, type EmbeddedMongo } from './index.ts';

let store: EmbeddedMongo;
let connection: mongoose.Connection;

beforeAll(async () => {
  store = await startEmbeddedMongo({ path: ':memory:' });
  connection = await mongoose
    .createConnection(store.uri, { dbName: 'app', serverSelectionTimeoutMS: 5_000 })
    .asPromise();
  User = createUserModel();
});
afterAll(async () => {
  await connection.close();
  await store.close();
});

function createUserModel() {
  const schema = new Schema(
    {
      email: { type: String, required: true, unique: true, lowercase: true },
      name: String,
      roles: { type: [String], default: ['user'] },
      profile: { city: String, born: Date },
      visits: { type: Number, default: 0 },
      expires: { type: Date, expires: 3600 },
    },
    { timestamps: true, optimisticConcurrency: true },
  );
  schema.index({ name: 1, createdAt: -1 });
  return connection.model('User', schema);
}

type UserModel = ReturnType<typeof createUserModel>;
let User: UserModel;

it('creates its indexes, and syncs them again without change', async () => {
  await User.init();
  expect(await User.syncIndexes()).toEqual([]);
  expect((await User.listIndexes()).map((index: { name: string }) => index.name).toSorted()).toEqual([
    '_id_',
    'email_1',
    'expires_1',
    'name_1_createdAt_-1',
  ]);
  expect(await User.diffIndexes()).toEqual({ toDrop: [], toCreate: [] });
});

it('creates, reads, saves and deletes documents', async () => {
  const ann = await User.create({
    email: 'Ann@Example.org',
    name: 'Ann',
    profile: { city: 'Bonn', born: new Date(0) },
  });
  expect(ann).toMatchObject({ email: 'ann@example.org', roles: ['user'], visits: 0 });
  ann.set('profile.city', 'Köln');
  ann.get('roles').push('admin');
  await ann.save();
  const lean = await User.findById(ann._id).lean();
  expect(lean).toMatchObject({ profile: { city: 'Köln', born: new Date(0) }, roles: ['user', 'admin'] });
  expect(await User.exists({ roles: 'admin' })).toMatchObject({ _id: ann._id });
  await expect(User.create({ email: 'ann@example.org' })).rejects.toMatchObject({
    code: 11_000,
    keyValue: { email: 'ann@example.org' },
  });
  await ann.deleteOne();
  expect(await User.countDocuments()).toBe(0);
});

it('upserts with timestamps and defaults', async () => {
  const made = await User.findOneAndUpdate(
    { email: 'bob@example.org' },
    { $inc: { visits: 1 } },
    { upsert: true, returnDocument: 'after', setDefaultsOnInsert: true },
  );
  expect(made).toMatchObject({ email: 'bob@example.org', visits: 1, roles: ['user'] });
  const again = await User.findOneAndUpdate(
    { email: 'bob@example.org' },
    { $inc: { visits: 1 } },
    { returnDocument: 'after' },
  );
  expect(again?.get('visits')).toBe(2);
  expect(again?.get('updatedAt')).toBeInstanceOf(Date);
});

it('notices that somebody else saved first', async () => {
  const first = await User.create({ email: 'eve@example.org' });
  const second = await User.findById(first._id);
  first.set('name', 'Eve');
  await first.save();
  second?.set('name', 'Eva');
  await expect(second?.save()).rejects.toBeInstanceOf(mongoose.Error.VersionError);
  await first.deleteOne();
});

it('reads thousands of documents by cursor and pages through them', async () => {
  const Item = connection.model(
    'Item',
    new Schema({ n: Number, group: { type: String, index: true } }, { versionKey: false }),
  );
  await Item.insertMany(Array.from({ length: 5000 }, (_unused, n) => ({ n, group: n % 3 === 0 ? 'fizz' : 'other' })));
  let sum = 0;
  for await (const item of Item.find({ group: 'fizz' }).cursor()) sum += item.n ?? 0;
  expect(sum).toBe(Array.from({ length: 5000 }, (_unused, n) => (n % 3 === 0 ? n : 0)).reduce((a, b) => a + b));
  const page = await Item.find({ group: 'fizz' }).sort({ n: -1 }).skip(10).limit(5).select('n -_id').lean();
  expect(page).toEqual([{ n: 4968 }, { n: 4965 }, { n: 4962 }, { n: 4959 }, { n: 4956 }]);
  expect(await Item.aggregate([{ $group: { _id: '$group', n: { $sum: 1 } } }, { $sort: { _id: 1 } }])).toEqual([
    { _id: 'fizz', n: 1667 },
    { _id: 'other', n: 3333 },
  ]);
  expect(await Item.distinct('group')).toEqual(['fizz', 'other']);
  expect(
    await Item.bulkWrite([
      { deleteMany: { filter: { n: { $gte: 10 } } } },
      { updateOne: { filter: { n: 3 }, update: { $set: { group: 'three' } } } },
    ]),
  ).toMatchObject({
    deletedCount: 4990,
    modifiedCount: 1,
  });
});

it('populates references and runs transactions', async () => {
  const Author = connection.model('Author', new Schema({ name: String }));
  const Book = connection.model(
    'Book',
    new Schema({ title: String, author: { type: Schema.Types.ObjectId, ref: 'Author' } }),
  );
  await Author.init();
  await Book.init();
  await connection.transaction(async (session) => {
    const [author] = await Author.create([{ name: 'Ada' }], { session });
    await new Book({ title: 'Notes', author: author?._id }).save({ session });
  });
  const book = await Book.findOne({ title: 'Notes' }).populate<{ author: { name: string } }>('author');
  expect(book?.author.name).toBe('Ada');
  await expect(
    connection.transaction(async (session) => {
      await Book.create([{ title: 'Draft' }], { session });
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  expect(await Book.countDocuments()).toBe(1);
});
