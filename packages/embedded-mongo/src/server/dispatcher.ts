import { setTimeout as delay } from 'node:timers/promises';
import { buildDocument } from '../bson/build-document.ts';
import { Document } from '../bson/document.ts';
import { encodeDocument } from '../bson/encode-document.ts';
import { isDocument } from '../bson/value.ts';
import type { CatalogueState, View } from '../catalogue/catalogue-state.ts';
import { readArguments } from '../commands/arguments.ts';
import { commandFor } from '../commands/command-table.ts';
import type { Command, Reply, Request, ServerFacts } from '../commands/command.ts';
import type { WriteQueue } from '../store/write-queue.ts';
import { isChangeStream, type Watch } from '../changes/watch.ts';
import { withTimes, type ClusterClock } from './cluster-clock.ts';
import { CommandError } from './command-error.ts';
import { checkConcerns, writeConcernError } from './concerns.ts';
import { transactionOwner, type Cursors } from './cursors.ts';
import { withLabels, type LabelScope } from './error-labels.ts';
import type { FailPoints } from './fail-points.ts';
import { liveSourceOf, moreLive } from './more-live.ts';
import { failure, success } from './reply.ts';
import { runOnce, type Retries } from './retries.ts';
import { inTurn, type SessionCommands } from './session-commands.ts';
import {
  checkAllowedInTransaction,
  checkBuiltIndexes,
  isInformational,
  readSessionUse,
  type SessionUse,
} from './session-fields.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Signal } from './signal.ts';
import type { OpenTransaction, Transactions } from './transactions.ts';
import { WireError } from '../wire/wire-error.ts';

/** Answers commands; failures become `ok: 0` documents. It rejects only with WireError, to end the connection. */
export type Dispatch = (body: Document, connectionId: number) => Promise<Document>;

interface Dependencies {
  readonly state: CatalogueState;
  readonly queue: WriteQueue;
  readonly cursors: Cursors;
  readonly sessions: Sessions;
  readonly transactions: Transactions;
  readonly sessionCommands: SessionCommands;
  readonly retries: Retries;
  readonly clock: ClusterClock;
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

  const runCommand = async (command: Command, request: Request): Promise<Document> => {
    const live = liveSourceOf(request);
    if (live !== undefined) {
      const isWanted = () => dependencies.isConnected(request.connectionId) && !server.isClosing();
      return success(await moreLive(request, live, { changed, isWanted }));
    }
    if (isChangeStream(request)) return success(await watch(request));
    if (command.kind === 'plain') return success(command.run(request));
    if (command.kind === 'read') {
      return success(withinTime(request, state.reading, (view) => command.run(request, view)));
    }
    const reply = await queue.run((view) => withinTime(request, view, (limited) => command.run(request, limited)));
    return success({ ...reply, ...writeConcernError(request.body) });
  };

  /** Runs a retryable write; its answer is stored together with it. */
  const runRetryable = (command: Command, request: Request, session: Session, number: bigint): Promise<Document> =>
    runOnce(session, number, () =>
      queue.run((view) => {
        if (command.kind !== 'write') throw new TypeError('only writes can be retried');
        const reply = withinTime(request, view, (limited) => command.run(request, limited));
        const bytes = encodeDocument(success({ ...reply, ...writeConcernError(request.body) }));
        retries.remember(view, session, number, bytes);
        return new Document(bytes);
      }),
    );

