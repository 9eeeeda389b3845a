import type { ToolCallPart } from '@parley/contracts';
import type { CodeTexts } from '../../../../lib/i18n/use-code-texts.ts';
import { endOfRun } from './end-of-run.ts';
import type { RunStatusWords } from './run-status.tsx';

/** How it goes with a call that runs code; `isActive` while its answer is being written and it has not ended. */
export function callStatus(part: ToolCallPart, isActive: boolean, texts: CodeTexts): RunStatusWords {
  const { execution, state } = part;
  const { states } = texts;
  if (execution) return { ...endOfRun(execution, texts), durationMs: execution.durationMs };
  switch (state) {
    case 'done':
      return { tone: 'good', words: states.done };
    case 'failed':
      return { tone: 'bad', words: states.failed };
    case 'denied':
      return { tone: 'bad', words: states.denied };
    default:
      break;
  }
  if (!isActive) return { tone: 'quiet', words: states.unfinished };
  switch (state) {
    case 'writing-input':
      return { tone: 'pending', words: states.writing };
    case 'called':
      return { tone: 'pending', words: states.starting };
    case 'waiting':
      return { tone: 'quiet', words: states.waiting };
    case 'running':
      return runningStatus(part, states.running);
    default:
      return state satisfies never;
  }
}

/** While it waits for its turn, the server says how many are before it; what prints, runs. */
function runningStatus({ printed, progress }: ToolCallPart, running: string): RunStatusWords {
  const message = progress?.message ?? running;
  return printed === undefined && message !== running
    ? { tone: 'pending', words: message }
    : { tone: 'running', words: running };
}
