import path from 'node:path';
import { newScript } from '../../world/provider-script.ts';
import type { WorldShape } from '../../world/world.ts';
import { inWorld } from '../in-world.ts';
import { resumeTime } from '../resume-time.ts';
import { createTally } from '../row.ts';
import type { Form, PerForm, Row } from '../row.ts';
import { beginWatched, randomBelow } from '../watched-turn.ts';

/** Turns whose producer is killed; several die together. */
const turns: PerForm = { short: 5, medium: 30, full: 200 };
const perKill: PerForm = { short: 5, medium: 10, full: 10 };
const answer = { tokens: 300, paceMs: 15 };
/** A lease, and a second. */
const resumeLimit = 10_000 + 1_000;

interface Variant {
  readonly gateway: 'embedded' | 'separate';
  readonly clocks?: 'an hour apart';
}

const skewedClock = path.join(import.meta.dirname, '../../world/skewed-clock.ts');

/** Two replicas on one Redis and one database; the one that writes dies, the other one goes on. They take turns in it. */
function killProducer(id: string, { gateway, clocks }: Variant): Row {
  const where = gateway === 'separate' ? 'separate gateway' : 'gateway in each';
  const fault = `two replicas + Redis, ${where}${clocks === undefined ? '' : `, clocks ${clocks}`}: kill -9 the producer`;
  const shape: WorldShape = {
    replicas: 2,
    store: 'redis',
    gateway,
    preload: (replica) => (clocks !== undefined && replica === 1 ? skewedClock : undefined),
  };
  async function run(form: Form) {
    return await inWorld(shape, async ({ replicas, addresses, provider }, token) => {
      const promised = {
        // Beside other rows a time says little.
        ...(form === 'short' ? {} : { resumeP95Ms: resumeLimit }),
        ...(gateway === 'separate' ? { secondCalls: 'none' as const } : {}),
      };
      const tally = createTally(fault, promised);
      // Each of the two is killed at least once where it matters which of them it was.
      const kills = Math.max(Math.ceil(turns[form] / perKill[form]), clocks === undefined ? 1 : 2);
      for (let kill = 0; kill < kills; kill += 1) {
        const producer = replicas[kill % replicas.length];
        if (producer === undefined) continue;
        const scripts = Array.from({ length: perKill[form] }, () => newScript(answer));
        const asking = scripts.map((script) => beginWatched({ script, token, addresses, askAt: [producer.url] }));
        const watched = await Promise.all(asking);
        await provider.whenSent(scripts[0]?.id ?? '', randomBelow(answer.tokens));
        const faultAt = performance.now();
        await producer.end('SIGKILL');
        for (const { turn, readers, judge } of watched) {
          tally.add(await judge());
          for (const reader of readers) tally.addResume(resumeTime(reader, provider.sendings(turn.script.id), faultAt));
          tally.addCalls(provider.calls(turn.script.id));
        }
        await producer.start();
      }
      return tally.result(kills * perKill[form]);
    });
  }
  return { id, fault, waitsFor: 'lease', run };
}

export const killProducerEmbedded = killProducer('kill-producer-embedded', { gateway: 'embedded' });
export const killProducerSeparate = killProducer('kill-producer-separate', { gateway: 'separate' });
export const killProducerSkewed = killProducer('kill-producer-skewed', {
  gateway: 'separate',
  clocks: 'an hour apart',
});
