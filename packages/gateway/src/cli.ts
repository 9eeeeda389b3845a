#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import * as z from 'zod/mini';
import { configFromEnvironment } from './config/config-from-environment.ts';
import { GatewayConfigError } from './config/gateway-config-error.ts';
import { createGateway } from './core/create-gateway.ts';
import type { GatewayConfig } from './core/gateway-config.ts';
import type { GatewayLog } from './core/gateway-log.ts';
import { loadGuideDocuments } from './dialects/guide/load-guide-documents.ts';
import type { OpenRecordings } from './open-recordings.ts';
import { GatewayServerError } from './server/gateway-server-error.ts';
import { startGatewayServer } from './server/start-gateway-server.ts';

const usage = `parley-gateway: one OpenAI-compatible endpoint for every model

  parley-gateway start [--host HOST] [--port PORT]   serve it (127.0.0.1:8081 unless told)
  parley-gateway check                               read the configuration and show it, secrets masked
  parley-gateway -v, --version
  parley-gateway -h, --help

Settings come from the environment and from .env in the working directory; the README lists them.
--docs DIRECTORY names the folder with README.md and docs/ that the built-in guide answers from.`;

/** Runs the command line; resolves with the exit code, or with undefined while a server runs. */
async function main(args: readonly string[]): Promise<number | undefined> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      host: { type: 'string' },
      port: { type: 'string' },
      docs: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
  });
  if (values.version === true) return print(version());
  const [command, ...rest] = positionals;
  if (values.help === true || (command === undefined && rest.length === 0)) return print(usage);
  if ((command !== 'start' && command !== 'check') || rest.length > 0) {
    return fail(`Unknown command "${positionals.join(' ')}".\n\n${usage}`);
  }
  const variables = {
    ...readDotEnv(),
    ...process.env,
    ...(values.host === undefined ? {} : { GATEWAY_HOST: values.host }),
    ...(values.port === undefined ? {} : { GATEWAY_PORT: values.port }),
  };
  const documentsRoot = resolve(values.docs ?? resolve(import.meta.dirname, '../../..'));
  const config = configFromEnvironment(variables, { guideDocuments: await loadGuideDocuments(documentsRoot) });
  if (command === 'check') return print(JSON.stringify(masked(config), null, 2));
  await serve(config);
  return undefined;
}

async function serve(config: GatewayConfig): Promise<void> {
  const recordings = await openStore(config);
  const gateway = createGateway({ config, log: lineLog, ...(recordings && { recordings: recordings.store }) });
  const server = await startGatewayServer({ gateway, host: config.host, port: config.port });
  print(`The gateway listens at ${server.url}/v1`);
  const { guideOnly, logicalModels } = await gateway.describe();
  for (const [name, address] of Object.entries(logicalModels)) {
    print(`  ${name}: ${address ? `${address.provider}/${address.model}` : 'not served at the moment'}`);
  }
  if (guideOnly) print('  Only the built-in guide answers. Set OPENAI_API_KEY or start Ollama to connect a model.');
  const stop = (): void => {
    server
      .close()
      .then(() => gateway.close())
      .then(() => recordings?.close())
      .catch(report);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
}

/** The store and what it needs are loaded only where they are wanted. */
async function openStore({ recordings: place, recording }: GatewayConfig): Promise<OpenRecordings | undefined> {
  if (place.kind !== 'sqlite' && place.kind !== 'redis') return undefined;
  const { openRecordings } = await import('./open-recordings.ts');
  return openRecordings({ place, lifeMs: recording.lifeMs, onError: warnOfRecordings });
}

function warnOfRecordings(error: unknown): void {
  lineLog.warn({ err: error }, 'Recordings are out of reach');
}

const lineLog: GatewayLog = {
  info: (fields, message) => writeLine('info', fields, message),
  warn: (fields, message) => writeLine('warn', fields, message),
  error: (fields, message) => writeLine('error', fields, message),
};

function writeLine(level: string, fields: object, message: string): void {
  const plain = Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? value.stack : value]);
  process.stderr.write(
    `${JSON.stringify({ time: new Date().toISOString(), level, message, ...Object.fromEntries(plain) })}\n`,
  );
}

function masked(config: GatewayConfig): object {
  return {
    ...config,
    apiKeys: config.apiKeys.map(mask),
    providers: config.providers.map(({ apiKey, ...provider }) => ({
      ...provider,
      ...(apiKey === undefined ? {} : { apiKey: mask(apiKey) }),
    })),
    recordings:
      config.recordings.kind === 'redis' ? { kind: 'redis', url: maskUrl(config.recordings.url) } : config.recordings,
    guideDocuments: config.guideDocuments.map(({ url }) => url),
  };
}

function mask(secret: string): string {
  return secret.length > 12 ? `${secret.slice(0, 3)}…${secret.slice(-2)}` : '…';
}

function maskUrl(text: string): string {
  const url = new URL(text);
  if (url.password !== '') url.password = mask(url.password);
  return url.href;
}

function readDotEnv(): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

function version(): string {
  const text = readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8');
  return z.parse(z.object({ version: z.string() }), JSON.parse(text)).version;
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function fail(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}

function report(error: unknown): void {
  const isForPeople =
    error instanceof GatewayServerError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (error instanceof GatewayConfigError) {
    const list = error.mistakes.map(({ variable, message }) => `  ${variable}: ${message}`).join('\n');
    fail(
      `The configuration has ${error.mistakes.length === 1 ? 'a mistake' : `${error.mistakes.length} mistakes`}:\n${list}`,
    );
  } else fail(isForPeople ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ?? 0;
} catch (error) {
  report(error);
}
