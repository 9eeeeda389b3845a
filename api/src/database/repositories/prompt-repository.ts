import { promptGroupIdSchema } from '@parley/contracts';
import type { PromptCard, PromptGroupId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { duplicateKeyField } from '../duplicate-key.ts';
import { promptGroupDocumentSchema } from '../schemas/prompt-group-document.ts';
import type { PromptGroupDocument } from '../schemas/prompt-group-document.ts';
import { promptVersionDocumentSchema } from '../schemas/prompt-version-document.ts';
import type { PromptVersionDocument } from '../schemas/prompt-version-document.ts';

export interface PromptRecord extends Omit<PromptGroupDocument, '_id' | 'commandKey'> {
  readonly id: PromptGroupId;
}

/** The prompt library. Whether somebody may see a prompt is not asked here. */
export interface PromptRepository {
  find(id: PromptGroupId): Promise<PromptRecord | undefined>;
  /** Those of `ids` that are there, by name, `limit` at most. */
  list(ids: readonly string[], limit: number): Promise<PromptRecord[]>;
  /** What a prompt is called, by an id that may be none. */
  nameOf(id: string): Promise<string | undefined>;
  /** Returns false when its author has another one with its command. */
  add(prompt: PromptRecord): Promise<boolean>;
  /** The changed prompt, or why it was not changed. */
  change(id: PromptGroupId, card: PromptCard, at: Date): Promise<PromptRecord | 'missing' | 'command-taken'>;
  /** Moves it on to the version after `from`; `undefined` when that is not its newest. */
  moveOn(id: PromptGroupId, from: number, isProduction: boolean, at: Date): Promise<PromptRecord | undefined>;
  /** `undefined` when it is not there, or has no such version. */
  setProduction(id: PromptGroupId, version: number, at: Date): Promise<PromptRecord | undefined>;
  countUse(id: PromptGroupId): Promise<void>;
  /** Removes it with its versions. */
  remove(id: PromptGroupId): Promise<void>;

  findVersion(id: PromptGroupId, version: number): Promise<PromptVersionDocument | undefined>;
  /** Newest first, `limit` at most. */
  versions(id: PromptGroupId, limit: number): Promise<PromptVersionDocument[]>;
  /** Returns false when its number is taken. */
  addVersion(version: PromptVersionDocument): Promise<boolean>;
}

/** Prompts in the `prompt_groups` collection, their texts in `prompt_versions`. */
export function createPromptRepository(connection: Connection): PromptRepository {
  const groups = connection.model<PromptGroupDocument>('PromptGroup', promptGroupDocumentSchema);
  const texts = connection.model<PromptVersionDocument>('PromptVersion', promptVersionDocumentSchema);
  const after = { returnDocument: 'after' } as const;

  return {
    async find(id) {
      const document = await groups.findById(id).lean();
      return document === null ? undefined : toRecord(document);
    },

    async list(ids, limit) {
      if (ids.length === 0) return [];
      const known = ids.flatMap((id) => promptGroupIdSchema.safeParse(id).data ?? []);
      const documents = await groups
        .find({ _id: { $in: known } })
        .sort({ name: 1, _id: 1 })
        .limit(limit)
        .lean();
      return documents.map(toRecord);
    },

    async nameOf(id) {
      const parsed = promptGroupIdSchema.safeParse(id);
      if (!parsed.success) return undefined;
      return (await groups.findById(parsed.data, { name: 1 }).lean())?.name;
    },

    async add({ id, ...prompt }) {
      return await unlessTaken(async () => {
        await groups.create([{ _id: id, ...prompt, commandKey: keyOf(id, prompt.command) }]);
        return true;
      }, false);
    },

    async change(id, card, at) {
      return await unlessTaken(async () => {
        const change = { $set: { ...card, commandKey: keyOf(id, card.command), updatedAt: at } };
        const document = await groups.findOneAndUpdate({ _id: id }, change, after).lean();
        return document === null ? 'missing' : toRecord(document);
      }, 'command-taken');
    },

    async moveOn(id, from, isProduction, at) {
      const next = { newest: from + 1, updatedAt: at, ...(isProduction ? { production: from + 1 } : {}) };
      const document = await groups.findOneAndUpdate({ _id: id, newest: from }, { $set: next }, after).lean();
      return document === null ? undefined : toRecord(document);
    },

    async setProduction(id, version, at) {
      const change = { $set: { production: version, updatedAt: at } };
      const document = await groups.findOneAndUpdate({ _id: id, newest: { $gte: version } }, change, after).lean();
      return document === null ? undefined : toRecord(document);
    },

    async countUse(id) {
      await groups.updateOne({ _id: id }, { $inc: { uses: 1 } });
    },

    async remove(id) {
      await groups.deleteOne({ _id: id });
      await texts.deleteMany({ promptId: id });
    },

    async findVersion(promptId, version) {
      return (await texts.findOne({ promptId, version }, { _id: 0 }).lean()) ?? undefined;
    },

    async versions(promptId, limit) {
      return await texts.find({ promptId }, { _id: 0 }).sort({ version: -1 }).limit(limit).lean();
    },

    async addVersion(version) {
      return await unlessTaken(async () => {
        await texts.create([version]);
        return true;
      }, false);
    },
  };
}

function keyOf(id: PromptGroupId, command: string): string {
  // A command has no colon.
  return command === '' ? `id:${id}` : command;
}

async function unlessTaken<T, U>(write: () => Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await write();
  } catch (error) {
    if (duplicateKeyField(error) === undefined) throw error;
    return otherwise;
  }
}

function toRecord({ _id, commandKey: _commandKey, ...prompt }: PromptGroupDocument): PromptRecord {
  return { id: _id, ...prompt };
}
