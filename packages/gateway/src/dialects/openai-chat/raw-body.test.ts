import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { patchChatBody } from './raw-body.ts';

const patch = (body: string, wantUsage = true): string =>
  patchChatBody(Buffer.from(body), { model: 'm', wantUsage }).toString();

test('puts the model in the place of every model at the top, and nowhere else', () => {
  const body = String.raw`{"model":"a","messages":[{"model":"x","content":"\"model\":\"y\""}],"mod\u0065l" : {"model":1} }`;
  expect(patch(body, false)).toBe(
    String.raw`{"model":"m","messages":[{"model":"x","content":"\"model\":\"y\""}],"mod\u0065l" : "m" }`,
  );
});

test('adds the wish for usage, or completes the one that is there', () => {
  expect(patch('{"model":"a"}')).toBe('{"stream_options":{"include_usage":true},"model":"m"}');
  expect(patch(' { "a":1, "model" : "a","b":{}}')).toBe(
    ' {"stream_options":{"include_usage":true}, "a":1, "model" : "m","b":{}}',
  );
  expect(patch('{"b":[],"model":"a"}')).toBe('{"stream_options":{"include_usage":true},"b":[],"model":"m"}');
  expect(patch('{"model":"a","stream_options":null}')).toBe('{"model":"m","stream_options":{"include_usage":true}}');
  expect(patch('{"stream_options" : {"include_usage":false,"x":[1]},"model":"a" }')).toBe(
    '{"stream_options" : {"include_usage":true,"x":[1]},"model":"m" }',
  );
});

test('adds the model where the body names none', () => {
  expect(patch('{}', false)).toBe('{"model":"m"}');
  expect(patch('{"messages":[{"model":"x"}]}', false)).toBe('{"model":"m","messages":[{"model":"x"}]}');
  expect(patch('{"a":1}')).toBe('{"model":"m","stream_options":{"include_usage":true},"a":1}');
});

test('any body means the same afterwards, but for the patch', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(4), fc.boolean(), (fields, indent, hasModel) => {
      const body = { ...fields, ...(hasModel ? { model: 'a' } : {}) };
      const expected = { ...body, model: 'm', stream_options: { include_usage: true } };
      expect(JSON.parse(patch(JSON.stringify(body, null, indent)))).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
  );
});
