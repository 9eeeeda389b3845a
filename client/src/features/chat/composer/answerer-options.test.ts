import { describe, expect, it } from 'vitest';
import { researcher } from '../testing/tool-calls.ts';
import { answererGroups, searchAnswerers } from './answerer-options.ts';

const agents = [
  { ...researcher, name: 'Old' },
  { ...researcher, id: 'b' as typeof researcher.id, name: 'New', updatedAt: '2026-11-21T10:00:00.000Z' },
  { ...researcher, id: 'c' as typeof researcher.id, name: 'Used last' },
  { ...researcher, id: 'd' as typeof researcher.id, name: 'Disabled', disabled: true },
];
const offered = [
  {
    name: 'Parley',
    label: 'Parley',
    type: 'custom' as const,
    defaultModel: 'chat-fast',
    models: [{ id: 'chat-fast' }],
  },
];

describe('who can answer', () => {
  const groups = answererGroups(agents, ['c'], offered, 'Agents');

  it('are agents, those used last first and then the newest, and models', () => {
    expect(groups.map(({ label, options }) => [label, options.map((option) => option.label)])).toEqual([
      ['Agents', ['Used last', 'New', 'Old']],
      ['Parley', ['chat-fast']],
    ]);
  });

  it('are found by any of their words', () => {
    expect(searchAnswerers(groups, 'looks NEW').flatMap(({ options }) => options)).toMatchObject([{ label: 'New' }]);
    expect(searchAnswerers(groups, 'parley')).toMatchObject([{ label: 'Parley' }]);
    expect(searchAnswerers(groups, 'nobody')).toEqual([]);
  });
});
