import { describe, expect, it } from 'vitest';
import { enCode } from '../../../../locales/en-code.ts';
import { endOfRun } from './end-of-run.ts';

describe('the end of a run', () => {
  it.each([
    [{ phase: 'run', exitCode: 0, reason: 'ok' }, 'Finished', 'good'],
    [{ phase: 'run', exitCode: 1, reason: 'ok' }, 'Exit code 1', 'bad'],
    [{ phase: 'run', exitCode: null, signal: 'SIGSEGV', reason: 'ok' }, 'Ended by SIGSEGV', 'bad'],
    [{ phase: 'run', exitCode: null, reason: 'ok' }, 'Ended by a signal', 'bad'],
    [{ phase: 'compile', exitCode: 1, reason: 'ok' }, 'Did not compile', 'bad'],
    [{ phase: 'run', exitCode: 137, reason: 'timeout' }, 'Stopped by the time limit', 'bad'],
    [{ phase: 'compile', exitCode: null, reason: 'timeout' }, 'Compiling was stopped by the time limit', 'bad'],
    [{ phase: 'run', exitCode: 137, reason: 'oom' }, 'Out of memory', 'bad'],
    [{ phase: 'run', exitCode: null, reason: 'output_limit' }, 'Stopped, it printed too much', 'bad'],
    [{ phase: 'run', exitCode: null, reason: 'killed' }, 'Stopped', 'bad'],
    [{ phase: 'run', exitCode: null, reason: 'queue_full' }, 'Did not run, too much other code is running', 'bad'],
  ] as const)('%j is “%s”', (run, words, tone) => {
    expect(endOfRun(run, enCode)).toEqual({ words, tone });
  });
});
