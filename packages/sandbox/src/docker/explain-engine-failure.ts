import { existsSync } from 'node:fs';
import { connectionCodeOf, statusCodeOf } from './engine-error.ts';

/** Where an engine listens. */
export type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** Why code cannot be run, in plain words, and the one command that helps. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

const start = 'sudo systemctl start docker';

/** Docker's own packages put it in one place, Debian's in another, a Homebrew or a hand in the third. */
function isAnywhere(): boolean {
  return ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd'].some((path) => existsSync(path));
}

/** What the failure of a first question to an engine means. */
export function explainEngineFailure(
  error: unknown,
  address: EngineAddress,
  isInstalled: () => boolean = isAnywhere,
): Obstacle {
  const code = connectionCodeOf(error);
  if (!('socketPath' in address)) {
    const where = `${address.host}:${address.port}`;
    return { reason: `The Docker engine at ${where} does not answer.`, remedy: `docker -H tcp://${where} info` };
  }
  const where = address.socketPath;
  if (code === 'ENOENT') {
    return isInstalled()
      ? { reason: `Docker is not running: there is no ${where}.`, remedy: start }
      : {
          reason: `Docker is not installed: there is no ${where}.`,
          remedy: 'curl -fsSL https://get.docker.com | sudo sh',
        };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      reason: `This program may not use ${where}. After the command, sign in anew and start it again.`,
      remedy: 'sudo usermod -aG docker "$USER"',
    };
  }
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return { reason: 'Docker is not running.', remedy: start };
  if (code === 'ENOTSOCK' || code === 'EINVAL')
    return { reason: `No Docker engine listens at ${where}.`, remedy: start };
  const status = statusCodeOf(error);
  if (status !== undefined) {
    return { reason: `What listens at ${where} answers with the status ${status}.`, remedy: 'docker version' };
  }
  return { reason: `The Docker engine at ${where} does not answer.`, remedy: 'sudo systemctl restart docker' };
}
