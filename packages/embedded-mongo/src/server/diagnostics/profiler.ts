import { toDouble } from '../../bson/arithmetic.ts';
import { buildDocument, verbatim } from '../../bson/build-document.ts';
import type { Document } from '../../bson/document.ts';
import { encodeDocument } from '../../bson/encode-document.ts';
import { dateTime, int, isDocument, isNumber, type Value } from '../../bson/value.ts';
import type { WriteView } from '../../catalogue/catalogue-state.ts';
import { createCollection, findCollection } from '../../catalogue/collections.ts';
import { PROFILE, type CollectionEntry } from '../../catalogue/entries.ts';
import { readArguments, type Arguments } from '../../commands/arguments.ts';
import type { Reply, ServerFacts } from '../../commands/command.ts';
import { insertRecord } from '../../store/records.ts';
import type { WriteQueue } from '../../store/write-queue.ts';
import { toStorable } from '../../update/storable.ts';
import { CommandError } from '../command-error.ts';
import type { SessionCommands } from '../sessions/session-commands.ts';
import type { SessionUse } from '../fields/session-fields.ts';

/** A command as it was answered. */
interface Answered {
  readonly body: Document;
  readonly connectionId: number;
  readonly reply: Document;
  /** When it began, by `performance.now()`. */
  readonly startedAt: number;
}

interface ProfileRequest {
  readonly body: Document;
  readonly database: string;
  readonly use: SessionUse;
}

/** Writes down the commands of the databases that are profiled, in their `system.profile`. */
export interface Profiler {
  readonly commands: SessionCommands;
  /** Whether any database is profiled. */
  isOn(): boolean;
  /** Writes an answered command down; resolves when others can read it, or when `onFailure` has heard why not. */
  note(answered: Answered): Promise<void>;
}

/** The name of the command about it. */
export const PROFILER_COMMAND_NAMES = ['profile'] as const;

const FIELDS = new Set(['profile', 'slowms', 'sampleRate', 'filter']);
const COLLECTION_BYTES = 1024 * 1024;
const MAX_COMMAND_BYTES = 50 * 1024;
const OPERATIONS = new Map([
  ['find', 'query'],
  ['getMore', 'getmore'],
  ['insert', 'insert'],
  ['update', 'update'],
  ['delete', 'remove'],
]);

/** Creates the profiler of a server; nothing is profiled at first (MongoDB manual "Database Profiler"). */
export function createProfiler(queue: WriteQueue, server: ServerFacts, onFailure: (error: unknown) => void): Profiler {
  const levels = new Map<string, number>();
  let slowms = 100;
  let sampleRate = 1;

  const setLevel = async (database: string, level: number): Promise<void> => {
    if (level !== 0) await queue.run((view) => ensureProfile(view, database));
    if (level === 0) levels.delete(database);
    else levels.set(database, level);
  };

  const profile = async ({ body, database, use }: ProfileRequest): Promise<Reply> => {
    const values = readArguments('profile', body, FIELDS);
    if (use.kind === 'transaction') {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        "Cannot run 'profile' in a multi-document transaction.",
      );
    }
    const level = numberOf(values, 'profile');
    if (level === undefined) {
      throw new CommandError(40_414, "BSON field 'profile.profile' is missing but a required field");
    }
    if (values.value('filter') !== undefined) {
      throw new CommandError('CommandNotSupported', 'a filter of the profiler is not supported by the embedded store');
    }
    const was = { was: levels.get(database) ?? 0, slowms, sampleRate: verbatim(sampleRate) };
    const rate = numberOf(values, 'sampleRate') ?? sampleRate;
    if (rate < 0 || rate > 1) {
      throw new CommandError('BadValue', "'sampleRate' must be between 0.0 and 1.0 inclusive");
    }
    // Levels MongoDB does not know, such as -1, only ask.
    if (level !== 0 && level !== 1 && level !== 2) return was;
    slowms = Math.trunc(numberOf(values, 'slowms') ?? slowms);
    sampleRate = rate;
    await setLevel(database, level);
    return was;
  };

  const isWanted = (level: number, millis: number): boolean => {
    if (level === 1 && millis < slowms) return false;
    return sampleRate === 1 || Math.random() < sampleRate;
  };

  const commands: SessionCommands = new Map([['profile', async (request) => profile(request)]]);
  return {
    commands,
    isOn: () => levels.size > 0,
    note: async (answered) => {
      const database = answered.body.get('$db');
      if (typeof database !== 'string') return;
      const level = levels.get(database);
      const millis = Math.round(performance.now() - answered.startedAt);
      if (level === undefined || server.isWriteLocked() || !isWanted(level, millis)) return;
      const entry = toStorable(describe(answered, database, millis, server));
      const written = queue.run((view) => insertRecord(view, ensureProfile(view, database), entry)).catch(onFailure);
      // A transaction holds the writer, so its own statements cannot wait for it.
      if (!answered.body.has('autocommit')) await written;
    },
  };
}

function ensureProfile(view: WriteView, database: string): CollectionEntry {
  const namespace = `${database}.${PROFILE}`;
  const options = buildDocument({ capped: true, size: COLLECTION_BYTES });
  return findCollection(view, namespace) ?? createCollection(view, namespace, options);
}

function describe(
  { body, connectionId, reply }: Answered,
  database: string,
  millis: number,
  server: ServerFacts,
): Document {
  const name = body.firstName() ?? '';
  const target = body.get(name === 'getMore' ? 'collection' : name);
  const user = server.userOf(connectionId);
  return buildDocument({
    op: OPERATIONS.get(name) ?? 'command',
    ns: `${database}.${typeof target === 'string' ? target : '$cmd'}`,
    command: shortened(body, name),
    ...countsOf(name, reply),
    protocol: 'op_msg',
    millis,
    ts: dateTime(Date.now()),
    client: '127.0.0.1',
    appName: server.appNameOf(connectionId),
    allUsers: user === undefined ? [] : [{ user, db: 'admin' }],
    user: user === undefined ? '' : `${user}@admin`,
  });
}

function shortened(body: Document, name: string): Document {
  return encodeDocument(body).length > MAX_COMMAND_BYTES ? buildDocument({ $truncated: name }) : body;
}

function countsOf(name: string, reply: Document): Record<string, Value | undefined> {
  const cursor = reply.get('cursor');
  if (isDocument(cursor)) {
    const batch = cursor.get('firstBatch') ?? cursor.get('nextBatch');
    const id = cursor.get('id');
    return { nreturned: int(Array.isArray(batch) ? batch.length : 0), cursorid: id === 0n ? undefined : id };
  }
  const [n, modified] = [reply.get('n'), reply.get('nModified')];
  switch (name) {
    case 'insert':
      return { ninserted: n };
    case 'update':
      return { nMatched: n, nModified: modified };
    case 'delete':
      return { ndeleted: n };
    default:
      return {};
  }
}

function numberOf(values: Arguments, name: string): number | undefined {
  const value = values.value(name);
  if (value === undefined || value === null) return undefined;
  if (!isNumber(value)) {
    throw new CommandError(
      'TypeMismatch',
      `BSON field 'profile.${name}' is the wrong type, expected types '[long, int, decimal, double]'`,
    );
  }
  return toDouble(value);
}
