import { Document } from '../bson/document.ts';
import { blobOf, integerOf, textOf, type Connection } from '../store/connection.ts';
import type { Catalogue, CollectionEntry, IndexEntry } from './entries.ts';
import { parseIndexSpec } from './index-spec.ts';

/** What readers may look at: a connection and the catalogue that fits what it sees. */
export interface View {
  readonly connection: Connection;
  catalogue(): Catalogue;
  /** When the running command must end, in milliseconds since the epoch; checked by scans. */
  readonly timeLimit?: { deadline: number };
}

/** What writers work on; catalogue changes become visible to others with the commit. */
export interface WriteView extends View {
  setCatalogue(next: Catalogue): void;
}

/** The committed catalogue, and the writer's own which may be ahead of it. */
export interface CatalogueState {
  readonly reading: View;
  readonly writing: WriteView;
  /** Makes the writer's catalogue the committed one. */
  commit(): void;
  /** Puts the writer's catalogue back to the committed one. */
  rollback(): void;
}

/** Loads the catalogue from its tables. */
export function createCatalogueState(store: { writer: Connection; reader: Connection }): CatalogueState {
  let committed = loadCatalogue(store.writer);
  let working = committed;
  return {
    reading: { connection: store.reader, catalogue: () => committed },
    writing: {
      connection: store.writer,
      catalogue: () => working,
      setCatalogue: (next) => {
        working = next;
      },
    },
    commit: () => {
      committed = working;
    },
    rollback: () => {
      working = committed;
    },
  };
}

function loadCatalogue(connection: Connection): Catalogue {
  const indexes = new Map<number, IndexEntry[]>();
  for (const [id, collection, spec, multikey] of connection.all(
    'SELECT id, collection, spec, multikey FROM indexes ORDER BY id',
  )) {
    const parsed = parseIndexSpec(new Document(Buffer.from(blobOf(spec))));
    const entry: IndexEntry = {
      ...parsed,
      isUnique: parsed.isUnique || parsed.name === '_id_',
      id: integerOf(id),
      isMultikey: multikey === 1,
    };
    indexes.set(integerOf(collection), [...(indexes.get(integerOf(collection)) ?? []), entry]);
  }
  const catalogue = new Map<string, CollectionEntry>();
  for (const [id, namespace, uuid, options] of connection.all('SELECT id, namespace, uuid, options FROM collections')) {
    const entry = collectionEntry(integerOf(id), textOf(namespace), blobOf(uuid), new Document(blobOf(options)));
    catalogue.set(entry.namespace, { ...entry, indexes: indexes.get(entry.id) ?? [] });
  }
  return catalogue;
}

/** A collection entry without indexes. */
export function collectionEntry(id: number, namespace: string, uuid: Buffer, options: Document): CollectionEntry {
  const dot = namespace.indexOf('.');
  return {
    id,
    namespace,
    database: namespace.slice(0, dot),
    name: namespace.slice(dot + 1),
    uuid,
    options,
    indexes: [],
  };
}
