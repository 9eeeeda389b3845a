import type { ConversationId } from '@parley/contracts';
import type { Router } from 'express';
import type { Logger } from 'pino';
import type { Access } from './access/access-service.ts';
import { createAccountRemoval } from './account-removal/account-removal.ts';
import { createAccountRouter } from './account-removal/account-routes.ts';
import { createOwnedThings } from './account-removal/owned-things.ts';
import { createPersonalHoldings } from './account-removal/personal-holdings.ts';
import type { ActionService } from './actions/action-service.ts';
import type { AgentService } from './agents/agent-service.ts';
import type { AuthService } from './auth/auth-service.ts';
import type { CodeRuns } from './code/code-run.ts';
import type { AppConfig } from './config/app-config.ts';
import type { ConversationService } from './conversations/conversation-service.ts';
import type { Repositories } from './database/create-repositories.ts';
import type { WorkspaceFiles } from './files/workspace-files.ts';
import type { Mount } from './http/mount.ts';
import type { RateLimiter } from './http/rate-limit.ts';
import type { Mcp } from './mcp/create-mcp.ts';
import type { ParticipantUpkeep } from './participants/participant-service.ts';
import type { PromptService } from './prompts/prompt-service.ts';
import type { Announcer } from './realtime/announcer.ts';
import type { Shutdown } from './shutdown.ts';
import type { ImportService } from './transfers/import-service.ts';

interface AccountOptions {
  readonly repositories: Repositories;
  readonly config: Pick<AppConfig, 'auth'>;
  readonly access: Access;
  readonly announcer: Announcer;
  readonly auth: AuthService;
  readonly chat: {
    readonly conversations: ConversationService;
    readonly participants: ParticipantUpkeep;
    readonly endAnswers: (id: ConversationId) => Promise<void>;
  };
  readonly code: { readonly runs: CodeRuns; readonly files: WorkspaceFiles };
  readonly features: { readonly prompts: PromptService; readonly imports: ImportService };
  readonly agents: Pick<AgentService, 'remove'>;
  readonly actions: Pick<ActionService, 'remove'>;
  readonly mcp: Mcp;
  readonly limitRate: RateLimiter;
  readonly mount: Mount;
  readonly log: Logger;
  readonly shutdown: Shutdown;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The end of accounts; removals that an earlier process left are finished when it resolves. */
export async function startAccountRemoval(options: AccountOptions): Promise<Router> {
  const { repositories, config, access, announcer, auth, chat, code, features, agents, actions, mcp, now } = options;
  const { prompts, imports } = features;
  const ownedThings = createOwnedThings({
    access,
    grants: repositories.grants,
    agents,
    prompts,
    actions,
    servers: mcp.service,
  });
  const personalHoldings = createPersonalHoldings({
    ...repositories,
    rows: repositories.personalRows,
    announcer,
    imports,
    ownedThings,
    ...chat,
    shares: repositories.shares,
    codeRuns: code.runs,
    files: code.files,
    toolResults: repositories.toolResultRecords,
    mcp,
    now,
  });
  const removal = createAccountRemoval({
    ...repositories,
    ...chat,
    auth,
    conversationCounts: repositories.conversations,
    ownedThings,
    personalHoldings,
    log: options.log,
    now,
  });
  await removal.start();
  options.shutdown.add('removals of accounts', () => removal.stop());
  return createAccountRouter({ ...options, removal, settings: config.auth });
}
