import { StreamLogError } from './stream-log-error.ts';
import type { Producer } from './stream-log.ts';

/** Why a log does not take or give entries, worded alike by every store. */
export const refusals = {
  missing: (id: string) => new StreamLogError('missing', `There is no log ${id}`),

  closed: (id: string) => new StreamLogError('closed', `The log ${id} is closed`),

  fenced: (id: string, producer: Producer, currentEpoch: number) =>
    new StreamLogError(
      'fenced',
      `Producer ${producer.id} of epoch ${producer.epoch} lost the log ${id} to epoch ${currentEpoch}`,
      { currentEpoch },
    ),

  sequenceGap: (id: string, producer: Producer, seq: number, expectedSeq: number) =>
    new StreamLogError(
      'sequence-gap',
      `The log ${id} expects sequence number ${expectedSeq} of producer ${producer.id}, not ${seq}`,
      { expectedSeq },
    ),

  shutDown: () => new StreamLogError('unavailable', 'The log has been shut down'),
};
