import { setTimeout as delay } from 'node:timers/promises';
import { buildDocument } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { isDocument } from '../bson/value.ts';
import type { CatalogueState, View } from '../catalogue/catalogue-state.ts';
import { readArguments } from '../commands/arguments.ts';
import { commandFor } from '../commands/command-table.ts';
import type { Command, Reply, Request, ServerFacts } from '../commands/command.ts';
import { throwFailure } from '../commands/writes/failed-after-writing.ts';
import type { WriteQueue } from '../store/write-queue.ts';
import { isChangeStream, startsChangeStream, type Watch } from '../changes/watch.ts';
import { withTimes, type ClusterClock } from './sessions/cluster-clock.ts';
import { CommandError } from './command-error.ts';
import { writeConcernError } from './fields/concerns.ts';
import { transactionOwner, type Cursors } from './cursors/cursors.ts';
import { withLabels, type LabelScope } from './error-labels.ts';
import type { FailingWrite, FailPoints } from './diagnostics/fail-points.ts';
import { checkGenericFields, checkSessionField, ownerOfFields } from './fields/generic-fields.ts';
import { liveSourceOf, moreLive } from './cursors/more-live.ts';
import { failure, success } from './reply.ts';
import type { Profiler } from './diagnostics/profiler.ts';
import { retriedAnswer } from './sessions/retried-answer.ts';
import { runOnce, type Retries } from './sessions/retries.ts';
import { inTurn, type SessionCommands } from './sessions/session-commands.ts';
import {
  checkAllowedInTransaction,
  checkBuiltIndexes,
  checkSessionCommand,
  isInformational,
  readSessionUse,
  type SessionUse,
} from './fields/session-fields.ts';
import type { Session, Sessions } from './sessions/sessions.ts';
import { snapshotRequest } from './fields/read-concern.ts';
import type { Snapshots } from './sessions/snapshots.ts';
import type { Signal } from './signal.ts';
import { checkTransactionWrite } from './sessions/transaction-limits.ts';
import { checkApiTerms, checkDefinitionTerms, termsOf } from './sessions/transaction-terms.ts';
import type { OpenTransaction, Transactions } from './sessions/transactions.ts';
import { WireError } from '../wire/wire-error.ts';

const ENDED = 'a fail point ends connections';

/** Answers commands; failures become `ok: 0` documents. It rejects only with WireError, to end the connection. */
export type Dispatch = (body: Document, connectionId: number) => Promise<Document>;

interface Dependencies {
  readonly state: CatalogueState;
  readonly queue: WriteQueue;
  readonly cursors: Cursors;
  readonly sessions: Sessions;
  readonly transactions: Transactions;
  readonly sessionCommands: SessionCommands;
  readonly profiler: Pick<Profiler, 'isOn' | 'note'>;
  /** Resolves when nobody holds all writes back. */
  readonly whenWritable: () => Promise<void>;
  readonly retries: Retries;
  readonly clock: ClusterClock;
  readonly snapshots: Snapshots;
  readonly watch: Watch;
  /** Notified when something may have come for live cursors, or when one of them has ended. */
  readonly changed: Signal;
  /** Undefined unless the server was started for tests. */
  readonly failPoints: FailPoints | undefined;
  /** What clients called themselves in their handshakes, by connection. */
  readonly appNames: Map<number, string>;
  readonly isConnected: (connectionId: number) => boolean;
  readonly server: ServerFacts;
  readonly onInternalError: (error: unknown, command: string) => void;
}

/** A command as received, before its fields are known to be right. */
interface Received {
  readonly name: string;
  readonly database: string;
  readonly body: Document;
  readonly connectionId: number;
  readonly session: Session | undefined;
  readonly use: SessionUse;
}

