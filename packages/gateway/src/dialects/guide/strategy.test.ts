import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../core/model-event.ts';
import type { ModelRequest, ToolSpec, Turn } from '../../core/model-request.ts';
import type { Target } from '../../core/provider-strategy.ts';
import { countTokens, splitTokens } from './guide-tokens.ts';
import { createGuideStrategy } from './strategy.ts';
import { guidePages } from '../../testing/guide-pages.ts';

const guide = createGuideStrategy({ documents: guidePages, tokenDelayMs: 0 });
const target: Target = {
  provider: 'guide',
  baseUrl: 'guide:',
  model: 'guide',
  timeouts: { connect: 1, headers: 1, content: 1, idle: 1 },
};
const user = (text: string): Turn => ({ role: 'user', parts: [{ type: 'text', text }] });

function requestOf(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { model: 'guide', instructions: [], turns: [user(text)], tools: [], sampling: {}, ...more };
}

async function answer(
  request: ModelRequest,
): Promise<{ events: ModelEvent[]; text: string; reasoning: string; urls: string[] }> {
  const events = await collect(guide.stream(request, target, new AbortController().signal));
  const join = (type: 'text-delta' | 'reasoning-delta'): string =>
    events.map((event) => (event.type === type ? event.text : '')).join('');
  return {
    events,
    text: join('text-delta'),
    reasoning: join('reasoning-delta'),
    urls: events.flatMap((event) => (event.type === 'source' ? [event.url] : [])),
  };
}

const ask = (text: string, more: Partial<ModelRequest> = {}) => answer(requestOf(text, more));

