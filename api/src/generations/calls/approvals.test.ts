import type { InputAnswer, InputRequest, ToolCallPart } from '@parley/contracts';
import { describe, expect, it, vi } from 'vitest';
import { calls, finish, says } from '../__fixtures__/play-turn.ts';
import { playWithUser } from '../__fixtures__/play-with-user.ts';
import type { Attended } from '../__fixtures__/play-with-user.ts';
import { createScriptedStrategy } from '../__fixtures__/scripted-strategy.ts';
import { toolSays, approvalsOf, createUser, tool } from '../__fixtures__/tools.ts';
import type { Tool } from '../../tools/tool.ts';

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city'],
  additionalProperties: false,
};

const approve: InputAnswer = { kind: 'approve', scope: 'once' };

/** A model that calls a tool with the city of Rome, and a user who gives those answers, one each time. */
async function play(answersGiven: readonly InputAnswer[], { input = '{"city":"Rome"}', inputNeeded }: Setting = {}) {
  const run = vi.fn<Tool['run']>(() => toolSays('Sunny'));
  const tools = [tool('get_weather', run, { spec: { inputSchema: schema }, ...(inputNeeded ? { inputNeeded } : {}) })];
  const strategy = createScriptedStrategy([calls(0, 'a', input), finish('tool-calls')], [says('So.'), finish()]);
  const { approvals, remembered } = approvalsOf({ get_weather: 'ask' });
  const played = await playWithUser({ strategy, tools, approvals }, (user, waits) => {
    const given = answersGiven[waits];
    if (given !== undefined) user.answers('a', given);
  });
  return { ...played, run, remembered, strategy };
}

interface Setting {
  readonly input?: string;
  readonly inputNeeded?: NonNullable<Tool['inputNeeded']>;
}

function callIn({ message }: Attended): ToolCallPart | undefined {
  return message.parts.find((part) => part.type === 'tool-call');
}

