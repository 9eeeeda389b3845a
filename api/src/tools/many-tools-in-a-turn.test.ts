import { conversationRoutes, generationRoutes, startedGenerationSchema, toolRoutes } from '@parley/contracts';
import type { StartedGeneration, ToolCallPart } from '@parley/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { newCommandId, newGenerationId, read, savedAnswer, stateOf } from '../generations/__fixtures__/chat-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { promptToCall, startCallingUpstream } from './__fixtures__/calling-upstream.ts';
import type { CallingUpstream } from './__fixtures__/calling-upstream.ts';
import { startManyToolsServer } from './__fixtures__/many-tools-server.ts';

let upstream: CallingUpstream;
let server: Awaited<ReturnType<typeof startManyToolsServer>>;
let app: TestApp;
let user: TestUser;

beforeAll(async () => {
  upstream = await startCallingUpstream();
  server = await startManyToolsServer();
  const mcp = { servers: [server.config], allowedAddresses: [server.host] };
  app = await startTestApp({ endpoints: [upstream.endpoint], gateway: false, mcp });
  user = await app.register();
});
afterAll(async () => {
  await app.close();
  await server.close();
  await upstream.close();
});

async function ask(text: string, before?: StartedGeneration): Promise<StartedGeneration> {
  const model = { endpoint: 'Scripted', model: 'scripted-1', tools: ['mcp/many', 'calculator'] };
  const parentMessageId = before?.responseMessageId ?? null;
  const body = { generationId: newGenerationId(), parentMessageId, text, ...model };
  const params = { id: before?.conversationId ?? ('new' as const) };
  const response = await app.send(generationRoutes.start, { params, body }, user);
  expect(response.status).toBe(202);
  return startedGenerationSchema.parse(await response.json());
}

async function approve({ generationId: id }: StartedGeneration): Promise<void> {
  await vi.waitFor(async () => expect((await stateOf(app, user, id)).waitingForInput).toBe(true), 10_000);
  const answer = { kind: 'approve' as const, scope: 'conversation' as const };
  const body = { commandId: newCommandId(), callId: 'call_0', answer };
  expect((await app.send(generationRoutes.giveInput, { params: { id }, body }, user)).status).toBe(202);
}

async function callIn(started: StartedGeneration): Promise<ToolCallPart | undefined> {
  await read(app, user, started.generationId);
  return (await savedAnswer(app, user, started)).parts.find((part) => part.type === 'tool-call');
}

const offered = (): string[] => (upstream.requests.at(-1)?.tools ?? []).map((tool) => tool.function.name);

it('finds a tool among many, remembers what was allowed, and reads on in what it gave', async () => {
  const searching = await ask(promptToCall({ name: 'find_tools', input: { query: 'long story' } }));
  expect((await callIn(searching))?.output).toContain('## many__tell_story');
  expect(upstream.requests.at(-2)?.tools).toHaveLength(2);
  expect(offered()).toEqual(['calculator', 'find_tools', 'many__tell_story']);

  const calling = await ask(promptToCall({ name: 'many__tell_story', input: {} }), searching);
  await approve(calling);
  const call = await callIn(calling);
  expect(call).toMatchObject({
    state: 'done',
    stored: { length: 100_026 },
    output: expect.stringMatching(/^Once upon a time/),
  });
  expect(offered()).toContain('read_result');
  const id = call?.stored?.id;
  const reading = await ask(promptToCall({ name: 'read_result', input: { id, offset: 100_000 } }), calling);
  expect((await callIn(reading))?.output).toMatch(
    /The end\.\n\n\[Characters 100000 to 100026 of 100026\. This is its end\.\]$/,
  );

  const again = await ask(promptToCall({ name: 'many__tell_story', input: {} }), reading);
  expect(await callIn(again)).toMatchObject({ state: 'done' });

  const grants = async () =>
    toolRoutes.grants.response.parse(await (await app.send(toolRoutes.grants, {}, user)).json());
  expect((await grants()).items).toMatchObject([{ scope: 'conversation', conversationId: calling.conversationId }]);
  const kept = async () => (await app.send(toolRoutes.result, { params: { id: id ?? '' } }, user)).status;
  expect(await kept()).toBe(200);
  await app.send(conversationRoutes.remove, { params: { id: calling.conversationId } }, user);
  expect([(await grants()).items, await kept()]).toEqual([[], 404]);
});

it('keeps a picture beside the message', async () => {
  const call = await callIn(await ask(promptToCall({ name: 'many__draw', input: {} })));
  expect(call).toMatchObject({ state: 'done', attachments: [{ kind: 'image', mimeType: 'image/png', size: 3 }] });
  const id = call?.attachments?.[0]?.id ?? ('' as never);
  const response = await app.send(toolRoutes.result, { params: { id } }, user);
  expect([response.headers.get('content-type'), await response.text()]).toEqual(['image/png', 'png']);
});
