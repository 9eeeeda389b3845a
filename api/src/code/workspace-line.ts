import { orAborted } from '../or-aborted.ts';

/** A place in the line of a workspace. */
export interface PlaceInLine {
  /** Resolves when it is its turn. Rejects with the reason of `signal`. `onWait` hears how many are before it. */
  turn(signal: AbortSignal, onWait: (before: number) => void): Promise<void>;
  /** Makes room for those behind it. Harmless when told twice. */
  leave(): void;
}

/** Lets the runs of a workspace in one after the other, so that each finds the files of the one before. */
export interface WorkspaceLine {
  /** Takes a place behind all that have one; `undefined` when too many wait. */
  join(workspace: string): PlaceInLine | undefined;
}

interface Place {
  onWait: (before: number) => void;
  readonly begin: () => void;
}

/** `mostWaiting` is of one workspace, without the one that runs. */
export function createWorkspaceLine(mostWaiting: number): WorkspaceLine {
  /** By workspace; the first one runs. */
  const lines = new Map<string, Place[]>();

  return {
    join(workspace) {
      const line = lines.get(workspace) ?? [];
      if (line.length > mostWaiting) return undefined;
      lines.set(workspace, line);
      const begun = Promise.withResolvers<void>();
      const place: Place = { onWait: () => undefined, begin: begun.resolve };
      line.push(place);
      if (line.length === 1) place.begin();

      return {
        async turn(signal, onWait) {
          signal.throwIfAborted();
          const before = line.indexOf(place);
          if (before > 0) {
            place.onWait = onWait;
            onWait(before);
          }
          await orAborted(begun.promise, signal);
        },
        leave() {
          const index = line.indexOf(place);
          if (index < 0) return;
          line.splice(index, 1);
          if (line.length === 0) lines.delete(workspace);
          if (index === 0) line[0]?.begin();
          for (const [before, waiting] of line.entries()) if (before > 0 && before >= index) waiting.onWait(before);
        },
      };
    },
  };
}
