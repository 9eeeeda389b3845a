import { createReadStream, readFileSync } from 'node:fs';
import { createGunzip, gunzipSync } from 'node:zlib';
import { BSON, type MongoClient } from 'mongodb';
import { writeDocuments } from './copy-documents.ts';
import { listDump, type DumpFiles } from './dump-layout.ts';
import type { Progress } from './export-dump.ts';
import { createIndexes, createNamespace, type Namespace } from './namespaces.ts';
import { OperationError } from './operation-error.ts';

const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 + 16 * 1024;

/**
 * Reads a directory laid out as by mongodump, also with `--gzip`, into a server. What is there already stays, so that
 * an interrupted import can be repeated; views come last, because they refer to collections.
 */
export async function importDump(client: MongoClient, directory: string, onProgress: Progress): Promise<void> {
  const dumped = listDump(directory).map((files) => ({ files, namespace: readMetadata(files) }));
  const ordered = dumped.toSorted((a, b) => Number(a.namespace.isView) - Number(b.namespace.isView));
  for (const { files, namespace } of ordered) {
    await createNamespace(client, namespace);
    const count =
      files.documents === undefined ? 0 : await writeDocuments(client, namespace, documentsOf(files.documents));
    await createIndexes(client, namespace);
    onProgress(`${namespace.database}.${namespace.name}`, count);
  }
}

function readMetadata(files: DumpFiles): Namespace {
  const raw = readFileSync(files.metadata);
  const text = (files.metadata.endsWith('.gz') ? gunzipSync(raw) : raw).toString('utf8');
  const metadata: BSON.Document = parseMetadata(text, files.metadata);
  const { collectionName, type, options, indexes, uuid } = metadata;
  return {
    database: files.database,
    name: typeof collectionName === 'string' ? collectionName : files.name,
    isView: type === 'view' || typeof options?.viewOn === 'string',
    options: options ?? {},
    indexes: Array.isArray(indexes) ? indexes.filter((index: BSON.Document) => index['name'] !== '_id_') : [],
    uuid: typeof uuid === 'string' ? uuid : '',
  };
}

function parseMetadata(text: string, file: string): BSON.Document {
  try {
    return BSON.EJSON.parse(text, { relaxed: false });
  } catch (error) {
    throw new OperationError(`${file} is not Extended JSON.`, 1, { cause: error });
  }
}

async function* documentsOf(file: string): AsyncGenerator<Buffer> {
  const plain = createReadStream(file);
  const stream = file.endsWith('.gz') ? plain.pipe(createGunzip()) : plain;
  plain.on('error', (error) => stream.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const length = rest.readInt32LE(0);
      if (length < 5 || length > MAX_DOCUMENT_BYTES) throw new OperationError(`${file} is damaged.`);
      if (rest.length < length) break;
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
    }
  }
  if (rest.length > 0) throw new OperationError(`${file} ends in the middle of a document.`);
}
