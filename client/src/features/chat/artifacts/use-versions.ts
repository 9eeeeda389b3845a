import { useState } from 'react';
import { useLiveMessage } from '../live/use-live.ts';
import type { PathNode } from '../thread/visible-path.ts';
import { findVersions } from './artifact-key.ts';
import { createArtifactCollector } from './collect-artifacts.ts';

/** The versions of an artifact on the path that is shown, the one being written included; see `findVersions`. */
export function useVersions(path: readonly PathNode[], key: string) {
  const [collect] = useState(createArtifactCollector);
  const last = path.at(-1)?.message;
  const live = useLiveMessage(last);
  return findVersions(
    path.flatMap(({ message }) => collect(message === last && live ? live : message)),
    key,
  );
}
