import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import type { RunLimits } from '../core/limits.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import type { SandboxEngine } from '../engine/sandbox-engine.ts';
import { imageTag } from '../images/image-tags.ts';
import { createBoxContainer, type BoxContainer } from './box-container.ts';
import { labelsFor } from './box-labels.ts';
import { createDockerBox } from './docker-box.ts';
import { createEngineStatus } from './engine-status.ts';
import type { EngineAddress } from './explain-engine-failure.ts';
import { hostConfig, type BoxHostConfig } from './host-config.ts';
import { reapBoxes } from './reap-boxes.ts';
import { testedBox } from './self-test.ts';
import { within } from './within.ts';

export interface DockerEngineOptions {
  readonly docker: EngineAddress;
  /** Names the install whose boxes these are, the same after a restart. */
  readonly instance: string;
  readonly limits: RunLimits;
  /** Of the engine, such as `runsc`. Absent: the engine's own. */
  readonly runtime?: string;
  readonly log?: SandboxLog;
}

/** A box ends after this time by itself, whoever holds it. */
const lifeSeconds = 7_200;
/** No run begins in an older one, so that its life does not end during a run. */
const youthMs = 3_600_000;

/** Boxes in containers of a Docker engine, which is not touched before it is asked for something. */
export function createDockerEngine(options: DockerEngineOptions): SandboxEngine {
  const { docker: address, instance, limits, runtime, log = () => undefined } = options;
  // Whatever is not named here is read from variables of the environment.
  const docker = new Docker({ host: undefined, protocol: 'http', ...address });
  const owner = { instance, runner: randomUUID() };
  const bornAt = Date.now();
  const boxes = new Set<BoxContainer>();
  /** Containers that are being made, or removed because nobody waits for them any more. */
  const pending = new Set<Promise<unknown>>();
  const closing = new AbortController();

  const track = (work: Promise<unknown>) => {
    const settled: Promise<unknown> = work.catch(() => undefined).finally(() => pending.delete(settled));
    pending.add(settled);
  };

  /** The engine is never left while it makes a container: one that nobody waits for any more is removed when it is there. */
  async function make(image: string, config: BoxHostConfig, signal: AbortSignal): Promise<BoxContainer> {
    const either = AbortSignal.any([signal, closing.signal]);
    either.throwIfAborted();
    const labels = labelsFor(owner, Date.now(), lifeSeconds);
    const making = createBoxContainer({ docker, image, hostConfig: config, labels, lifeSeconds });
    track(making);
    try {
      const container = await within(making, either);
      boxes.add(container);
      const forget = () => {
        boxes.delete(container);
        track(container.remove());
      };
      if (container.ended.aborted) forget();
      container.ended.addEventListener('abort', forget, { once: true });
      return container;
    } catch (error) {
      track(making.then(async (container) => await container.remove()));
      throw error;
    }
  }

  return {
    status: createEngineStatus({
      docker,
      address,
      runtime,
      openTested: async (image, signal) =>
        await make(image, hostConfig(testedBox, { ...limits, ...testedBox }, runtime), signal),
      log,
    }),
    async open({ image, memoryBytes }, signal) {
      const box = await make(imageTag(image), hostConfig({ memoryBytes }, limits, runtime), signal);
      return createDockerBox({ box, image, limits, lastStart: Date.now() + youthMs });
    },
    reap: async () => await reapBoxes(docker, owner, bornAt),
    async close() {
      closing.abort(new SandboxError('engine', 'Running code is being shut down.'));
      await Promise.all(pending);
      await Promise.all([...boxes].map(async (box) => await box.remove()));
      await Promise.all(pending);
    },
  };
}
