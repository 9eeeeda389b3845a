import { describe, expect, it } from 'vitest';
import { enAgents } from '../../../locales/en-agents.ts';
import { agentId, settingsOf } from '../testing/agents.ts';
import type { AgentForm } from './agent-form.ts';
import { emptyForm, readForm, sameForm, toForm } from './agent-form.ts';

const valid = { ...emptyForm, name: 'Planner', endpoint: 'Parley', model: 'chat-fast' };
const read = (change: Partial<AgentForm>) => readForm({ ...valid, ...change }, enAgents);

describe('the form of an agent', () => {
  it('gives back the settings it was made of', () => {
    const settings = settingsOf({
      parameters: { temperature: 0.4, topP: 0.9, maxOutputTokens: 2000, reasoningEffort: 'low' },
      tools: ['calculator', 'mcp/files'],
      subAgents: [agentId(2)],
      handOffs: [agentId(3)],
      conversationStarters: ['Plan a trip'],
      limits: { steps: 10, seconds: 60, costMicroUsd: 1_500_000 },
      category: 'general',
    });
    expect(toForm(settings)).toMatchObject({ dollars: '1.5', steps: '10', temperature: '0.4' });
    expect(readForm(toForm(settings), enAgents)).toEqual({ settings });
  });

  it('takes empty fields as the model’s own way and as no limit', () => {
    expect(read({})).toMatchObject({
      settings: { parameters: {}, limits: { steps: 25, seconds: null, costMicroUsd: null }, category: null },
    });
  });

  it('understands a decimal comma', () => {
    expect(read({ temperature: '0,7', dollars: '0,25' })).toMatchObject({
      settings: { parameters: { temperature: 0.7 }, limits: { costMicroUsd: 250_000 } },
    });
  });

  it.each<[string, Partial<AgentForm>, string, string]>([
    ['no name', { name: '  ' }, 'name', 'Please enter a name'],
    ['no model', { endpoint: '', model: '' }, 'model', 'Please choose a model'],
    ['too much heat', { temperature: '3' }, 'temperature', 'Must be at most 2.'],
    ['words for a number', { topP: 'much' }, 'topP', 'Please enter a number.'],
    ['half a step', { steps: '2.5' }, 'steps', 'Please enter a whole number.'],
    ['no steps', { steps: '0' }, 'steps', 'Must be at least 1.'],
    ['time as words', { seconds: 'long' }, 'seconds', 'Please enter a number.'],
    ['too many dollars', { dollars: '5000' }, 'dollars', 'Must be at most 1000.'],
    ['too long a text', { description: 'x'.repeat(501) }, 'description', 'Please use at most 500 characters.'],
    [
      'an empty starter',
      { conversationStarters: ['Hello', ' '] },
      'conversationStarters.1',
      'Please write something, or remove this starter.',
    ],
  ])('says at its field what is wrong with %s', (_, change, field, sentence) => {
    expect(read(change)).toEqual({ errors: { [field]: sentence } });
  });

  it('notices every difference', () => {
    expect(sameForm(valid, { ...valid })).toBe(true);
    expect(sameForm(valid, { ...valid, seconds: 'x' })).toBe(false);
    expect(sameForm(valid, { ...valid, tools: ['calculator'] })).toBe(false);
  });
});
