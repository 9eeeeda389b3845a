import { randomUUID } from 'node:crypto';
import { codeRunIdSchema, problem } from '@parley/contracts';
import type { CodeRunId, CodeRunResult, CodeStatus, ConversationId, FileId, UserId } from '@parley/contracts';
import type { Actor } from '../access/actor.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import { orAborted } from '../or-aborted.ts';
import type { CodeRunNews, CodeRunRequest, CodeRunState, CodeRuns } from './code-run.ts';
import { whyNot } from './code-status.ts';
import type { ReadCodeStatus } from './code-status.ts';

/** Code that a person asks for. */
interface AskedCode {
  readonly conversationId: ConversationId;
  readonly lang: string;
  readonly code: string;
  readonly args?: readonly string[] | undefined;
  readonly stdin?: string | undefined;
  readonly files?: readonly FileId[] | undefined;
  /** Given: the run goes on when its asker leaves, who reads its result later. */
  readonly runId?: CodeRunId | undefined;
}

/** A run that was looked through and may begin. */
export interface AdmittedRun {
  readonly runId: CodeRunId;
  /** Rejects with the reason of `signal`; the run ends then, unless its asker has named it. */
  begin(signal: AbortSignal, onNews?: (news: CodeRunNews) => void): Promise<CodeRunResult>;
}

/** What people do with code: everybody who is signed in may, in conversations of theirs. */
export interface CodeService {
  status(): Promise<CodeStatus>;
  /** Looks at the engine now. Throws `forbidden` for all but admins. */
  check(actor: Actor): Promise<CodeStatus>;
  /**
   * Throws what is wrong with the request, `conversation-not-found`, `file-not-found`, or `code-unavailable` with the
   * reason.
   */
  admit(actor: Actor, asked: AskedCode): Promise<AdmittedRun>;
  find(actor: Actor, runId: CodeRunId): Promise<CodeRunState>;
  stop(actor: Actor, runId: CodeRunId): Promise<void>;
  /** Throws `conversation-not-found`. */
  closeSession(actor: Actor, conversationId: ConversationId): Promise<void>;
}

interface CodeServiceOptions {
  readonly runs: CodeRuns;
  readonly status: ReadCodeStatus;
  readonly files: Pick<WorkspaceFiles, 'check' | 'claim'>;
  /** Whether a conversation is somebody's, or they take part in it. */
  readonly hasWorkspace: (userId: UserId, id: ConversationId) => Promise<boolean>;
}

export function createCodeService({ runs, status, files, hasWorkspace }: CodeServiceOptions): CodeService {
  async function assertOwn({ userId }: Actor, id: ConversationId): Promise<void> {
    if (!(await hasWorkspace(userId, id))) throw problem('conversation-not-found');
  }

  return {
    status: () => status(),

    async check({ role }) {
      if (role !== 'ADMIN') throw problem('forbidden');
      return await status({ fresh: true });
    },

    async admit(actor, { conversationId, lang, code, args = [], stdin = '', files: brought = [], runId }) {
      const { userId } = actor;
      runs.check({ lang, code, args, stdin });
      await assertOwn(actor, conversationId);
      const now = await status();
      if (!now.enabled) throw problem('code-unavailable', { detail: whyNot(now) });
      await files.check(userId, conversationId, brought);
      await files.claim(userId, conversationId, brought);
      const isNamed = runId !== undefined;
      const request: CodeRunRequest = {
        runId: runId ?? codeRunIdSchema.parse(randomUUID()),
        userId,
        conversationId,
        lang,
        code,
        args,
        stdin,
      };
      return {
        runId: request.runId,
        begin: (signal, onNews) => {
          const ends = isNamed ? new AbortController().signal : signal;
          return orAborted(runs.run(request, { signal: ends, whenAborted: isNamed ? 'leave' : 'end', onNews }), signal);
        },
      };
    },

    find: ({ userId }, runId) => runs.find(userId, runId),
    stop: ({ userId }, runId) => runs.stop(userId, runId),

    async closeSession(actor, conversationId) {
      await assertOwn(actor, conversationId);
      await runs.closeWorkspace(actor.userId, conversationId);
    },
  };
}
