import type { InputRequest } from '@parley/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { calls, finish, playAsFar, playTurn, says } from '../__fixtures__/play-turn.ts';
import { createScriptedStrategy } from '../__fixtures__/scripted-strategy.ts';
import { toolSays, createUser, tool } from '../__fixtures__/tools.ts';
import type { Tool } from '../../tools/tool.ts';

afterEach(() => {
  vi.useRealTimers();
});

const asking = () =>
  createScriptedStrategy([calls(0, 'a', '{}', 'work'), finish('tool-calls')], [says('So.'), finish()]);
const form: InputRequest = {
  kind: 'form',
  source: { kind: 'mcp', id: 'files', title: 'Files' },
  message: 'Where?',
  schema: '{"type":"object"}',
};

describe('a tool at work', () => {
  it('tells how far it is, at most four times a second, and how far it has come in the end', async () => {
    vi.useFakeTimers();
    const done = Promise.withResolvers<void>();
    const work = tool('work', async (_input, { report }) => {
      for (let progress = 1; progress <= 10_000; progress += 1)
        report({ progress, total: 10_000, message: 'x'.repeat(9_000) });
      report({ progress: Number.NaN });
      report({ progress: 10_000 });
      await done.promise;
      return await toolSays('done');
    });
    const playing = playTurn({ strategy: asking(), tools: [work] });
    await vi.advanceTimersByTimeAsync(1_000);
    done.resolve();
    const { events } = await playing;
    const told = events.flatMap((event) => (event.type === 'tool-progress' ? [event] : []));
    expect(told.map(({ progress }) => progress)).toEqual([1, 10_000]);
    expect(told[0]?.message).toHaveLength(500);
  });

  it('shows what it prints while it runs, in pieces that fit together, and not without end', async () => {
    vi.useFakeTimers();
    const done = Promise.withResolvers<void>();
    const work = tool('work', async (_input, { print, report }) => {
      print('one\n');
      print('two\n');
      report({ progress: 0, message: 'Running' });
      setTimeout(() => print('x'.repeat(100_000)), 600);
      await done.promise;
      return await toolSays('done');
    });
    const playing = playTurn({ strategy: asking(), tools: [work] });
    await vi.advanceTimersByTimeAsync(1_000);
    done.resolve();
    const { events, answer } = await playing;
    const printed = events.flatMap((event) => (event.type === 'tool-progress' ? (event.printed ?? []) : []));
    expect(printed.slice(0, 2)).toEqual([
      { start: 0, text: 'one\n' },
      { start: 4, text: 'two\n' },
    ]);
    expect(printed[2]?.text).toHaveLength(65_536 - 8);
    expect(answer[0]).toMatchObject({ state: 'done', output: 'done' });
    expect(answer[0]).not.toHaveProperty('printed');
  });

  it('has failed when it did not end within ten minutes', async () => {
    vi.useFakeTimers();
    let signal: AbortSignal | undefined;
    const work = tool('work', async (_input, context) => {
      ({ signal } = context);
      return await new Promise<never>(() => undefined);
    });
    const playing = playTurn({ strategy: asking(), tools: [work] });
    await vi.advanceTimersByTimeAsync(601_000);
    const { events, outcome } = await playing;
    expect(events.find(({ type }) => type === 'tool-result')).toMatchObject({
      failed: true,
      output: 'The tool “work” did not end within ten minutes; its outcome is unknown.',
    });
    expect(signal?.aborted).toBe(true);
    expect(outcome.status).toBe('done');
  });

  it('has failed when it throws at once, and nobody but the log of the server hears why', async () => {
    const errors: unknown[] = [];
    const work = tool('work', () => {
      throw new Error('secret');
    });
    const { events } = await playTurn({
      strategy: asking(),
      tools: [work],
      onToolError: (error) => errors.push(error),
    });
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(errors).toHaveLength(1);
  });

  it('keeps what is too long out of the answer', async () => {
    const work = tool('work', () => toolSays('x'.repeat(5_000_000)));
    const { answer: parts } = await playTurn({ strategy: asking(), tools: [work] });
    expect(JSON.stringify(parts).length).toBeLessThan(2_000);
  });
});

describe('a tool that asks in the middle of its work', () => {
  it('gets one answer after the other, and no time passes for it meanwhile', async () => {
    vi.useFakeTimers();
    const user = createUser();
    const work = tool('work', async (_input, { ask }) => {
      const both = await Promise.all([ask(form), ask({ ...form, message: 'And where to?' })]);
      return await toolSays(both.map((one) => one.kind).join(' '));
    });
    let asked = 0;
    const playing = playTurn({
      strategy: asking(),
      tools: [work],
      inputs: user.ports,
      onEvent(event) {
        user.hears(event);
        if (event.type !== 'input-requested') return;
        asked += 1;
        const kind = asked === 1 ? 'accept' : 'decline';
        setTimeout(() => user.answers('a', { kind }), 3_600_000);
      },
    });
    await vi.advanceTimersByTimeAsync(7_300_000);
    const { events, answer: parts } = await playing;
    expect(events.map(({ type }) => type).slice(5, -3)).toEqual([
      'tool-started',
      'input-requested',
      'input-received',
      'input-requested',
      'input-received',
      'tool-result',
    ]);
    expect(parts[0]).toMatchObject({ output: 'accept decline', state: 'done' });
    expect(user.listeners()).toBe(0);
  });

  it.each<[string, boolean, string]>([
    ['is interrupted', false, 'The call was interrupted; its outcome is unknown.'],
    ['is run again where that does no harm', true, 'decline'],
  ])('%s when its process dies', async (_name, readOnly, output) => {
    const run = vi.fn<Tool['run']>(async (_input, { ask }) => await toolSays((await ask(form)).kind));
    const tools = [tool('work', run, { hints: { readOnly } })];
    const user = createUser();
    const left = {
      type: 'tool-call',
      step: 0,
      callId: 'a',
      name: 'work',
      input: '{}',
      state: 'waiting',
      started: true,
      request: form,
    } as const;
    const { answer: parts } = await playAsFar({
      strategy: createScriptedStrategy([finish()]),
      tools,
      inputs: user.ports,
      answer: [left],
      step: 1,
      begun: { attempt: 1, isUsageHeld: false },
      onEvent(event) {
        user.hears(event);
        if (event.type === 'input-requested') queueMicrotask(() => user.answers('a', { kind: 'decline' }));
      },
    });
    expect(parts[0]).toMatchObject({ output });
    expect(run).toHaveBeenCalledTimes(readOnly ? 1 : 0);
  });
});
