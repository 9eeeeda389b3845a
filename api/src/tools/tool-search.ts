import type { Tool, ToolSpec } from './tool.ts';

/** The words of a tool, by how much a match in them says. */
interface ToolWords {
  readonly name: readonly string[];
  readonly title: readonly string[];
  readonly source: readonly string[];
  readonly description: readonly string[];
}

const weights = { name: 8, title: 6, source: 4, description: 2 } as const;
const fields = ['name', 'title', 'source', 'description'] as const;
/** Words of a question that are looked at. */
const mostWords = 20;

/** Specs live as long as their server's list of tools, and so do their words. */
const wordsBySpec = new WeakMap<ToolSpec, ToolWords>();

/** The tools that a few keywords mean, the best first. A word also finds longer ones that begin like it. */
export function searchTools(tools: readonly Tool[], query: string, limit: number): Tool[] {
  const asked = [...new Set(splitWords(query))].slice(0, mostWords);
  const exact = query.trim();
  return tools
    .map((tool) => ({ tool, score: tool.spec.name === exact ? Number.MAX_VALUE : scoreOf(wordsOf(tool.spec), asked) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.tool.spec.name < b.tool.spec.name ? -1 : 1))
    .slice(0, limit)
    .map(({ tool }) => tool);
}

/** Each word counts where it fits best; tools that more of the words fit come first. */
function scoreOf(words: ToolWords, asked: readonly string[]): number {
  let score = 0;
  let found = 0;
  for (const word of asked) {
    let best = 0;
    for (const field of fields) best = Math.max(best, weights[field] * fit(words[field], word));
    if (best > 0) found += 1;
    score += best;
  }
  return score * found;
}

function fit(words: readonly string[], asked: string): number {
  let best = 0;
  for (const word of words) {
    if (word === asked) return 1;
    if (asked.length >= 3 && word.startsWith(asked)) best = Math.max(best, 0.7);
    // “issues” means “issue”, too.
    else if (word.length >= 3 && asked.startsWith(word) && asked.length - word.length <= 2) best = Math.max(best, 0.6);
  }
  return best;
}

function wordsOf(spec: ToolSpec): ToolWords {
  const known = wordsBySpec.get(spec);
  if (known !== undefined) return known;
  const words = {
    name: splitWords(spec.name),
    title: splitWords(spec.title),
    source: splitWords(spec.source.title),
    description: splitWords(spec.description),
  };
  wordsBySpec.set(spec, words);
  return words;
}

function splitWords(text: string): string[] {
  return (
    text
      .slice(0, 4_000)
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
