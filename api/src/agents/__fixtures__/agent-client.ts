import {
  accessRoutes,
  agentFileSchema,
  agentRoutes,
  agentSchema,
  agentSettingsSchema,
  agentVersionSchema,
  groupSchema,
} from '@parley/contracts';
import type { AccessRole, Agent, AgentFile, AgentId, AgentSettings, AgentVersion, Group, Principal } from '@parley/contracts';
import type { RouteArguments } from '@parley/contracts';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import type { TestApp } from '../../test-app.ts';
import type { TestUser } from '../../test-client.ts';

type Server = Pick<TestApp, 'send'>;

const withSettingsSchema = z.object({ agent: agentSchema, settings: agentSettingsSchema });
type WithSettings = z.infer<typeof withSettingsSchema>;

/** Settings that can be saved beside a scripted endpoint. */
export function settingsOf(change: Partial<AgentSettings> = {}): AgentSettings {
  return {
    name: 'Helper',
    description: 'Helps',
    avatar: null,
    instructions: 'Be kind.',
    endpoint: 'Scripted',
    model: 'scripted-1',
    parameters: {},
    tools: [],
    subAgents: [],
    handOffs: [],
    conversationStarters: ['Hello'],
    limits: { steps: 25, seconds: null, costMicroUsd: null },
    category: null,
    ...change,
  };
}

/** What people do with agents, over HTTP. Those that return no `Response` must succeed. */
export function createAgentClient(app: Server) {
  return {
    async create(user: TestUser, change: Partial<AgentSettings> = {}): Promise<Agent> {
      const response = await app.send(agentRoutes.create, { body: settingsOf(change) }, user);
      return (await parsed(response, withSettingsSchema, 201)).agent;
    },
    get: async (user: TestUser, id: AgentId): Promise<Response> =>
      await app.send(agentRoutes.get, { params: { id } }, user),
    settings: async (user: TestUser, id: AgentId): Promise<Response> =>
      await app.send(agentRoutes.settings, { params: { id } }, user),
    async settled(user: TestUser, id: AgentId): Promise<WithSettings> {
      return await parsed(await app.send(agentRoutes.settings, { params: { id } }, user), withSettingsSchema);
    },
    update: async (user: TestUser, id: AgentId, baseVersion: number, settings: AgentSettings): Promise<Response> =>
      await app.send(agentRoutes.update, { params: { id }, body: { baseVersion, settings } }, user),
    async change(user: TestUser, { id, version }: Agent, settings: AgentSettings): Promise<Agent> {
      const body = { baseVersion: version, settings };
      const response = await app.send(agentRoutes.update, { params: { id }, body }, user);
      return (await parsed(response, withSettingsSchema)).agent;
    },
    async versions(user: TestUser, id: AgentId): Promise<AgentVersion[]> {
      const response = await app.send(agentRoutes.versions, { params: { id } }, user);
      return (await parsed(response, z.object({ items: z.array(agentVersionSchema) }))).items;
    },
    async restore(user: TestUser, id: AgentId, version: number): Promise<WithSettings> {
      const response = await app.send(agentRoutes.restore, { params: { id, version } }, user);
      return await parsed(response, withSettingsSchema);
    },
    async list(user: TestUser, query: RouteArguments<typeof agentRoutes.list>['query'] = {}) {
      const response = await app.send(agentRoutes.list, { query }, user);
      return await parsed(response, z.object({ items: z.array(agentSchema), nextCursor: z.nullable(z.string()) }));
    },
    async export(user: TestUser, id: AgentId): Promise<AgentFile> {
      return await parsed(await app.send(agentRoutes.export, { params: { id } }, user), agentFileSchema);
    },
    async import(user: TestUser, file: AgentFile) {
      const schema = z.extend(withSettingsSchema, { leftOut: z.array(z.string()) });
      return await parsed(await app.send(agentRoutes.import, { body: file }, user), schema, 201);
    },
    share: async (
      user: TestUser,
      id: string,
      grants: readonly { readonly principal: Principal; readonly role: AccessRole }[],
    ): Promise<Response> =>
      await app.send(accessRoutes.share, { params: { type: 'agent', id }, body: { grants: [...grants] } }, user),
    async group(admin: TestUser, name: string, members: readonly TestUser[]): Promise<Group> {
      const body = { name, memberIds: members.map(({ user }) => user.id) };
      return await parsed(await app.send(accessRoutes.createGroup, { body }, admin), groupSchema, 201);
    },
  };
}

/** The principal that a test user is. */
export function person({ user }: TestUser): Principal {
  return { type: 'user', id: user.id };
}

async function parsed<S extends z.core.$ZodType>(response: Response, schema: S, status = 200): Promise<z.infer<S>> {
  const text = await response.text();
  expect(`${response.status} ${response.status === status ? '' : text}`).toBe(`${status} `);
  return z.core.parse(schema, JSON.parse(text));
}
