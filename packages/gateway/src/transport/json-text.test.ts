import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonTextAt, jsonTextsAt } from './json-text.ts';
import { rawJson, writeJson } from './write-json.ts';

test('finds the text of a value as it was written', () => {
  const json = ' { "a" : [ 1 , {"b\\u0063": [ 1.0, 12345678901234567890 ] } ], "d": "x,]}" } ';
  expect(jsonTextAt(json, ['a', 1, 'bc'])).toBe('[ 1.0, 12345678901234567890 ]');
  expect(jsonTextAt(json, ['a', 0])).toBe('1');
  expect(jsonTextAt(json, ['d'])).toBe('"x,]}"');
  expect(jsonTextAt(json, ['a', 2])).toBeUndefined();
  expect(jsonTextAt(json, ['d', 'x'])).toBeUndefined();
  expect(jsonTextAt('{"a":1,"a":2}', ['a'])).toBe('2');
  expect(jsonTextAt('[]', [0])).toBeUndefined();
});

test('agrees with the parser on any value', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
      fc.constantFrom(undefined, 1, '\t'),
      (list, space) => {
        const json = JSON.stringify(list, null, space);
        const read = JSON.parse(json) as Record<string, unknown>[];
        for (const [index, object] of read.entries()) {
          for (const [key, value] of Object.entries(object)) {
            expect(JSON.parse(jsonTextAt(json, [index, key]) ?? '')).toEqual(value);
          }
        }
      },
    ),
  );
});

test('writes what JSON.stringify writes, and raw texts as they are', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(writeJson(value)).toBe(JSON.stringify(value));
    }),
  );
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
  expect(() => writeJson(deep)).toThrow('nested too deeply');
  expect(writeJson({ a: undefined, b: [rawJson('{"n":1.0,"n":12345678901234567890}')], c: null })).toBe(
    '{"b":[{"n":1.0,"n":12345678901234567890}],"c":null}',
  );
});

const path = ['list', '*', 'inner', '*', 'value'];

test('finds every value at its place at once, whatever stands around it', () => {
  const item = fc.record({ before: fc.jsonValue(), value: fc.jsonValue(), '"after"': fc.jsonValue() });
  const list = fc.array(fc.record({ other: fc.jsonValue(), inner: fc.array(item) }));
  fc.assert(
    fc.property(fc.jsonValue(), list, fc.constantFrom(0, 1, '\t'), (noise, values, space) => {
      const found = jsonTextsAt(JSON.stringify({ noise, list: values }, undefined, space), path);
      const expected = values.flatMap(({ inner }, outer) => inner.map(({ value }, at) => [`${outer}/${at}`, value]));
      expect([...found].map(([place, text]) => [place, JSON.parse(text)])).toEqual(
        JSON.parse(JSON.stringify(expected)),
      );
    }),
  );
});

test('of equal keys the last counts, on the way as at its end', () => {
  const text = '{"list":[{"inner":[{"value":1}]}],"list":[{"inner":[{},{"value":2,"value":3}]}]}';
  expect([...jsonTextsAt(text, path)]).toEqual([['0/1', '3']]);
});

test('keeps values as they were written', () => {
  const text = '{ "list" : [ 7, { "inner" : [ {}, { "value" : { "a":1, "a" : 12345678901234567890 } } ] } ] }';
  expect([...jsonTextsAt(text, path)]).toEqual([['1/1', '{ "a":1, "a" : 12345678901234567890 }']]);
});

test('knows keys by what they say, and strings by where they end', () => {
  const text = '{"\\u006cist":[{"inner":[{"x":"\\\\\\"}]","value":"\\\\"}]}]}';
  expect([...jsonTextsAt(text, path)]).toEqual([['0/0', '"\\\\"']]);
});

test('finds nothing where there is something else', () => {
  for (const text of ['[]', '"list"', '{"list":{}}', '{"list":[{"inner":{"value":1}}]}']) {
    expect(jsonTextsAt(text, path).size).toBe(0);
  }
});
