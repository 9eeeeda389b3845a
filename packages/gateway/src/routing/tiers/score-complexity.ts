import type { Tier } from '../../core/gateway-config.ts';
import type { ModelRequest, Part } from '../../core/model-request.ts';
import { countSteps, forcedTier, isTrivial, reasoningWords } from './wording.ts';

/** One reason why a request counts as hard or easy. */
export interface ComplexityFactor {
  readonly name: string;
  /** Added to the score; negative for what makes it easy. */
  readonly points: number;
  /** What was seen, as a number or a word; never the prompt's own text. */
  readonly seen: string;
}

/** How hard a request looks, and why. */
export interface Complexity {
  /** 0 to 100. */
  readonly score: number;
  readonly tier: Tier;
  readonly factors: readonly ComplexityFactor[];
}

/** The highest score of each tier. */
export const tierBands = { simple: 19, medium: 50, complex: 75, reasoning: 100 } as const satisfies Record<
  Tier,
  number
>;

/** Characters of the question that are searched for words; a longer one is hard by its length alone. */
const searchedLength = 6000;

/**
 * Judges a request by its words and shape alone: no model, no network, the same answer every time. Takes well below
 * 100 µs. The points are start values set by hand; `complexity.bench.ts` shows what they are worth.
 */
export function scoreComplexity(request: ModelRequest): Complexity {
  const question = lastQuestion(request);
  const searched = question.slice(0, searchedLength);
  const forced = forcedTier(searched);
  const factors = [
    ...questionFactors(question, searched),
    ...conversationFactors(request),
    ...toolFactors(request),
    ...wishFactors(request),
  ].filter(({ points }) => points !== 0);
  const sum = factors.reduce((total, { points }) => total + points, 0);
  const own = Math.max(0, Math.min(100, Math.round(sum)));
  if (forced === undefined) return { score: own, tier: tierOf(own), factors };
  const score = Math.max(own, tierBands.complex + 1);
  return { score, tier: forced, factors: [...factors, factor('asked-to-think', score - own, 'in so many words')] };
}

/** The tier whose band a score lies in. */
export function tierOf(score: number): Tier {
  if (score <= tierBands.simple) return 'simple';
  if (score <= tierBands.medium) return 'medium';
  return score <= tierBands.complex ? 'complex' : 'reasoning';
}

function questionFactors(question: string, searched: string): ComplexityFactor[] {
  const reasoning = reasoningWords(searched);
  const steps = countSteps(searched);
  const code = codeSigns(searched);
  return [
    factor('length', Math.min(26, Math.log2(1 + question.length / 60) * 6), `${question.length} characters`),
    factor('reasoning-words', Math.min(54, reasoning * 18), `${reasoning}`),
    factor('several-steps', Math.min(16, steps * 5), `${steps}`),
    factor('code', Math.min(24, code * 10), `${code} signs`),
    factor('trivial', isTrivial(searched) && reasoning === 0 ? -20 : 0, 'greeting, thanks or a small errand'),
  ];
}

function conversationFactors({ turns, instructions }: ModelRequest): ComplexityFactor[] {
  const length = turns.reduce((sum, turn) => sum + lengthOf(turn), 0) + instructions.join('').length;
  return [
    factor('depth', Math.min(8, Math.max(0, turns.length - 4) * 0.7), `${turns.length} turns`),
    factor('context', Math.min(14, Math.log2(1 + length / 8000) * 4), `${length} characters`),
  ];
}

function toolFactors({ tools, turns }: ModelRequest): ComplexityFactor[] {
  const results = turns.filter(({ role }) => role === 'tool').length;
  return [
    factor('tools', tools.length === 0 ? 0 : Math.min(14, 3 + tools.length * 0.8), `${tools.length}`),
    factor('tool-results', Math.min(10, results * 2), `${results}`),
  ];
}

const effortPoints = { none: 0, minimal: 0, low: 4, medium: 14, high: 34, xhigh: 50 } as const;

function wishFactors({ reasoning, output, turns }: ModelRequest): ComplexityFactor[] {
  const effort = reasoning?.effort;
  const hasImage = turns.at(-1)?.role === 'user' && partsOf(turns.at(-1)).some(({ type }) => type === 'image');
  return [
    factor('reasoning-effort', effort === undefined ? 0 : effortPoints[effort], effort ?? ''),
    factor('schema', output?.type === 'schema' ? 5 : 0, 'answer by a schema'),
    factor('image', hasImage ? 6 : 0, 'an image to look at'),
  ];
}

function factor(name: string, points: number, seen: string): ComplexityFactor {
  return { name, points: Math.round(points * 10) / 10, seen };
}

const signsOfCode = [
  /```/,
  /\b(?:function|class|const|def|impl|fn|public static|SELECT\b.+\bFROM)\b/,
  /^\s+at .+:\d+/m,
  /\b(?:TypeError|NullPointerException|Traceback|segfault|stack trace|deadlock|race condition)\b/i,
  /[\w/-]+\.(?:ts|js|py|rs|go|java|cpp|sql|tsx)\b/,
];

function codeSigns(text: string): number {
  return signsOfCode.filter((sign) => sign.test(text)).length;
}

function lastQuestion({ turns }: ModelRequest): string {
  const turn = turns.findLast(({ role }) => role === 'user');
  return partsOf(turn)
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join(' ');
}

function partsOf(turn: ModelRequest['turns'][number] | undefined): readonly Part[] {
  return turn === undefined || turn.role === 'tool' ? [] : turn.parts;
}

function lengthOf(turn: ModelRequest['turns'][number]): number {
  if (turn.role === 'tool') return turn.output.length;
  return turn.parts.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
}
