#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';

// Reading hundreds of source files anew would be most of the time a start takes. A folder of our own: what lies in a
// shared one might be somebody else's code.
enableCompileCache(resolve(import.meta.dirname, '../node_modules/.cache'));
const { runCommandLine } = await import('./cli/run-command-line.ts');
await runCommandLine(process.argv.slice(2), process.env);
