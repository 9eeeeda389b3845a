import { longestQueue } from '@parley/contracts';
import type { ConversationId, GenerationId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { batchWrites } from '../batch-writes.ts';
import { duplicateKeyField } from '../duplicate-key.ts';
import { generationDocumentSchema } from '../schemas/generation-document.ts';
import type {
  AcceptedCommand,
  AskingDevice,
  GenerationDocument,
  QueuedPromptDocument,
} from '../schemas/generation-document.ts';

type RunningOnly = 'prompt' | 'runningIn' | 'leaseOwner' | 'leaseExpiresAt';
type Defaulted = 'startedBy' | 'queue' | 'commands';

/** What is known of every generation. */
export interface GenerationRecord extends Omit<GenerationDocument, '_id' | RunningOnly | Defaulted> {
  readonly id: GenerationId;
  readonly startedBy: AskingDevice | null;
  readonly queue: readonly QueuedPromptDocument[];
  readonly commands: readonly AcceptedCommand[];
}

/** A generation that has not ended, with what it takes to write its answer. */
export interface RunningGeneration extends GenerationRecord {
  readonly prompt: string;
}

/** Enough of a generation to take it over or to begin what follows it. */
export type GenerationPlace = Pick<GenerationRecord, 'id' | 'conversationId'>;

/** Most commands that one answer takes. */
export const mostCommands = 100;

/**
 * Generations with their leases. A lease lasts ten seconds unless it is renewed, by the clock of the database: the
 * clocks of those who hold leases do not matter.
 */
export interface GenerationRepository {
  /**
   * Stores a running generation with its lease, unless its id was used before or another one runs in the conversation.
   */
  create(generation: RunningGeneration, owner: string): Promise<'created' | 'id-taken' | 'conversation-busy'>;
  find(id: GenerationId): Promise<GenerationRecord | undefined>;
  findRunning(conversationId: ConversationId): Promise<RunningGeneration | undefined>;
  listIds(conversationId: ConversationId): Promise<GenerationId[]>;
  listRunning(): Promise<GenerationPlace[]>;
  /** Running generations whose lease has run out, the longest abandoned first; not more than about a hundred. */
  listAbandoned(): Promise<GenerationPlace[]>;
  /**
   * Raises the epoch of a running generation and gives its lease to `owner`, if its lease has run out, or `any`way.
   * Counts an interruption unless the producer before had let go. `undefined` when there is nothing to take over, or
   * somebody else was faster.
   */
  takeOver(id: GenerationId, owner: string, which: 'abandoned' | 'any'): Promise<RunningGeneration | undefined>;
  /** Prolongs the leases that `owner` still holds, and returns the generations they are of. */
  renew(ids: readonly GenerationId[], owner: string): Promise<ReadonlySet<GenerationId>>;
  /** Whether a generation is there, runs, and is in that epoch. */
  isHeld(id: GenerationId, epoch: number): Promise<boolean>;
  /** Lets go of a generation that is to be continued by whoever comes first, at once or after so many milliseconds. */
  release(id: GenerationId, epoch: number, delay?: number): Promise<void>;
  /** Takes the running generations of a conversation from their producers for good, for they are to be removed. */
  revoke(conversationId: ConversationId): Promise<void>;
  /** Notes that a step was finished without interruption. */
  finishStep(id: GenerationId, epoch: number): Promise<void>;
  /**
   * Ends a generation, which frees its conversation for the next turn; after `done` it is the turn of the first prompt
   * of its queue. Returns whether it had not ended before.
   */
  finish(id: GenerationId, status: 'done' | 'stopped' | 'failed'): Promise<boolean>;
  /** Notes a command unless one of that id was noted before; returns whether there was room, and the one of that id. */
  noteCommand(id: GenerationId, command: AcceptedCommand): Promise<AcceptedCommand | undefined>;
  remove(id: GenerationId): Promise<void>;

  /**
   * Adds a prompt to the end of a running generation's queue; its record then. `undefined` when it has ended, has a
   * prompt of that id already, or, unless the prompt comes from another queue, is full.
   */
  enqueue(id: GenerationId, prompt: QueuedPromptDocument, from?: 'elsewhere'): Promise<GenerationRecord | undefined>;
  /** Lets a prompt wait behind a running generation before all others; harmless when it does already. */
  enqueueFirst(id: GenerationId, prompt: QueuedPromptDocument): Promise<GenerationRecord | undefined>;
  /** Takes a prompt out of whatever queue of its conversation it waits in; the record of that queue then. */
  dequeue(conversationId: ConversationId, queuedId: GenerationId): Promise<GenerationRecord | undefined>;
  /** The generation in whose queue a prompt of a conversation waits, also when its turn has come. */
  findWaiting(conversationId: ConversationId, queuedId: GenerationId): Promise<GenerationRecord | undefined>;
  /** Takes a prompt out of all other queues of its conversation. */
  dequeueElsewhere(conversationId: ConversationId, queuedId: GenerationId, id: GenerationId): Promise<void>;
  /** Makes it the turn of a prompt that waits behind an ended generation; returns whether it is. */
  callNext(id: GenerationId, queuedId: GenerationId): Promise<boolean>;
  /** Generations behind which it is a prompt's turn. */
  listDue(): Promise<GenerationPlace[]>;
  /** A generation's successor is there, and the rest of the queue is with it. */
  handedOver(id: GenerationId, next: GenerationId): Promise<void>;
  /** The prompt whose turn it is cannot begin: it goes and, after `done`, it is the turn of the first of the others. */
  dropNext(id: GenerationId, next: GenerationId): Promise<void>;
}

interface Release {
  readonly id: GenerationId;
  readonly epoch: number;
  readonly delay: number | undefined;
}

const leaseEnd = { $add: ['$$NOW', 10_000] };
/** Also keeps a sparse index usable, which must not be asked for documents without the field. */
const hasLease = { leaseExpiresAt: { $gte: new Date(0) } };
const isExpired = { $lt: ['$leaseExpiresAt', '$$NOW'] };
const firstInQueue = { $ifNull: [{ $arrayElemAt: ['$queue.generationId', 0] }, '$$REMOVE'] };
const oldestLeases = 100;
const pipeline = { updatePipeline: true } as const;
const after = { returnDocument: 'after' } as const;

/** Generations in the `generations` collection. */
export function createGenerationRepository(connection: Connection): GenerationRepository {
  const model = connection.model<GenerationDocument>('Generation', generationDocumentSchema);

  /** A server that stops lets go of all its generations in one moment. */
  const release = batchWrites<Release>(async (all) => {
    const updates = all.map(({ id, epoch, delay }) => {
      const leaseExpiresAt = delay === undefined ? new Date(0) : { $add: ['$$NOW', delay] };
      const filter = { _id: id, status: 'running' as const, epoch, ...hasLease };
      return { updateOne: { filter, update: [{ $set: { leaseOwner: null, leaseExpiresAt } }] } };
    });
    await connection.collection<GenerationDocument>(model.collection.name).bulkWrite(updates, { ordered: false });
  });

  return {
    async create({ id, ...generation }, owner) {
      const document = { _id: id, ...generation, runningIn: generation.conversationId, leaseOwner: owner };
      // Only an update can ask for the database's time. No document has this epoch, so this one always inserts.
      const inserting = { _id: id, epoch: -1 };
      const whole = { $mergeObjects: [{ $literal: document }, { leaseExpiresAt: leaseEnd }] };
      try {
        await model.updateOne(inserting, [{ $replaceWith: whole }], { ...pipeline, upsert: true });
        return 'created';
      } catch (error) {
        const field = duplicateKeyField(error);
        if (field === '_id') return 'id-taken';
        if (field === 'runningIn') return 'conversation-busy';
        throw error;
      }
    },

    async find(id) {
      return found(await model.findById(id).lean());
    },

    async findRunning(conversationId) {
      return toRunning(await model.findOne({ runningIn: conversationId }).lean());
    },

    async listIds(conversationId) {
      const documents = await model.find({ conversationId }, { _id: 1 }).lean();
      return documents.map(({ _id }) => _id);
    },

    async listRunning() {
      return (await model.find(hasLease, { conversationId: 1 }).lean()).map(toPlace);
    },

    async listAbandoned() {
      // The index yields the oldest first, so that a look at a thousand running ones costs a hundred at most.
      const documents = await model
        .find(hasLease, { conversationId: 1, leaseExpiresAt: 1, isExpired })
        .sort({ leaseExpiresAt: 1 })
        .limit(oldestLeases)
        .lean<(GenerationDocument & { isExpired: boolean })[]>();
      return documents.filter((document) => document.isExpired).map(toPlace);
    },

    async takeOver(id, owner, which) {
      const filter = { _id: id, ...hasLease, ...(which === 'any' ? {} : { $expr: isExpired }) };
      const wasReleased = { $eq: [{ $ifNull: ['$leaseOwner', null] }, null] };
      const change = {
        epoch: { $add: ['$epoch', 1] },
        interruptions: { $add: ['$interruptions', { $cond: [wasReleased, 0, 1] }] },
        leaseOwner: owner,
        leaseExpiresAt: leaseEnd,
      };
      return toRunning(await model.findOneAndUpdate(filter, [{ $set: change }], { ...pipeline, ...after }).lean());
    },

    async renew(ids, owner) {
      const mine = { _id: { $in: ids }, leaseOwner: owner };
      const { matchedCount } = await model.updateMany(mine, [{ $set: { leaseExpiresAt: leaseEnd } }], pipeline);
      if (matchedCount === ids.length) return new Set(ids);
      return new Set((await model.find(mine, { _id: 1 }).lean()).map(({ _id }) => _id));
    },

    async isHeld(id, epoch) {
      return (await model.exists({ _id: id, status: 'running', epoch })) !== null;
    },

    release: (id, epoch, delay) => release({ id, epoch, delay }),

    async revoke(conversationId) {
      await model.updateMany(
        { conversationId, status: 'running' },
        { $inc: { epoch: 1 }, $unset: { leaseOwner: 1, leaseExpiresAt: 1 } },
      );
    },

    async finishStep(id, epoch) {
      await model.updateOne({ _id: id, status: 'running', epoch }, { $set: { interruptions: 0 } });
    },

    async finish(id, status) {
      const change = { status, ...(status === 'done' ? { next: firstInQueue } : {}) };
      const gone = ['prompt', 'runningIn', 'leaseOwner', 'leaseExpiresAt'];
      const result = await model.updateOne(
        { _id: id, status: 'running' },
        [{ $set: change }, { $unset: gone }],
        pipeline,
      );
      return result.matchedCount === 1;
    },

    async noteCommand(id, command) {
      const isNew = { 'commands.id': { $ne: command.id }, [`commands.${mostCommands - 1}`]: { $exists: false } };
      await model.updateOne({ _id: id, ...isNew }, { $push: { commands: command } });
      const noted = await model.findById(id, { commands: 1 }).lean();
      return noted?.commands?.find((known) => known.id === command.id);
    },

    async remove(id) {
      await model.deleteOne({ _id: id });
    },

    async enqueue(id, prompt, from) {
      const isNew = { 'queue.generationId': { $ne: prompt.generationId } };
      const hasRoom = from === undefined ? { [`queue.${longestQueue - 1}`]: { $exists: false } } : {};
      const filter = { _id: id, status: 'running' as const, ...isNew, ...hasRoom };
      return found(await model.findOneAndUpdate(filter, { $push: { queue: prompt } }, after).lean());
    },

    async enqueueFirst(id, prompt) {
      const filter = {
        _id: id,
        status: 'running' as const,
        'queue.generationId': { $ne: prompt.generationId },
      };
      const change = { $push: { queue: { $each: [prompt], $position: 0 } } };
      return found(await model.findOneAndUpdate(filter, change, after).lean());
    },

    async dequeue(conversationId, queuedId) {
      const filter = { conversationId, 'queue.generationId': queuedId, next: { $exists: false } };
      const change = { $pull: { queue: { generationId: queuedId } } };
      return found(await model.findOneAndUpdate(filter, change, after).lean());
    },

    async findWaiting(conversationId, queuedId) {
      return found(await model.findOne({ conversationId, 'queue.generationId': queuedId }).lean());
    },

    async dequeueElsewhere(conversationId, queuedId, id) {
      const filter = { conversationId, _id: { $ne: id }, 'queue.generationId': queuedId, next: { $exists: false } };
      await model.updateMany(filter, { $pull: { queue: { generationId: queuedId } } });
    },

    async callNext(id, queuedId) {
      const waits = { status: { $ne: 'running' as const }, 'queue.generationId': queuedId, next: { $exists: false } };
      return (await model.updateOne({ _id: id, ...waits }, { $set: { next: queuedId } })).matchedCount === 1;
    },

    async listDue() {
      return (await model.find({}, { conversationId: 1 }).gt('next', '').lean()).map(toPlace);
    },

    async handedOver(id, next) {
      await model.updateOne({ _id: id, next }, { $set: { queue: [] }, $unset: { next: 1 } });
    },

    async dropNext(id, dropped) {
      const others = { $filter: { input: '$queue', cond: { $ne: ['$$this.generationId', dropped] } } };
      const next = { $cond: [{ $eq: ['$status', 'done'] }, firstInQueue, '$$REMOVE'] };
      const stages = [{ $set: { queue: others } }, { $set: { next } }];
      await model.updateOne({ _id: id, next: dropped }, stages, pipeline);
    },
  };
}

function toPlace({ _id, conversationId }: Pick<GenerationDocument, '_id' | 'conversationId'>): GenerationPlace {
  return { id: _id, conversationId };
}

function found(document: GenerationDocument | null): GenerationRecord | undefined {
  return document === null ? undefined : toRecord(document);
}

function toRecord(document: GenerationDocument): GenerationRecord {
  const {
    _id,
    prompt: _prompt,
    runningIn: _runningIn,
    leaseOwner: _owner,
    leaseExpiresAt: _expiry,
    startedBy = null,
    queue = [],
    commands = [],
    ...rest
  } = document;
  return { id: _id, ...rest, startedBy, queue, commands };
}

function toRunning(document: GenerationDocument | null): RunningGeneration | undefined {
  return document?.prompt === undefined ? undefined : { ...toRecord(document), prompt: document.prompt };
}
