import { longestQueue } from '@parley/contracts';
import type { ConversationId, GenerationId, UserId } from '@parley/contracts';
import type { Model } from 'mongoose';
import { byPipeline } from '../lease.ts';
import type { GenerationDocument, QueuedPromptDocument } from '../schemas/generation-document.ts';
import type { GenerationPlace, GenerationRecord } from './generation-repository.ts';

/** The prompts that wait behind generations. */
export interface GenerationQueues {
  /**
   * Adds a prompt to the end of the queue of a generation that runs, or holds its conversation; its record then. `undefined` when it has ended, has a
   * prompt of that id already, or, unless the prompt comes from another queue, is full.
   */
  enqueue(id: GenerationId, prompt: QueuedPromptDocument, from?: 'elsewhere'): Promise<GenerationRecord | undefined>;
  /** Lets a prompt wait behind a running generation before all others; harmless when it does already. */
  enqueueFirst(id: GenerationId, prompt: QueuedPromptDocument): Promise<GenerationRecord | undefined>;
  /** Takes a prompt out of whatever queue of its conversation it waits in; the record of that queue then. */
  dequeue(conversationId: ConversationId, queuedId: GenerationId): Promise<GenerationRecord | undefined>;
  /** Takes the prompts of somebody who is not the owner out of all queues of a conversation, but one whose turn has come. */
  dequeueAsker(conversationId: ConversationId, askerId: UserId): Promise<void>;
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

/** The prompt that comes next, as an expression of an update. */
export const firstInQueue = { $ifNull: [{ $arrayElemAt: ['$queue.generationId', 0] }, '$$REMOVE'] };
/** What lets a generation with lanes be waited for after its own end. */
const canBeWaitedFor = [{ status: 'running' as const }, { holds: { $exists: true } }];
const after = { returnDocument: 'after' } as const;

/** Queues as fields of the generations' documents. */
export function createGenerationQueues(
  model: Model<GenerationDocument>,
  found: (document: GenerationDocument | null) => GenerationRecord | undefined,
): GenerationQueues {
  return {
    async enqueue(id, prompt, from) {
      const isNew = { 'queue.generationId': { $ne: prompt.generationId } };
      const hasRoom = from === undefined ? { [`queue.${longestQueue - 1}`]: { $exists: false } } : {};
      const filter = { _id: id, $or: canBeWaitedFor, ...isNew, ...hasRoom };
      return found(await model.findOneAndUpdate(filter, { $push: { queue: prompt } }, after).lean());
    },

    async enqueueFirst(id, prompt) {
      const filter = {
        _id: id,
        $or: canBeWaitedFor,
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

    async dequeueAsker(conversationId, askerId) {
      const waiting = { conversationId, next: { $exists: false } };
      await model.updateMany(waiting, { $pull: { queue: { 'askedBy.id': askerId } } });
      const due = await model.find({ conversationId }, { queue: 1, next: 1 }).gt('next', '').lean();
      for (const { _id, queue = [], next } of due) {
        if (next === undefined) continue;
        // The one whose turn it is is looked through when it begins.
        const ids = queue.flatMap((prompt) =>
          prompt.askedBy?.id === askerId && prompt.generationId !== next ? [prompt.generationId] : [],
        );
        await model.updateOne({ _id, next }, { $pull: { queue: { generationId: { $in: ids } } } });
      }
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
      const due = await model.find({}, { conversationId: 1 }).gt('next', '').lean();
      return due.map(({ _id, conversationId }) => ({ id: _id, conversationId }));
    },

    async handedOver(id, next) {
      await model.updateOne({ _id: id, next }, { $set: { queue: [] }, $unset: { next: 1 } });
    },

    async dropNext(id, dropped) {
      const others = { $filter: { input: '$queue', cond: { $ne: ['$$this.generationId', dropped] } } };
      const next = { $cond: [{ $eq: ['$status', 'done'] }, firstInQueue, '$$REMOVE'] };
      const stages = [{ $set: { queue: others } }, { $set: { next } }];
      await model.updateOne({ _id: id, next: dropped }, stages, byPipeline);
    },
  };
}
