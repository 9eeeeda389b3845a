import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';
import { parseJson } from '../parse-json.ts';
import { StartError } from '../start-error.ts';
import type { Secrets } from './app-config.ts';
import { dataFolderError, makeDataFolder } from './data-folder.ts';

const key = z.string().check(z.minLength(32));
const storedSchema = z.object({ accessTokenKey: key, refreshTokenKey: key, credentialsKey: key });

/**
 * The keys of a single-node install: those in `secrets.json` of the data folder, made on the first start and readable
 * by its owner only. Throws a `StartError` when the folder or the file cannot be used.
 */
export function loadStoredSecrets(dataDir: string): Secrets {
  const file = path.join(dataDir, 'secrets.json');
  makeDataFolder(dataDir);
  try {
    return readSecrets(file) ?? createSecrets(file);
  } catch (error) {
    throw dataFolderError(dataDir, error);
  }
}

function readSecrets(file: string): Secrets | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const parsed = storedSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new StartError(
    `${file} is damaged. Bring it back from a backup; or delete it, which signs everybody out and makes stored credentials unreadable.`,
  );
}

/** Written beside the target, flushed and moved into place, so that a crash leaves a whole file or none. */
function createSecrets(file: string): Secrets {
  const secrets = { accessTokenKey: randomKey(), refreshTokenKey: randomKey(), credentialsKey: randomKey() };
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    // In a container every process has the same id, so an earlier one may have left a file of this name.
    const descriptor = openSync(temporary, 'w', 0o600);
    writeSync(descriptor, `${JSON.stringify(secrets, null, 2)}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(path.dirname(file));
  return secrets;
}

function randomKey(): string {
  return randomBytes(32).toString('hex');
}

function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
