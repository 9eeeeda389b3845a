import type { MessagePart } from '@parley/contracts';

/** UTF-16 units: with every one of them three bytes long, an answer still fits into a document of MongoDB (16 MB). */
const mostText = 4_000_000;
/** What a part takes up beside its texts. */
const partSize = 500;
/** Runs of sub-agents in one answer, whoever asks for them. */
const mostRuns = 100;

/** How much more an answer may hold, the runs of its sub-agents included. */
export interface AnswerRoom {
  /** Nothing more may be begun. */
  isFull(): boolean;
  /** Notes what a model has written. */
  add(length: number): void;
  /** Whether a text of a tool still fits, which it takes up then. */
  take(length: number): boolean;
  /** Whether another sub-agent may be asked, which counts then. */
  takeRun(): boolean;
}

/** The room that is left beside what an answer holds already. */
export function createAnswerRoom(answer: readonly MessagePart[]): AnswerRoom {
  let used = 0;
  let runs = 0;

  function measure(parts: readonly MessagePart[]): void {
    for (const part of parts) {
      used += partSize;
      if ('text' in part) used += part.text.length;
      if (part.type !== 'tool-call') continue;
      used += part.input.length + (part.output?.length ?? 0);
      if (part.run === undefined) continue;
      runs += 1;
      measure(part.run.parts);
    }
  }

  measure(answer);
  return {
    isFull: () => used >= mostText,
    add(length) {
      used += length;
    },
    take(length) {
      if (used + length + partSize > mostText) return false;
      used += length + partSize;
      return true;
    },
    takeRun() {
      if (runs >= mostRuns) return false;
      runs += 1;
      return true;
    },
  };
}
