import type { Message } from '@parley/contracts';
import type { RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { ResolvedModel } from '../models/model-service.ts';
import type { AnswerWriter } from './answer-writer.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import type { TurnOutcome } from './turn-event.ts';
import { runTurn } from './turn-loop.ts';

export interface Answering {
  readonly generation: RunningGeneration;
  readonly restored: RestoredAnswer;
  readonly model: ResolvedModel;
  readonly history: readonly Message[];
  readonly writer: AnswerWriter;
  readonly stop: AbortSignal;
  readonly halt: AbortSignal;
  /** A step is finished, and all it wrote is in the log and saved. */
  readonly onStepFinished: () => Promise<void>;
}

/** Runs a turn from where it stands and hands all that happens to the writer. Throws when `halt` aborts. */
export async function writeAnswer(answering: Answering): Promise<TurnOutcome> {
  const { generation, restored, model, history, writer, stop, halt, onStepFinished } = answering;
  const { step, isInterrupted, message } = restored;
  if (isInterrupted) writer.write({ type: 'step-restarted', step, attempt: message.progress.attempt + 1 });
  // What the steps before have written is what the log says, so it must hold the restart first.
  await writer.flush();
  const turn = runTurn(
    {
      generationId: generation.id,
      model: model.target.model,
      history,
      answer: writer.message().parts,
      step,
      isBegun: isInterrupted,
    },
    { strategy: model.strategy, target: model.target, stop, halt },
  );
  for (;;) {
    const next = await turn.next();
    if (next.done === true) return next.value;
    writer.write(next.value);
    if (next.value.type !== 'step-finished') continue;
    await writer.flush();
    await onStepFinished();
  }
}
