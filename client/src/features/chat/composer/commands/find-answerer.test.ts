import { expect, it } from 'vitest';
import { findAnswerer } from './find-answerer.ts';

const models = [{ id: 'fast' }, { id: 'good' }];
const endpoint = { type: 'custom' as const, defaultModel: 'good', models };
const offered = [
  { ...endpoint, name: 'One', label: 'One' },
  { ...endpoint, name: 'Two', label: 'Two', models: [{ id: 'other' }], defaultModel: 'other' },
];
const specs = [{ name: 'careful', label: 'Careful', endpoint: 'One', model: 'good' }];

it.each([
  [
    { endpoint: 'One', model: 'fast' },
    { endpoint: 'One', model: 'fast' },
  ],
  [{ model: 'other' }, { endpoint: 'Two', model: 'other' }],
  [{ endpoint: 'One' }, { endpoint: 'One', model: 'good' }],
  [{ spec: 'careful' }, { endpoint: 'One', model: 'good', spec: 'careful' }],
  [
    { endpoint: 'agents', model: 'x' },
    { endpoint: 'agents', model: 'x' },
  ],
])('finds %j', (link, choice) => {
  expect(findAnswerer(link, { offered, specs }).choice).toEqual(choice);
});

it.each([
  [{ endpoint: 'One', model: 'other' }, 'other'],
  [{ endpoint: 'Nowhere' }, 'Nowhere'],
  [{ spec: 'gone' }, 'gone'],
  [{ endpoint: 'agents' }, 'agents'],
])('says what of %j is not there', (link, wanted) => {
  expect(findAnswerer(link, { offered, specs })).toEqual({ wanted, choice: undefined });
});

it('asks for nobody without a word about it', () => {
  expect(findAnswerer({ prompt: 'Hi' }, { offered, specs })).toEqual({ wanted: undefined, choice: undefined });
});
