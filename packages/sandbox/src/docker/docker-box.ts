import type { RunLimits } from '../core/limits.ts';
import type { ImageTarget } from '../core/languages.ts';
import type { Box } from '../engine/sandbox-engine.ts';
import { createWorkspaceView } from '../workspace/workspace-view.ts';
import type { BoxContainer } from './box-container.ts';
import { execProgram } from './exec-program.ts';
import { createExecRaw } from './exec-stream.ts';
import { openBridge } from './open-bridge.ts';

interface DockerBoxOptions {
  readonly box: BoxContainer;
  readonly image: ImageTarget;
  readonly limits: RunLimits;
  /** Unix milliseconds at which no new run may begin in it, because its life would end during the run. */
  readonly lastStart: number;
}

/** A program may have stopped the one who was to end it; nobody writes files while they are looked at. */
const endLeftovers = 'kill -9 -1 2>/dev/null';

/** A box in a container that was just started. Whatever is aborted or fails in it removes the container. */
export function createDockerBox({ box, image, limits, lastStart }: DockerBoxOptions): Box {
  const view = createWorkspaceView({ exec: createExecRaw(box.container), before: endLeftovers });
  /** From the begin of a program until its files were collected. */
  let isBusy = false;

  /** Nothing can be said of a box in which something was aborted or failed: it is removed. */
  const giveUp = async (signal: AbortSignal): Promise<void> => {
    const removing = box.remove();
    if (signal.aborted) await removing;
  };
  /** Does something in the box; the box's end, too, ends that. */
  const guarded = async <Result>(
    signal: AbortSignal,
    act: (either: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    try {
      signal.throwIfAborted();
      return await act(AbortSignal.any([signal, box.ended]));
    } catch (error) {
      await giveUp(signal);
      throw error;
    }
  };

  return {
    id: box.id,
    image,
    isAlive: () => !box.ended.aborted && (isBusy || Date.now() < lastStart),
    put: async (files, read, signal) => await guarded(signal, (either) => view.put(files, read, either)),
    remove: async (names, signal) => await guarded(signal, (either) => view.remove(names, either)),
    exec: async (command, sink, signal) => {
      isBusy = true;
      return await guarded(signal, () => execProgram({ box, command, sink, limits, signal }));
    },
    async *collect(collectLimits, signal) {
      try {
        yield* view.collect(collectLimits, AbortSignal.any([signal, box.ended]));
      } catch (error) {
        await giveUp(signal);
        throw error;
      } finally {
        isBusy = false;
      }
    },
    openBridge: async (toolFolder, signal) =>
      await guarded(signal, (either) => openBridge(box.container, toolFolder, either)),
    close: async () => await box.remove(),
  };
}
