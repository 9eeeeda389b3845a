import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent as ClientAgent, createServer, request } from 'node:http';
import type { Server } from 'node:http';
import { Agent } from 'undici';
import { startGatewayProcess } from '../testing/gateway-process.ts';
import { createMemoryCacheStore } from './memory-cache-store.ts';
import {
  clientCall,
  eventsOf,
  neverAborted,
  planOf,
  readAll,
  registry,
  scriptedModel,
} from './testing/cached-calls.ts';
import { withCache } from './with-cache.ts';

/*
 * What an exact hit costs: in this process, and over HTTP as a share of the round trip through the smallest proxy there
 * is to an upstream that answers at once (R). Subjects are processes of their own and take turns; the ratio travels,
 * times do not. `node packages/gateway/src/cache/exact-cache.bench.ts`
 */

const rounds = 7;
const perRound = 400;
const messages = [
  { role: 'system', content: 'You are a careful assistant. '.repeat(20) },
  { role: 'user', content: 'What is a cache good for? '.repeat(20) },
];
const body = JSON.stringify({ model: 'openai/up', messages, temperature: 0 });
const answer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'up',
  choices: [{ index: 0, message: { role: 'assistant', content: 'It saves time. '.repeat(60) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 250, completion_tokens: 240, total_tokens: 490 },
});

async function inProcess(): Promise<{ readonly sameBytesUs: number; readonly eventsUs: number }> {
  const store = createMemoryCacheStore({ maxEntries: 1000, maxBytes: 1e7 });
  const settings = { exact: { maxEntries: 1000, ttlMs: 3_600_000 } };
  const model = scriptedModel((call) =>
    call.wire === undefined
      ? eventsOf(...Array.from({ length: 60 }, () => 'It saves time. '))
      : [
          { type: 'wire', phase: 'content', bytes: Buffer.from(answer) },
          { type: 'usage', usage: { input: 250, output: 240 } },
          { type: 'finish', reason: 'stop' },
        ],
  );
  const caller = withCache({ store, settings, codecOf: (dialect) => registry.codecs[dialect] })(model);
  const measure = async (isWire: boolean): Promise<number> => {
    const { wire, ...rest } = clientCall({ model: 'm', messages, temperature: 0 });
    const call = { ...rest, ...(isWire && wire ? { wire } : {}) };
    const ask = async (): Promise<void> => void (await readAll(await caller(call, planOf(), neverAborted)));
    for (let count = 0; count < 2000; count += 1) await ask();
    const before = process.cpuUsage();
    for (let count = 0; count < 5000; count += 1) await ask();
    const { user, system } = process.cpuUsage(before);
    return Math.round((user + system) / 500) / 10;
  };
  const [sameBytesUs, eventsUs] = [await measure(true), await measure(false)];
  if (model.calls !== 2) throw new Error('These were no hits');
  return { sameBytesUs, eventsUs };
}

async function overHttp() {
  const upstream = await start('upstream');
  const reference = await start('reference', upstream.url);
  const gateway = await startGatewayProcess({
    OPENAI_BASE_URL: `${upstream.url}/v1`,
    OPENAI_MODEL: 'up',
    PROMPT_CACHE_ENABLED: 'true',
  });
  const subjects = { direct: upstream.url, R: reference.url, hit: `${gateway.url}/v1/chat/completions` };
  const took: Record<keyof typeof subjects, number[]> = { direct: [], R: [], hit: [] };
  const caches = new Set<string>();
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const names = ['direct', 'R', 'hit'] as const;
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        // A socket that waited for its turn may have been closed meanwhile.
        const agent = new ClientAgent({ keepAlive: true });
        const times: number[] = [];
        for (let count = 0; count < perRound; count += 1) {
          const startedAt = performance.now();
          const cache = await post(agent, subjects[name]);
          times.push(performance.now() - startedAt);
          if (name === 'hit' && round > 0) caches.add(cache);
        }
        agent.destroy();
        // The first round warms up.
        if (round > 0) took[name].push(median(times) * 1000);
      }
    }
  } finally {
    await gateway.kill();
    reference.child.kill();
    upstream.child.kill();
  }
  const [direct, throughR, hit] = [median(took.direct), median(took.R), median(took.hit)].map(Math.round);
  const ratio = Math.round(((hit ?? 0) / (throughR ?? 1)) * 100) / 100;
  return { cache: [...caches], directUs: direct, throughRUs: throughR, hitUs: hit, ratioToR: ratio };
}

function post(agent: ClientAgent, url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asking = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve(String(response.headers['x-cache'] ?? '')));
    });
    asking.once('error', reject).end(body);
  });
}

async function start(
  role: 'upstream' | 'reference',
  origin = '',
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = fork(import.meta.filename, [role, origin]);
  const [port] = await once(child, 'message');
  return { child, url: `http://127.0.0.1:${port}` };
}

/** Answers at once. */
function createUpstream(): Server {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) };
  return createServer((incoming, response) => {
    incoming.resume().once('end', () => response.writeHead(200, headers).end(answer));
  });
}

/** R: passes bytes on and does nothing else. */
function createReference(origin: string): Server {
  const pool = new Agent();
  return createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      const options = { origin, path: '/', method: 'POST', body: Buffer.concat(chunks) } as const;
      pool.dispatch(options, {
        onRequestStart: () => undefined,
        onResponseStart(_controller, status, { 'content-length': length }) {
          response.writeHead(status, { 'content-type': 'application/json', 'content-length': String(length) });
        },
        onResponseData: (_controller, chunk) => void response.write(chunk),
        onResponseEnd: () => void response.end(),
        onResponseError: () => void response.destroy(),
      });
    });
  });
}

async function serve(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  process.send?.(typeof address === 'object' && address ? address.port : 0);
  process.once('disconnect', () => process.exit());
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const [role, origin = ''] = process.argv.slice(2);
if (role === 'upstream') await serve(createUpstream());
else if (role === 'reference') await serve(createReference(origin));
else {
  const cpuOfHit = await inProcess();
  process.stdout.write(
    `${JSON.stringify({ bodyBytes: body.length, cpuOfHit, roundTrip: await overHttp() }, undefined, 2)}\n`,
  );
}
