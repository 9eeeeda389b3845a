import { describe } from 'vitest';
import type { SandboxRunner } from '../core/run.ts';
import type { RunnerOptions } from '../runner/create-runner.ts';
import { describeEndings } from './describe-endings.ts';
import { describeFiles } from './describe-files.ts';
import { describeRuns } from './describe-runs.ts';
import { describeToolCalls } from './describe-tool-calls.ts';

/** Makes a runner of that kind, which is closed after the test. */
export type MakeRunner = (options: RunnerOptions) => Promise<SandboxRunner>;

/** What users of a `SandboxRunner` rely on, whichever it is; on an engine in memory. */
export function describeRunner(name: string, make: MakeRunner): void {
  describe(`${name} as a SandboxRunner`, () => {
    describeRuns(make);
    describeFiles(make);
    describeEndings(make);
    describeToolCalls(make);
  });
}
