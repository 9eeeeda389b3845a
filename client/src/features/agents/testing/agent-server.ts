import type { Agent, AgentSettings, AgentVersion, McpServerView, ToolInfo } from '@parley/contracts';
import { createFakeServer, json, problemAnswer } from '../../../testing/fake-server.ts';
import { mcpServerView } from '../../../testing/mcp-server-view.ts';
import { signedIn } from '../../../testing/signed-in.ts';
import { agentOf, settingsOf } from './agents.ts';

export interface StoredAgent {
  agent: Agent;
  settings: AgentSettings;
}

const builtIn = { kind: 'built-in', title: 'Parley' } as const;
const files = { kind: 'mcp', id: 'files', title: 'Files' } as const;
const hints = { readOnly: true, destructive: false, idempotent: true, openWorld: false };

/** Tools as the server lists them. */
export const tools: readonly ToolInfo[] = [
  { ref: 'calculator', title: 'Calculator', description: 'Works it out.', source: builtIn, hints, effect: 'allow' },
  { ref: 'mcp/files/read', title: 'Read file', description: 'Reads a file.', source: files, hints, effect: 'allow' },
  { ref: 'mcp/files/write', title: 'Write file', description: 'Writes a file.', source: files, hints, effect: 'ask' },
];

/** MCP servers as the server lists them. */
export const mcpServers: readonly McpServerView[] = [
  mcpServerView('files', { title: 'Files', origin: 'config', state: 'connected', toolCount: 2 }),
];

/** A server with agents, each saved version of which can be asked for again. */
export function createAgentServer(stored: StoredAgent[] = []) {
  const server = createFakeServer({
    ...signedIn(),
    'GET /api/config': () =>
      json({ appTitle: 'Parley', version: '1', registrationEnabled: true, firstRun: false, guideOnly: false }),
    'GET /api/drafts': () => json({ items: [] }),
    'GET /api/endpoints': () =>
      json({ items: [{ name: 'Parley', label: 'Parley', type: 'custom', defaultModel: 'chat-fast' }] }),
    'GET /api/models': () => json({ Parley: [{ id: 'chat-fast' }, { id: 'chat-careful' }] }),
    'GET /api/tools': () => json({ items: tools }),
    'GET /api/tools/grants': () => json({ items: [] }),
    'GET /api/mcp/servers': () => json({ items: mcpServers }),
    'GET /api/agents': () => json({ items: stored.map(({ agent }) => agent), nextCursor: null }),
    'POST /api/agents': ({ body }) => {
      const settings = settingsOf(body as AgentSettings);
      const made = { agent: agentOf(50, { name: settings.name }), settings };
      stored.push(made);
      offer(made);
      return json(made, 201);
    },
  });

  function offer(made: StoredAgent) {
    const { id } = made.agent;
    server.handlers[`GET /api/agents/${id}`] = () => json(made.agent);
    server.handlers[`GET /api/agents/${id}/settings`] = () =>
      made.agent.myRole === 'viewer' ? problemAnswer('forbidden') : json(made);
    server.handlers[`GET /api/agents/${id}/versions`] = () => json({ items: [] });
    server.handlers[`DELETE /api/agents/${id}`] = () => {
      stored.splice(stored.indexOf(made), 1);
      return json(undefined, 204);
    };
    server.handlers[`PUT /api/agents/${id}`] = ({ body }) => {
      const { baseVersion, settings } = body as { baseVersion: number; settings: AgentSettings };
      if (baseVersion !== made.agent.version) return problemAnswer('agent-changed');
      made.agent = { ...made.agent, version: baseVersion + 1, name: settings.name };
      made.settings = settings;
      return json(made);
    };
  }
  for (const made of stored) offer(made);
  return {
    ...server,
    /** What is listed as the versions of an agent. */
    setVersions(agent: Agent, items: readonly AgentVersion[]) {
      server.handlers[`GET /api/agents/${agent.id}/versions`] = () => json({ items });
    },
  };
}
