import { describe, expect, test, vi } from 'vitest';
import { defaultLimits } from '../core/limits.ts';
import type { RunRequest } from '../core/run.ts';
import type { MakeRunner } from './describe-runner.ts';
import { createFakeEngine } from './fake-engine.ts';
import { failureOf, requestOf, runProgram } from './run-program.ts';

export function describeRuns(make: MakeRunner): void {
  describe('runs', () => {
    test('tell what happens in order, and how it ended', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const { events, result } = await runProgram(runner, {
        code: 'print out\nerror oops\nstdin\nargs\nexit 3',
        stdin: 'from outside\n',
        args: ['one', 'two three'],
      });
      expect(events[0]).toEqual({ type: 'started' });
      expect(result).toMatchObject({ phase: 'run', exitCode: 3, reason: 'ok', truncated: false, box: 'cold' });
      expect(result).toMatchObject({ stdout: 'out\nfrom outside\none two three\n', stderr: 'oops\n', skipped: [] });
      const printed = events.flatMap((event) => ('text' in event ? [`${event.type}: ${event.text}`] : []));
      expect(printed.join('').replaceAll('stdout: ', '')).toContain('out\nstderr: oops\nfrom outside');
    });

    test('tell a compiler’s refusal, a time limit and the end of the memory apart', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const how = async (code: string) => (await runProgram(runner, { language: 'c', code })).result;
      expect(await how('compile-error no such type')).toMatchObject({ phase: 'compile', exitCode: 1, reason: 'ok' });
      expect(await how('timeout')).toMatchObject({ exitCode: null, signal: 'SIGKILL', reason: 'timeout' });
      expect(await how('oom')).toMatchObject({ exitCode: null, signal: 'SIGKILL', reason: 'oom' });
      expect(await how('print fine')).toMatchObject({ exitCode: 0, stdout: 'fine\n' });
    });

    test('show bytes that are no text as such, wherever they were split', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const { result } = await runProgram(runner, { code: 'bytes e282\nbytes ac00ff\nbytes c3' });
      expect(result.stdout).toBe('€\0\uFFFD\uFFFD');
    });

    test('that print too much are ended, and show the beginning and the end', async () => {
      const limits = { ...defaultLimits, shownBytes: 1_000, outputBytes: 100_000 };
      const runner = await make({ engine: createFakeEngine(), limits });
      const { result, events } = await runProgram(runner, { code: 'print first\nspam 10000000\nprint never' });
      expect(result).toMatchObject({ reason: 'output_limit', truncated: true, exitCode: null });
      expect(result.stdout).toMatch(/^first\nx+\n\[… 99000 bytes are left out …\]\nx+$/);
      const text = events.flatMap((event) => (event.type === 'stdout' ? [event.text] : [])).join('');
      expect(text).toHaveLength(100_000);
    });

    test('use the container again that their workspace used, and never that of others', async () => {
      const runner = await make({ engine: createFakeEngine(), warm: {} });
      const box = async (request: Partial<RunRequest>) =>
        (await runProgram(runner, { code: 'box', ...request })).result;
      const first = await box({});
      expect(await box({})).toMatchObject({ box: 'sticky', stdout: first.stdout });
      expect(await box({ workspace: 'other' })).toMatchObject({ box: 'cold' });
      expect(await box({ owner: 'grace' })).toMatchObject({ box: 'cold' });
      const node = await box({ language: 'javascript' });
      expect(node).toMatchObject({ box: 'cold' });
      expect(await box({ language: 'typescript' })).toMatchObject({ box: 'sticky', stdout: node.stdout });
    });

    test('begin in a container that was made ready, once the language was used', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: { python: 1 } });
      await runProgram(runner, { owner: 'ada' });
      await vi.waitFor(() => expect(engine.boxes).toHaveLength(2));
      const { result } = await runProgram(runner, { owner: 'grace', code: 'list' });
      expect(result).toMatchObject({ box: 'warm', stdout: '\n' });
    });

    test('of one workspace follow each other, and those of another pass them by', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, concurrency: 4 });
      const stop = new AbortController();
      const first = runProgram(runner, { code: 'wait' }, { signal: stop.signal });
      await vi.waitFor(() => expect(engine.boxes).toHaveLength(1));
      const positions: number[] = [];
      const second = runProgram(runner, { code: 'print second' }, {}, (event) => {
        if (event.type === 'queued') positions.push(event.position);
      });
      await vi.waitFor(() => expect(positions).toEqual([0]));
      await runProgram(runner, { owner: 'grace' });
      stop.abort(new Error('enough'));
      await expect(first).rejects.toThrow('enough');
      expect((await second).result.stdout).toBe('second\n');
    });

    test('that cannot be meant are refused before they wait', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine });
      const file = { name: 'a', size: 1, sha256: '0'.repeat(64) };
      const tool = { name: 'f', description: '', parameters: {} };
      const wrong: Partial<RunRequest>[] = [
        { code: ' \n' },
        { code: `#${'x'.repeat(5_000_000)}` },
        { stdin: 'x'.repeat(1_100_000) },
        { args: Array.from({ length: 101 }, () => 'a') },
        { args: ['a\0b'] },
        { files: [file, file] },
        { files: [{ ...file, name: '../a' }] },
        { files: [{ ...file, size: 1e12 }] },
        { files: [{ ...file, sha256: 'none' }] },
        { language: 'go', tools: [tool] },
        { tools: [tool, tool] },
        { tools: [{ ...tool, name: 'import' }] },
        { owner: '' },
      ];
      for (const request of wrong) {
        await expect(runProgram(runner, request)).rejects.toMatchObject({ name: 'SandboxError', code: 'invalid' });
      }
      expect(engine.opened).toBe(0);
    });

    test('find out that nothing can be run, and that something can again', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine });
      const usable = await engine.status(new AbortController().signal);
      engine.setStatus({ usable: false, reason: 'No Docker.', remedy: 'apt install docker.io', images: new Map() });
      expect(await runner.status({ fresh: true })).toMatchObject({ enabled: false, reason: 'No Docker.' });
      await expect(runProgram(runner, {})).rejects.toMatchObject({ code: 'unavailable', message: 'No Docker.' });
      engine.setStatus({ ...usable, images: new Map([['python', { versions: { python: '3.13' } }]]) });
      const status = await runner.status({ fresh: true });
      expect(status.languages.find(({ id }) => id === 'python')).toMatchObject({ ready: true, version: '3.13' });
      expect(status.languages.find(({ id }) => id === 'go')?.reason).toMatch(/image go is not built/);
      await expect(runProgram(runner, { language: 'go' })).rejects.toMatchObject({ code: 'unavailable' });
    });

    test('that are asked for anew under their name end the earlier one', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine });
      const { runId } = requestOf({});
      const lost = runProgram(runner, { runId, code: 'wait' });
      await vi.waitFor(() => expect(engine.boxes).toHaveLength(1));
      const failure = failureOf(lost);
      expect((await runProgram(runner, { runId, code: 'print again' })).result.stdout).toBe('again\n');
      expect(await failure).toMatchObject({ code: 'engine' });
    });
  });
}
