import { Document } from '../../bson/document.ts';
import { encodeDocument } from '../../bson/encode-document.ts';
import { isDocument, type Value } from '../../bson/value.ts';
import type { Connection } from '../../store/connection.ts';
import { readFact, writeFact } from '../../store/server-tables.ts';
import { CommandError } from '../command-error.ts';
import { wrongFieldType } from '../wrong-field-type.ts';

/**
 * The logical time of the store as BSON timestamps: seconds in the upper half, a counter in the lower. It follows the
 * wall clock but never goes back, not even across restarts.
 */
export interface ClusterClock {
  /** The time of the newest committed write, or of the start. */
  latest(): bigint;
  /** The next time, later than any before, for what is being written; nobody is told of it until `publish`. */
  tick(): bigint;
  /** Takes over a time a client has seen, as members of a replica set do (`$clusterTime`). */
  observe(clusterTime: Value | undefined): void;
  /**
   * Makes sure that a commit has a time later than any that was told, and that a later start begins after it; to be
   * called within every commit. The time of its last change is the commit's, so that the `operationTime` of a write
   * is the `clusterTime` of its event, as `startAtOperationTime` takes for granted.
   */
  stamp(): void;
  /** Tells the time of the commit; to be called after it. */
  publish(): void;
}

/** How far ahead of the wall clock a client's time may be (maxAcceptableLogicalClockDriftSecs). */
const MAX_DRIFT_SECONDS = 31_536_000n;

/** Creates the clock of a store over its writing connection. */
export function createClusterClock(connection: Connection): ClusterClock {
  let persisted = BigInt(readFact(connection, 'clock-seconds') ?? '0');
  // Only whole seconds are remembered, so that most commits need not write the clock.
  let latest = (persisted + 1n) << 32n;
  let ticked = latest;
  const tick = (): bigint => {
    const wall = wallSeconds();
    const last = ticked > latest ? ticked : latest;
    ticked = wall > last >> 32n ? (wall << 32n) | 1n : last + 1n;
    return ticked;
  };
  const publish = (): void => {
    if (ticked > latest) latest = ticked;
  };
  tick();
  publish();
  return {
    latest: () => latest,
    tick,
    observe: (clusterTime) => {
      const time = gossiped(clusterTime);
      if (time === undefined || time <= latest) return;
      if (time >> 32n > wallSeconds() + MAX_DRIFT_SECONDS) {
        throw new CommandError(
          'ClusterTimeFailsRateLimiter',
          'New cluster time is too far from this node wall clock time',
        );
      }
      latest = time;
    },
    stamp: () => {
      if (ticked <= latest) tick();
      const seconds = ticked >> 32n;
      if (seconds <= persisted) return;
      writeFact(connection, 'clock-seconds', String(seconds));
      persisted = seconds;
    },
    publish,
  };
}

function gossiped(clusterTime: Value | undefined): bigint | undefined {
  if (clusterTime === undefined) return undefined;
  if (!isDocument(clusterTime)) throw wrongFieldType('$clusterTime', clusterTime, 'object');
  const seen = clusterTime.get('clusterTime');
  if (seen === undefined) {
    throw new CommandError(40_414, "BSON field '$clusterTime.clusterTime' is missing but a required field");
  }
  const time = timestampOf(seen);
  if (time === undefined) throw wrongFieldType('$clusterTime.clusterTime', seen, 'timestamp');
  return time;
}

function wallSeconds(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}

/** The 64 bits of a timestamp, or undefined for any other value. */
export function timestampOf(value: Value | undefined): bigint | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value.kind === 'timestamp'
    ? value.value
    : undefined;
}

/** `$clusterTime` and `operationTime` as a replica set without keys sends them: signed with zeros. */
function timeFields(time: bigint): Document {
  const timestamp: Value = { kind: 'timestamp', value: time };
  const signature = new Document(
    new Map<string, Value>([
      ['hash', { kind: 'binData', subtype: 0, bytes: Buffer.alloc(20) }],
      ['keyId', 0n],
    ]),
  );
  const clusterTime = new Document(
    new Map<string, Value>([
      ['clusterTime', timestamp],
      ['signature', signature],
    ]),
  );
  return new Document(
    new Map<string, Value>([
      ['$clusterTime', clusterTime],
      ['operationTime', timestamp],
    ]),
  );
}

/** They are part of every reply, and the same but for the time, which stands at these places. */
const TIMES = encodeDocument(timeFields(0x0102_0304_0506_0708n));
const PLACES = [TIMES.indexOf('0807060504030201', 0, 'hex'), TIMES.lastIndexOf('0807060504030201', undefined, 'hex')];

function encodedTimes(time: bigint): Buffer {
  const bytes = Buffer.from(TIMES);
  for (const place of PLACES) bytes.writeBigUInt64LE(time, place);
  return bytes;
}

/** A reply with the times of a replica set. The given document is left as it is. */
export function withTimes(reply: Document, time: bigint): Document {
  const times = encodedTimes(time);
  if (reply.bytes === undefined) {
    const timed = new Map(reply.fields);
    const added = new Document(times);
    for (const [name, value] of added.entries()) timed.set(name, value);
    return new Document(timed);
  }
  const joined = Buffer.concat([reply.bytes.subarray(0, -1), times.subarray(4)]);
  joined.writeInt32LE(joined.length, 0);
  return new Document(joined);
}
