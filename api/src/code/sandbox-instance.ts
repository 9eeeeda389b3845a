import { createHash } from 'node:crypto';
import type { AppConfig } from '../config/app-config.ts';

/** By which the containers that a process of this install has left behind are known: the same after a restart, and nobody else's. */
export function sandboxInstance({ dataDir, secrets }: Pick<AppConfig, 'dataDir' | 'secrets'>): string {
  const whole = JSON.stringify(['sandbox', dataDir, secrets.credentialsKey]);
  return createHash('sha256').update(whole).digest('hex').slice(0, 16);
}
