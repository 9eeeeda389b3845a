import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { conversationIdSchema, generationIdSchema, problem, sessionIdSchema, userIdSchema } from '@parley/contracts';
import type { InputAnswer, InputRequest, User } from '@parley/contracts';
import { pino } from 'pino';
import { createAccess } from '../../access/access-service.ts';
import type { Actor } from '../../access/actor.ts';
import { createApp } from '../../app.ts';
import type { McpConfig } from '../../config/mcp-config.ts';
import { openDatabase } from '../../database/open-database.ts';
import { createAccessGrantRepository } from '../../database/repositories/access-grant-repository.ts';
import { createGroupRepository } from '../../database/repositories/group-repository.ts';
import { createMcpSecretRepository } from '../../database/repositories/mcp-secret-repository.ts';
import { createMcpServerRepository } from '../../database/repositories/mcp-server-repository.ts';
import { createMcpToolListRepository } from '../../database/repositories/mcp-tool-list-repository.ts';
import { createUserRepository } from '../../database/repositories/user-repository.ts';
import { createMount } from '../../http/mount.ts';
import { serve } from '../../http/serve.ts';
import { createAddressRules } from '../../outbound/address-rules.ts';
import { createGuardedFetch } from '../../outbound/guarded-fetch.ts';
import { createTestClient } from '../../test-client.ts';
import type { TestUser } from '../../test-client.ts';
import type { Tool, ToolContext, ToolInput, ToolResult } from '../../tools/tool.ts';
import { createVault } from '../../vault/vault.ts';
import { createMcp } from '../create-mcp.ts';
import { createMcpRouter } from '../mcp-routes.ts';

/** The MCP room with a store of its own, behind real HTTP, and nothing else of Parley. */
export type McpInstall = Awaited<ReturnType<typeof startMcpInstall>>;

type Config = Partial<Omit<McpConfig, 'environment'>> & { readonly publicUrl?: string };

/** Starts one; close it in `afterAll`. */
export async function startMcpInstall(given: Config = {}) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-mcp-'));
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
  const database = await openDatabase({ dataDir }, log);
  const { connection, now } = database;
  const users = createUserRepository(connection);
  const grants = createAccessGrantRepository(connection);
  const access = createAccess({ grants, groups: createGroupRepository(connection), now });
  const forgotten: string[] = [];
  const parts = {
    servers: createMcpServerRepository(connection),
    secrets: createMcpSecretRepository(connection),
    toolLists: createMcpToolListRepository(connection),
    users,
    access,
    vault: createVault('a key for tests that is long enough'),
    createFetch: createGuardedFetch,
    createRules: createAddressRules,
    approvals: { effects: async (_subject: unknown, specs: readonly unknown[]) => specs.map(() => 'ask' as const) },
    sample: async () => ({ model: 'scripted-1', text: 'Forty-two.' }),
    forgetGrants: async (prefix: string) => void forgotten.push(prefix),
    log,
    now,
  };
  await database.createIndexes();
  const { publicUrl = 'http://localhost:3080', ...mcpConfig } = given;
  const build = (config: Config) =>
    createMcp({
      ...parts,
      config: {
        version: '0.0.0-test',
        appTitle: 'Parley under test',
        publicUrl,
        mcp: { servers: [], forAdmins: { use: false, create: false }, allowedAddresses: [], environment: {}, ...config },
      },
    });
  let mcp = build(mcpConfig);

  const people = new Map<string, Actor>();
  const mount = createMount({
    authenticate: async ({ headers }) => {
      const actor = people.get(headers.authorization ?? '');
      if (actor === undefined) throw problem('not-authenticated');
      return actor;
    },
    checkAnswers: true,
    draining: new AbortController().signal,
  });
  let app = createApp({ log, trustProxy: 0, routers: [createMcpRouter({ ...mcp, mount })], client: undefined });
  const server = await serve((request, response) => app(request, response), { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}`;

  return {
    ...createTestClient(() => url),
    url,
    /** What was logged, and what is stored, as text: no secret may be in it. */
    async traces(): Promise<string> {
      const collections = await connection.listCollections();
      const stored = await Promise.all(collections.map(({ name }) => connection.collection(name).find().toArray()));
      return JSON.stringify([lines, stored]);
    },
    async stored(): Promise<string> {
      const collections = ['mcp_servers', 'mcp_secrets', 'mcp_tool_lists'];
      const found = await Promise.all(collections.map((name) => connection.collection(name).find().toArray()));
      return JSON.stringify(found);
    },
    forgotten,
    get origin() {
      return mcp.origin;
    },
    get secrets() {
      return parts.secrets;
    },

    async person(name: string): Promise<TestUser> {
      const email = `${name.toLowerCase()}-${randomUUID()}@example.com`;
      const user = await users.create({ email, name, passwordHash: 'none' });
      const actor: Actor = { userId: user.id, role: user.role, sessionId: sessionIdSchema.parse(randomUUID()) };
      people.set(`Bearer ${user.id}`, actor);
      return { user, password: '', accessToken: user.id, cookie: '' };
    },

    async share(name: string, { user }: TestUser, role: 'viewer' | 'editor'): Promise<void> {
      const before = (await grants.find('mcp-server', name)) ?? [];
      await grants.replace('mcp-server', name, [...before, { principal: { type: 'user', id: user.id }, role }]);
    },

    /** As another process on the same database, with another `librechat.yaml`. */
    async restart(config: Config = mcpConfig): Promise<void> {
      await mcp.close();
      mcp = build(config);
      app = createApp({ log, trustProxy: 0, routers: [createMcpRouter({ ...mcp, mount })], client: undefined });
    },

    async close(): Promise<void> {
      await server.close();
      await mcp.close();
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** The tools of a turn of somebody. */
export async function toolsOf(
  { origin }: Pick<McpInstall, 'origin'>,
  { user }: TestUser,
  refs: readonly string[],
  signal = AbortSignal.timeout(20_000),
) {
  const { tools, ...told } = await origin.tools({ ...callerOf(user), ...turn }, refs, signal);
  return { tools: new Map(tools.map((tool) => [tool.spec.name, tool])), ...told };
}

const turn = {
  conversationId: conversationIdSchema.parse(randomUUID()),
  generationId: generationIdSchema.parse(randomUUID()),
};

function callerOf({ id, role }: User) {
  return { userId: userIdSchema.parse(id), role };
}

interface Running {
  readonly answer?: (request: InputRequest) => InputAnswer | Promise<InputAnswer>;
  readonly report?: ToolContext['report'];
  readonly signal?: AbortSignal;
}

/** Runs a tool as a turn does; a question nobody answers is a failure. */
export async function run(
  tool: Tool | undefined,
  { user }: TestUser,
  input: ToolInput = {},
  { answer, report = () => undefined, signal = AbortSignal.timeout(20_000) }: Running = {},
): Promise<ToolResult> {
  if (tool === undefined) throw new Error('There is no such tool');
  return await tool.run(input, {
    ...callerOf(user),
    ...turn,
    callId: randomUUID(),
    answer: undefined,
    signal,
    report,
    print: () => undefined,
    ask: async (request) => {
      if (answer === undefined) throw new Error(`Nobody answers: ${JSON.stringify(request)}`);
      return await answer(request);
    },
  });
}
