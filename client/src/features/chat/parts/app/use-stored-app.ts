import { storedAppSchema } from '@parley/contracts';
import type { StoredApp, ToolResultId } from '@parley/contracts';
import { useEffect, useState } from 'react';
import * as z from 'zod/mini';
import { fetchStoredFile } from '../use-stored-file.ts';

/** An app as it was kept: undefined while it is fetched, `failed` when it cannot be had. */
export function useStoredApp(id: ToolResultId): StoredApp | 'failed' | undefined {
  const [app, setApp] = useState<StoredApp | 'failed'>();
  useEffect(() => {
    const leaving = new AbortController();
    fetchApp(id, leaving.signal).then(setApp, () => {
      if (!leaving.signal.aborted) setApp('failed');
    });
    return () => leaving.abort();
  }, [id]);
  return app;
}

async function fetchApp(id: ToolResultId, signal: AbortSignal): Promise<StoredApp> {
  const blob = await fetchStoredFile(id, signal);
  return z.parse(storedAppSchema, JSON.parse(await blob.text()));
}
