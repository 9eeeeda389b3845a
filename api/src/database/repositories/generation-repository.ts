import type { ConversationId, GenerationId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { generationDocumentSchema } from '../schemas/generation-document.ts';
import type { GenerationDocument } from '../schemas/generation-document.ts';

type RunningOnly = 'prompt' | 'runningIn' | 'leaseOwner' | 'leaseExpiresAt';

/** What is known of every generation. */
export interface GenerationRecord extends Omit<GenerationDocument, '_id' | RunningOnly> {
  readonly id: GenerationId;
}

/** A generation that has not ended, with what it takes to write its answer. */
export interface RunningGeneration extends GenerationRecord {
  readonly prompt: string;
}

/** Who writes an answer, and until when nobody else may. */
export interface Lease {
  readonly owner: string;
  readonly expiresAt: Date;
}

export interface GenerationRepository {
  /** Stores a running generation with its lease, unless its id was used before or another one runs in the conversation. */
  create(generation: RunningGeneration, lease: Lease): Promise<'created' | 'id-taken' | 'conversation-busy'>;
  find(id: GenerationId): Promise<GenerationRecord | undefined>;
  findRunning(conversationId: ConversationId): Promise<RunningGeneration | undefined>;
  listIds(conversationId: ConversationId): Promise<GenerationId[]>;
  /** Running generations whose lease ends before `moment`, the longest abandoned first. */
  listAbandoned(moment: Date): Promise<Pick<GenerationRecord, 'id' | 'conversationId'>[]>;
  /**
   * Raises the epoch of a running generation whose lease ends before `moment` and makes `lease` its lease. Counts an
   * interruption unless the producer before had let go. `undefined` when there is nothing to take over, or somebody
   * else was faster.
   */
  takeOver(id: GenerationId, moment: Date, lease: Lease): Promise<RunningGeneration | undefined>;
  /** Prolongs the lease of an epoch; returns whether that epoch still holds it. */
  renew(id: GenerationId, epoch: number, expiresAt: Date): Promise<boolean>;
  /** Lets go of a generation that is to be continued by whoever comes first. */
  release(id: GenerationId, epoch: number): Promise<void>;
  /** Notes that a step was finished without interruption. */
  finishStep(id: GenerationId, epoch: number): Promise<void>;
  /** Ends a generation, which frees its conversation for the next turn; does nothing when it has ended. */
  finish(id: GenerationId, status: 'done' | 'stopped' | 'failed'): Promise<void>;
  remove(id: GenerationId): Promise<void>;
}

/** Generations in the `generations` collection. */
export function createGenerationRepository(connection: Connection): GenerationRepository {
  const model = connection.model<GenerationDocument>('Generation', generationDocumentSchema);
  const longAgo = new Date(0);

  return {
    async create({ id, ...generation }, { owner, expiresAt }) {
      const document: GenerationDocument = {
        _id: id,
        ...generation,
        runningIn: generation.conversationId,
        leaseOwner: owner,
        leaseExpiresAt: expiresAt,
      };
      try {
        await model.create([document]);
        return 'created';
      } catch (error) {
        const field = duplicateKeyField(error);
        if (field === '_id') return 'id-taken';
        if (field === 'runningIn') return 'conversation-busy';
        throw error;
      }
    },

    async find(id) {
      const document = await model.findById(id).lean();
      return document === null ? undefined : toRecord(document);
    },

    async findRunning(conversationId) {
      return toRunning(await model.findOne({ runningIn: conversationId }).lean());
    },

    async listIds(conversationId) {
      const documents = await model.find({ conversationId }, { _id: 1 }).lean();
      return documents.map(({ _id }) => _id);
    },

    async listAbandoned(moment) {
      const documents = await model
        .find({ leaseExpiresAt: { $lt: moment } }, { conversationId: 1 })
        .sort({ leaseExpiresAt: 1 })
        .lean();
      return documents.map(({ _id, conversationId }) => ({ id: _id, conversationId }));
    },

    async takeOver(id, moment, { owner, expiresAt }) {
      const known = await model.findOne({ _id: id, leaseExpiresAt: { $lt: moment } }).lean();
      if (known === null) return undefined;
      const interruptions = known.interruptions + (known.leaseOwner === null ? 0 : 1);
      const taken = await model
        .findOneAndUpdate(
          { _id: id, leaseExpiresAt: { $lt: moment }, epoch: known.epoch },
          { $set: { epoch: known.epoch + 1, interruptions, leaseOwner: owner, leaseExpiresAt: expiresAt } },
          { returnDocument: 'after' },
        )
        .lean();
      return toRunning(taken);
    },

    async renew(id, epoch, expiresAt) {
      const result = await model.updateOne(
        { _id: id, status: 'running', epoch },
        { $set: { leaseExpiresAt: expiresAt } },
      );
      return result.matchedCount === 1;
    },

    async release(id, epoch) {
      await model.updateOne(
        { _id: id, status: 'running', epoch },
        { $set: { leaseOwner: null, leaseExpiresAt: longAgo } },
      );
    },

    async finishStep(id, epoch) {
      await model.updateOne({ _id: id, status: 'running', epoch }, { $set: { interruptions: 0 } });
    },

    async finish(id, status) {
      await model.updateOne(
        { _id: id, status: 'running' },
        { $set: { status }, $unset: { prompt: 1, runningIn: 1, leaseOwner: 1, leaseExpiresAt: 1 } },
      );
    },

    async remove(id) {
      await model.deleteOne({ _id: id });
    },
  };
}

function toRecord(document: GenerationDocument): GenerationRecord {
  const {
    _id,
    prompt: _prompt,
    runningIn: _runningIn,
    leaseOwner: _owner,
    leaseExpiresAt: _expiry,
    ...rest
  } = document;
  return { id: _id, ...rest };
}

function toRunning(document: GenerationDocument | null): RunningGeneration | undefined {
  return document?.prompt === undefined ? undefined : { ...toRecord(document), prompt: document.prompt };
}
