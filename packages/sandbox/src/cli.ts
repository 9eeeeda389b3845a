#!/usr/bin/env node
import { buildCommand } from './cli/build-command.ts';
import { checkCommand } from './cli/check-command.ts';
import type { Command } from './cli/command.ts';
import { matrixCommand } from './cli/matrix-command.ts';
import { SandboxError } from './core/sandbox-error.ts';
import { serveCommand } from './server/serve-command.ts';

const commands: Readonly<Record<string, Command>> = {
  build: buildCommand,
  check: checkCommand,
  matrix: matrixCommand,
  serve: serveCommand,
};

const usage = `parley-sandbox, the code interpreter of Parley

  build [language…]    make the images that are missing; all of them without a name
        --base IMAGE   on another base than debian:trixie-slim
        --fresh        even if nothing changed, with the packages of today
  check                say whether code can be run here, and in which languages
  matrix [language…]   try on the engine of this machine what every language must do
        --json FILE    write the figures down, too
  serve                run code for those who know SANDBOX_TOKEN
        --host HOST    who may connect (127.0.0.1)
        --port PORT    0 for a free one (8082)
`;

/** Milliseconds that an interrupted command has to give back what it holds. */
const graceMs = 15_000;

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = name === undefined ? undefined : Object.entries(commands).find(([known]) => known === name)?.[1];
  if (!command) {
    const isHelp = name === undefined || name === 'help' || name === '--help';
    console.log(isHelp ? usage : `There is no command "${name}".\n\n${usage}`);
    return isHelp ? 0 : 2;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted.abort(new SandboxError('unavailable', 'Interrupted.'));
      setTimeout(() => process.exit(1), graceMs).unref();
    });
  }
  try {
    return await command(args, {
      environment: process.env,
      print: (line) => console.log(line),
      signal: interrupted.signal,
    });
  } catch (error) {
    console.error(sentence(error));
    return 1;
  }
}

/** What went wrong in words for people; anything that was not foreseen keeps its stack. */
function sentence(error: unknown): unknown {
  if (error instanceof SandboxError) return error.message;
  const isMistyped = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  return isMistyped ? error.message : error;
}
