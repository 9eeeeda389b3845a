import { SandboxError } from '../core/sandbox-error.ts';

const defaultSocket = '/var/run/docker.sock';
const defaultPort = 2375;

/** Where a Docker engine listens, by a value as of `DOCKER_HOST`: `unix:///path`, `tcp://host:port`, or nothing. */
export function dockerAddress(value = ''): { socketPath: string } | { host: string; port: number } {
  if (value === '') return { socketPath: defaultSocket };
  if (value.startsWith('unix://')) return { socketPath: value.slice('unix://'.length) };
  const [, host, port = defaultPort] = /^(?:tcp|http):\/\/([^:/]+)(?::(\d+))?\/?$/.exec(value) ?? [];
  if (host !== undefined) return { host, port: Number(port) };
  throw new SandboxError('invalid', `DOCKER_HOST is "${value}", and must be unix:///path or tcp://host:port.`);
}
