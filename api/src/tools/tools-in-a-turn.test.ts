import { auditRoutes, generationRoutes, startedGenerationSchema, toolRoutes } from '@parley/contracts';
import type { GenerationId, InputAnswer, StartedGeneration, ToolCallPart } from '@parley/contracts';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { newCommandId, newGenerationId, read, savedAnswer, stateOf } from '../generations/__fixtures__/chat-client.ts';
import { startTestApp } from '../test-app.ts';
import type { TestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';
import { promptToCall, startCallingUpstream } from './__fixtures__/calling-upstream.ts';
import type { CallingUpstream } from './__fixtures__/calling-upstream.ts';

let upstream: CallingUpstream;
let app: TestApp;
let admin: TestUser;
let person: TestUser;

beforeAll(async () => {
  upstream = await startCallingUpstream();
  app = await startTestApp({ endpoints: [upstream.endpoint], gateway: false });
  admin = await app.register('Ada');
});
beforeEach(async () => {
  await setRules([]);
  person = await app.register('Grace');
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

async function setRules(rules: { pattern: string; effect: 'allow' | 'ask' | 'deny' }[]): Promise<void> {
  expect((await app.send(toolRoutes.setPolicy, { body: { rules } }, admin)).status).toBe(200);
}

async function ask(text: string, tools: string[]): Promise<StartedGeneration> {
  const model = { endpoint: 'Scripted', model: 'scripted-1' };
  const body = { generationId: newGenerationId(), parentMessageId: null, text, ...model, tools };
  const response = await app.send(generationRoutes.start, { params: { id: 'new' }, body }, person);
  expect(response.status).toBe(202);
  return startedGenerationSchema.parse(await response.json());
}

async function answerOf(started: StartedGeneration): Promise<ToolCallPart[]> {
  await read(app, person, started.generationId);
  const { parts } = await savedAnswer(app, person, started);
  return parts.filter((part) => part.type === 'tool-call');
}

async function give(id: GenerationId, answer: InputAnswer): Promise<void> {
  await vi.waitFor(async () => expect((await stateOf(app, person, id)).waitingForInput).toBe(true), 10_000);
  const body = { commandId: newCommandId(), callId: 'call_0', answer };
  expect((await app.send(generationRoutes.giveInput, { params: { id }, body }, person)).status).toBe(202);
}

async function notesOf(action: 'tool-approved' | 'tool-denied' | 'tool-refused-by-policy') {
  const response = await app.send(auditRoutes.list, { query: { action } }, admin);
  return auditRoutes.list.response.parse(await response.json()).items;
}

it('runs what only reads without asking, several at once', async () => {
  const prompt = promptToCall(
    { name: 'calculator', input: { expression: '2^64' } },
    { name: 'current_time', input: {} },
    { name: 'calculator', input: { expression: '1/' } },
    { name: 'calculator', input: { expresion: '1' } },
    { name: 'telescope', input: {} },
  );
  const parts = await answerOf(await ask(prompt, ['calculator', 'current_time']));
  expect(parts.map(({ state }) => state)).toEqual(['done', 'done', 'failed', 'failed', 'failed']);
  expect(parts[0]).toMatchObject({ title: 'Calculator', source: { kind: 'built-in' }, output: '18446744073709551616' });
  expect(upstream.requests.at(-2)?.tools?.map((tool) => tool.function.name)).toEqual(['calculator', 'current_time']);
});

it('asks where a rule says so, and notes who approved', async () => {
  await setRules([{ pattern: 'calculator', effect: 'ask' }]);
  const started = await ask(promptToCall({ name: 'calculator', input: { expression: '6*7' } }), ['calculator']);
  await give(started.generationId, { kind: 'approve', scope: 'once', input: '{"expression":"6*8"}' });
  expect(await answerOf(started)).toMatchObject([{ state: 'done', output: '48' }]);
  expect((await notesOf('tool-approved'))[0]).toMatchObject({ actor: { name: 'Grace' }, subject: 'calculator' });
});

it('refuses where a rule says so, and notes that', async () => {
  await setRules([{ pattern: 'calculator', effect: 'deny' }]);
  const started = await ask(promptToCall({ name: 'calculator', input: { expression: '6*7' } }), ['calculator']);
  expect(await answerOf(started)).toMatchObject([{ state: 'denied' }]);
  expect((await notesOf('tool-refused-by-policy'))[0]).toMatchObject({
    actor: null,
    subject: 'calculator',
    details: { conversation: started.conversationId, user: person.user.id },
  });
});

it('lets the model ask, and hands it the answer', async () => {
  const questions = [{ question: 'Tea or coffee?', choices: ['tea', 'coffee'] }];
  const started = await ask(promptToCall({ name: 'ask_user', input: { questions } }), ['ask_user']);
  await give(started.generationId, { kind: 'answers', answers: [{ id: '1', choices: ['tea'], text: '' }] });
  expect(await answerOf(started)).toMatchObject([
    { state: 'done', output: 'Question: Tea or coffee?\nAnswer: tea', request: { kind: 'questions' } },
  ]);
});

it('finds what was said in another conversation', async () => {
  const first = await ask(promptToCall({ name: 'calculator', input: { expression: '123456 + 1' } }), ['calculator']);
  await answerOf(first);
  const prompt = promptToCall({ name: 'search_conversations', input: { query: '123457' } });
  // What was said is found a moment after it was: the index follows.
  await vi.waitFor(
    async () => {
      const [part] = await answerOf(await ask(prompt, ['search_conversations']));
      expect(part?.output).toContain(`(/c/${first.conversationId})`);
    },
    { timeout: 20_000, interval: 200 },
  );
});

it('refuses to be led inside', async () => {
  const url = upstream.endpoint.baseUrl;
  const [part] = await answerOf(await ask(promptToCall({ name: 'fetch_page', input: { url } }), ['fetch_page']));
  expect(part).toMatchObject({ state: 'failed', output: expect.stringContaining('not on the public internet') });
});
