import type { Agent, AgentId, AgentSettings, AgentVersion } from '@parley/contracts';

/** The id of an agent by a number. */
export function agentId(number: number): AgentId {
  return `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000` as AgentId;
}

/** An agent of Ada's, with what a test needs to be different. */
export function agentOf(number: number, change: Partial<Agent> = {}): Agent {
  return {
    id: agentId(number),
    version: 1,
    name: `Agent ${String(number)}`,
    description: '',
    avatar: null,
    category: null,
    conversationStarters: [],
    myRole: 'owner',
    authorName: 'Ada Lovelace',
    promoted: false,
    disabled: false,
    createdAt: '2026-11-20T10:00:00.000Z',
    updatedAt: '2026-11-20T10:00:00.000Z',
    ...change,
  };
}

/** Settings that can be saved. */
export function settingsOf(change: Partial<AgentSettings> = {}): AgentSettings {
  return {
    name: 'Travel planner',
    description: 'Plans trips',
    avatar: null,
    instructions: 'Ask for dates first.',
    endpoint: 'Parley',
    model: 'chat-fast',
    parameters: {},
    tools: [],
    subAgents: [],
    handOffs: [],
    conversationStarters: [],
    limits: { steps: 25, seconds: null, costMicroUsd: null },
    category: null,
    ...change,
  };
}

/** A saved version. */
export function versionOf(version: number, authorName: string, change: Partial<AgentSettings> = {}): AgentVersion {
  return { version, authorName, settings: settingsOf(change), createdAt: '2026-11-20T10:00:00.000Z' };
}