/** Creates the dispatcher of a server. */
export function createDispatcher(dependencies: Dependencies): Dispatch {
  const { state, queue, cursors, sessions, transactions, retries, clock, watch, changed, server } = dependencies;
  const isForTests = dependencies.failPoints !== undefined;

  const runCommand = async (command: Command, request: Request): Promise<Document> => {
    const live = liveSourceOf(request);
    if (live !== undefined) {
      const isWanted = () => dependencies.isConnected(request.connectionId) && !server.isClosing();
      return success(await moreLive(request, live, { changed, isWanted }));
    }
    if (isChangeStream(request)) return success(await watch(request));
    if (command.kind === 'plain') return success(command.run(request));
    if (command.kind === 'read') {
      const wanted = snapshotRequest(request.body);
      if (wanted === undefined) {
        return success(runWithin(command, request, state.reading));
      }
      const { time, view } = dependencies.snapshots.take(wanted.time);
      const answer = success(runWithin(command, request, view));
      return withSnapshotTime(request, answer, time);
    }
    const reply = await queue.run((view) => runWithin(command, request, view), timeLimitOf(request));
    throwFailure(reply);
    return success({ ...reply, ...writeConcernError(request.body) });
  };

  /** Runs a retryable write; its answer is stored together with it. */
  const runRetryable = async (
    command: Command,
    request: Request,
    session: Session,
    number: bigint,
  ): Promise<Document> => {
    const met: { failing?: FailingWrite | undefined; isRun?: boolean } = {};
    const answer = await runOnce(session, number, () =>
      queue.run((view) => {
        if (command.kind !== 'write') throw new TypeError('only writes can be retried');
        met.isRun = true;
        const reply = runWithin(command, request, view);
        met.failing = dependencies.failPoints?.meetWrite();
        const { error, closesConnection } = met.failing ?? {};
        if (error !== undefined) throw closesConnection === true ? new WireError(ENDED) : error;
        const bytes = encodeDocument(success({ ...reply, ...writeConcernError(request.body) }));
        retries.remember(view, session, number, bytes);
        return new Document(bytes);
      }, timeLimitOf(request)),
    );
    if (met.failing?.closesConnection === true) throw new WireError(ENDED);
    return met.isRun === true ? answer : retriedAnswer(request.name, request.body, answer);
  };

  const runStatement = async (
    command: Command,
    request: Request,
    session: Session,
    transaction: OpenTransaction,
  ): Promise<Reply> => {
    if (command.kind === 'plain') return command.run(request);
    if (command.kind === 'read') {
      return runWithin(command, request, await transactions.viewOf(session, transaction));
    }
    checkDefinitionTerms(request.name, transaction.terms);
    const write = await transactions.writerOf(session, transaction);
    return write.run((view) => {
      checkTransactionWrite(request, view);
      const reply = runWithin(command, request, view);
      checkBuiltIndexes(request, reply, view, state.reading.catalogue());
      return reply;
    });
  };

  const runInTransaction = async (
    command: Command,
    request: Request,
    session: Session,
    use: SessionUse & { readonly kind: 'transaction' },
  ): Promise<Document> => {
    checkAllowedInTransaction(command, request, use.isFirst);
    if (isInformational(request.name)) return runCommand(command, request);
    return inTurn(session, async () => {
      const transaction = use.isFirst
        ? await transactions.start(session, use.number, {
            connectionId: request.connectionId,
            isReading: command.kind !== 'write',
            terms: termsOf(request.body),
          })
        : transactions.resume(session, use.number, request.connectionId);
      checkApiTerms(request.name, request.body, transaction.terms);
      try {
        const reply = await runStatement(command, request, session, transaction);
        // A failed write inside a batch ends the transaction like any other failure.
        if (reply['writeErrors'] !== undefined || isFailedBulk(reply)) transactions.abortOpen(session);
        return success(reply);
      } catch (error) {
        transactions.abortOpen(session);
        throw error;
      } finally {
        transaction.usedAt = performance.now();
      }
    });
  };

  const answerTo = (command: Command, request: Request, { session, use }: Received): Promise<Document> => {
    if (session === undefined || use.kind === 'none') return runCommand(command, request);
    if (use.kind === 'transaction') return runInTransaction(command, request, session, use);
    return runRetryable(command, request, session, use.number);
  };

  const run = async (received: Received): Promise<Document> => {
    const { name, body, session, use } = received;
    const special = dependencies.sessionCommands.get(name);
    if (special !== undefined) {
      checkSessionCommand(name, use);
      return success(await special(received));
    }
    if (name === 'configureFailPoint' && dependencies.failPoints !== undefined) {
      return success(dependencies.failPoints.configure(body));
    }
    const command = commandFor(body, isForTests);
    if (command === undefined) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
    const request: Request = {
      name,
      database: received.database,
      body,
      arguments: readArguments(ownerOfFields(name), body, command.known),
      cursors,
      owner: ownerOf(session, use),
      connectionId: received.connectionId,
      server,
      isInTransaction: use.kind === 'transaction',
    };
    if (server.isWriteLocked() && (command.kind === 'write' || use.kind === 'transaction')) {
      await dependencies.whenWritable();
    }
    dependencies.failPoints?.checkRequest(request);
    const answer = await answerTo(command, request, received);
    dependencies.failPoints?.noteAnswer(request, answer);
    return answer;
  };

  /** Runs a command as far as fail points let it. */
  const runFailing = async (received: Received): Promise<Document> => {
    const scope = labelScope(received, cursors);
    const failing = dependencies.failPoints?.meet({
      name: received.name,
      namespace: namespaceOf(received),
      appName: dependencies.appNames.get(received.connectionId),
    });
    const labelled = async (): Promise<Document> => {
      try {
        return await run(received);
      } catch (error) {
        throw withLabels(error, scope);
      }
    };
    if (failing === undefined) return labelled();
    if (failing.blockMilliseconds > 0) {
      await delay(failing.blockMilliseconds, undefined, { ref: false });
      // Nobody is left to hear the answer, and the next test should not meet the late write of this one.
      if (!dependencies.isConnected(received.connectionId)) throw new WireError(ENDED);
    }
    if (failing.closesConnection) throw new WireError(ENDED);
    // It strikes before the cursor is found, so nobody knows yet that it is one of a change stream.
    const error = failing.error(received.name === 'getMore' && scope === 'change-stream' ? 'none' : scope);
    if (error !== undefined) {
      if (received.session !== undefined && isForsaken(received, error)) transactions.abortOpen(received.session);
      throw error;
    }
    const reply = await labelled();
    return new Document(new Map([...reply.entries(), ...buildDocument(failing.additions(scope)).fields]));
  };

  const execute = async (body: Document, connectionId: number): Promise<Document> => {
    const name = body.firstName() ?? '';
    rememberAppName(dependencies.appNames, body, connectionId);
    checkSessionField(body);
    const session = sessions.of(body);
    if (session !== undefined) retries.recall(session);
    clock.observe(body.get('$clusterTime'));
    const use = readSessionUse(name, body, session !== undefined);
    if (session !== undefined && use.kind === 'transaction') transactions.adopt(session, use.number, connectionId);
    checkGenericFields(body, {
      kind: kindOf(body, dependencies.sessionCommands, isForTests),
      isInTransaction: use.kind === 'transaction',
      latest: clock.latest(),
    });
    const database = body.get('$db');
    return runFailing({
      name,
      database: typeof database === 'string' ? database : 'admin',
      body,
      connectionId,
      session,
      use,
    });
  };

  return async (body, connectionId) => {
    try {
      const startedAt = performance.now();
      const reply = await execute(body, connectionId);
      if (dependencies.profiler.isOn()) await dependencies.profiler.note({ body, connectionId, reply, startedAt });
      return withTimes(reply, clock.latest());
    } catch (error) {
      if (error instanceof WireError) throw error;
      if (!(error instanceof CommandError)) dependencies.onInternalError(error, body.firstName() ?? '');
      return withTimes(failure(error), clock.latest());
    }
  };
}