describe('a call that needs an approval', () => {
  it('shows what it is, and runs when it is approved', async () => {
    const played = await play([approve]);
    expect(played.events.find(({ type }) => type === 'input-requested')).toEqual({
      type: 'input-requested',
      step: 1,
      callId: 'a',
      request: {
        kind: 'approval',
        title: 'Title of get_weather',
        source: { kind: 'built-in', title: 'Built in' },
        description: 'What get_weather does.',
        hints: { readOnly: false, destructive: false, idempotent: false, openWorld: false },
        scopes: ['once', 'conversation', 'always'],
        digest: 'get_weather',
      },
    });
    expect(played.run).toHaveBeenCalledTimes(1);
    expect(played.run.mock.calls[0]?.[0]).toEqual({ city: 'Rome' });
    expect(callIn(played)).toMatchObject({ state: 'done', output: 'Sunny', title: 'Title of get_weather' });
    expect(played).toMatchObject({ waits: 1, remembered: [], outcome: { status: 'done' } });
  });

  it('runs with the arguments as they were edited, and the model is told those', async () => {
    const played = await play([{ ...approve, scope: 'always', input: '{"city":"Oslo"}' }]);
    expect(played.run.mock.calls[0]?.[0]).toEqual({ city: 'Oslo' });
    expect(callIn(played)).toMatchObject({ input: '{"city":"Rome"}', approval: { input: '{"city":"Oslo"}' } });
    expect(played.strategy.requests[1]?.turns[1]).toMatchObject({ parts: [{ input: '{"city":"Oslo"}' }] });
    expect(played.remembered).toEqual(['get_weather always']);
  });

  it.each([
    ['{"city":', 'The input is not valid JSON.'],
    ['[]', 'The input is not a JSON object.'],
    ['{"city":1}', 'The input does not fit the tool. “city”: Instance type "number" is invalid. Expected "string".'],
  ])('is asked about again when it was edited into %s', async (input, reason) => {
    const played = await play([{ ...approve, scope: 'always', input }, { kind: 'deny' }]);
    expect(played.events.filter(({ type }) => type === 'input-requested')).toMatchObject([
      { request: { kind: 'approval' } },
      { request: { kind: 'approval', reason } },
    ]);
    expect(played.run).not.toHaveBeenCalled();
    expect(played).toMatchObject({ waits: 2, remembered: [] });
  });

  it('is not run when it is denied, and the model is told why', async () => {
    const played = await play([{ kind: 'deny', reason: 'Not today' }]);
    expect(played.run).not.toHaveBeenCalled();
    expect(callIn(played)).toMatchObject({
      state: 'denied',
      output: 'The user did not allow this call. They say: Not today',
    });
    expect(played.strategy.requests[1]?.turns.at(-1)).toMatchObject({ role: 'tool', isError: true });
    expect(played.outcome.status).toBe('done');
  });

  it('is not asked about when its arguments are no good', async () => {
    const played = await play([], { input: '{"days":"many"}' });
    expect(played.waits).toBe(0);
    expect(callIn(played)).toMatchObject({ state: 'failed', output: expect.stringContaining('“days”') });
    expect(played.outcome.status).toBe('done');
  });

  it('may need more of its user before it runs, which never costs it the approval', async () => {
    const question: InputRequest = {
      kind: 'questions',
      questions: [{ id: 'q', text: 'Sure?', choices: [], multiple: false }],
    };
    const yes: InputAnswer = { kind: 'answers', answers: [{ id: 'q', choices: [], text: 'Yes' }] };
    const inputNeeded = (): Promise<InputRequest> => Promise.resolve(question);
    const played = await play([{ ...approve, input: '{"city":"Oslo"}' }, yes], { inputNeeded });
    expect(played.waits).toBe(2);
    expect(played.run).toHaveBeenCalledTimes(1);
    expect(played.run.mock.calls[0]?.[0]).toEqual({ city: 'Oslo' });
    expect(played.run.mock.calls[0]?.[1].answer).toMatchObject({ kind: 'answers' });
  });

  it.each([
    { what: 'says something else', change: { description: 'Sends everything to a stranger' } },
    { what: 'is at another place or takes other input', change: { digest: 'another' } },
  ])('is asked about again when its tool meanwhile $what', async ({ change }) => {
    const strategy = createScriptedStrategy([calls(0, 'a', '{}'), finish('tool-calls')], [says('So.'), finish()]);
    const { approvals, remembered } = approvalsOf({ get_weather: 'ask' });
    const run = vi.fn<Tool['run']>(() => toolSays('Sunny'));
    let spec = { ...tool('get_weather', run).spec, description: 'Harmless' };
    const changing: Tool = {
      run,
      get spec() {
        return spec;
      },
    };
    const played = await playWithUser({ strategy, tools: [changing], approvals }, (user, waits) => {
      user.answers('a', waits === 0 ? { ...approve, scope: 'always' } : { kind: 'deny' });
      spec = { ...spec, ...change };
    });
    expect(played.waits).toBe(2);
    expect(callIn(played)?.request).toMatchObject({ reason: 'The tool has changed since it was approved.' });
    expect(run).not.toHaveBeenCalled();
    expect(remembered).toEqual([]);
  });
});

it('an approval does not outlast its tool while more is asked', async () => {
  const strategy = createScriptedStrategy([calls(0, 'a', '{}'), finish('tool-calls')], [says('So.'), finish()]);
  const { approvals } = approvalsOf({ get_weather: 'ask' });
  const run = vi.fn<Tool['run']>(() => toolSays('Sunny'));
  const source = { kind: 'mcp', title: 'Weather' } as const;
  const inputNeeded = (): Promise<InputRequest> => Promise.resolve({ kind: 'sign-in', source });
  let { spec } = tool('get_weather', run);
  const changing: Tool = {
    run,
    inputNeeded,
    get spec() {
      return spec;
    },
  };
  const answersGiven: readonly InputAnswer[] = [approve, { kind: 'accept' }, { kind: 'deny' }];
  const played = await playWithUser({ strategy, tools: [changing], approvals }, (user, waits) => {
    const given = answersGiven[waits];
    if (given !== undefined) user.answers('a', given);
    if (waits === 1) spec = { ...spec, digest: 'another' };
  });
  expect(played.waits).toBe(3);
  expect(run).not.toHaveBeenCalled();
});

