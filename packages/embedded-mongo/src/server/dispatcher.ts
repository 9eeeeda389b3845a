import { buildDocument } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import type { Value } from '../bson/value.ts';
import type { CatalogueState, View } from '../catalogue/catalogue-state.ts';
import { readArguments } from '../commands/arguments.ts';
import { COMMANDS } from '../commands/command-table.ts';
import type { Command, Reply, Request, ServerFacts } from '../commands/command.ts';
import type { ExclusiveWrite, WriteQueue } from '../store/write-queue.ts';
import { CommandError } from './command-error.ts';
import { checkConcerns, writeConcernError } from './concerns.ts';
import type { Cursors } from './cursors.ts';
import { sessionId, type Session, type Sessions } from './sessions.ts';
import type { Transactions } from './transactions.ts';

/** Answers commands; failures become `ok: 0` documents, so that it never rejects. */
export type Dispatch = (body: Document, connectionId: number) => Promise<Document>;

interface Dependencies {
  readonly state: CatalogueState;
  readonly queue: WriteQueue;
  readonly cursors: Cursors;
  readonly sessions: Sessions;
  readonly transactions: Transactions;
  readonly server: ServerFacts;
  readonly onInternalError: (error: unknown, command: string) => void;
}

const RETRYABLE = new Set(['insert', 'update', 'delete', 'findAndModify', 'findandmodify', 'bulkWrite']);

/** Creates the dispatcher of a server. */
export function createDispatcher(dependencies: Dependencies): Dispatch {
  const { state, queue, cursors, sessions, transactions, server, onInternalError } = dependencies;

  const runCommand = async (command: Command, request: Request): Promise<Document> => {
    if (command.kind === 'plain') return success(command.run(request));
    if (command.kind === 'read') {
      return success(withinTime(request, state.reading, (view) => command.run(request, view)));
    }
    const reply = await queue.run((view) => withinTime(request, view, (limited) => command.run(request, limited)));
    return success({ ...reply, ...writeConcernError(request.body) });
  };

  const runInTransaction = async (
    command: Command,
    request: Request,
    session: Session,
    connectionId: number,
  ): Promise<Document> => {
    const number = transactionNumber(request.body);
    if (command.allowedInTransaction !== true) {
      transactions.abortOpen(session);
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        `Cannot run '${request.name}' in a multi-document transaction.`,
      );
    }
    const isFirst = request.body.get('startTransaction') === true;
    const transaction = isFirst
      ? await transactions.start(session, number, connectionId)
      : transactions.resume(session, number, connectionId);
    try {
      const reply = runExclusively(command, request, transaction.write);
      // A failed write inside a batch ends the transaction like any other failure.
      if (reply['writeErrors'] !== undefined || isFailedBulk(reply)) transactions.abortOpen(session);
      return success(reply);
    } catch (error) {
      transactions.abortOpen(session);
      throw error;
    }
  };

  const finishTransaction = (name: string, body: Document, session: Session | undefined): Document => {
    if (session === undefined || body.get('autocommit') !== false) {
      throw new CommandError('InvalidOptions', `${name} must be run within a transaction`);
    }
    if (name === 'commitTransaction') transactions.commit(session, transactionNumber(body));
    else transactions.abort(session, transactionNumber(body));
    return success({});
  };

  const endSessions = (body: Document, name: string): Document => {
    const list = body.get(name);
    for (const item of Array.isArray(list) ? list : []) {
      const session = sessions.end(sessionId(item) ?? '');
      if (session === undefined) continue;
      transactions.abortOpen(session);
      cursors.killOwnedBy(session.id);
    }
    return success({});
  };

  const execute = async (body: Document, connectionId: number): Promise<Document> => {
    const name = body.firstName() ?? '';
    const session = sessions.of(body);
    if (name === 'commitTransaction' || name === 'abortTransaction') return finishTransaction(name, body, session);
    if (name === 'endSessions' || name === 'killSessions') return endSessions(body, name);
    if (name === 'refreshSessions' || name === 'startSession') return success({});
    const command = COMMANDS.get(name);
    if (command === undefined) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
    const database = body.get('$db');
    const isInTransaction = body.get('autocommit') === false;
    checkConcerns(body, isInTransaction);
    const request: Request = {
      name,
      database: typeof database === 'string' ? database : 'admin',
      body,
      arguments: readArguments(name, body, command.known),
      cursors,
      owner: session?.id ?? '',
      server,
      isInTransaction,
    };
    const hasNumber = body.has('txnNumber');
    if (hasNumber && session === undefined) {
      throw new CommandError('InvalidOptions', 'Transaction number requires a session ID to also be specified');
    }
    if (!hasNumber && (isInTransaction || body.has('startTransaction'))) {
      throw new CommandError('InvalidOptions', "'autocommit' and 'startTransaction' require a transaction number");
    }
    if (session === undefined || !hasNumber) return runCommand(command, request);
    if (isInTransaction) return runInTransaction(command, request, session, connectionId);
    if (!RETRYABLE.has(name))
      throw new CommandError('InvalidOptions', `txnNumber may only be provided for retryable writes, not for ${name}`);
    return runOnce(session, transactionNumber(body), () => runCommand(command, request));
  };

  return async (body, connectionId) => {
    try {
      return await execute(body, connectionId);
    } catch (error) {
      if (!(error instanceof CommandError)) onInternalError(error, body.firstName() ?? '');
      return failure(error);
    }
  };
}

