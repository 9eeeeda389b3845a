import { setTimeout as delay } from 'node:timers/promises';
import { newScript } from '../../world/provider-script.ts';
import { inWorld } from '../in-world.ts';
import { resumeTime } from '../resume-time.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';
import { beginWatched, randomBelow } from '../watched-turn.ts';

const times: PerForm = { short: 1, medium: 4, full: 25 };
const turnsAtOnce = 4;
const answer = { tokens: 500, paceMs: 10 };
/** How long it lasts. */
const troubleMs = 2_500;

function refusingRedis(reason: 'full' | 'read-only'): Row {
  const fault = `Redis ${reason === 'full' ? 'out of memory' : 'read-only'} for ${troubleMs / 1_000} s`;
  return {
    id: `redis-${reason}`,
    fault,
    async run(form) {
      const shape = { replicas: 1, store: 'redis', gateway: 'embedded' } as const;
      return await inWorld(shape, async ({ addresses, provider, redis }, token) => {
        const tally = createTally(fault);
        for (let time = 0; time < times[form]; time += 1) {
          const scripts = Array.from({ length: turnsAtOnce }, () => newScript(answer));
          const watched = await Promise.all(scripts.map((script) => beginWatched({ script, token, addresses })));
          await provider.whenSent(scripts[0]?.id ?? '', randomBelow(answer.tokens));
          await redis?.refuseWrites(reason);
          await delay(troubleMs);
          const overAt = performance.now();
          await redis?.refuseWrites('none');
          for (const { turn, readers, judge } of watched) {
            tally.add(await judge());
            for (const reader of readers)
              tally.addResume(resumeTime(reader, provider.sendings(turn.script.id), overAt));
            tally.addCalls(provider.calls(turn.script.id));
          }
        }
        tally.note('resume: from the end of the trouble');
        return tally.result(times[form]);
      });
    },
  };
}

export const redisFull = refusingRedis('full');
export const redisReadOnly = refusingRedis('read-only');
