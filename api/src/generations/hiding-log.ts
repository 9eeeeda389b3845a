import type { GenerationEvent } from '@parley/contracts';
import type { Batch, LogReader } from '@parley/stream-log';
import { hideInput, hideInputs } from '../hide-inputs.ts';

/** A log as others read it than the person who asked for the answer; see `hideInput`. */
export function createHidingLog(log: LogReader<GenerationEvent>): LogReader<GenerationEvent> {
  return {
    read: async (...asked) => hideIn(await log.read(...asked)),
    async *follow(...asked) {
      for await (const batch of log.follow(...asked)) yield hideIn(batch);
    },
  };
}

function hideIn(batch: Batch<GenerationEvent>): Batch<GenerationEvent> {
  return { ...batch, entries: batch.entries.map(hideEvent) };
}

function hideEvent(event: GenerationEvent): GenerationEvent {
  switch (event.type) {
    case 'input-requested':
    case 'input-received':
    case 'input-given':
      return hideInput(event);
    case 'snapshot':
      return { ...event, parts: hideInputs(event.parts) };
    default:
      return event;
  }
}
