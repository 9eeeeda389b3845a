import { isRedisInstalled } from './redis-server.ts';

/**
 * Whether tests on a real Redis can run here; says what to install when they cannot. Throws then where every tier is
 * mandatory (`PARLEY_TIERS=all`).
 */
export function isRedisTested(): boolean {
  if (isRedisInstalled()) return true;
  const notInstalled = 'redis-server is not installed: apt-get install redis-server';
  if (process.env['PARLEY_TIERS'] === 'all') throw new Error(notInstalled);
  process.stderr.write(`Skipped: ${notInstalled}\n`);
  return false;
}
