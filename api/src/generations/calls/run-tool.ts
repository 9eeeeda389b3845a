import type { InputAnswer, InputRequest, ToolCallPart } from '@parley/contracts';
import { orAborted } from '../../or-aborted.ts';
import type { Tool, ToolContext, ToolInput, ToolProgress, ToolResult } from '../../tools/tool.ts';
import type { TurnEvent } from '../turn-event.ts';
import type { TurnPorts } from '../turn-ports.ts';
import { createMailbox } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';

/** Milliseconds of work, without the time that people take to answer. */
const longestRun = 10 * 60_000;
/** Milliseconds between two tellings of how far a call is. */
const progressInterval = 250;
/** UTF-16 units of what a tool says of its progress. */
const longestProgress = 500;
/** UTF-16 units of what a call prints that are shown while it runs. */
const longestPrint = 65_536;

export interface ToolRun {
  readonly tool: Tool;
  readonly call: ToolCallPart;
  readonly input: ToolInput;
  /** What its user answered before it began. */
  readonly answer: InputAnswer | undefined;
  readonly step: number;
}

type RunPorts = Pick<TurnPorts, 'caller' | 'inputs' | 'startWatch' | 'holdTime' | 'written' | 'onToolError'> & {
  /** Ends the call; its reason is thrown. */
  readonly signal: AbortSignal;
};

/**
 * Runs a tool once it is in the log that it begins. Tells its progress and what it asks; one that throws, or that does
 * not end within ten minutes, has failed.
 */
export async function* runTool(run: ToolRun, ports: RunPorts): AsyncGenerator<TurnEvent, ToolResult> {
  const { tool, call, input, answer, step } = run;
  const { callId } = call;
  yield { type: 'tool-started', step, callId };
  await ports.written();
  const watch = ports.startWatch();
  const tooLong = watch.alarm(longestRun);
  const over = new AbortController();
  const signal = AbortSignal.any([ports.signal, tooLong, over.signal]);
  const said = createMailbox<TurnEvent, ToolResult>();
  const { userId, conversationId, generationId } = ports.caller;
  const context: ToolContext = {
    userId,
    conversationId,
    generationId,
    callId,
    answer,
    signal,
    ...tellProgress({ step, callId }, said, watch, signal),
    ask: askInTurn({ step, callId }, said, { ...ports, signal, holdTime: () => holdBoth(watch, ports) }),
  };
  begin(tool, input, context).then(
    (result) => said.close(result),
    (error: unknown) => {
      if (!signal.aborted) ports.onToolError(error, tool.spec.name);
      said.close({ output: `The tool “${tool.spec.name}” failed.`, failed: true });
    },
  );
  try {
    for (;;) {
      const next = await orAborted(said.next(), signal);
      if ('end' in next) return next.end;
      yield next.message;
    }
  } catch (error) {
    if (ports.signal.aborted || !tooLong.aborted) throw error;
    const output = `The tool “${tool.spec.name}” did not end within ten minutes; its outcome is unknown.`;
    return { output, failed: true };
  } finally {
    over.abort();
    watch.close();
  }
}

/** A tool may throw before its promise is there. */
async function begin(tool: Tool, input: ToolInput, context: ToolContext): Promise<ToolResult> {
  return await tool.run(input, context);
}

interface CallPlace {
  readonly step: number;
  readonly callId: string;
}

/** Tells the newest progress and what is printed, four times a second at most. */
function tellProgress(
  place: CallPlace,
  said: Mailbox<TurnEvent, ToolResult>,
  watch: ReturnType<RunPorts['startWatch']>,
  signal: AbortSignal,
): Pick<ToolContext, 'report' | 'print'> {
  let newest: ToolProgress = { progress: 0 };
  let unsaid = '';
  let shown = 0;
  let isDue = false;
  let nextAt = 0;

  function tell(): void {
    isDue = false;
    if (signal.aborted) return;
    const { progress, total, message } = newest;
    const printed = { start: shown, text: unsaid };
    nextAt = watch.elapsed() + progressInterval;
    shown += unsaid.length;
    unsaid = '';
    said.put({
      type: 'tool-progress',
      ...place,
      progress,
      ...(total === undefined || !Number.isFinite(total) ? {} : { total }),
      ...(message === undefined ? {} : { message: message.slice(0, longestProgress).toWellFormed() }),
      ...(printed.text === '' ? {} : { printed }),
    });
  }

  function tellSoon(): void {
    if (isDue) return;
    isDue = true;
    if (watch.elapsed() >= nextAt) tell();
    else watch.alarm(nextAt).addEventListener('abort', tell, { once: true });
  }

  return {
    report(progress) {
      if (!Number.isFinite(progress.progress)) return;
      newest = progress;
      tellSoon();
    },
    print(text) {
      const more = text.slice(0, Math.max(0, longestPrint - shown - unsaid.length)).toWellFormed();
      if (more === '') return;
      unsaid += more;
      tellSoon();
    },
  };
}

type AskPorts = Pick<RunPorts, 'inputs' | 'holdTime' | 'signal'>;

/** Asks the user in the middle of the call, one thing after the other. */
function askInTurn(
  place: CallPlace,
  said: Mailbox<TurnEvent, ToolResult>,
  { inputs, holdTime, signal }: AskPorts,
): ToolContext['ask'] {
  let before: Promise<unknown> = Promise.resolve();

  async function answerTo(request: InputRequest): Promise<InputAnswer> {
    signal.throwIfAborted();
    const arrived = Promise.withResolvers<InputAnswer>();
    const look = (): void => {
      const given = inputs.given(place.callId);
      if (given === undefined) return;
      inputs.accept(given);
      const { commandId, answer } = given;
      ignore();
      said.put({ type: 'input-received', ...place, commandId, answer });
      arrived.resolve(answer);
    };
    const ignore = inputs.onGiven(look);
    const resume = holdTime();
    said.put({ type: 'input-requested', ...place, request });
    look();
    try {
      return await orAborted(arrived.promise, signal);
    } finally {
      ignore();
      resume();
    }
  }

  return (request) => {
    const mine = before.then(() => answerTo(request));
    before = mine.catch(() => undefined);
    return mine;
  };
}

function holdBoth(watch: ReturnType<RunPorts['startWatch']>, { holdTime }: Pick<RunPorts, 'holdTime'>): () => void {
  const resumers = [watch.hold(), holdTime()];
  return () => {
    for (const resume of resumers) resume();
  };
}
