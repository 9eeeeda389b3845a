import type { ModelRequest, ToolSpec } from '../../core/model-request.ts';
import { turnText } from './conversation.ts';
import type { GuideScript } from './guide-script.ts';
import { say } from './guide-script.ts';

/** What the tool is called that runs code. */
export const codeTool = 'execute_code';

const runWish = /\b(?:run|execute|rerun|re-run|try)\b/i;
const runsWhatStands =
  /\b(?:run|execute|rerun|re-run|try)\b[^.?!\n]{0,30}\b(?:it|that|this|them|again|code|program|script|block|snippet|above)\b/i;
const plotWish = /\b(?:plot|chart|graph|draw|visuali[sz]e)\b/i;
/** A question about running code is for the documentation. */
const question = /^(?:how|what|where|which|why|when|does|do|is|are|should)\b/i;
const attachedTable = /Attached files?[^\n]*?[\s:]([^\s,(]+\.(?:csv|tsv))\b/i;

interface CodeBlock {
  readonly lang: string;
  readonly code: string;
}

/**
 * What the guide does when it is asked to run a code block, the one in the message or the newest before it, or to plot a
 * table that was attached: it calls the tool, or says what is missing. `undefined` when nothing of that was asked.
 */
export function runCode(request: ModelRequest, tools: readonly ToolSpec[]): GuideScript | undefined {
  const texts = request.turns.filter(({ role }) => role !== 'tool').map((turn) => turnText(turn));
  const message = request.turns.findLast(({ role }) => role === 'user');
  if (message === undefined) return undefined;
  const text = turnText(message);
  const { words, blocks } = readBlocks(text);
  const asked = blocks.at(-1);
  if (asked === undefined && question.test(words)) return undefined;
  if (asked !== undefined) return runWish.test(words) ? run(asked, tools) : undefined;
  const table = attachedTable.exec(text)?.[1];
  if (table !== undefined && plotWish.test(words)) {
    return run({ lang: 'python', code: plotOf(table) }, tools, 'This is the one program that I know by heart.');
  }
  if (!runsWhatStands.test(words)) return undefined;
  const found = texts
    .slice(0, -1)
    .flatMap((earlier) => readBlocks(earlier).blocks)
    .at(-1);
  return found === undefined ? undefined : run(found, tools);
}

function run(
  { lang, code }: CodeBlock,
  tools: readonly ToolSpec[],
  words = 'I run this as it stands; I do not write programs of my own.',
): GuideScript {
  if (!tools.some(({ name }) => name === codeTool)) {
    return say(
      'I would run that, but this request does not let me. Switch on **Code interpreter** in the tools menu of the composer, or attach a file, and ask again. If it is not there, code cannot be run on this server yet: Settings say why, and what helps.',
    );
  }
  const input = JSON.stringify({ lang: lang === '' ? 'python' : lang, code });
  return {
    parts: [
      { type: 'text', text: words },
      { type: 'tool-call', name: codeTool, input },
    ],
    finish: 'tool-calls',
  };
}

/** A text without its code blocks, and those that are closed. */
function readBlocks(text: string): { readonly words: string; readonly blocks: readonly CodeBlock[] } {
  const words: string[] = [];
  const blocks: CodeBlock[] = [];
  let open: { readonly marks: string; readonly lang: string; readonly lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    const marks = /^(?:`{3,}|~{3,})/.exec(line)?.[0];
    if (open === undefined) {
      if (marks === undefined) words.push(line);
      else open = { marks, lang: line.slice(marks.length).trim().split(/\s/)[0] ?? '', lines: [] };
    } else if (marks?.startsWith(open.marks) && line.trim() === marks) {
      blocks.push({ lang: open.lang, code: `${open.lines.join('\n')}\n` });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return { words: words.join(' ').trim(), blocks };
}

/** The one program the guide knows by heart: the columns of numbers of a table, as lines. */
function plotOf(name: string): string {
  return `import matplotlib.pyplot as plt
import pandas as pd

table = pd.read_csv(${JSON.stringify(name)}, sep=None, engine="python")
print(table.describe())
labels = table.columns[0] if table.shape[1] > 1 else None
table.plot(x=labels, title=${JSON.stringify(name)}, figsize=(8, 4.5))
plt.tight_layout()
plt.savefig("plot.png", dpi=150)
`;
}
