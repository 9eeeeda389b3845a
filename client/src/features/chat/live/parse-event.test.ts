import { expect, it } from 'vitest';
import { parseEvent } from './parse-event.ts';

it('reads the events of the contract', () => {
  const event = { type: 'step-started', n: 1, step: 0 };
  expect(parseEvent(event)).toEqual(event);
});

it('counts an event of a type it does not know', () => {
  expect(parseEvent({ type: 'hologram', n: 7, step: 2, beam: true })).toEqual({ type: 'step-finished', n: 7, step: 2 });
});

it.each([null, 'text', {}, { type: 'step-started' }])('leaves %j out', (value) => {
  expect(parseEvent(value)).toBeUndefined();
});
