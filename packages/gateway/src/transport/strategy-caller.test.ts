import { expect, test } from 'vitest';
import { GatewayError } from '../core/gateway-error.ts';
import type { ModelEvent } from '../core/model-event.ts';
import type { ProviderStrategy } from '../core/provider-strategy.ts';
import { makeCall, makeTarget } from '../routing/testing/made-calls.ts';
import { createStrategyCaller } from './strategy-caller.ts';

const start: ModelEvent = { type: 'answer-start', id: 'a', model: 'm', recording: 'new' };
const text: ModelEvent = { type: 'text-delta', part: 0, text: 'Hi' };
const finish: ModelEvent = { type: 'finish', reason: 'stop' };
const error = new GatewayError('overloaded', { message: 'busy' });

function playing(events: readonly (ModelEvent | Error)[]): { strategy: ProviderStrategy; isClosed(): boolean } {
  let isClosed = false;
  return {
    isClosed: () => isClosed,
    strategy: {
      dialect: 'guide',
      async *stream() {
        try {
          for (const event of events) {
            if (event instanceof Error) throw event;
            yield event;
          }
        } finally {
          isClosed = true;
        }
      },
    },
  };
}

async function ask(events: readonly (ModelEvent | Error)[]): Promise<ModelEvent[]> {
  const call = createStrategyCaller(playing(events).strategy);
  const answer = await call(makeCall(), makeTarget('guide/guide'), new AbortController().signal);
  const heard: ModelEvent[] = [];
  for await (const batch of answer.batches) heard.push(...batch);
  return heard;
}

test('hands on every event, the first ones together', async () => {
  expect(await ask([start, text, finish])).toEqual([start, text, finish]);
});

test.each([[[error]], [[start, error]], [[start, { type: 'failure', error } as const]]])(
  'a failure before content is an exception',
  async (events) => {
    await expect(ask(events)).rejects.toBe(error);
  },
);

test('a failure after content is an event, however it comes', async () => {
  const failure = { type: 'failure', error } as const;
  expect(await ask([start, text, failure])).toEqual([start, text, failure]);
  expect(await ask([start, text, error])).toEqual([start, text, failure]);
});

test('tells of a recording, and ends the strategy when its reader leaves', async () => {
  const played = playing([start, text, text, finish]);
  const call = createStrategyCaller(played.strategy);
  const answer = await call(makeCall(), makeTarget('guide/guide'), new AbortController().signal);
  expect(answer.recording).toBe('new');
  const batches = answer.batches[Symbol.asyncIterator]();
  await batches.next();
  await batches.return?.();
  expect(played.isClosed()).toBe(true);
});
