import { setTimeout as delay } from 'node:timers/promises';
import { connectStock } from '../../turns/connect-stock.ts';
import type { GenerationReader } from '../../turns/generation-reader.ts';
import { newScript } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';
import { beginWatched, connectOwn } from '../watched-turn.ts';
import type { Seat } from '../watched-turn.ts';

const rounds: PerForm = { short: 1, medium: 2, full: 10 };
const liveTurns: PerForm = { short: 40, medium: 100, full: 100 };
/** Turns that are asked for while a replica is away. */
const newcomers = 5;
const answer = { tokens: 140, paceMs: 100 };
const fault = 'SIGTERM rolling restart of two replicas behind nginx, live turns';

const seats: readonly Seat[] = [
  { connect: connectStock, live: 'sse' },
  { connect: connectOwn, live: 'sse' },
];

/** One replica after the other is stopped as an operator stops it, and comes back. */
export const rollingRestart: Row = {
  id: 'rolling-restart',
  fault,
  async run(form) {
    const shape = { replicas: 2, store: 'redis', gateway: 'separate', front: 'nginx' } as const;
    return await inWorld(shape, async ({ replicas, addresses, provider }, token) => {
      const tally = createTally(fault, { secondCalls: 'none' });
      const refusals: string[] = [];
      for (let round = 0; round < rounds[form]; round += 1) {
        const begin = (_: unknown, index: number) =>
          beginWatched({ script: newScript(answer), token, addresses, seats: seats.slice(index % 2, (index % 2) + 1) });
        const asked = await Promise.all(Array.from({ length: liveTurns[form] }, begin));
        const later: typeof asked = [];
        for (const replica of replicas) {
          const stopped = replica.end('SIGTERM');
          later.push(...(await Promise.all(Array.from({ length: newcomers }, begin))));
          await stopped;
          await replica.start();
          // An operator waits for the first one before the second; turns move in the meantime.
          await delay(500);
        }
        for (const { turn, readers, judge } of [...asked, ...later]) {
          tally.add(await judge());
          for (const reader of readers) tally.addResume(longestSilence(reader));
          tally.addCalls(provider.calls(turn.script.id));
          refusals.push(...turn.refusals);
        }
      }
      tally.note('resume: longest silence of each turn');
      if (refusals.length > 0) tally.note(`${refusals.length} starts repeated after “${refusals[0]?.slice(0, 80)}”`);
      return tally.result(rounds[form]);
    });
  },
};

/** Milliseconds between the two tokens of a reader that were furthest apart. */
function longestSilence({ transcript: { arrivals } }: GenerationReader): number | undefined {
  const pauses = arrivals.slice(1).map(({ at }, index) => at - (arrivals[index]?.at ?? at));
  return pauses.length === 0 ? undefined : Math.max(...pauses);
}
