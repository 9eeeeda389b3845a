import type { ProducerEvent, RunningMessage, Usage } from '@parley/contracts';

/** What a message does not say about the step it is in. */
export interface StepMarks {
  /** The tokens of the steps and attempts before. */
  readonly usageBefore: Usage | undefined;
  /** The events of this step that leave no trace of their own in the message, in order. */
  readonly events: readonly MarkEvent[];
}

type MarkEvent = Extract<ProducerEvent, { type: 'usage' | 'step-finished' }>;

/** Before the first event of an answer. */
export const noMarks: StepMarks = { usageBefore: undefined, events: [] };

/** Before the first event of an answer whose steps before `firstStep` are those of the answer it goes on from. */
export function marksBefore(firstStep: number): StepMarks {
  if (firstStep === 0) return noMarks;
  return { usageBefore: undefined, events: [{ type: 'step-finished', n: 0, step: firstStep - 1 }] };
}

/** The marks after one more event, which `message` holds already. */
export function noteMark(marks: StepMarks, message: RunningMessage, event: ProducerEvent): StepMarks {
  if (isNested(event)) return marks;
  switch (event.type) {
    case 'step-started':
    case 'step-restarted':
    case 'snapshot':
      return { usageBefore: message.usage, events: [] };
    case 'usage':
    case 'step-finished':
      return { ...marks, events: [...marks.events, event] };
    default:
      return marks;
  }
}

/** Whether an event tells of a sub-agent's run: its steps are not the answer's. */
export function isNested({ within = [] }: Pick<ProducerEvent, 'within'>): boolean {
  return within.length > 0;
}

export function isUsageKnown({ events }: StepMarks): boolean {
  return events.some(({ type }) => type === 'usage');
}

export function isStepFinished({ events }: StepMarks): boolean {
  return events.some(({ type }) => type === 'step-finished');
}
