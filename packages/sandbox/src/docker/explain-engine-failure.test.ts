import { expect, test } from 'vitest';
import { explainEngineFailure } from './explain-engine-failure.ts';

const socket = { socketPath: '/var/run/docker.sock' };
const failure = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const answer = (statusCode: number) => Object.assign(new Error('(HTTP code)'), { statusCode });

test.each([
  ['Docker is not running: there is no /var/run/docker.sock.', 'sudo systemctl start docker', true],
  ['Docker is not installed: there is no /var/run/docker.sock.', 'curl -fsSL https://get.docker.com | sudo sh', false],
])('without a socket: %s', (reason, remedy, isInstalled) => {
  expect(explainEngineFailure(failure('ENOENT'), socket, () => isInstalled)).toEqual({ reason, remedy });
});

test.each([
  ['EACCES', 'may not use /var/run/docker.sock', 'sudo usermod -aG docker "$USER"'],
  ['ECONNREFUSED', 'not running', 'sudo systemctl start docker'],
  ['ECONNRESET', 'not running', 'sudo systemctl start docker'],
  ['EPIPE', 'does not answer', 'sudo systemctl restart docker'],
])('with %s the reason has "%s"', (code, reason, remedy) => {
  expect(explainEngineFailure(failure(code), socket)).toEqual({ reason: expect.stringContaining(reason), remedy });
});

test('a server that is no engine is named', () => {
  expect(explainEngineFailure(answer(404), socket).reason).toContain('404');
});

test('an engine elsewhere is named by its address', () => {
  expect(explainEngineFailure(failure('ENOTFOUND'), { host: 'engine', port: 2375 })).toEqual({
    reason: 'The Docker engine at engine:2375 does not answer.',
    remedy: 'docker -H tcp://engine:2375 info',
  });
});

test('silence has a reason, too', () => {
  expect(explainEngineFailure(new DOMException('late', 'TimeoutError'), socket).reason).toContain('does not answer');
});
