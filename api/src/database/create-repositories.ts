import type { Connection } from 'mongoose';
import { createAccessGrantRepository } from './repositories/access-grant-repository.ts';
import { createActionSetRepository } from './repositories/action-set-repository.ts';
import { createAgentRepository } from './repositories/agent-repository.ts';
import { createAgentUsageRepository } from './repositories/agent-usage-repository.ts';
import { createAgentVersionRepository } from './repositories/agent-version-repository.ts';
import { createApiKeyRepository } from './repositories/api-key-repository.ts';
import { createAuditRepository } from './repositories/audit-repository.ts';
import { createCodeRunRepository } from './repositories/code-run-repository.ts';
import { createComparisonVoteRepository } from './repositories/comparison-vote-repository.ts';
import { createConversationOrderRepository } from './repositories/conversation-order-repository.ts';
import { createConversationCopyRepository } from './repositories/conversation-copy-repository.ts';
import { createConversationRepository } from './repositories/conversation-repository.ts';
import { createDraftRepository } from './repositories/draft-repository.ts';
import { createFileRepository } from './repositories/file-repository.ts';
import { createGenerationRepository } from './repositories/generation-repository.ts';
import { createGroupRepository } from './repositories/group-repository.ts';
import { createImportRepository } from './repositories/import-repository.ts';
import { createMcpSecretRepository } from './repositories/mcp-secret-repository.ts';
import { createMcpServerRepository } from './repositories/mcp-server-repository.ts';
import { createMcpToolListRepository } from './repositories/mcp-tool-list-repository.ts';
import { createMessageRepository } from './repositories/message-repository.ts';
import { createMessageTreeRepository } from './repositories/message-tree-repository.ts';
import { createPersonalRowRepository } from './repositories/personal-row-repository.ts';
import { createParticipantRepository } from './repositories/participant-repository.ts';
import { createProjectRepository } from './repositories/project-repository.ts';
import { createPresetRepository } from './repositories/preset-repository.ts';
import { createPromptRepository } from './repositories/prompt-repository.ts';
import { createRemovalRepository } from './repositories/removal-repository.ts';
import { createSearchIndexRepository } from './repositories/search-index-repository.ts';
import { createSearchSourceRepository } from './repositories/search-source-repository.ts';
import { createSearchStateRepository } from './repositories/search-state-repository.ts';
import { createShareRepository } from './repositories/share-repository.ts';
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
    conversationOrder: createConversationOrderRepository(connection),
    participants: createParticipantRepository(connection),
    projects: createProjectRepository(connection),
    messages: createMessageRepository(connection),
    conversationCopies: createConversationCopyRepository(connection),
    messageTrees: createMessageTreeRepository(connection),
    generations: createGenerationRepository(connection),
    comparisonVotes: createComparisonVoteRepository(connection),
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
    searchIndex: createSearchIndexRepository(connection),
    searchSource: createSearchSourceRepository(connection),
    searchState: createSearchStateRepository(connection),
    agentUsage: createAgentUsageRepository(connection),
    fileRecords: createFileRepository(connection),
    codeRuns: createCodeRunRepository(connection),
    imports: createImportRepository(connection),
    presets: createPresetRepository(connection),
    prompts: createPromptRepository(connection),
    shares: createShareRepository(connection),
    personalRows: createPersonalRowRepository(connection),
    removals: createRemovalRepository(connection),
  };
}
