import type { ConversationId, Role, SessionId, UserId } from '@parley/contracts';
import type { CodeRuns } from '../code/code-run.ts';
import type { ConversationService } from '../conversations/conversation-service.ts';
import type { ComparisonVoteRepository } from '../database/repositories/comparison-vote-repository.ts';
import type { ParticipantUpkeep } from '../participants/participant-service.ts';
import type { PersonalRowRepository } from '../database/repositories/personal-row-repository.ts';
import type { ShareRepository } from '../database/repositories/share-repository.ts';
import type { ToolResultRepository } from '../database/repositories/tool-result-repository.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { Mcp } from '../mcp/create-mcp.ts';
import type { Announcer } from '../realtime/announcer.ts';
import type { ImportService } from '../transfers/import-service.ts';
import type { OwnedThings } from './owned-things.ts';

/** Somebody whose account ends. */
export interface LeavingPerson {
  readonly userId: UserId;
  readonly role: Role;
}

/** One kind of thing that people have. Removing it is harmless when it is gone, and completes what was begun before. */
export interface PersonalHolding {
  /** For logs. */
  readonly what: string;
  remove(person: LeavingPerson): Promise<void>;
}

export interface HoldingPorts {
  readonly rows: PersonalRowRepository;
  readonly announcer: Pick<Announcer, 'endSession'>;
  readonly imports: Pick<ImportService, 'removePerson'>;
  readonly ownedThings: Pick<OwnedThings, 'letGo'>;
  readonly conversations: Pick<ConversationService, 'markAllRemoved' | 'finishRemovals'>;
  /** Ends and removes the generations of a conversation. */
  readonly endAnswers: (conversationId: ConversationId) => Promise<void>;
  readonly shares: Pick<ShareRepository, 'removeConversation'>;
  readonly codeRuns: Pick<CodeRuns, 'removePerson'>;
  readonly files: Pick<WorkspaceFiles, 'removePerson'>;
  readonly toolResults: Pick<ToolResultRepository, 'remove'>;
  readonly mcp: Pick<Mcp, 'forgetPerson'>;
  readonly participants: Pick<ParticipantUpkeep, 'removePerson'>;
  readonly comparisonVotes: Pick<ComparisonVoteRepository, 'forget'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Everything that belongs to a person, in the order in which it goes. What is kept for people anywhere has to be named
 * here: a test looks for it in all collections.
 */
export function createPersonalHoldings(ports: HoldingPorts): readonly PersonalHolding[] {
  const { rows, announcer, imports, ownedThings, conversations, endAnswers, shares, codeRuns, files, mcp, now } = ports;
  return [
    {
      what: 'signed-in devices and API keys',
      async remove({ userId }) {
        await rows.removeApiKeys(userId);
        const ended: readonly SessionId[] = await rows.removeSessions(userId);
        for (const id of ended) announcer.endSession(id);
      },
    },
    { what: 'imports', remove: ({ userId }) => imports.removePerson(userId) },
    { what: 'agents, prompts, servers and actions', remove: (person) => ownedThings.letGo(person) },
    {
      what: 'part in conversations of others',
      remove: ({ userId }) => ports.participants.removePerson(userId),
    },
    {
      what: 'conversations',
      async remove({ userId }) {
        await conversations.markAllRemoved(userId, new Date(now()));
        await conversations.finishRemovals();
      },
    },
    {
      what: 'answers without a conversation',
      async remove({ userId }) {
        for (const id of await rows.lostConversations(userId)) await endAnswers(id);
      },
    },
    {
      what: 'links to conversations',
      async remove({ userId }) {
        for (const id of await rows.sharedConversations(userId)) await shares.removeConversation(id);
      },
    },
    { what: 'runs of code', remove: ({ userId }) => codeRuns.removePerson(userId) },
    { what: 'files', remove: ({ userId }) => files.removePerson(userId) },
    {
      what: 'results of tools',
      remove: async ({ userId }) => await ports.toolResults.remove(userId, await rows.toolResults(userId)),
    },
    { what: 'sign-ins to MCP servers', remove: ({ userId }) => mcp.forgetPerson(userId) },
    { what: 'name on votes', remove: ({ userId }) => ports.comparisonVotes.forget(userId) },
    { what: 'settings and notes', remove: ({ userId }) => rows.removeRows(userId) },
    { what: 'name in what others keep', remove: ({ userId }) => rows.disown(userId) },
  ];
}
