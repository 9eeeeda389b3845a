import type { GenerationEvent, InputAnswer, InputRequest } from '@parley/contracts';
import { describe, expect, it } from 'vitest';
import { commandId } from './__fixtures__/messages.ts';
import { createOpenInputs } from './open-inputs.ts';

const at = '2026-01-01T00:00:00.000Z';
const url: InputRequest = {
  kind: 'url',
  source: { kind: 'mcp', id: 'files', title: 'Files' },
  message: 'Please visit',
  url: 'https://example.com',
};
const other: InputRequest = { ...url, url: 'https://example.org' };
const accept = { kind: 'accept' } as const;

const asks = (n: number, request = url): GenerationEvent => ({
  type: 'input-requested',
  n,
  step: 1,
  callId: 'a',
  request,
});
const gives = (number: number, answer: InputAnswer = accept): GenerationEvent => ({
  type: 'input-given',
  commandId: commandId(number),
  callId: 'a',
  answer,
  at,
});
const receives = (n: number, number: number): GenerationEvent => ({
  type: 'input-received',
  n,
  step: 1,
  callId: 'a',
  commandId: commandId(number),
  answer: accept,
});

const waits = (request: InputRequest) =>
  ({ type: 'tool-call', step: 0, callId: 'a', name: 'x', input: '{}', state: 'waiting', request }) as const;

function after(...events: readonly GenerationEvent[]) {
  const inputs = createOpenInputs();
  return { inputs, news: events.map((event) => inputs.take(event)) };
}

describe('what a call asks', () => {
  it('is open until the first answer of its kind, which counts until it is taken in', () => {
    const { inputs, news } = after(asks(1), gives(1, { kind: 'approve', scope: 'once' }), gives(2), gives(3));
    expect(news).toEqual([false, false, true, false]);
    expect(inputs.request('a')).toBeUndefined();
    expect(inputs.given('a')).toMatchObject({ commandId: commandId(2) });
    expect([1, 2, 3].map((number) => inputs.wasFirst(commandId(number)))).toEqual([false, true, false]);
    inputs.take(receives(2, 2));
    expect(inputs.given('a')).toBeUndefined();
    expect(inputs.pending()).toEqual([]);
  });

  it('is not answered by what was said to an earlier question', () => {
    const { inputs } = after(asks(1), gives(1), gives(2), receives(2, 1), asks(3, other));
    expect(inputs.request('a')).toEqual(other);
    expect(inputs.given('a')).toBeUndefined();
  });

  it('stays as it is when its log is told again, from anywhere', () => {
    const log = [asks(1), gives(1), receives(2, 1), asks(3, other), gives(2)];
    for (let from = 0; from < log.length; from += 1) {
      const { inputs } = after(...log, ...log.slice(from));
      expect(inputs.given('a')).toMatchObject({ commandId: commandId(2) });
      expect(inputs.pending()).toHaveLength(1);
    }
  });

  it('survives the loss of its log with its answer, unless something else is asked by now', () => {
    const { inputs } = after(asks(1), gives(1));
    inputs.take({ type: 'snapshot', n: 9, step: 1, attempt: 1, parts: [waits(url)] });
    expect(inputs.given('a')).toMatchObject({ commandId: commandId(1) });
    inputs.take({ type: 'snapshot', n: 10, step: 1, attempt: 1, parts: [waits(other)] });
    expect(inputs.request('a')).toEqual(other);
    inputs.reset([]);
    expect(inputs.request('a')).toBeUndefined();
  });
});
