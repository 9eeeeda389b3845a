import type { Writable } from '../core/writable.ts';

const quote = 34;
const backslash = 92;
const openers = new Set([91, 123]);
const closers = new Set([93, 125]);
const openBrace = 123;

export interface ObjectMeter {
  push(text: string): void;
  /** Whether the object that began has ended. */
  readonly isWhole: boolean;
}

/** Follows the JSON text of an object that comes in pieces: each letter is looked at once, however many pieces there are. */
export function createObjectMeter(): ObjectMeter {
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let isBegun = false;

  function step(code: number): void {
    if (isEscaped) isEscaped = false;
    else if (isInString) {
      if (code === backslash) isEscaped = true;
      else if (code === quote) isInString = false;
    } else if (code === quote) isInString = true;
    else if (openers.has(code)) {
      isBegun ||= code === openBrace;
      depth += 1;
    } else if (closers.has(code)) depth -= 1;
  }

  const meter: Writable<ObjectMeter> = {
    isWhole: false,
    push(text) {
      for (let at = 0; at < text.length; at += 1) step(text.charCodeAt(at));
      meter.isWhole = isBegun && depth === 0 && !isInString;
    },
  };
  return meter;
}
