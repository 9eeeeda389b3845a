import type { McpElicitation } from '@parley/mcp';
import type { InputAnswer, InputRequest } from '@parley/contracts';
import { expect, it } from 'vitest';
import { askPerson } from './ask-person.ts';

const source = { kind: 'mcp', id: 'shop', title: 'Shop' } as const;

/** Somebody who answers the same to everything, and what they were asked. */
function person(answer: InputAnswer) {
  const asked: InputRequest[] = [];
  const ask = (request: InputRequest): Promise<InputAnswer> => {
    asked.push(request);
    return Promise.resolve(answer);
  };
  return { ask, asked };
}

function form(change: Partial<Extract<McpElicitation, { kind: 'form' }>> = {}): McpElicitation {
  return { kind: 'form', message: 'How many?', schema: { type: 'object', properties: {} }, ...change };
}

it('shows the beginning of a question that is too long to be read', async () => {
  const somebody = person({ kind: 'accept', content: '{}' });
  const answer = await askPerson(form({ message: 'x'.repeat(3_000_000) }), source, somebody);
  expect(answer).toEqual({ action: 'accept', content: {} });
  expect(JSON.stringify(somebody.asked).length).toBeLessThan(5_000);
});

it.each<[string, McpElicitation]>([
  ['a form', form({ schema: { type: 'object', properties: { a: { type: 'string', title: 'x'.repeat(100_000) } } } })],
  ['an address', { kind: 'url', message: 'Pay', url: `https://pay.example/${'x'.repeat(10_000)}` }],
])('bothers nobody with %s without end', async (_name, question) => {
  const somebody = person({ kind: 'accept' });
  expect(await askPerson(question, source, somebody)).toEqual({ action: 'decline' });
  expect(somebody.asked).toEqual([]);
});

it('is not held up by a regular expression that takes for ever', async () => {
  const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
  const a = `${'a'.repeat(60)}!`;
  const somebody = person({ kind: 'accept', content: JSON.stringify({ a }) });
  expect(await askPerson(form({ schema }), source, somebody)).toEqual({ action: 'accept', content: { a } });
});
