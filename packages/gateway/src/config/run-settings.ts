import type { GatewayConfig } from '../core/gateway-config.ts';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number] | 'silent';

/** What a gateway that runs by itself needs to know besides its configuration. */
export interface RunSettings {
  /** Processes that share the port; `auto` is one less than the processors. */
  readonly workers: number | 'auto';
  /** Whether changed files are read again, and how long they must have been quiet. */
  readonly reload: { readonly isOn: boolean; readonly debounceMs: number };
  readonly logLevel: LogLevel;
  /** A file that lines go to besides standard error, with a level of its own. */
  readonly logFile: { readonly isOn: boolean; readonly path: string; readonly level: LogLevel };
}

export const defaultRunSettings: RunSettings = {
  workers: 1,
  reload: { isOn: true, debounceMs: 1000 },
  logLevel: 'info',
  logFile: { isOn: false, path: './logs/lynkr.log', level: 'info' },
};

export interface Settings {
  readonly config: GatewayConfig;
  readonly run: RunSettings;
}
