import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import * as z from 'zod/mini';
import { readProcessEnvironment } from './config/env.ts';
import { loadConfig } from './config/load-config.ts';
import { formatMistake } from './config/mistake.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { StartError } from './start-error.ts';
import { startParley } from './start-parley.ts';

const installRoot = path.resolve(import.meta.dirname, '../..');

try {
  await start();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`\nParley cannot start. ${error.message}\n`);
  process.exit(1);
}

async function start(): Promise<void> {
  const { config, warnings } = loadConfig({
    installRoot,
    version: readVersion(),
    environment: readProcessEnvironment(installRoot),
    inDocker: existsSync('/.dockerenv'),
  });
  for (const warning of warnings) process.stderr.write(`Note: ${formatMistake(warning)}\n`);

  // On a terminal somebody reads along: a line for every request would hide the one with the address.
  const log = pino({ level: config.logLevel ?? (process.stdout.isTTY ? 'warn' : 'info') });
  const stop = stopOnSignals(log);
  const parley = await startParley({ config, log, checkAnswers: false });
  stop.close = () => parley.close();
  process.stdout.write(`\nParley is ready at ${parley.url}\n`);
  if (parley.isFirstRun) process.stdout.write('Create the first account there; it becomes the administrator.\n');
}

function readVersion(): string {
  const text = readFileSync(path.join(installRoot, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
