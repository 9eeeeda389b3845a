import type { ToolResultId } from '@parley/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStore } from '../database/__fixtures__/open-test-store.ts';
import type { TestStore } from '../database/__fixtures__/open-test-store.ts';
import { connectDatabase } from '../database/connect.ts';
import type { Database } from '../database/connect.ts';
import { createToolResultRepository } from '../database/repositories/tool-result-repository.ts';
import { callerOf, contextOf } from './__fixtures__/tools.ts';
import { createReadResult } from './built-in/read-result.ts';
import { createToolResults } from './tool-results.ts';
import type { ToolResultStore } from './tool-results.ts';
import type { ToolCaller, ToolResult } from './tool.ts';

let store: TestStore;
let database: Database;
let results: ToolResultStore;

beforeAll(async () => {
  store = await openTestStore();
  database = await connectDatabase(store.uri);
  results = createToolResults({ results: createToolResultRepository(database.connection), now: Date.now });
  await database.createIndexes();
});
afterAll(async () => {
  await database.close();
  await store.close();
});

const text = (output: string) => ({ output, failed: false });

async function bytesOf(caller: ToolCaller, id: ToolResultId | undefined): Promise<Buffer> {
  const result = id === undefined ? undefined : await results.find(caller.userId, id);
  const pieces: Uint8Array[] = [];
  if (result !== undefined) for await (const piece of results.bytes(result)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a result', () => {
  it('stays in its message while it is short', async () => {
    const output = 'x'.repeat(50_000);
    expect(await results.keep(callerOf(), 'call', text(output))).toEqual({ output });
  });

  it('is kept whole when it is long, and says how to read on', async () => {
    const caller = callerOf();
    const output = Array.from({ length: 12_000 }, (_none, index) => `line ${index} 🙂`).join('\n');
    const kept = await results.keep(caller, 'call', text(output));
    expect(kept.output.startsWith(output.slice(0, 30_000))).toBe(true);
    expect(kept.output.length).toBeLessThan(31_000);
    expect(kept.output).toContain(`read_result, id ${kept.stored?.id}, offset 30000`);
    expect(kept.stored?.length).toBe(output.length);
    expect((await bytesOf(caller, kept.stored?.id)).toString()).toBe(output);
  });

  it('keeps its id when its call is run again, and no other call has it', async () => {
    const caller = callerOf();
    const first = await results.keep(caller, 'call', text('a'.repeat(60_000)));
    const again = await results.keep(caller, 'call', text('b'.repeat(55_000)));
    const other = await results.keep(caller, 'other', text('a'.repeat(60_000)));
    expect(again.stored?.id).toBe(first.stored?.id);
    expect(other.stored?.id).not.toBe(first.stored?.id);
    expect((await bytesOf(caller, again.stored?.id)).toString()).toBe('b'.repeat(55_000));
  });

  it('is cut where nobody could keep it, and says so', async () => {
    const caller = callerOf();
    const kept = await results.keep(caller, 'call', text('x'.repeat(8_000_010)));
    expect(kept.stored?.length).toBe(8_000_000);
    expect(kept.output).toContain('Only the first 8000000 of its 8000010 characters were kept');
    expect(await bytesOf(caller, kept.stored?.id)).toHaveLength(8_000_000);
  });

  it('keeps what came beside its text', async () => {
    const caller = callerOf();
    const bytes = Buffer.alloc(9_000_000, 7);
    const image = { kind: 'image', mimeType: 'image/PNG; x=y', title: 'A plot', bytes } as const;
    const odd = { kind: 'file', mimeType: 'text/html\r\nX: y', title: 'b', bytes: Buffer.from('hello') } as const;
    const huge = { ...odd, bytes: Buffer.alloc(16_000_001) };
    const kept = await results.keep(caller, 'call', { ...text('done'), attachments: [image, odd, huge] });
    expect(kept.output).toBe('done\n\n[1 of 3 attachments were too many or too large to be kept.]');
    expect(kept.attachments).toMatchObject([
      { kind: 'image', mimeType: 'image/png', title: 'A plot', size: 9_000_000 },
      { kind: 'file', mimeType: 'application/octet-stream', size: 5 },
    ]);
    expect((await bytesOf(caller, kept.attachments?.[0]?.id)).equals(bytes)).toBe(true);
  });

  it('is found by its owner only, and goes with its conversation', async () => {
    const caller = callerOf();
    const { stored } = await results.keep(caller, 'call', text('x'.repeat(60_000)));
    expect(await bytesOf(callerOf(), stored?.id)).toHaveLength(0);
    await results.removeAll(callerOf().conversationId);
    expect(await bytesOf(caller, stored?.id)).toHaveLength(60_000);
    await results.removeAll(caller.conversationId);
    expect(await bytesOf(caller, stored?.id)).toHaveLength(0);
  });
});

async function read(caller: ToolCaller, input: Record<string, unknown>): Promise<ToolResult> {
  return await createReadResult({ results }).run(input, contextOf(caller));
}

describe('reading on', () => {
  it('leads through the whole text, piece by piece', async () => {
    const caller = callerOf();
    const output = Array.from({ length: 9_000 }, (_none, index) => `line ${index} 🙂`).join('\n');
    const kept = await results.keep(caller, 'call', text(output));
    let [whole, offset] = ['', 0];
    while (offset < output.length) {
      const piece = await read(caller, { id: kept.stored?.id, offset });
      const [, body = '', end = ''] = /^([^]*)\n\n\[Characters \d+ to (\d+) of/.exec(piece.output) ?? [];
      whole += body;
      offset = Number(end);
    }
    expect(whole).toBe(output);
  });

  it('takes a place and a length across the borders of what is stored together', async () => {
    const caller = callerOf();
    const output = `${'a'.repeat(1_999_990)}${'b'.repeat(20)}${'c'.repeat(60_000)}`;
    const kept = await results.keep(caller, 'call', text(output));
    const piece = await read(caller, { id: kept.stored?.id, offset: 1_999_985, length: 30 });
    expect(piece.output).toContain(
      `${'a'.repeat(5)}${'b'.repeat(20)}${'c'.repeat(5)}\n\n[Characters 1999985 to 2000015`,
    );
  });

  it('says when there is nothing', async () => {
    const caller = callerOf();
    const { stored } = await results.keep(caller, 'call', text('x'.repeat(60_000)));
    expect(await read(caller, { id: stored?.id, offset: 60_000 })).toMatchObject({ failed: true });
    expect(await read(callerOf(), { id: stored?.id })).toMatchObject({ failed: true });
    expect(await read(caller, { id: '../secrets' })).toMatchObject({ failed: true });
  });
});
