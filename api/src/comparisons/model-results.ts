import type { ModelResult } from '@parley/contracts';
import type { ComparisonVote } from '../database/repositories/comparison-vote-repository.ts';

/** Rounds of the iteration, which settles long before. */
const rounds = 200;
const middle = 1500;
/** Points of Elo's scale for a strength ten times as large. */
const pointsOfTen = 400;

interface Tally {
  readonly endpoint: string;
  readonly model: string;
  readonly index: number;
  wins: number;
  losses: number;
  ties: number;
  votes: number;
}

/**
 * What votes say about models, the strongest first. Strengths are those of Bradley and Terry: a winner has beaten each
 * of the others, a tie is half a victory. Every model also has one tie with a model of the middle, so that few votes
 * never say much.
 */
export async function modelResults(votes: AsyncIterable<ComparisonVote>): Promise<ModelResult[]> {
  const tallies = new Map<string, Tally>();
  /** By the index of the better one, then of the other. */
  const victories = new Map<number, Map<number, number>>();

  function tallyOf({ endpoint, model }: ComparisonVote['models'][number]): Tally {
    const key = JSON.stringify([endpoint, model]);
    const known = tallies.get(key);
    if (known !== undefined) return known;
    const tally = { endpoint, model, index: tallies.size, wins: 0, losses: 0, ties: 0, votes: 0 };
    tallies.set(key, tally);
    return tally;
  }

  function noteVictory(better: Tally, other: Tally, worth: number): void {
    if (better === other) return;
    const over = victories.get(better.index) ?? new Map<number, number>();
    over.set(other.index, (over.get(other.index) ?? 0) + worth);
    victories.set(better.index, over);
  }

  for await (const { models, choice } of votes) {
    const compared = models.map(tallyOf);
    for (const tally of new Set(compared)) tally.votes += 1;
    for (const [index, tally] of compared.entries()) {
      if (typeof choice === 'string') tally.ties += 1;
      else if (choice === index) tally.wins += 1;
      else tally.losses += 1;
      for (const [position, other] of compared.entries()) {
        if (position === index) continue;
        if (typeof choice === 'string') noteVictory(tally, other, 0.5);
        else if (choice === index) noteVictory(tally, other, 1);
      }
    }
  }

  const strengths = strengthsOf(tallies.size, victories);
  return [...tallies.values()]
    .map(({ index, ...tally }) => ({
      ...tally,
      rating: Math.round(middle + pointsOfTen * Math.log10(strengths[index] ?? 1)),
    }))
    .toSorted((one, other) => other.rating - one.rating || other.votes - one.votes);
}

/** By the iteration of Zermelo and Hunter, beginning with equal ones. */
function strengthsOf(count: number, victories: ReadonlyMap<number, ReadonlyMap<number, number>>): readonly number[] {
  const meetings = Array.from({ length: count }, () => new Map<number, number>());
  const won = Array.from({ length: count }, () => 0.5);
  for (const [better, over] of victories) {
    for (const [other, worth] of over) {
      won[better] = (won[better] ?? 0) + worth;
      for (const [one, its] of [[better, other] as const, [other, better] as const]) {
        meetings[one]?.set(its, (meetings[one].get(its) ?? 0) + worth);
      }
    }
  }
  let strengths = Array.from({ length: count }, () => 1);
  for (let round = 0; round < rounds; round += 1) {
    const before = strengths;
    strengths = before.map((strength, index) => {
      const met = [...(meetings[index] ?? [])];
      const expected = met.reduce((sum, [other, times]) => sum + times / (strength + (before[other] ?? 1)), 0);
      return (won[index] ?? 0) / (expected + 1 / (strength + 1));
    });
  }
  return strengths;
}
