import { orAborted } from '../or-aborted.ts';

/** Lets the runs of a workspace in one after the other, so that each finds the files of the one before. */
export interface WorkspaceLine {
  /**
   * Resolves when it is the caller's turn, with the function that ends it; `undefined` when too many wait. Rejects with
   * the reason of `signal`. `onWait` hears how many are before it.
   */
  enter(workspace: string, signal: AbortSignal, onWait: (before: number) => void): Promise<(() => void) | undefined>;
}

interface Place {
  readonly onWait: (before: number) => void;
  readonly begin: () => void;
}

/** `mostWaiting` is of one workspace, without the one that runs. */
export function createWorkspaceLine(mostWaiting: number): WorkspaceLine {
  /** By workspace; the first one runs. */
  const lines = new Map<string, Place[]>();

  return {
    async enter(workspace, signal, onWait) {
      signal.throwIfAborted();
      const line = lines.get(workspace) ?? [];
      if (line.length > mostWaiting) return undefined;
      lines.set(workspace, line);
      const turn = Promise.withResolvers<void>();
      const place: Place = { onWait, begin: turn.resolve };
      line.push(place);

      function leave(): void {
        const index = line.indexOf(place);
        if (index < 0) return;
        line.splice(index, 1);
        if (line.length === 0) lines.delete(workspace);
        if (index === 0) line[0]?.begin();
        for (const [before, waiting] of line.entries()) if (before > 0 && before >= index) waiting.onWait(before);
      }

      if (line.length === 1) return leave;
      onWait(line.length - 1);
      try {
        await orAborted(turn.promise, signal);
        return leave;
      } catch (error) {
        leave();
        throw error;
      }
    },
  };
}
