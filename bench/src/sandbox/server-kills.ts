import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createRemoteRunner } from '@parley/sandbox';
import { freePort } from '../world/free-port.ts';
import { installRoot } from '../world/install-root.ts';
import { runProcess } from '../world/run-process.ts';
import type { RunningProcess } from '../world/run-process.ts';
import { answers, untilReady } from '../world/until-ready.ts';
import { runOnce } from './one-run.ts';
import type { Program } from './programs.ts';

/** What many runs and as many surprises left behind. */
export interface KillReport {
  readonly runs: number;
  readonly kills: number;
  /** Runs that had to be asked for again because the server died under them. */
  readonly repeated: number;
  /** Containers when the last server had started again, beyond those it keeps ready, and when it had ended. */
  readonly leftAfterStart: number;
  readonly leftAfterEnd: number;
  readonly seconds: number;
}

interface KillOptions {
  readonly runs: number;
  readonly width: number;
  readonly programs: readonly Program[];
  /** Mean milliseconds between two kills. */
  readonly everyMs: number;
}

/** Runs programs at `parley-sandbox serve` while it is killed at random and started again. */
export async function countLeaks({ runs, width, programs, everyMs }: KillOptions): Promise<KillReport> {
  const port = await freePort();
  const token = randomBytes(24).toString('hex');
  const instance = `bench-${randomUUID()}`;
  const url = `http://127.0.0.1:${port}`;
  const start = async (): Promise<RunningProcess> => {
    const cli = path.join(installRoot, 'packages/sandbox/src/cli.ts');
    const server = runProcess(process.execPath, [cli, 'serve', '--port', String(port)], {
      variables: { SANDBOX_TOKEN: token, SANDBOX_INSTANCE: instance },
    });
    await untilReady(server, 'The runner', () => answers(`${url}/health`));
    return server;
  };

  const startedAt = performance.now();
  const runner = createRemoteRunner({ url, token });
  let server = await start();
  let kills = 0;
  let left = runs;
  let repeated = 0;
  const over = new AbortController();

  async function killNowAndThen(): Promise<void> {
    while (!over.signal.aborted) {
      await delay(everyMs * (0.2 + 1.6 * Math.random()), undefined, { signal: over.signal }).catch(() => undefined);
      if (over.signal.aborted) return;
      await server.end('SIGKILL');
      kills += 1;
      server = await start();
    }
  }

  async function keepRunning(): Promise<void> {
    const place = { owner: randomUUID(), workspace: randomUUID() };
    while (left > 0) {
      left -= 1;
      const program = programs[left % programs.length];
      if (program === undefined) throw new Error('There is nothing to run.');
      await untilRun(program, place);
    }
  }

  async function untilRun(program: Program, place: { owner: string; workspace: string }): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      try {
        await runOnce(runner, program, place);
        return;
      } catch {
        repeated += 1;
        await delay(200);
      }
    }
    throw new Error(`${program.name} did not run within fifty attempts.`);
  }

  const killing = killNowAndThen();
  await Promise.all(Array.from({ length: width }, keepRunning));
  over.abort();
  await killing;
  await server.end('SIGKILL');
  server = await start();
  const leftAfterStart = await untilFew(instance);
  await server.end('SIGTERM', 30_000);
  const leftAfterEnd = containersOf(instance);
  await runner.close();
  const seconds = (performance.now() - startedAt) / 1_000;
  return { runs, kills, repeated, leftAfterStart, leftAfterEnd, seconds };
}

/** The number of an instance's containers, when it does not fall any more within 15 s. */
async function untilFew(instance: string): Promise<number> {
  let count = containersOf(instance);
  for (let round = 0; round < 30 && count > 0; round += 1) {
    await delay(500);
    count = containersOf(instance);
  }
  return count;
}

function containersOf(instance: string): number {
  const filter = `label=parley.sandbox.instance=${instance}`;
  const listed = execFileSync('docker', ['ps', '-aq', '--filter', filter], { encoding: 'utf8' });
  return listed.split('\n').filter(Boolean).length;
}
