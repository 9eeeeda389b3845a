import { parsePipeline } from '../aggregation/pipeline.ts';
import { inScope } from '../aggregation/variable-scope.ts';
import { collating } from '../bson/active-collation.ts';
import type { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';
import { findCollection } from '../catalogue/collections.ts';
import type { CatalogueState } from '../catalogue/catalogue-state.ts';
import { readArguments } from '../commands/arguments.ts';
import type { Reply, Request } from '../commands/command.ts';
import { constantsOf } from '../commands/constants.ts';
import type { ClusterClock } from '../server/sessions/cluster-clock.ts';
import { CommandError, inContext } from '../server/command-error.ts';
import { DURING_AGGREGATION } from '../server/cursors/cursors.ts';
import { collationOption } from '../query/collation.ts';
import { liveReply } from '../server/cursors/more-live.ts';
import type { WriteQueue } from '../store/write-queue.ts';
import { isInScope, isInvalidating } from './change-event.ts';
import type { ChangeLog, LoggedChange } from './change-log.ts';
import { cursorNamespace, readChangeOptions, readScope, type Beginning, type Scope } from './change-options.ts';
import { createChangeStream, type ResumedEvent } from './change-stream.ts';
import { readToken, tokenNotFound, type Position } from './resume-token.ts';
import { SPLIT_STAGE, withoutSplitting } from './split-event.ts';

/** Opens a change stream for an `aggregate` whose first stage is `$changeStream`. */
export type Watch = (request: Request) => Promise<Reply>;

const ALLOWED_STAGES = new Set([
  '$match',
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
  '$redact',
]);
const CURSOR_FIELDS = new Set(['batchSize']);
const FIRST_BATCH = 101;

/** Whether the body of a command is that of an aggregation that begins with `$changeStream`. */
export function startsChangeStream(name: string, body: Document): boolean {
  const pipeline = name === 'aggregate' ? body.get('pipeline') : undefined;
  const first = Array.isArray(pipeline) ? pipeline[0] : undefined;
  return isDocument(first) && first.firstName() === '$changeStream';
}

/** Whether a request opens a change stream; refuses the stage anywhere but in front. */
export function isChangeStream({ name, body }: Request): boolean {
  const pipeline = name === 'aggregate' ? body.get('pipeline') : undefined;
  if (!Array.isArray(pipeline)) return false;
  const at = pipeline.findIndex((stage) => isDocument(stage) && stage.firstName() === '$changeStream');
  if (at > 0) throw new CommandError(40_602, '$changeStream is only valid as the first stage in a pipeline.');
  return at === 0;
}

/** Creates the opener of change streams over a store's log of changes. */
export function createWatch({
  state,
  queue,
  log,
  clock,
}: {
  readonly state: CatalogueState;
  readonly queue: WriteQueue;
  readonly log: ChangeLog;
  readonly clock: ClusterClock;
}): Watch {
  return async (request) => {
    const { arguments: values, cursors, owner, database } = request;
    const [first, ...rest] = values.list('pipeline');
    const specification = isDocument(first) ? first.get('$changeStream') : undefined;
    if (!isDocument(specification)) {
      throw new CommandError(50_808, '$changeStream stage expects a document as argument');
    }
    checkCommand(request);
    const options = readChangeOptions(specification);
    const scope = readScope(request, options.isForDeployment);
    const target = values.value('aggregate');
    // A view has no changes of its own; looking it up as a collection refuses it.
    if (typeof target === 'string') findCollection(state.reading, `${database}.${target}`);
    if (scope.kind === 'collection' && state.reading.catalogue().views.has(`${scope.database}.${scope.collection}`)) {
      throw new CommandError('CommandNotSupportedOnView', '$changeStream is not supported on views');
    }
    const { stages: shaping, isSplitting } = withoutSplitting(rest);
    // Unlike other aggregations a stream does not inherit the collation of its collection.
    const collation = collationOption(values.optionalDocument('collation'), undefined);
    const variables = collating(collation, () => constantsOf(values.optionalDocument('let')));
    const stages = collating(collation, () => inScope(variables, () => parsePipeline(shaping.map(allowedStage))));
    const batchSize = readArguments('aggregate.cursor', values.document('cursor'), CURSOR_FIELDS).count('batchSize');
    await log.enable(queue);
    const { start, notBefore, pending, resumed, from } = findBeginning(log, scope, options.beginning);
    if (resumed !== undefined && !isSplitting) {
      throw new CommandError(
        'ChangeStreamFatalError',
        `To resume from a split event, the $changeStream pipeline must include a ${SPLIT_STAGE} stage`,
      );
    }
    const source = createChangeStream({
      log,
      view: state.reading,
      scope,
      options,
      stages,
      database,
      variables,
      start,
      from,
      notBefore,
      pending,
      resumed,
      isSplitting,
      latest: () => clock.latest(),
    });
    const namespace = cursorNamespace(request, scope);
    return collating(collation, () => {
      const batch = inContext(DURING_AGGREGATION, () => source.take(batchSize ?? FIRST_BATCH));
      const id = batch.isOver ? 0n : cursors.openLive(namespace, owner, source);
      return liveReply(namespace, 'firstBatch', id, batch);
    });
  };
}

function checkCommand({ arguments: values, body }: Request): void {
  if (values.flag('explain')) {
    throw new CommandError('CommandNotSupported', 'explain of $changeStream is not supported by the embedded store');
  }
  const concern = body.get('readConcern');
  const level = isDocument(concern) ? concern.get('level') : undefined;
  if (level !== undefined && level !== 'majority') {
    throw new CommandError(
      'InvalidOptions',
      `$changeStream cannot run with a readConcern other than 'majority', or with no readConcern. Current readConcern level: ${typeof level === 'string' ? level : ''}`,
    );
  }
}

function allowedStage(stage: Value): Value {
  const name = isDocument(stage) ? stage.firstName() : undefined;
  if (name !== undefined && !ALLOWED_STAGES.has(name)) {
    if (name !== '$out' && name !== '$merge') parsePipeline([stage]);
    throw new CommandError('IllegalOperation', `${name} is not permitted in a $changeStream pipeline`);
  }
  return stage;
}

/** The first event a stream reads, the time before which it reports none, and the event whose invalidation is due. */
interface StartingPoint {
  readonly start: number;
  readonly notBefore: bigint;
  readonly pending: LoggedChange | undefined;
  /** The event of which some fragments were reported before. */
  readonly resumed?: ResumedEvent | undefined;
  /** The position a stream was resumed from, where it still stands until it has read on. */
  readonly from?: Position;
}

function findBeginning(log: ChangeLog, scope: Scope, beginning: Beginning): StartingPoint {
  if (beginning.kind === 'now') return { start: log.lastId(), notBefore: 0n, pending: undefined };
  if (beginning.kind === 'time') return inContext(DURING_AGGREGATION, () => startAt(log, beginning.time));
  const from = readToken(log.tag(), beginning.token);
  if (from.kind === 'invalidate' && beginning.kind === 'resumeAfter') {
    throw new CommandError(
      'InvalidResumeToken',
      "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.",
    );
  }
  return inContext(DURING_AGGREGATION, () =>
    from.kind === 'waiting' ? startAt(log, from.time) : { ...continueAfter(log, scope, from), from },
  );
}

function startAt(log: ChangeLog, time: bigint): StartingPoint {
  return { start: log.idBefore(time), notBefore: time, pending: undefined };
}

function continueAfter(log: ChangeLog, scope: Scope, position: Position): StartingPoint {
  // Refuses a position from before the log.
  log.after(position.id, 1);
  if (position.id > log.lastId()) throw tokenNotFound();
  const change = log.at(position.id);
  const start = position.id;
  if (position.kind === 'seen' || change === undefined) return { start, notBefore: 0n, pending: undefined };
  if (change.time !== position.time) throw tokenNotFound();
  if (position.fragment !== undefined) {
    return { start, notBefore: 0n, pending: undefined, resumed: { change, fragment: position.fragment } };
  }
  const isDue = position.kind === 'event' && isInScope(scope, change) && isInvalidating(scope, change);
  return { start, notBefore: 0n, pending: isDue ? change : undefined };
}
