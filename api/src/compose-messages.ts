import { foldParts } from '@parley/contracts';
import type { MessagePart } from '@parley/contracts';
import { isAtLeast } from './access/access-service.ts';
import type { Access } from './access/access-service.ts';
import { isSessionId } from './code-api/session-id.ts';
import { createForkService } from './conversations/fork-service.ts';
import { createMessageRemoval } from './conversations/message-removal.ts';
import { createMessageService } from './conversations/message-service.ts';
import { createSentPrompts } from './conversations/sent-prompt.ts';
import type { Repositories } from './database/create-repositories.ts';
import type { WorkspaceFiles } from './files/workspace-files.ts';
import type { GenerationStore } from './generations/generation-store.ts';
import { endOpenCalls } from './generations/open-calls.ts';
import type { ProjectInstructions } from './generations/project-instructions.ts';
import { createRequestRebuilder } from './generations/rebuild-request.ts';
import type { TurnSetups } from './generations/turn-setup.ts';
import type { Announcer } from './realtime/announcer.ts';
import type { SearchIndex } from './search/search-index.ts';
import type { ToolResultStore } from './tools/tool-results.ts';

interface MessagesOptions extends Pick<
  Repositories,
  'conversations' | 'conversationCopies' | 'messages' | 'messageTrees' | 'generations'
> {
  readonly codeRunRecords: Repositories['codeRuns'];
  readonly access: Pick<Access, 'roleOf'>;
  readonly files: WorkspaceFiles;
  readonly searchIndex: Pick<SearchIndex, 'remove'>;
  readonly results: ToolResultStore;
  readonly store: Pick<GenerationStore, 'remove'>;
  readonly setups: TurnSetups;
  readonly projects: Pick<ProjectInstructions, 'exists'>;
  readonly announcer: Pick<Announcer, 'announce'>;
  /** Whether answers may be rated. */
  readonly feedback: boolean;
  readonly isSoleProducer: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What people do with single messages and with parts of conversations. */
export function createMessages(options: MessagesOptions) {
  const { access, messageTrees: trees, conversationCopies: copies } = options;
  const removal = createMessageRemoval({ ...options, trees });
  const forks = createForkService({ ...options, trees, copies, isReserved: isSessionId, endCalls });
  return {
    messages: createMessageService({ ...options, removal }),
    forks,
    sent: createSentPrompts({
      ...options,
      rebuild: createRequestRebuilder(options),
      mayReadAgent: async ({ userId, role }, agent) => {
        const its = await access.roleOf({ userId, role }, 'agent', agent);
        return its !== undefined && isAtLeast(its, 'editor');
      },
    }),
    finishRemovals: () => removal.finishAll(),
  };
}

/** The parts of an answer that is not written any more, with the ends of its calls. */
export function endCalls(parts: readonly MessagePart[]): readonly MessagePart[] {
  return endOpenCalls(parts, 0).reduce<readonly MessagePart[]>(foldParts, parts);
}
