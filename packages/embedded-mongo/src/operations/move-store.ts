import type { MongoClient } from 'mongodb';
import { holdingsOf, readDocuments, writeDocuments } from './copy-documents.ts';
import { createIndexes, createNamespace, listNamespaces, type Namespace } from './namespaces.ts';
import { OperationError } from './operation-error.ts';

/** What a move did. */
export interface Moved {
  readonly collections: number;
  readonly documents: number;
  readonly databases: readonly string[];
}

/**
 * Copies everything to another server, collection by collection: documents first, then indexes, views last. Each
 * collection is compared by count and hash afterwards. Collections that are the same already are passed over and
 * documents never written twice, so that an interrupted move can be repeated. The source is only read.
 */
export async function moveStore(from: MongoClient, to: MongoClient, say: (line: string) => void): Promise<Moved> {
  const namespaces = await listNamespaces(from);
  let documents = 0;
  for (const namespace of namespaces) {
    await createNamespace(to, namespace);
    if (!namespace.isView) documents += await moveDocuments(from, to, namespace, say);
    await createIndexes(to, namespace);
  }
  return { collections: namespaces.length, documents, databases: [...new Set(namespaces.map((n) => n.database))] };
}

async function moveDocuments(
  from: MongoClient,
  to: MongoClient,
  { database, name }: Namespace,
  say: (line: string) => void,
): Promise<number> {
  const title = `${database}.${name}`;
  const wanted = await holdingsOf(from, database, name);
  const before = await holdingsOf(to, database, name);
  if (wanted.count === before.count && wanted.digest === before.digest) {
    say(`${title}: ${String(wanted.count)} documents, complete`);
    return wanted.count;
  }
  await writeDocuments(to, { database, name }, readDocuments(from, database, name), (count) =>
    say(`${title}: ${String(count)} of ${String(wanted.count)} documents`),
  );
  const after = await holdingsOf(to, database, name);
  if (after.count !== wanted.count || after.digest !== wanted.digest) {
    throw new OperationError(
      `${title} differs: ${String(wanted.count)} documents here, ${String(after.count)} there, or others. The new server must hold nothing else in this collection. Empty it there and repeat the command.`,
    );
  }
  say(`${title}: ${String(after.count)} documents, complete and compared`);
  return after.count;
}
