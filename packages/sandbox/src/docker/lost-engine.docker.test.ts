import { randomUUID } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { openRealEngine, whyNoRealEngine } from '../testing/real-engine.ts';
import { createDockerEngine } from './docker-engine.ts';

const why = await whyNoRealEngine('python');
const never = new AbortController().signal;
const spec = { image: 'python', memoryBytes: 128 * 1024 * 1024 } as const;
const real = openRealEngine();

const place = 'socketPath' in real.address ? { path: real.address.socketPath } : real.address;

/** A way to the engine that can be cut. */
async function openWay() {
  const socketPath = join(tmpdir(), `way-${randomUUID()}.sock`);
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ ...place, allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  const listen = async () => {
    await new Promise<void>((resolve) => {
      server.listen(socketPath, resolve);
    });
  };
  const cut = async () => {
    const closed = new Promise((resolve) => {
      server.close(resolve);
    });
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen();
  return { socketPath, listen, cut };
}

afterAll(async () => {
  await real.engine.close();
});

test.skipIf(why !== undefined)(
  'a run whose engine is lost fails, its box ends by itself, and the next run is fine',
  async () => {
    const way = await openWay();
    const engine = createDockerEngine({
      docker: { socketPath: way.socketPath },
      instance: real.instance,
      limits: real.limits,
    });
    const box = await engine.open(spec, never);
    const command = {
      language: 'python',
      code: 'print(1, flush=True)\nimport time\ntime.sleep(20)',
      args: [],
      stdin: '',
    } as const;
    let cutting: Promise<void> | undefined;
    const sink = () => {
      cutting ??= way.cut();
      return true;
    };
    await expect(box.exec(command, sink, never)).rejects.toMatchObject({ name: 'SandboxError', code: 'engine' });
    await cutting;
    expect(box.isAlive()).toBe(false);
    await expect(engine.open(spec, never)).rejects.toMatchObject({ code: 'unavailable' });
    await vi.waitFor(async () => expect(await real.containers()).toEqual([]), 20_000);

    await way.listen();
    const next = await engine.open(spec, never);
    const end = await next.exec({ ...command, code: 'print(2)' }, () => true, never);
    expect(end).toMatchObject({ exitCode: 0, reason: 'ok' });
    await engine.close();
    expect(await real.containers()).toEqual([]);
    await way.cut();
  },
);
