import type { GenerationEvent } from '@parley/contracts';
import type { Batch, LogReader } from '@parley/stream-log';
import { hideInput, hideInputs } from '../hide-inputs.ts';
import { hideModelOf } from '../hide-model.ts';

/** What the reader of a log may not know. */
interface Hidden {
  /** What its asker was asked and filled in; see `hideInput`. */
  readonly inputs: boolean;
  /** Who writes the answer; see `hideModelOf`. */
  readonly model: boolean;
}

/** A log as somebody reads it who may not know all of it. */
export function createHidingLog(
  log: LogReader<GenerationEvent>,
  { inputs, model }: Hidden,
): LogReader<GenerationEvent> {
  function hideIn(batch: Batch<GenerationEvent>): Batch<GenerationEvent> {
    const known = inputs ? batch.entries.map(withoutInput) : batch.entries;
    return { ...batch, entries: model ? known.map(hideModelOf) : known };
  }

  if (!inputs && !model) return log;
  return {
    read: async (...asked) => hideIn(await log.read(...asked)),
    async *follow(...asked) {
      for await (const batch of log.follow(...asked)) yield hideIn(batch);
    },
  };
}

function withoutInput(event: GenerationEvent): GenerationEvent {
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
