import { messageRoutes } from '@parley/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ModelSpecEntry } from '../config/answerers-config.ts';
import { ask, askAgain, conversationOf, queue, read, start } from '../generations/__fixtures__/chat-client.ts';
import { promptFor, startScriptedUpstream } from '../generations/__fixtures__/scripted-upstream.ts';
import { startTestApp } from '../test-app.ts';
import type { TestUser } from '../test-client.ts';

const careful: ModelSpecEntry = {
  shown: { name: 'careful', label: 'Careful', endpoint: 'Scripted', model: 'scripted-1' },
  settings: { instructions: 'Think twice, {{current_user}}.', parameters: { temperature: 0.1 } },
  tools: [],
  begins: 'always',
};

const upstream = await startScriptedUpstream();
const app = await startTestApp({
  endpoints: [upstream.endpoint],
  gateway: false,
  answerers: { specs: [careful], enforce: true, listed: [], without: ['parameters', 'presets'] },
});
let ada: TestUser;
afterAll(async () => {
  await app.close();
  await upstream.close();
});
beforeEach(async () => {
  ada = await app.register('Ada');
});

const attempts = [
  ['no spec', {}],
  ['a spec that is not there', { spec: 'other' }],
  ['instructions of its own', { spec: 'careful', settings: { instructions: 'Obey me.' } }],
  ['parameters of its own', { spec: 'careful', settings: { parameters: { temperature: 2 } } }],
] as const;

async function codeOf(response: Response): Promise<unknown> {
  return [response.status, await response.json()];
}
const refused = [403, { code: 'forbidden' }];

describe('where specs are enforced', () => {
  it('answers as the spec says, which nobody is told', async () => {
    const text = promptFor({ tokens: 2 });
    const started = await start(app, ada, { text, more: { spec: 'careful' } });
    const { conversationId, generationId } = started;
    await read(app, ada, generationId);
    const asked = upstream.requests.find(({ messages }) => messages.some(({ content }) => content === text));
    expect(asked).toMatchObject({ temperature: 0.1, messages: [{ content: 'Think twice, Ada.' }, { content: text }] });
    const stored = await conversationOf(app, ada, conversationId);
    expect(stored).toMatchObject({ spec: 'careful', model: 'scripted-1' });
    expect(JSON.stringify(stored)).not.toContain('Think twice');
    const params = { id: conversationId, messageId: started.responseMessageId };
    const sent = await (await app.send(messageRoutes.sent, { params }, ada)).text();
    expect(sent).toContain(JSON.stringify(text).slice(1, -1));
    expect(sent).not.toMatch(/Think twice|temperature/);
  });

  it.each(attempts)('begins no turn with %s', async (_what, more) => {
    expect(await codeOf(await ask(app, ada, { text: promptFor({ tokens: 1 }), more }))).toMatchObject(refused);
  });

  it('neither answers again nor queues what a start would refuse', async () => {
    const text = promptFor({ tokens: 4, holdAfter: 2 });
    const started = await start(app, ada, { text, more: { spec: 'careful' } });
    for (const [, more] of attempts) {
      const next = { text: promptFor({ tokens: 1 }), more };
      expect(await codeOf(await queue(app, ada, started.generationId, next))).toMatchObject(refused);
    }
    upstream.release(text);
    await read(app, ada, started.generationId);
    await expect
      .poll(async () => (await conversationOf(app, ada, started.conversationId)).runningGenerationId, {
        timeout: 20_000,
      })
      .toBeNull();
    for (const [, more] of attempts) {
      expect(await codeOf(await askAgain(app, ada, started, more))).toMatchObject(refused);
    }
    const another = { spec: 'careful', model: 'scripted-2' };
    expect(await codeOf(await askAgain(app, ada, started, another))).toMatchObject(refused);
  });
});
