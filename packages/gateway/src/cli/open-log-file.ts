import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CliError } from './cli-error.ts';

export interface LogFile {
  readonly write: (line: string) => void;
  /** Resolves when everything is written. */
  end(): Promise<void>;
}

/** Appends lines to a file, which is made with its folder. Throws a `CliError` when that cannot be done. */
export function openLogFile(path: string, onError: (error: unknown) => void): LogFile {
  const file = resolve(path);
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new CliError(
      `The log file ${file} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const closed = Promise.withResolvers<void>();
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  stream.on('error', onError).once('close', () => closed.resolve());
  return {
    write: (line) => void stream.write(line),
    async end() {
      stream.end();
      await closed.promise;
    },
  };
}
