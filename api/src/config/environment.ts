import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from './config-error.ts';
import { readEnvFile, unreadableEnvFile } from './env-file.ts';
import type { Mistake } from './mistake.ts';

/** Every variable there is, and where it was set. Empty ones count as unset. */
export interface Environment {
  readonly values: Readonly<Record<string, string>>;
  /** `.env:3`, or `environment` for a variable of the process. */
  placeOf(name: string): string;
  /** Names that were set in the `.env` file, in its order. */
  readonly fileNames: readonly string[];
  /** Lines of the `.env` file that cannot be understood. */
  readonly mistakes: readonly Mistake[];
}

/**
 * Joins the `.env` file of the install, if there is one, with the variables of the process, which win. Throws a
 * `ConfigError` when the file is there but cannot be read.
 */
export function readEnvironment(installRoot: string, processVariables: NodeJS.ProcessEnv): Environment {
  const file = readEnvFile(readOptional(path.join(installRoot, '.env')));
  const fromFile = withoutEmpty(file.values);
  const fromProcess = withoutEmpty(processVariables);
  return {
    values: { ...fromFile, ...fromProcess },
    fileNames: [...file.lines.keys()].filter((name) => name in fromFile),
    mistakes: file.mistakes,
    placeOf(name) {
      const line = file.lines.get(name);
      return name in fromProcess || line === undefined ? 'environment' : `.env:${line}`;
    },
  };
}

function readOptional(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ENOENT') return '';
    throw new ConfigError([unreadableEnvFile(String(error.code))]);
  }
}

function withoutEmpty(variables: NodeJS.Dict<string>): Record<string, string> {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined && value.trim() !== '') set[name] = value;
  }
  return set;
}
