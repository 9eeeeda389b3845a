import { buffer } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { McpError } from '../core/mcp-error.ts';
import { boundBody, readBeginning } from './bound-body.ts';

type Bounds = Parameters<typeof boundBody>[1];

function bodyOf(chunks: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
      controller.close();
    },
  });
}

async function through(chunks: readonly (string | Uint8Array)[], bounds: Bounds): Promise<string> {
  const failures: McpError[] = [];
  try {
    return (await buffer(boundBody(bodyOf(chunks), bounds, (error) => failures.push(error)))).toString();
  } catch (error) {
    const [failure] = failures;
    return failure !== undefined && error === failure ? failure.code : String(error);
  }
}

describe('a bounded body', () => {
  it('gives every byte that keeps within the bounds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 })), async (chunks) => {
        const bytes = Buffer.concat(chunks);
        expect(await through(chunks, { totalBytes: bytes.length })).toBe(bytes.toString());
        expect(await through([...chunks, 'x'], { totalBytes: bytes.length })).toBe('too-large');
      }),
      { numRuns: 50 },
    );
  });

  it.each(['\n', '\r\n', '\r'])('counts lines and events that end with %j', async (end) => {
    const bounds = { lineBytes: 10, eventBytes: 15 };
    const event = `data: 1234${end}`;
    expect(await through([`${event}${end}`.repeat(5)], bounds)).toBe(`${event}${end}`.repeat(5));
    expect(await through(`${event}${end}`.repeat(5).split(''), bounds)).toBe(`${event}${end}`.repeat(5));
    expect(await through(`${event}${event}`.split(''), bounds)).toBe('too-large');
    expect(await through(['data: 12', '345'], bounds)).toBe('too-large');
  });

  it('is read at its beginning only', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(Buffer.from('abc')) });
    expect(await readBeginning(endless, 7)).toBe('abcabca');
    expect(await readBeginning(bodyOf(['ab']), 7)).toBe('ab');
  });
});
