import { rounded } from '../report/percentile.ts';
import type { CommandCounts } from '../world/redis-process.ts';
import type { Subject } from './subject.ts';

/** What live turns ask of Redis, with one reader each. */
export interface CommandCount extends CommandCounts {
  readonly turns: number;
  readonly tokensPerSecond: number;
  /** Commands that clients sent, for so many deltas of the provider. */
  readonly per1000Deltas: number;
  readonly perSecondPerTurn: number;
  /** With those that scripts run inside Redis. */
  readonly withScriptsPerSecondPerTurn: number;
}

const turns = 10;
const pace = { tokens: 200, paceMs: 50 };

/** Plays some turns at once on a subject with Redis, and counts what Redis is told meanwhile. */
export async function countCommands({ redis, play }: Subject): Promise<CommandCount | undefined> {
  if (redis === undefined) return undefined;
  const finish = await redis.countCommands();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: turns }, () => play(pace)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { sent, inScripts } = finish();
  const [bySending, byScripts] = [sumOf(sent), sumOf(inScripts)];
  return {
    turns,
    tokensPerSecond: 1_000 / pace.paceMs,
    per1000Deltas: rounded((bySending / (turns * pace.tokens)) * 1_000, 0),
    perSecondPerTurn: rounded(bySending / seconds / turns),
    withScriptsPerSecondPerTurn: rounded((bySending + byScripts) / seconds / turns),
    sent,
    inScripts,
  };
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
