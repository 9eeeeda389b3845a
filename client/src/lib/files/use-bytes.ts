import { useEffect, useState } from 'react';

/** How it goes with bytes that are fetched. */
export interface FetchedBytes {
  readonly state: 'idle' | 'loading' | 'there' | 'failed';
  readonly blob?: Blob;
  readonly cause?: unknown;
}

/**
 * The bytes behind an id once they are `wanted`, until the view goes. `load` wants them, and tries again. `fetchBytes` has
 * to stay the same function.
 */
export function useBytes<Id extends string>(
  id: Id,
  fetchBytes: (id: Id, signal: AbortSignal) => Promise<Blob>,
  wanted: boolean,
) {
  const [asked, setAsked] = useState(wanted ? 1 : 0);
  const [file, setFile] = useState<FetchedBytes>({ state: wanted ? 'loading' : 'idle' });
  useEffect(() => {
    if (asked === 0) return undefined;
    const leaving = new AbortController();
    fetchBytes(id, leaving.signal).then(
      (blob) => setFile({ state: 'there', blob }),
      (cause: unknown) => {
        if (!leaving.signal.aborted) setFile({ state: 'failed', cause });
      },
    );
    return () => leaving.abort();
  }, [id, fetchBytes, asked]);
  return {
    file,
    load: () => {
      setFile({ state: 'loading' });
      setAsked((count) => count + 1);
    },
  };
}
