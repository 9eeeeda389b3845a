import { expect, test } from 'vitest';
import { defaultLimits } from '../core/limits.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { imageTag } from '../images/image-tags.ts';
import { startScriptedEngine, type EngineAnswers } from './__fixtures__/scripted-engine.ts';
import { createDockerEngine } from './docker-engine.ts';

const signal = AbortSignal.timeout(20_000);

const version = { ApiVersion: '1.41', Version: '20.10.24', Components: [{ Name: 'runc', Version: '1.1.5' }] };
const info = { ID: 'ABCD', OSType: 'linux', DefaultRuntime: 'runc', Runtimes: { runc: {} } };
const image = { Id: 'sha256:1', RepoTags: [imageTag('php')], Labels: { 'parley.sandbox.versions': '{"php":"8.4"}' } };
const healthy: EngineAnswers = {
  'GET /info': { body: info },
  'GET /version': { body: version },
  'GET /images/json': { body: [image] },
};

async function statusWith(answers: EngineAnswers, runtime?: string) {
  await using server = await startScriptedEngine({ ...healthy, ...answers });
  const engine = createDockerEngine({
    docker: { socketPath: server.socketPath },
    instance: 'test',
    limits: defaultLimits,
    ...(runtime !== undefined && { runtime }),
  });
  const status = await engine.status(signal);
  await engine.close();
  return status;
}

test('an engine that is too old says so', async () => {
  const old = { ...version, ApiVersion: '1.39', Version: '18.09.1' };
  expect(await statusWith({ 'GET /version': { body: old } })).toMatchObject({
    usable: false,
    reason: 'The Docker engine 18.09.1 is too old; 20.10 is the first that will do.',
  });
});

test('an engine of another system is not used', async () => {
  const status = await statusWith({ 'GET /info': { body: { ...info, OSType: 'windows' } } });
  expect(status).toMatchObject({ usable: false, reason: 'The Docker engine does not run Linux containers.' });
});

test('a runtime that is wanted must be there', async () => {
  expect(await statusWith({}, 'runsc')).toMatchObject({
    usable: false,
    reason: 'The Docker engine has no runtime "runsc".',
    remedy: 'sudo runsc install',
  });
});

test('an engine without images names the command that makes them', async () => {
  const other = { ...image, RepoTags: ['parley-sandbox-php:of-another-version'] };
  const status = await statusWith({ 'GET /images/json': { body: [other] } });
  expect(status).toMatchObject({ usable: false, remedy: 'npm run sandbox build', engine: { version: '20.10.24' } });
  expect(status.images.size).toBe(0);
});

test('an engine whose boxes cannot be tested is not used', async () => {
  const full = { status: 500, body: { message: 'mkdir /var/lib/docker/overlay2: no space left on device' } };
  const status = await statusWith({ 'POST /containers/create': full });
  expect(status).toMatchObject({ usable: false, engine: { runtime: 'runc 1.1.5' } });
  expect(status.reason).toContain('The disk of the machine that runs code is full');
  expect(status.images.get('php')?.versions).toEqual({ php: '8.4' });
});

test('what answers nonsense is no engine', async () => {
  expect(await statusWith({ 'GET /info': { body: 'hello' } })).toMatchObject({ usable: false });
  expect(await statusWith({ 'GET /version': { status: 403, body: { message: 'no' } } })).toMatchObject({
    usable: false,
    reason: expect.stringContaining('403'),
  });
});

test('a box that could not be made is removed by its name, for it may be there', async () => {
  await using server = await startScriptedEngine({
    'POST /containers/create': { status: 500, body: { message: 'something broke' } },
  });
  const docker = { socketPath: server.socketPath };
  const engine = createDockerEngine({ docker, instance: 'test', limits: defaultLimits });
  await expect(engine.open({ image: 'php', memoryBytes: 1 }, signal)).rejects.toThrow(SandboxError);
  expect(server.asked).toEqual([
    'POST /containers/create',
    expect.stringMatching(/^DELETE \/containers\/parley-box-[-\da-f]+$/),
  ]);
  await engine.close();
});
