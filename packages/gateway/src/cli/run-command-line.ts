import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import type { Environment } from '../config/environment/environment-reader.ts';
import { GatewayConfigError } from '../config/gateway-config-error.ts';
import type { ConfigFlags, LoadedConfig } from '../config/load-config.ts';
import { loadGuideDocuments } from '../dialects/guide/load-guide-documents.ts';
import { GatewayServerError } from '../server/gateway-server-error.ts';
import { CliError } from './cli-error.ts';
import { createConfigurationFiles } from './configuration-files.ts';
import { describeMistakes } from './describe-mistakes.ts';
import { usage } from './usage.ts';

const options = {
  config: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  workers: { type: 'string' },
  cluster: { type: 'boolean' },
  docs: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

/** Does what the arguments say and sets the exit code; resolves at once where a server goes on running. */
export async function runCommandLine(args: readonly string[], environment: Environment): Promise<void> {
  try {
    await run(args, environment);
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}

async function run(args: readonly string[], environment: Environment): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  if (values.version === true) return print(version());
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined) return print(usage);
  if (rest.length > 0 || !['start', 'check', 'key'].includes(command)) {
    throw new CliError(`Unknown command "${positionals.join(' ')}".\n\n${usage}`);
  }
  if (command === 'key') return printKey();
  const files = createConfigurationFiles({
    folder: process.cwd(),
    config: values.config,
    environment,
    flags: flagsOf(values),
    guideDocuments: await loadGuideDocuments(resolve(values.docs ?? documentsRoot())),
  });
  const loaded = await files.load();
  if (command === 'check') return check(loaded);
  const { start } = await import('./start.ts');
  return start({ loaded, files, onError: reportError });
}

async function check({ config, run: runs, notices }: LoadedConfig): Promise<void> {
  const { maskConfig } = await import('./mask-config.ts');
  for (const notice of notices) process.stderr.write(`${notice}\n`);
  print(JSON.stringify({ ...maskConfig(config), run: runs }, null, 2));
}

async function printKey(): Promise<void> {
  const { makeKey } = await import('./make-key.ts');
  const { key, sha256 } = makeKey();
  print(`key:    ${key}
sha256: ${sha256}

Give the key away and put its digest into gateway.yaml:
  keys: [{ sha256: "${sha256}" }]`);
}

interface FlagValues {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly workers?: string | undefined;
  readonly cluster?: boolean | undefined;
}

function flagsOf({ host, port, workers, cluster }: FlagValues): ConfigFlags {
  if (host === '') throw new CliError('--host needs an address, such as 127.0.0.1.');
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port: wholeNumber('--port', port, 0, 65_535) }),
    ...(cluster === true ? { workers: 'auto' } : {}),
    ...(workers === undefined
      ? {}
      : { workers: workers === 'auto' ? 'auto' : wholeNumber('--workers', workers, 1, 256) }),
  };
}

function wholeNumber(flag: string, text: string, smallest: number, largest: number): number {
  if (/^\d+$/.test(text) && Number(text) >= smallest && Number(text) <= largest) return Number(text);
  throw new CliError(`${flag} must be a whole number from ${smallest} to ${largest}.`);
}

/** In the repository that of the product; in an installed package its own folder. */
function documentsRoot(): string {
  const own = resolve(import.meta.dirname, import.meta.dirname.endsWith('cli') ? '../..' : '..');
  const repository = resolve(own, '../..');
  return existsSync(resolve(repository, 'pnpm-workspace.yaml')) ? repository : own;
}

function version(): string {
  const own = [resolve(import.meta.dirname, '../package.json'), resolve(import.meta.dirname, '../../package.json')];
  const text = readFileSync(own.find((path) => existsSync(path)) ?? '', 'utf8');
  return z.parse(z.object({ version: z.string() }), JSON.parse(text)).version;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a person at the command line can mend is said in words; anything else comes with its stack. */
function reportError(error: unknown): void {
  const isForPeople =
    error instanceof GatewayServerError ||
    error instanceof CliError ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const words = error instanceof GatewayConfigError ? describeMistakes(error) : isForPeople ? error.message : text;
  process.stderr.write(`${words}\n`);
}
