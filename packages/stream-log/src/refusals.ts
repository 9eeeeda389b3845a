import { StreamLogError } from './stream-log-error.ts';
import type { Offset, Producer } from './stream-log.ts';

/** Why a log does not take or give entries, worded alike by every store. */
export const refusals = {
  missing: (id: string) => new StreamLogError('missing', `There is no log ${id}`),

  gone: (id: string) => new StreamLogError('gone', `The log ${id} was removed; only forks of it are left`),

  /** `next` is the last offset of the log. */
  closed: (id: string, next?: Offset) =>
    new StreamLogError('closed', `The log ${id} is closed`, next === undefined ? {} : { next }),

  fenced: (id: string, producer: Producer, currentEpoch: number) =>
    new StreamLogError(
      'fenced',
      `Producer ${producer.id} of epoch ${producer.epoch} lost the log ${id} to epoch ${currentEpoch}`,
      { currentEpoch },
    ),

  /** `knownEpoch` is the one of the producer that the log knows, if any. */
  sequenceGap: (id: string, producer: Producer, seq: number, expectedSeq: number, knownEpoch?: number) =>
    new StreamLogError(
      'sequence-gap',
      `The log ${id} expects sequence number ${expectedSeq} of producer ${producer.id}, not ${seq}`,
      {
        expectedSeq,
        receivedSeq: seq,
        currentEpoch: knownEpoch !== undefined && knownEpoch < producer.epoch ? knownEpoch : undefined,
      },
    ),

  otherType: (id: string, contentType: string) =>
    new StreamLogError('conflict', `The log ${id} holds ${contentType} and takes nothing else`),

  otherConfiguration: (id: string) =>
    new StreamLogError('conflict', `The log ${id} exists with another configuration, or was removed and has forks`),

  sourceGone: (id: string) => new StreamLogError('conflict', `The log ${id} was removed and cannot be forked`),

  streamSeq: (id: string) =>
    new StreamLogError('conflict', `The log ${id} has an entry of this Stream-Seq or a greater one`),

  unknownOffset: (id: string) => new StreamLogError('invalid-offset', `The log ${id} has not given out this offset`),

  shutDown: () => new StreamLogError('unavailable', 'The log has been shut down'),
};
