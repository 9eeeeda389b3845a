import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

// As in start-embedded-mongo.ts, which imports this file.
const { chmodSync, mkdirSync, mkdtempSync, rmSync } = process.getBuiltinModule('node:fs');

/** The longest path a unix socket may have; Linux allows 107 bytes, macOS 103. */
const MAX_SOCKET_PATH_BYTES = 103;
// Drivers differ in how often they decode a host, so other characters do not arrive as they were sent.
const PLAIN_PATH = /^[\w./-]+$/;
const SOCKET_NAME = 'mongo.sock';
const TEMPORARY_PREFIX = 'parley-mongo-';

/** A path for the socket in a directory only this user may enter; a left-over socket there is removed. */
export function prepareSocketPath(storeDirectory: string): string {
  const wanted = join(storeDirectory, 'run', SOCKET_NAME);
  if (Buffer.byteLength(wanted) > MAX_SOCKET_PATH_BYTES || !PLAIN_PATH.test(wanted)) {
    return join(mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX)), SOCKET_NAME);
  }
  mkdirSync(dirname(wanted), { recursive: true, mode: 0o700 });
  chmodSync(dirname(wanted), 0o700);
  rmSync(wanted, { force: true });
  return wanted;
}

/** Removes the socket, and its directory when that was made for it alone. */
export function removeSocketPath(socketPath: string): void {
  rmSync(socketPath, { force: true });
  if (dirname(socketPath).startsWith(join(tmpdir(), TEMPORARY_PREFIX)))
    rmSync(dirname(socketPath), { recursive: true, force: true });
}
