import { defaultLimits } from '@parley/sandbox';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { readEnvironment } from './environment.ts';
import { loadConfig } from './load-config.ts';

let installRoot: string;
beforeEach(() => {
  installRoot = mkdtempSync(path.join(tmpdir(), 'parley-code-config-'));
});
afterEach(() => {
  rmSync(installRoot, { recursive: true });
});

function load(environment: Record<string, string>, more = '') {
  const endpoint = `{ name: "Models", apiKey: "key", baseURL: "https://api.example.com/v1", models: { default: ["m"] } }`;
  const text = `version: "1.3.17"\nendpoints:\n  custom: [${endpoint}]\n${more}`;
  writeFileSync(path.join(installRoot, 'librechat.yaml'), text);
  const given = readEnvironment(installRoot, environment);
  return loadConfig({ installRoot, version: '1.0.0', environment: given, inDocker: false });
}

function withCapabilities(list: string) {
  return load({ GATEWAY_ENABLED: 'false' }, `  agents: { capabilities: ${list} }`);
}

function mistakesOf(environment: Record<string, string>): string[] {
  try {
    load(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ subject, message }) => `${subject} ${message}`);
  }
}

it('runs code at the engine of this machine unless it is told otherwise', () => {
  expect(load({}).config.code).toEqual({ isForModels: true, runner: { kind: 'embedded' }, limits: defaultLimits });
});

it('takes the engine, its runtime and limits from variables', () => {
  const variables = {
    DOCKER_HOST: 'unix:///run/user/1000/docker.sock',
    SANDBOX_RUNTIME: 'runsc',
    SANDBOX_CONCURRENCY: '3',
    SANDBOX_RUN_SECONDS: '2 * 30',
  };
  expect(load(variables).config.code).toEqual({
    isForModels: true,
    runner: { kind: 'embedded', dockerHost: variables.DOCKER_HOST, runtime: 'runsc', concurrency: 3 },
    limits: { ...defaultLimits, runSeconds: 60 },
  });
});

it('asks a runner elsewhere, with its token', () => {
  const token = 'a token that has at least 32 characters';
  expect(load({ SANDBOX_URL: 'http://runner:8090/', SANDBOX_TOKEN: token }).config.code?.runner).toEqual({
    kind: 'remote',
    url: 'http://runner:8090',
    token,
  });
  expect(mistakesOf({ SANDBOX_URL: 'http://runner:8090' })).toEqual(['SANDBOX_TOKEN must be given with SANDBOX_URL']);
});

it.each([
  [{ CODE_INTERPRETER: 'perhaps' }, 'CODE_INTERPRETER must be true or false'],
  [{ SANDBOX_URL: 'runner:8090' }, 'SANDBOX_URL must be an address'],
  [{ SANDBOX_TOKEN: 'short' }, 'SANDBOX_TOKEN must have at least 32 characters'],
  [{ SANDBOX_RUNTIME: 'run sc' }, 'SANDBOX_RUNTIME must be the name'],
  [{ SANDBOX_CONCURRENCY: '0' }, 'SANDBOX_CONCURRENCY must be a whole number from 1 to 1000'],
  [{ SANDBOX_RUN_SECONDS: 'a while' }, 'SANDBOX_RUN_SECONDS must be a whole number from 1 to 600'],
  [{ DOCKER_HOST: '/var/run/docker.sock' }, 'DOCKER_HOST must be unix:///path or tcp://host:port'],
])('finds the mistake in %j', (variables, mistake) => {
  expect(mistakesOf(variables)).toEqual([expect.stringContaining(mistake)]);
});

it('is switched off by its variable, and by LibreChat’s key', () => {
  expect(load({ CODE_INTERPRETER: 'false' }).config.code?.off?.reason).toContain('CODE_INTERPRETER=false');
  expect(load({}, 'interface: { runCode: false }').config.code?.off?.reason).toContain('interface.runCode');
  expect(load({}, 'interface: { runCode: true }').config.code).not.toHaveProperty('off');
});

it('gives models no tools where LibreChat’s capabilities leave execute_code out, and says what else they do not do', () => {
  expect(withCapabilities('[tools, execute_code]').config.code?.isForModels).toBe(true);
  expect(withCapabilities('').config.code?.isForModels).toBe(true);
  const { config, warnings } = withCapabilities('[tools]');
  expect(config.code).toMatchObject({ isForModels: false });
  expect(warnings.map(({ subject, message }) => `${subject} ${message}`)).toEqual([
    'endpoints.agents.capabilities has an effect on execute_code only: other capabilities are not restricted',
  ]);
});
