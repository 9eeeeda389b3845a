import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf } from './stream-format.ts';

/** What a reader of server-sent events makes of one event. */
function payloadOf(event: string): string {
  const lines = event.split(/\r\n|\r|\n/);
  expect(lines.shift()).toBe('event: data');
  expect(lines.splice(-2)).toEqual(['', '']);
  return lines.map((line) => /^data: ?(.*)$/s.exec(line)?.[1]).join('\n');
}

const bytes = fc.uint8Array({ maxLength: 50 }).map((chunk) => Buffer.from(chunk).toString('latin1'));

describe('an event', () => {
  it('carries any text, with its lines ended alike', () => {
    const { event, eventEncoding } = formatOf('text/plain; charset=utf-8');
    expect(eventEncoding).toBeUndefined();
    const line = fc.constantFrom('', ' ', '  a', 'data: x', 'event: control', ': comment', 'ü🎈');
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r', '\r\n'), (lines, end) => {
        const entry = Buffer.from(lines.join(end)).toString('latin1');
        expect(payloadOf(event([entry]))).toBe(lines.join('\n'));
      }),
    );
  });

  it('carries any bytes as base64', () => {
    const { event, eventEncoding } = formatOf('image/png');
    expect(eventEncoding).toBe('base64');
    fc.assert(
      fc.property(fc.array(bytes), (entries) => {
        const received = Buffer.from(payloadOf(event(entries)), 'base64');
        expect(received.toString('latin1')).toBe(entries.join(''));
      }),
    );
  });

  it('carries any JSON as an array, whatever space its writer left', () => {
    const { event, body } = formatOf('application/vnd.parley+json');
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (values) => {
        const entries = values.map((value) => JSON.stringify(value, undefined, 1));
        const wanted: unknown = JSON.parse(JSON.stringify(values));
        expect(JSON.parse(payloadOf(event(entries)))).toEqual(wanted);
        expect(JSON.parse(String(body(entries)))).toEqual(wanted);
      }),
    );
  });
});
