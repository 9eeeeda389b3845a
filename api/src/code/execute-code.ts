import { ProblemError, codeRunIdSchema } from '@parley/contracts';
import type { CodeLanguage, CodeRunId } from '@parley/contracts';
import type { RunLimits } from '@parley/sandbox';
import * as z from 'zod/mini';
import { hashId } from '../hash-id.ts';
import type { Tool, ToolContext, ToolSpec } from '../tools/tool.ts';
import type { CodeRunNews, CodeRuns } from './code-run.ts';
import type { ToolText } from './code-tools.ts';
import { executeCodeOutput } from './execute-code-output.ts';

const parsedInput = z.object({ lang: z.string(), code: z.string(), args: z._default(z.array(z.string()), []) });

/** What models are told of running code in these languages; the whole contract, in less than 1,024 characters. */
export function executeCodeText(
  ready: readonly CodeLanguage[],
  { runSeconds }: Pick<RunLimits, 'runSeconds'>,
): ToolText {
  const packages = ready.includes('python')
    ? ' Python has numpy, pandas, scipy, matplotlib, sklearn, statsmodels, seaborn, sympy, openpyxl, python-docx, pypdf, reportlab, PIL; save plots with plt.savefig("plot.png").'
    : '';
  return {
    name: 'execute_code',
    title: 'Run code',
    summary: 'Runs a program in a sandbox, on the files of the conversation.',
    description: `Runs a program in a sandbox and returns what it prints. Work in /mnt/data, the working folder: it holds the conversation's files, those of earlier turns too. Scratch files go to /tmp. Each call starts a fresh process: variables are lost, only files in /mnt/data stay. Print every result you need. There is no network, and nothing can be installed.${packages} New and changed files reach the user by themselves: never link them. A run ends after ${runSeconds} seconds.`,
    inputSchema: {
      type: 'object',
      properties: {
        lang: { type: 'string', description: `One of ${ready.join(', ')}.` },
        code: { type: 'string', description: 'The whole program.' },
        args: { type: 'array', items: { type: 'string' }, description: 'Arguments of the program.' },
      },
      required: ['lang', 'code'],
      additionalProperties: false,
    },
    hints: { readOnly: false, destructive: false, idempotent: true, openWorld: false },
  };
}

interface ExecuteCodeOptions {
  readonly runs: Pick<CodeRuns, 'run'>;
}

/** Runs code of a model. A call that is made again, by whoever takes its turn over, is the same run. */
export function createExecuteCode(spec: ToolSpec, { runs }: ExecuteCodeOptions): Tool {
  return {
    spec,
    async run(input, context) {
      const { userId, conversationId, signal } = context;
      const { lang, code, args } = parsedInput.parse(input);
      const request = { runId: runIdOf(context), userId, conversationId, lang, code, args, stdin: '' };
      try {
        const ports = { signal, whenAborted: 'leave', onNews: (news: CodeRunNews) => tell(news, context) } as const;
        return { ...executeCodeOutput(await runs.run(request, ports)), failed: false };
      } catch (error) {
        if (!(error instanceof ProblemError) || error.status === 500) throw error;
        return { output: `The code was not run. ${error.message}`, failed: true };
      }
    },
  };
}

function tell(news: CodeRunNews, { report, print }: ToolContext): void {
  switch (news.type) {
    case 'queued': {
      const runs = news.position === 1 ? '1 run is' : `${news.position} runs are`;
      report({ progress: 0, message: `Waiting for its turn: ${runs} before it` });
      break;
    }
    case 'started':
      report({ progress: 0, message: 'Running' });
      break;
    case 'stdout':
    case 'stderr':
      print(news.text);
  }
}

/** The same for the same call, in whatever process. */
function runIdOf({ generationId, callId }: Pick<ToolContext, 'generationId' | 'callId'>): CodeRunId {
  return codeRunIdSchema.parse(hashId(JSON.stringify([generationId, callId, 'code'])));
}