  const runStatement = (command: Command, request: Request, transaction: OpenTransaction): Reply => {
    const { write } = transaction;
    if (command.kind === 'plain') return command.run(request);
    if (command.kind === 'read') return withinTime(request, write.view, (view) => command.run(request, view));
    transaction.hasWritten = true;
    return write.run((view) => {
      const reply = withinTime(request, view, (limited) => command.run(request, limited));
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
    if (isChangeStream(request)) {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        'Stage not supported inside of a multi-document transaction: $changeStream',
      );
    }
    return inTurn(session, async () => {
      const transaction = use.isFirst
        ? await transactions.start(session, use.number, request.connectionId)
        : transactions.resume(session, use.number, request.connectionId);
      try {
        const reply = runStatement(command, request, transaction);
        // A failed write inside a batch ends the transaction like any other failure.
        if (reply['writeErrors'] !== undefined || isFailedBulk(reply)) transactions.abortOpen(session);
        return success(reply);
      } catch (error) {
        transactions.abortOpen(session);
        throw error;
      }
    });
  };

  const run = async (received: Received): Promise<Document> => {
    const { name, body, session, use } = received;
    const special = dependencies.sessionCommands.get(name);
    if (special !== undefined) return success(await special(received));
    if (name === 'configureFailPoint' && dependencies.failPoints !== undefined) {
      return success(dependencies.failPoints.configure(body));
    }
    const command = commandFor(body);
    if (command === undefined) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
    const request: Request = {
      name,
      database: received.database,
      body,
      arguments: readArguments(name, body, command.known),
      cursors,
      owner: ownerOf(session, use),
      connectionId: received.connectionId,
      server,
      isInTransaction: use.kind === 'transaction',
    };
    if (session === undefined || use.kind === 'none') return runCommand(command, request);
    if (use.kind === 'transaction') return runInTransaction(command, request, session, use);
    return runRetryable(command, request, session, use.number);
  };

  /** Runs a command as far as fail points let it. */
  const runFailing = async (received: Received): Promise<Document> => {
    const scope = labelScope(received);
    const failing = dependencies.failPoints?.meet({
      name: received.name,
      namespace: namespaceOf(received),
      appName: dependencies.appNames.get(received.connectionId),
    });
    try {
      if (failing === undefined) return await run(received);
      if (failing.blockMilliseconds > 0) await delay(failing.blockMilliseconds, undefined, { ref: false });
      if (failing.closesConnection) throw new WireError('the fail point failCommand ends connections');
      const error = failing.error(scope);
      if (error !== undefined) throw error;
      const reply = await run(received);
      return new Document(new Map([...reply.entries(), ...buildDocument(failing.additions(scope)).fields]));
    } catch (error) {
      throw withLabels(error, scope);
    }
  };

  const execute = async (body: Document, connectionId: number): Promise<Document> => {
    const name = body.firstName() ?? '';
    rememberAppName(dependencies.appNames, body, connectionId);
    const session = sessions.of(body);
    if (session !== undefined) retries.recall(session);
    clock.observe(body.get('$clusterTime'));
    const use = readSessionUse(name, body, session !== undefined);
    checkConcerns(body, use.kind === 'transaction', clock.latest());
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
      return withTimes(await execute(body, connectionId), clock.latest());
    } catch (error) {
      if (error instanceof WireError) throw error;
      if (!(error instanceof CommandError)) dependencies.onInternalError(error, body.firstName() ?? '');
      return withTimes(failure(error), clock.latest());
    }
  };
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

function labelScope({ name, use }: Received): LabelScope {
  if (use.kind !== 'transaction') return use.kind;
  return name === 'commitTransaction' || name === 'abortTransaction' ? 'transaction-end' : 'transaction-statement';
}

function namespaceOf({ name, database, body }: Received): string {
  const collection = body.get(name === 'getMore' ? 'collection' : name);
  return typeof collection === 'string' ? `${database}.${collection}` : database;
}

function isFailedBulk(reply: Reply): boolean {
  const errors = reply['nErrors'];
  return typeof errors === 'number' && errors > 0;
}

/** Gives a command a view that ends scans at its `maxTimeMS`; cursors it leaves behind are free of it. */
function withinTime<V extends View>(request: Request, unlimited: V, run: (view: V) => Reply): Reply {
  const limit = request.arguments.count('maxTimeMS') ?? 0;
  const view = request.arguments.flag('bypassDocumentValidation')
    ? { ...unlimited, bypassesValidation: true }
    : unlimited;
  if (limit === 0) return run(view);
  const timeLimit = { deadline: Date.now() + limit };
  try {
    return run({ ...view, timeLimit });
  } finally {
    timeLimit.deadline = Number.POSITIVE_INFINITY;
  }
}