/** Tells the time of a still picture, so that a session can go on reading at it. */
function withSnapshotTime({ name }: Request, answer: Document, time: bigint): Document {
  const cursor = answer.get('cursor');
  const told = name === 'distinct' ? answer : cursor;
  if (isDocument(told)) told.fields.set('atClusterTime', { kind: 'timestamp', value: time });
  return answer;
}

/** Whether a command may write, as far as write concerns go; undefined for none of the server's. */
function kindOf(
  body: Document,
  sessionCommands: SessionCommands,
  isForTests: boolean,
): 'reading' | 'writing' | undefined {
  const name = body.firstName() ?? '';
  if (name === 'commitTransaction' || name === 'abortTransaction') return 'writing';
  if (sessionCommands.has(name)) return 'reading';
  const kind = commandFor(body, isForTests)?.kind;
  if (kind === undefined) return undefined;
  return kind === 'write' || name === 'aggregate' || name === 'explain' ? 'writing' : 'reading';
}

function rememberAppName(appNames: Map<number, string>, body: Document, connectionId: number): void {
  if (appNames.has(connectionId)) return;
  const client = body.get('client');
  const application = isDocument(client) ? client.get('application') : undefined;
  const name = isDocument(application) ? application.get('name') : undefined;
  if (typeof name === 'string') appNames.set(connectionId, name);
}

