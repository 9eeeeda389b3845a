import { expect, test } from 'vitest';
import { dockerAddress } from './docker-address.ts';

test.each([
  [undefined, { socketPath: '/var/run/docker.sock' }],
  ['', { socketPath: '/var/run/docker.sock' }],
  ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
  ['tcp://engine:2376', { host: 'engine', port: 2376 }],
  ['http://10.0.0.2', { host: '10.0.0.2', port: 2375 }],
])('%s is an address', (value, address) => {
  expect(dockerAddress(value)).toEqual(address);
});

test.each(['ssh://host', 'npipe:////./pipe/docker_engine', 'engine:2375'])('%j is refused', (value) => {
  expect(() => dockerAddress(value)).toThrow('DOCKER_HOST');
});
