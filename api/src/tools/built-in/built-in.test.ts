import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Validator } from '@cfworker/json-schema';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedFetch } from '../../outbound/guarded-fetch.ts';
import { contextOf } from '../__fixtures__/tools.ts';
import { askUser } from './ask-user.ts';
import { createBuiltInOrigin } from './built-in-origin.ts';
import { calculator } from './calculator.ts';
import { createCurrentTime } from './current-time.ts';
import { createFetchPage } from './fetch-page.ts';
import { createReadResult } from './read-result.ts';
import { createSearchConversations } from './search-conversations.ts';

const currentTime = createCurrentTime(() => Date.UTC(2026, 6, 1, 12, 30));

describe('the tools of our own', () => {
  const tools = [
    calculator,
    currentTime,
    createFetchPage({ fetch }),
    createSearchConversations({
      search: { search: () => Promise.resolve({ items: [], nextCursor: null, progress: null }) },
    }),
    askUser,
    createReadResult({ results: { text: () => Promise.resolve(undefined) } }),
  ];

  it.each(tools.map(({ spec }) => [spec.name, spec] as const))('%s describes itself', (_name, spec) => {
    expect(spec.ref).toBe(spec.name);
    expect(spec).toMatchObject({
      isTrusted: true,
      hints: { readOnly: true },
      inputSchema: { additionalProperties: false },
    });
    expect(spec.description.length).toBeLessThan(1_024);
    expect(new Validator(spec.inputSchema, '2020-12').validate({ no_such_argument: 1 }).valid).toBe(false);
  });

  it('are found by their names', async () => {
    const origin = createBuiltInOrigin(tools);
    const { signal } = new AbortController();
    const found = await origin.tools(contextOf() as never, ['calculator', 'telescope'], signal);
    expect(found).toEqual({ tools: [calculator], notices: ['These tools do not exist here: telescope.'] });
  });
});

describe('calculator', () => {
  it.each([
    ['2^100', '1267650600228229401496703205376', false],
    ['1/3', '0.333333333333333333333333333333 (rounded)', false],
    ['1/0', 'Nothing can be divided by zero.', true],
    ['import("fs")', '“"” at position 8 is not part of arithmetic.', true],
  ])('answers %s', async (expression, output, failed) => {
    expect(await calculator.run({ expression }, contextOf())).toEqual({ output, failed });
  });
});

describe('current_time', () => {
  it('tells the time anywhere', async () => {
    const time = async (input: Record<string, string>): Promise<string> =>
      (await currentTime.run(input, contextOf())).output;
    expect(await time({})).toMatch(/^Wednesday,? 1 July 2026.* 12:30:00.*\(UTC\)\. In UTC: 2026-07-01T12:30:00\.000Z$/);
    expect(await time({ time_zone: 'Europe/Berlin' })).toMatch(/14:30:00 GMT\+02:00 \(Europe\/Berlin\)/);
    expect(await currentTime.run({ time_zone: 'Mars/Base' }, contextOf())).toMatchObject({ failed: true });
  });
});

describe('ask_user', () => {
  const input = {
    questions: [
      { question: 'Which\u0000 colour?', choices: ['red', 'blue', 'red'] },
      { question: 'Why?', allow_multiple: true },
    ],
  };
  const { signal } = new AbortController();

  it('asks before it runs', async () => {
    expect(await askUser.inputNeeded?.(input, signal)).toEqual({
      kind: 'questions',
      questions: [
        { id: '1', text: 'Which colour?', choices: ['red', 'blue'], multiple: false },
        { id: '2', text: 'Why?', choices: [], multiple: true },
      ],
    });
  });

  it('gives the model the answers', async () => {
    const answers = [
      { id: '2', choices: [], text: ' Because. ' },
      { id: '1', choices: ['blue'], text: '' },
      { id: '9', choices: ['lost'], text: '' },
    ];
    const answered = await askUser.run(input, contextOf({ answer: { kind: 'answers', answers } }));
    expect(answered).toEqual({
      output: 'Question: Which colour?\nAnswer: blue\n\nQuestion: Why?\nAnswer: Because.',
      failed: false,
    });
    expect(await askUser.run(input, contextOf({ answer: { kind: 'decline' } }))).toEqual({
      output: 'The user did not want to answer.',
      failed: false,
    });
  });
});

