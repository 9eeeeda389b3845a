import type { GenerationEvent } from '@parley/contracts';
import type { Batch } from '@parley/stream-log';
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

it('tells others that somebody was asked and has answered, not where they were sent and what they filled in', async () => {
  const batch: Batch<GenerationEvent> = { entries, next: '4', upToDate: true, closed: true };
  const log = createHidingLog({
    read: () => Promise.resolve(batch),
    async *follow() {
      yield await Promise.resolve(batch);
    },
  });
  const read = await log.read('x', '-1');
  for await (const followed of log.follow('x', '-1', AbortSignal.timeout(10_000))) expect(followed).toEqual(read);
  expect.assertions(4);
  expect(read.entries.map(({ type }) => type)).toEqual(entries.map(({ type }) => type));
  expect(read.entries[0]).toEqual(entries[0]);
  expect(JSON.stringify(read)).not.toContain('secret');
});
