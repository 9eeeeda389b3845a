import type { Language } from '../core/languages.ts';
import type { RunEvent, RunResult } from '../core/run.ts';
import type { MatrixPrograms } from './matrix-programs.ts';

/** What a run of the matrix came to. */
export interface MatrixOutcome {
  readonly result: RunResult;
  readonly files: readonly Extract<RunEvent, { type: 'file' }>[];
}

export interface MatrixCase {
  /** Head of its column. */
  readonly title: string;
  readonly program: keyof MatrixPrograms;
  /** What is not as it must be; `undefined` when all is well. */
  readonly fault: (outcome: MatrixOutcome, language: Language) => string | undefined;
}

/** The file that every run finds. */
export const matrixInput = { name: 'input.txt', content: '42\n' };

/** What every language is tried with, in this order; the last one proves that the box or its successor still works. */
export const matrixCases: readonly MatrixCase[] = [
  { title: 'hello', program: 'hello', fault: ({ result }) => ended(result, 'hello') },
  { title: 'read', program: 'read', fault: ({ result }) => ended(result, '42') },
  { title: 'write', program: 'write', fault: ({ result, files }) => ended(result, '') ?? wrote(files) },
  { title: 'no program', program: 'broken', fault: ({ result }, language) => refused(result, language) },
  { title: 'fails', program: 'failing', fault: ({ result }) => failed(result) },
  { title: 'endless', program: 'endless', fault: ({ result }) => stopped(result) },
  { title: 'memory', program: 'hungry', fault: ({ result }) => starved(result) },
  { title: 'hello again', program: 'hello', fault: ({ result }) => ended(result, 'hello') },
];

function ended({ reason, exitCode, stdout, stderr }: RunResult, printed: string): string | undefined {
  if (reason !== 'ok' || exitCode !== 0) return `ended with ${exitCode} (${reason}): ${stderr.slice(0, 200)}`;
  return stdout.trim() === printed ? undefined : `printed ${JSON.stringify(stdout.slice(0, 200))}`;
}

function wrote(files: MatrixOutcome['files']): string | undefined {
  const [file] = files;
  if (files.length !== 1 || file?.name !== 'output.txt') return `left ${files.map(({ name }) => name).join(', ')}`;
  const content = new TextDecoder().decode(file.bytes);
  return content === 'written' ? undefined : `wrote ${JSON.stringify(content)}`;
}

function refused({ phase, exitCode, stdout, stderr }: RunResult, language: Language): string | undefined {
  if (exitCode === 0 || stdout !== '') return 'ran';
  if (stderr === '') return 'said nothing';
  return phase === (language.compiled ? 'compile' : 'run') ? undefined : `ended in phase ${phase}`;
}

function failed({ phase, reason, exitCode, stdout }: RunResult): string | undefined {
  if (reason !== 'ok' || exitCode === 0) return `ended with ${exitCode} (${reason})`;
  if (phase !== 'run') return `ended in phase ${phase}`;
  return stdout.trim() === 'before' ? undefined : `printed ${JSON.stringify(stdout.slice(0, 200))}`;
}

function stopped({ reason, stdout }: RunResult): string | undefined {
  if (reason !== 'timeout') return `ended because of ${reason}`;
  return stdout.trim() === 'before' ? undefined : `printed ${JSON.stringify(stdout.slice(0, 200))}`;
}

/** Java ends itself at a limit of its own, below that of its container. */
function starved({ reason, exitCode, stderr }: RunResult): string | undefined {
  const isOwnLimit = reason === 'ok' && exitCode !== 0 && stderr.includes('OutOfMemoryError');
  return reason === 'oom' || isOwnLimit ? undefined : `ended with ${exitCode} (${reason}): ${stderr.slice(0, 200)}`;
}
