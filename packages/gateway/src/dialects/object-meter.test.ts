import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createObjectMeter } from './object-meter.ts';

test('an object is whole with its last brace and not before, wherever its text is split', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 1, max: 7 }), (value, size) => {
      const text = JSON.stringify(value);
      const meter = createObjectMeter();
      for (let at = 0; at < text.length; at += size) {
        expect(meter.isWhole).toBe(false);
        meter.push(text.slice(at, at + size));
      }
      expect(meter.isWhole).toBe(true);
      meter.push(' \n');
      expect(meter.isWhole).toBe(true);
    }),
  );
});

test('nothing, and what is no object, is never whole', () => {
  const meter = createObjectMeter();
  expect(meter.isWhole).toBe(false);
  meter.push(' "{}" ');
  expect(meter.isWhole).toBe(false);
});
