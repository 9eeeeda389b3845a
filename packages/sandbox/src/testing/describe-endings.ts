import { describe, expect, test, vi } from 'vitest';
import type { SandboxRunner } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { MakeRunner } from './describe-runner.ts';
import { createFakeEngine, type FakeEngine, type FakeStage } from './fake-engine.ts';
import { createKeptFiles, failureOf, requestOf, runProgram } from './run-program.ts';

const stages: readonly FakeStage[] = ['open', 'put', 'exec', 'collect'];

/** Nothing is left of what went wrong, and the next one is fine. */
async function expectRecovered(runner: SandboxRunner, engine: FakeEngine): Promise<void> {
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(0));
  expect((await runProgram(runner, { code: 'print fine' })).result.stdout).toBe('fine\n');
}

export function describeEndings(make: MakeRunner): void {
  describe('a run that is stopped', () => {
    test.each(stages)('at the stage "%s" throws the reason, and its container is gone', async (stage) => {
      const stop = new AbortController();
      const reached = Promise.withResolvers<void>();
      const never = Promise.withResolvers<void>();
      let isArmed = true;
      const engine = createFakeEngine({
        async before(now) {
          if (now !== stage || !isArmed) return;
          isArmed = false;
          reached.resolve();
          await never.promise;
        },
      });
      const runner = await make({ engine, warm: {} });
      const files = createKeptFiles({ a: '1' });
      const run = runProgram(runner, { code: 'write b 2' }, { files, signal: stop.signal });
      await reached.promise;
      stop.abort(new Error('Stopped by Ada'));
      expect(await failureOf(run)).toMatchObject({ message: 'Stopped by Ada' });
      never.resolve();
      await expectRecovered(runner, engine);
    });

    test('while it computes, prints or waits for its turn', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {}, concurrency: 1 });
      const stops = [new AbortController(), new AbortController()] as const;
      const first = runProgram(runner, { code: 'print on\nwait' }, { signal: stops[0].signal });
      await vi.waitFor(() => expect(engine.boxes).toHaveLength(1));
      const queued = Promise.withResolvers<void>();
      const second = runProgram(runner, { workspace: 'b' }, { signal: stops[1].signal }, () => queued.resolve());
      await queued.promise;
      stops[1].abort(new Error('second'));
      expect(await failureOf(second)).toMatchObject({ message: 'second' });
      stops[0].abort(new Error('first'));
      expect(await failureOf(first)).toMatchObject({ message: 'first' });
      expect(engine.opened).toBe(1);
      expect(engine.boxes).toHaveLength(0);
    });

    test('before it begins', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine });
      const signal = AbortSignal.abort(new Error('never mind'));
      await expect(runProgram(runner, {}, { signal })).rejects.toThrow('never mind');
      expect(engine.opened).toBe(0);
    });

    test('by a reader that goes away', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {} });
      const run = runner.run(requestOf({ code: 'print on\nwait' }), {
        signal: new AbortController().signal,
        read: (file) => createKeptFiles().read(file),
      });
      await run.next();
      expect(engine.boxes).toHaveLength(1);
      await run.return({} as never);
      expect(engine.boxes).toHaveLength(0);
    });
  });

  describe('a container that is lost', () => {
    test.each(stages)('at the stage "%s" is an error with words, and the next run is fine', async (stage) => {
      let isArmed = true;
      const engine = createFakeEngine({
        before(now) {
          if (now !== stage || !isArmed) return;
          isArmed = false;
          throw new SandboxError('engine', 'The engine went away.');
        },
      });
      const runner = await make({ engine, warm: {} });
      const files = createKeptFiles({ a: '1' });
      await expect(runProgram(runner, { code: 'write b 2' }, { files })).rejects.toMatchObject({
        name: 'SandboxError',
        code: 'engine',
        message: 'The engine went away.',
      });
      await expectRecovered(runner, engine);
    });

    test('in the midst of a program is an error too, and what it printed was told', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {} });
      let printed = '';
      const run = runProgram(runner, { code: 'print almost\ncrash' }, {}, (event) => {
        if (event.type === 'stdout') printed += event.text;
      });
      await expect(run).rejects.toMatchObject({ code: 'engine' });
      expect(printed).toBe('almost\n');
      await expectRecovered(runner, engine);
    });

    test('between two runs is not missed', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {} });
      const files = createKeptFiles();
      await runProgram(runner, { code: 'write a 1' }, { files });
      engine.boxes[0]?.crash();
      expect((await runProgram(runner, { code: 'read a' }, { files })).result).toMatchObject({
        box: 'cold',
        stdout: '1',
      });
    });

    test('after its memory was full is given up, with what it wrote kept', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {} });
      const files = createKeptFiles();
      expect((await runProgram(runner, { code: 'write a 1\noom' }, { files })).result.reason).toBe('oom');
      expect(files.bytes.get('a')).toEqual(Buffer.from('1'));
      await vi.waitFor(() => expect(engine.boxes).toHaveLength(0));
    });
  });

  test('files of an ended container that cannot be read are said to be lost, and how it ended is told', async () => {
    const engine = createFakeEngine({
      before(stage) {
        if (stage === 'collect') throw new SandboxError('engine', 'The container is gone.');
      },
    });
    const runner = await make({ engine, warm: {} });
    const { result } = await runProgram(runner, { code: 'print almost\noom' });
    expect(result).toMatchObject({ reason: 'oom', stdout: 'almost\n', skipped: [{ name: '/mnt/data' }] });
    await vi.waitFor(() => expect(engine.boxes).toHaveLength(0));
  });

  describe('closing', () => {
    test('a workspace ends its runs and removes its containers, and no others', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {} });
      await runProgram(runner, { workspace: 'other' });
      await runProgram(runner, {});
      await runner.closeWorkspace('ada', 'home');
      expect(engine.boxes).toHaveLength(1);
      const run = runProgram(runner, { code: 'print on\nwait' });
      await vi.waitFor(() => expect(engine.boxes).toHaveLength(2));
      const failure = failureOf(run);
      await runner.closeWorkspace('ada', 'home');
      expect(await failure).toMatchObject({ code: 'engine', message: 'The workspace was closed.' });
      await runner.closeWorkspace('ada', 'home');
      expect(engine.boxes).toHaveLength(1);
    });

    test('the runner ends everything, and nothing begins any more', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine });
      const run = runProgram(runner, { code: 'print on\nwait' });
      await vi.waitFor(() => expect(engine.boxes.length).toBeGreaterThan(0));
      const failure = failureOf(run);
      await runner.close();
      expect(await failure).toMatchObject({ code: 'unavailable' });
      await expect(runProgram(runner, {})).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
}
