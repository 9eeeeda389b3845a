import type { Answer } from '../core/call.ts';
import { cancelled } from '../core/gateway-error.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent, ModelUsage } from '../core/model-event.ts';
import type { Delivered, DeliveredAnswer } from './delivered-answer.ts';
import { createGraft } from './graft.ts';
import type { Graft } from './graft.ts';
import { targetIdOf } from './target-id.ts';

/** An answer that takes up another one. */
export interface Successor {
  readonly mode: 'restarted' | 'continued';
  readonly answer: Answer;
  /** What the reader has of the earlier one. */
  readonly said: Delivered;
  /** What the reader hears: where it keeps what came before, a new start is a continuation to it. */
  readonly told: 'restarted' | 'continued';
}

export interface RecoveringOptions {
  readonly answer: Answer;
  readonly delivered: DeliveredAnswer;
  /** Finds who takes up the answer after a failure; undefined when nobody does. */
  readonly succeed: (failure: GatewayError) => Promise<Successor | undefined>;
  /** Ends what `succeed` may be doing: the reader left. */
  readonly leave: (reason: GatewayError) => void;
}

type Batch = readonly ModelEvent[];

/** One answer to its reader, made of several where the earlier ones broke off. Fails with the first one's failure. */
export function createRecoveringAnswer({ answer, delivered, succeed, leave }: RecoveringOptions): Answer {
  let { target } = answer;
  let reader = answer.batches[Symbol.asyncIterator]();
  let graft: Graft | undefined;
  let original: GatewayError | undefined;
  let broken: Broken | undefined;
  let isOver = false;

  /** What the reader gets of a batch; a failure is put aside until it is known to be one for the reader. */
  function take(batch: Batch): Batch {
    const whole = splitFailure(batch);
    const events = graft ? graft.push(whole.said) : whole.said;
    if (whole.failure) broken = { failure: whole.failure, usage: whole.usage };
    delivered.note(events);
    return events;
  }

  async function takeUp({ failure, usage }: Broken): Promise<Batch> {
    original ??= failure;
    const successor = await succeed(failure);
    // Who pays has to know what each target used, so that one's usage comes before the other one begins.
    const used = usageEvents(usage);
    if (!successor) {
      isOver = true;
      return [...used, { type: 'failure', error: original }];
    }
    const from = targetIdOf(target);
    const { mode, told, said } = successor;
    ({ target } = successor.answer);
    reader = successor.answer.batches[Symbol.asyncIterator]();
    graft = createGraft(mode, said);
    if (told === 'restarted') delivered.clear();
    return [...used, { type: 'recovery', mode: told, from, to: targetIdOf(target) }];
  }

  async function next(): Promise<IteratorResult<Batch, undefined>> {
    while (!isOver) {
      const before = broken;
      broken = undefined;
      const step = before ? undefined : await reader.next();
      if (step?.done === true) break;
      const batch = before ? await takeUp(before) : step ? take(step.value) : [];
      if (batch.length > 0) return { done: false, value: batch };
    }
    isOver = true;
    return { done: true, value: undefined };
  }

  async function close(): Promise<IteratorResult<Batch, undefined>> {
    isOver = true;
    leave(cancelled());
    await reader.return?.();
    return { done: true, value: undefined };
  }

  const batches: AsyncIterableIterator<Batch, undefined> = {
    [Symbol.asyncIterator]: () => batches,
    next,
    return: close,
  };
  return { target, batches, ...(answer.recording === undefined ? {} : { recording: answer.recording }) };
}

interface Broken {
  readonly failure: GatewayError;
  readonly usage: ModelUsage | undefined;
}

function splitFailure(batch: Batch): { said: Batch; failure?: GatewayError; usage?: ModelUsage | undefined } {
  const last = batch.at(-1);
  if (last?.type !== 'failure') return { said: batch };
  const usage = batch.findLast((event) => event.type === 'usage')?.usage;
  return { said: batch.filter(({ type }) => type !== 'failure' && type !== 'usage'), failure: last.error, usage };
}

function usageEvents(usage: ModelUsage | undefined): Batch {
  return usage ? [{ type: 'usage', usage }] : [];
}
