import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '@parley/contracts';
import type { RunningGeneration } from '../database/repositories/generation-repository.ts';
import type { ResolvedModel } from '../models/model-service.ts';
import { orAborted } from '../or-aborted.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { backOff } from './back-off.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import { isUsageKnown } from './step-marks.ts';
import type { TurnOutcome } from './turn-event.ts';
import { runTurn } from './turn-loop.ts';
import type { TurnPorts } from './turn-loop.ts';

type PassedOn = Pick<TurnPorts, 'tools' | 'stop' | 'halt' | 'steersAfter' | 'beforeEnd' | 'hangUp'>;

export interface Answering extends PassedOn {
  readonly generation: RunningGeneration;
  readonly restored: RestoredAnswer;
  readonly model: ResolvedModel;
  readonly history: readonly Message[];
  readonly writer: AnswerWriter;
  /** The turn has got further than any producer before, and all of that is in the log. */
  readonly onProgress: () => Promise<void>;
}

/** Runs a turn from where it stands and hands all that happens to the writer. Throws when `halt` aborts. */
export async function writeAnswer(answering: Answering): Promise<TurnOutcome> {
  const { generation, restored, model, history, writer, onProgress, ...ports } = answering;
  const { stop, halt } = ports;
  const either = AbortSignal.any([stop, halt]);
  const { step, isInterrupted, message, marks } = restored;
  let isAhead = false;
  // While the log is out of reach nothing gets written, however long; who takes over must find this one gone.
  const written = (): Promise<void> => orAborted(writer.written(), halt);
  const turn = runTurn(
    {
      generationId: generation.id,
      model: model.target.model,
      history,
      answer: message.parts,
      step,
      begun: isInterrupted ? { attempt: message.progress.attempt, isUsageHeld: isUsageKnown(marks) } : undefined,
    },
    {
      ...ports,
      strategy: model.strategy,
      target: model.target,
      written,
      onAhead: () => (isAhead = true),
      pause: (failures) => delay(backOff(failures), undefined, { signal: either }),
    },
  );
  for (;;) {
    const next = await turn.next();
    if (next.done === true) return next.value;
    writer.write(next.value);
    if (next.value.type === 'step-finished') {
      await orAborted(writer.flush(), halt);
      await onProgress();
    } else if (isAhead) {
      isAhead = false;
      await written();
      await onProgress();
    }
  }
}
