import { createHash } from 'node:crypto';
import { BSON, type MongoClient } from 'mongodb';
import { exactDocument } from './exact-document.ts';
import { OperationError } from './operation-error.ts';

/** What a collection holds: two collections with the same figures hold the same documents, in whatever order. */
export interface Holdings {
  readonly count: number;
  /** The sum of the SHA-256 digests of all documents, modulo 2^256. */
  readonly digest: bigint;
}

const MAX_BATCH_DOCUMENTS = 1_000;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const DUPLICATE_KEY = 11_000;

/** The documents of a collection as stored, in their natural order. */
export async function* readDocuments(client: MongoClient, database: string, name: string): AsyncGenerator<Buffer> {
  const cursor = client.db(database).collection(name).find({}, { raw: true, batchSize: MAX_BATCH_DOCUMENTS });
  for await (const document of cursor) {
    // The driver's types do not follow `raw`.
    const bytes: unknown = document;
    if (!(bytes instanceof Uint8Array)) throw new TypeError('the driver did not return raw documents');
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** Counts and hashes what a collection holds. */
export async function holdingsOf(client: MongoClient, database: string, name: string): Promise<Holdings> {
  let count = 0;
  let digest = 0n;
  for await (const bytes of readDocuments(client, database, name)) {
    count += 1;
    digest = BigInt.asUintN(256, digest + BigInt(`0x${createHash('sha256').update(bytes).digest('hex')}`));
  }
  return { count, digest };
}

/**
 * Writes documents in batches, unchanged, and returns how many were read. Those whose `_id` is there already are left
 * as they are, so that an interrupted run can be repeated; `holdingsOf` tells whether they are the same.
 */
export async function writeDocuments(
  client: MongoClient,
  { database, name }: { database: string; name: string },
  documents: AsyncIterable<Buffer> | Iterable<Buffer>,
  onProgress: (count: number) => void = () => {},
): Promise<number> {
  let count = 0;
  let size = 0;
  let batch: Map<string, unknown>[] = [];
  const send = async (): Promise<void> => {
    if (batch.length > 0) await insert(client, database, name, batch);
    count += batch.length;
    batch = [];
    size = 0;
    onProgress(count);
  };
  for await (const bytes of documents) {
    if (batch.length >= MAX_BATCH_DOCUMENTS || size + bytes.length > MAX_BATCH_BYTES) await send();
    batch.push(exactDocument(bytes, `${database}.${name}`));
    size += bytes.length;
  }
  await send();
  return count;
}

/** Whether a server would put the time in place of a field. */
function holdsEmptyTimestamp(document: Map<string, unknown>): boolean {
  return [...document.values()].some((value) => value instanceof BSON.Timestamp && value.isZero());
}

async function insert(
  client: MongoClient,
  database: string,
  name: string,
  documents: readonly Map<string, unknown>[],
): Promise<void> {
  const reply: BSON.Document = await client.db(database).command({
    insert: name,
    documents,
    ordered: false,
    bypassDocumentValidation: true,
    // Only then, as a MongoDB before 8.1 does not know the field.
    ...(documents.some(holdsEmptyTimestamp) ? { bypassEmptyTsReplacement: true } : {}),
    writeConcern: { w: 'majority' },
  });
  const errors: unknown = reply['writeErrors'];
  if (!Array.isArray(errors)) return;
  const failed: unknown = errors.find((error: BSON.Document) => error['code'] !== DUPLICATE_KEY);
  if (failed !== undefined) {
    throw new OperationError(`A document of ${database}.${name} was refused: ${BSON.EJSON.stringify(failed)}`);
  }
}
