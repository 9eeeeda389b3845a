import type { ErrorPart, FinishReason, NewEvent, StepTrace } from '@parley/contracts';

/** What happens inside a turn; its beginning, its title and its end are told by whoever runs it. */
export type TurnEvent = Exclude<
  NewEvent,
  { type: 'generation-started' | 'generation-finished' | 'title' | 'snapshot' }
>;

/** How a turn ended. `error` comes with `failed`. */
export interface TurnOutcome {
  readonly status: 'done' | 'stopped' | 'failed';
  readonly finishReason: FinishReason;
  readonly error?: ErrorPart;
  /** Of its last step. */
  readonly trace?: StepTrace;
}
