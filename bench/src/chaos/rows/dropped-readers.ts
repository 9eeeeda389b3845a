import { setTimeout as delay } from 'node:timers/promises';
import { signIn } from '../../turns/api-client.ts';
import { connectStock } from '../../turns/connect-stock.ts';
import type { GenerationReader } from '../../turns/generation-reader.ts';
import { newScript } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';
import { beginWatched, connectOwn, randomBelow } from '../watched-turn.ts';
import type { Seat } from '../watched-turn.ts';

const turns: PerForm = { short: 8, medium: 30, full: 100 };
const atOnce = 4;
const answer = { tokens: 250, paceMs: 10 };
const drops = 3;
const longestOffline = 600;
const fault = '3 tabs + 2 devices on one run, each dropped at random';

export const droppedReaders: Row = {
  id: 'dropped-readers',
  fault,
  async run(form) {
    return await inWorld({ replicas: 2, store: 'redis', gateway: 'embedded' }, async ({ addresses }, token) => {
      const devices = await Promise.all([signIn(addresses[0] ?? ''), signIn(addresses[1] ?? '')]);
      const seats: Seat[] = [
        { connect: connectStock, live: 'sse', firstAddress: 0 },
        { connect: connectStock, live: 'long-poll', firstAddress: 1 },
        { connect: connectOwn, live: 'sse', firstAddress: 1 },
        ...devices.map((device, index): Seat => ({
          connect: index === 0 ? connectOwn : connectStock,
          live: index === 0 ? 'long-poll' : 'sse',
          firstAddress: index,
          token: device,
        })),
      ];
      const tally = createTally(fault);
      for (let done = 0; done < turns[form]; done += atOnce) {
        const scripts = Array.from({ length: Math.min(atOnce, turns[form] - done) }, () => newScript(answer));
        const watched = await Promise.all(scripts.map((script) => beginWatched({ script, token, addresses, seats })));
        await Promise.all(watched.flatMap(({ readers }) => readers.map(dropAtRandom)));
        for (const { judge } of watched) tally.add(await judge());
      }
      return tally.result(turns[form]);
    });
  },
};

async function dropAtRandom(reader: GenerationReader): Promise<void> {
  for (let drop = 0; drop < drops; drop += 1) {
    await delay(randomBelow((answer.tokens * answer.paceMs) / drops));
    reader.drop(randomBelow(longestOffline));
  }
}
