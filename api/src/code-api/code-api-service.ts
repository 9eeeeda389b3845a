import { randomUUID } from 'node:crypto';
import { codeRunIdSchema, conversationIdSchema, fileIdSchema, problem } from '@parley/contracts';
import type { CodeRunResult, ConversationId, FileId, StoredFile, UserId } from '@parley/contracts';
import type { CodeRunRequest, CodeRuns } from '../code/code-run.ts';
import type { IncomingFile, WorkspaceFiles } from '../files/workspace-files.ts';
import { hashId } from '../hash-id.ts';
import type { CodeApiFileRef, CodeApiToolResult, ExecBody, ProgrammaticStart } from './code-api-bodies.ts';
import { toPythonName } from './python-names.ts';
import { isSessionId, newSessionId } from './session-id.ts';
import { fromShortId, toShortId } from './short-id.ts';
import type { ProgramState, WaitingPrograms } from './waiting-programs.ts';

/** What a run printed and wrote, in LibreChat's words; with how it ended, which its clients may ignore. */
interface ExecAnswer {
  readonly session_id: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: readonly object[];
  readonly exit_code: number | null;
  readonly reason: CodeRunResult['reason'];
  readonly runtime_session_id?: string;
  readonly runtime_status?: 'new' | 'reused';
}

