import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { dockerAddress } from '../cli/docker-address.ts';
import { defaultLimits, type RunLimits } from '../core/limits.ts';
import type { ImageTarget } from '../core/languages.ts';
import { boxLabels } from '../docker/box-labels.ts';
import { createDockerEngine } from '../docker/docker-engine.ts';
import type { EngineAddress } from '../docker/explain-engine-failure.ts';
import type { SandboxEngine } from '../engine/sandbox-engine.ts';

/** An engine for one test file, with boxes of its own. */
export interface RealEngine {
  readonly engine: SandboxEngine;
  readonly limits: RunLimits;
  /** Where it listens. */
  readonly address: EngineAddress;
  /** To look at containers from outside. */
  readonly docker: Docker;
  /** Of this engine. */
  readonly instance: string;
  /** Ids of its containers, whatever their state. */
  containers(): Promise<readonly string[]>;
}

const address = dockerAddress(process.env['DOCKER_HOST']);

/** Opens it; close `engine` at the end. */
export function openRealEngine(changes: Partial<RunLimits> = {}): RealEngine {
  const docker = new Docker({ host: undefined, protocol: 'http', ...address });
  const limits = { ...defaultLimits, ...changes };
  const instance = `test-${randomUUID()}`;
  return {
    engine: createDockerEngine({ docker: address, instance, limits }),
    limits,
    address,
    docker,
    instance,
    async containers() {
      const label = [`${boxLabels.instance}=${instance}`];
      return (await docker.listContainers({ all: true, filters: { label } })).map(({ Id }) => Id);
    },
  };
}

/** Those that are built wherever every tier is mandatory (scripts/tiers.mjs). */
const mandatory: ReadonlySet<ImageTarget> = new Set<ImageTarget>(['python', 'node', 'php']);

/**
 * Why tests that need these images cannot run here, printed too, or `undefined` when they can. Where every tier is
 * mandatory it throws instead, unless only an image is missing that need not be built there.
 */
export async function whyNoRealEngine(...targets: readonly ImageTarget[]): Promise<string | undefined> {
  const { engine } = openRealEngine();
  try {
    const { usable, reason = 'it is not usable', images } = await engine.status(AbortSignal.timeout(60_000));
    const missing = targets.filter((target) => !images.has(target));
    if (usable && missing.length === 0) return undefined;
    const why = usable ? `these images are not built: ${missing.join(', ')}` : reason;
    if (process.env['PARLEY_TIERS'] === 'all' && (!usable || missing.some((target) => mandatory.has(target)))) {
      throw new Error(`The tests of the real engine are mandatory, and cannot run: ${why}`);
    }
    process.stderr.write(`Tests of the real engine are left out: ${why}\n`);
    return why;
  } finally {
    await engine.close();
  }
}
