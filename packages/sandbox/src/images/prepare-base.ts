import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SandboxError } from '../core/sandbox-error.ts';
import { debianMirrors } from './debian-mirrors.ts';
import type { DockerClient } from './docker-client.ts';
import { imagesFolder } from './image-tags.ts';
import { runProgram } from './run-program.ts';

/** What the images begin with, unless told otherwise. */
export const defaultBase = 'debian:trixie-slim';

const pullDeadlineMs = 5 * 60_000;

export interface PrepareBaseOptions {
  readonly docker: DockerClient;
  readonly base: string;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Sees that the base image is there: made of Debian's packages where that is possible (root and debootstrap), else
 * pulled from its registry. Throws `SandboxError('unavailable')` with what to do when neither works.
 */
export async function prepareBase({ docker, base, print, signal }: PrepareBaseOptions): Promise<void> {
  if ((await docker.run(['images', '--quiet', base], { signal })) !== '') return;
  if (base === defaultBase && (await canBootstrap(docker.environment, signal))) {
    print(`${base} is not here: making it of Debian's packages, which takes a minute or two.`);
    await makeBase({ docker, base, print, signal });
    return;
  }
  print(`${base} is not here: asking its registry for it.`);
  try {
    await docker.run(['pull', base], { signal: AbortSignal.any([signal, AbortSignal.timeout(pullDeadlineMs)]) });
  } catch (error) {
    signal.throwIfAborted();
    throw new SandboxError('unavailable', missingBase(base), { cause: error });
  }
}

async function makeBase({ docker, base, print, signal }: PrepareBaseOptions): Promise<void> {
  const { main, security } = debianMirrors(aptSources());
  await runProgram(join(imagesFolder, 'make-base.sh'), [docker.program, base, main, security], {
    environment: docker.environment,
    signal,
    onLine: (line) => {
      if (line.startsWith('== ')) print(line.slice(3));
    },
  });
}

async function canBootstrap(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  try {
    await runProgram('debootstrap', ['--version'], { environment, signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function aptSources(): string[] {
  const folder = '/etc/apt/sources.list.d';
  const files = [...namesIn(folder).map((name) => join(folder, name)), '/etc/apt/sources.list'];
  return files.flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8')];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function missingBase(base: string): string {
  return base === defaultBase
    ? `The image ${base} is missing and no registry gave it. On Debian, make it here: apt-get install debootstrap, ` +
        'then run this command again as root. Elsewhere: docker load it from a machine that has it.'
    : `The image ${base} is missing and no registry gave it. Name another one with --base.`;
}
