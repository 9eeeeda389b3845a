import { afterAll, describe, expect, it } from 'vitest';
import { openRealEngine, whyNoRealEngine } from '../testing/real-engine.ts';
import { createExecRaw } from './exec-stream.ts';

const missing = await whyNoRealEngine('python');

describe.skipIf(missing !== undefined)('a process in a box', () => {
  const { engine, docker } = openRealEngine();
  afterAll(() => engine.close());

  it('that ends without waiting for its input is over, though more was to come', async () => {
    const signal = AbortSignal.timeout(20_000);
    const box = await engine.open({ image: 'python', memoryBytes: 256 * 1024 * 1024 }, signal);
    const exec = createExecRaw(docker.getContainer(box.id));
    const { stdout, end } = await exec(
      { command: ['sh', '-c', 'echo done; exit 7'], user: 'sandbox', stdin: never() },
      signal,
    );
    expect((await stdout.toArray()).join('')).toBe('done\n');
    expect(await end).toEqual({ exitCode: 7, stderr: '' });
  });
});

async function* never(): AsyncGenerator<Uint8Array> {
  yield await Promise.withResolvers<Uint8Array>().promise;
}
