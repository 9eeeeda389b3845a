import { once } from 'node:events';
import { createServer, request as httpRequest, type ClientRequest, type IncomingMessage, type Server } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRunner } from '../runner/create-runner.ts';
import { createFakeEngine, type FakeEngine } from '../testing/fake-engine.ts';
import { createKeptFiles, failureOf, requestOf, runProgram } from '../testing/run-program.ts';
import { createRemoteRunner } from './create-remote-runner.ts';
import { encodeFrame } from './frames.ts';
import { serveRunner } from './serve-runner.ts';

const token = 'a token of thirty-two characters or more';

async function serve(options: { engine?: FakeEngine; mostRuns?: number } = {}) {
  const { engine = createFakeEngine(), ...more } = options;
  const runner = createRunner({ engine, warm: {} });
  const server = await serveRunner({ runner, token, host: '127.0.0.1', port: 0, ...more });
  onTestFinished(async () => {
    await server.close();
    await runner.close();
  });
  return { engine, server, runner, url: server.url };
}

function remoteOf(url: string, its = token) {
  const remote = createRemoteRunner({ url, token: its });
  onTestFinished(() => remote.close());
  return remote;
}

const authorization = { authorization: `Bearer ${token}` };

/** Stands between two, and can cut them off or hold everything back. */
async function cuttable(url: string) {
  const sockets: Socket[] = [];
  const proxy = createTcpServer((socket) => {
    const upstream = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket, upstream);
    socket.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return {
    url: `http://127.0.0.1:${portOf(proxy)}`,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function portOf(server: Pick<Server, 'address'>): number {
  return (server.address() as AddressInfo).port;
}

test('a short token is refused', async () => {
  const runner = createRunner({ engine: createFakeEngine() });
  onTestFinished(() => runner.close());
  await expect(serveRunner({ runner, token: 'short', host: '127.0.0.1', port: 0 })).rejects.toMatchObject({
    code: 'invalid',
  });
});

test('only who knows the token may do anything; health is for everybody', async () => {
  const { url, engine } = await serve();
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: token }]) {
    for (const [method, path] of [
      ['GET', '/v1/status'],
      ['POST', '/v1/runs'],
      ['DELETE', '/v1/workspaces/a/b'],
      ['PUT', '/v1/runs/a/files/0'],
      ['GET', '/nothing'],
    ] as const) {
      const response = await fetch(`${url}${path}`, { method, headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'unavailable' });
    }
  }
  const remote = remoteOf(url, 'another token of thirty-two characters');
  expect(await remote.status()).toMatchObject({ enabled: false, reason: expect.stringContaining('SANDBOX_TOKEN') });
  await expect(runProgram(remote, {})).rejects.toMatchObject({ code: 'unavailable' });
  expect(engine.opened).toBe(0);
});

test('what cannot be meant is refused, and never more is read than may be', async () => {
  const { url } = await serve();
  const post = (body: string) => fetch(`${url}/v1/runs`, { method: 'POST', headers: authorization, body });
  expect((await post('{')).status).toBe(400);
  expect((await post('{"code":1}')).status).toBe(400);
  expect((await fetch(`${url}/v1/runs/%ff`, { method: 'DELETE', headers: authorization })).status).toBe(400);
  expect((await fetch(`${url}/v1/runs`, { headers: authorization })).status).toBe(404);
  expect((await fetch(`${url}/v1/runs/a/files/0`, { method: 'PUT', headers: authorization, body: 'x' })).status).toBe(
    404,
  );
  const endless = httpRequest(`${url}/v1/runs`, { method: 'POST', headers: authorization });
  const answered = once(endless, 'response') as Promise<[IncomingMessage]>;
  endless.on('error', () => undefined);
  const sent = await writeUntilAnswered(endless, answered);
  expect((await answered)[0].statusCode).toBe(413);
  expect(sent).toBeLessThan(64 * 1024 * 1024);
  endless.destroy();
});

async function writeUntilAnswered(request: ClientRequest, answered: Promise<unknown>): Promise<number> {
  const done = answered.then(() => 'answered');
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  for (let sent = chunk.length; ; sent += chunk.length) {
    const room = request.write(chunk) ? new Promise(setImmediate) : once(request, 'drain');
    if ((await Promise.race([done, room])) === 'answered') return sent;
  }
}

test('only so many are talked to at once', async () => {
  const { url, engine } = await serve({ mostRuns: 1 });
  const remote = remoteOf(url);
  const stop = new AbortController();
  const first = failureOf(runProgram(remote, { code: 'wait' }, { signal: stop.signal }));
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(1));
  await expect(runProgram(remote, {})).rejects.toMatchObject({ code: 'queue-full' });
  stop.abort(new Error('enough'));
  await first;
  await runProgram(remote, {});
});

