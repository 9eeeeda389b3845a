import { newScript } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { resumeTime } from '../resume-time.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';
import { beginWatched, randomBelow } from '../watched-turn.ts';

const kills: PerForm = { short: 3, medium: 12, full: 100 };
const turnsPerKill = 2;
const answer = { tokens: 150, paceMs: 10 };
const fault = 'kill -9 gateway (separate process), restart';

export const killGateway: Row = {
  id: 'kill-gateway',
  fault,
  async run(form) {
    return await inWorld({ replicas: 1, store: 'sqlite', gateway: 'separate' }, async (world, token) => {
      const { addresses, provider, gateway } = world;
      const tally = createTally(fault);
      for (let kill = 0; kill < kills[form]; kill += 1) {
        const scripts = Array.from({ length: turnsPerKill }, () => newScript(answer));
        const watched = await Promise.all(scripts.map((script) => beginWatched({ script, token, addresses })));
        // The first time before the api has heard of any answer.
        await provider.whenSent(scripts[0]?.id ?? '', kill === 0 ? 0 : randomBelow(answer.tokens));
        const faultAt = performance.now();
        await gateway?.end('SIGKILL');
        await gateway?.start();
        for (const { turn, readers, judge } of watched) {
          tally.add(await judge());
          for (const reader of readers) tally.addResume(resumeTime(reader, provider.sendings(turn.script.id), faultAt));
          tally.addCalls(provider.calls(turn.script.id));
        }
      }
      return tally.result(kills[form]);
    });
  },
};
