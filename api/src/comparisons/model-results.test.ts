import { randomUUID } from 'node:crypto';
import { messageIdSchema } from '@parley/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparisonVote } from '../database/repositories/comparison-vote-repository.ts';
import { modelResults } from './model-results.ts';

function vote(models: readonly string[], choice: ComparisonVote['choice']): ComparisonVote {
  const named = models.map((model) => ({ endpoint: 'E', model }));
  return { messageId: messageIdSchema.parse(randomUUID()), blind: true, models: named, choice, at: new Date(0) };
}

async function* each(votes: readonly ComparisonVote[]): AsyncGenerator<ComparisonVote> {
  for (const one of votes) yield await Promise.resolve(one);
}

describe('results of models', () => {
  it('are none without votes', async () => {
    expect(await modelResults(each([]))).toEqual([]);
  });

  it('put the winner of three above the two others, which stay equal', async () => {
    const [best, ...others] = await modelResults(each([vote(['a', 'b', 'c'], 1)]));
    expect(best).toMatchObject({ model: 'b', wins: 1, losses: 0, votes: 1 });
    expect(others.map(({ rating, losses }) => ({ rating, losses }))).toEqual([
      { rating: others[0]!.rating, losses: 1 },
      { rating: others[0]!.rating, losses: 1 },
    ]);
  });

  it('follow from whom somebody has beaten, not only how often', async () => {
    const votes = [
      ...Array.from({ length: 10 }, () => vote(['strong', 'middle'], 0)),
      ...Array.from({ length: 10 }, () => vote(['middle', 'weak'], 0)),
      vote(['new', 'strong'], 0),
      vote(['other', 'weak'], 0),
    ];
    const rated = new Map((await modelResults(each(votes))).map(({ model, rating }) => [model, rating]));
    expect(rated.get('new')).toBeGreaterThan(rated.get('other')!);
    expect(rated.get('strong')).toBeGreaterThan(rated.get('middle')!);
    expect(rated.get('middle')).toBeGreaterThan(rated.get('weak')!);
  });

  it('are finite, count every vote, and leave equals in the middle', async () => {
    const models = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 2, maxLength: 3 });
    const one = models.chain((names) =>
      fc.constantFrom('tie' as const, 'none' as const, ...names.keys()).map((choice) => vote(names, choice)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 60 }), async (votes) => {
        const results = await modelResults(each(votes));
        for (const { rating, wins, losses, ties, votes: count } of results) {
          expect(Number.isInteger(rating)).toBe(true);
          expect(wins + losses + ties).toBe(count);
        }
        const taken = votes.reduce((sum, { models: compared }) => sum + compared.length, 0);
        expect(results.reduce((sum, result) => sum + result.votes, 0)).toBe(taken);
      }),
      { numRuns: 50 },
    );
    const draws = await modelResults(each([vote(['a', 'b'], 'tie'), vote(['a', 'b'], 'none')]));
    expect(draws.map(({ rating }) => rating)).toEqual([1500, 1500]);
  });
});
