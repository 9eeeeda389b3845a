import { newScript } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { resumeTime } from '../resume-time.ts';
import { createTally } from '../row.ts';
import type { Form, PerForm, Row, RowResult } from '../row.ts';
import { beginWatched, randomBelow } from '../watched-turn.ts';

const kills: PerForm = { short: 4, medium: 15, full: 200 };
const turnsPerKill = 2;
const answer = { tokens: 120, paceMs: 10 };
const fault = 'kill -9 api at a random token, restart';

/** One api on its own; what it wrote is in its data folder. */
export const killApi: Row = {
  id: 'kill-api',
  fault,
  run: (form) =>
    inWorld({ replicas: 1, store: 'sqlite', gateway: 'embedded' }, (world, token) => runIn(world, token, form)),
};

type World = Parameters<Parameters<typeof inWorld>[1]>[0];

async function runIn({ replicas, addresses, provider }: World, token: string, form: Form): Promise<RowResult> {
  const tally = createTally(fault);
  for (let run = 0; run < kills[form]; run += 1) {
    const scripts = Array.from({ length: turnsPerKill }, () => newScript(answer));
    const watched = await Promise.all(scripts.map((script) => beginWatched({ script, token, addresses })));
    await provider.whenSent(scripts[0]?.id ?? '', randomBelow(answer.tokens));
    const faultAt = performance.now();
    for (const replica of replicas) {
      await replica.end('SIGKILL');
      await replica.start();
    }
    for (const { turn, readers, judge } of watched) {
      tally.add(await judge());
      for (const reader of readers) tally.addResume(resumeTime(reader, provider.sendings(turn.script.id), faultAt));
    }
  }
  return tally.result(kills[form]);
}
