import type { ProjectId, UserId } from '@parley/contracts';

/** What turns need to know of the projects that conversations are in. Nobody else's can be found. */
export interface ProjectInstructions {
  exists(userId: UserId, id: ProjectId): Promise<boolean>;
  /** What a model is told first in every conversation of a project; `undefined` when nothing is, or it is gone. */
  instructionsOf(userId: UserId, id: ProjectId): Promise<string | undefined>;
}

/** Where there are no projects. */
export const noProjects: ProjectInstructions = {
  exists: () => Promise.resolve(false),
  instructionsOf: () => Promise.resolve(undefined),
};
