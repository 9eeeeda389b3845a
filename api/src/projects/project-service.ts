import { randomUUID } from 'node:crypto';
import { mostProjects, problem, projectIdSchema } from '@parley/contracts';
import type { Project, ProjectId, ProjectSettings, UserId } from '@parley/contracts';
import type { ConversationOrderRepository } from '../database/repositories/conversation-order-repository.ts';
import type { ProjectChange, ProjectRecord, ProjectRepository } from '../database/repositories/project-repository.ts';
import { dealRanks } from '../deal-ranks.ts';
import type { ProjectInstructions } from '../generations/project-instructions.ts';
import type { Announcer } from '../realtime/announcer.ts';

/** A person's projects. `get`, `update` and `remove` throw `project-not-found`, also for somebody else's. */
export interface ProjectService extends ProjectInstructions {
  /** In their order. */
  list(userId: UserId): Promise<Project[]>;
  get(userId: UserId, id: ProjectId): Promise<Project>;
  /** Throws `projects-full`. */
  create(userId: UserId, settings: ProjectSettings): Promise<Project>;
  update(userId: UserId, id: ProjectId, change: ProjectChange): Promise<Project>;
  /** Its conversations stay, in no project. */
  remove(userId: UserId, id: ProjectId): Promise<void>;
  /** Completes removals that a process did not survive. */
  finishRemovals(): Promise<void>;
}

interface ProjectServiceOptions {
  readonly projects: ProjectRepository;
  readonly conversationOrder: Pick<ConversationOrderRepository, 'projectCounts' | 'leaveProject'>;
  /** Hears of every change. */
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createProjectService(options: ProjectServiceOptions): ProjectService {
  const { projects, conversationOrder: order, announcer, now } = options;

  async function counted(userId: UserId, project: ProjectRecord): Promise<Project> {
    return { ...project, conversations: (await order.projectCounts(userId)).get(project.id) ?? 0 };
  }

  async function announced(userId: UserId, project: ProjectRecord): Promise<Project> {
    const whole = await counted(userId, project);
    announcer.announce(userId, { type: 'project-changed', project: whole });
    return whole;
  }

  /** Gives projects that stand too close together other places in the same order. */
  async function makeRoom(userId: UserId): Promise<void> {
    const all = await projects.list(userId, mostProjects);
    for (const { index, from, to } of dealRanks(all.map(({ position }) => position))) {
      const project = all[index];
      if (!project) continue;
      await projects.reposition(userId, project.id, from, to);
      await announced(userId, { ...project, position: to });
    }
  }

  async function finishRemoval(id: ProjectId): Promise<void> {
    await order.leaveProject(id);
    await projects.remove(id);
  }

  return {
    exists: async (userId, id) => (await projects.find(userId, id)) !== undefined,

    async instructionsOf(userId, id) {
      return (await projects.find(userId, id))?.instructions || undefined;
    },

    async list(userId) {
      const [all, counts] = await Promise.all([projects.list(userId, mostProjects), order.projectCounts(userId)]);
      return all.map((project) => ({ ...project, conversations: counts.get(project.id) ?? 0 }));
    },

    async get(userId, id) {
      const project = await projects.find(userId, id);
      if (project === undefined) throw problem('project-not-found');
      return await counted(userId, project);
    },

    async create(userId, settings) {
      const all = await projects.list(userId, mostProjects);
      if (all.length >= mostProjects) throw problem('projects-full');
      const at = new Date(now()).toISOString();
      const position = (all[0]?.position ?? 0) - 1;
      const id = projectIdSchema.parse(randomUUID());
      const project = { id, ...settings, position, createdAt: at, updatedAt: at };
      await projects.create(userId, project);
      return await announced(userId, project);
    },

    async update(userId, id, change) {
      const changed = await projects.update(userId, id, change, new Date(now()));
      if (changed === undefined) throw problem('project-not-found');
      if (change.position !== undefined) await makeRoom(userId);
      return await announced(userId, (await projects.find(userId, id)) ?? changed);
    },

    async remove(userId, id) {
      if (!(await projects.markDeleted(userId, id, new Date(now())))) throw problem('project-not-found');
      announcer.announce(userId, { type: 'project-removed', projectId: id });
      await finishRemoval(id);
    },

    async finishRemovals() {
      for (const id of await projects.listDeleted()) await finishRemoval(id);
    },
  };
}
