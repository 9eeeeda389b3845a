import type { CodeRunId, CodeRunResult, ConversationId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { byPipeline, isLeaseExpired, leaseEnd } from '../lease.ts';
import { codeRunDocumentSchema } from '../schemas/code-run-document.ts';
import type { CodeRunDocument, RunInput } from '../schemas/code-run-document.ts';

export interface CodeRunRecord extends Pick<
  CodeRunDocument,
  'userId' | 'conversationId' | 'requestHash' | 'state' | 'stopRequested' | 'epoch' | 'leaseOwner'
> {
  readonly id: CodeRunId;
  readonly result?: CodeRunResult;
  readonly inputs?: readonly RunInput[];
  /** Nobody has renewed its lease for a while, and nobody has run it again. */
  readonly isAbandoned: boolean;
}

export type NewCodeRun = Pick<
  CodeRunDocument,
  'userId' | 'conversationId' | 'requestHash' | 'language' | 'createdAt' | 'expiresAt'
> & { readonly id: CodeRunId };

/** One holding of a run, by whoever runs it at the moment. */
export interface HeldRun {
  readonly id: CodeRunId;
  readonly epoch: number;
}

/** Runs of code with their leases, which last ten seconds unless they are renewed, by the clock of the database. */
export interface CodeRunRepository {
  /** Stores a run that begins, with its lease; `false` when its id was used before. */
  create(run: NewCodeRun, owner: string): Promise<boolean>;
  find(id: CodeRunId): Promise<CodeRunRecord | undefined>;
  /**
   * Gives a run to `owner` to be run again, if it has failed, or if its lease has run out, or, for `any`, if another owner
   * has it. `undefined` when it is not to be had.
   */
  takeOver(id: CodeRunId, owner: string, which: 'abandoned' | 'any'): Promise<CodeRunRecord | undefined>;
  /** Prolongs a lease. `undefined` when the run is gone or somebody else's, otherwise whether it is to be stopped. */
  renew(held: HeldRun): Promise<{ readonly stopRequested: boolean } | undefined>;
  /** Makes a run the one that works in its workspace, until it ends or its lease runs out; `false` while another is. */
  takeTurn(held: HeldRun, conversationId: ConversationId): Promise<boolean>;
  /** Notes the files that a run begins with. */
  setInputs(held: HeldRun, inputs: readonly RunInput[]): Promise<void>;
  /** Ends a run; `false` when it is gone or somebody else's. */
  finish(held: HeldRun, result: CodeRunResult): Promise<boolean>;
  /** Notes that it could not be run. */
  fail(held: HeldRun): Promise<void>;
  /** Lets whoever asks for it run it again at once. */
  release(held: HeldRun): Promise<void>;
  /** Asks whoever runs it to stop. */
  requestStop(userId: UserId, id: CodeRunId): Promise<void>;
  /** Removes those of these runs that are this person's and have ended. */
  remove(userId: UserId, ids: readonly CodeRunId[]): Promise<void>;
  /** Removes somebody's runs and returns where they were. */
  removePerson(userId: UserId): Promise<ConversationId[]>;
  /** Removes the runs of a conversation and returns whose they were. */
  removeAll(conversationId: ConversationId): Promise<UserId[]>;
}

const isRunning = { $eq: ['$state', 'running'] };
/** Much later than a successor would have come. */
const isAbandoned = { $lt: [{ $add: ['$leaseExpiresAt', 60_000] }, '$$NOW'] };
const after = { returnDocument: 'after' } as const;
const shown = {
  userId: 1,
  conversationId: 1,
  requestHash: 1,
  state: 1,
  result: 1,
  inputs: 1,
  stopRequested: 1,
  epoch: 1,
  leaseOwner: 1,
} as const;

/** Runs in the `code_runs` collection. */
export function createCodeRunRepository(connection: Connection): CodeRunRepository {
  const model = connection.model<CodeRunDocument>('CodeRun', codeRunDocumentSchema);

  return {
    async create({ id, ...run }, owner) {
      const document = { _id: id, ...run, state: 'running', stopRequested: false, epoch: 1, leaseOwner: owner };
      // Only an update can ask for the database's time. No document has this epoch, so this one always inserts.
      const whole = { $mergeObjects: [{ $literal: document }, { leaseExpiresAt: leaseEnd }] };
      try {
        await model.updateOne({ _id: id, epoch: -1 }, [{ $replaceWith: whole }], { ...byPipeline, upsert: true });
        return true;
      } catch (error) {
        if (duplicateKeyField(error) === undefined) throw error;
        return false;
      }
    },

    async find(id) {
      const found = await model
        .findOne({ _id: id }, { ...shown, isAbandoned })
        .lean<(CodeRunDocument & { isAbandoned: boolean }) | null>();
      return found === null ? undefined : toRecord(found, found.isAbandoned);
    },

    async takeOver(id, owner, which) {
      const isLost = which === 'any' ? { $or: [{ $ne: ['$leaseOwner', owner] }, isLeaseExpired] } : isLeaseExpired;
      const filter = { _id: id, $expr: { $or: [{ $eq: ['$state', 'failed'] }, { $and: [isRunning, isLost] }] } };
      const change = {
        state: 'running',
        stopRequested: { $and: [isRunning, '$stopRequested'] },
        epoch: { $add: ['$epoch', 1] },
        leaseOwner: owner,
        leaseExpiresAt: leaseEnd,
        // It waits for its turn again, behind whoever took it meanwhile.
        turnIn: '$$REMOVE',
      };
      const found = await model.findOneAndUpdate(filter, [{ $set: change }], { ...byPipeline, ...after }).lean();
      return found === null ? undefined : toRecord(found, false);
    },

    async renew(held) {
      const change = [{ $set: { leaseExpiresAt: leaseEnd } }];
      const found = await model.findOneAndUpdate(mine(held), change, { ...byPipeline, ...after }).lean();
      return found === null ? undefined : { stopRequested: found.stopRequested };
    },

    async takeTurn(held, conversationId) {
      try {
        return (await model.updateOne(mine(held), { $set: { turnIn: conversationId } })).matchedCount === 1;
      } catch (error) {
        if (duplicateKeyField(error) === undefined) throw error;
        await model.updateOne({ turnIn: conversationId, $expr: isLeaseExpired }, { $unset: { turnIn: 1 } });
        return false;
      }
    },

    async setInputs(held, inputs) {
      await model.updateOne(mine(held), { $set: { inputs } });
    },

    async finish(held, result) {
      const change = { $set: { state: 'done' as const, result }, $unset: { inputs: 1, turnIn: 1 } };
      return (await model.updateOne(mine(held), change)).matchedCount === 1;
    },

    async fail(held) {
      await model.updateOne(mine(held), { $set: { state: 'failed' }, $unset: { inputs: 1, turnIn: 1 } });
    },

    async release(held) {
      await model.updateOne(mine(held), [{ $set: { leaseExpiresAt: { $subtract: ['$$NOW', 1] } } }], byPipeline);
    },

    async requestStop(userId, id) {
      await model.updateOne({ _id: id, userId, state: 'running' }, { $set: { stopRequested: true } });
    },

    async remove(userId, ids) {
      await model.deleteMany({ _id: { $in: [...ids] }, userId, state: { $ne: 'running' } });
    },

    async removePerson(userId) {
      const places = await model.distinct('conversationId', { userId });
      await model.deleteMany({ userId });
      return places;
    },

    async removeAll(conversationId) {
      const owners = await model.distinct('userId', { conversationId });
      await model.deleteMany({ conversationId });
      return owners;
    },
  };
}

function mine({ id, epoch }: HeldRun) {
  return { _id: id, epoch, state: 'running' as const };
}

function toRecord(document: CodeRunDocument, abandoned: boolean): CodeRunRecord {
  const { _id, userId, conversationId, requestHash, state, result, inputs, stopRequested, epoch, leaseOwner } =
    document;
  return {
    id: _id,
    userId,
    conversationId,
    requestHash,
    state,
    stopRequested,
    epoch,
    leaseOwner,
    isAbandoned: state === 'running' && abandoned,
    ...(result === undefined ? {} : { result }),
    ...(inputs === undefined ? {} : { inputs }),
  };
}
