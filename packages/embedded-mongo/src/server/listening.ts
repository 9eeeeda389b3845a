import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { join } from 'node:path';
import { EmbeddedMongoError } from '../embedded-mongo-error.ts';

/** Where a server listens: on a unix socket of one user, or on TCP with a password. */
export type Listening =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly password: string };

/** The one user of a server on TCP. */
export const USER = 'parley';

const PASSWORD_BYTES = 32;
const PASSWORD_FILE = 'password';

/** The password of a store on TCP: made once, and kept in its directory for its owner alone. Wants the store's lock. */
export function ensurePassword(directory: string): string {
  const file = join(directory, PASSWORD_FILE);
  // Anything shorter was cut off while it was written.
  if (!existsSync(file) || !/^[\w-]{43}$/.test(readFileSync(file, 'utf8'))) {
    rmSync(file, { force: true });
    writeFileSync(file, randomBytes(PASSWORD_BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 });
  }
  chmodSync(file, 0o600);
  return readFileSync(file, 'utf8');
}

/**
 * Starts to listen; resolves with the address as `hello` names it: the socket's path, or host and port. Rejects with
 * `address-unusable` when somebody else has it.
 */
export async function listen(server: Server, where: Listening): Promise<string> {
  if (where.kind === 'socket') await removeDeadSocket(where.path);
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      reject(
        new EmbeddedMongoError('address-unusable', `The address cannot be used: ${error.message}`, { cause: error }),
      );
    };
    server.once('error', onError);
    const onListening = (): void => {
      server.removeListener('error', onError);
      if (where.kind === 'socket') chmodSync(where.path, 0o600);
      resolve(addressOf(server, where));
    };
    if (where.kind === 'socket') server.listen(where.path, onListening);
    else server.listen(where.port, where.host, onListening);
  });
}

/** Removes a socket whose process was killed; one that answers is left to its owner. */
async function removeDeadSocket(path: string): Promise<void> {
  if (!existsSync(path) || !statSync(path).isSocket()) return;
  const isDead = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
  if (isDead) rmSync(path, { force: true });
}

function addressOf(server: Server, where: Listening): string {
  if (where.kind === 'socket') return where.path;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : where.port;
  return `${where.host.includes(':') ? `[${where.host}]` : where.host}:${String(port)}`;
}

/** The connection string for an address. */
export function uriOf(where: Listening, address: string): string {
  if (where.kind === 'socket') return `mongodb://${encodeURIComponent(address)}/?directConnection=true`;
  return `mongodb://${USER}:${where.password}@${address}/?directConnection=true&authSource=admin&authMechanism=SCRAM-SHA-256`;
}
