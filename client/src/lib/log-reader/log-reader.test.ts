import { foldMessage, type GenerationEvent, generationEventSchema, hashText, messageText } from '@parley/contracts';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogBatch } from './log-batch.ts';
import { createLogReader } from './log-reader.ts';
import { createScriptedLogServer, createScriptedPage, type Fault } from './testing/scripted-log-server.ts';

const url = '/api/generations/one/stream';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Reads a scripted log to its end while time passes as fast as it can. */
async function readAll(options: Parameters<typeof createScriptedLogServer>[0], page = createScriptedPage()) {
  const server = createScriptedLogServer(options);
  const batches: LogBatch<unknown>[] = [];
  const connections: string[] = [];
  const end = createLogReader({ fetch: server.fetch, page }).read({
    url,
    offset: '-1',
    parse: (value) => value,
    signal: new AbortController().signal,
    onBatch: (batch) => batches.push(batch),
    onConnection: (connection) => connections.push(connection),
  });
  await vi.runAllTimersAsync();
  return { end: await end, entries: batches.flatMap((batch) => batch.entries), connections, ...server };
}

describe('a log reader', () => {
  it('hands out every entry and ends when the log is closed', async () => {
    const { end, entries, requests } = await readAll({ batches: [[1, 2], [3]] });
    expect(end).toBe('closed');
    expect(entries).toEqual([1, 2, 3]);
    expect(requests).toEqual([`${url}?offset=-1&live=sse`]);
  });

  it('goes on from the last offset when the connection is cut', async () => {
    const { entries, requests } = await readAll({ batches: [[1], [2], [3]], faults: [{ type: 'cut', atByte: 130 }] });
    expect(entries).toEqual([1, 2, 3]);
    expect(requests[1]).toBe(`${url}?offset=0_00000001&live=sse`);
  });

  it('waits errors of server and network out', async () => {
    const faults: Fault[] = [
      { type: 'status', status: 500 },
      { type: 'network-error' },
      { type: 'status', status: 429 },
    ];
    const { end, entries, connections } = await readAll({ batches: [[1]], faults });
    expect(end).toBe('closed');
    expect(entries).toEqual([1]);
    expect(connections).toEqual(['lost', 'live']);
  });

  it('turns to long-polling, with the same offsets, when nothing arrives for 20 seconds', async () => {
    const { entries, requests } = await readAll({
      batches: [[1], [2], [3]],
      faults: [{ type: 'silence', atByte: 130 }],
    });
    expect(entries).toEqual([1, 2, 3]);
    expect(requests.slice(1)).toEqual([
      `${url}?offset=0_00000001&live=long-poll`,
      `${url}?offset=0_00000002&live=long-poll`,
    ]);
  });

  it.each([404, 410, 400])('ends as gone on %i', async (status) => {
    expect((await readAll({ batches: [[1]], faults: [{ type: 'status', status }] })).end).toBe('gone');
  });

  it('ends as unauthorized when fresh credentials did not help', async () => {
    expect((await readAll({ batches: [[1]], faults: [{ type: 'status', status: 401 }] })).end).toBe('unauthorized');
  });

  it('tries again at once when the network returns', async () => {
    const page = createScriptedPage();
    const server = createScriptedLogServer({
      batches: [[1]],
      faults: Array.from({ length: 8 }, () => ({ type: 'network-error' as const })),
    });
    const end = createLogReader({ fetch: server.fetch, page, random: () => 1 }).read({
      url,
      offset: '-1',
      parse: (value) => value,
      signal: new AbortController().signal,
      onBatch: () => undefined,
    });
    for (let attempt = 0; attempt < 9; attempt += 1) {
      await vi.advanceTimersByTimeAsync(0);
      page.signal('online');
    }
    expect(await end).toBe('closed');
  });

  it('gives its connection back in a tab that stays hidden and goes on when it is shown', async () => {
    const page = createScriptedPage();
    const server = createScriptedLogServer({ batches: [[1], [2]], faults: [{ type: 'idle', atByte: 130 }] });
    const entries: unknown[] = [];
    const end = createLogReader({ fetch: server.fetch, page }).read({
      url,
      offset: '-1',
      parse: (value) => value,
      signal: new AbortController().signal,
      onBatch: (batch) => entries.push(...batch.entries),
    });
    await vi.advanceTimersByTimeAsync(0);
    page.signal('hidden');
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.requests).toHaveLength(1);
    expect(server.signals[0]?.aborted).toBe(true);
    page.signal('shown');
    await vi.runAllTimersAsync();
    expect(await end).toBe('closed');
    expect(entries).toEqual([1, 2]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const server = createScriptedLogServer({ batches: [[1]], faults: [{ type: 'silence', atByte: 20 }] });
    const end = createLogReader({ fetch: server.fetch, page: createScriptedPage() }).read({
      url,
      offset: '-1',
      parse: (value) => value,
      signal: controller.signal,
      onBatch: () => undefined,
    });
    await vi.advanceTimersByTimeAsync(0);
    controller.abort(new Error('enough'));
    await expect(end).rejects.toThrow('enough');
  });
});

const faultArbitrary: fc.Arbitrary<Fault> = fc.oneof(
  fc.constant({ type: 'network-error' as const }),
  fc.record({ type: fc.constant('status' as const), status: fc.constantFrom(500, 502, 503, 429) }),
  fc.record({ type: fc.constantFrom('cut' as const, 'silence' as const), atByte: fc.nat(1500) }),
);

const startMessage = {
  id: 'm',
  conversationId: 'c',
  parentId: null,
  role: 'assistant',
  status: 'running',
  parts: [],
  createdAt: '2026-11-20T10:00:00.000Z',
  progress: { events: 0, offset: '-1', attempt: 1, step: 0 },
} as unknown as Parameters<typeof foldMessage>[0];

function eventsOf(texts: readonly string[]): GenerationEvent[] {
  let start = 0;
  const deltas = texts.map((text, index) => {
    const event = { type: 'text-delta' as const, n: index, step: 0, part: 0, start, text };
    start += text.length;
    return event;
  });
  const text = texts.join('');
  return [
    ...deltas,
    {
      type: 'generation-finished',
      n: texts.length,
      step: 0,
      status: 'done',
      finishReason: 'stop',
      textLength: text.length,
      textHash: hashText(text),
      at: '2026-11-20T10:00:01.000Z',
    },
  ];
}

describe('a message read through any network', () => {
  it('is the message that was written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(faultArbitrary, { maxLength: 6 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 0, max: 2 }),
        async (texts, batchSize, faults, chunkBytes, replay) => {
          const events = eventsOf(texts);
          const batches = Array.from({ length: Math.ceil(events.length / batchSize) }, (_, index) =>
            events.slice(index * batchSize, (index + 1) * batchSize),
          );
          // A server that replays cannot be read by polling without end, so replays meet no silence here.
          const met = replay === 0 ? faults : faults.filter((fault) => fault.type !== 'silence');
          const { entries } = await readAll({ batches, faults: met, chunkBytes, replay });
          const message = entries.reduce<typeof startMessage>(
            (held, entry) => foldMessage(held, generationEventSchema.parse(entry)),
            startMessage,
          );
          expect(messageText(message)).toBe(texts.join(''));
          expect(message.status).toBe('done');
          expect(message.progress.events).toBe(events.length);
        },
      ),
      { numRuns: 150 },
    );
  });
});
