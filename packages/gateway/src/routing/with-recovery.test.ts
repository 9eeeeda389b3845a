import { expect, test } from 'vitest';
import type { Answer, Call, Caller } from '../core/call.ts';
import type { GatewayError } from '../core/gateway-error.ts';
import { silentLog } from '../core/gateway-log.ts';
import type { ModelSettings } from '../core/gateway-config.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { ModelRequest } from '../core/model-request.ts';
import type { Target } from '../core/provider-strategy.ts';
import { createOpenAiChatCodec } from '../dialects/openai-chat/codec.ts';
import { chunk } from '../testing/scripted-upstream.ts';
import { answerOf, eventsOf, fault, makeCall, makePlan, makeTarget, plainRequest } from './testing/made-calls.ts';
import { withAttempts } from './with-attempts.ts';
import { withFallback } from './with-fallback.ts';
import { withRecovery } from './with-recovery.ts';

const prefills = { capabilities: { prefill: true } };
const a = makeTarget('one/a', prefills);
const b = makeTarget('two/b', prefills);
const c = makeTarget('three/c', prefills);
const unable = makeTarget('two/b');
const { signal } = new AbortController();

type Script = readonly (readonly ModelEvent[])[] | GatewayError;

const start: ModelEvent = { type: 'answer-start', id: 'x', model: 'up' };
const say = (text: string, part = 0): ModelEvent => ({ type: 'text-delta', part, text });
const think = (text: string, part = 0): ModelEvent => ({ type: 'reasoning-delta', part, text });
const tool: ModelEvent = { type: 'tool-input-delta', part: 1, callId: 'c', name: 'look', text: '{"q":' };
const finish: ModelEvent = { type: 'finish', reason: 'stop' };
const cut = (): ModelEvent => ({ type: 'failure', error: fault('stream-cut') });
const usage = (input: number, output: number): ModelEvent => ({ type: 'usage', usage: { input, output } });

const bytes = (text: string): ModelEvent => ({
  type: 'wire',
  phase: 'content',
  bytes: Buffer.from(chunk({ role: 'assistant', content: '' }) + chunk({ content: text })),
});

/** What a client gets of a plan whose targets answer as scripted, and what each was asked. */
async function recover(
  scripts: Readonly<Record<string, Script>>,
  settings: Partial<ModelSettings>,
  { targets = [a, b, c], call = makeCall() }: { targets?: readonly Target[]; call?: Call } = {},
) {
  const requests: ModelRequest[] = [];
  const caller: Caller = async (asked, target) => {
    requests.push(asked.toRequest());
    const script = scripts[target.id ?? ''] ?? fault('network');
    if (script instanceof Error) throw script;
    return answerOf(target, ...script);
  };
  const fallback = withFallback(withAttempts(caller, { now: () => 0 }), {
    order: (_call, plan) => plan.candidates.map(({ target }) => target),
    log: silentLog,
    now: () => 0,
  });
  const recovering = withRecovery(fallback, {
    codecs: { 'openai-chat': createOpenAiChatCodec() },
    startDeadlineMs: 1000,
    now: () => 0,
  });
  const answer: Answer = await recovering(call, makePlan(targets, settings), signal);
  const events = await eventsOf(answer);
  const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
  return { events, text, requests, last: events.at(-1), call };
}

const restartable = () => makeCall({ bears: { restart: true, secondReasoning: true } });

test('by default a cut is an explicit failure', async () => {
  const { text, last, requests } = await recover({ 'one/a': [[start, say('Hal')], [cut()]] }, {});
  expect(text).toBe('Hal');
  expect(last).toMatchObject({ type: 'failure', error: { code: 'stream-cut' } });
  expect(requests).toHaveLength(1);
});

test('a text is continued by the next target that can, in the same part, and each tells what it used', async () => {
  const { events, text, requests, call } = await recover(
    {
      'one/a': [
        [start, say('Hello, ')],
        [say('wor'), usage(3, 2), cut()],
      ],
      'two/b': [
        [start, say('ld')],
        [say('!'), usage(5, 2), finish],
      ],
    },
    { recovery: 'continue' },
  );
  expect(text).toBe('Hello, world!');
  expect(events).toEqual([
    start,
    say('Hello, '),
    say('wor'),
    usage(3, 2),
    { type: 'recovery', mode: 'continued', from: 'one/a', to: 'two/b' },
    say('ld'),
    say('!'),
    usage(5, 2),
    finish,
  ]);
  expect(requests[1]?.turns.at(-1)).toEqual({ role: 'assistant', parts: [{ type: 'text', text: 'Hello, wor' }] });
  expect(call.trail.served?.id).toBe('two/b');
  expect(call.trail.attempts.map(({ purpose }) => purpose)).toEqual(['first', 'recovery']);
});

test('what a continuation repeats is said once', async () => {
  const { text } = await recover(
    { 'one/a': [[start, say('One two three four')], [cut()]], 'two/b': [[start, say('two three four five'), finish]] },
    { recovery: 'continue' },
  );
  expect(text).toBe('One two three four five');
});

test('a continuation may be cut too', async () => {
  const { text, last } = await recover(
    {
      'one/a': [[start, say('One ')], [cut()]],
      'two/b': [[start, say('two ')], [cut()]],
      'three/c': [[start, say('three'), finish]],
    },
    { recovery: 'continue' },
  );
  expect(text).toBe('One two three');
  expect(last).toEqual(finish);
});

