import type { CodeRunEvent, CodeRunResult } from '@parley/contracts';
import { explainProblem } from '../../../../lib/i18n/explain-problem.ts';

/** How a run that was asked for here stands. */
export interface CodeRunState {
  readonly phase: 'sending' | 'queued' | 'running' | 'lost' | 'done' | 'failed';
  /** How many runs are before it. */
  readonly position: number;
  /** What it printed so far. */
  readonly printed: string;
  readonly result?: CodeRunResult;
  /** Why it could not be run, in words of the server. */
  readonly problem?: string;
  /** Why the server could not be asked. */
  readonly cause?: unknown;
}

export const newCodeRun: CodeRunState = { phase: 'sending', position: 0, printed: '' };

/** The state after more has happened. */
export function afterEvents(state: CodeRunState, events: readonly CodeRunEvent[]): CodeRunState {
  return events.reduce(afterEvent, state);
}

function afterEvent(state: CodeRunState, event: CodeRunEvent): CodeRunState {
  switch (event.type) {
    case 'queued':
      return { ...state, phase: 'queued', position: event.position };
    case 'started':
      // A run that is begun anew prints anew.
      return { ...state, phase: 'running', printed: '' };
    case 'stdout':
    case 'stderr':
      return { ...state, phase: 'running', printed: state.printed + event.text };
    case 'done':
      return { ...state, phase: 'done', result: event.result };
    case 'failed':
      return { ...state, phase: 'failed', problem: explainProblem(event) };
    default:
      return event satisfies never;
  }
}
