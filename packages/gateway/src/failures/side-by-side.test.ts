import { afterEach, expect, test } from 'vitest';
import type { ServerResponse } from 'node:http';
import { sendStream, streamOf } from '../testing/scripted-upstream.ts';
import type { UpstreamScript } from '../testing/scripted-upstream.ts';
import { eventually } from './testing/eventually.ts';
import { startWorld, well } from './testing/start-world.ts';
import type { World } from './testing/start-world.ts';
import { refuse, saysNothing } from './testing/upstream-faults.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

async function startIn(...options: Parameters<typeof startWorld>): Promise<World> {
  const world = await startWorld(...options);
  worlds.push(world);
  return world;
}

const keyOf = ({ headers }: { headers: { authorization?: string | undefined } }): string =>
  String(headers.authorization).replace('Bearer ', '');

const refusesOne: UpstreamScript = (exchange) =>
  keyOf(exchange.request) === 'secret-1' ? refuse(401, 'invalid_api_key')(exchange) : well(exchange);

test('a limited key rests while the other one serves, and nobody waits', async () => {
  const used: string[] = [];
  const script: UpstreamScript = (exchange) => {
    const key = keyOf(exchange.request);
    used.push(key);
    if (key === 'k-1') refuse(429, 'rate_limit_exceeded', { 'retry-after': '60' })(exchange);
    else well(exchange);
  };
  const world = await startIn({ a: script }, { providers: { a: { keys: ['k-1', 'k-2'] } } });
  for (let turn = 0; turn < 6; turn += 1) expect(await world.ask()).toMatchObject({ status: 200, text: 'All well' });
  expect(used.filter((key) => key === 'k-1')).toHaveLength(1);
  expect(used.filter((key) => key === 'k-2')).toHaveLength(6);
});

test('a refused key is put aside with an alarm that does not tell it', async () => {
  const world = await startIn({ a: refusesOne }, { providers: { a: { keys: ['secret-1', 'k-2'] } } });
  for (let turn = 0; turn < 4; turn += 1) expect((await world.ask()).status).toBe(200);
  expect(world.calls('a')).toBe(5);
  const told = world.gateway.logged.filter(({ message }) => message.includes('the key is put aside'));
  expect(told).toHaveLength(1);
  expect(JSON.stringify(world.gateway.logged)).not.toContain('secret-1');
});

test('a busy provider has a bounded queue, and what does not fit goes elsewhere', async () => {
  const waiting: ServerResponse[] = [];
  const holding: UpstreamScript = ({ response }) => waiting.push(response);
  const world = await startIn({ a: holding, b: well }, { providers: { a: { maxConcurrent: 1, maxQueued: 1 } } });
  const [first, second] = [world.ask(), world.ask()];
  await eventually(() => expect(waiting).toHaveLength(1));
  const third = await world.ask();
  expect(third.headers['x-parley-provider']).toBe('b');
  for (let served = 0; served < 2; served += 1) {
    await eventually(() => expect(waiting.length).toBeGreaterThan(served));
    const response = waiting[served];
    if (response) sendStream(response, streamOf('At last'));
  }
  expect([(await first).text, (await second).text]).toEqual(['At last', 'At last']);
  expect(world.calls('a')).toBe(2);
});

test('a client that leaves while a target is silent frees everything at once', async () => {
  const world = await startIn({ a: saysNothing, b: well });
  const leaving = new AbortController();
  const asking = fetch(`${world.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    signal: leaving.signal,
    body: JSON.stringify({ model: 'quick', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await eventually(() => expect(world.calls('a')).toBe(1));
  leaving.abort();
  await expect(asking).rejects.toThrow('aborted');
  await eventually(() => expect([world.gateway.occupancy(), world.connections('a')]).toEqual([0, 0]));
  expect(world.calls('b')).toBe(0);
});

test('too many requests at once are refused with Retry-After, and health is not', async () => {
  const shedding = { isOn: true, maxActive: 2, memoryShare: 0.85, maxLoopDelayMs: 60_000 };
  const waiting: ServerResponse[] = [];
  const world = await startIn({ a: ({ response }) => waiting.push(response) }, { config: { shedding } });
  const held = [world.ask(), world.ask()];
  await eventually(() => expect(waiting).toHaveLength(2));
  const refused = await world.ask();
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBe('5');
  expect((await fetch(`${world.gateway.url}/health`)).status).toBe(200);
  for (const response of waiting) sendStream(response, streamOf('Done'));
  expect((await Promise.all(held)).map(({ text }) => text)).toEqual(['Done', 'Done']);
});

test('when all targets rest, the client is told at once when to come back', async () => {
  const world = await startIn({ a: refuse(503) });
  for (let turn = 0; turn < 3; turn += 1) await world.ask();
  const before = world.calls('a');
  const heard = await world.ask();
  expect(heard.status).toBe(503);
  expect(Number(heard.headers['retry-after'])).toBeGreaterThan(0);
  expect(world.calls('a')).toBe(before);
});
