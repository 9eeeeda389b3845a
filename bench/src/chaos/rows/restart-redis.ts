import { newScript } from '../../world/provider-script.ts';
import type { RedisReturn } from '../../world/redis-process.ts';
import { inWorld } from '../in-world.ts';
import { resumeTime } from '../resume-time.ts';
import { createTally } from '../row.ts';
import type { PerForm, Row } from '../row.ts';
import { beginWatched, randomBelow } from '../watched-turn.ts';

const restarts: PerForm = { short: 2, medium: 8, full: 25 };
const turnsPerRestart = 4;
const answer = { tokens: 200, paceMs: 10 };
/** Tokens between the copy and the kill, where Redis comes back with a copy. */
const sinceCopy = 40;

const words: Readonly<Record<RedisReturn, string>> = {
  whole: 'with its data',
  empty: 'without its data',
  'old-copy': 'with an older copy of its data',
};

function restartRedis(comesBack: RedisReturn): Row {
  const fault = `Redis killed and restarted ${words[comesBack]}`;
  return {
    id: `redis-${comesBack}`,
    fault,
    async run(form) {
      const shape = { replicas: 1, store: 'redis', gateway: 'embedded', redisComesBack: comesBack } as const;
      return await inWorld(shape, async ({ addresses, provider, redis }, token) => {
        const tally = createTally(fault);
        for (let restart = 0; restart < restarts[form]; restart += 1) {
          const scripts = Array.from({ length: turnsPerRestart }, () => newScript(answer));
          const watched = await Promise.all(scripts.map((script) => beginWatched({ script, token, addresses })));
          const moment = randomBelow(answer.tokens - sinceCopy);
          const first = scripts[0]?.id ?? '';
          await provider.whenSent(first, moment);
          if (comesBack === 'old-copy') {
            await redis?.saveCopy();
            await provider.whenSent(first, moment + sinceCopy);
          }
          const faultAt = performance.now();
          await redis?.restart();
          for (const { turn, readers, judge } of watched) {
            tally.add(await judge());
            for (const reader of readers)
              tally.addResume(resumeTime(reader, provider.sendings(turn.script.id), faultAt));
            tally.addCalls(provider.calls(turn.script.id));
          }
        }
        return tally.result(restarts[form]);
      });
    },
  };
}

export const redisWhole = restartRedis('whole');
export const redisEmpty = restartRedis('empty');
export const redisOldCopy = restartRedis('old-copy');
