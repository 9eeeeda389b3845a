import { EventStreamCodec } from '@smithy/eventstream-codec';
import type { MessageHeaders } from '@smithy/eventstream-codec';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { GatewayError } from '../../core/gateway-error.ts';
import { eventStreamBytes } from '../../testing/event-stream-bytes.ts';
import { createEventStreamScanner } from './event-stream-scanner.ts';

const aws = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);
const message = (payload: unknown) => eventStreamBytes([{ event: 'messageStop', payload }]);

const headers: fc.Arbitrary<MessageHeaders> = fc.dictionary(
  fc.stringMatching(/^[a-z-]{1,12}$/),
  fc.oneof(
    fc.boolean().map((value) => ({ type: 'boolean', value }) as const),
    fc.integer({ min: -128, max: 127 }).map((value) => ({ type: 'byte', value }) as const),
    fc.integer({ min: -32_768, max: 32_767 }).map((value) => ({ type: 'short', value }) as const),
    fc.integer().map((value) => ({ type: 'integer', value }) as const),
    fc.uint8Array({ maxLength: 20 }).map((value) => ({ type: 'binary', value }) as const),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => ({ type: 'string', value }) as const),
    fc.date({ noInvalidDate: true }).map((value) => ({ type: 'timestamp', value }) as const),
    fc.uuid().map((value) => ({ type: 'uuid', value }) as const),
  ),
  { maxKeys: 6 },
);

test('reads what AWS writes, with headers of every type, in any pieces', () => {
  const messages = fc.array(fc.tuple(headers, fc.string({ unit: 'grapheme', maxLength: 300 })), { maxLength: 6 });
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 90 }), (sent, size) => {
      const bytes = Buffer.concat(
        sent.map(([others, body], index) => {
          const own = { ':event-type': { type: 'string', value: `event-${index}` } } as const;
          return aws.encode({ headers: { ...others, ...own }, body: Buffer.from(body) });
        }),
      );
      const scanner = createEventStreamScanner();
      const frames = [];
      for (let at = 0; at < bytes.length; at += size) frames.push(...scanner.push(bytes.subarray(at, at + size)));
      expect(frames.map(({ name, data, isComplete }) => ({ name, data, isComplete }))).toEqual(
        sent.map(([, data], index) => ({ name: `event-${index}`, data, isComplete: true })),
      );
      expect(Buffer.concat(frames.map(({ raw }) => raw))).toEqual(bytes);
      expect(scanner.end()).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('refuses a stream in which any one byte was changed', () => {
  const bytes = Buffer.concat([message({ stopReason: 'end_turn' }), message({})]);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8((changed.readUInt8(at) + 1) % 256, at);
    const scanner = createEventStreamScanner();
    const read = () => scanner.push(changed);
    expect(read).toThrow(GatewayError);
  }
});

test('refuses a message that is too large before it has come', () => {
  const scanner = createEventStreamScanner({ maxMessageBytes: 100 });
  expect(() => scanner.push(message({ text: 'x'.repeat(200) }).subarray(0, 12))).toThrow('too large');
});

test('says of a message that did not come to its end that it is not complete', () => {
  const scanner = createEventStreamScanner();
  const bytes = message({});
  expect(scanner.push(bytes.subarray(0, -1))).toEqual([]);
  expect(scanner.end()).toEqual([{ raw: bytes.subarray(0, -1), data: undefined, isComplete: false }]);
});

test('names an exception by its type and reads an unmodelled error', () => {
  const scanner = createEventStreamScanner();
  const exception = eventStreamBytes([{ exception: 'throttlingException', payload: { message: 'Slow down.' } }]);
  const error = aws.encode({
    headers: {
      ':message-type': { type: 'string', value: 'error' },
      ':error-code': { type: 'string', value: 'InternalFailure' },
      ':error-message': { type: 'string', value: 'Broken.' },
    },
    body: new Uint8Array(),
  });
  const frames = scanner.push(Buffer.concat([exception, error]));
  expect(frames.map(({ name, data }) => [name, data])).toEqual([
    ['throttlingException', '{"message":"Slow down."}'],
    ['exception', '{"message":"Broken.","code":"InternalFailure"}'],
  ]);
});
