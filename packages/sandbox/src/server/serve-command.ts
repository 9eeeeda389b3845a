import { once } from 'node:events';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import type { Command, CommandContext } from '../cli/command.ts';
import { dockerAddress } from '../cli/docker-address.ts';
import { defaultLimits } from '../core/limits.ts';
import type { SandboxRunner, SandboxStatus } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { createDockerEngine } from '../docker/docker-engine.ts';
import { createRunner } from '../runner/create-runner.ts';
import { serveRunner } from './serve-runner.ts';

const mostPort = 65_535;
const mostConcurrency = 1_000;
const mostSeconds = 600;

/** `serve [--host HOST] [--port PORT]`: runs code for those who know SANDBOX_TOKEN, until it is interrupted. */
export const serveCommand: Command = async (args, { environment, print, signal }) => {
  const { values } = parseArgs({
    args: [...args],
    options: { host: { type: 'string', default: '127.0.0.1' }, port: { type: 'string', default: '8082' } },
  });
  const port = wholeNumber('--port', values.port, 0, mostPort);
  const token = environment['SANDBOX_TOKEN'] ?? '';
  if (token === '') throw new SandboxError('invalid', 'SANDBOX_TOKEN is missing: make one with openssl rand -hex 32.');
  // Containers of an earlier life of this server are known by it.
  const instance = environment['SANDBOX_INSTANCE'] || `serve-${hostname()}-${port}`;
  const runner = runnerOf(environment, instance, print);
  try {
    const server = await serveRunner({ runner, token, host: values.host, port, log: logOf(print) }).catch(
      (error: unknown) => {
        throw error instanceof SandboxError
          ? error
          : new SandboxError('invalid', `${values.host}:${port} cannot be listened at: ${String(error)}.`);
      },
    );
    print(`Code is run for others at ${server.url}`);
    void runner.status({ fresh: true }).then((status) => print(describe(status)));
    if (!signal.aborted) await once(signal, 'abort');
    await server.close();
  } finally {
    await runner.close();
  }
  return 0;
};

function runnerOf(
  environment: CommandContext['environment'],
  instance: string,
  print: CommandContext['print'],
): SandboxRunner {
  const { DOCKER_HOST, SANDBOX_RUNTIME = '', SANDBOX_RUN_SECONDS = '' } = environment;
  const { SANDBOX_CONCURRENCY = '', SANDBOX_PER_PERSON = '' } = environment;
  const limits = {
    ...defaultLimits,
    ...(SANDBOX_RUN_SECONDS !== '' && {
      runSeconds: wholeNumber('SANDBOX_RUN_SECONDS', SANDBOX_RUN_SECONDS, 1, mostSeconds),
    }),
  };
  const concurrency = SANDBOX_CONCURRENCY !== '' && {
    concurrency: wholeNumber('SANDBOX_CONCURRENCY', SANDBOX_CONCURRENCY, 1, mostConcurrency),
  };
  const perOwner = SANDBOX_PER_PERSON !== '' && {
    perOwner: wholeNumber('SANDBOX_PER_PERSON', SANDBOX_PER_PERSON, 1, mostConcurrency),
  };
  const log = logOf(print);
  const runtime = SANDBOX_RUNTIME !== '' && { runtime: SANDBOX_RUNTIME };
  const engine = createDockerEngine({ docker: dockerAddress(DOCKER_HOST), instance, limits, log, ...runtime });
  return createRunner({ engine, limits, log, ...concurrency, ...perOwner });
}

function logOf(print: CommandContext['print']) {
  return (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>>) => {
    if (level !== 'debug') print(`${level}: ${message} ${JSON.stringify(fields)}`);
  };
}

function describe({ enabled, reason, remedy, languages }: SandboxStatus): string {
  if (!enabled) return `Nothing can be run yet. ${reason ?? ''} ${remedy === undefined ? '' : `What helps: ${remedy}`}`;
  return `Ready: ${languages.flatMap(({ label, ready }) => (ready ? [label] : [])).join(', ')}`;
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value;
  throw new SandboxError('invalid', `${name} must be a whole number of ${least} to ${most}.`);
}
