import { expect, test } from 'vitest';
import { findLanguage, languages } from '../core/languages.ts';
import type { RunEvent, RunRequest, RunResult, SandboxRunner } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { matrixCases } from './matrix-cases.ts';
import { matrixPrograms } from './matrix-programs.ts';
import { matrixTable } from './matrix-table.ts';
import { runMatrix } from './run-matrix.ts';

const fine: RunResult = {
  phase: 'run',
  exitCode: 0,
  reason: 'ok',
  stdout: '',
  stderr: '',
  truncated: false,
  durationMs: 40,
  queueMs: 0,
  startMs: 2,
  box: 'sticky',
  skipped: [],
};

/** What a flawless sandbox makes of a program of the matrix. */
function answer({ language, code }: RunRequest): RunResult {
  const programs = matrixPrograms[language];
  const isCompiled = findLanguage(language)?.compiled;
  switch (code) {
    case programs.hello:
      return { ...fine, stdout: 'hello\n' };
    case programs.read:
      return { ...fine, stdout: '42\n\n' };
    case programs.broken:
      return { ...fine, phase: isCompiled ? 'compile' : 'run', exitCode: 1, stderr: 'error' };
    case programs.failing:
      return { ...fine, exitCode: 1, stdout: 'before\n', stderr: 'on purpose' };
    case programs.endless:
      return { ...fine, exitCode: null, signal: 'SIGKILL', reason: 'timeout', stdout: 'before\n' };
    case programs.hungry:
      return { ...fine, exitCode: null, signal: 'SIGKILL', reason: 'oom' };
    default:
      return fine;
  }
}

function scripted(answerOf: (request: RunRequest) => RunResult): SandboxRunner {
  return {
    status: async () => ({ enabled: true, languages: [] }),
    async *run(request): AsyncGenerator<RunEvent, RunResult> {
      yield { type: 'started' };
      const bytes = Buffer.from('written');
      if (request.code === matrixPrograms[request.language].write) {
        yield { type: 'file', name: 'output.txt', sha256: '', change: 'new', bytes };
      }
      return answerOf(request);
    },
    closeWorkspace: async () => {},
    close: async () => {},
  };
}

const signal = AbortSignal.timeout(20_000);

test('a flawless sandbox has a flawless matrix of every language and case', async () => {
  const heard: string[] = [];
  const cells = await runMatrix({
    runner: scripted(answer),
    languages,
    onCell: ({ language, title }) => heard.push(`${language} ${title}`),
    signal,
  });

  expect(cells.filter((cell) => cell.fault !== undefined)).toEqual([]);
  expect(heard).toHaveLength(languages.length * matrixCases.length);
  expect(matrixTable(cells).at(-1)).toMatch(/^80 of 80 as they must be/);
});

test.each<[string, Partial<RunResult>]>([
  ['one that tells nothing of limits', { reason: 'ok' }],
  ['one that prints nothing', { stdout: '', stderr: '' }],
  ['one that ends everything well', { exitCode: 0, reason: 'ok' }],
])('%s does not pass', async (_, flaw) => {
  const runner = scripted((request) => ({ ...answer(request), ...flaw }));
  const cells = await runMatrix({ runner, languages: languages.slice(0, 1), onCell: () => {}, signal });
  expect(cells.some((cell) => cell.fault !== undefined)).toBe(true);
});

test('a run that cannot be made is a fault of its cell, and the others go on', async () => {
  const runner = scripted((request) => {
    if (request.code === matrixPrograms.go.read) throw new SandboxError('engine', 'The engine is gone.');
    return answer(request);
  });
  const cells = await runMatrix({ runner, languages: languages.slice(3, 4), onCell: () => {}, signal });

  const lines = matrixTable(cells);
  expect(lines[0]).toMatch(/^language {2}hello +read +write/);
  expect(lines[1]).toMatch(/^go {8}✓ 42 ms +✗ 0 ms +✓ 42 ms/);
  expect(lines).toContain('✗ go, read: could not be run: SandboxError: The engine is gone.');
  expect(lines.at(-1)).toMatch(/^7 of 8/);
});
