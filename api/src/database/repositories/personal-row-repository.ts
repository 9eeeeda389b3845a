import { userIdSchema } from '@parley/contracts';
import type { ConversationId, SessionId, ToolResultId, UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { agentDocumentSchema } from '../schemas/agent-document.ts';
import type { AgentDocument } from '../schemas/agent-document.ts';
import { agentVersionDocumentSchema } from '../schemas/agent-version-document.ts';
import type { AgentVersionDocument } from '../schemas/agent-version-document.ts';
import { apiKeyDocumentSchema } from '../schemas/api-key-document.ts';
import type { ApiKeyDocument } from '../schemas/api-key-document.ts';
import { auditDocumentSchema } from '../schemas/audit-document.ts';
import type { AuditDocument } from '../schemas/audit-document.ts';
import { conversationDocumentSchema } from '../schemas/conversation-document.ts';
import type { ConversationDocument } from '../schemas/conversation-document.ts';
import { draftDocumentSchema } from '../schemas/draft-document.ts';
import type { DraftDocument } from '../schemas/draft-document.ts';
import { generationDocumentSchema } from '../schemas/generation-document.ts';
import type { GenerationDocument } from '../schemas/generation-document.ts';
import { groupDocumentSchema } from '../schemas/group-document.ts';
import type { GroupDocument } from '../schemas/group-document.ts';
import { mcpServerDocumentSchema } from '../schemas/mcp-server-document.ts';
import type { McpServerDocument } from '../schemas/mcp-server-document.ts';
import { mcpToolListDocumentSchema } from '../schemas/mcp-tool-list-document.ts';
import type { McpToolListDocument } from '../schemas/mcp-tool-list-document.ts';
import { messageDocumentSchema } from '../schemas/message-document.ts';
import type { MessageDocument } from '../schemas/message-document.ts';
import { participantDocumentSchema } from '../schemas/participant-document.ts';
import type { ParticipantDocument } from '../schemas/participant-document.ts';
import { presetDocumentSchema } from '../schemas/preset-document.ts';
import type { PresetDocument } from '../schemas/preset-document.ts';
import { projectDocumentSchema } from '../schemas/project-document.ts';
import type { ProjectDocument } from '../schemas/project-document.ts';
import { promptGroupDocumentSchema } from '../schemas/prompt-group-document.ts';
import type { PromptGroupDocument } from '../schemas/prompt-group-document.ts';
import { promptVersionDocumentSchema } from '../schemas/prompt-version-document.ts';
import type { PromptVersionDocument } from '../schemas/prompt-version-document.ts';
import { searchEntryDocumentSchema } from '../schemas/search-entry-document.ts';
import type { SearchEntryDocument } from '../schemas/search-entry-document.ts';
import { sessionDocumentSchema } from '../schemas/session-document.ts';
import type { SessionDocument } from '../schemas/session-document.ts';
import { shareDocumentSchema } from '../schemas/share-document.ts';
import type { ShareDocument } from '../schemas/share-document.ts';
import { tagChangeDocumentSchema } from '../schemas/tag-change-document.ts';
import type { TagChangeDocument } from '../schemas/tag-change-document.ts';
import { toolGrantDocumentSchema } from '../schemas/tool-grant-document.ts';
import type { ToolGrantDocument } from '../schemas/tool-grant-document.ts';
import { toolResultDocumentSchema } from '../schemas/tool-result-document.ts';
import type { ToolResultDocument } from '../schemas/tool-result-document.ts';

/** Stands for whoever wrote something and has no account any more. */
const nobody = userIdSchema.parse('00000000-0000-0000-0000-000000000000');

/** Documents that belong to one person, across all collections; for the end of an account. */
export interface PersonalRowRepository {
  /** Signs all devices out; which these were. */
  removeSessions(userId: UserId): Promise<SessionId[]>;
  /** Removes the keys by which their programs are let in. */
  removeApiKeys(userId: UserId): Promise<void>;
  /** Removes documents that stand for themselves: nothing else has to be removed with them. */
  removeRows(userId: UserId): Promise<void>;
  /** Conversations that have generations of theirs and are not there. */
  lostConversations(userId: UserId): Promise<ConversationId[]>;
  sharedConversations(userId: UserId): Promise<ConversationId[]>;
  toolResults(userId: UserId): Promise<ToolResultId[]>;
  /** Takes them out of groups, and their name from what stays: what others own too, and the audit. */
  disown(userId: UserId): Promise<void>;
}

export function createPersonalRowRepository(connection: Connection): PersonalRowRepository {
  const sessions = connection.model<SessionDocument>('Session', sessionDocumentSchema);
  const apiKeys = connection.model<ApiKeyDocument>('ApiKey', apiKeyDocumentSchema);
  const drafts = connection.model<DraftDocument>('Draft', draftDocumentSchema);
  const presets = connection.model<PresetDocument>('Preset', presetDocumentSchema);
  const projects = connection.model<ProjectDocument>('Project', projectDocumentSchema);
  const tagChanges = connection.model<TagChangeDocument>('TagChange', tagChangeDocumentSchema);
  const toolGrants = connection.model<ToolGrantDocument>('ToolGrant', toolGrantDocumentSchema);
  const entries = connection.model<SearchEntryDocument>('SearchEntry', searchEntryDocumentSchema);
  const messages = connection.model<MessageDocument>('Message', messageDocumentSchema);
  const generations = connection.model<GenerationDocument>('Generation', generationDocumentSchema);
  const conversations = connection.model<ConversationDocument>('Conversation', conversationDocumentSchema);
  const shares = connection.model<ShareDocument>('Share', shareDocumentSchema);
  const results = connection.model<ToolResultDocument>('ToolResult', toolResultDocumentSchema);
  const toolLists = connection.model<McpToolListDocument>('McpToolList', mcpToolListDocumentSchema);
  const participants = connection.model<ParticipantDocument>('Participant', participantDocumentSchema);
  const groups = connection.model<GroupDocument>('Group', groupDocumentSchema);
  const audit = connection.model<AuditDocument>('AuditEntry', auditDocumentSchema);
  const agents = connection.model<AgentDocument>('Agent', agentDocumentSchema);
  const agentVersions = connection.model<AgentVersionDocument>('AgentVersion', agentVersionDocumentSchema);
  const prompts = connection.model<PromptGroupDocument>('PromptGroup', promptGroupDocumentSchema);
  const promptVersions = connection.model<PromptVersionDocument>('PromptVersion', promptVersionDocumentSchema);
  const servers = connection.model<McpServerDocument>('McpServer', mcpServerDocumentSchema);

  return {
    async removeSessions(userId) {
      const found = await sessions.find({ userId }, { _id: 1 }).lean();
      await sessions.deleteMany({ userId });
      return found.map(({ _id }) => _id);
    },

    async removeApiKeys(userId) {
      await apiKeys.deleteMany({ userId });
    },

    async removeRows(userId) {
      await drafts.deleteMany({ userId });
      await presets.deleteMany({ userId });
      await projects.deleteMany({ userId });
      await tagChanges.deleteMany({ userId });
      await toolGrants.deleteMany({ userId });
      await entries.deleteMany({ userId });
      await messages.deleteMany({ userId });
      await toolLists.deleteMany({ holder: userId });
      await participants.deleteMany({ ownerId: userId });
    },

    async lostConversations(userId) {
      const named = await generations.distinct('conversationId', { userId });
      const there = await conversations.find({ _id: { $in: named } }, { _id: 1 }).lean();
      const known = new Set(there.map(({ _id }) => _id));
      return named.filter((id) => !known.has(id));
    },

    sharedConversations: (userId) => shares.distinct('conversationId', { userId }),

    async toolResults(userId) {
      const found = await results.find({ userId }, { _id: 1 }).lean();
      return found.map(({ _id }) => _id);
    },

    async disown(userId) {
      await groups.updateMany({ memberIds: userId }, { $pull: { memberIds: userId } });
      await audit.updateMany({ actorId: userId }, { $unset: { actorName: 1 } });
      await agents.updateMany({ authorId: userId }, { $set: { authorId: nobody } });
      await agentVersions.updateMany({ authorId: userId }, { $set: { authorId: nobody } });
      await promptVersions.updateMany({ authorId: userId }, { $set: { authorId: nobody } });
      await servers.updateMany({ createdBy: userId }, { $set: { createdBy: nobody } });
      for (const { _id } of await prompts.find({ authorId: userId }, { _id: 1 }).lean()) {
        // Two people may have had the same command; nobody can have it twice.
        await prompts.updateOne({ _id }, { $set: { authorId: nobody, commandKey: `id:${_id}` } });
      }
    },
  };
}
