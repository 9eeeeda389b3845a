import type { Agent, AgentRef } from '@parley/contracts';
import { useState } from 'react';

/** How the version a chat stays with stands to the newest one. */
export interface PinnedVersion {
  readonly pinned: number;
  readonly newest: number;
  /** The next turn moves on to the newest version. */
  readonly isMovingOn: boolean;
  readonly moveOn: () => void;
}

/** The version of an agent that a chat stays with, and the way to a newer one: asked for once, with the next prompt. */
export function useAgentVersion(agent: Agent | undefined, pinned: AgentRef | undefined) {
  const [wanted, setWanted] = useState<number>();
  const isPinned = agent !== undefined && pinned?.id === agent.id;
  const version: PinnedVersion | undefined =
    isPinned && pinned.version < agent.version
      ? {
          pinned: pinned.version,
          newest: agent.version,
          isMovingOn: wanted === agent.version,
          moveOn: () => setWanted(agent.version),
        }
      : undefined;
  return {
    version,
    /** What goes with the next prompt. */
    wanted: version?.isMovingOn ? version.newest : undefined,
    clear: () => setWanted(undefined),
  };
}
