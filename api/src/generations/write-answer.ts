import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '@parley/contracts';
import type { RunningGeneration } from '../database/repositories/generation-repository.ts';
import { orAborted } from '../or-aborted.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { backOff } from './back-off.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import { isUsageKnown } from './step-marks.ts';
import { firstStepOf } from './stored-answer.ts';
import type { TurnOutcome } from './turn-event.ts';
import { runTurn } from './turn-loop.ts';
import type { TurnPorts } from './turn-ports.ts';
import type { TurnSetup } from './turn-setup.ts';

type OwnPorts = 'written' | 'onAhead' | 'pause' | 'isOuterSpent' | 'holdTime';

export interface Answering extends Omit<TurnPorts, OwnPorts> {
  readonly generation: RunningGeneration;
  readonly restored: RestoredAnswer;
  readonly setup: TurnSetup;
  readonly history: readonly Message[];
  readonly writer: AnswerWriter;
  /** The turn has got further than any producer before, and all of that is in the log. */
  readonly onProgress: () => Promise<void>;
  /** A call has begun to wait for its user, or waits no more; it will be in the log soon. */
  readonly onWaiting: () => void;
}

/** Runs a turn from where it stands and hands all that happens to the writer. Throws when `halt` aborts. */
export async function writeAnswer(answering: Answering): Promise<TurnOutcome | 'waiting'> {
  const { generation, restored, setup, history, writer, onProgress, onWaiting, ...ports } = answering;
  const { stop, halt, watch } = ports;
  const either = AbortSignal.any([stop, halt]);
  const { step, isInterrupted, message, marks } = restored;
  let isAhead = false;
  // While the log is out of reach nothing gets written, however long; who takes over must find this one gone.
  const written = (): Promise<void> => orAborted(writer.written(), halt);
  const turn = runTurn(
    {
      generationId: generation.id,
      history,
      answer: message.parts,
      trace: message.trace,
      step,
      begun: isInterrupted ? { attempt: message.progress.attempt, isUsageHeld: isUsageKnown(marks) } : undefined,
      setup,
      firstStep: firstStepOf(generation),
      guidance: generation.again?.guidance,
      within: [],
      ancestors: [],
    },
    {
      ...ports,
      written,
      onAhead: () => (isAhead = true),
      pause: (failures) => delay(backOff(failures), undefined, { signal: either }),
      isOuterSpent: () => false,
      holdTime: () => watch.hold(),
    },
  );
  for (;;) {
    const next = await turn.next();
    if (next.done === true) return next.value.outcome;
    const event = next.value;
    writer.write(event);
    if (event.type === 'input-requested' || event.type === 'input-received') onWaiting();
    if (event.type === 'step-finished') {
      await orAborted(writer.flush(), halt);
      await onProgress();
    } else if (isAhead) {
      isAhead = false;
      await written();
      await onProgress();
    }
  }
}
