import { toDouble } from '../bson/arithmetic.ts';
import { collating } from '../bson/active-collation.ts';
import { Document } from '../bson/document.ts';
import { isNumber } from '../bson/value.ts';
import type { ChangeRecorder } from '../changes/record-change.ts';
import { collationOption } from '../query/collation.ts';
import { blobOf, integerOf, textOf, type Connection } from '../store/connection.ts';
import type { RecordWatch } from '../store/write-tracker.ts';
import {
  catalogueOf,
  type CappedLimits,
  type Catalogue,
  type CollectionEntry,
  type IndexEntry,
  type ViewEntry,
} from './entries.ts';
import { parseIndexSpec } from './index-spec.ts';
import { splitNamespace } from './split-namespace.ts';
import { parseValidator, storedValidator } from './validator.ts';

/** What readers may look at: a connection and the catalogue that fits what it sees. */
export interface View {
  readonly connection: Connection;
  catalogue(): Catalogue;
  /** How often something was committed; what was read ahead is old when it has grown. Undefined where nothing can be. */
  readonly commits?: () => number;
  /** When the running command must end, in milliseconds since the epoch; checked by scans. */
  readonly timeLimit?: { deadline: number };
  /** How many bytes one blocking operation may keep in memory; 100 MB when undefined. */
  readonly memoryLimit?: number;
  /** Told what scans read, when the command explains itself. */
  readonly tally?: Tally;
  /** Whether writes skip the validators of their collections, as `bypassDocumentValidation` asks. */
  readonly bypassesValidation?: boolean;
}

/** How many index entries and documents a command has read. */
export interface Tally {
  keys: number;
  documents: number;
}

/** What writers work on; catalogue changes become visible to others with the commit. */
export interface WriteView extends View {
  /** Takes what is written into the log of changes; see `recordChange`. */
  readonly changes?: ChangeRecorder | undefined;
  /** Knows what open transactions have written; nobody asks it where there are none. */
  readonly watch?: RecordWatch | undefined;
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
export function createCatalogueState(
  store: { writer: Connection; reader: Connection },
  limits: Pick<View, 'memoryLimit'> = {},
  { changes, watch }: Pick<WriteView, 'changes' | 'watch'> = {},
): CatalogueState {
  let committed = loadCatalogue(store.writer);
  let working = committed;
  let commits = 0;
  return {
    reading: { ...limits, connection: store.reader, catalogue: () => committed, commits: () => commits },
    writing: {
      ...limits,
      changes,
      watch,
      connection: store.writer,
      catalogue: () => working,
      setCatalogue: (next) => {
        working = next;
      },
    },
    commit: () => {
      commits += 1;
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
  const views = new Map<string, ViewEntry>();
  for (const [id, namespace, uuid, options] of connection.all('SELECT id, namespace, uuid, options FROM collections')) {
    const stored = new Document(blobOf(options));
    const view = viewEntry(textOf(namespace), stored);
    if (view !== undefined) views.set(view.namespace, view);
    if (view !== undefined) continue;
    const entry = collectionEntry(integerOf(id), textOf(namespace), blobOf(uuid), stored, storedValidator);
    catalogue.set(entry.namespace, { ...entry, indexes: indexes.get(entry.id) ?? [] });
  }
  return catalogueOf(catalogue, views);
}

/** The view that options with `viewOn` describe, or undefined for those of a collection. */
export function viewEntry(namespace: string, options: Document): ViewEntry | undefined {
  const viewOn = options.get('viewOn');
  const pipeline = options.get('pipeline');
  if (typeof viewOn !== 'string') return undefined;
  return {
    ...splitNamespace(namespace),
    namespace,
    viewOn,
    pipeline: Array.isArray(pipeline) ? pipeline : [],
    options,
  };
}

function cappedLimits(options: Document): CappedLimits | undefined {
  if (options.get('capped') !== true) return undefined;
  const size = options.get('size');
  const max = options.get('max');
  return {
    bytes: isNumber(size) ? toDouble(size) : Number.POSITIVE_INFINITY,
    documents: isNumber(max) ? toDouble(max) : undefined,
  };
}

/** A collection entry without indexes. */
export function collectionEntry(
  id: number,
  namespace: string,
  uuid: Buffer,
  options: Document,
  readValidator = parseValidator,
): CollectionEntry {
  const collation = collationOption(options.get('collation'), undefined);
  return {
    id,
    namespace,
    ...splitNamespace(namespace),
    uuid,
    options,
    indexes: [],
    collation,
    validator: collating(collation, () => readValidator(options)),
    capped: cappedLimits(options),
  };
}
