import { agentRoutes } from '@parley/contracts';
import type { Agent, AgentId } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { problemOf } from '../generations/__fixtures__/chat-client.ts';
import { startScriptedChat } from '../generations/__fixtures__/scripted-chat.ts';
import type { TestUser } from '../test-client.ts';
import { createAgentClient, person, settingsOf } from './__fixtures__/agent-client.ts';

const { app, close } = await startScriptedChat();
const client = createAgentClient(app);
let admin: TestUser;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  admin = await app.register('Grace');
});
beforeEach(async () => {
  ada = await app.register('Ada');
  bob = await app.register('Bob');
});
afterAll(close);

const nowhere: AgentId = z.parse(agentRoutes.get.params, { id: '00000000-0000-4000-8000-000000000000' }).id;

const everybody = { principal: { type: 'public' }, role: 'viewer' } as const;
const namesIn = ({ items }: { items: readonly Agent[] }): string[] => items.map(({ name }) => name);

async function publish(name: string): Promise<Agent> {
  const agent = await client.create(ada, { name, category: 'fun' });
  await client.share(ada, agent.id, [{ principal: person(ada), role: 'owner' }, everybody]);
  return agent;
}

describe('an agent', () => {
  it('belongs to who made it', async () => {
    const agent = await client.create(ada, { name: 'Poet', category: 'writing' });
    expect(agent).toMatchObject({ name: 'Poet', version: 1, myRole: 'owner', authorName: 'Ada', category: 'writing' });
    expect(await client.settled(ada, agent.id)).toEqual({
      agent,
      settings: settingsOf({ name: 'Poet', category: 'writing' }),
    });
  });

  it('does not exist for anybody else', async () => {
    const { id } = await client.create(ada);
    const params = { id };
    const answers = [
      await client.get(bob, id),
      await client.settings(bob, id),
      await client.update(bob, id, 1, settingsOf({ name: 'Mine' })),
      await app.send(agentRoutes.versions, { params }, bob),
      await app.send(agentRoutes.restore, { params: { id, version: 1 } }, bob),
      await app.send(agentRoutes.duplicate, { params }, bob),
      await app.send(agentRoutes.export, { params }, bob),
      await app.send(agentRoutes.remove, { params }, bob),
      await client.share(bob, id, [{ principal: person(bob), role: 'owner' }]),
      await client.get(admin, id),
      await client.get(ada, nowhere),
    ];
    for (const response of answers) expect(await problemOf(response)).toMatchObject({ code: 'agent-not-found' });
    expect((await client.get(ada, id)).status).toBe(200);
  });

  it('is not saved with a model or agents that are not there', async () => {
    const hidden = await client.create(bob);
    const body = settingsOf({ model: 'gpt-99', subAgents: [hidden.id], handOffs: [nowhere] });
    const refused = await problemOf(await app.send(agentRoutes.create, { body }, ada));
    expect(refused).toMatchObject({
      code: 'invalid-request',
      issues: [{ path: 'body.model' }, { path: 'body.subAgents.0' }, { path: 'body.handOffs.0' }],
    });
    const unknown = await app.send(agentRoutes.create, { body: settingsOf({ endpoint: 'agents' }) }, ada);
    expect((await problemOf(unknown)).issues).toMatchObject([{ path: 'body.endpoint' }]);
  });

  it('cannot name itself, but two may name each other', async () => {
    const agent = await client.create(ada);
    const self = await client.update(ada, agent.id, 1, settingsOf({ subAgents: [agent.id] }));
    expect((await problemOf(self)).issues).toMatchObject([{ path: 'body.settings.subAgents.0' }]);
    const other = await client.create(ada, { subAgents: [agent.id] });
    expect(await client.change(ada, agent, settingsOf({ subAgents: [other.id] }))).toMatchObject({ version: 2 });
  });

  it('is removed with its versions, once', async () => {
    const { id } = await client.create(ada);
    expect((await app.send(agentRoutes.remove, { params: { id } }, ada)).status).toBe(204);
    expect((await client.get(ada, id)).status).toBe(404);
    expect((await client.list(ada)).items).toEqual([]);
    expect((await app.send(agentRoutes.remove, { params: { id } }, ada)).status).toBe(404);
  });

  it.each([
    { name: ' ' },
    { name: 'x'.repeat(101) },
    { instructions: 'x'.repeat(32_001) },
    { avatar: 'https://example.com/me.png' },
    { avatar: 'data:image/svg+xml;base64,AAAA' },
    { limits: { steps: 51, seconds: null, costMicroUsd: null } },
    { limits: { steps: 0, seconds: null, costMicroUsd: null } },
    { parameters: { temperature: 3 } },
    { tools: ['two words'] },
    { subAgents: Array.from({ length: 11 }, () => nowhere) },
  ])('is refused with %j', async (change) => {
    const response = await app.send(agentRoutes.create, { body: settingsOf(change) }, ada);
    expect(await problemOf(response)).toMatchObject({ code: 'invalid-request' });
  });
});

