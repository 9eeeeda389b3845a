import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from '../config/environment/environment-reader.ts';
import { loadGatewayConfig } from '../config/load-config.ts';
import type { ConfigFlags, LoadedConfig } from '../config/load-config.ts';
import type { GuideDocument } from '../dialects/guide/guide-document.ts';
import { CliError } from './cli-error.ts';

export interface FilesOptions {
  /** The working directory. */
  readonly folder: string;
  /** `--config`; without it `gateway.yaml` is read if there is one. */
  readonly config?: string | undefined;
  /** Variables of the process; they win over those of `.env`. */
  readonly environment: Environment;
  readonly flags: ConfigFlags;
  readonly guideDocuments: readonly GuideDocument[];
}

export interface ConfigurationFiles {
  /** Reads both files anew. Rejects with a `GatewayConfigError` or a `CliError`. */
  load(): Promise<LoadedConfig>;
  /** What the files hold at this moment, to see whether anything changed. */
  fingerprint(): string;
  readonly paths: readonly string[];
}

/** The files of a gateway that runs by itself. */
export function createConfigurationFiles(options: FilesOptions): ConfigurationFiles {
  const { folder, config, environment, flags, guideDocuments } = options;
  const yamlPath = resolve(folder, config ?? 'gateway.yaml');
  const envPath = resolve(folder, '.env');
  return {
    paths: [yamlPath, envPath],
    fingerprint: () => JSON.stringify([readIfThere(yamlPath), readIfThere(envPath)]),
    async load() {
      const text = readIfThere(yamlPath);
      if (text === undefined && config !== undefined) throw new CliError(`There is no file ${yamlPath}.`);
      const variables = { ...parseEnv(readIfThere(envPath) ?? ''), ...environment };
      return loadGatewayConfig({
        variables,
        flags,
        guideDocuments,
        ...(text === undefined ? {} : { yaml: { text, file: config ?? basename(yamlPath) } }),
      });
    },
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ENOENT') return undefined;
    throw new CliError(`${path} cannot be read (${String(error.code)}).`);
  }
}
