import type { SandboxRunner } from '@parley/sandbox';
import type { Logger } from 'pino';
import { compose } from './compose.ts';
import type { AppConfig } from './config/app-config.ts';
import { serve } from './http/serve.ts';

/** A Parley that can be asked. */
export interface RunningParley {
  /** Where a browser on this machine finds it, such as `http://localhost:3080`. */
  readonly url: string;
  /** Whether no account existed when it started. */
  readonly isFirstRun: boolean;
  /** Stops accepting, lets requests in flight end, then stops everything else. */
  close(): Promise<void>;
}

interface StartOptions {
  readonly config: AppConfig;
  readonly log: Logger;
  readonly checkAnswers: boolean;
  /** Milliseconds between two appends to the log of an answer, 30 unless told; for measurements. */
  readonly appendIntervalMs?: number;
  /** Makes what runs code, instead of what the configuration names; for tests. */
  readonly createSandbox?: (() => SandboxRunner) | undefined;
}

/** Composes and listens. Rejects with a `StartError` for what the operator can mend; nothing is left running then. */
export async function startParley({ config, log, ...options }: StartOptions): Promise<RunningParley> {
  const parley = await compose({ config, log, ...options });
  try {
    const isFirstRun = await parley.isFirstRun();
    const server = await serve(parley.app, { ...config.http, prepare: (http) => parley.realtime.attach(http) });
    return {
      url: `http://${browserHost(config.http.host)}:${server.port}`,
      isFirstRun,
      async close() {
        parley.drain();
        // The port is closed first: a socket that was sent away must not come back here.
        await Promise.all([server.close(), parley.realtime.close()]);
        await parley.close();
      },
    };
  } catch (error) {
    await parley.close();
    throw error;
  }
}

/** Browsers grant `localhost` more than a bare loopback address, and nobody can visit “all addresses”. */
function browserHost(host: string): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