describe('a version', () => {
  it('is made by each change and by nothing else', async () => {
    const agent = await client.create(ada);
    const changed = settingsOf({ instructions: 'Be brief.' });
    expect(await client.change(ada, agent, changed)).toMatchObject({ version: 2 });
    expect(await client.change(ada, { ...agent, version: 2 }, changed)).toMatchObject({ version: 2 });
    expect(await client.versions(ada, agent.id)).toMatchObject([
      { version: 2, settings: changed, authorName: 'Ada' },
      { version: 1, settings: settingsOf() },
    ]);
  });

  it('is refused when somebody else was faster, and accepted again from who lost the answer', async () => {
    const agent = await client.create(ada);
    await client.share(ada, agent.id, [
      { principal: person(ada), role: 'owner' },
      { principal: person(bob), role: 'editor' },
    ]);
    const faster = settingsOf({ name: 'Faster' });
    await client.change(bob, agent, faster);
    const late = await client.update(ada, agent.id, 1, settingsOf({ name: 'Late' }));
    expect(await problemOf(late)).toMatchObject({ code: 'agent-changed', status: 409 });
    expect(await client.change(bob, agent, faster)).toMatchObject({ version: 2, name: 'Faster' });
  });

  it('has one winner when two are saved at the same moment', async () => {
    const agent = await client.create(ada);
    const names = ['One', 'Two', 'Three', 'Four', 'Five'];
    const saves = await Promise.all(names.map((name) => client.update(ada, agent.id, 1, settingsOf({ name }))));
    expect(saves.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(saves.filter(({ status }) => status === 409)).toHaveLength(4);
    expect(await client.versions(ada, agent.id)).toHaveLength(2);
  });

  it('can be brought back as a new one', async () => {
    const agent = await client.create(ada);
    await client.change(ada, agent, settingsOf({ name: 'Renamed', category: 'fun' }));
    const restored = await client.restore(ada, agent.id, 1);
    expect(restored).toMatchObject({ agent: { version: 3, name: 'Helper', category: null }, settings: settingsOf() });
    expect((await client.versions(ada, agent.id))[0]).toMatchObject({ version: 3, restoredFrom: 1 });
    expect((await client.restore(ada, agent.id, 1)).agent.version).toBe(3);
    const unknown = await app.send(agentRoutes.restore, { params: { id: agent.id, version: 9 } }, ada);
    expect(await problemOf(unknown)).toMatchObject({ code: 'agent-not-found' });
  });

  it('keeps other agents that its next editor cannot see', async () => {
    const hidden = await client.create(ada);
    const agent = await client.create(ada, { subAgents: [hidden.id] });
    await client.share(ada, agent.id, [
      { principal: person(ada), role: 'owner' },
      { principal: person(bob), role: 'editor' },
    ]);
    const settings = settingsOf({ subAgents: [hidden.id], instructions: 'Be brief.' });
    expect(await client.change(bob, agent, settings)).toMatchObject({ version: 2 });
    const moved = await client.update(bob, agent.id, 2, settingsOf({ handOffs: [nowhere] }));
    expect(moved.status).toBe(400);
  });
});

describe('a copy', () => {
  it('is its maker’s own', async () => {
    const agent = await client.create(ada);
    await client.share(ada, agent.id, [
      { principal: person(ada), role: 'owner' },
      { principal: person(bob), role: 'editor' },
    ]);
    const response = await app.send(agentRoutes.duplicate, { params: { id: agent.id } }, bob);
    const { agent: copy } = z.parse(agentRoutes.duplicate.response, await response.json());
    expect(copy).toMatchObject({ name: 'Helper (copy)', myRole: 'owner', version: 1 });
    expect((await client.get(ada, copy.id)).status).toBe(404);
  });

  it('goes to another install as a file, with other agents by name', async () => {
    const critic = await client.create(ada, { name: 'Critic' });
    const agent = await client.create(ada, { name: 'Poet', subAgents: [critic.id], handOffs: [critic.id] });
    const file = await client.export(ada, agent.id);
    expect(file).toEqual({
      format: 'parley-agent',
      formatVersion: 1,
      settings: { ...settingsOf({ name: 'Poet' }), subAgents: ['Critic'], handOffs: ['Critic'] },
    });
    const back = await client.import(ada, file);
    expect(back).toMatchObject({ leftOut: [], settings: { subAgents: [critic.id], handOffs: [critic.id] } });
  });

  it('leaves out what the other install does not have, and says so', async () => {
    const settings = {
      ...settingsOf({ endpoint: 'Elsewhere', model: 'gpt-99', tools: ['calculator', 'mcp/files/read_file'] }),
      subAgents: ['Critic'],
      handOffs: ['Critic'],
    };
    const { leftOut, settings: kept } = await client.import(bob, {
      format: 'parley-agent',
      formatVersion: 1,
      settings,
    });
    expect(kept).toEqual(settingsOf({ tools: ['calculator'] }));
    expect(leftOut).toEqual([
      'The model “gpt-99” of “Elsewhere”',
      'The tool “mcp/files/read_file”',
      'The agent “Critic”',
    ]);
  });

  it('does not name agents that its exporter cannot see', async () => {
    const hidden = await client.create(ada, { name: 'Secret' });
    const agent = await client.create(ada, { subAgents: [hidden.id] });
    await client.share(ada, agent.id, [
      { principal: person(ada), role: 'owner' },
      { principal: person(bob), role: 'editor' },
    ]);
    expect((await client.export(bob, agent.id)).settings.subAgents).toEqual([]);
  });
});

describe('the lists', () => {
  it('are shelves: mine, shared with me, and the marketplace', async () => {
    const mine = await client.create(ada, { name: 'Mine' });
    const given = await client.create(bob, { name: 'Given' });
    const market = await client.create(bob, { name: 'Market', category: 'data' });
    await client.share(bob, given.id, [
      { principal: person(bob), role: 'owner' },
      { principal: person(ada), role: 'viewer' },
    ]);
    await client.share(bob, market.id, [{ principal: person(bob), role: 'owner' }, everybody]);
    expect(namesIn(await client.list(ada, { shelf: 'mine' }))).toEqual(['Mine']);
    expect(namesIn(await client.list(ada, { shelf: 'shared' }))).toEqual(['Given']);
    expect(namesIn(await client.list(ada, { shelf: 'marketplace', category: 'data' }))).toContain('Market');
    expect(namesIn(await client.list(ada))).toEqual(expect.arrayContaining(['Mine', 'Given', 'Market']));
    expect(mine.myRole).toBe('owner');
    await app.send(agentRoutes.remove, { params: { id: market.id } }, bob);
  });

  it('are searched by any part of name and description, in any case', async () => {
    await client.create(ada, { name: 'Poet (daily)', description: 'Writes verses' });
    await client.create(ada, { name: 'Coder', description: 'Writes code' });
    expect(namesIn(await client.list(ada, { shelf: 'mine', query: 'VERSES' }))).toEqual(['Poet (daily)']);
    expect(namesIn(await client.list(ada, { shelf: 'mine', query: 't (D' }))).toEqual(['Poet (daily)']);
    expect(namesIn(await client.list(ada, { shelf: 'mine', query: '.*' }))).toEqual([]);
    expect(namesIn(await client.list(ada, { shelf: 'mine', query: 'writes' }))).toHaveLength(2);
  });

  it('come in pages, none twice and none left out, also 200 of them', async () => {
    for (let batch = 0; batch < 10; batch += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, at) => client.create(ada, { name: `${batch * 20 + at}` })));
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof client.list>> = await client.list(ada, {
        shelf: 'mine',
        limit: 30,
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...namesIn(page));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(200);
    expect(new Set(seen).size).toBe(200);
  }, 30_000);

  it.each([{ cursor: 'banana' }, { cursor: '' }, { limit: 0 }, { limit: 101 }])('refuse %j', async (query) => {
    const response = await app.send(agentRoutes.list, { query }, ada);
    expect(await problemOf(response)).toMatchObject({ code: 'invalid-request' });
  });
});

