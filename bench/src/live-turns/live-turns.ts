import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { rounded } from '../report/percentile.ts';
import { printTable, say } from '../report/print-table.ts';
import { surroundings, writeReport } from '../report/write-report.ts';
import { createAccount } from '../turns/api-client.ts';
import { playTurns } from '../turns/play-turns.ts';
import type { Verdict } from '../turns/judge-turn.ts';
import { startProviderProcess } from '../world/provider-process.ts';
import { newScript } from '../world/provider-script.ts';
import { startWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { askProbe, probeModule } from './ask-probe.ts';
import type { ProbeReading } from './ask-probe.ts';

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '1000' },
    'tokens-per-second': { type: 'string', default: '5' },
    seconds: { type: 'string', default: '40' },
    store: { type: 'string', default: 'redis' },
    json: { type: 'string' },
  },
});
const count = Number(values.turns);
const perSecond = Number(values['tokens-per-second']);
const tokens = Number(values.seconds) * perSecond;
const answer = { tokens, paceMs: 1_000 / perSecond };
const store = values.store === 'sqlite' ? 'sqlite' : 'redis';
const megabyte = 1_048_576;
const kilobyte = 1_024;

/** What everything costs at one moment. */
interface Sample {
  readonly api: ProbeReading;
  readonly redisBytes: number;
  readonly at: number;
}

const provider = await startProviderProcess();
const world = await startWorld({
  replicas: 1,
  store,
  gateway: 'none',
  providerUrl: provider.url,
  preload: probeModule,
  variables: { NODE_OPTIONS: '--expose-gc' },
});
try {
  process.exitCode = await measure(world);
} finally {
  await world.close();
  await provider.close();
}
process.exit();

async function measure({ addresses, redis, replicas }: World): Promise<number> {
  const [replica] = replicas;
  if (replica === undefined) throw new Error('There is no api.');
  const token = await createAccount(addresses[0] ?? '');
  const sample = async (): Promise<Sample> => ({
    api: await askProbe(replica.child),
    redisBytes: Number((await redis?.info('memory'))?.['used_memory'] ?? 0),
    at: performance.now(),
  });
  const play = (name: string, scripts: number, seconds: number, onAllBegun: () => void): Promise<Verdict[]> => {
    const script = () => newScript({ ...answer, tokens: Math.ceil(seconds * perSecond), heldAs: name });
    const patienceMs = seconds * 1_000 + 240_000;
    return playTurns({
      addresses,
      token,
      scripts: Array.from({ length: scripts }, script),
      askTogether: 25,
      patienceMs,
      onAllBegun,
    });
  };

  say(
    `${count} turns at once on ${store}, ${perSecond} tokens/s each (${count * perSecond} tokens/s in all), ${values.seconds} s …`,
  );
  await play('warm-up', 50, 2, () => provider.release('warm-up'));
  const before = await sample();
  const beganAt = performance.now();
  const allBegun = Promise.withResolvers<void>();
  const playing = play('measured', count, Number(values.seconds), allBegun.resolve);
  await allBegun.promise;
  const acceptedMs = performance.now() - beganAt;
  provider.release('measured');
  await delay(2_000);
  const atStart = await sample();
  await delay(Math.max(1_000, Number(values.seconds) * 1_000 - 5_000));
  const live = await sample();
  const verdicts = await playing;
  const after = await sample();
  return report({ verdicts, before, atStart, live, after, acceptedMs });
}

interface Measured {
  readonly verdicts: readonly Verdict[];
  readonly before: Sample;
  /** All turns have been accepted and begin to be written. */
  readonly atStart: Sample;
  /** All turns are still being written. */
  readonly live: Sample;
  readonly after: Sample;
  readonly acceptedMs: number;
}

function report({ verdicts, before, atStart, live, after, acceptedMs }: Measured): number {
  const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const figures = {
    turns: verdicts.length,
    tokensPerSecondPerTurn: perSecond,
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    neverEnded: sum(({ neverEnded }) => Number(neverEnded)),
    notWhole: sum(({ isWhole }) => Number(!isWhole)),
    secondsUntilAllAccepted: rounded(acceptedMs / 1_000),
    apiKilobytesPerTurn: rounded((live.api.residentBytes - before.api.residentBytes) / count / kilobyte),
    apiHeapKilobytesPerTurn: rounded((live.api.heapBytes - before.api.heapBytes) / count / kilobyte),
    redisKilobytesPerTurn: rounded((live.redisBytes - before.redisBytes) / count / kilobyte),
    apiMegabytes: rounded(live.api.residentBytes / megabyte, 0),
    apiMegabytesAfter: rounded(after.api.residentBytes / megabyte, 0),
    eventLoopDelayP50Ms: rounded(live.api.delayP50Ms),
    eventLoopDelayP99Ms: rounded(live.api.delayP99Ms),
    eventLoopDelayMaxMs: rounded(live.api.delayMaxMs),
    apiProcessors: rounded(
      (live.api.processorMicroseconds - atStart.api.processorMicroseconds) / 1_000 / (live.at - atStart.at),
      2,
    ),
  };
  say('');
  printTable(
    ['figure', 'value'],
    Object.entries(figures).map(([name, value]) => [name, String(value)]),
  );
  say(
    '\nMemory: resident set of the api and used_memory of Redis while all turns are live, less those before, after a collection.',
  );
  writeReport('live-turns', { ...surroundings(), store, ...figures }, values.json);
  const isKept = figures.lost + figures.doubled + figures.neverEnded + figures.notWhole === 0;
  const broken = verdicts.find(({ isWhole }) => !isWhole);
  if (broken !== undefined)
    say(
      `Broken: ${broken.turn.started.generationId} ${broken.status}, lost ${broken.lost}, ${broken.error} ${broken.trouble}`,
    );
  return isKept ? 0 : 1;
}
