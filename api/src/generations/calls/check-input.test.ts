import { expect, it } from 'vitest';
import { checkInput, faultsOf } from './check-input.ts';

const text = (value: unknown): string => JSON.stringify(value);

it('tells what does not fit, and takes what does', () => {
  const spec = { inputSchema: { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] } };
  expect(checkInput('{"n":1}', spec)).toEqual({ input: { n: 1 } });
  expect(checkInput('{"n":"one"}', spec)).toEqual({ wrong: expect.stringContaining('“n”') });
  expect(checkInput('{}', spec)).toEqual({ wrong: expect.stringContaining('"n"') });
  expect(checkInput('[1]', spec)).toEqual({ wrong: 'The input is not a JSON object.' });
  expect(checkInput('{"n":', spec)).toEqual({ wrong: 'The input is not valid JSON.' });
});

it('takes the names of an object’s own machinery for names like any other', () => {
  const spec = { inputSchema: { type: 'object', properties: {}, additionalProperties: false } };
  const wrong = checkInput('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}', spec);
  expect(wrong).toEqual({ wrong: expect.stringContaining('“__proto__”') });
  expect(Object.hasOwn(Object.prototype, 'isAdmin')).toBe(false);
});

const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => {
    const next = { $ref: `#/$defs/a${index + 1}` };
    return [`a${index}`, { allOf: [next, next] }];
  }),
);

it.each([
  { name: 'a regular expression', inputSchema: { properties: { x: { pattern: '^(a+)+$' } } } },
  { name: 'the name of a property', inputSchema: { patternProperties: { '^(a+)+$': {} } } },
  { name: 'an address', inputSchema: { properties: { x: { format: 'url' } } } },
  { name: 'references that double', inputSchema: { $defs: { ...doubling, a40: {} }, $ref: '#/$defs/a0' } },
])('is not held up by $name that takes for ever to check', ({ inputSchema }) => {
  const endless = `http://${'a'.repeat(60)}!`;
  const value = {
    x: inputSchema.properties?.x.pattern === undefined ? endless : endless.slice(7),
    [endless.slice(7)]: 1,
  };
  expect(checkInput(text(value), { inputSchema })).toEqual({ input: value });
  expect(faultsOf(value, { inputSchema })).toEqual([]);
});

it.each([
  { name: 'leads to itself', inputSchema: { allOf: [{ $ref: '#' }] } },
  { name: 'leads elsewhere', inputSchema: { $ref: 'https://evil.example/schema' } },
  { name: 'has no such pattern', inputSchema: { properties: { x: { pattern: '(' } } } },
])('lets pass what a schema says nothing about that $name', ({ inputSchema }) => {
  expect(checkInput('{"x":"y"}', { inputSchema })).toEqual({ input: { x: 'y' } });
});
