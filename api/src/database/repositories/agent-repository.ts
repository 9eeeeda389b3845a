import { agentIdSchema } from '@parley/contracts';
import type { AgentId, AgentSettings } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { escapeRegex } from '../escape-regex.ts';
import { agentDocumentSchema } from '../schemas/agent-document.ts';
import type { AgentDocument } from '../schemas/agent-document.ts';

/** An agent as it is listed. */
export interface AgentRecord extends Omit<AgentDocument, '_id'> {
  readonly id: AgentId;
}

/** What of the settings is part of the list. */
export type ListedSettings = Pick<
  AgentSettings,
  'name' | 'description' | 'avatar' | 'category' | 'conversationStarters'
>;

/** An agent as other agents know it. */
export type AgentSummary = Pick<AgentRecord, 'id' | 'version' | 'name' | 'description' | 'disabled' | 'updatedAt'>;

/** A place in a list of agents: just after the one with these values. */
export interface AgentPosition {
  readonly promoted: boolean;
  readonly updatedAt: Date;
  readonly id: AgentId;
}

export interface AgentQuery {
  /** Only these, as a list of people's permissions yields them. */
  readonly ids: readonly string[];
  /** Of these, disabled ones are found too. */
  readonly idsIfDisabled: readonly string[];
  /** Part of the name or the description, in any case; empty: any. */
  readonly text: string;
  readonly category?: string | undefined;
  readonly promotedFirst: boolean;
  readonly after?: AgentPosition | undefined;
  readonly limit: number;
}

/** Agents as they are listed. Whether somebody may see them is not asked here. */
export interface AgentRepository {
  find(id: AgentId): Promise<AgentRecord | undefined>;
  /** Those of these that exist, without what makes an agent large; in no order. */
  summaries(ids: readonly AgentId[]): Promise<AgentSummary[]>;
  /** All agents that are called like one of these, newest first. */
  named(names: readonly string[]): Promise<AgentSummary[]>;
  /** What an agent is called, by an id that may be none. */
  nameOf(id: string): Promise<string | undefined>;
  /** By (updatedAt, id), newest first; promoted ones before them where that is asked for. */
  list(query: AgentQuery): Promise<AgentRecord[]>;
  /** All of them, by name. */
  listAll(): Promise<AgentRecord[]>;
  add(agent: AgentRecord): Promise<void>;
  /** Moves an agent on to its next version; `undefined` when `from` is not its newest. */
  moveOn(id: AgentId, from: number, settings: ListedSettings, at: Date): Promise<AgentRecord | undefined>;
  setStanding(
    id: AgentId,
    standing: { promoted?: boolean | undefined; disabled?: boolean | undefined },
  ): Promise<AgentRecord | undefined>;
  remove(id: AgentId): Promise<void>;
}

const summaryFields = { version: 1, name: 1, description: 1, disabled: 1, updatedAt: 1 } as const;

/** Agents in the `agents` collection. */
export function createAgentRepository(connection: Connection): AgentRepository {
  const model = connection.model<AgentDocument>('Agent', agentDocumentSchema);

  return {
    async find(id) {
      const document = await model.findById(id).lean();
      return document === null ? undefined : toRecord(document);
    },

    async summaries(ids) {
      if (ids.length === 0) return [];
      const documents = await model.find({ _id: { $in: [...ids] } }, summaryFields).lean();
      return documents.map(toSummary);
    },

    async named(names) {
      if (names.length === 0) return [];
      const documents = await model
        .find({ name: { $in: [...names] } }, summaryFields)
        .sort({ updatedAt: -1 })
        .lean();
      return documents.map(toSummary);
    },

    async nameOf(id) {
      const parsed = agentIdSchema.safeParse(id);
      if (!parsed.success) return undefined;
      const document = await model.findById(parsed.data, { name: 1 }).lean();
      return document?.name;
    },

    async list({ ids, idsIfDisabled, text, category, promotedFirst, after, limit }) {
      const contains = { $regex: escapeRegex(text), $options: 'i' };
      const conditions = [
        { _id: { $in: [...ids] } },
        { $or: [{ disabled: false }, { _id: { $in: [...idsIfDisabled] } }] },
        ...(text === '' ? [] : [{ $or: [{ name: contains }, { description: contains }] }]),
        ...(category === undefined ? [] : [{ category }]),
        ...(after === undefined ? [] : [isAfter(after, promotedFirst)]),
      ];
      const documents = await model
        .find({ $and: conditions })
        .sort({ ...(promotedFirst ? { promoted: -1 } : {}), updatedAt: -1, _id: -1 })
        .limit(limit)
        .lean();
      return documents.map(toRecord);
    },

    async listAll() {
      const documents = await model.find({}).sort({ name: 1, _id: 1 }).lean();
      return documents.map(toRecord);
    },

    async add({ id, ...agent }) {
      await model.create([{ _id: id, ...agent }]);
    },

    async moveOn(id, from, { name, description, avatar, category, conversationStarters }, at) {
      const listed = { name, description, avatar, category, conversationStarters };
      const change = { $set: { ...listed, version: from + 1, updatedAt: at } };
      const document = await model
        .findOneAndUpdate({ _id: id, version: from }, change, { returnDocument: 'after' })
        .lean();
      return document === null ? undefined : toRecord(document);
    },

    async setStanding(id, { promoted, disabled }) {
      const change = {
        ...(promoted === undefined ? {} : { promoted }),
        ...(disabled === undefined ? {} : { disabled }),
      };
      const document = await model.findOneAndUpdate({ _id: id }, { $set: change }, { returnDocument: 'after' }).lean();
      return document === null ? undefined : toRecord(document);
    },

    async remove(id) {
      await model.deleteOne({ _id: id });
    },
  };
}

function isAfter({ promoted, updatedAt, id }: AgentPosition, promotedFirst: boolean): object {
  const older = { $or: [{ updatedAt: { $lt: updatedAt } }, { updatedAt, _id: { $lt: id } }] };
  if (!promotedFirst) return older;
  return promoted ? { $or: [{ promoted: false }, { promoted: true, ...older }] } : { promoted: false, ...older };
}

function toSummary(
  document: Pick<AgentDocument, '_id' | 'version' | 'name' | 'description' | 'disabled' | 'updatedAt'>,
): AgentSummary {
  const { _id, version, name, description, disabled, updatedAt } = document;
  return { id: _id, version, name, description, disabled, updatedAt };
}

function toRecord({ _id, ...agent }: AgentDocument): AgentRecord {
  return { id: _id, ...agent };
}
