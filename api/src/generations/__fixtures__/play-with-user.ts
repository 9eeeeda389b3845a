import { foldMessage } from '@parley/contracts';
import type { RunningMessage } from '@parley/contracts';
import type { TurnEvent, TurnOutcome } from '../turn-event.ts';
import { emptyRunningAnswer } from './messages.ts';
import { playAsFar } from './play-turn.ts';
import type { PlayOptions } from './play-turn.ts';
import { createUser } from './tools.ts';

export interface Attended {
  readonly events: readonly TurnEvent[];
  readonly outcome: TurnOutcome;
  readonly message: RunningMessage;
  /** How often it was left to wait for its user. */
  readonly waits: number;
}

/** A turn whose user answers when it waits; each wait ends its process, and another one continues it. */
export async function playWithUser(
  options: PlayOptions,
  onWaiting: (user: ReturnType<typeof createUser>, waits: number) => void,
  user = createUser(),
): Promise<Attended> {
  const events: TurnEvent[] = [];
  let message = emptyRunningAnswer();
  for (let waits = 0; waits < 20; waits += 1) {
    const { step } = message.progress;
    const { outcome } = await playAsFar({
      ...options,
      inputs: user.ports,
      ...(waits === 0 ? {} : { answer: message.parts, step, begun: { attempt: 1, isUsageHeld: false } }),
      onEvent(event) {
        message = foldMessage(message, { ...event, n: events.length });
        events.push(event);
        user.hears(event);
        options.onEvent?.(event);
      },
    });
    if (outcome !== 'waiting') return { events, outcome, message, waits };
    onWaiting(user, waits);
  }
  throw new Error('The turn waits for ever.');
}