test('when nobody is left, the first failure is told', async () => {
  const timeout: ModelEvent = { type: 'failure', error: fault('timeout') };
  const { text, events } = await recover(
    {
      'one/a': [[start, say('One ')], [timeout]],
      'two/b': [[start, say('two ')], [cut()]],
      'three/c': fault('overloaded'),
    },
    { recovery: 'continue' },
  );
  expect(text).toBe('One two ');
  expect(events.filter(({ type }) => type === 'failure')).toEqual([timeout]);
});

test('a target that cannot continue is not asked to; the client gets the failure', async () => {
  const { last, requests } = await recover(
    { 'one/a': [[start, say('One ')], [cut()]], 'two/b': [[start, say('One two'), finish]] },
    { recovery: 'continue' },
    { targets: [a, unable] },
  );
  expect(last).toMatchObject({ type: 'failure', error: { code: 'stream-cut' } });
  expect(requests).toHaveLength(1);
});

test('a client that drops what came before gets a new answer where none can continue', async () => {
  const { events } = await recover(
    { 'one/a': [[start, say('One ')], [cut()]], 'two/b': [[start, say('New'), finish]] },
    { recovery: 'continue' },
    { targets: [a, unable], call: restartable() },
  );
  expect(events).toEqual([
    start,
    say('One '),
    { type: 'recovery', mode: 'restarted', from: 'one/a', to: 'two/b' },
    say('New', 1),
    finish,
  ]);
});

test('a target that refuses the beginning is followed by a new answer, else by the first failure', async () => {
  const scripts = {
    'one/a': [[start, say('One ')], [cut()]],
    'two/b': fault('upstream-refused'),
    'three/c': [[start, say('New'), finish]],
  };
  const borne = await recover(scripts, { recovery: 'continue' }, { call: restartable() });
  expect(borne.last).toEqual(finish);
  expect(borne.text).toBe('One New');
  const refused = await recover(scripts, { recovery: 'continue' });
  expect(refused.last).toMatchObject({ type: 'failure', error: { code: 'stream-cut' } });
});

test('reasoning alone may begin anew where the dialect has a place for it', async () => {
  const scripts = {
    'one/a': [[start, think('Hm')], [cut()]],
    'two/b': [[start, think('So', 0), say('Yes', 1), finish]],
  };
  const borne = await recover(
    scripts,
    { recovery: 'restart' },
    { call: makeCall({ bears: { restart: false, secondReasoning: true } }) },
  );
  expect(borne.events).toEqual([
    start,
    think('Hm'),
    { type: 'recovery', mode: 'continued', from: 'one/a', to: 'two/b' },
    think('So', 1),
    say('Yes', 2),
    finish,
  ]);
  const refused = await recover(scripts, { recovery: 'restart' });
  expect(refused.last?.type).toBe('failure');
});

test.each(['restart', 'continue'] as const)('a tool call under way is never taken up (%s)', async (recovery) => {
  const { last, requests } = await recover(
    { 'one/a': [[start, say('Let me look.')], [tool], [cut()]], 'two/b': [[start, say('x'), finish]] },
    { recovery },
    { call: restartable() },
  );
  expect(last?.type).toBe('failure');
  expect(requests).toHaveLength(1);
});

test('neither is an answer that has to keep to a schema, nor one after the deadline', async () => {
  const traits = { ...makeCall().traits(), wantsSchema: true };
  const scripts = { 'one/a': [[start, say('{"a"')], [cut()]], 'two/b': [[start, say(':1}'), finish]] };
  const schema = await recover(scripts, { recovery: 'continue' }, { call: makeCall({ traits: () => traits }) });
  expect(schema.last?.type).toBe('failure');
  const late = await recover(scripts, { recovery: 'continue' }, { call: makeCall({ deadline: 0 }) });
  expect(late.last?.type).toBe('failure');
});

test('a filter in the middle is no accident to be gone round', async () => {
  const filtered: ModelEvent = { type: 'failure', error: fault('content-filtered') };
  const { last } = await recover({ 'one/a': [[start, say('One ')], [filtered]] }, { recovery: 'continue' });
  expect(last).toEqual(filtered);
});

test('bytes that passed are read only when needed, and the text in them is continued in events', async () => {
  const wire = { dialect: 'openai-chat', body: Buffer.from('{}') } as const;
  const { events, requests } = await recover(
    { 'one/a': [[bytes('Hello, ')], [bytes('wor')], [cut()]], 'two/b': [[start, say('ld'), finish]] },
    { recovery: 'continue' },
    { call: makeCall({ wire }) },
  );
  expect(requests[1]?.turns).toEqual([
    ...plainRequest.turns,
    { role: 'assistant', parts: [{ type: 'text', text: 'Hello, wor' }] },
  ]);
  expect(events.slice(2)).toEqual([
    { type: 'recovery', mode: 'continued', from: 'one/a', to: 'two/b' },
    say('ld'),
    finish,
  ]);
});

test('a reader that leaves closes the answer that is under way', async () => {
  let isClosed = false;
  async function* endless(): AsyncGenerator<readonly ModelEvent[], void, undefined> {
    try {
      for (;;) yield [say('more ')];
    } finally {
      isClosed = true;
    }
  }
  const recovering = withRecovery(async () => ({ target: a, batches: endless() }), {
    codecs: {},
    startDeadlineMs: 1000,
    now: () => 0,
  });
  const answer = await recovering(makeCall(), makePlan([a, b], { recovery: 'continue' }), signal);
  for await (const batch of answer.batches) if (batch.length > 0) break;
  expect(isClosed).toBe(true);
});
