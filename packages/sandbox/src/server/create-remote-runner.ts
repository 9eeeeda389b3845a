import type { RunEvent, RunPorts, RunRequest, RunResult, SandboxRunner } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { statusWhileOff } from '../runner/describe-status.ts';
import { createEventChannel } from '../runner/event-channel.ts';
import { joinEvents } from '../runner/join-events.ts';
import { createStatusWatch } from '../runner/status-watch.ts';
import { readJson } from './read-json.ts';
import { followRun } from './follow-run.ts';
import { createRemoteRequests } from './remote-requests.ts';
import { statusSchema } from './wire.ts';

interface RemoteRunnerOptions {
  /** Where `parley-sandbox serve` listens. */
  readonly url: string;
  /** The one it was given. */
  readonly token: string;
}

const answerMs = 10_000;
const freshStatusMs = 120_000;
const closeMs = 60_000;
const mostStatusBytes = 1024 * 1024;
const remedy = 'docker compose up -d sandbox';

/** A runner that runs elsewhere, behind `serveRunner`. While it cannot be reached, its status says so. */
export function createRemoteRunner({ url, token }: RemoteRunnerOptions): SandboxRunner {
  const remote = createRemoteRequests(url, token);
  const life = new AbortController();
  const running = new Set<Promise<RunResult>>();

  const watch = createStatusWatch(async ({ fresh }, signal) => {
    const milliseconds = fresh ? freshStatusMs : answerMs;
    const query = fresh ? 'fresh=1' : '';
    try {
      const response = await remote.send({ method: 'GET', path: ['status'], query, signal, milliseconds });
      return await readJson(response, statusSchema, mostStatusBytes);
    } catch (error) {
      return statusWhileOff(error instanceof SandboxError ? error.message : 'The code runner gave no status.', remedy);
    }
  }, life.signal);

  async function* run(request: RunRequest, ports: RunPorts): AsyncGenerator<RunEvent, RunResult> {
    life.signal.throwIfAborted();
    ports.signal.throwIfAborted();
    const ending = new AbortController();
    const channel = createEventChannel(joinEvents);
    const signal = AbortSignal.any([ports.signal, ending.signal, life.signal]);
    const onEvent = (event: RunEvent) => channel.push(event);
    const done = followRun({ remote, request, ports: { ...ports, signal }, onEvent }).finally(() => {
      running.delete(done);
      channel.end();
    });
    running.add(done);
    try {
      yield* channel.read();
      return await done;
    } catch (error) {
      if (error instanceof SandboxError && (error.code === 'engine' || error.code === 'unavailable')) watch.doubt();
      throw error;
    } finally {
      ending.abort(new SandboxError('engine', 'Nobody waits for this run any more.'));
      await Promise.allSettled([done]);
    }
  }

  return {
    status: (options) => watch.status(options),
    run,
    async closeWorkspace(owner, workspace) {
      const path = ['workspaces', owner, workspace];
      const response = await remote.send({ method: 'DELETE', path, signal: life.signal, milliseconds: closeMs });
      response.resume();
    },
    async close() {
      life.abort(new SandboxError('unavailable', 'Code execution ends here.'));
      await Promise.allSettled(running);
      remote.close();
    },
  };
}
