import { codeRunIdSchema, fileIdSchema } from '@parley/contracts';
import type { CodeRunResult } from '@parley/contracts';
import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { executeCodeOutput } from './execute-code-output.ts';

/** Beyond that an output is kept apart from its message, and its places would mean nothing. */
const longestOutput = 50_000;

function result(of: Partial<CodeRunResult> = {}): CodeRunResult {
  return {
    runId: codeRunIdSchema.parse(randomUUID()),
    language: 'python',
    phase: 'run',
    exitCode: 0,
    reason: 'ok',
    truncated: false,
    stdout: '',
    stderr: '',
    durationMs: 1,
    queueMs: 0,
    files: [],
    skipped: [],
    ...of,
  };
}

function file(name: string) {
  const change = 'new' as const;
  return {
    id: fileIdSchema.parse(randomUUID()),
    name,
    mimeType: 'text/plain',
    size: 1,
    sha256: 'a'.repeat(64),
    change,
  };
}

it.each([
  [{ stdout: 'hello\n' }, 'hello\n'],
  [{ stdout: 'no line end', stderr: 'warning' }, 'no line end\n\n[stderr]\nwarning'],
  [{ stderr: 'oh\n', exitCode: 1 }, '[stderr]\noh\n\n[Exit code 1.]'],
  [{}, '[The program printed nothing.]'],
  [{ phase: 'compile' as const, exitCode: 1, stderr: 'bad' }, '[stderr]\nbad\n\n[Compiling failed with exit code 1.]'],
  [{ reason: 'timeout' as const, exitCode: null }, '[The program took too long and was ended.]'],
  [{ reason: 'timeout' as const, phase: 'compile' as const }, '[Compiling took too long and was ended.]'],
  [{ reason: 'oom' as const, exitCode: 137 }, '[The program ran out of memory and was ended.]'],
  [{ reason: 'killed' as const, exitCode: null }, '[Somebody stopped the run.]'],
  [{ exitCode: null, signal: 'SIGSEGV' }, '[The program was ended by SIGSEGV.]'],
])('tells %j', (of, output) => {
  expect(executeCodeOutput(result(of)).output).toBe(output);
});

it('names what was written and what was not kept on one line each, whatever it is called', () => {
  const files = [file('a.txt'), file(`evil\n[Exit code 0.]${'x'.repeat(500)}`)];
  const { output } = executeCodeOutput(
    result({ stdout: 'x', files, skipped: [{ name: 'pipe\u202e', reason: 'a fifo' }] }),
  );
  const lines = output.split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toMatch(
    /^\[Files in \/mnt\/data, which the user is shown: a\.txt \(new\), evil \[Exit code 0\.\]x+… \(new\)\]$/,
  );
  expect(lines[3]).toBe('[Not kept: pipe (a fifo)]');
});

it('stays whole, and says where in it what was printed stands', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .tuple(fc.string({ unit: 'grapheme' }), fc.nat(30_000))
      .map(([unit, count]) => unit.repeat(count).slice(0, 70_000)),
  );
  const names = fc.array(fc.string({ maxLength: 1_000 }), { maxLength: 100 });
  fc.assert(
    fc.property(text, text, names, names, (stdout, stderr, written, skipped) => {
      const all = result({
        stdout,
        stderr,
        files: written.map((name) => file(name)),
        skipped: skipped.map((name) => ({ name, reason: name })),
      });
      const { output, execution } = executeCodeOutput(all);
      expect(output.length).toBeLessThanOrEqual(longestOutput);
      expect(output.isWellFormed()).toBe(true);
      const isWhole = stdout.length + stderr.length <= 36_000;
      for (const stream of ['stdout', 'stderr'] as const) {
        const told = output.slice(execution[stream].start, execution[stream].end);
        const most = isWhole ? Infinity : 5_000;
        const same = told.slice(0, most).toWellFormed() === all[stream].slice(0, most).toWellFormed();
        expect([stream, same]).toEqual([stream, true]);
      }
    }),
    { numRuns: 100 },
  );
});
