import { afterEach, expect, test } from 'vitest';
import { chunk, doneMark, sendStream, usageChunk } from '../testing/scripted-upstream.ts';
import { eventually } from './testing/eventually.ts';
import { refusesPrefill, saysTheRest, startWorld, well } from './testing/start-world.ts';
import type { World } from './testing/start-world.ts';
import { beginWith, inTurn } from './testing/upstream-faults.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

const startIn = async (...options: Parameters<typeof startWorld>): Promise<World> => {
  const world = await startWorld(...options);
  worlds.push(world);
  return world;
};

// T01 to T16 are the sixteen faults of Failover Bench; these are those after the first content. Targets are asked in the order a, b, c.

test('T08 cut after some tokens: the whole answer or an explicit error, never success', async () => {
  const cut = beginWith(['Half ', 'an '], (response) => response.destroy());
  const { ask, gateway } = await startIn(
    { a: cut, b: saysTheRest },
    {
      models: { quick: {}, lasting: { recovery: 'continue' } },
      capabilities: { b: { prefill: true } },
    },
  );
  expect(await ask()).toMatchObject({ text: 'Half an ', isDone: false, error: 'stream_cut' });
  expect(await ask({ model: 'lasting' })).toMatchObject({
    text: 'Half an answer.',
    isDone: true,
    error: undefined,
  });
  expect(await ask({ isStream: false })).toMatchObject({ status: 200, isDone: true });
  await eventually(() => expect(gateway.occupancy()).toBe(0));
});

test('T09 a stall with the socket open: idle timeout; process and pool are well afterwards', async () => {
  const { ask, gateway, connections } = await startIn(
    {
      a: inTurn(
        beginWith(['Half '], () => undefined),
        well,
      ),
    },
    { timeouts: { idle: 200 } },
  );
  expect(await ask()).toMatchObject({ text: 'Half ', isDone: false, error: 'timeout' });
  await eventually(() => expect(gateway.occupancy()).toBe(0));
  await eventually(() => expect(connections('a')).toBe(0));
  expect(await ask()).toMatchObject({ text: 'All well', isDone: true });
});

test('T10 a malformed line: it is skipped and counted, the stream goes on', async () => {
  const { ask, gateway } = await startIn({
    a: ({ response }) =>
      sendStream(
        response,
        chunk({ content: 'All ' }) +
          'data: {"choices":[{"del\n\n' +
          chunk({ content: 'well' }, 'stop') +
          usageChunk +
          doneMark,
      ),
  });
  const heard = await ask();
  expect(heard).toMatchObject({ text: 'All well', isDone: true });
  expect(heard.raw).not.toContain('"del\n');
  await eventually(() =>
    expect(gateway.logged).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ malformed: 1 }) }),
    ),
  );
});

test('T11 an end without [DONE] but with a finish reason: success, with usage', async () => {
  const { ask } = await startIn({
    a: ({ response }) => sendStream(response, chunk({ content: 'All well' }) + chunk({}, 'stop') + usageChunk),
  });
  expect(await ask()).toMatchObject({
    text: 'All well',
    isDone: true,
    error: undefined,
    usage: { prompt_tokens: 3, completion_tokens: 2 },
  });
});

test('T14 a cut, and the next model refuses the beginning: a clean restart where the client bears it, else the original error', async () => {
  const { ask } = await startIn(
    { a: beginWith(['Half '], (response) => response.destroy()), b: refusesPrefill, c: well },
    { models: { quick: { recovery: 'continue' } }, capabilities: { b: { prefill: true }, c: { prefill: false } } },
  );
  const borne = await ask({ headers: { 'x-parley-recovery': 'restart' } });
  expect(borne).toMatchObject({ text: 'All well', restarts: 1, isDone: true });
  expect(await ask()).toMatchObject({ text: 'Half ', restarts: 0, isDone: false, error: 'stream_cut' });
});
