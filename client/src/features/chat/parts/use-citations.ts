import type { SourcePart } from '@parley/contracts';
import { useState } from 'react';

/** The sources of an answer, the same array for as long as they are the same. */
export function useCitations(sources: readonly SourcePart[]): readonly SourcePart[] {
  const [held, setHeld] = useState(sources);
  if (
    held === sources ||
    (held.length === sources.length && held.every(({ id }, index) => id === sources[index]?.id))
  ) {
    return held;
  }
  setHeld(sources);
  return sources;
}
