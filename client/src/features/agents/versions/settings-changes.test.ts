import { describe, expect, it } from 'vitest';
import { agentId, settingsOf } from '../testing/agents.ts';
import { settingsChanges } from './settings-changes.ts';

describe('the difference between two versions', () => {
  it('is nothing between equals', () => {
    expect(settingsChanges(settingsOf(), settingsOf())).toEqual([]);
  });

  it('names each field that changed, in the order of the form', () => {
    const after = settingsOf({
      name: 'Trips',
      avatar: 'data:image/png;base64,AAAA',
      instructions: 'Be brief.',
      model: 'chat-careful',
      parameters: { temperature: 0.2 },
      tools: ['calculator'],
      subAgents: [agentId(2)],
      conversationStarters: ['Hello'],
      limits: { steps: 5, seconds: 30, costMicroUsd: 500_000 },
    });
    const changes = settingsChanges(settingsOf(), after);
    expect(changes.map(({ field }) => field)).toEqual([
      'name',
      'avatar',
      'instructions',
      'model',
      'temperature',
      'tools',
      'subAgents',
      'conversationStarters',
      'steps',
      'seconds',
      'dollars',
    ]);
    expect(changes).toContainEqual({ kind: 'value', field: 'dollars', before: '', after: '0.5' });
    expect(changes).toContainEqual({ kind: 'tools', field: 'tools', added: ['calculator'], removed: [] });
  });

  it('does not mind the order in which tools were chosen', () => {
    const before = settingsOf({ tools: ['calculator', 'mcp/files'] });
    expect(settingsChanges(before, settingsOf({ tools: ['mcp/files', 'calculator'] }))).toEqual([]);
  });
});
