import type { Project, ProjectId, ProjectSettings, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { projectDocumentSchema } from '../schemas/project-document.ts';
import type { ProjectDocument } from '../schemas/project-document.ts';

/** A project without what is counted. */
export type ProjectRecord = Omit<Project, 'conversations'>;

/** What its owner may change. */
export type ProjectChange = {
  readonly [K in keyof ProjectSettings | 'position']?: (ProjectSettings & { position: number })[K] | undefined;
};

/** The projects of the person named in each call; nobody else's can be found. */
export interface ProjectRepository {
  /** By (position, id). */
  list(userId: UserId, limit: number): Promise<ProjectRecord[]>;
  find(userId: UserId, id: ProjectId): Promise<ProjectRecord | undefined>;
  create(userId: UserId, project: ProjectRecord): Promise<void>;
  update(userId: UserId, id: ProjectId, change: ProjectChange, at: Date): Promise<ProjectRecord | undefined>;
  /** Gives a project another position, unless it has been moved away from `from` meanwhile. */
  reposition(userId: UserId, id: ProjectId, from: number, to: number): Promise<void>;
  /** Takes a project away from its owner at once; returns whether it was there. Its conversations still name it. */
  markDeleted(userId: UserId, id: ProjectId, at: Date): Promise<boolean>;
  /** Projects that were marked as deleted and not removed yet. */
  listDeleted(): Promise<ProjectId[]>;
  /** Removes a project that was marked as deleted. */
  remove(id: ProjectId): Promise<void>;
}

/** Projects in the `projects` collection. */
export function createProjectRepository(connection: Connection): ProjectRepository {
  const model = connection.model<ProjectDocument>('Project', projectDocumentSchema);

  return {
    async list(userId, limit) {
      const documents = await model.find({ userId }).sort({ position: 1, _id: 1 }).limit(limit).lean();
      return documents.map(toProject);
    },

    async find(userId, id) {
      const document = await model.findOne({ _id: id, userId }).lean();
      return document === null ? undefined : toProject(document);
    },

    async create(userId, { id, createdAt, updatedAt, ...project }) {
      const dates = { createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) };
      await model.create([{ _id: id, userId, ...project, ...dates }]);
    },

    async update(userId, id, change, at) {
      const document = await model
        .findOneAndUpdate({ _id: id, userId }, { $set: { ...change, updatedAt: at } }, { returnDocument: 'after' })
        .lean();
      return document === null ? undefined : toProject(document);
    },

    async reposition(userId, id, from, to) {
      await model.updateOne({ _id: id, userId, position: from }, { $set: { position: to } });
    },

    async markDeleted(userId, id, at) {
      const result = await model.updateOne({ _id: id, userId }, { $set: { deletedAt: at }, $unset: { userId: 1 } });
      return result.matchedCount === 1;
    },

    async listDeleted() {
      const documents = await model.find({ deletedAt: { $gte: new Date(0) } }, { _id: 1 }).lean();
      return documents.map(({ _id }) => _id);
    },

    async remove(id) {
      await model.deleteOne({ _id: id, deletedAt: { $exists: true } });
    },
  };
}

function toProject(document: ProjectDocument): ProjectRecord {
  const { _id, name, description, instructions, color, position, createdAt, updatedAt } = document;
  return {
    id: _id,
    name,
    description,
    instructions,
    color,
    position,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