async function collect(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

function callsOf(events: readonly ModelEvent[]): Record<string, { name: string; input: string }> {
  const calls: Record<string, { name: string; input: string }> = {};
  for (const event of events) {
    if (event.type !== 'tool-input-delta') continue;
    const call = (calls[event.callId] ??= { name: event.name, input: '' });
    call.input += event.text;
  }
  return calls;
}

function wordsOf(text: string): string[] {
  return text
    .replaceAll(/\*\*\d+\.\*\*/g, '')
    .trim()
    .split(/\s+/);
}

describe('answering from the documentation', () => {
  test.each([
    ['What is Parley?', 'self-hosted chat platform', '/docs/README'],
    ['how do I connect OpenAI', 'OPENAI_API_KEY=sk-...', '/docs/guides/connect-a-provider#openai'],
    ['Connecting to ollama?', 'Start Ollama', '/docs/guides/connect-a-provider#ollama'],
    ['Where is my data?', '`./data`', '/docs/guides/your-data#the-data-folder'],
    ['where are my chats stored', 'outlive', '/docs/guides/run-with-docker#one-container'],
    ['how do I change the port', '`PORT=4000`', '/docs/guides/survive#change-the-port'],
    ['Does it work without Docker?', 'no Docker', '/docs/README#two-commands'],
    ['do I need an API key?', 'no API key', '/docs/README#two-commands'],
    ['what happens if I close the laptop', 'goes on', '/docs/guides/survive#close-the-laptop'],
    ['how to back up', 'copy the folder', '/docs/guides/your-data#backup'],
  ])('%s', async (question, evidence, url) => {
    const { text, urls, events } = await ask(question);
    expect(text).toContain(evidence);
    expect(urls[0]).toBe(url);
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  test('says what the product is from how its first page begins and what that says it does', async () => {
    const { text, urls } = await ask('What is Parley?');
    expect(text).toMatch(/self-hosted[\s\S]*- Answers that survive/);
    expect(urls).toEqual(['/docs/README', '/docs/README#what-parley-can-do']);
    expect((await ask('What is Parley? Think step by step.')).reasoning).toContain('without a search');
  });

  test.each([
    ['hi, where is my data?', '`./data`'],
    ['What is the reason that chats outlive the container?', 'Mount a volume'],
    ['How do I use a tool to back up?', 'copy the folder'],
    ['give me a list of folders for the backup', 'copy the folder'],
    ['show me how to change the port', 'PORT=4000'],
  ])('is not misled by single words: %s', async (question, evidence) => {
    const { text, reasoning } = await ask(question);
    expect(text).toContain(evidence);
    expect(reasoning).toBe('');
  });

  test('keeps code and lists as Markdown', async () => {
    expect((await ask('how do I connect OpenAI')).text).toContain('```sh\nOPENAI_API_KEY=sk-...\n```');
    expect((await ask('connect ollama')).text).toContain('1. Install it\n2. Pull a model\n   - a small one');
  });

  test('a follow-up leans on the question before it', async () => {
    const { urls } = await ask('', {
      turns: [
        user('How do I connect OpenAI?'),
        { role: 'assistant', parts: [{ type: 'text', text: 'Like this.' }] },
        user('and how do I do that in Docker?'),
      ],
    });
    expect(urls[0]).toBe('/docs/guides/run-with-docker#settings-in-docker');
  });

  test.each(['What is the capital of France?', 'Write a poem about autumn', 'xyzzy', 'Wie wird das Wetter morgen?'])(
    'says that it does not know: %s',
    async (question) => {
      const { text, urls } = await ask(question);
      expect(text).toContain('found nothing about that');
      expect(text).toContain('offline model');
      expect(text).toContain('Connect a provider');
      expect(urls).toEqual([]);
    },
  );

  test('says that there is no documentation when there is none', async () => {
    const bare = createGuideStrategy({ documents: [], tokenDelayMs: 0 });
    const events = await collect(bare.stream(requestOf('What is Parley?'), target, new AbortController().signal));
    expect(events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')).toContain(
      'No documentation',
    );
  });

  test.each(['hi', 'Hello!', 'who are you?', 'Are you ChatGPT?', 'which model are you', 'what can you do?', ''])(
    'says honestly what it is: "%s"',
    async (question) => {
      expect((await ask(question)).text).toContain("I am Parley's built-in guide, an offline model");
    },
  );
});

describe('playing other capabilities', () => {
  test.each(['Think step by step: how do I change the port?', 'How do I change the port? Show your reasoning.'])(
    'reasons before it answers: %s',
    async (question) => {
      const { events, reasoning, text } = await ask(question);
      expect(reasoning).toContain('sections of the documentation');
      expect(text).toContain('PORT=4000');
      expect(events.findIndex(({ type }) => type === 'text-delta')).toBeGreaterThan(
        events.findLastIndex(({ type }) => type === 'reasoning-delta'),
      );
      expect(events.find((event) => event.type === 'usage')?.usage.reasoning).toBe(countTokens(reasoning));
    },
  );

  const tools: ToolSpec[] = [
    { name: 'clock', description: 'Tells the time', inputSchema: { type: 'object', properties: {} } },
    {
      name: 'search_web',
      description: 'Searches the web',
      inputSchema: {
        type: 'object',
        properties: {
          query: { type: 'string' },
          limit: { type: 'integer', minimum: 5 },
          kind: { enum: ['news', 'all'] },
          tags: { type: 'array', items: { type: 'string' } },
          unused: { type: 'string' },
        },
        required: ['query', 'limit', 'kind', 'tags'],
      },
    },
  ];

  test('calls the tool that fits, with arguments by its schema', async () => {
    const { events } = await ask('Please use a tool to search for "blue whales"', { tools });
    const [call] = Object.values(callsOf(events));
    expect(call?.name).toBe('search_web');
    expect(JSON.parse(call?.input ?? '')).toEqual({
      query: 'blue whales',
      limit: 5,
      kind: 'news',
      tags: ['blue whales'],
    });
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'tool-calls' });
  });

  test('calls several at once when asked to', async () => {
    expect(Object.keys(callsOf((await ask('call both tools', { tools })).events))).toHaveLength(2);
  });

  test('obeys the tool choice', async () => {
    const forced = await ask('hello', { tools, toolChoice: { name: 'clock' } });
    expect(Object.values(callsOf(forced.events))).toEqual([{ name: 'clock', input: '{}' }]);
    const none = await ask('call a tool', { tools, toolChoice: 'none' });
    expect(none.text).toContain('no tools');
  });

  test('says so when no tool is offered', async () => {
    expect((await ask('call a tool')).text).toContain('offers me no tools');
  });

  test('reports what a tool answered', async () => {
    const { text } = await ask('', {
      tools,
      turns: [
        user('call a tool'),
        { role: 'assistant', parts: [{ type: 'tool-call', callId: 'c1', name: 'clock', input: '{}' }] },
        { role: 'tool', callId: 'c1', output: '{"time":"12:00"}' },
      ],
    });
    expect(text).toContain('`clock` answered:\n\n```json\n{"time":"12:00"}\n```');
  });

  test.each([
    ['show a table', ['| :---']],
    ['show me some code', ['```typescript', '```python']],
    ['show me a list', ['- [x]', '   - a nested point']],
    ['show some math', ['$ax^2', '$$']],
    ['draw a diagram', ['```mermaid']],
    ['show a markdown demo', ['| :---', '```python', '- [ ]', '$$', '```mermaid']],
  ])('%s', async (wish, marks) => {
    const { text } = await ask(wish);
    for (const mark of marks) expect(text).toContain(mark);
  });

  test('breaks off when asked to, keeping what it said', async () => {
    const { text, events } = await ask('Please simulate an error');
    expect(text).toContain('breaks off');
    expect(events.at(-1)).toMatchObject({ type: 'failure', error: { code: 'stream-cut' } });
  });

  test('counts and writes long texts of exactly as many words', async () => {
    expect((await ask('Count to 5')).text).toBe('1 2 3 4 5');
    expect((await ask('count from 1 to 99999')).text.split(' ')).toHaveLength(5000);
    expect(wordsOf((await ask('Write 300 words')).text)).toHaveLength(300);
    expect(wordsOf((await ask('please write a very long answer')).text)).toHaveLength(1200);
  });

  test.each([
    [
      requestOf(
        'Write a short title for this conversation:\n\nUser: How do I deploy Parley behind nginx?\nAssistant: Like so.',
      ),
    ],
    [
      requestOf('How do I deploy Parley behind nginx?', {
        instructions: ['Write a short title for the conversation. Answer with the title only.'],
      }),
    ],
    [
      requestOf('', {
        turns: [user('How do I deploy Parley behind nginx?'), user('Write a short title for this conversation.')],
      }),
    ],
  ])('titles a conversation', async (request) => {
    expect((await answer(request)).text).toBe('Deploy Parley behind nginx');
  });

  test.each([
    ['Draw a diagram and think step by step', 'Draw a diagram and think step by step'],
    ['hello, could you please show me a table?', 'A table'],
    [`Compare ${'one long thing with another '.repeat(9)}`, 'Compare one long thing with another one long'],
  ])('titles %s with its own words', async (question, title) => {
    const wish = requestOf(`Write a short title for this conversation:\n\nUser: ${question}`);
    expect((await answer(wish)).text).toBe(title);
  });

  test.each(['hello', '???', 'What is Parley?', 'x'.repeat(500)])(
    'a title has something to say about %s',
    async (question) => {
      const { text } = await ask(question, { instructions: ['Write a short title for this conversation.'] });
      expect(text.length).toBeGreaterThan(0);
      expect(text.split(' ').length).toBeLessThanOrEqual(6);
      expect(text.length).toBeLessThanOrEqual(70);
    },
  );
});

describe('streaming', () => {
  test('the same request gives the same events, in word-sized tokens with exact counts', async () => {
    const request = requestOf('how do I connect OpenAI', { instructions: ['Be kind.'] });
    const [one, two] = [await answer(request), await answer(request)];
    expect(one.events).toEqual(two.events);
    expect(one.events.filter(({ type }) => type === 'text-delta')).toHaveLength(splitTokens(one.text).length);
    expect(one.events.at(-2)).toEqual({ type: 'usage', usage: { input: 7, output: countTokens(one.text) } });
  });

  test('tokens put together are the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(splitTokens(text).join('')).toBe(text);
      }),
    );
  });

  test('obeys the output limit and stop sequences', async () => {
    const short = await ask('count to 100', { sampling: { maxOutputTokens: 7 } });
    expect(short.text).toBe('1 2 3 4 5 6 7');
    expect(short.events.slice(-2)).toMatchObject([{ usage: { output: 7 } }, { type: 'finish', reason: 'length' }]);
    const stopped = await ask('count to 100', { sampling: { stop: [' 5'] } });
    expect([stopped.text, stopped.events.at(-1)]).toEqual(['1 2 3 4', { type: 'finish', reason: 'stop' }]);
  });

  test('an abort ends it at once', async () => {
    const slow = createGuideStrategy({ documents: guidePages, tokenDelayMs: 10_000 });
    const abort = new AbortController();
    const reading = collect(slow.stream(requestOf('count to 9'), target, abort.signal));
    abort.abort();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });
});
