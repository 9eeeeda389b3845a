import type { Connection } from 'mongoose';
import { createAccessGrantRepository } from './repositories/access-grant-repository.ts';
import { createActionSetRepository } from './repositories/action-set-repository.ts';
import { createAgentRepository } from './repositories/agent-repository.ts';
import { createAgentUsageRepository } from './repositories/agent-usage-repository.ts';
import { createAgentVersionRepository } from './repositories/agent-version-repository.ts';
import { createApiKeyRepository } from './repositories/api-key-repository.ts';
import { createAuditRepository } from './repositories/audit-repository.ts';
import { createCodeRunRepository } from './repositories/code-run-repository.ts';
import { createConversationRepository } from './repositories/conversation-repository.ts';
import { createConversationSearchRepository } from './repositories/conversation-search-repository.ts';
import { createDraftRepository } from './repositories/draft-repository.ts';
import { createFileRepository } from './repositories/file-repository.ts';
import { createGenerationRepository } from './repositories/generation-repository.ts';
import { createGroupRepository } from './repositories/group-repository.ts';
import { createMcpSecretRepository } from './repositories/mcp-secret-repository.ts';
import { createMcpServerRepository } from './repositories/mcp-server-repository.ts';
import { createMcpToolListRepository } from './repositories/mcp-tool-list-repository.ts';
import { createMessageRepository } from './repositories/message-repository.ts';
import { createSessionRepository } from './repositories/session-repository.ts';
import { createToolGrantRepository } from './repositories/tool-grant-repository.ts';
import { createToolPolicyRepository } from './repositories/tool-policy-repository.ts';
import { createToolResultRepository } from './repositories/tool-result-repository.ts';
import { createUserRepository } from './repositories/user-repository.ts';

/** Everything that is stored, by kind. */
export type Repositories = ReturnType<typeof createRepositories>;

/** All repositories of a connection; their models are on it afterwards. */
export function createRepositories(connection: Connection) {
  return {
    users: createUserRepository(connection),
    sessions: createSessionRepository(connection),
    conversations: createConversationRepository(connection),
    messages: createMessageRepository(connection),
    generations: createGenerationRepository(connection),
    drafts: createDraftRepository(connection),
    grants: createAccessGrantRepository(connection),
    groups: createGroupRepository(connection),
    agentRecords: createAgentRepository(connection),
    agentVersions: createAgentVersionRepository(connection),
    auditEntries: createAuditRepository(connection),
    toolResultRecords: createToolResultRepository(connection),
    toolGrants: createToolGrantRepository(connection),
    toolPolicies: createToolPolicyRepository(connection),
    actionSets: createActionSetRepository(connection),
    apiKeyRecords: createApiKeyRepository(connection),
    mcpServers: createMcpServerRepository(connection),
    mcpSecrets: createMcpSecretRepository(connection),
    mcpToolLists: createMcpToolListRepository(connection),
    conversationSearch: createConversationSearchRepository(connection),
    agentUsage: createAgentUsageRepository(connection),
    fileRecords: createFileRepository(connection),
    codeRuns: createCodeRunRepository(connection),
  };
}
