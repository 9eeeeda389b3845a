import { WRITING_STAGE_NAMES } from '../../aggregation/stages/writing.ts';
import type { Document } from '../../bson/document.ts';
import { formatValue } from '../../bson/format-value.ts';
import { isDocument, typeName, type Value } from '../../bson/value.ts';
import { timestampOf } from '../sessions/cluster-clock.ts';
import { CommandError } from '../command-error.ts';

const LEVELS = new Set(['local', 'available', 'majority', 'linearizable', 'snapshot']);
const CAUSAL_LEVELS = new Set(['local', 'majority', 'snapshot']);
const FIELDS = new Set(['level', 'afterClusterTime', 'atClusterTime', 'provenance', 'allowTransactionTableSnapshot']);
/** The commands that read at other levels than `local`, and those of them that read still pictures. */
const READING = new Set(['find', 'aggregate', 'count', 'distinct', 'getMore']);
const SNAPSHOT_READING = new Set(['find', 'aggregate', 'distinct', 'getMore']);
/** The stages that show the state of the server, which is of the moment only. */
const LOCAL_STAGES = new Set(['$currentOp', '$indexStats', '$listLocalSessions', '$listSessions', '$planCacheStats']);

/** The still picture a read outside transactions asks for: of a cluster time, or of now when undefined. */
export interface SnapshotRequest {
  readonly time: bigint | undefined;
}

/**
 * Refuses a `readConcern` MongoDB could not read, one its command does not take, and times the node has not reached.
 * Whatever was acknowledged is visible to every read, so `afterClusterTime` needs no waiting.
 */
export function checkReadConcern(body: Document, isInTransaction: boolean, latest: bigint): void {
  const concern = body.get('readConcern');
  if (concern === undefined || concern === null) return;
  if (!isDocument(concern)) throw new CommandError('TypeMismatch', 'readConcern must be an object');
  for (const [name] of concern.entries()) {
    if (!FIELDS.has(name)) {
      throw new CommandError('InvalidOptions', `Unrecognized option in readConcern: ${name}`);
    }
  }
  const level = levelOf(concern);
  checkTimes(concern, level, latest);
  if (!isInTransaction) checkTaken(body, concern, level);
  else if (concern.has('atClusterTime')) {
    throw new CommandError(
      'SnapshotUnavailable',
      'atClusterTime in transactions is not supported by the embedded store',
    );
  }
}

/** The still picture a command that has been checked asks for; undefined for one that reads what is committed. */
export function snapshotRequest(body: Document): SnapshotRequest | undefined {
  const concern = body.get('readConcern');
  // A cursor goes on with the picture it began with.
  if (body.firstName() === 'getMore') return undefined;
  if (!isDocument(concern) || concern.get('level') !== 'snapshot') return undefined;
  return { time: timestampOf(concern.get('atClusterTime')) };
}

function levelOf(concern: Document): string {
  const level = concern.get('level') ?? 'local';
  if (typeof level !== 'string') {
    throw new CommandError('TypeMismatch', `"level" had the wrong type. Expected string, found ${typeName(level)}`);
  }
  if (!LEVELS.has(level)) {
    throw new CommandError(
      'FailedToParse',
      "readConcern.level must be either 'local', 'majority', 'linearizable', 'available', or 'snapshot'",
    );
  }
  return level;
}

function checkTimes(concern: Document, level: string, latest: bigint): void {
  const [after, at] = [readTime(concern, 'afterClusterTime', latest), readTime(concern, 'atClusterTime', latest)];
  if (after !== undefined && at !== undefined) {
    throw invalid(
      'Specifying a timestamp for readConcern snapshot in a causally consistent session is not allowed. See https://docs.mongodb.com/manual/core/read-isolation-consistency-recency/#causal-consistency',
    );
  }
  if (after !== undefined && !CAUSAL_LEVELS.has(level)) {
    throw invalid('afterClusterTime field can be set only if level is equal to majority, local, or snapshot');
  }
  if (at !== undefined && level !== 'snapshot') {
    throw invalid('atClusterTime field can be set only if level is equal to snapshot');
  }
}

function readTime(concern: Document, name: string, latest: bigint): bigint | undefined {
  const value = concern.get(name);
  if (value === undefined) return undefined;
  const time = timestampOf(value);
  if (time === undefined) {
    throw new CommandError(
      'TypeMismatch',
      `"${name}" had the wrong type. Expected timestamp, found ${typeName(value)}`,
    );
  }
  if (time === 0n) throw invalid(`${name} cannot be a null timestamp`);
  if (time <= latest) return time;
  throw invalid(
    `readConcern ${name} value must not be greater than the current clusterTime. Requested clusterTime: ${formatValue(value)}; current clusterTime: ${formatValue({ kind: 'timestamp', value: latest })}`,
  );
}

function checkTaken(body: Document, concern: Document, level: string): void {
  if (level === 'local') return;
  const command = explained(body);
  const name = command.firstName() ?? '';
  const refuse = (reason: string): never => {
    throw invalid(
      `Command ${body.firstName() ?? ''} does not support { readConcern: ${formatValue(concern)} } :: caused by :: ${reason}`,
    );
  };
  if (!READING.has(name)) refuse('read concern not supported');
  if (level === 'snapshot' && !SNAPSHOT_READING.has(name)) refuse('read concern snapshot not supported');
  for (const stage of stageNames(name === 'aggregate' ? command.get('pipeline') : undefined)) {
    if (LOCAL_STAGES.has(stage)) {
      refuse(
        `Aggregation stage ${stage} cannot run with a readConcern other than 'local', or in a multi-document transaction. Current readConcern: ${level}`,
      );
    }
    if (!WRITING_STAGE_NAMES.has(stage)) continue;
    if (level === 'linearizable') refuse(`${stage} cannot be used with a 'linearizable' read concern level`);
    if (level === 'snapshot') refuse(`${stage} cannot be used with a 'snapshot' read concern level`);
  }
}

/** The command inside an `explain`, or the command itself. */
function explained(body: Document): Document {
  const inner = body.firstName() === 'explain' ? body.get('explain') : undefined;
  return isDocument(inner) ? inner : body;
}

function stageNames(pipeline: Value | undefined): readonly string[] {
  if (!Array.isArray(pipeline)) return [];
  return pipeline.flatMap((stage) => (isDocument(stage) ? (stage.firstName() ?? []) : []));
}

function invalid(message: string): CommandError {
  return new CommandError('InvalidOptions', message);
}
