import { createHash, randomUUID } from 'node:crypto';
import type { Language, LanguageId } from '../core/languages.ts';
import type { RunEvent, SandboxRunner } from '../core/run.ts';
import { matrixCases, matrixInput } from './matrix-cases.ts';
import type { MatrixCase, MatrixOutcome } from './matrix-cases.ts';
import { matrixPrograms } from './matrix-programs.ts';

/** One cell of the matrix. */
export interface MatrixCell {
  readonly language: LanguageId;
  readonly title: string;
  /** What is wrong; absent when all is well. */
  readonly fault?: string;
  /** Milliseconds of compiling and running. */
  readonly durationMs: number;
  /** Milliseconds until it could begin. */
  readonly startMs: number;
  readonly box: 'cold' | 'warm' | 'sticky' | 'none';
}

const content = Buffer.from(matrixInput.content);
const file = {
  name: matrixInput.name,
  size: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};

/** Tries every case in every one of these languages, one after the other; a run that throws is a cell with a fault. */
export async function runMatrix(options: {
  readonly runner: SandboxRunner;
  readonly languages: readonly Language[];
  readonly onCell: (cell: MatrixCell) => void;
  readonly signal: AbortSignal;
}): Promise<readonly MatrixCell[]> {
  const { runner, languages, onCell, signal } = options;
  const cells: MatrixCell[] = [];
  for (const language of languages) {
    for (const each of matrixCases) {
      const cell = await tryCase(runner, language, each, signal);
      cells.push(cell);
      onCell(cell);
    }
    await runner.closeWorkspace('matrix', language.id);
  }
  return cells;
}

async function tryCase(runner: SandboxRunner, language: Language, each: MatrixCase, signal: AbortSignal) {
  const place = { language: language.id, title: each.title };
  try {
    const outcome = await run(runner, language.id, matrixPrograms[language.id][each.program], signal);
    const { durationMs, startMs, box } = outcome.result;
    const fault = each.fault(outcome, language);
    return { ...place, durationMs, startMs, box, ...(fault !== undefined && { fault }) };
  } catch (error) {
    signal.throwIfAborted();
    return { ...place, durationMs: 0, startMs: 0, box: 'none' as const, fault: `could not be run: ${String(error)}` };
  }
}

async function run(
  runner: SandboxRunner,
  language: LanguageId,
  code: string,
  signal: AbortSignal,
): Promise<MatrixOutcome> {
  const request = { runId: randomUUID(), owner: 'matrix', workspace: language, language, code };
  const events = runner.run({ ...request, args: [], stdin: '', files: [file] }, { signal, read });
  const files: Extract<RunEvent, { type: 'file' }>[] = [];
  for (;;) {
    const { done, value } = await events.next();
    if (done) return { result: value, files };
    if (value.type === 'file') files.push(value);
  }
}

async function* read() {
  yield content;
}
