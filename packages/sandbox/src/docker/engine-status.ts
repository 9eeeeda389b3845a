import type Docker from 'dockerode';
import * as z from 'zod/mini';
import type { ImageTarget, LanguageId } from '../core/languages.ts';
import { languages } from '../core/languages.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import type { EngineStatus, SandboxEngine } from '../engine/sandbox-engine.ts';
import { imageTag, imageTargets, versionsLabel } from '../images/image-tags.ts';
import type { BoxContainer } from './box-container.ts';
import { explainEngineFailure, type EngineAddress, type Obstacle } from './explain-engine-failure.ts';
import { selfTest } from './self-test.ts';
import { within } from './within.ts';

interface EngineStatusOptions {
  readonly docker: Docker;
  readonly address: EngineAddress;
  readonly runtime: string | undefined;
  /** A box of the size of `testedBox`. */
  readonly openTested: (image: string, signal: AbortSignal) => Promise<BoxContainer>;
  readonly log: SandboxLog;
}

interface FoundEngine {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly runtime: string;
}

interface FoundImage {
  readonly id: string;
  readonly tag: string;
  readonly versions: Readonly<Partial<Record<LanguageId, string>>>;
}

const answerMs = 5_000;
const testMs = 15_000;
const testsAtOnce = 2;
/** Of Docker Engine 20.10. */
const oldestApi = 41;
const build = 'npm run sandbox build';
/** Runtimes that do not share the kernel of the host. */
const ownKernels = /runsc|kata/;

/** Looks at the engine and its images; what passed its test is not tested again on the same engine. Throws as the signal does. */
export function createEngineStatus(options: EngineStatusOptions): SandboxEngine['status'] {
  const { docker, address, runtime, openTested, log } = options;
  const passed = new Set<string>();

  /** Why boxes of this image do not hold, or nothing. */
  async function flawOf(engine: FoundEngine, image: FoundImage, signal: AbortSignal): Promise<string | undefined> {
    const key = `${engine.id} ${engine.version} ${engine.runtime} ${image.id}`;
    if (passed.has(key)) return undefined;
    const begin = performance.now();
    try {
      const soon = AbortSignal.any([signal, AbortSignal.timeout(testMs)]);
      const box = await openTested(image.tag, soon);
      try {
        const failures = await selfTest(box, ownKernels.test(engine.runtime), soon);
        log(failures.length === 0 ? 'info' : 'error', 'Container tested', {
          image: image.tag,
          passed: failures.length === 0,
          milliseconds: Math.round(performance.now() - begin),
        });
        if (failures.length === 0) passed.add(key);
        return failures.length === 0 ? undefined : failures.join('; ');
      } finally {
        void box.remove();
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SandboxError) return withCause(error);
      return 'it took too long';
    }
  }

  async function firstFlaw(engine: FoundEngine, found: readonly FoundImage[], signal: AbortSignal) {
    let flaw: string | undefined;
    const left = [...found];
    const testNext = async (): Promise<void> => {
      for (let image = left.shift(); image !== undefined && flaw === undefined; image = left.shift()) {
        flaw = (await flawOf(engine, image, signal)) ?? flaw;
      }
    };
    await Promise.all(Array.from({ length: testsAtOnce }, testNext));
    return flaw;
  }

  return async (signal): Promise<EngineStatus> => {
    const nothing = new Map<ImageTarget, FoundImage>();
    const tags = new Map(imageTargets.map((target) => [target, imageTag(target)]));
    let engine: FoundEngine;
    let images: Map<ImageTarget, FoundImage>;
    try {
      const soon = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
      const found = await findEngine(docker, runtime, soon);
      if ('remedy' in found) return { usable: false, ...found, images: nothing };
      engine = found;
      images = await findImages(docker, tags, soon);
    } catch (error) {
      signal.throwIfAborted();
      return { usable: false, ...explainEngineFailure(error, address), images: nothing };
    }
    const { id: _, ...told } = engine;
    if (images.size === 0) {
      return { usable: false, reason: 'No image of a language is built.', remedy: build, engine: told, images };
    }
    const flaw = await firstFlaw(engine, [...images.values()], signal);
    if (flaw === undefined) return { usable: true, engine: told, images };
    const reason = `Containers of this engine failed their test: ${flaw}.`;
    return { usable: false, reason, remedy: 'npm run sandbox check', engine: told, images };
  };
}

const infoSchema = z.object({
  ID: z.string(),
  OSType: z.string(),
  Runtimes: z.record(z.string(), z.unknown()),
  DefaultRuntime: z.string(),
});

async function findEngine(
  docker: Docker,
  runtime: string | undefined,
  signal: AbortSignal,
): Promise<FoundEngine | Obstacle> {
  const [rawInfo, version] = await within(Promise.all([docker.info(), docker.version()]), signal);
  const [major, minor] = version.ApiVersion.split('.').map(Number);
  if (major === 1 && (minor ?? 0) < oldestApi) {
    return {
      reason: `The Docker engine ${version.Version} is too old; 20.10 is the first that will do.`,
      remedy: 'curl -fsSL https://get.docker.com | sudo sh',
    };
  }
  const info = infoSchema.parse(rawInfo);
  if (info.OSType !== 'linux') {
    return { reason: 'The Docker engine does not run Linux containers.', remedy: 'docker context use desktop-linux' };
  }
  const name = runtime ?? info.DefaultRuntime;
  if (!(name in info.Runtimes)) {
    return { reason: `The Docker engine has no runtime "${name}".`, remedy: `sudo ${name} install` };
  }
  const runc = version.Components.find((component) => component.Name === 'runc')?.Version;
  const told = name === 'runc' && runc !== undefined ? `runc ${runc}` : name;
  return { id: info.ID, name: 'Docker', version: version.Version, runtime: told };
}

async function findImages(
  docker: Docker,
  tags: ReadonlyMap<ImageTarget, string>,
  abortSignal: AbortSignal,
): Promise<Map<ImageTarget, FoundImage>> {
  const filters = JSON.stringify({ reference: ['parley-sandbox-*'] });
  const listed = await docker.listImages({ filters, abortSignal });
  const found = new Map<ImageTarget, FoundImage>();
  for (const [target, tag] of tags) {
    const image = listed.find(({ RepoTags }) => RepoTags?.includes(tag));
    if (image !== undefined) found.set(target, { id: image.Id, tag, versions: versionsIn(image.Labels) });
  }
  return found;
}

const versionsSchema = z.record(z.string(), z.string());

function versionsIn(labels: Readonly<Record<string, string>> | null): FoundImage['versions'] {
  const label = labels?.[versionsLabel];
  if (label === undefined) return {};
  const versions = versionsSchema.parse(JSON.parse(label));
  return Object.fromEntries(languages.flatMap(({ id }) => (versions[id] === undefined ? [] : [[id, versions[id]]])));
}

function withCause({ message, cause }: SandboxError): string {
  const detail = cause instanceof Error ? ` (${cause.message.trim()})` : '';
  return `${message.replace(/\.$/, '')}${detail}`;
}