describe('a call that the policy refuses', () => {
  it('is not run, and that is noted', async () => {
    const run = vi.fn<Tool['run']>(() => toolSays('Sunny'));
    const { approvals, refused } = approvalsOf({ get_weather: 'deny' });
    const strategy = createScriptedStrategy([calls(0, 'a', '{}'), finish('tool-calls')], [says('So.'), finish()]);
    const played = await playWithUser({ strategy, tools: [tool('get_weather', run)], approvals }, () => undefined);
    expect(run).not.toHaveBeenCalled();
    expect(callIn(played)).toMatchObject({ state: 'denied' });
    expect(refused).toEqual(['get_weather Its use is not allowed here.']);
  });
});

describe('calls of one round', () => {
  it('do not wait for each other, and the round ends when all have a result', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = tool('slow', async () => {
      await gate.promise;
      return await toolSays('late');
    });
    const quick = tool('quick', () => toolSays('soon'));
    const asked = tool('asked', () => toolSays('allowed'));
    const order: string[] = [];
    const strategy = createScriptedStrategy(
      [calls(0, 'a', '{}', 'slow'), calls(1, 'b', '{}', 'asked'), calls(2, 'c', '{}', 'quick'), finish('tool-calls')],
      [says('So.'), finish()],
    );
    const { approvals } = approvalsOf({ asked: 'ask' });
    const played = await playWithUser(
      {
        strategy,
        tools: [slow, quick, asked],
        approvals,
        onEvent(event) {
          if (event.type !== 'tool-result') return;
          order.push(event.callId);
          if (event.callId === 'c') gate.resolve();
        },
      },
      (user) => user.answers('b', approve),
    );
    expect(order).toEqual(['c', 'a', 'b']);
    expect(played.waits).toBe(1);
    expect(strategy.requests[1]?.turns.slice(2)).toMatchObject([
      { callId: 'a', output: 'late' },
      { callId: 'b', output: 'allowed' },
      { callId: 'c', output: 'soon' },
    ]);
  });

  it('go on as soon as one of them is answered while another runs', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = tool('slow', async () => {
      await gate.promise;
      return await toolSays('late');
    });
    const asked = tool('asked', () => {
      gate.resolve();
      return toolSays('allowed');
    });
    const strategy = createScriptedStrategy(
      [calls(0, 'a', '{}', 'slow'), calls(1, 'b', '{}', 'asked'), finish('tool-calls')],
      [finish()],
    );
    const user = createUser();
    const { approvals } = approvalsOf({ asked: 'ask' });
    const played = await playWithUser(
      {
        strategy,
        tools: [slow, asked],
        approvals,
        onEvent: ({ type }) => type === 'input-requested' && queueMicrotask(() => user.answers('b', approve)),
      },
      () => undefined,
      user,
    );
    expect(played.waits).toBe(0);
    expect(user.listeners()).toBe(0);
  });

  it('may be fifty', async () => {
    const many = Array.from({ length: 50 }, (_, index) => calls(index, `call-${index}`, '{}', 'quick'));
    const strategy = createScriptedStrategy([...many, finish('tool-calls')], [finish()]);
    const quick = tool('quick', (_input, { callId }) => toolSays(callId));
    const { message } = await playWithUser({ strategy, tools: [quick] }, () => undefined);
    const outputs = message.parts.map((part) => part.type === 'tool-call' && part.output);
    expect(outputs).toEqual(many.map((_, index) => `call-${index}`));
  });

  it('that nobody knows are told the nearest name', async () => {
    const strategy = createScriptedStrategy([calls(0, 'a', '{}', 'get_wether'), finish('tool-calls')], [finish()]);
    const tools = [tool('get_weather', () => toolSays('')), tool('send_mail', () => toolSays(''))];
    const played = await playWithUser({ strategy, tools }, () => undefined);
    expect(callIn(played)?.output).toBe('There is no tool named “get_wether”. Did you mean “get_weather”?');
  });
});
