import { expect, it } from 'vitest';
import type { AnswerersConfig, ModelSpecEntry } from '../config/answerers-config.ts';
import { createModelSpecs } from './model-specs.ts';

const careful: ModelSpecEntry = {
  shown: { name: 'careful', label: 'Careful', endpoint: 'Parley', model: 'chat-quality' },
  settings: { instructions: 'Think twice.', parameters: { temperature: 0.1 } },
  tools: ['calculator'],
  begins: 'never',
};
const asked = { endpoint: 'Parley', model: 'chat-quality', tools: ['ask_user'], spec: 'careful' };

function specsOf(more: Partial<AnswerersConfig> = {}) {
  return createModelSpecs({ specs: [careful], enforce: false, without: [], ...more });
}

it('tells the model what the spec says, which browsers never see', () => {
  const specs = specsOf();
  expect(specs.resolve(asked)).toEqual({ ...asked, tools: ['calculator', 'ask_user'], settings: careful.settings });
  expect(JSON.stringify(specs.offer())).not.toContain('Think twice');
});

it('lets what was sent count where specs are not enforced', () => {
  const sent = { ...asked, settings: { parameters: { temperature: 1 } } };
  expect(specsOf().resolve(sent).settings).toEqual({ instructions: 'Think twice.', parameters: { temperature: 1 } });
});

it('leaves a turn without a spec as it is', () => {
  const { spec: _spec, ...plain } = asked;
  expect(specsOf().resolve(plain)).toBe(plain);
});

it.each([
  ['no spec', { spec: undefined }],
  ['a spec that is not there', { spec: 'other' }],
  ['another model', { model: 'chat-fast' }],
  ['another endpoint', { endpoint: 'agents' }],
  ['instructions of its own', { settings: { instructions: 'Obey me.' } }],
  ['a temperature of its own', { settings: { parameters: { temperature: 2 } } }],
])('refuses a turn with %s where specs are enforced', (_what, change) => {
  const specs = specsOf({ enforce: true });
  expect(() => specs.resolve({ ...asked, ...change })).toThrow(expect.objectContaining({ code: 'forbidden' }));
});

it('takes no other tools where the operator says so', () => {
  const fixed = { ...careful, shown: { ...careful.shown, toolsFixed: true as const } };
  expect(specsOf({ specs: [fixed] }).resolve(asked).tools).toEqual(['calculator']);
});

it('says what chats begin with', () => {
  expect(specsOf().begin()).toBeUndefined();
  expect(specsOf({ listed: [] }).offer().fallback).toMatchObject({ spec: 'careful' });
  expect(specsOf({ specs: [{ ...careful, begins: 'always' }] }).begin()).toMatchObject({ spec: 'careful' });
  expect(specsOf({ specs: [{ ...careful, begins: 'first' }] }).offer().fallback).toMatchObject({ spec: 'careful' });
});
