import { totalUsage } from '@parley/contracts';
import type { Logger } from 'pino';
import type { RunningGeneration } from '../database/repositories/generation-repository.ts';
import { orAborted } from '../or-aborted.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { askerOf } from './asker-of.ts';
import { handedTo } from './calls/call-parts.ts';
import type { CommandInbox } from './command-inbox.ts';
import { isSteer } from './command-inbox.ts';
import type { RunPorts } from './generation-run.ts';
import { hangUp } from './hang-up.ts';
import type { RestoredAnswer } from './restore-answer.ts';
import { createSpending } from './spending.ts';
import { startStopwatch } from './stopwatch.ts';
import type { Stopwatch } from './stopwatch.ts';
import { firstStepOf } from './stored-answer.ts';
import type { TurnOutcome } from './turn-event.ts';
import type { TurnSetup } from './turn-setup.ts';
import type { WaitingNote } from './waiting-note.ts';
import { writeAnswer } from './write-answer.ts';
import { writeTitle } from './write-title.ts';

/** Milliseconds. */
const resolveDeadline = 30_000;
/** How long a finished answer waits for its title, so that readers of the log learn it too. */
const titleGrace = 1_000;

/** A run as far as the turn in it is concerned. */
interface TurnRun {
  readonly generation: RunningGeneration;
  readonly restored: RestoredAnswer;
  readonly writer: AnswerWriter;
  readonly inbox: CommandInbox;
  readonly watch: Stopwatch;
  readonly waiting: WaitingNote;
  readonly stop: AbortSignal;
  readonly halt: AbortSignal;
  /** Gets the work that the answer does not wait for, but the end of the run does. */
  readonly asides: Promise<void>[];
  readonly logger: Logger;
}

/** Finds out what a turn needs and writes its answer. Throws what keeps it from being begun, or the reason of `halt`. */
export async function answerTurn(run: TurnRun, ports: RunPorts): Promise<TurnOutcome | 'waiting'> {
  const { generation, restored, writer, inbox, watch, waiting, stop, halt, asides, logger } = run;
  const { generations, setups, store, now } = ports;
  const { id, epoch, conversationId } = generation;
  const place = { userId: askerOf(generation), conversationId, generationId: id };
  const either = AbortSignal.any([stop, halt]);

  /** The setup of whoever goes on: the agent that the conversation was passed on to last, or who was chosen. */
  async function findSetup(): Promise<TurnSetup> {
    const passedTo = handedTo(restored.message.parts, firstStepOf(generation));
    if (passedTo !== undefined) return await setups.ofAgent(place, passedTo, inTime(either));
    return await setups.of(place, generation, inTime(either));
  }

  async function waitForTitle(title: Promise<void>): Promise<void> {
    try {
      await orAborted(title, AbortSignal.any([either, AbortSignal.timeout(titleGrace)]));
    } catch {
      // Only the wait was given up: the title is stored when it comes.
    }
  }

  const setup = await findSetup();
  // Who continues an answer that got further than its first step has a title already, or will do without.
  const isNew = restored.step === 0;
  const title = isNew
    ? writeTitle({ generation, model: setup.model, writer, ...ports, logger, signal: halt })
    : Promise.resolve();
  asides.push(title);
  const history = await orAborted(store.history(generation), either);
  const used = totalUsage(restored.message);
  return await writeAnswer({
    generation,
    restored,
    setup,
    history,
    writer,
    caller: { ...place, role: setup.role },
    approvals: ports.approvals,
    results: ports.results,
    inputs: inbox,
    setupOf: (agent, signal) => setups.ofAgent(place, agent, inTime(signal)),
    stop,
    halt,
    steersAfter: (answer) => inbox.pending(answer).filter(isSteer),
    beforeEnd: () => waitForTitle(title),
    hangUp: (model, key) => void asides.push(hangUp(model, key, logger)),
    watch,
    startWatch: () => startStopwatch(now),
    // What was spent before counts at the prices of whoever goes on.
    spending: createSpending(used === undefined ? 0 : (setup.costOf(used) ?? 0)),
    onToolError: (error, tool) => logger.warn({ err: error, tool }, 'A tool failed'),
    onProgress: () => generations.finishStep(id, epoch, Math.round(watch.elapsed())),
    onWaiting: () => waiting.look(),
  });
}

function inTime(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(resolveDeadline)]);
}
