import { randomUUID } from 'node:crypto';
import type { RunLimits } from '../core/limits.ts';
import type { SandboxRunner } from '../core/run.ts';
import { createDockerEngine } from '../docker/docker-engine.ts';
import { createRunner } from '../runner/create-runner.ts';
import type { CommandContext } from './command.ts';
import { dockerAddress } from './docker-address.ts';

/** A runner on this machine's engine for one command: it takes part in nothing that other processes run. */
export function openLocalRunner({ environment }: CommandContext, limits: RunLimits): SandboxRunner {
  const { DOCKER_HOST, SANDBOX_RUNTIME: runtime = '' } = environment;
  const engine = createDockerEngine({
    docker: dockerAddress(DOCKER_HOST),
    instance: `command-${randomUUID()}`,
    limits,
    ...(runtime !== '' && { runtime }),
  });
  return createRunner({ engine, limits, warm: {} });
}
