import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRedisInstalled, startRedis } from '@parley/stream-log/conformance';
import { startGatewayProcess } from '../testing/gateway-process.ts';
import { chunk, doneMark, startScriptedUpstream } from '../testing/scripted-upstream.ts';

/*
 * What recording adds to a streamed answer, for the client that asked first: without a gateway, through one without a
 * key, and with a key on each store, in turn, in one run. `node packages/gateway/src/server/recorded-answers.bench.ts`
 * Gateways are processes of their own. Ratios travel between machines; times do not.
 */

const rounds = 8;
const paced = { events: 60, pauseMs: 3 };
const burst = 4_000;
const shortOnes = 12;

interface Subject {
  readonly name: string;
  readonly url: string;
  readonly hasKey: boolean;
}

interface Samples {
  readonly firstByte: number[];
  readonly perChunk: number[];
  readonly burst: number[];
}

const upstream = await startScriptedUpstream(async ({ response, body }) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (body.includes('short')) {
    response.write(chunk({ content: 'token ' }));
  } else if (body.includes('burst')) {
    for (let index = 0; index < burst; index += 1) response.write(chunk({ content: 'token ' }));
  } else {
    for (let index = 0; index < paced.events; index += 1) {
      response.write(chunk({ content: `at ${performance.now()} ` }));
      await delay(paced.pauseMs);
    }
  }
  response.end(chunk({}, 'stop') + doneMark);
});
const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
const redis = isRedisInstalled() ? await startRedis() : undefined;
const stores = {
  'no key': 'off',
  memory: 'memory',
  SQLite: `sqlite:${join(folder, 'recordings.sqlite')}`,
  ...(redis === undefined ? {} : { Redis: `redis://127.0.0.1:${redis.port}` }),
};
const gateways = await Promise.all(
  Object.values(stores).map((place) =>
    startGatewayProcess({ OPENAI_BASE_URL: upstream.baseUrl, OPENAI_MODEL: 'up', GATEWAY_RECORDINGS: place }),
  ),
);
const subjects: Subject[] = [
  { name: 'no gateway', url: upstream.baseUrl, hasKey: false },
  ...Object.entries(stores).map(([name, place], index) => ({
    name,
    url: `${gateways[index]?.url ?? ''}/v1`,
    hasKey: place !== 'off',
  })),
];

try {
  process.stdout.write(`${JSON.stringify(await measure(), undefined, 2)}\n`);
} finally {
  await Promise.all(gateways.map((gateway) => gateway.kill()));
  await Promise.all([upstream.close(), redis?.stop(), rm(folder, { recursive: true })]);
}

async function measure() {
  const samples = new Map<string, Samples>(
    subjects.map(({ name }) => [name, { firstByte: [], perChunk: [], burst: [] }]),
  );
  for (let round = 0; round <= rounds; round += 1) {
    for (let turn = 0; turn < subjects.length; turn += 1) {
      const subject = subjects[(turn + round) % subjects.length];
      if (subject === undefined) continue;
      const firstByte = await readShort(subject);
      const perChunk = await readPaced(subject);
      const took = await readBurst(subject);
      // The first round warms up.
      if (round === 0) continue;
      samples.get(subject.name)?.firstByte.push(...firstByte);
      samples.get(subject.name)?.perChunk.push(...perChunk);
      samples.get(subject.name)?.burst.push(took);
    }
  }
  return rowsOf(samples);
}

async function readShort(subject: Subject): Promise<number[]> {
  const firstByte: number[] = [];
  for (let index = 0; index < shortOnes; index += 1) {
    const asked = performance.now();
    let isFirst = true;
    await read(subject, 'short', () => {
      if (isFirst) firstByte.push(performance.now() - asked);
      isFirst = false;
    });
  }
  // The first one after a pause wakes the process.
  return firstByte.slice(1);
}

async function readPaced(subject: Subject): Promise<number[]> {
  const perChunk: number[] = [];
  await read(subject, 'paced', (text) => {
    const now = performance.now();
    for (const [, at] of text.matchAll(/at ([\d.]+) /g)) perChunk.push(now - Number(at));
  });
  return perChunk.slice(1);
}

async function readBurst(subject: Subject): Promise<number> {
  const asked = performance.now();
  await read(subject, 'burst', () => undefined);
  return performance.now() - asked;
}

function read({ url, hasKey }: Subject, content: string, onText: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = hasKey ? { 'idempotency-key': randomUUID() } : {};
    const asking = request(`${url}/chat/completions`, { method: 'POST', headers }, (response) => {
      response.on('data', (bytes: Buffer) => onText(bytes.toString()));
      response.once('end', resolve).once('error', reject);
    });
    asking.once('error', reject);
    asking.end(JSON.stringify({ model: 'openai/up', stream: true, messages: [{ role: 'user', content }] }));
  });
}

function rowsOf(samples: ReadonlyMap<string, Samples>) {
  const plain = samples.get('no key');
  return [...samples].map(([name, { firstByte, perChunk, burst: bursts }]) => ({
    name,
    firstByteMs: spread(firstByte),
    perChunkMs: spread(perChunk),
    burstMs: spread(bursts),
    ratioToNoKey: {
      firstByte: round2(quantile(firstByte, 0.5) / quantile(plain?.firstByte ?? [], 0.5)),
      perChunk: round2(quantile(perChunk, 0.5) / quantile(plain?.perChunk ?? [], 0.5)),
      burst: round2(quantile(bursts, 0.5) / quantile(plain?.burst ?? [], 0.5)),
    },
  }));
}

function spread(values: readonly number[]) {
  return { p50: round2(quantile(values, 0.5)), p95: round2(quantile(values, 0.95)) };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
