import type { MessageId, UserId } from '@parley/contracts';
import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';

/** How a comparison of models went, without any of its words. */
export interface ComparisonVote {
  /** The prompt that was answered. */
  readonly messageId: MessageId;
  readonly blind: boolean;
  readonly models: readonly { readonly endpoint: string; readonly model: string }[];
  /** The index of the better one; or they were equally good, or equally bad. */
  readonly choice: number | 'tie' | 'none';
  readonly at: Date;
}

interface VoteDocument extends Omit<ComparisonVote, 'messageId'> {
  readonly _id: MessageId;
  /** Absent once the account is gone. */
  readonly userId?: UserId;
}

/** Votes of people on answers; they outlast the conversations they were given in, and the accounts. */
export interface ComparisonVoteRepository {
  /** In place of what was voted on the same comparison before. */
  put(userId: UserId, vote: ComparisonVote): Promise<void>;
  /** Somebody's own votes. */
  each(userId: UserId): AsyncIterable<ComparisonVote>;
  /** Everybody's votes that were given without knowing the models. */
  eachBlind(): AsyncIterable<ComparisonVote>;
  /** Keeps somebody's votes without saying whose they are. */
  forget(userId: UserId): Promise<void>;
}

const { Mixed } = Schema.Types;

const voteSchema = new Schema<VoteDocument>(
  {
    _id: { type: String, required: true },
    userId: { type: String },
    blind: { type: Boolean, required: true },
    models: { type: Mixed, required: true },
    choice: { type: Mixed, required: true },
    at: { type: Date, required: true },
  },
  { collection: 'comparisonVotes', strict: 'throw', versionKey: false, _id: false },
);
voteSchema.index({ userId: 1 }, { sparse: true });
voteSchema.index({ blind: 1 });

/** Votes in the `comparisonVotes` collection. */
export function createComparisonVoteRepository(connection: Connection): ComparisonVoteRepository {
  const model = connection.model<VoteDocument>('ComparisonVote', voteSchema);

  async function* found(
    filter: { readonly userId: UserId } | { readonly blind: true },
  ): AsyncGenerator<ComparisonVote> {
    for await (const { _id, blind, models, choice, at } of model.find(filter).lean().cursor()) {
      yield { messageId: _id, blind, models, choice, at };
    }
  }

  return {
    async put(userId, { messageId, ...vote }) {
      await model.updateOne({ _id: messageId }, { $set: { userId, ...vote } }, { upsert: true });
    },

    each: (userId) => found({ userId }),
    eachBlind: () => found({ blind: true }),

    async forget(userId) {
      await model.updateMany({ userId }, { $unset: { userId: 1 } });
    },
  };
}
