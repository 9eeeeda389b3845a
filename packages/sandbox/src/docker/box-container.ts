import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { SandboxError } from '../core/sandbox-error.ts';
import { connectionCodeOf, engineError, statusCodeOf } from './engine-error.ts';

/** A running container that nothing has been done in yet. */
export interface BoxContainer {
  readonly id: string;
  readonly container: Docker.Container;
  /** Aborted, with a `SandboxError`, as soon as the container ends for whatever reason, or is to be removed. */
  readonly ended: AbortSignal;
  /** Removes it, whatever runs in it. Resolves when it is gone or the engine does not answer; harmless twice. */
  remove(): Promise<void>;
}

interface BoxContainerOptions {
  readonly docker: Docker;
  readonly image: string;
  readonly hostConfig: Docker.HostConfig;
  readonly labels: Record<string, string>;
  /** It ends by itself then. */
  readonly lifeSeconds: number;
}

const build = 'npm run sandbox build';
const stepMs = 30_000;
const removeMs = 20_000;

/**
 * Makes a container and starts it. Its first process is `cat` on a connection of this process, with a time limit: when
 * the connection is closed, because this process died or the container is not wanted any more, `cat` ends, the container
 * with it, and the engine removes it. So only a container that was not started yet can outlive a killed process; `reap`
 * finds those. Throws `SandboxError`.
 */
export async function createBoxContainer(options: BoxContainerOptions): Promise<BoxContainer> {
  const { docker, image, hostConfig, labels, lifeSeconds } = options;
  // A name of our own: it can be removed even when the engine's answer is lost.
  const name = `parley-box-${randomUUID()}`;
  const named = docker.getContainer(name);
  try {
    const container = await docker.createContainer({
      name,
      Image: image,
      Hostname: 'sandbox',
      User: '1001:1001',
      WorkingDir: '/mnt/data',
      Entrypoint: ['timeout', '-s', 'KILL', String(lifeSeconds)],
      Cmd: ['cat'],
      Healthcheck: { Test: ['NONE'] },
      AttachStdin: true,
      OpenStdin: true,
      StdinOnce: true,
      Tty: false,
      NetworkDisabled: true,
      Labels: labels,
      HostConfig: hostConfig,
      abortSignal: AbortSignal.timeout(stepMs),
    });
    const ended = new AbortController();
    const line = await container.attach({
      stream: true,
      hijack: true,
      stdin: true,
      stdout: false,
      stderr: false,
      abortSignal: AbortSignal.timeout(stepMs),
    });
    line.on('error', () => undefined);
    line.on('close', () => ended.abort(gone()));
    line.resume();
    await container.start({ abortSignal: AbortSignal.timeout(stepMs) });
    let removing: Promise<void> | undefined;
    const remove = async () => {
      if (removing === undefined) {
        removing = removeContainer(container).finally(() => line.end());
        ended.abort(gone());
      }
      await removing;
    };
    return { id: container.id, container, ended: ended.signal, remove };
  } catch (error) {
    await removeContainer(named);
    throw creationError(error, image);
  }
}

function gone(): SandboxError {
  return new SandboxError('engine', 'The container is gone. The next run gets a new one.');
}

function creationError(error: unknown, image: string): SandboxError {
  if (statusCodeOf(error) === 404 && error instanceof Error && /no such image/i.test(error.message)) {
    return new SandboxError('unavailable', `The image ${image} is not built. What helps: ${build}`, { cause: error });
  }
  if (connectionCodeOf(error) !== undefined) {
    return new SandboxError('unavailable', 'The Docker engine cannot be reached.', { cause: error });
  }
  if (error instanceof Error && /no space left|disk quota/i.test(error.message)) {
    return new SandboxError('engine', 'The disk of the machine that runs code is full.', { cause: error });
  }
  return engineError(error);
}

/** Removes a container by id or name, and waits until it is gone. What fails here is left to `reap`. */
async function removeContainer(container: Docker.Container): Promise<void> {
  const abortSignal = AbortSignal.timeout(removeMs);
  try {
    await container.remove({ force: true, v: true, abortSignal });
  } catch (error) {
    // 409: it is being removed already, because it ended.
    if (statusCodeOf(error) === 409) await container.wait({ condition: 'removed', abortSignal }).catch(() => undefined);
  }
}
