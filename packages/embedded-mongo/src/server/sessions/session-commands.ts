import { Document } from '../../bson/document.ts';
import { randomUuid } from '../../bson/random-uuid.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { Reply } from '../../commands/command.ts';
import { readArguments } from '../../commands/arguments.ts';
import { CommandError } from '../command-error.ts';
import { wrongFieldType } from '../wrong-field-type.ts';
import { writeConcernError } from '../fields/concerns.ts';
import type { Cursors } from '../cursors/cursors.ts';
import { checkSessionId } from '../fields/generic-fields.ts';
import type { Retries } from './retries.ts';
import type { SessionUse } from '../fields/session-fields.ts';
import { SESSION_MILLISECONDS, sessionId, type Session, type Sessions } from './sessions.ts';
import { checkApiTerms } from './transaction-terms.ts';
import { openTransactionOf, type Transactions } from './transactions.ts';

interface Dependencies {
  readonly sessions: Sessions;
  readonly transactions: Transactions;
  readonly cursors: Cursors;
  readonly retries: Retries;
  readonly onInternalError: (error: unknown, command: string) => void;
}

/** A command as far as sessions are concerned. */
interface SessionRequest {
  readonly name: string;
  readonly database: string;
  readonly body: Document;
  readonly connectionId: number;
  readonly session: Session | undefined;
  readonly use: SessionUse;
}

/** The commands about sessions and the end of transactions, by name. */
export type SessionCommands = ReadonlyMap<string, (request: SessionRequest) => Promise<Reply>>;

const KNOWN_FIELDS = ['recoveryToken'];

/** The names of all of them. */
export const SESSION_COMMAND_NAMES = [
  'commitTransaction',
  'abortTransaction',
  'endSessions',
  'killSessions',
  'killAllSessions',
  'killAllSessionsByPattern',
  'refreshSessions',
  'startSession',
] as const;

/** Creates the session commands of a server. */
export function createSessionCommands(dependencies: Dependencies): SessionCommands {
  const { sessions, transactions, cursors, retries, onInternalError } = dependencies;

  const finish = async ({ name, database, body, session, use }: SessionRequest): Promise<Reply> => {
    if (database !== 'admin')
      throw new CommandError('Unauthorized', `${name} may only be run against the admin database.`);
    if (session === undefined || use.kind !== 'transaction') {
      throw new CommandError('CommandFailed', `${name} must be run within a transaction`);
    }
    const { number } = use;
    return inTurn(session, async () => {
      const transaction = openTransactionOf(session);
      if (transaction?.number === number) checkApiTerms(name, body, transaction.terms);
      if (name === 'commitTransaction') await transactions.commit(session, number);
      else transactions.abort(session, number);
      return writeConcernError(body);
    });
  };

  const end = (request: SessionRequest): Promise<Reply> => {
    const ended = listed(request).flatMap((id) => sessions.end(id) ?? []);
    for (const session of ended) {
      transactions.abortOpen(session);
      cursors.killOwnedBy(session.id);
    }
    // Nobody waits for this: what is left over goes with the sweep.
    retries.forget(ended).catch((error: unknown) => onInternalError(error, request.name));
    return Promise.resolve({});
  };

  const kill = (killed: Iterable<Session>): Promise<Reply> => {
    for (const session of killed) {
      transactions.abortOpen(session);
      cursors.killOwnedBy(session.id);
    }
    return Promise.resolve({});
  };

  const killSessions = (request: SessionRequest): Promise<Reply> => {
    const ids = listed(request);
    return kill(ids.length === 0 ? [...sessions.all()] : ids.flatMap((id) => sessions.find(id) ?? []));
  };

  const killAll = (request: SessionRequest): Promise<Reply> => {
    if (items(request).length > 0) {
      throw new CommandError('BadValue', `${request.name} takes no users in the embedded store`);
    }
    return kill([...sessions.all()]);
  };

  const killByPattern = (request: SessionRequest): Promise<Reply> => {
    const patterns = items(request).map((item, index) => readPattern(request.name, item, index));
    if (patterns.length === 0 || patterns.includes(undefined)) return kill([...sessions.all()]);
    return kill(patterns.flatMap((id) => (id === undefined ? [] : (sessions.find(id) ?? []))));
  };

  const refresh = (request: SessionRequest): Promise<Reply> => {
    for (const id of listed(request)) sessions.use(id);
    return Promise.resolve({});
  };

  const start = (): Promise<Reply> => {
    const bytes = randomUuid();
    sessions.use(bytes.toString('hex'));
    const id: Value = { kind: 'binData', subtype: 4, bytes };
    return Promise.resolve({ id: new Document(new Map([['id', id]])), timeoutMinutes: SESSION_MILLISECONDS / 60_000 });
  };

  const commands: Record<(typeof SESSION_COMMAND_NAMES)[number], (request: SessionRequest) => Promise<Reply>> = {
    commitTransaction: finish,
    abortTransaction: finish,
    endSessions: end,
    killSessions,
    killAllSessions: killAll,
    killAllSessionsByPattern: killByPattern,
    refreshSessions: refresh,
    startSession: start,
  };
  return new Map(
    SESSION_COMMAND_NAMES.map((name) => {
      const run = commands[name];
      const known = new Set([name, ...KNOWN_FIELDS]);
      const checked = async (request: SessionRequest): Promise<Reply> => {
        readArguments(name, request.body, known);
        return run(request);
      };
      return [name, checked];
    }),
  );
}

/** The session a pattern means, undefined for all of them. */
function readPattern(name: string, item: Value, index: number): string | undefined {
  const path = `${name}.${name}.${String(index)}`;
  if (!isDocument(item)) {
    throw wrongFieldType(path, item, 'object');
  }
  for (const [field] of item.entries()) {
    if (field === 'lsid') continue;
    throw new CommandError('BadValue', `${name} takes no users, roles or digests in the embedded store`);
  }
  const session = item.get('lsid');
  if (session === undefined) return undefined;
  checkSessionId(session, `${path}.lsid`);
  return sessionId(session);
}

/** Runs the statements of a session's transactions one after another, in the order they came. */
export function inTurn<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const result = session.turn.then(work);
  session.turn = result.catch(() => undefined);
  return result;
}

function items({ name, body }: SessionRequest): readonly Value[] {
  const list = body.get(name);
  if (!Array.isArray(list)) {
    throw wrongFieldType(`${name}.${name}`, list ?? null, 'array');
  }
  return list;
}

function listed(request: SessionRequest): readonly string[] {
  return items(request).flatMap((item, index) => {
    checkSessionId(item, `${request.name}.${request.name}.${String(index)}`);
    return sessionId(item) ?? [];
  });
}
