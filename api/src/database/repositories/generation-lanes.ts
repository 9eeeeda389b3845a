import type { GenerationId, MessageId } from '@parley/contracts';
import type { Model } from 'mongoose';
import { byPipeline } from '../lease.ts';
import type { GenerationDocument } from '../schemas/generation-document.ts';
import { firstInQueue } from './generation-queues.ts';
import type { GenerationPlace, GenerationRecord } from './generation-repository.ts';

/** Generations whose answers are written side by side: one holds the conversation, the others are its lanes. */
export interface GenerationLanes {
  /** Those of its lanes that have begun. */
  listLanes(holder: GenerationPlace): Promise<GenerationRecord[]>;
  /** Notes that all lanes of a generation have begun. */
  lanesBegun(id: GenerationId): Promise<void>;
  /** Generations that hold their conversation and have lanes to begin, or may have waited for the end of the last one. */
  listHolding(): Promise<GenerationPlace[]>;
  /**
   * Frees the conversation that a generation holds for the next turn. That continues `keeps` unless another answer is
   * kept already, and is the first prompt of the queue if it `goesOn`. Returns whether it was held.
   */
  endHold(id: GenerationId, keeps: MessageId, goesOn: boolean): Promise<boolean>;
  /** Which of its answers a generation is continued from. */
  keep(id: GenerationId, keeps: MessageId): Promise<void>;
}

const isHeld = { holds: { $in: ['opening', 'open'] as const } };

/** Lanes as generations that name the one that holds their conversation. */
export function createGenerationLanes(
  model: Model<GenerationDocument>,
  toRecord: (document: GenerationDocument) => GenerationRecord,
): GenerationLanes {
  return {
    async listLanes({ id, conversationId }) {
      return (await model.find({ conversationId, 'lane.of': id }).lean()).map(toRecord);
    },

    async lanesBegun(id) {
      await model.updateOne({ _id: id, holds: 'opening' }, { $set: { holds: 'open' } });
    },

    async listHolding() {
      const holding = await model.find(isHeld, { conversationId: 1, holds: 1, status: 1 }).lean();
      return holding
        .filter(({ holds, status }) => holds === 'opening' || status !== 'running')
        .map(({ _id, conversationId }) => ({ id: _id, conversationId }));
    },

    async endHold(id, keeps, goesOn) {
      const change = {
        keeps: { $ifNull: ['$keeps', { $literal: keeps }] },
        ...(goesOn ? { next: firstInQueue } : {}),
      };
      const filter = { _id: id, status: { $ne: 'running' as const }, ...isHeld };
      const result = await model.updateOne(filter, [{ $set: change }, { $unset: ['holds', 'runningIn'] }], byPipeline);
      return result.matchedCount === 1;
    },

    async keep(id, keeps) {
      await model.updateOne({ _id: id }, { $set: { keeps } });
    },
  };
}
