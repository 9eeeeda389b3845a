import { useEffect, useState } from 'react';

/** What `read` makes of bytes and a name; `undefined` until it is there, `failed` when it could not be made. */
export function useRead<T>(
  blob: Blob,
  name: string,
  read: (blob: Blob, name: string) => Promise<T>,
): T | 'failed' | undefined {
  const [result, setResult] = useState<{ readonly value: T | 'failed' }>();
  useEffect(() => {
    let isGone = false;
    read(blob, name).then(
      (value) => !isGone && setResult({ value }),
      () => !isGone && setResult({ value: 'failed' }),
    );
    return () => {
      isGone = true;
    };
  }, [blob, name, read]);
  return result?.value;
}
