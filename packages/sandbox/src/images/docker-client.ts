import { SandboxError } from '../core/sandbox-error.ts';
import { runProgram } from './run-program.ts';
import type { ProgramOptions } from './run-program.ts';

/** A `docker` command that can build. */
export interface DockerClient {
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Runs it; see `runProgram`. */
  run(args: readonly string[], options: Omit<ProgramOptions, 'environment'>): Promise<string>;
}

/**
 * The first Docker client of this machine that can build with BuildKit, else one with the classic builder. They are
 * told apart by what they can do: a new client without its buildx part cannot, Debian's older one can. Throws
 * `SandboxError('unavailable')` when there is none, or no engine behind it.
 */
export async function findDockerClient(
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
  programs: readonly string[] = ['docker', '/usr/bin/docker'],
): Promise<DockerClient> {
  const classic: DockerClient[] = [];
  for (const program of programs) {
    const client = createClient(program, { ...environment, DOCKER_BUILDKIT: '1' });
    const help = await client.run(['build', '--help'], { signal }).catch(nothing(signal));
    if (help?.includes('--secret')) return reachable(client, signal);
    const version = await client.run(['--version'], { signal }).catch(nothing(signal));
    if (version !== undefined) classic.push(createClient(program, { ...environment, DOCKER_BUILDKIT: '0' }));
  }
  const [client] = classic;
  if (client) return reachable(client, signal);
  throw new SandboxError('unavailable', 'There is no docker command on this machine. Install Docker first.');
}

function createClient(program: string, environment: NodeJS.ProcessEnv): DockerClient {
  return {
    program,
    environment,
    run: (args, options) => runProgram(program, args, { ...options, environment }),
  };
}

async function reachable(client: DockerClient, signal: AbortSignal): Promise<DockerClient> {
  try {
    await client.run(['version', '--format', '{{.Server.Version}}'], { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new SandboxError('unavailable', 'Docker does not answer. Start it, and see that you may use it.', {
      cause: error,
    });
  }
  return client;
}

/** A failed attempt is an answer, unless it was ended from outside. */
function nothing(signal: AbortSignal) {
  return (error: unknown): undefined => {
    if (signal.aborted) throw error;
  };
}
