import type { Connection } from 'mongoose';
import { actionSetDocumentSchema } from '../schemas/action-set-document.ts';
import type { ActionSetDocument } from '../schemas/action-set-document.ts';

export interface ActionSetRecord extends Omit<ActionSetDocument, '_id'> {
  readonly id: string;
}

export interface ActionSetRepository {
  create(set: ActionSetRecord): Promise<void>;
  find(id: string): Promise<ActionSetRecord | undefined>;
  /** Those of `ids` that are there, by title. */
  list(ids: readonly string[]): Promise<ActionSetRecord[]>;
  /** Puts a record in the place of the one of its id; returns whether there was one. */
  replace(set: ActionSetRecord): Promise<boolean>;
  remove(id: string): Promise<void>;
}

/** Action sets in the `action_sets` collection. Who may see one is not known here. */
export function createActionSetRepository(connection: Connection): ActionSetRepository {
  const model = connection.model<ActionSetDocument>('ActionSet', actionSetDocumentSchema);

  return {
    async create({ id, ...set }) {
      await model.create([{ _id: id, ...set }]);
    },

    async find(id) {
      const document = await model.findById(id).lean();
      return document === null ? undefined : toRecord(document);
    },

    async list(ids) {
      const documents = await model
        .find({ _id: { $in: [...ids] } })
        .sort({ title: 1, _id: 1 })
        .lean();
      return documents.map(toRecord);
    },

    async replace({ id, ...set }) {
      const { matchedCount } = await model.replaceOne({ _id: id }, { _id: id, ...set });
      return matchedCount === 1;
    },

    async remove(id) {
      await model.deleteOne({ _id: id });
    },
  };
}

function toRecord({ _id, ...set }: ActionSetDocument): ActionSetRecord {
  return { id: _id, ...set };
}
