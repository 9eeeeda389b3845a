import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ModelEvent } from '../../core/model-event.ts';
import type { Turn } from '../../core/model-request.ts';
import { createOpenAiResponsesFace } from './face.ts';
import { createResponseMemory } from './response-memory.ts';
import { createResponseStore } from './response-store.ts';

const face = createOpenAiResponsesFace();
const owner = { caller: 'digest', tenant: 'acme' };
const options = { model: 'served', created: 1, includeUsage: true, id: '1' };
const read = (body: object) => face.read(Buffer.from(JSON.stringify(body)), {});
const turn = (role: 'user' | 'assistant', text: string): Turn => ({ role, parts: [{ type: 'text', text }] });
const answer: ModelEvent[] = [
  { type: 'text-delta', part: 0, text: 'Hello' },
  { type: 'text-delta', part: 0, text: '!' },
  { type: 'finish', reason: 'stop' },
];

function remember() {
  const memory = createResponseMemory(createResponseStore());
  const next = (from: object = owner) =>
    memory.recall(read({ input: 'And?', previous_response_id: 'resp_1' }), { ...owner, ...from });
  const encode = (asked = read({ input: 'Hi' }), events = answer): void => {
    const encoder = memory.keep(face, asked, owner).createEncoder(options);
    for (const event of events) encoder.encode(event);
  };
  return { memory, next, encode };
}

describe('going on from an earlier answer', () => {
  test('begins with all that was said before, however it was sent', async () => {
    const conversation = [turn('user', 'Hi'), turn('assistant', 'Hello!'), turn('user', 'And?')];
    const streamed = remember();
    streamed.encode();
    expect(streamed.next()).toMatchObject({ mustTranslate: true });
    expect(streamed.next().toRequest().turns).toEqual(conversation);
    const whole = remember();
    await whole.memory.keep(face, read({ input: 'Hi' }), owner).toAnswer(Readable.from(answer), options);
    expect(whole.next().toRequest().turns).toEqual(conversation);
  });

  test('is possible again and again', () => {
    const { memory, next, encode } = remember();
    encode();
    const encoder = memory.keep(face, next(), owner).createEncoder({ ...options, id: '2' });
    for (const event of answer) encoder.encode(event);
    const third = memory.recall(read({ input: 'More', previous_response_id: 'resp_2' }), owner);
    expect(third.toRequest().turns).toHaveLength(5);
  });

  test('is possible for nobody else', () => {
    const { next, encode } = remember();
    encode();
    for (const stranger of [{ caller: 'other' }, { tenant: 'other' }, { tenant: undefined }]) {
      expect(next(stranger)).not.toHaveProperty('mustTranslate');
      expect(() => next(stranger).toRequest()).toThrow(
        expect.objectContaining({ code: 'bad-request', param: 'previous_response_id' }),
      );
    }
  });

  test('is not possible from answers that were not to be kept, or broke off', () => {
    const unkept = remember();
    unkept.encode(read({ input: 'Hi', store: false }));
    expect(() => unkept.next().toRequest()).toThrow(expect.objectContaining({ code: 'bad-request' }));
    const broken = remember();
    broken.encode(read({ input: 'Hi' }), answer.slice(0, 1));
    expect(() => broken.next().toRequest()).toThrow(expect.objectContaining({ code: 'bad-request' }));
  });
});

describe('the store of answers', () => {
  const turns = [turn('user', 'x')];

  test('forgets what has expired', () => {
    let time = 0;
    const store = createResponseStore({ ttlMs: 10, now: () => time });
    store.put(owner, 'a', turns);
    expect(store.get(owner, 'a')).toEqual(turns);
    time = 10;
    expect(store.get(owner, 'a')).toBeUndefined();
  });

  test('forgets the oldest when it is full', () => {
    const store = createResponseStore({ maxEntries: 2 });
    for (const id of ['a', 'b', 'a', 'c']) store.put(owner, id, turns);
    expect(['a', 'b', 'c'].map((id) => store.get(owner, id) !== undefined)).toEqual([true, false, true]);
    const short = createResponseStore({ maxLength: 100 });
    short.put(owner, 'a', turns);
    short.put(owner, 'b', [turn('user', 'x'.repeat(30))]);
    short.put(owner, 'c', [turn('user', 'x'.repeat(200))]);
    expect(['a', 'b', 'c'].map((id) => short.get(owner, id) !== undefined)).toEqual([false, true, false]);
  });
});
