import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from './operation-error.ts';

/** The files of one collection or view in a directory laid out as by mongodump. */
export interface DumpFiles {
  readonly database: string;
  /** The collection's name as its file names it; the metadata knows better. */
  readonly name: string;
  readonly metadata: string;
  /** The documents, plain or with `.gz`; undefined for a view. */
  readonly documents: string | undefined;
}

const METADATA = /\.metadata\.json(?:\.gz)?$/;
const MAX_NAME_CHARACTERS = 200;

/** The paths of a collection's files without their endings; long names are cut and told apart by a hash. */
export function dumpStem(directory: string, database: string, name: string): string {
  const escaped = encodeURIComponent(name).replaceAll('.', '%2E');
  if (escaped.length <= MAX_NAME_CHARACTERS) return join(directory, encodeURIComponent(database), escaped);
  const hash = createHash('sha1').update(name).digest('hex');
  return join(directory, encodeURIComponent(database), `${escaped.slice(0, MAX_NAME_CHARACTERS)}%24${hash}`);
}

/** The collections and views below a directory. */
export function listDump(directory: string): readonly DumpFiles[] {
  if (!existsSync(directory)) throw new OperationError(`There is no directory ${directory}.`);
  const databases = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const found = databases.flatMap((entry) => listDatabase(directory, entry.name));
  if (found.length === 0) {
    throw new OperationError(`${directory} holds no dump: expected <database>/<collection>.metadata.json in it.`);
  }
  return found;
}

function listDatabase(directory: string, folder: string): readonly DumpFiles[] {
  const database = decoded(folder);
  if (['admin', 'config', 'local'].includes(database)) return [];
  const names = readdirSync(join(directory, folder));
  return names
    .filter((name) => METADATA.test(name))
    .map((file) => {
      const stem = file.replace(METADATA, '');
      const documents = [`${stem}.bson`, `${stem}.bson.gz`].find((name) => names.includes(name));
      return {
        database,
        name: decoded(stem),
        metadata: join(directory, folder, file),
        documents: documents === undefined ? undefined : join(directory, folder, documents),
      };
    })
    .filter(({ name }) => !name.startsWith('system.'));
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
