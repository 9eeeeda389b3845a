import type { CommandId } from '@parley/contracts';
import { createCommandInbox, isSteer } from '../command-inbox.ts';
import { noTools } from '../tool.ts';
import { runTurn } from '../turn-loop.ts';
import type { Turn, TurnPorts } from '../turn-loop.ts';
import type { TurnEvent, TurnOutcome } from '../turn-event.ts';
import { generationId, message, text } from './messages.ts';
import { createScriptedStrategy, scriptedTarget } from './scripted-strategy.ts';
import type { Line } from './scripted-strategy.ts';

export interface Watched {
  readonly events: TurnEvent[];
  readonly outcome: TurnOutcome;
}

export interface PlayOptions extends Partial<Turn>, Partial<TurnPorts> {
  readonly onEvent?: (event: TurnEvent) => void;
}

const never = new AbortController().signal;

/** Runs a turn to its end, of which nothing is written down and in which nobody interferes unless told. */
export async function playTurn(options: PlayOptions = {}): Promise<Watched> {
  const { onEvent, ...own } = options;
  const turn: Turn & TurnPorts = {
    generationId,
    model: 'scripted-1',
    history: [message(0, 'user', text('Hi'))],
    answer: [],
    step: 0,
    begun: undefined,
    strategy: createScriptedStrategy(),
    target: scriptedTarget,
    tools: noTools,
    stop: never,
    halt: never,
    steersAfter: () => [],
    written: () => Promise.resolve(),
    beforeEnd: () => Promise.resolve(),
    hangUp: () => undefined,
    onAhead: () => undefined,
    pause: () => Promise.resolve(),
    ...own,
  };
  const running = runTurn(turn, turn);
  const events: TurnEvent[] = [];
  for (;;) {
    const next = await running.next();
    if (next.done === true) return { events, outcome: next.value };
    events.push(next.value);
    onEvent?.(next.value);
  }
}

export const says = (value: string, part = 0): Line => ({ type: 'text-delta', part, text: value });

export const calls = (part: number, callId: string, value: string): Line => ({
  type: 'tool-input-delta',
  part,
  callId,
  name: 'get_weather',
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
