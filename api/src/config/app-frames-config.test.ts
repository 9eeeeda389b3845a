import { expect, it } from 'vitest';
import { appFramesOf, checkAppFrames } from './app-frames-config.ts';
import { parseVariables } from './env.ts';
import type { Environment } from './environment.ts';

function environmentOf(values: Record<string, string>): Environment {
  return { values, mistakes: [], placeOf: () => '.env:1', namesIn: () => [] } as unknown as Environment;
}

function frames(values: Record<string, string>) {
  const { variables } = parseVariables(environmentOf(values));
  return variables === undefined ? 'a mistake' : appFramesOf(variables).appFrames;
}

function mistakes(values: Record<string, string>) {
  const environment = environmentOf(values);
  const { variables, mistakes: found } = parseVariables(environment);
  return [...found, ...(variables === undefined ? [] : checkAppFrames(environment, variables))].map(
    ({ subject, message }) => `${subject} ${message}`,
  );
}

it('puts the frames beside the app, on a port of their own', () => {
  expect(frames({})).toEqual({ port: 3081, hosts: [] });
  expect(frames({ PORT: '8080' })).toEqual({ port: 8082, hosts: [] });
  expect(frames({ PORT: '65535' })?.valueOf()).toMatchObject({ port: 65_534 });
  expect(frames({ APP_FRAME_PORT: '9000' })).toEqual({ port: 9000, hosts: [] });
});

it.each([{ APP_FRAME_PORT: 'off' }, { APP_FRAME_PORT: '0' }, { PORT: '0' }])('shows no apps with %o', (values) => {
  expect(frames(values)).toBeUndefined();
});

it('reads the hosts that apps may use', () => {
  const hosts = 'https://CDN.example.com, wss://*.example.net:8443';
  expect(frames({ APP_FRAME_HOSTS: hosts })).toEqual({
    port: 3081,
    hosts: ['https://cdn.example.com', 'wss://*.example.net:8443'],
  });
  for (const wrong of ['cdn.example.com', 'https://a.example/path', "https://a.example 'unsafe-eval'", '*']) {
    expect(frames({ APP_FRAME_HOSTS: wrong })).toBe('a mistake');
  }
});

it('refuses an origin that is not a second one', () => {
  expect(mistakes({ APP_FRAME_PORT: '3080' })).toEqual([
    expect.stringMatching(/^APP_FRAME_PORT must be a port of its own/),
  ]);
  expect(mistakes({ APP_FRAME_PORT: '8081' })).toEqual([
    expect.stringMatching(/^APP_FRAME_PORT must be a port of its own/),
  ]);
  expect(mistakes({ APP_FRAME_URL: 'https://apps.example.net' })).toEqual([
    'DOMAIN_SERVER must be given with APP_FRAME_URL',
  ]);
  const same = 'https://chat.example.com';
  expect(mistakes({ APP_FRAME_URL: same, DOMAIN_SERVER: same })).toEqual([
    'APP_FRAME_URL must not be the address of Parley itself',
  ]);
  expect(mistakes({ APP_FRAME_URL: 'https://apps.example.net', DOMAIN_SERVER: same })).toEqual([]);
});
