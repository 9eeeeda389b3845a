import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventNumbering } from './event-numbering.ts';
import { formatEventId, isAttemptOf, newAttempt, parseEventId } from './event-id.ts';

const attempt = '0123456789abcdef';

function number(...pieces: readonly (string | Uint8Array)[]): string[] {
  const numbering = createEventNumbering(attempt);
  return [...pieces.flatMap((piece) => numbering.push(piece)), ...numbering.end()];
}

test('every event gets an id that rises; its own bytes stay', () => {
  expect(number('data: a\n\ndata: b\r\n\r\n')).toEqual([
    'id: 0123456789abcdef-00000001\ndata: a\n\n',
    'id: 0123456789abcdef-00000002\ndata: b\r\n\r\n',
  ]);
});

test('ids of the upstream are taken out, wherever they stand', () => {
  expect(number('id: 7\ndata: a\nid\n\nevent: x\nid:8\r\ndata: id: 9\n\n').join('')).toBe(
    'id: 0123456789abcdef-00000001\ndata: a\n\nid: 0123456789abcdef-00000002\nevent: x\ndata: id: 9\n\n',
  );
});

test('comments travel with the event after them, and the last ones are kept', () => {
  expect(number('\uFEFF: hello\n\ndata: a\n\n: bye\n\n')).toEqual([
    ': hello\n\nid: 0123456789abcdef-00000001\ndata: a\n\n',
    ': bye\n\n',
  ]);
});

test('however the events come together, they are the same, and without ids what the upstream sent', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''));
  const event = fc
    .tuple(fc.array(line, { minLength: 1, maxLength: 3 }), fc.constantFrom('\n', '\r\n'))
    .map(([lines, newline]) => `${lines.map((text) => `data: ${text}${newline}`).join('')}${newline}`);
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 4 }), { maxLength: 4 }), (groups) => {
      const numbered = number(...groups.map((group) => Buffer.from(group.join(''))));
      expect(numbered).toEqual(number(...groups.flat()));
      expect(numbered).toHaveLength(groups.flat().length);
      expect(numbered.map((text) => text.slice(text.indexOf('\n') + 1)).join('')).toBe(groups.flat().join(''));
    }),
  );
});

test('ids are read as they are written, and nothing else is', () => {
  const recording = 'recordings/00ff00ff11111111';
  const id = formatEventId({ attempt: newAttempt(recording), number: 42 });
  const place = parseEventId(id);
  expect(place?.number).toBe(42);
  expect(isAttemptOf(place?.attempt ?? '', recording)).toBe(true);
  expect(isAttemptOf(place?.attempt ?? '', 'recordings/00ff00ff22222222')).toBe(false);
  for (const other of ['', '-1', '42', `${id}0000000`, `${id} `, id.toUpperCase().replace('-', '_')]) {
    expect(parseEventId(other)).toBeUndefined();
  }
});
