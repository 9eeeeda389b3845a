import { createWriteStream, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BSON, type MongoClient } from 'mongodb';
import { readDocuments } from './copy-documents.ts';
import { dumpStem } from './dump-layout.ts';
import { listNamespaces, type Namespace } from './namespaces.ts';
import { OperationError } from './operation-error.ts';

/** Called for each collection that is done, with how many documents it had. */
export type Progress = (namespace: string, documents: number) => void;

/**
 * Writes all databases but the server's own into an empty directory, laid out as by mongodump: the documents as stored
 * in `<database>/<collection>.bson`, the rest in `<collection>.metadata.json` as canonical Extended JSON.
 * https://www.mongodb.com/docs/database-tools/mongodump/
 */
export async function exportDump(client: MongoClient, directory: string, onProgress: Progress): Promise<void> {
  if (existsSync(directory) && readdirSync(directory).length > 0) {
    throw new OperationError(`${directory} is not empty; choose another place.`);
  }
  for (const namespace of await listNamespaces(client)) {
    const stem = dumpStem(directory, namespace.database, namespace.name);
    mkdirSync(dirname(stem), { recursive: true, mode: 0o700 });
    let count = 0;
    if (!namespace.isView) {
      const documents = readDocuments(client, namespace.database, namespace.name);
      const counted = async function* (): AsyncGenerator<Buffer> {
        for await (const document of documents) {
          count += 1;
          yield document;
        }
      };
      await pipeline(counted(), createWriteStream(`${stem}.bson`, { mode: 0o600 }));
    }
    // Last, so that what has metadata is complete.
    writeFileSync(`${stem}.metadata.json`, metadataOf(namespace), { mode: 0o600 });
    onProgress(`${namespace.database}.${namespace.name}`, count);
  }
}

function metadataOf(namespace: Namespace): string {
  const { collation } = namespace.options;
  const idIndex = { v: 2, key: { _id: 1 }, name: '_id_', ...(collation === undefined ? {} : { collation }) };
  const metadata = {
    options: namespace.options,
    indexes: namespace.isView ? [] : [idIndex, ...namespace.indexes],
    uuid: namespace.uuid,
    collectionName: namespace.name,
    type: namespace.isView ? 'view' : 'collection',
  };
  return BSON.EJSON.stringify(metadata, { relaxed: false });
}
