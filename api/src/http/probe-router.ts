import { Router } from 'express';

/** Where probes ask. */
export const probeRoutes = [
  { method: 'GET', path: '/livez' },
  { method: 'GET', path: '/readyz' },
  { method: 'GET', path: '/health' },
] as const;

interface ProbeOptions {
  readonly version: string;
  /** What requests need, by name; a ping rejects when that does not answer in time. */
  readonly pings: Readonly<Record<string, () => Promise<void>>>;
  readonly draining: AbortSignal;
}

/**
 * Answers probes: `/livez` while the process runs, `/readyz` and `/health` 200 when requests can be served, else 503
 * with what is missing.
 */
export function createProbeRouter({ version, pings, draining }: ProbeOptions): Router {
  const router = Router();

  router.get('/livez', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });

  router.get(['/readyz', '/health'], async (request, response) => {
    const checks = await Promise.all(
      Object.entries(pings).map(async ([name, ping]): Promise<[string, 'ok' | 'down']> => {
        const up = await isUp(ping, (error) => request.log.warn({ err: error }, `No answer from: ${name}`));
        return [name, up ? 'ok' : 'down'];
      }),
    );
    const ready = checks.every(([, state]) => state === 'ok') && !draining.aborted;
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({
        status: ready ? 'ok' : 'unavailable',
        version,
        checks: { ...Object.fromEntries(checks), draining: draining.aborted },
      });
  });

  return router;
}

async function isUp(ping: () => Promise<void>, onError: (error: unknown) => void): Promise<boolean> {
  try {
    await ping();
    return true;
  } catch (error) {
    onError(error);
    return false;
  }
}
