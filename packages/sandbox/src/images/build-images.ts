import type { ImageTarget } from '../core/languages.ts';
import { createBuildProgress } from './build-progress.ts';
import type { DockerClient } from './docker-client.ts';
import { imagesFolder, imageTag } from './image-tags.ts';
import { defaultBase, prepareBase } from './prepare-base.ts';

/** The label of an image that names what it was built on. */
const baseLabel = 'parley.sandbox.base';

export interface BuildImagesOptions {
  readonly docker: DockerClient;
  readonly targets: readonly ImageTarget[];
  /** The image they begin with; Debian 13 or made of it. Absent: `debian:trixie-slim`. */
  readonly base?: string;
  /** Builds all of them anew, with the packages of today. */
  readonly isFresh?: boolean;
  readonly print: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface BuiltImage {
  readonly target: ImageTarget;
  /** Name and tag. */
  readonly tag: string;
  /** `false`: it was there already. */
  readonly isNew: boolean;
  readonly seconds: number;
  /** Bytes, with what it shares with others. */
  readonly size: number;
}

/**
 * Sees that each of these images is there, built from the folder as it is and on that base; says what it does. Throws
 * `SandboxError('unavailable')` with the end of what the builder printed.
 */
export async function buildImages(options: BuildImagesOptions): Promise<readonly BuiltImage[]> {
  const { docker, targets, base = defaultBase, isFresh = false, print, signal } = options;
  const built: BuiltImage[] = [];
  let isBaseReady = false;
  for (const target of targets) {
    const tag = imageTag(target);
    const begin = performance.now();
    let size = isFresh ? undefined : await sizeOf(docker, tag, base, signal);
    const isNew = size === undefined;
    if (size === undefined) {
      if (!isBaseReady) await prepareBase({ docker, base, print, signal });
      isBaseReady = true;
      await docker.run(buildCommand({ target, tag, base, isFresh }), {
        signal,
        onLine: createBuildProgress(target, print),
      });
      size = (await sizeOf(docker, tag, base, signal)) ?? 0;
    }
    const image = { target, tag, isNew, seconds: (performance.now() - begin) / 1000, size };
    print(report(image));
    built.push(image);
  }
  return built;
}

function buildCommand(build: { target: ImageTarget; tag: string; base: string; isFresh: boolean }): string[] {
  const { target, tag, base, isFresh } = build;
  return [
    'build',
    // The host's network: that of the engine may not reach the mirror, and nothing listens while an image is built.
    '--network=host',
    `--target=${target}`,
    `--build-arg=BASE_IMAGE=${base}`,
    `--label=${baseLabel}=${base}`,
    `--tag=${tag}`,
    `--tag=parley-sandbox-${target}:latest`,
    ...(isFresh ? ['--no-cache'] : []),
    imagesFolder,
  ];
}

/** Bytes of the image if it is there and stands on that base. */
async function sizeOf(docker: DockerClient, tag: string, base: string, signal: AbortSignal) {
  const format = `{{.Size}} {{index .Config.Labels "${baseLabel}"}}`;
  const known = await docker.run(['images', '--quiet', tag], { signal });
  if (known === '') return undefined;
  const [size, builtOn] = (await docker.run(['image', 'inspect', '--format', format, tag], { signal })).split(' ');
  return builtOn === base ? Number(size) : undefined;
}

function report({ target, tag, isNew, seconds, size }: BuiltImage): string {
  const state = isNew ? `built in ${seconds.toFixed(1)} s` : 'unchanged';
  return `${target.padEnd(8)} ${state}, ${Math.round(size / 1e6)} MB, ${tag}`;
}
