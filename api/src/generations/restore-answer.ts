import { foldMessage } from '@parley/contracts';
import type { GenerationEvent, RunningMessage } from '@parley/contracts';
import type { StreamLog } from '@parley/stream-log';
import { startOffset } from '@parley/stream-log';
import { isCommand } from './command-inbox.ts';
import type { Command } from './command-inbox.ts';
import type { LogPosition } from './log-appender.ts';
import { createOpenInputs } from './open-inputs.ts';
import type { OpenInputs } from './open-inputs.ts';
import { isStepFinished, marksBefore, noteMark } from './step-marks.ts';

/** Where a generation stands according to its log. */
export interface RestoredAnswer extends LogPosition {
  /** The step to go on with. */
  readonly step: number;
  /** That step was begun and not finished. */
  readonly isInterrupted: boolean;
  /** What other hands have written, in order, whether it was taken in or not. */
  readonly commands: readonly Command[];
  readonly isStopRequested: boolean;
  /** What its calls ask their user, and what was answered. */
  readonly inputs: OpenInputs;
  /** When the log was sealed, if it was. */
  readonly finishedAt: Date | undefined;
}

interface RestoreOptions {
  readonly log: StreamLog<GenerationEvent>;
  readonly logId: string;
  /** The answer before its first event. */
  readonly empty: RunningMessage;
  /** The answer as it was last saved. */
  readonly saved: RunningMessage;
  /** The steps before this one are of the answer it goes on from; 0 unless told. */
  readonly firstStep?: number | undefined;
}

/**
 * Folds a log into the answer it makes. The log is the truth, unless it knows less than the saved answer: then it has
 * lost what was in it, and the saved answer is what is left.
 */
export async function restoreAnswer(options: RestoreOptions): Promise<RestoredAnswer> {
  const { log, logId, empty, saved, firstStep = 0 } = options;
  let message = empty;
  let marks = marksBefore(firstStep);
  let isStepBegun = false;
  let finishedAt: Date | undefined;
  let offset = startOffset;
  const commands: Command[] = [];
  const inputs = createOpenInputs();
  for (;;) {
    const batch = await log.read(logId, offset);
    for (const event of batch.entries) {
      if (isCommand(event)) commands.push(event);
      inputs.take(event);
      if (!('n' in event)) continue;
      message = foldMessage(message, event);
      marks = noteMark(marks, message, event);
      if (event.type !== 'title' && event.type !== 'generation-started') isStepBegun = true;
      if (event.type === 'generation-finished') finishedAt = new Date(event.at);
    }
    offset = batch.next;
    if (batch.upToDate) break;
  }
  const isLost = finishedAt === undefined && message.progress.events < saved.progress.events;
  const loss = message.progress.events === 0 ? ('missing' as const) : ('rolled-back' as const);
  if (isLost) {
    message = saved;
    inputs.reset(saved.parts);
    marks = saved.progress.step < firstStep ? marksBefore(firstStep) : { usageBefore: saved.usage, events: [] };
    isStepBegun = true;
  }
  const isFinished = isStepFinished(marks);
  const { progress } = message;
  return {
    message: { ...message, progress: { ...progress, offset } },
    marks,
    loss: isLost ? loss : undefined,
    step: isFinished ? progress.step + 1 : progress.step,
    isInterrupted: isStepBegun && !isFinished,
    commands,
    inputs,
    isStopRequested: commands.some(({ type }) => type === 'stop-requested'),
    finishedAt,
  };
}