test('a file of another size than was said ends the run', async () => {
  const { url, engine } = await serve();
  const remote = remoteOf(url);
  const sizes = [
    [2_000_000, 'smaller'],
    [10, 'larger'],
  ] as const;
  for (const [size, word] of sizes) {
    const files = [{ name: 'a', size, sha256: '0'.repeat(64) }];
    const kept = createKeptFiles({ a: 'x'.repeat(1_000_000) });
    const failure = await failureOf(runProgram(remote, { files }, { files: kept }));
    expect(failure).toMatchObject({ code: 'invalid', message: expect.stringContaining(word) });
  }
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(0));
});

test('a caller that is cut off ends its run, and hears that it was', async () => {
  const { url, engine } = await serve();
  const proxy = await cuttable(url);
  const remote = remoteOf(proxy.url);
  const failure = failureOf(runProgram(remote, { code: 'print on\nwait' }));
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(1));
  proxy.cut();
  expect(await failure).toMatchObject({ name: 'SandboxError', code: 'engine' });
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(0));
  expect((await runProgram(remote, {})).result.stdout).toBe('hello\n');
});

test('a caller that goes away as soon as it has asked, or a little later, leaves nothing', async () => {
  const { url, engine } = await serve();
  const body = JSON.stringify(requestOf({ code: 'wait' }));
  for (let patience = 0; patience < 20; patience += 1) {
    const request = httpRequest(`${url}/v1/runs`, { method: 'POST', headers: authorization });
    request.on('error', () => undefined);
    request.end(body);
    for (let waited = 0; waited < patience; waited += 1) await new Promise(setImmediate);
    request.destroy();
  }
  expect((await runProgram(remoteOf(url), {})).result.stdout).toBe('hello\n');
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(1));
});

test('a caller that is cut off while it sends a file ends its run', async () => {
  const { url, engine } = await serve();
  const proxy = await cuttable(url);
  const remote = remoteOf(proxy.url);
  const begun = Promise.withResolvers<void>();
  const read = async function* half(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    begun.resolve();
    await Promise.withResolvers<void>().promise;
  };
  const files = createKeptFiles({ a: 'half and half' });
  const failure = failureOf(runProgram(remote, {}, { files, read }));
  await begun.promise;
  proxy.cut();
  expect(await failure).toMatchObject({ code: 'engine' });
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(0));
});

test('a server that ends ends its runs with words; afterwards it cannot be reached', async () => {
  const { url, engine, server } = await serve();
  const remote = remoteOf(url);
  const failure = failureOf(runProgram(remote, { code: 'print on\nwait' }));
  await vi.waitFor(() => expect(engine.boxes).toHaveLength(1));
  await server.close();
  expect(await failure).toMatchObject({ code: 'unavailable', message: 'Code execution ends here.' });
  expect(engine.boxes).toHaveLength(0);
  await expect(runProgram(remote, {})).rejects.toMatchObject({ code: 'unavailable' });
  expect(await remote.status({ fresh: true })).toMatchObject({
    enabled: false,
    reason: 'The code runner cannot be reached.',
    remedy: expect.any(String),
  });
});

test('a reader that is slow holds its own run back, not the memory of the server', async () => {
  const { url } = await serve();
  const remote = remoteOf(url);
  const code = Array.from({ length: 40 }, (_each, index) => `fill f${index} 2000000`).join('\n');
  const run = remote.run(requestOf({ code }), {
    signal: new AbortController().signal,
    read: (file) => createKeptFiles().read(file),
  });
  let files = 0;
  for (let step = await run.next(); step.done !== true; step = await run.next()) {
    if (step.value.type === 'file') files += 1;
    await new Promise(setImmediate);
  }
  expect(files).toBe(40);
});

test('what answers but is no runner is not taken for one', async () => {
  const other = createServer((_request, response) => response.end('<html>hello</html>'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => {
    other.closeAllConnections();
    other.close();
  });
  const remote = remoteOf(`http://127.0.0.1:${portOf(other)}`);
  expect(await remote.status()).toMatchObject({ enabled: false });
  await expect(runProgram(remote, {})).rejects.toMatchObject({ name: 'SandboxError' });
});

test('a runner that falls silent in the midst of a run is given up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const asked = Promise.withResolvers<void>();
  const silent = createServer((_request, response) => {
    response.writeHead(200, { 'parley-run': 'some-run' });
    response.write(Buffer.concat([...encodeFrame({ type: 'started' })]), () => asked.resolve());
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const started = Promise.withResolvers<void>();
  const remote = remoteOf(`http://127.0.0.1:${portOf(silent)}`);
  const failure = failureOf(runProgram(remote, {}, {}, () => started.resolve()));
  await Promise.all([asked.promise, started.promise]);
  await new Promise(setImmediate);
  await vi.advanceTimersByTimeAsync(35_000);
  expect(await failure).toMatchObject({ code: 'engine', message: 'The code runner fell silent.' });
});
