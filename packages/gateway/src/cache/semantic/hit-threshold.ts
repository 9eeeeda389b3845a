import type { AnswerHistory, Observation } from './answer-history.ts';
import { proofLength, upperErrorBound } from './error-bounds.ts';

/** Learns from comparisons how near a question must be for its neighbour's answer to be right. */
export interface HitThreshold {
  /** Whether the answer may be given without asking the model. `own` is what is known of it alone. */
  isTrusted(similarity: number, own: AnswerHistory): boolean;
  note(observation: Observation): void;
  /** The similarity from which answers without a history of their own are trusted; undefined while none is. */
  readonly common: number | undefined;
}

const steps = 50;
const lowest = 0.5;
/** Steps just above the threshold that need evidence of their own. */
const edge = 5;

/**
 * A threshold for each answer, after vCache (arXiv 2502.03771). Unlike there an unsure answer is never given by chance,
 * and answers too young to know borrow from all the others: the lowest similarity above which comparisons prove, at
 * 95 %, that fewer than `maxErrorShare` are wrong.
 */
export function createHitThreshold(maxErrorShare: number): HitThreshold {
  const counts = Array.from({ length: steps + 1 }, () => ({ right: 0, wrong: 0 }));
  const evidence = proofLength(maxErrorShare);
  let common: number | undefined;

  function countFrom(first: number, last: number): { right: number; wrong: number } {
    const sum = { right: 0, wrong: 0 };
    for (const { right, wrong } of counts.slice(first, last + 1)) {
      sum.right += right;
      sum.wrong += wrong;
    }
    return sum;
  }

  /** Downwards from the top, ending at the first failure, so that looking at several steps does not weaken the proof. */
  function findCommon(): number | undefined {
    let trusted: number | undefined;
    for (let step = steps; step >= 0; step -= 1) {
      const here = counts[step];
      if (here === undefined || here.right + here.wrong === 0) continue;
      const { right, wrong } = countFrom(step, steps);
      if (right + wrong < evidence) continue;
      if (upperErrorBound(wrong, right + wrong) > maxErrorShare) break;
      // Errors gather at the lower edge, where the many right ones above must not hide them.
      const near = countFrom(step, step + edge);
      if (near.right < evidence / 3 || near.wrong > 0) continue;
      trusted = lowest + (step / steps) * (1 - lowest);
    }
    return trusted;
  }

  return {
    get common() {
      return common;
    },
    note({ similarity, isRight }) {
      const count = counts[stepOf(similarity)];
      if (count === undefined) return;
      if (isRight) count.right += 1;
      else count.wrong += 1;
      common = findCommon();
    },
    isTrusted(similarity, own) {
      if (common !== undefined && similarity >= common && !own.contradicts(similarity)) return true;
      return own.lowerChance(similarity) >= 1 - maxErrorShare;
    },
  };
}

function stepOf(similarity: number): number {
  return Math.max(0, Math.min(steps, Math.floor(((similarity - lowest) / (1 - lowest)) * steps + 1e-9)));
}
