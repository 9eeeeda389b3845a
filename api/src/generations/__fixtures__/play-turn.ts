import type { CommandId, MessagePart, StepTrace } from '@parley/contracts';
import type { ProviderStrategy } from '@parley/gateway';
import { createCommandInbox, isSteer } from '../command-inbox.ts';
import { runTurn } from '../turn-loop.ts';
import type { Turn, TurnPorts } from '../turn-ports.ts';
import { createSpending } from '../spending.ts';
import { startStopwatch } from '../stopwatch.ts';
import type { TurnEvent, TurnOutcome } from '../turn-event.ts';
import type { TurnSetup } from '../turn-setup.ts';
import type { Tool } from '../../tools/tool.ts';
import { generationId, message, text } from './messages.ts';
import { createScriptedStrategy } from './scripted-strategy.ts';
import type { Line } from './scripted-strategy.ts';
import { approvalsOf, caller, createUser, setupWith, shortResults } from './tools.ts';

export interface Watched {
  /** Without how steps went, which is never the same twice. */
  readonly events: TurnEvent[];
  readonly outcome: TurnOutcome;
  readonly answer: readonly MessagePart[];
  /** How steps went, in the order it was told. */
  readonly traces: readonly StepTrace[];
}

/** A turn that was left because it waits for its user, or has ended. */
export interface Left extends Omit<Watched, 'outcome'> {
  readonly outcome: TurnOutcome | 'waiting';
}

export interface PlayOptions extends Partial<Omit<Turn, 'setup'>>, Partial<TurnPorts> {
  readonly strategy?: ProviderStrategy;
  readonly tools?: readonly Tool[];
  /** What differs from plain chat. */
  readonly setup?: Partial<TurnSetup>;
  readonly onEvent?: (event: TurnEvent) => void;
}

const never = new AbortController().signal;

/** Runs a turn to its end; see `playAsFar`. */
export async function playTurn(options: PlayOptions = {}): Promise<Watched> {
  const { outcome, ...rest } = await playAsFar(options);
  if (outcome === 'waiting') throw new Error('The turn waits for its user.');
  return { ...rest, outcome };
}

/** Runs a turn to its end or to where it waits, of which nothing is written down and in which nobody interferes unless told. */
export async function playAsFar(options: PlayOptions = {}): Promise<Left> {
  const { onEvent, strategy = createScriptedStrategy(), tools = [], setup, ...own } = options;
  const watch = startStopwatch(Date.now);
  const turn: Turn & TurnPorts = {
    generationId,
    history: [message(0, 'user', text('Hi'))],
    answer: [],
    step: 0,
    begun: undefined,
    within: [],
    ancestors: [],
    caller,
    approvals: approvalsOf().approvals,
    results: shortResults,
    inputs: createUser().ports,
    setupOf: () => Promise.reject(new Error('There is no other agent.')),
    stop: never,
    halt: never,
    steersAfter: () => [],
    written: () => Promise.resolve(),
    beforeEnd: () => Promise.resolve(),
    hangUp: () => undefined,
    onAhead: () => undefined,
    pause: () => Promise.resolve(),
    watch,
    startWatch: () => startStopwatch(Date.now),
    spending: createSpending(0),
    isOuterSpent: () => false,
    holdTime: () => watch.hold(),
    onToolError: () => undefined,
    ...own,
    setup: setupWith(strategy, tools, setup),
  };
  const running = runTurn(turn, turn);
  const events: TurnEvent[] = [];
  const traces: StepTrace[] = [];
  function withoutTrace<T extends { readonly trace?: StepTrace | undefined }>({ trace, ...rest }: T) {
    if (trace !== undefined) traces.push(trace);
    return rest;
  }
  try {
    for (;;) {
      const next = await running.next();
      if (next.done === true) {
        const { outcome, answer } = next.value;
        return { events, answer, traces, outcome: outcome === 'waiting' ? outcome : withoutTrace(outcome) };
      }
      const event = next.value.type === 'step-finished' ? withoutTrace(next.value) : next.value;
      events.push(event);
      onEvent?.(event);
    }
  } finally {
    watch.close();
  }
}

export const says = (value: string, part = 0): Line => ({ type: 'text-delta', part, text: value });

export const calls = (part: number, callId: string, value: string, name = 'get_weather'): Line => ({
  type: 'tool-input-delta',
  part,
  callId,
  name,
  text: value,
});

export const finish = (reason: 'stop' | 'length' | 'tool-calls' = 'stop'): Line => ({ type: 'finish', reason });

export const starts = (recording?: 'new' | 'replayed'): Line => ({
  type: 'answer-start',
  id: 'x',
  model: 'm',
  ...(recording === undefined ? {} : { recording }),
});

export interface SteerText {
  readonly commandId: CommandId;
  readonly text: string;
}

/** What the user has added, for a turn to take in; may grow meanwhile. */
export function steersOf(added: readonly SteerText[]): TurnPorts['steersAfter'] {
  return (answer) => {
    const at = '2026-01-01T00:00:00.000Z';
    const commands = added.map((steer) => ({ type: 'steer-requested' as const, at, ...steer }));
    return createCommandInbox(commands, () => undefined)
      .pending(answer)
      .filter(isSteer);
  };
}
