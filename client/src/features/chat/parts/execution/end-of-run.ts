import type { CodeRunSummary } from '@parley/contracts';
import type { CodeTexts } from '../../../../lib/i18n/use-code-texts.ts';

/** How a run ended, in words, and whether that is what was hoped for. */
export interface EndOfRun {
  readonly words: string;
  readonly tone: 'good' | 'bad';
}

type Ended = Pick<CodeRunSummary, 'phase' | 'exitCode' | 'signal' | 'reason'>;

/** How a run ended, in words. */
export function endOfRun(run: Ended, { ends }: CodeTexts): EndOfRun {
  if (run.reason === 'ok' && run.exitCode === 0) return { words: ends.finished, tone: 'good' };
  return { words: badEnd(run, ends), tone: 'bad' };
}

function badEnd({ phase, exitCode, signal, reason }: Ended, ends: CodeTexts['ends']): string {
  switch (reason) {
    case 'timeout':
      return phase === 'compile' ? ends.compileTimeout : ends.timeout;
    case 'oom':
      return ends.memory;
    case 'output_limit':
      return ends.outputLimit;
    case 'killed':
      return ends.killed;
    case 'queue_full':
      return ends.queueFull;
    case 'ok':
      if (phase === 'compile') return ends.notCompiled;
      if (exitCode !== null) return ends.exitCode(exitCode);
      return signal === undefined ? ends.crashed : ends.signal(signal);
    default:
      return reason satisfies never;
  }
}
