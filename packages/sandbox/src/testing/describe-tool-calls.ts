import { describe, expect, test, vi } from 'vitest';
import type { CallableTool, RunPorts, RunRequest, ToolCall } from '../core/run.ts';
import type { MakeRunner } from './describe-runner.ts';
import { createFakeEngine } from './fake-engine.ts';
import { failureOf, runProgram } from './run-program.ts';

const tools: readonly CallableTool[] = [{ name: 'lookup', description: 'Finds things', parameters: {} }];

const withTools = (code: string): Partial<RunRequest> => ({ code, tools });

export function describeToolCalls(make: MakeRunner): void {
  describe('tools of a program', () => {
    test('are called by it, and answer it', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const calls: ToolCall[] = [];
      const callTool: RunPorts['callTool'] = async (call) => {
        calls.push(call);
        return call.input['city'] === 'Atlantis'
          ? { result: 'There is no such city', isError: true }
          : { result: { degrees: 21, name: '東京' }, isError: false };
      };
      const code = 'call lookup {"city":"Tokyo"}\ncall lookup {"city":"Atlantis"}\nprint done';
      const { result } = await runProgram(runner, withTools(code), { callTool });
      expect(result.stdout).toBe('{"degrees":21,"name":"東京"}\nerror "There is no such city"\ndone\n');
      expect(calls.map(({ name, input }) => [name, input['city']])).toEqual([
        ['lookup', 'Tokyo'],
        ['lookup', 'Atlantis'],
      ]);
      expect((await runProgram(runner, withTools('call lookup {}'), { callTool })).result.box).toBe('sticky');
    });

    test('are only those that it was given', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const callTool = vi.fn<NonNullable<RunPorts['callTool']>>();
      const { result } = await runProgram(runner, withTools('call erase {}'), { callTool });
      expect(result.stdout).toBe('error "There is no tool named erase."\n');
      expect(callTool).not.toHaveBeenCalled();
    });

    test('can take a while, and be stopped meanwhile', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {} });
      const stop = new AbortController();
      const called = Promise.withResolvers<AbortSignal>();
      const callTool: RunPorts['callTool'] = (_call, signal) => {
        called.resolve(signal);
        return Promise.withResolvers<never>().promise;
      };
      const run = runProgram(runner, withTools('call lookup {}'), { callTool, signal: stop.signal });
      const failure = failureOf(run);
      const signal = await called.promise;
      stop.abort(new Error('enough'));
      expect(await failure).toMatchObject({ message: 'enough' });
      expect(signal.aborted).toBe(true);
      expect(engine.boxes).toHaveLength(0);
    });

    test('that break end the run with their error', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {} });
      const callTool = vi.fn<NonNullable<RunPorts['callTool']>>().mockRejectedValue(new Error('The turn is parked'));
      await expect(runProgram(runner, withTools('call lookup {}\nwait'), { callTool })).rejects.toThrow('parked');
      expect(engine.boxes).toHaveLength(0);
    });

    test('can be called very often, but not for ever', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const code = Array.from({ length: 1_010 }, () => 'call lookup {}').join('\n');
      const callTool = vi.fn<NonNullable<RunPorts['callTool']>>().mockResolvedValue({ result: 1, isError: false });
      const { result } = await runProgram(runner, withTools(code), { callTool });
      expect(result.stdout.match(/^1$/gm)).toHaveLength(1_000);
      expect(result.stdout.match(/^error "A program can make 1000 calls\."$/gm)).toHaveLength(10);
    });

    test('need somebody who answers', async () => {
      const runner = await make({ engine: createFakeEngine() });
      await expect(runProgram(runner, withTools('call lookup {}'))).rejects.toMatchObject({ code: 'invalid' });
    });
  });
}
