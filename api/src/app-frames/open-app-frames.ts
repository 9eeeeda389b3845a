import path from 'node:path';
import type { Logger } from 'pino';
import type { AppConfig } from '../config/app-config.ts';
import { StartError } from '../start-error.ts';
import { startAppFrames } from './start-app-frames.ts';

interface AppFrames {
  /** For the client and its content security policy. */
  readonly address: { readonly port: number; readonly url?: string };
  /** Origins that apps may load from and connect to. */
  readonly hosts: readonly string[];
  close(): Promise<void>;
}

/** The frames of this install; undefined when apps are switched off, or, with a word in the log, when the port is taken. */
export async function openAppFrames(
  { appFrames, http, publicUrl, installRoot }: Pick<AppConfig, 'appFrames' | 'http' | 'publicUrl' | 'installRoot'>,
  log: Logger,
): Promise<AppFrames | undefined> {
  if (appFrames === undefined) return undefined;
  const { hosts, url } = appFrames;
  try {
    const scripts = path.join(installRoot, 'client', 'dist', 'artifact-frame');
    const server = await startAppFrames({ ...appFrames, host: http.host, publicUrl, scripts });
    const address = { port: server.port, ...(url === undefined ? {} : { url }) };
    return { address, hosts, close: () => server.close() };
  } catch (error) {
    // Chats work without apps; whoever wants them can choose another port.
    if (!(error instanceof StartError)) throw error;
    log.warn(
      { port: appFrames.port },
      'Artifacts and apps of tools are not shown: APP_FRAME_PORT cannot be listened on',
    );
    return undefined;
  }
}