function ownerOf(session: Session | undefined, use: SessionUse): string {
  if (session === undefined) return '';
  return use.kind === 'transaction' ? transactionOwner(session.id, use.number) : session.id;
}

function labelScope({ name, body, use }: Received, cursors: Cursors): LabelScope {
  if (use.kind === 'retryable-write') return use.kind;
  if (use.kind === 'none') {
    const id = name === 'getMore' ? body.get('getMore') : undefined;
    const isOfStream = typeof id === 'bigint' ? cursors.isChangeStream(id) : startsChangeStream(name, body);
    return isOfStream ? 'change-stream' : 'none';
  }
  return name === 'commitTransaction' || name === 'abortTransaction' ? 'transaction-end' : 'transaction-statement';
}

/** Whether drivers never come back to a transaction whose end failed like this, so that it need not hold the writer. */
function isForsaken({ name, use }: Received, { labels }: CommandError): boolean {
  if (use.kind !== 'transaction') return false;
  if (name === 'abortTransaction') return !labels.includes('RetryableWriteError');
  return name === 'commitTransaction' && labels.includes('TransientTransactionError');
}

function namespaceOf({ name, database, body }: Received): string {
  const collection = body.get(name === 'getMore' ? 'collection' : name);
  return typeof collection === 'string' ? `${database}.${collection}` : database;
}

function isFailedBulk(reply: Reply): boolean {
  const errors = reply['nErrors'];
  return typeof errors === 'number' && errors > 0;
}

/** The milliseconds a command may take; undefined when it may take any time, which `maxTimeMS: 0` says as well. */
function timeLimitOf(request: Request): number | undefined {
  const limit = request.arguments.count('maxTimeMS') ?? 0;
  return limit === 0 ? undefined : limit;
}

/** Runs a command on a view that ends scans at its `maxTimeMS`; cursors it leaves behind are free of it. */
function runWithin<V extends View>(
  command: { readonly run: (request: Request, view: V) => Reply },
  request: Request,
  unlimited: V,
): Reply {
  const limit = timeLimitOf(request);
  const view = request.arguments.flag('bypassDocumentValidation')
    ? { ...unlimited, bypassesValidation: true }
    : unlimited;
  if (limit === undefined) return command.run(request, view);
  const timeLimit = { deadline: Date.now() + limit };
  try {
    return command.run(request, { ...view, timeLimit });
  } finally {
    timeLimit.deadline = Number.POSITIVE_INFINITY;
  }
}
