import type { ConversationId, FileRef, GenerationId, ToolRef } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { batchWrites } from '../batch-writes.ts';
import { duplicateKeyField } from '../duplicate-key.ts';
import { byPipeline, isLeaseExpired, leaseEnd } from '../lease.ts';
import { createGenerationQueues, firstInQueue } from './generation-queues.ts';
import type { GenerationQueues } from './generation-queues.ts';
import { createGenerationLanes } from './generation-lanes.ts';
import type { GenerationLanes } from './generation-lanes.ts';
import { generationDocumentSchema } from '../schemas/generation-document.ts';
import type {
  AcceptedCommand,
  AskingDevice,
  GenerationDocument,
  QueuedPromptDocument,
  Quote,
} from '../schemas/generation-document.ts';

type RunningOnly = 'prompt' | 'files' | 'quotes' | 'runningIn' | 'leaseOwner' | 'leaseExpiresAt' | 'parked';
type Defaulted = 'startedBy' | 'queue' | 'commands' | 'tools' | 'workedMs';

/** What is known of every generation. */
export interface GenerationRecord extends Omit<GenerationDocument, '_id' | RunningOnly | Defaulted> {
  readonly id: GenerationId;
  readonly tools: readonly ToolRef[];
  readonly workedMs: number;
  readonly startedBy: AskingDevice | null;
  readonly queue: readonly QueuedPromptDocument[];
  readonly commands: readonly AcceptedCommand[];
}

/** A generation that has not ended, with what it takes to write its answer. */
export interface RunningGeneration extends GenerationRecord {
  readonly prompt: string;
  /** What came along with the prompt. */
  readonly files?: readonly FileRef[];
  /** What it is about. */
  readonly quotes?: readonly Quote[];
}

/** Enough of a generation to take it over or to begin what follows it. */
export type GenerationPlace = Pick<GenerationRecord, 'id' | 'conversationId'>;

/** Most commands that one answer takes. */
export const mostCommands = 400;

/**
 * Generations with their leases. A lease lasts ten seconds unless it is renewed, by the clock of the database: the
 * clocks of those who hold leases do not matter.
 */
export interface GenerationRepository extends GenerationQueues, GenerationLanes {
  /**
   * Stores a running generation with its lease, unless its id was used before or another one runs in the conversation.
   */
  create(generation: RunningGeneration, owner: string): Promise<'created' | 'id-taken' | 'conversation-busy'>;
  find(id: GenerationId): Promise<GenerationRecord | undefined>;
  /** The generation that keeps a conversation to itself: no other turn may begin there. */
  findHolder(conversationId: ConversationId): Promise<GenerationRecord | undefined>;
  /** The generations of a conversation that have not ended; more than one where answers are compared. */
  listUnended(conversationId: ConversationId): Promise<RunningGeneration[]>;
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
  /** Notes that a step was finished without interruption, and how long was worked on the answer by then. */
  finishStep(id: GenerationId, epoch: number, workedMs: number): Promise<void>;
  /** Notes since when a generation waits for its user; `undefined` when it does not. */
  setWaiting(id: GenerationId, epoch: number, since: Date | undefined): Promise<void>;
  /**
   * Says that a producer is about to leave its generation until its user has answered; the lease stays. What is told to
   * the generation from here on is followed by an `unpark`. Returns whether the producer still has the generation.
   */
  beginPark(id: GenerationId, epoch: number, workedMs: number): Promise<boolean>;
  /** Takes the lease away, so that nobody takes the generation over; returns `false` when it was unparked meanwhile. */
  park(id: GenerationId, epoch: number): Promise<boolean>;
  /** Lets whoever comes first take over a generation that is parked, or about to be. Harmless when it is not. */
  unpark(id: GenerationId): Promise<void>;
  /**
   * Ends a generation, which frees its conversation for the next turn unless it `holds` that; after `done` it is the turn
   * of the first prompt of its queue then. Returns whether it had not ended before.
   */
  finish(id: GenerationId, status: 'done' | 'stopped' | 'failed'): Promise<boolean>;
  /** Notes a command unless one of that id was noted before; returns whether there was room, and the one of that id. */
  noteCommand(id: GenerationId, command: AcceptedCommand): Promise<AcceptedCommand | undefined>;
  remove(id: GenerationId): Promise<void>;
}

interface Release {
  readonly id: GenerationId;
  readonly epoch: number;
  readonly delay: number | undefined;
}

