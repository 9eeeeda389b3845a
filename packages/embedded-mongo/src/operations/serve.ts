import { resolve } from 'node:path';
import type { ParseArgsOptionsConfig } from 'node:util';
import { startEmbeddedMongo } from '../start-embedded-mongo.ts';
import { OperationError } from './operation-error.ts';
import type { Terminal } from './run-command-line.ts';

/** The options of `serve` beside `--path`. */
export const SERVE_OPTIONS: ParseArgsOptionsConfig = {
  port: { type: 'string' },
  host: { type: 'string' },
  socket: { type: 'string' },
  durability: { type: 'string' },
  'test-commands': { type: 'boolean' },
};

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Serves a store until interrupted; its address is the first line of the output. */
export async function serve(values: Values, path: string, terminal: Terminal): Promise<void> {
  const { durability = 'full' } = values;
  if (durability !== 'full' && durability !== 'normal') {
    throw new OperationError('--durability is full or normal.', 2);
  }
  const ended = Promise.withResolvers<undefined>();
  const store = await startEmbeddedMongo({
    path,
    durability,
    ...listenOptions(values),
    testCommands: values['test-commands'] === true,
    log: (_level, message) => terminal.error(message),
    onExit: ended.reject,
  });
  terminal.out(store.uri);
  await Promise.race([terminal.interrupted, ended.promise]);
  await store.close();
}

function listenOptions(values: Values): { port?: number; host?: string; socketPath?: string } {
  const { port, host, socket } = values;
  if (port !== undefined && socket !== undefined) throw new OperationError('Give --port or --socket, not both.', 2);
  if (typeof host === 'string' && port === undefined) throw new OperationError('--host needs --port.', 2);
  if (typeof socket === 'string') return { socketPath: resolve(socket) };
  if (typeof port !== 'string') return {};
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new OperationError('--port is a number to 65535.', 2);
  return typeof host === 'string' ? { port: Number(port), host } : { port: Number(port) };
}
