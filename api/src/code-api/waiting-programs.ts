import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { problem } from '@parley/contracts';
import type { CodeRunResult, ConversationId, UserId } from '@parley/contracts';
import type { ToolAnswer, ToolCall } from '@parley/sandbox';
import { orAborted } from '../or-aborted.ts';
import type { CodeApiToolResult } from './code-api-bodies.ts';

/** Milliseconds that a program waits for its caller. */
const patience = 5 * 60_000;
/** Milliseconds within which calls made side by side are told together. */
const gathering = 30;

/** What its caller's requests have to be answered with: where a program runs, and its callers' names of the tools. */
export interface ProgramPlace {
  readonly session: ConversationId;
  /** By their names in Python. */
  readonly names: ReadonlyMap<string, string>;
}

/** How far a program has come: it waits for results, or it has ended. */
export type ProgramState = { readonly place: ProgramPlace } & (
  | { readonly state: 'waiting'; readonly token: string; readonly calls: readonly ToolCall[] }
  | { readonly state: 'ended'; readonly result: CodeRunResult }
);

type RunProgram = (
  callTool: (call: ToolCall, signal: AbortSignal) => Promise<ToolAnswer>,
  signal: AbortSignal,
) => Promise<CodeRunResult>;

/** Programs that stand still at a call of a tool until their caller brings its result. They are lost with the process. */
export interface WaitingPrograms {
  /** Starts a program and waits for its first calls or its end. Throws what `run` throws. */
  start(userId: UserId, place: ProgramPlace, run: RunProgram, signal: AbortSignal): Promise<ProgramState>;
  /**
   * Gives results and waits for what comes next; when none of them is waited for, such as those of a caller who asks
   * again, the calls that are. Throws `code-run-not-found`, also for somebody else's token.
   */
  resume(
    userId: UserId,
    token: string,
    results: readonly CodeApiToolResult[],
    signal: AbortSignal,
  ): Promise<ProgramState>;
  /** Ends a program. Harmless when it has ended. */
  cancel(userId: UserId, token: string): void;
  close(): void;
}

interface Program {
  readonly userId: UserId;
  readonly place: ProgramPlace;
  readonly token: string;
  readonly ending: AbortController;
  /** Calls that wait, by their ids. */
  readonly open: Map<string, { readonly call: ToolCall; readonly answer: (answer: ToolAnswer) => void }>;
  /** Calls that nobody has been told of. */
  untold: ToolCall[];
  /** Rings when a call is made. */
  bell: PromiseWithResolvers<void>;
  readonly ended: Promise<CodeRunResult>;
  timeout?: NodeJS.Timeout;
}

export function createWaitingPrograms(): WaitingPrograms {
  const programs = new Map<string, Program>();

  function forget(program: Program): void {
    clearTimeout(program.timeout);
    programs.delete(program.token);
  }

  function end(program: Program, reason: string): void {
    forget(program);
    program.ending.abort(new Error(reason));
  }

  function find(userId: UserId, token: string): Program {
    const program = programs.get(token);
    if (program?.userId !== userId) {
      throw problem('code-run-not-found', { detail: 'No program waits under this token any more.' });
    }
    return program;
  }

  function expectCaller(program: Program): void {
    clearTimeout(program.timeout);
    program.timeout = setTimeout(() => end(program, 'Its caller did not come back.'), patience);
    program.timeout.unref();
  }

  async function nextState(program: Program, signal: AbortSignal): Promise<ProgramState> {
    try {
      const result = await orAborted(Promise.race([program.ended, program.bell.promise]), signal);
      if (result !== undefined) {
        forget(program);
        return { place: program.place, state: 'ended', result };
      }
    } catch (error) {
      // A caller that leaves may come back; a program that failed will not.
      if (!signal.aborted) forget(program);
      throw error;
    }
    await wait(gathering);
    program.bell = Promise.withResolvers();
    const calls = program.untold;
    program.untold = [];
    return { place: program.place, state: 'waiting', token: program.token, calls };
  }

  return {
    async start(userId, place, run, signal) {
      const ending = new AbortController();
      const open: Program['open'] = new Map();
      const callTool = async (call: ToolCall, callSignal: AbortSignal): Promise<ToolAnswer> => {
        const answered = Promise.withResolvers<ToolAnswer>();
        open.set(call.id, { call, answer: answered.resolve });
        program.untold.push(call);
        program.bell.resolve();
        return await orAborted(answered.promise, callSignal);
      };
      const ended = run(callTool, ending.signal);
      // Whoever waits at the moment hears of it; while nobody does, it must not count as unhandled.
      ended.catch(() => undefined);
      const program: Program = {
        userId,
        place,
        token: randomUUID(),
        ending,
        open,
        untold: [],
        bell: Promise.withResolvers(),
        ended,
      };
      programs.set(program.token, program);
      expectCaller(program);
      return await nextState(program, signal);
    },

    async resume(userId, token, results, signal) {
      const program = find(userId, token);
      expectCaller(program);
      const { place, open, untold } = program;
      const wanted = results.filter(({ call_id: id }) => open.has(id));
      if (wanted.length === 0 && untold.length === 0 && open.size > 0) {
        return { place, state: 'waiting', token, calls: [...open.values()].map(({ call }) => call) };
      }
      for (const { call_id: id, result, is_error: isError, error_message: message } of wanted) {
        open.get(id)?.answer({ result: isError ? (message ?? result) : result, isError });
        open.delete(id);
      }
      return await nextState(program, signal);
    },

    cancel(userId, token) {
      const program = programs.get(token);
      if (program?.userId === userId) end(program, 'It was cancelled.');
    },

    close() {
      for (const program of programs.values()) end(program, 'The server stops.');
    },
  };
}
