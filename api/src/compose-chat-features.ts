import type { Request, Response, Router } from 'express';
import type { Logger } from 'pino';
import type { Access } from './access/access-service.ts';
import { openPrompts } from './config/answerers-config.ts';
import type { AppConfig } from './config/app-config.ts';
import type { Repositories } from './database/create-repositories.ts';
import type { WorkspaceFiles } from './files/workspace-files.ts';
import type { Mount } from './http/mount.ts';
import type { OwnBeginning } from './models/model-specs.ts';
import { createPresetRouter } from './presets/preset-routes.ts';
import { createPresetService } from './presets/preset-service.ts';
import { createPromptRouter } from './prompts/prompt-routes.ts';
import { createPromptService } from './prompts/prompt-service.ts';
import type { PromptService } from './prompts/prompt-service.ts';
import { createProjectRouter } from './projects/project-routes.ts';
import type { ProjectService } from './projects/project-service.ts';
import { openSharedLinks } from './config/shared-links.ts';
import type { Announcer } from './realtime/announcer.ts';
import { isSessionId } from './code-api/session-id.ts';
import type { RateLimiter } from './http/rate-limit.ts';
import type { Seats } from './participants/seats.ts';
import { createShareRouter } from './shares/share-routes.ts';
import { createShareService } from './shares/share-service.ts';
import { createSharedChats } from './shares/shared-chats.ts';
import { createTagRouter } from './tags/tag-routes.ts';
import { createTagService } from './tags/tag-service.ts';
import { createTransfers } from './compose-transfers.ts';
import type { Shutdown } from './shutdown.ts';
import type { ImportService } from './transfers/import-service.ts';

interface ChatFeaturesOptions {
  readonly repositories: Repositories;
  readonly config: AppConfig;
  readonly access: Access;
  readonly projects: ProjectService;
  readonly files: WorkspaceFiles;
  /** Hears of every change. */
  readonly announcer: Announcer;
  readonly seats: Pick<Seats, 'inConversation'>;
  readonly mount: Mount;
  /** Throws where nobody is signed in. */
  readonly authenticate: (request: Request, response: Response) => Promise<unknown>;
  readonly limitRate: RateLimiter;
  readonly log: Logger;
  readonly shutdown: Shutdown;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface ChatFeatures {
  readonly routers: readonly Router[];
  /** What a person's own new chats begin with. */
  readonly ownBeginning: OwnBeginning;
  readonly prompts: PromptService;
  readonly imports: ImportService;
}

/**
 * What surrounds the conversations, each a small feature of the same shape; what an earlier process left unfinished is
 * finished when it resolves.
 */
export async function createChatFeatures(options: ChatFeaturesOptions): Promise<ChatFeatures> {
  const { repositories, config, access, projects, announcer, mount, now } = options;
  const isOffered = config.answerers?.without.includes('presets') !== true;
  const presets = createPresetService({ presets: repositories.presets, isOffered, now });
  const rules = config.prompts ?? openPrompts;
  const { prompts: stored, users } = repositories;
  const prompts = createPromptService({ prompts: stored, users, access, rules, now });
  const tags = createTagService({ ...repositories, announcer, now });
  const links = createLinks(options);
  const transfers = await createTransfers(options);
  await links.shares.finishRemovals();
  await tags.finishChanges();
  await projects.finishRemovals();
  return {
    routers: [
      createProjectRouter({ projects, mount }),
      createTagRouter({ tags, mount }),
      createPresetRouter({ presets, mount }),
      createPromptRouter({ prompts, mount }),
      createShareRouter({ ...options, ...links }),
      transfers.router,
    ],
    ownBeginning: (userId) => presets.beginning(userId),
    prompts,
    imports: transfers.imports,
  };
}

/** Links to snapshots of chats, and what they lead to. */
function createLinks({ repositories, config, announcer, now }: ChatFeaturesOptions) {
  const { shares, conversations, conversationCopies: copies, messageTrees: trees } = repositories;
  const stores = { shares, conversations, trees, allowed: config.sharedLinks ?? openSharedLinks, now };
  const [first] = config.endpoints;
  const defaultAnswerer = { endpoint: first?.name ?? '', model: first?.models.default[0] ?? '' };
  return {
    shares: createShareService(stores),
    sharedChats: createSharedChats({ ...stores, copies, defaultAnswerer, isReserved: isSessionId, announcer }),
  };
}