describe('an admin', () => {
  it('promotes an agent: it comes first in the marketplace, on every page', async () => {
    const first = await publish('Promoted');
    for (const name of ['A', 'B', 'C']) await publish(name);
    const params = { id: first.id };
    const promoted = await app.send(agentRoutes.setStanding, { params, body: { promoted: true } }, admin);
    expect(z.parse(agentRoutes.setStanding.response, await promoted.json())).toMatchObject({ promoted: true });
    const shelf = { shelf: 'marketplace', category: 'fun', limit: 2 } as const;
    const page = await client.list(bob, shelf);
    expect(page.items.map(({ name }) => name)).toEqual(['Promoted', 'C']);
    const rest = await client.list(bob, { ...shelf, cursor: page.nextCursor ?? '' });
    expect(rest.items.map(({ name }) => name)).toEqual(['B', 'A']);
    expect(rest.nextCursor).toBeNull();
  });

  it('disables an agent: its users do not see it any more, its editors do', async () => {
    const agent = await publish('Disabled');
    await app.send(agentRoutes.setStanding, { params: { id: agent.id }, body: { disabled: true } }, admin);
    const query = { query: 'Disabled' };
    expect((await client.list(bob, query)).items).toEqual([]);
    expect((await client.list(ada, query)).items).toMatchObject([{ name: 'Disabled', disabled: true }]);
    expect(await client.change(ada, agent, settingsOf({ name: 'Disabled, better' }))).toMatchObject({ version: 2 });
  });

  it('alone does so, and sees all agents', async () => {
    const agent = await client.create(ada, { name: 'Private' });
    const body = { promoted: true };
    const refused = await app.send(agentRoutes.setStanding, { params: { id: agent.id }, body }, ada);
    expect(await problemOf(refused)).toMatchObject({ code: 'forbidden' });
    expect(await problemOf(await app.send(agentRoutes.overview, {}, ada))).toMatchObject({ code: 'forbidden' });
    const unknown = await app.send(agentRoutes.setStanding, { params: { id: nowhere }, body }, admin);
    expect(await problemOf(unknown)).toMatchObject({ code: 'agent-not-found' });
    const overview = z.parse(
      agentRoutes.overview.response,
      await (await app.send(agentRoutes.overview, {}, admin)).json(),
    );
    expect(overview.items.find(({ agent: { id } }) => id === agent.id)).toMatchObject({ turns: 0, users: 0 });
  });
});
