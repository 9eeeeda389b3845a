import type { GenerationEvent } from '@parley/contracts';
import type { Batch, LogReader } from '@parley/stream-log';
import { expect, it } from 'vitest';
import { newCommandId } from './__fixtures__/chat-client.ts';
import { createHidingLog } from './hiding-log.ts';

const at = new Date().toISOString();
const source = { kind: 'mcp', id: 'bank', title: 'Bank' } as const;
const given = { callId: 'a', commandId: newCommandId(), answer: { kind: 'accept', content: '"secret"' } } as const;
const entries = [
  { type: 'text-delta', n: 1, part: 0, text: 'Hello' },
  {
    type: 'input-requested',
    n: 2,
    callId: 'a',
    request: { kind: 'url', source, message: 'Go', url: 'https://secret' },
  },
  { type: 'input-given', ...given, at },
  { type: 'input-received', n: 3, ...given },
] as unknown as GenerationEvent[];

function logOf(batch: Batch<GenerationEvent>): LogReader<GenerationEvent> {
  return {
    read: () => Promise.resolve(batch),
    async *follow() {
      yield await Promise.resolve(batch);
    },
  };
}

it('tells others that somebody was asked and has answered, not where they were sent and what they filled in', async () => {
  const batch: Batch<GenerationEvent> = { entries, next: '4', upToDate: true, closed: true };
  const log = createHidingLog(logOf(batch), { inputs: true, model: false });
  const read = await log.read('x', '-1');
  for await (const followed of log.follow('x', '-1', AbortSignal.timeout(10_000))) expect(followed).toEqual(read);
  expect.assertions(4);
  expect(read.entries.map(({ type }) => type)).toEqual(entries.map(({ type }) => type));
  expect(read.entries[0]).toEqual(entries[0]);
  expect(JSON.stringify(read)).not.toContain('secret');
});

it('tells who writes an answer no more than that there were such events, with their numbers', async () => {
  const agent = { id: 'secret', version: 1, name: 'secret' };
  const error = { type: 'error', code: 'upstream-error', title: 'It failed', detail: 'secret' };
  const usage = { input: 1, output: 1 };
  const telling = [
    { type: 'text-delta', n: 0, step: 0, part: 0, start: 0, text: 'Hello' },
    { type: 'usage', n: 1, step: 0, usage },
    { type: 'notice', n: 2, step: 0, text: 'secret' },
    { type: 'step-finished', n: 3, step: 0, trace: { step: 0, model: 'secret', modelMs: 1 } },
    { type: 'handed-off', n: 4, step: 1, part: 1, agent },
    { type: 'snapshot', n: 5, step: 1, attempt: 1, usage, parts: [{ type: 'hand-off', step: 1, agent }, error] },
    { type: 'generation-finished', n: 6, step: 1, status: 'failed', finishReason: 'error', error, at },
  ] as unknown as GenerationEvent[];
  const log = logOf({ entries: telling, next: '7', upToDate: true, closed: true });
  const { entries: read } = await createHidingLog(log, { inputs: false, model: true }).read('x', '-1');
  expect(read.map((event) => 'n' in event && event.n)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(read[0]).toEqual(telling[0]);
  expect(JSON.stringify(read)).not.toMatch(/secret|usage/);
});
