import { expect, test } from 'vitest';
import type { RunEvent } from '../core/run.ts';
import { createEventChannel } from './event-channel.ts';
import { joinEvents } from './join-events.ts';

const out = (text: string): RunEvent => ({ type: 'stdout', text });

async function all(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
  const read: RunEvent[] = [];
  for await (const event of events) read.push(event);
  return read;
}

test('a reader that is behind gets texts of one stream as one, and the last place in the queue', async () => {
  const channel = createEventChannel(joinEvents);
  const events: RunEvent[] = [
    { type: 'queued', position: 2 },
    { type: 'queued', position: 1 },
    { type: 'started' },
    out('a'),
    out('b'),
    { type: 'stderr', text: 'c' },
    out('d'),
    out('x'.repeat(65_536)),
  ];
  for (const event of events) void channel.push(event);
  channel.end();
  expect(await all(channel.read())).toEqual([
    { type: 'queued', position: 1 },
    { type: 'started' },
    out('ab'),
    { type: 'stderr', text: 'c' },
    out('d'),
    out('x'.repeat(65_536)),
  ]);
});

test('a reader that is ahead waits, and whoever pushes waits for it', async () => {
  const channel = createEventChannel(joinEvents);
  const reading = channel.read();
  const first = reading.next();
  let isRead = false;
  const push = async () => {
    await channel.push(out('a'));
    isRead = true;
  };
  const pushed = push();
  expect(await first).toEqual({ done: false, value: out('a') });
  expect(isRead).toBe(false);
  const second = reading.next();
  await pushed;
  channel.end();
  expect(await second).toEqual({ done: true, value: undefined });
});

test('nobody waits for a reader that went away, in the midst or before', async () => {
  const channel = createEventChannel(joinEvents);
  const reading = channel.read();
  const pushed = [channel.push(out('a')), channel.push({ type: 'started' })];
  await reading.next();
  await reading.return();
  await Promise.all(pushed);
  expect(await channel.push(out('late'))).toBeUndefined();
});
