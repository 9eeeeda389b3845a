import { resolve } from 'node:path';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { MongoError } from 'mongodb';
import { EmbeddedMongoError } from '../embedded-mongo-error.ts';
import { CommandError } from '../server/command-error.ts';
import { backUp } from './back-up.ts';
import { exportDump } from './export-dump.ts';
import { importDump } from './import-dump.ts';
import { moveStore } from './move-store.ts';
import { connect, openSource, type Source } from './open-source.ts';
import { OperationError } from './operation-error.ts';
import { SERVE_OPTIONS, serve } from './serve.ts';

/** Where a command writes and how it is asked to end. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** Resolves when the person or the system wants the program to end. */
  readonly interrupted: Promise<void>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const USAGE = `parley-mongo, the embedded store of Parley

  serve                     serve the store to other programs until stopped; prints its address
        --port PORT         on TCP, 0 for a free port, with a password; without it on a unix socket
        --host HOST         where on TCP (127.0.0.1)
        --socket FILE       the socket's path (run/mongo.sock in the store)
        --durability LEVEL  full, or normal, which may lose the latest writes in a power cut
        --test-commands     allow failpoints, for tests of drivers
  backup --to TARGET        copy the store, also while it is in use; TARGET is a new directory or FILE.sqlite
  export --to DIR           write everything as mongodump does
  import --from DIR         read what export or mongodump wrote
  move   --to URI           copy everything to a MongoDB and compare; may be repeated

  --path DIR                the store (mongo in PARLEY_DATA_DIR or ./data)
  --uri URI                 for export and import: a server instead of a directory
`;

type Values = Readonly<Record<string, string | boolean | undefined>>;

const PLACE: ParseArgsOptionsConfig = { path: { type: 'string' } };
const PLACE_OR_SERVER: ParseArgsOptionsConfig = { ...PLACE, uri: { type: 'string' } };
const TO: ParseArgsOptionsConfig = { to: { type: 'string' } };

interface OperationSpec {
  readonly options: ParseArgsOptionsConfig;
  readonly run: (values: Values, path: string, terminal: Terminal) => Promise<void>;
}

const OPERATIONS: Readonly<Record<string, OperationSpec>> = {
  serve: { options: { ...PLACE, ...SERVE_OPTIONS }, run: serve },
  backup: {
    options: { ...PLACE, ...TO },
    run: async (values, path, terminal) => {
      terminal.out(`Backed up to ${backUp(path, required(values, 'to'))}, checked and ready to be served.`);
    },
  },
  export: {
    options: { ...PLACE_OR_SERVER, ...TO },
    run: async (values, path, terminal) => {
      const directory = resolve(required(values, 'to'));
      await withSource(values, path, false, ({ client }) => exportDump(client, directory, progressOn(terminal)));
      terminal.out(`Exported to ${directory}.`);
    },
  },
  import: {
    options: { ...PLACE_OR_SERVER, from: { type: 'string' } },
    run: async (values, path, terminal) => {
      const directory = resolve(required(values, 'from'));
      await withSource(values, path, true, ({ client }) => importDump(client, directory, progressOn(terminal)));
      terminal.out(`Imported ${directory}.`);
    },
  },
  move: { options: { ...PLACE, ...TO }, run: move },
};

/** Runs `parley-mongo` with its arguments and returns the exit code: 0, 1 when it failed, 2 for wrong arguments. */
export async function runCommandLine(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name = 'help', ...rest] = words;
  if (['help', '--help', '-h'].includes(name)) {
    terminal.out(USAGE);
    return 0;
  }
  try {
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (operation === undefined) throw new OperationError(`There is no command ${name}.\n\n${USAGE}`, 2);
    const values = parse(rest, operation.options);
    await operation.run(values, pathOf(values, terminal), terminal);
    return 0;
  } catch (error) {
    if (!isExpected(error)) throw error;
    terminal.error(error.message);
    return error instanceof OperationError ? error.exitCode : 1;
  }
}

/** What the person can do something about; anything else is a fault of this program. */
function isExpected(error: unknown): error is Error {
  if (error instanceof OperationError || error instanceof EmbeddedMongoError) return true;
  if (error instanceof MongoError || error instanceof CommandError) return true;
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

function parse(words: readonly string[], options: ParseArgsOptionsConfig): Values {
  try {
    const values: Record<string, string | boolean | undefined> = {};
    for (const [name, value] of Object.entries(parseArgs({ args: [...words], options }).values)) {
      if (typeof value === 'string' || typeof value === 'boolean') values[name] = value;
    }
    return values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperationError(`${reason}\n\n${USAGE}`, 2, { cause: error });
  }
}

function pathOf(values: Values, terminal: Terminal): string {
  const { path } = values;
  return resolve(typeof path === 'string' ? path : `${terminal.environment['PARLEY_DATA_DIR'] ?? 'data'}/mongo`);
}

function required(values: Values, name: string): string {
  const value = values[name];
  if (typeof value !== 'string' || value === '') throw new OperationError(`--${name} is missing.\n\n${USAGE}`, 2);
  return value;
}

function progressOn(terminal: Terminal): (namespace: string, documents: number) => void {
  return (namespace, documents) => terminal.out(`${namespace}: ${String(documents)} documents`);
}

async function withSource(
  values: Values,
  path: string,
  isNewAllowed: boolean,
  use: (source: Source) => Promise<void>,
): Promise<void> {
  const { uri } = values;
  const source = await openSource({
    path,
    uri: typeof uri === 'string' ? uri : undefined,
    isShared: true,
    isNewAllowed,
  });
  try {
    await use(source);
  } finally {
    await source.close();
  }
}

async function move(values: Values, path: string, terminal: Terminal): Promise<void> {
  const uri = required(values, 'to');
  if (!/^mongodb(?:\+srv)?:\/\//.test(uri)) throw new OperationError('--to must begin with mongodb://.', 2);
  const target = await connect(uri);
  try {
    const source = await openSource({ path, isShared: false, isNewAllowed: false });
    try {
      const moved = await moveStore(source.client, target.client, terminal.out);
      const [database = 'parley'] = moved.databases;
      terminal.out(`
Moved ${String(moved.collections)} collections with ${String(moved.documents)} documents. Now
  1. set MONGO_URI to the address you gave, with /${database} after the host, and the secrets of ${path}/../secrets.json
  2. start Parley and look whether all is there
  3. keep ${path} until then: it was not changed.`);
    } finally {
      await source.close();
    }
  } finally {
    await target.close();
  }
}
