import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ToolAnswer } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { createFakeEngine, type FakeStage } from '../testing/fake-engine.ts';
import { failureOf, runProgram } from '../testing/run-program.ts';
import { createRunner } from './create-runner.ts';

describe('time', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('stray containers are looked for at once and every minute', async () => {
    const engine = createFakeEngine();
    const runner = createRunner({ engine });
    expect(engine.reaped).toBe(1);
    await vi.advanceTimersByTimeAsync(180_000);
    expect(engine.reaped).toBe(4);
    await runner.close();
    await vi.advanceTimersByTimeAsync(180_000);
    expect(engine.reaped).toBe(4);
  });

  test.each<[FakeStage, number, string]>([
    ['open', 30_000, 'no container in time'],
    ['exec', 60_000, 'did not answer in time'],
    ['collect', 120_000, 'could not be read in time'],
  ])('an engine that never answers at the stage "%s" is given up', async (stage, milliseconds, words) => {
    const engine = createFakeEngine({
      async before(now) {
        if (now === stage) await Promise.withResolvers<never>().promise;
      },
    });
    const runner = createRunner({ engine, warm: {} });
    const failure = failureOf(runProgram(runner, {}));
    await vi.advanceTimersByTimeAsync(milliseconds);
    expect(await failure).toMatchObject({ code: 'engine', message: expect.stringContaining(words) });
    expect(engine.boxes).toHaveLength(0);
  });

  test('in which a program waits for its tools is not counted, and others run meanwhile', async () => {
    const engine = createFakeEngine();
    const runner = createRunner({ engine, warm: {}, concurrency: 1 });
    const answers: (() => void)[] = [];
    const callTool = () =>
      new Promise<ToolAnswer>((resolve) => {
        answers.push(() => resolve({ result: 'late', isError: false }));
      });
    const tools = [{ name: 'ask', description: '', parameters: {} }];
    const code = 'call ask {}\nsleep 20000\ncall ask {}\nsleep 20000\nprint never';
    const run = runProgram(runner, { code, tools }, { callTool });
    await vi.advanceTimersByTimeAsync(200_000);
    expect((await runProgram(runner, { owner: 'grace' })).result.stdout).toBe('hello\n');
    answers.pop()?.();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(answers).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200_000);
    answers.pop()?.();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(engine.boxes).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await run).result).toMatchObject({ reason: 'timeout', stdout: '"late"\n"late"\n', box: 'cold' });
    expect((await runProgram(runner, { code: 'print on' })).result.box).toBe('sticky');
  });

  test('a container that does not go does not hold its run up for ever', async () => {
    const engine = createFakeEngine({
      async before(now) {
        if (now === 'close') await Promise.withResolvers<never>().promise;
      },
    });
    const log = vi.fn<(level: string, message: string) => void>();
    const runner = createRunner({ engine, warm: {}, log });
    const failure = failureOf(runProgram(runner, { code: 'crash' }));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await failure).toMatchObject({ code: 'engine' });
    expect(log).toHaveBeenCalledWith('warn', 'Container not removed', expect.anything());
  });
});

test('whatever fails or is stopped when, no container is shared, used by two at once, or left', async () => {
  const stages: readonly FakeStage[] = ['open', 'put', 'remove', 'exec', 'collect', 'close'];
  const plan = fc.record({
    owner: fc.constantFrom('ada', 'grace', 'joan'),
    workspace: fc.constantFrom('home', 'office'),
    language: fc.constantFrom('python' as const, 'go' as const),
    code: fc.constantFrom('print a', 'write a 1', 'write b 2\nsleep 1', 'crash', 'oom', 'spam 3000000', 'skip a b'),
    stopAfter: fc.option(fc.integer({ min: 0, max: 4 })),
  });
  const faults = fc.array(fc.record({ at: fc.nat({ max: 150 }), stage: fc.constantFrom(...stages) }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(plan, { maxLength: 25 }), faults, async (plans, wrong) => {
      const busy = new Set<string>();
      const shared: string[] = [];
      const ownersOf = new Map<string, Set<string>>();
      let steps = 0;
      const engine = createFakeEngine({
        async before(stage, boxId) {
          steps += 1;
          const fault = wrong.find((each) => each.at <= steps && each.stage === stage);
          if (boxId !== undefined && stage === 'exec') {
            if (busy.has(boxId)) shared.push(boxId);
            busy.add(boxId);
          }
          if (boxId !== undefined && (stage === 'collect' || stage === 'close')) busy.delete(boxId);
          await new Promise(setImmediate);
          if (fault === undefined) return;
          wrong = wrong.filter((each) => each !== fault);
          throw new SandboxError('engine', 'The engine went away.');
        },
      });
      const runner = createRunner({ engine, concurrency: 3, maxBoxes: 4, warm: { python: 1 } });
      const run = async ({ stopAfter, ...request }: (typeof plans)[number]) => {
        const stop = new AbortController();
        if (stopAfter !== null) setTimeout(() => stop.abort(new Error('stopped')), stopAfter);
        const code = `box\n${request.code}`;
        return failureOf(
          runProgram(runner, { ...request, code }, { signal: stop.signal }, (event) => {
            const boxId = event.type === 'stdout' ? /^box-\d+/.exec(event.text)?.[0] : undefined;
            if (boxId !== undefined) {
              ownersOf.set(boxId, (ownersOf.get(boxId) ?? new Set()).add(`${request.owner}/${request.workspace}`));
            }
          }),
        );
      };
      const failures = await Promise.all(plans.map(run));
      const surprises = failures.filter(
        (each) =>
          each instanceof Error && !/^(stopped|The engine went away\.|The container is gone\.)$/.test(each.message),
      );
      expect(surprises).toEqual([]);
      expect(shared).toEqual([]);
      for (const owners of ownersOf.values()) expect(owners.size).toBe(1);
      await runner.close();
      expect(engine.boxes).toHaveLength(0);
    }),
    { numRuns: 40 },
  );
}, 60_000);
