import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { SandboxRunner } from '../core/run.ts';
import { boxLabels } from '../docker/box-labels.ts';
import { openRealEngine, whyNoRealEngine } from '../testing/real-engine.ts';
import { createKeptFiles, failureOf, runProgram } from '../testing/run-program.ts';
import { createRemoteRunner } from './create-remote-runner.ts';

const whyNot = await whyNoRealEngine('python');
const token = 'a token of thirty-two characters or more';
const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
const { docker } = openRealEngine();

describe.skipIf(whyNot !== undefined)('parley-sandbox serve', () => {
  const processes: ChildProcess[] = [];
  const remotes: SandboxRunner[] = [];

  afterEach(async () => {
    for (const remote of remotes.splice(0)) await remote.close();
    for (const each of processes.splice(0)) await end(each, 'SIGTERM');
  });

  async function serve(port: number): Promise<ChildProcess> {
    const server = spawn(process.execPath, [cli, 'serve', '--port', String(port)], {
      env: { ...process.env, SANDBOX_TOKEN: token },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    processes.push(server);
    for await (const line of createInterface({ input: server.stdout })) {
      if (line.startsWith('Ready: ')) return server;
    }
    throw new Error('It ended before it was ready');
  }

  function connectTo(port: number): SandboxRunner {
    const remote = createRemoteRunner({ url: `http://127.0.0.1:${port}`, token });
    remotes.push(remote);
    return remote;
  }

  test('leaves no container when it is killed in the midst of runs, and serves again', async () => {
    const port = await freePort();
    const first = await serve(port);
    const remote = connectTo(port);
    const files = createKeptFiles();
    await runProgram(remote, { code: 'open("a.txt", "w").write("kept")' }, { files });
    const printed = Promise.withResolvers<void>();
    const failure = failureOf(
      runProgram(remote, { code: 'import time\nprint("on")\ntime.sleep(60)' }, { files }, (event) => {
        if (event.type === 'stdout') printed.resolve();
      }),
    );
    const starting = failureOf(runProgram(remote, { workspace: 'other', code: 'print(1)' }));
    await printed.promise;
    await end(first, 'SIGKILL');
    expect(await failure).toMatchObject({ name: 'SandboxError', code: 'engine' });
    await starting;
    expect(await remote.status({ fresh: true })).toMatchObject({ enabled: false });
    await serve(port);
    await vi.waitFor(async () => expect(await containersOf(port)).toEqual([]), { timeout: 20_000, interval: 250 });
    const { result } = await runProgram(remote, { code: 'print(open("a.txt").read())' }, { files });
    expect(result).toMatchObject({ box: 'cold', stdout: 'kept\n' });
  });

  test('removes its containers when it is asked to end, and says why its runs ended', async () => {
    const port = await freePort();
    const server = await serve(port);
    const remote = connectTo(port);
    const printed = Promise.withResolvers<void>();
    const failure = failureOf(
      runProgram(remote, { code: 'import time\nprint("on")\ntime.sleep(60)' }, {}, (event) => {
        if (event.type === 'stdout') printed.resolve();
      }),
    );
    await printed.promise;
    expect(await containersOf(port)).not.toEqual([]);
    await end(server, 'SIGTERM');
    expect(server.exitCode).toBe(0);
    expect(await failure).toMatchObject({ code: 'unavailable', message: 'Code execution ends here.' });
    expect(await containersOf(port)).toEqual([]);
  });
});

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, 'exit');
  server.kill(signal);
  await gone;
}

async function containersOf(port: number): Promise<readonly string[]> {
  const label = [`${boxLabels.instance}=serve-${hostname()}-${port}`];
  return (await docker.listContainers({ all: true, filters: { label } })).map(({ Id }) => Id);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
