import { upperErrorBound } from './error-bounds.ts';

/** What comparing a cached answer with a fresh one taught. */
export interface Observation {
  readonly similarity: number;
  readonly isRight: boolean;
}

/** What is known of one cached answer: how near a question must be for it to be right. */
export interface AnswerHistory {
  note(observation: Observation): void;
  /** The chance that it is right at a similarity, as low as it may be. */
  lowerChance(similarity: number): number;
  /** Whether it was wrong for a question as near as this one, or nearer. */
  contradicts(similarity: number): boolean;
}

const kept = 320;
/** A wrong answer is distrusted up to here beyond its similarity. */
const margin = 0.01;
const fewest = 6;

/** A logistic model of rightness against similarity with its uncertainty, after vCache (arXiv 2502.03771). */
export function createAnswerHistory(): AnswerHistory {
  const seen: Observation[] = [];
  let model: Model | undefined;

  return {
    note(observation) {
      seen.push(observation);
      if (seen.length > kept) seen.shift();
      model = undefined;
    },
    lowerChance(similarity) {
      if (seen.length < fewest) return 0;
      model ??= fit(seen);
      // A row of right ones says nothing about the slope, but counting them does.
      const further = seen.filter((each) => each.similarity <= similarity);
      const wrong = further.filter(({ isRight }) => !isRight).length;
      return Math.max(lowerEnd(model, similarity), 1 - upperErrorBound(wrong, further.length));
    },
    contradicts: (similarity) => seen.some((each) => !each.isRight && similarity <= each.similarity + margin),
  };
}

interface Model {
  readonly level: number;
  readonly slope: number;
  /** Of both, and between them. */
  readonly variance: { readonly level: number; readonly both: number; readonly slope: number };
}

/** Standard deviation of both coefficients before anything was seen; keeps separable observations from infinity. */
const prior = 4;

/** Newton's method on the penalised likelihood. */
function fit(seen: readonly Observation[]): Model {
  const points = seen.map(({ similarity, isRight }) => ({ x: scaled(similarity), isRight }));
  let [level, slope] = [0, 1];
  let variance = { level: 0, both: 0, slope: 0 };
  for (let step = 0; step < 25; step += 1) {
    let [gradientLevel, gradientSlope] = [-level / prior ** 2, -slope / prior ** 2];
    let [a, b, c] = [1 / prior ** 2, 0, 1 / prior ** 2];
    for (const { x, isRight } of points) {
      const chance = logistic(level + slope * x);
      const error = (isRight ? 1 : 0) - chance;
      const weight = chance * (1 - chance);
      gradientLevel += error;
      gradientSlope += error * x;
      a += weight;
      b += weight * x;
      c += weight * x * x;
    }
    const determinant = a * c - b * b;
    variance = { level: c / determinant, both: -b / determinant, slope: a / determinant };
    const [up, steeper] = [
      variance.level * gradientLevel + variance.both * gradientSlope,
      variance.both * gradientLevel + variance.slope * gradientSlope,
    ];
    level += up;
    slope += steeper;
    if (Math.abs(up) + Math.abs(steeper) < 1e-4) break;
  }
  return { level, slope, variance };
}

/** `(1 - doubt)` times the lower end of the model's band at that doubt, with the doubt that says the most. */
function lowerEnd({ level, slope, variance }: Model, similarity: number): number {
  const x = scaled(similarity);
  const deviation = Math.sqrt(variance.level + 2 * variance.both * x + variance.slope * x * x);
  const middle = level + Math.max(0, slope) * x;
  return Math.max(...doubts.map(({ doubt, deviations }) => (1 - doubt) * logistic(middle - deviations * deviation)));
}

/** Levels of doubt with the normal distribution's quantiles that belong to them. */
const doubts = [
  { doubt: 0.0005, deviations: 3.291 },
  { doubt: 0.001, deviations: 3.09 },
  { doubt: 0.0025, deviations: 2.807 },
  { doubt: 0.005, deviations: 2.576 },
  { doubt: 0.01, deviations: 2.326 },
  { doubt: 0.025, deviations: 1.96 },
  { doubt: 0.05, deviations: 1.645 },
];

function scaled(similarity: number): number {
  return (similarity - 0.9) * 20;
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}