/** Also keeps a sparse index usable, which must not be asked for documents without the field. */
const hasLease = { leaseExpiresAt: { $gte: new Date(0) } };
const isHolding = { $ne: [{ $ifNull: ['$holds', null] }, null] };
const oldestLeases = 100;
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
      const document = { _id: id, ...generation, runningIn: placeOf(generation), leaseOwner: owner };
      // Only an update can ask for the database's time. No document has this epoch, so this one always inserts.
      const inserting = { _id: id, epoch: -1 };
      const whole = { $mergeObjects: [{ $literal: document }, { leaseExpiresAt: leaseEnd }] };
      try {
        await model.updateOne(inserting, [{ $replaceWith: whole }], { ...byPipeline, upsert: true });
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

    async findHolder(conversationId) {
      return found(await model.findOne({ runningIn: conversationId }).lean());
    },

    async listUnended(conversationId) {
      const documents = await model.find({ conversationId, status: 'running' }).lean();
      return documents.flatMap((document) => toRunning(document) ?? []);
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
        .find(hasLease, { conversationId: 1, leaseExpiresAt: 1, isExpired: isLeaseExpired })
        .sort({ leaseExpiresAt: 1 })
        .limit(oldestLeases)
        .lean<(GenerationDocument & { isExpired: boolean })[]>();
      return documents.filter((document) => document.isExpired).map(toPlace);
    },

    async takeOver(id, owner, which) {
      const filter = { _id: id, ...hasLease, ...(which === 'any' ? {} : { $expr: isLeaseExpired }) };
      const wasReleased = { $eq: [{ $ifNull: ['$leaseOwner', null] }, null] };
      const change = {
        epoch: { $add: ['$epoch', 1] },
        interruptions: { $add: ['$interruptions', { $cond: [wasReleased, 0, 1] }] },
        leaseOwner: owner,
        leaseExpiresAt: leaseEnd,
        parked: '$$REMOVE',
      };
      return toRunning(await model.findOneAndUpdate(filter, [{ $set: change }], { ...byPipeline, ...after }).lean());
    },

    async renew(ids, owner) {
      const mine = { _id: { $in: ids }, leaseOwner: owner };
      const { matchedCount } = await model.updateMany(mine, [{ $set: { leaseExpiresAt: leaseEnd } }], byPipeline);
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
        { $inc: { epoch: 1 }, $unset: { leaseOwner: 1, leaseExpiresAt: 1, parked: 1 } },
      );
    },

    async finishStep(id, epoch, workedMs) {
      await model.updateOne({ _id: id, status: 'running', epoch }, { $set: { interruptions: 0, workedMs } });
    },

    async setWaiting(id, epoch, since) {
      const change = since === undefined ? { $unset: { waitingSince: 1 } } : { $set: { waitingSince: since } };
      await model.updateOne({ _id: id, status: 'running', epoch }, change);
    },

    async beginPark(id, epoch, workedMs) {
      const mine = { _id: id, status: 'running' as const, epoch, ...hasLease };
      const result = await model.updateOne(mine, { $set: { parked: true, interruptions: 0, workedMs } });
      return result.matchedCount === 1;
    },

    async park(id, epoch) {
      const mine = { _id: id, status: 'running' as const, epoch, parked: true };
      const change = { $set: { leaseOwner: null }, $unset: { leaseExpiresAt: 1 } };
      return (await model.updateOne(mine, change)).matchedCount === 1;
    },

    async unpark(id) {
      const change = { $set: { leaseOwner: null, leaseExpiresAt: new Date(0) }, $unset: { parked: 1 } };
      await model.updateOne({ _id: id, status: 'running', parked: true }, change);
    },

    async finish(id, status) {
      const change = {
        status,
        ...(status === 'done' ? { next: { $cond: [isHolding, '$$REMOVE', firstInQueue] } } : {}),
        runningIn: { $cond: [isHolding, '$runningIn', '$$REMOVE'] },
      };
      const gone = ['prompt', 'files', 'quotes', 'leaseOwner', 'leaseExpiresAt', 'parked', 'waitingSince'];
      const result = await model.updateOne(
        { _id: id, status: 'running' },
        [{ $set: change }, { $unset: gone }],
        byPipeline,
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

    ...createGenerationQueues(model, found),
    ...createGenerationLanes(model, toRecord),
  };
}

/** Where a generation runs: lanes have a place of their own. */
function placeOf({ conversationId, lane }: Pick<GenerationRecord, 'conversationId' | 'lane'>): string {
  return lane === undefined ? conversationId : `${conversationId}#${lane.number}`;
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
    files: _files,
    quotes: _quotes,
    runningIn: _runningIn,
    leaseOwner: _owner,
    leaseExpiresAt: _expiry,
    parked: _parked,
    tools = [],
    workedMs = 0,
    startedBy = null,
    queue = [],
    commands = [],
    ...rest
  } = document;
  return { id: _id, ...rest, tools, workedMs, startedBy, queue, commands };
}

function toRunning(document: GenerationDocument | null): RunningGeneration | undefined {
  if (document?.prompt === undefined) return undefined;
  const { prompt, files, quotes } = document;
  return {
    ...toRecord(document),
    prompt,
    ...(files === undefined ? {} : { files }),
    ...(quotes === undefined ? {} : { quotes }),
  };
}
