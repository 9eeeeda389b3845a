import type { ModelEvent } from '../core/model-event.ts';
import type { Delivered } from './delivered-answer.ts';
import { createOverlapTrimmer } from './trim-overlap.ts';

/** Fits the events of one answer behind those of another. */
export interface Graft {
  push(batch: readonly ModelEvent[]): readonly ModelEvent[];
}

/**
 * Numbers the parts so that none comes twice, lets a continued text go on in its part, without what it repeats, and
 * leaves out the beginning: the reader is in the middle of an answer.
 */
export function createGraft(mode: 'restarted' | 'continued', said: Delivered): Graft {
  const trimmer = createOverlapTrimmer(mode === 'continued' ? said.text : '');
  const numbers = new Map<number, number>();
  let nextPart = said.nextPart;
  let lastTextPart = 0;

  function numberOf(part: number, isText: boolean): number {
    let number = numbers.get(part);
    if (number === undefined) {
      const goesOn = mode === 'continued' && isText && numbers.size === 0;
      number = (goesOn ? said.textPart : undefined) ?? nextPart++;
      numbers.set(part, number);
    }
    return number;
  }

  const text = (words: string): ModelEvent[] =>
    words === '' ? [] : [{ type: 'text-delta', part: lastTextPart, text: words }];

  function fit(event: ModelEvent): readonly ModelEvent[] {
    if (event.type === 'answer-start') return [];
    if (event.type === 'text-delta') {
      lastTextPart = numberOf(event.part, true);
      return text(trimmer.push(event.text));
    }
    const rest = event.type === 'finish' || event.type === 'failure' || 'part' in event ? text(trimmer.end()) : [];
    return [...rest, 'part' in event ? { ...event, part: numberOf(event.part, false) } : event];
  }

  return { push: (batch) => batch.flatMap(fit) };
}