/** Code and files for clients of LibreChat's code interpreter. A session is a workspace without a conversation. */
export interface CodeApiService {
  exec(userId: UserId, body: ExecBody, signal: AbortSignal): Promise<ExecAnswer>;
  /** Starts a program that may call tools. */
  start(userId: UserId, body: ProgrammaticStart, signal: AbortSignal): Promise<object>;
  resume(userId: UserId, token: string, results: readonly CodeApiToolResult[], signal: AbortSignal): Promise<object>;
  cancel(userId: UserId, token: string): void;
  /** Takes uploads into a new session; all of them, or none. Throws what `WorkspaceFiles.upload` throws. */
  keep(
    userId: UserId,
    uploads: AsyncIterable<IncomingFile>,
    signal: AbortSignal,
  ): Promise<{ readonly session: string; readonly files: readonly StoredFile[] }>;
  /** Throws `file-not-found`. */
  find(userId: UserId, session: string, file: string): Promise<StoredFile>;
  list(userId: UserId, session: string): Promise<readonly StoredFile[]>;
  read(file: StoredFile, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Harmless when it is not there. */
  remove(userId: UserId, session: string, file: string): Promise<void>;
}

interface CodeApiServiceOptions {
  readonly runs: Pick<CodeRuns, 'run' | 'check'>;
  readonly files: WorkspaceFiles;
  readonly programs: WaitingPrograms;
}

export function createCodeApiService({ runs, files, programs }: CodeApiServiceOptions): CodeApiService {
  /** The session that a run works in: that of its first file, or a new one. Other files are copied into it. */
  async function openSession(
    userId: UserId,
    refs: readonly CodeApiFileRef[],
    hint: string | undefined,
    signal: AbortSignal,
  ): Promise<ConversationId> {
    const found: { readonly ref: CodeApiFileRef; readonly session: ConversationId; readonly file: StoredFile }[] = [];
    for (const ref of refs) {
      const session = sessionOf(ref.storage_session_id ?? ref.session_id ?? '');
      found.push({ ref, session, file: await find(userId, session, ref.id) });
    }
    const home = hint === undefined ? (found[0]?.session ?? newSessionId()) : hintedSession(userId, hint);
    const there = new Map((await files.list(userId, home)).map((file) => [file.name, file.sha256]));
    for (const { ref, file } of found) {
      const name = ref.name ?? file.name;
      if (there.get(name) === file.sha256) continue;
      const content = files.read(file, signal);
      await files.upload(userId, home, { name, mimeType: file.mimeType, content }, signal);
    }
    return home;
  }

  async function find(userId: UserId, session: ConversationId, id: string): Promise<StoredFile> {
    const file = fileIdSchema.safeParse(fromShortId(id));
    if (!file.success) throw problem('file-not-found');
    return await files.findIn(userId, session, file.data);
  }

  return {
    async exec(userId, body, signal) {
      runs.check({ lang: body.lang, code: body.code, args: body.args ?? [], stdin: body.stdin ?? '' });
      const { runtime_session_hint: hint } = body;
      const session = await openSession(userId, body.files ?? [], hint, signal);
      const isReused = hint !== undefined && (await files.list(userId, session)).length > 0;
      const result = await runs.run(toRequest(userId, session, body), { signal, whenAborted: 'end' });
      const answer = answerOf(session, result);
      if (hint === undefined) return answer;
      const status = isReused ? 'reused' : 'new';
      return { ...answer, runtime_session_id: toShortId(session), runtime_status: status };
    },

    async start(userId, { lang, code, tools, files: refs = [] }, signal) {
      runs.check({ lang, code, args: [], stdin: '' });
      const session = await openSession(userId, refs, undefined, signal);
      const names = new Map(tools.map(({ name }) => [toPythonName(name), name]));
      const callable = tools.map(({ name, ...tool }) => ({ ...tool, name: toPythonName(name) }));
      const request = { ...toRequest(userId, session, { lang, code }), tools: callable };
      const state = await programs.start(
        userId,
        { session, names },
        (callTool, ending) => runs.run(request, { signal: ending, whenAborted: 'end', callTool }),
        signal,
      );
      return programAnswer(state);
    },

    async resume(userId, token, results, signal) {
      return programAnswer(await programs.resume(userId, token, results, signal));
    },

    cancel: (userId, token) => programs.cancel(userId, token),

    async keep(userId, uploads, signal) {
      const session = newSessionId();
      const kept = await files.uploadAll(userId, session, uploads, signal);
      return { session: toShortId(session), files: kept };
    },

    find: (userId, session, file) => find(userId, sessionOf(session), file),
    list: (userId, session) => files.list(userId, sessionOf(session)),
    read: (file, signal) => files.read(file, signal),

    async remove(userId, session, id) {
      const file = await find(userId, sessionOf(session), id);
      await files.remove(userId, file.id);
    },
  };
}

function toRequest(
  userId: UserId,
  session: ConversationId,
  { lang, code, args = [], stdin = '' }: Pick<ExecBody, 'lang' | 'code' | 'args' | 'stdin'>,
): CodeRunRequest {
  const runId = codeRunIdSchema.parse(randomUUID());
  return { runId, userId, conversationId: session, lang, code, args, stdin };
}

function answerOf(session: ConversationId, result: CodeRunResult): ExecAnswer {
  const { stdout, exitCode, reason } = result;
  return {
    session_id: toShortId(session),
    stdout,
    stderr: withReason(result),
    files: result.files.map(({ id, name }) => fileEntry(session, id, name)),
    exit_code: exitCode,
    reason,
  };
}

function programAnswer(state: ProgramState): object {
  const { session, names } = state.place;
  if (state.state === 'waiting') {
    const calls = state.calls.map(({ id, name, input }) => ({ id, name: names.get(name) ?? name, input }));
    return {
      status: 'tool_call_required',
      session_id: toShortId(session),
      continuation_token: state.token,
      tool_calls: calls,
    };
  }
  const { result } = state;
  const answer = answerOf(session, result);
  if (result.exitCode === 0 && result.reason === 'ok') return { status: 'completed', ...answer };
  return { status: 'error', error: howItEnded(result), ...answer };
}

/** A session that its owner names by a word of their own. */
function hintedSession(userId: UserId, hint: string): ConversationId {
  return conversationIdSchema.parse(hashId(`${userId}\0${hint}`));
}

/** Conversations are no sessions: a key that may run code does not open what people talk about. */
function sessionOf(id: string): ConversationId {
  const session = conversationIdSchema.safeParse(fromShortId(id));
  if (!session.success || !isSessionId(session.data)) throw problem('file-not-found');
  return session.data;
}

/** A file as LibreChat names those of a run. */
function fileEntry(session: ConversationId, id: FileId, name: string): object {
  const file = toShortId(id);
  return {
    id: file,
    name,
    path: `/mnt/data/${name}`,
    storage_session_id: toShortId(session),
    resource_id: file,
    kind: 'user',
  };
}

/** LibreChat shows nothing but what was printed, so that is where it stands why a run was ended. */
function withReason(result: CodeRunResult): string {
  const ended = result.reason === 'ok' ? undefined : howItEnded(result);
  if (ended === undefined) return result.stderr;
  return result.stderr === '' ? ended : `${result.stderr.replace(/\n?$/, '\n')}${ended}`;
}

function howItEnded({ reason, exitCode, signal, phase }: CodeRunResult): string {
  switch (reason) {
    case 'timeout':
      return 'The program was ended: it took longer than it may.';
    case 'oom':
      return 'The program was ended: it took more memory than it may.';
    case 'output_limit':
      return 'The program was ended: it printed more than it may.';
    case 'killed':
      return 'The program was stopped.';
    case 'queue_full':
      return 'Too much code is running; the program was not started.';
    default:
      if (phase === 'compile') return 'The program could not be compiled.';
      return signal === undefined
        ? `The program ended with exit code ${exitCode}.`
        : `The program was ended by ${signal}.`;
  }
}
