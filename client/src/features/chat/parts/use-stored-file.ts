import { toolRoutes } from '@parley/contracts';
import type { ToolResultId } from '@parley/contracts';
import { useEffect, useState } from 'react';
import { authorizedFetch } from '../../../lib/api/call.ts';
import { readProblem } from '../../../lib/api/read-problem.ts';

/** How it goes with the bytes of a stored result. */
export interface StoredFile {
  readonly state: 'idle' | 'loading' | 'there' | 'failed';
  readonly blob?: Blob;
  readonly cause?: unknown;
}

/** The bytes of a stored result once they are `wanted`, until the view goes. `load` wants them, and tries again. */
export function useStoredFile(id: ToolResultId, wanted: boolean) {
  const [asked, setAsked] = useState(wanted ? 1 : 0);
  const [file, setFile] = useState<StoredFile>({ state: wanted ? 'loading' : 'idle' });
  useEffect(() => {
    if (asked === 0) return undefined;
    const leaving = new AbortController();
    fetchStoredFile(id, leaving.signal).then(
      (blob) => setFile({ state: 'there', blob }),
      (cause: unknown) => {
        if (!leaving.signal.aborted) setFile({ state: 'failed', cause });
      },
    );
    return () => leaving.abort();
  }, [id, asked]);
  return {
    file,
    load: () => {
      setFile({ state: 'loading' });
      setAsked((count) => count + 1);
    },
  };
}

/** The bytes of a stored result. Throws as `call` does. */
export async function fetchStoredFile(id: ToolResultId, signal?: AbortSignal): Promise<Blob> {
  const url = toolRoutes.result.path.replace(':id', id);
  const response = await authorizedFetch(url, signal ? { signal } : {});
  if (!response.ok) throw await readProblem(response);
  return response.blob();
}
