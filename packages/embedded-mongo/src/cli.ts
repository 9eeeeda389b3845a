#!/usr/bin/env node
import { runCommandLine } from './operations/run-command-line.ts';

const interrupted = new Promise<void>((settle) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => settle());
});
process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  interrupted,
  environment: process.env,
});
