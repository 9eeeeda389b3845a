import { foldParts } from '@parley/contracts';
import type { AgentRef, MessagePart, ToolCallPart } from '@parley/contracts';
import { orAborted } from '../../or-aborted.ts';
import type { TurnEvent } from '../turn-event.ts';
import type { TurnSetup } from '../turn-setup.ts';
import { findCallable } from './agent-tools.ts';
import { answerCall } from './answer-call.ts';
import { isUnanswered, waitingCalls } from './call-parts.ts';
import { mergeSources } from './merge-sources.ts';
import type { Passing, RoundPorts, ToolRound } from './tool-round.ts';

interface RoundEnd {
  readonly answer: readonly MessagePart[];
  /** Some calls wait for their user, and nothing else is left to do. */
  readonly isWaiting: boolean;
  /** Of the agent that goes on from here, if the conversation was passed on. */
  readonly setup?: TurnSetup;
}

/** One round of tool calls, side by side: the answer with their results, or as far as it gets without its user. */
export async function* answerCalls(
  round: ToolRound,
  ports: Omit<RoundPorts, 'passing'>,
): AsyncGenerator<TurnEvent, RoundEnd> {
  const { step } = round;
  const over = new AbortController();
  const signal = AbortSignal.any([ports.signal, over.signal]);
  const passing: Passing = {};
  const inner = { ...ports, signal, stop: AbortSignal.any([ports.stop, over.signal]), passing };
  const sources = mergeSources<string, TurnEvent>();
  const entered = new Set<string>();
  let { answer } = round;

  function enterCalls(): void {
    for (const call of answer.filter(isUnanswered)) {
      const { callId } = call;
      if (sources.has(callId) || !isReady(call, entered.has(callId), inner)) continue;
      entered.add(callId);
      sources.add(callId, answerCall(call, { ...round, answer }, inner));
    }
  }

  const ignore = ports.inputs.onGiven(() => sources.wake());
  try {
    for (;;) {
      enterCalls();
      if (sources.size === 0) break;
      const event = await orAborted(sources.next(), signal);
      if (event === undefined) continue;
      answer = foldParts(answer, event);
      yield event;
    }
  } finally {
    ignore();
    over.abort();
  }
  if (answer.some(isUnanswered)) return { answer, isWaiting: true };
  const passed = await passedOn(answer, round, inner);
  if (passed === undefined) return { answer, isWaiting: false };
  const handedOff = { type: 'handed-off', step, part: answer.length, agent: passed.agent } as const;
  yield handedOff;
  return { answer: foldParts(answer, handedOff), isWaiting: false, setup: passed.setup };
}

/** Whether there is something to do for a call that nobody works on. */
function isReady({ state, callId, run }: ToolCallPart, isEntered: boolean, { inputs }: RoundPorts): boolean {
  if (!isEntered) return true;
  if (state === 'waiting') return inputs.given(callId) !== undefined;
  return run !== undefined && waitingCalls(run.parts).some((inside) => inputs.given(inside.callId) !== undefined);
}

/** Whom a round passes the conversation on to, also when that was accepted by an earlier producer. */
async function passedOn(
  answer: readonly MessagePart[],
  { step, setup }: ToolRound,
  { passing, setupOf, signal }: RoundPorts,
): Promise<{ agent: AgentRef; setup: TurnSetup } | undefined> {
  if (passing.accepted !== undefined) return passing.accepted;
  if (answer.some((part) => part.type === 'hand-off' && part.step === step)) return undefined;
  for (const part of answer) {
    if (part.type !== 'tool-call' || part.step !== step - 1 || part.state !== 'done') continue;
    const callable = findCallable(setup, part.name);
    if (callable?.kind === 'hand-off') return { agent: callable.agent, setup: await setupOf(callable.agent, signal) };
  }
  return undefined;
}
