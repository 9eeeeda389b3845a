import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { removalDocumentSchema } from '../schemas/removal-document.ts';
import type { RemovalDocument } from '../schemas/removal-document.ts';

/** A removal that is under way. */
export type RemovalRecord = Omit<RemovalDocument, '_id'>;

/** Notes of what is being removed, so that the next process finishes what one did not live to finish. */
export interface RemovalRepository {
  /** Notes a removal; does nothing when it is noted already. */
  begin(removal: RemovalRecord): Promise<void>;
  /** Those of everybody, oldest first. */
  list(): Promise<RemovalRecord[]>;
  end(removal: Pick<RemovalRecord, 'what' | 'userId'>): Promise<void>;
}

/** Notes in the `removals` collection. */
export function createRemovalRepository(connection: Connection): RemovalRepository {
  const model = connection.model<RemovalDocument>('Removal', removalDocumentSchema);

  return {
    async begin(removal) {
      try {
        await model.updateOne({ _id: idOf(removal) }, { $setOnInsert: removal }, { upsert: true });
      } catch (error) {
        if (duplicateKeyField(error) !== '_id') throw error;
      }
    },

    async list() {
      const documents = await model.find({}, { _id: 0 }).sort({ at: 1 }).lean();
      return documents;
    },

    async end(removal) {
      await model.deleteOne({ _id: idOf(removal) });
    },
  };
}

function idOf({ what, userId }: Pick<RemovalRecord, 'what' | 'userId'>): string {
  return `${what}/${userId}`;
}
