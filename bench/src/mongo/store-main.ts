import { flushCompileCache } from 'node:module';
import { startEmbeddedMongo } from '@parley/embedded-mongo';

/**
 * A process like the api's: the embedded store in its worker, its own event loop beside it. Prints the store's URI when
 * it can be used; asked for it over IPC, runs one full scan and tells for how long its event loop stood still meanwhile.
 */
const [, , directory = ''] = process.argv;
const store = await startEmbeddedMongo({ path: directory });
// A process that is killed does not write it.
flushCompileCache();
process.stdout.write(`${store.uri}\n`);

process.on('message', (message) => {
  void stallOf(message).then((stallMs) => process.send?.({ stallMs }));
});

/** Milliseconds of the longest time between two looks at the clock that should be one millisecond apart. */
async function stallOf(message: unknown): Promise<number> {
  // Only now: what these take is not the store's.
  const [{ MongoClient }, z] = await Promise.all([import('mongodb'), import('zod')]);
  const requestSchema = z.object({ scan: z.object({ database: z.string(), collection: z.string() }) });
  const { database, collection } = requestSchema.parse(message).scan;
  const client = await MongoClient.connect(store.uri);
  const documents = client.db(database).collection(collection);
  await documents.findOne({});
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }, 1);
  await documents.countDocuments({ text: /no such words in any of them/ });
  clearInterval(timer);
  await client.close();
  return longest;
}