function isFailedBulk(reply: Reply): boolean {
  const errors = reply['nErrors'];
  return typeof errors === 'number' && errors > 0;
}

function runExclusively(command: Command, request: Request, write: ExclusiveWrite): Reply {
  if (command.kind === 'plain') return command.run(request);
  if (command.kind === 'read') return withinTime(request, write.view, (view) => command.run(request, view));
  return write.run(() => withinTime(request, write.view, (view) => command.run(request, view)));
}

/** Gives a command a view that ends scans at its `maxTimeMS`; cursors it leaves behind are free of it. */
function withinTime<V extends View>(request: Request, view: V, run: (view: V) => Reply): Reply {
  const limit = request.arguments.count('maxTimeMS') ?? 0;
  if (limit === 0) return run(view);
  const timeLimit = { deadline: Date.now() + limit };
  try {
    return run({ ...view, timeLimit });
  } finally {
    timeLimit.deadline = Number.POSITIVE_INFINITY;
  }
}

/** Runs a retryable write at most once; a repetition gets the first answer. */
function runOnce(session: Session, number: bigint, run: () => Promise<Document>): Promise<Document> {
  const last = session.write;
  if (last !== undefined && number < last.transactionNumber) {
    throw new CommandError(
      'TransactionTooOld',
      `Retryable write with txnNumber ${String(number)} is prohibited because a newer retryable write with txnNumber ${String(last.transactionNumber)} has already started on this session.`,
    );
  }
  if (last?.transactionNumber === number) return last.reply;
  const reply = run();
  const write = { transactionNumber: number, reply };
  session.write = write;
  reply.catch(() => {
    if (session.write === write) session.write = undefined;
  });
  return reply;
}

function transactionNumber(body: Document): bigint {
  const number = body.get('txnNumber');
  if (typeof number !== 'bigint') throw new CommandError('TypeMismatch', "Field 'txnNumber' must be of type long");
  return number;
}

function success(reply: Reply): Document {
  const document = buildDocument(reply);
  document.fields.set('ok', 1);
  return document;
}

/** The `ok: 0` document of a failure. */
export function failure(error: unknown): Document {
  const known =
    error instanceof CommandError ? error : new CommandError('InternalError', 'internal error of the embedded store');
  const fields = new Map<string, Value>([
    ['ok', 0],
    ['errmsg', known.message],
    ...buildDocument({ code: known.code }).fields,
    ['codeName', known.codeName],
    ...known.fields,
  ]);
  if (known.labels.length > 0) fields.set('errorLabels', [...known.labels]);
  return new Document(fields);
}
