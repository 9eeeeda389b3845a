#!/usr/bin/env node
import * as z from 'zod/mini';
import { openStore } from './serve/open-store.ts';
import { parseServeOptions, type ServeOptions, usage, UsageError } from './serve/serve-options.ts';
import { startStreamServer } from './serve/start-stream-server.ts';
import { StreamLogError } from './stream-log-error.ts';

/** Serves until SIGTERM or SIGINT. Throws what `main` has sentences for. */
async function serve({ store: chosen, host, port, longPollMs, allowOrigin }: ServeOptions): Promise<void> {
  const opened = await openStore(chosen, report);
  const server = await startStreamServer({
    store: opened.store,
    host,
    port,
    onError: report,
    ...(longPollMs === undefined ? {} : { longPollMs }),
    ...(allowOrigin === undefined ? {} : { allowOrigin }),
  }).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  process.stdout.write(`Streams of ${opened.name} are served at ${server.url}\n`);
  const ended = Promise.withResolvers<void>();
  process.once('SIGTERM', ended.resolve).once('SIGINT', ended.resolve);
  await ended.promise;
  await server.close();
  await opened.close();
}

/** Resolves with the exit code: 2 for a command line that cannot be meant, 1 for what does not work. */
async function main(): Promise<number> {
  try {
    // pnpm starts the command in the package's folder and says where it was called.
    const options = parseServeOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
    if (options === 'help') process.stdout.write(`${usage}\n`);
    else await serve(options);
    return 0;
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function report(error: unknown): void {
  process.stderr.write(`${sentenceOf(error)}\n`);
}

const listenErrorSchema = z.object({ code: z.string(), address: z.optional(z.string()), port: z.optional(z.number()) });

function sentenceOf(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (error instanceof StreamLogError) return `${error.message}.`;
  const { code, address, port } = z.safeParse(listenErrorSchema, error).data ?? {};
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${address} is in use.`;
    case 'EACCES':
      return `Port ${port} of ${address} is not for this user.`;
    case 'EADDRNOTAVAIL':
    case 'EAI_AGAIN':
    case 'ENOTFOUND':
      return 'The --host is not an address of this machine.';
    default:
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

process.exitCode = await main();
