import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../core/limits.ts';
import type { MakeRunner } from './describe-runner.ts';
import { createFakeEngine } from './fake-engine.ts';
import { createKeptFiles, runProgram, sha256 } from './run-program.ts';

async function* brokenRead(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('the beginning');
  throw new Error('The disk is broken');
}

export function describeFiles(make: MakeRunner): void {
  describe('files', () => {
    test('are there for the program, and what it writes is told with its bytes', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const files = createKeptFiles({ 'in.txt': 'given', 'old.txt': 'old' });
      const code = 'read in.txt\nwrite out/a b\nwrite in.txt changed\nremove old.txt';
      const { events, result } = await runProgram(runner, { code }, { files });
      expect(result.stdout).toBe('given');
      expect(events).toContainEqual({
        type: 'file',
        name: 'out/a',
        change: 'new',
        sha256: sha256(Buffer.from('b')),
        bytes: Buffer.from('b'),
      });
      expect(events).toContainEqual(expect.objectContaining({ type: 'file', name: 'in.txt', change: 'changed' }));
      expect(events).toContainEqual({ type: 'removed', name: 'old.txt' });
      expect(files.list().map(({ name }) => name)).toEqual(['in.txt', 'out/a']);
    });

    test('travel once, as long as they stay as they are', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const files = createKeptFiles({ a: 'one', b: 'two' });
      await runProgram(runner, { code: 'write c three' }, { files });
      expect(files.reads).toEqual(['a', 'b']);
      files.bytes.set('b', Buffer.from('changed elsewhere'));
      files.bytes.delete('a');
      const { result } = await runProgram(runner, { code: 'list\nread b' }, { files });
      expect(files.reads).toEqual(['a', 'b', 'b']);
      expect(result).toMatchObject({ box: 'sticky', stdout: 'b\nc\nchanged elsewhere' });
    });

    test('that their keeper does not keep are gone in the next run', async () => {
      const runner = await make({ engine: createFakeEngine() });
      await runProgram(runner, { code: 'write kept-by-nobody x' });
      const { result } = await runProgram(runner, { code: 'list' });
      expect(result).toMatchObject({ box: 'sticky', stdout: '\n' });
    });

    test('of any size and number come whole', async () => {
      const runner = await make({ engine: createFakeEngine() });
      const files = createKeptFiles();
      files.bytes.set('large', Buffer.alloc(5_000_000, 'abc'));
      files.bytes.set('empty', new Uint8Array());
      const names = Array.from({ length: 50 }, (_each, index) => `out-${index}`);
      const code = ['read large', ...names.map((name) => `fill ${name} 100000`), 'fill bulk 9000000'].join('\n');
      const limits = { ...defaultLimits, outputBytes: 10_000_000, shownBytes: 10_000_000 };
      const large = await make({ engine: createFakeEngine(), limits });
      const { result } = await runProgram(large, { code }, { files });
      expect(sha256(Buffer.from(result.stdout))).toBe(sha256(Buffer.alloc(5_000_000, 'abc')));
      expect(files.bytes.get('bulk')).toHaveLength(9_000_000);
      expect(files.bytes.size).toBe(53);
      expect((await runProgram(runner, { code: 'list' }, { files })).result.stdout.split('\n')).toHaveLength(54);
    });

    test('that are left out are told, and their container is not used again', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {}, limits: { ...defaultLimits, fileBytes: 10 } });
      const { result, events } = await runProgram(runner, { code: 'fill big 11\nskip link it is a link' });
      expect(result.skipped).toEqual([
        { name: 'big', reason: 'it is too large' },
        { name: 'link', reason: 'it is a link' },
      ]);
      expect(events.some(({ type }) => type === 'file')).toBe(false);
      expect((await runProgram(runner, { code: 'list' })).result).toMatchObject({ box: 'cold', stdout: '\n' });
    });

    test('that a used container does not take are put into a new one', async () => {
      let puts = 0;
      const engine = createFakeEngine({
        before(stage) {
          if (stage === 'put') puts += 1;
          if (stage === 'put' && puts === 2) engine.boxes[0]?.crash();
        },
      });
      const runner = await make({ engine, warm: {} });
      await runProgram(runner, {}, { files: createKeptFiles({ a: '1' }) });
      const { result } = await runProgram(runner, { code: 'read a' }, { files: createKeptFiles({ a: '2' }) });
      expect(result).toMatchObject({ box: 'cold', stdout: '2' });
      expect(engine.boxes).toHaveLength(1);
    });

    test('that cannot be read end the run with their keeper’s words', async () => {
      const engine = createFakeEngine();
      const runner = await make({ engine, warm: {} });
      const files = createKeptFiles({ a: '1' });
      await expect(runProgram(runner, {}, { files, read: brokenRead })).rejects.toThrow('The disk is broken');
      expect(engine.boxes).toHaveLength(0);
    });
  });
}
