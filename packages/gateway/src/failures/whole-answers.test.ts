import { afterEach, expect, test } from 'vitest';
import type { UpstreamScript } from '../testing/scripted-upstream.ts';
import { startWorld, well } from './testing/start-world.ts';
import type { World, WorldOptions } from './testing/start-world.ts';
import { inTurn, refuse, resetAtOnce, saysNothing } from './testing/upstream-faults.ts';

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** Breaks off in the middle of a body. */
const halfBody: UpstreamScript = ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
  response.write('{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"Half', () =>
    response.destroy(),
  );
};

interface Row {
  readonly fault: string;
  readonly script: () => UpstreamScript;
  readonly options?: WorldOptions;
  readonly status: number;
  /** Calls of the first and of the second target. */
  readonly calls: readonly [number, number];
}

const rows: readonly Row[] = [
  { fault: '429 for ever', script: () => refuse(429), status: 200, calls: [3, 1] },
  { fault: 'a single 500', script: () => inTurn(refuse(500), well), status: 200, calls: [2, 0] },
  { fault: '503 for ever', script: () => refuse(503), status: 200, calls: [2, 1] },
  { fault: 'a reset before headers', script: () => resetAtOnce, status: 200, calls: [2, 1] },
  { fault: 'no bytes', script: () => saysNothing, options: { timeouts: { headers: 200 } }, status: 200, calls: [1, 1] },
  { fault: 'a body that is cut', script: () => halfBody, status: 200, calls: [2, 1] },
  { fault: 'an unknown model', script: () => refuse(404, 'model_not_found'), status: 200, calls: [1, 1] },
  { fault: 'a refused key', script: () => refuse(401, 'invalid_api_key'), status: 200, calls: [1, 1] },
  { fault: 'a content filter', script: () => refuse(400, 'content_filter'), status: 400, calls: [1, 0] },
  { fault: 'a bad request', script: () => refuse(400, 'invalid_request_error'), status: 400, calls: [1, 0] },
];

test.each(rows)('$fault: a whole answer obeys the same rules as a streamed one', async (row) => {
  for (const isStream of [false, true]) {
    // A stream that is cut has its own rules.
    if (isStream && row.fault.includes('body')) continue;
    const world = await startWorld({ a: row.script(), b: well }, row.options);
    worlds.push(world);
    const heard = await world.ask({ isStream });
    expect(heard.status).toBe(row.status);
    expect([world.calls('a'), world.calls('b')]).toEqual(row.calls);
    expect(heard.text).toBe(row.status === 200 ? 'All well' : '');
  }
});