describe('search_conversations', () => {
  it('answers with links and the surroundings of the words, without the conversation that asks', async () => {
    const asked: string[] = [];
    const hit = {
      messageId: '00000000-0000-4000-8000-000000000001' as never,
      role: 'user' as const,
      title: { text: 'A [secret]', marks: [] },
      snippet: { text: '…the Password is swordfish…', marks: [] },
      at: '2026-01-02T00:00:00.000Z',
      model: 'm',
      archived: false,
    };
    const context = contextOf();
    const tool = createSearchConversations({
      search: {
        search(_userId, { text }) {
          asked.push(text);
          const items = [
            { ...hit, conversationId: 'c1' as never },
            { ...hit, conversationId: context.conversationId },
          ];
          return Promise.resolve({ items, nextCursor: null, progress: null });
        },
      },
    });
    const { output } = await tool.run({ query: 'password' }, context);
    expect(asked).toEqual(['password ']);
    expect(output).toBe('- [A secret](/c/c1), 2026-01-02\n  “…the Password is swordfish…”');
  });
});

const answer =
  (type: string, body: string | Buffer, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'Content-Type': type }).end(body);

describe('fetch_page', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const page = createFetchPage({ fetch: createGuardedFetch({ allowedAddresses: ['127.0.0.1'] }) });
  it('gives the text of a page with its title and its links', async () => {
    const html = `<html><head><title>Tea &amp; Cake</title><style>p{}</style><script>alert(1)</script></head><body>
      <nav>Menu</nav><h1>Recipes</h1><p>Take <a href="/tea?a=1&amp;b=2">some tea</a> and<br>cake.</p>
      <ul><li>one</li><li>two</li></ul><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></body></html>`;
    const url = await serve(answer('text/html; charset=utf-8', html));
    const { output, failed } = await page.run({ url }, contextOf());
    expect(failed).toBe(false);
    expect(output).toContain(`Address: ${url}/\nTitle: Tea & Cake\n`);
    expect(output).toContain(`Take some tea [${url}/tea?a=1&b=2] and\ncake.`);
    expect(output).toContain(' * one\n * two');
    for (const gone of ['alert', 'p{}', 'Menu']) expect(output).not.toContain(gone);
  });

  it('gives other texts as they are, in the character set they name', async () => {
    const url = await serve(answer('text/plain; charset=iso-8859-1', Buffer.from('caf\u00e9 <b>', 'latin1')));
    expect((await page.run({ url }, contextOf())).output).toContain('café <b>');
    const json = await serve(answer('application/problem+json', '{"a":1}'));
    expect((await page.run({ url: json }, contextOf())).output).toContain('{"a":1}');
  });

  it.each([
    ['a picture', answer('image/png', 'x'), 'This is image/png, which cannot be read as text.'],
    ['an error', answer('text/html', 'x', 404), 'The page answered 404 Not Found.'],
    ['too much', answer('text/plain', Buffer.alloc(5_000_001)), 'The page has more than 5 MB.'],
    ['a cut connection', (_request, response) => response.destroy(), 'The page could not be reached.'],
  ])('refuses %s', async (_name, listener, output) => {
    expect(await page.run({ url: await serve(listener) }, contextOf())).toEqual({ output, failed: true });
  });

  it('refuses what is no address, or leads inside', async () => {
    expect(await page.run({ url: 'not an address' }, contextOf())).toMatchObject({ failed: true });
    const strict = createFetchPage({ fetch: createGuardedFetch({ allowedAddresses: [] }) });
    const url = await serve(answer('text/plain', 'secret'));
    for (const inside of [url, 'http://169.254.169.254/latest', 'http://[::1]/', 'file:///etc/passwd']) {
      const { output, failed } = await strict.run({ url: inside }, contextOf());
      expect([failed, output]).toEqual([true, expect.not.stringContaining('secret')]);
    }
  });

  it('is not kept busy by a page that was made for it', async () => {
    const url = await serve(answer('text/html', '<div>'.repeat(900_000)));
    const { output } = await page.run({ url }, contextOf());
    expect(output).toMatch(/too intricate|no text/);
  });

  it('ends with its turn', async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const reading = page.run({ url }, contextOf({ signal: controller.signal }));
    controller.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow('stopped');
  });
});
