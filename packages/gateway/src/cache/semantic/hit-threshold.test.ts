import { describe, expect, it } from 'vitest';
import { createAnswerHistory } from './answer-history.ts';
import type { AnswerHistory, Observation } from './answer-history.ts';
import { createHitThreshold } from './hit-threshold.ts';

function historyOf(seen: readonly Observation[] = []): AnswerHistory {
  const history = createAnswerHistory();
  for (const each of seen) history.note(each);
  return history;
}
const unknown = historyOf();

describe('the threshold of a hit', () => {
  it('trusts nothing before it has proof', () => {
    const threshold = createHitThreshold(0.01);
    for (let count = 0; count < 298; count += 1) {
      threshold.note({ similarity: 0.97, isRight: true });
      expect(threshold.isTrusted(1, unknown)).toBe(false);
    }
    threshold.note({ similarity: 0.97, isRight: true });
    expect(threshold.common).toBeCloseTo(0.97);
    expect(threshold.isTrusted(0.98, unknown)).toBe(true);
    expect(threshold.isTrusted(0.96, unknown)).toBe(false);
  });

  it('stays above where answers were wrong', () => {
    const threshold = createHitThreshold(0.01);
    for (let count = 0; count < 400; count += 1) {
      threshold.note({ similarity: 0.95, isRight: true });
      threshold.note({ similarity: 0.81, isRight: count % 2 === 0 });
    }
    expect(threshold.isTrusted(0.951, unknown)).toBe(true);
    expect(threshold.isTrusted(0.83, unknown)).toBe(false);
  });

  it('does not go down to where it has seen next to nothing', () => {
    const threshold = createHitThreshold(0.01);
    for (let count = 0; count < 1000; count += 1) threshold.note({ similarity: 0.97, isRight: true });
    for (let count = 0; count < 5; count += 1) threshold.note({ similarity: 0.7, isRight: true });
    expect(threshold.common).toBeCloseTo(0.97);
  });

  it('loses its trust again', () => {
    const threshold = createHitThreshold(0.01);
    for (let count = 0; count < 300; count += 1) threshold.note({ similarity: 0.95, isRight: true });
    expect(threshold.isTrusted(0.951, unknown)).toBe(true);
    for (let count = 0; count < 3; count += 1) threshold.note({ similarity: 0.95, isRight: false });
    expect(threshold.isTrusted(0.951, unknown)).toBe(false);
  });

  it('distrusts an answer that was wrong, though others like it are trusted', () => {
    const threshold = createHitThreshold(0.01);
    for (let count = 0; count < 300; count += 1) threshold.note({ similarity: 0.9, isRight: true });
    const own = historyOf([{ similarity: 0.93, isRight: false }]);
    expect(threshold.isTrusted(0.92, own)).toBe(false);
    expect(threshold.isTrusted(0.97, own)).toBe(true);
  });

  it('trusts an answer by its own history where that is long and clear', () => {
    const threshold = createHitThreshold(0.05);
    const right = Array.from({ length: 80 }, (_, index) => ({ similarity: 0.9 + (index % 7) / 100, isRight: true }));
    expect(threshold.isTrusted(0.97, historyOf(right))).toBe(true);
    expect(threshold.isTrusted(0.97, historyOf(right.slice(0, 20)))).toBe(false);
    const byChance = right.map((seen, index) => ({ ...seen, isRight: index % 4 !== 0 }));
    expect(threshold.isTrusted(0.97, historyOf(byChance))).toBe(false);
  });

  it('finds the place between an answer’s right and wrong ones', () => {
    const threshold = createHitThreshold(0.05);
    const parted = Array.from({ length: 120 }, (_, index) => {
      const similarity = 0.85 + (index % 14) / 100;
      return { similarity, isRight: similarity > 0.925 };
    });
    const own = historyOf(parted);
    expect(threshold.isTrusted(0.99, own)).toBe(true);
    expect(threshold.isTrusted(0.93, own)).toBe(false);
    expect(threshold.isTrusted(0.86, own)).toBe(false);
  });
});
