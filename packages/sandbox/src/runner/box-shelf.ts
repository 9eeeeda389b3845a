import type { ImageTarget } from '../core/languages.ts';
import type { SandboxLog } from '../core/sandbox-log.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { Box, BoxSpec, SandboxEngine } from '../engine/sandbox-engine.ts';
import { withDeadline } from './with-deadline.ts';

/** Whose box it is: bound for life. */
export interface BoxOwner {
  readonly owner: string;
  readonly workspace: string;
}

/** A box for one run, with what its workspace holds: the SHA-256 of each file by name. */
export interface TakenBox {
  readonly box: Box;
  readonly how: 'cold' | 'warm' | 'sticky';
  readonly contents: Map<string, string>;
}

interface BoxShelfOptions {
  readonly engine: SandboxEngine;
  readonly log: SandboxLog;
  /** After which a box that nobody uses is closed. */
  readonly idleMs: number;
  /** Boxes at once; those that nobody uses make room. */
  readonly maxBoxes: number;
  /** Empty boxes to keep ready, for images that were used. */
  readonly warm: Readonly<Partial<Record<ImageTarget, number>>>;
  /** Whether machines have time to make boxes ready. */
  readonly isCalm: () => boolean;
}

export interface BoxShelf {
  /** The box its owner used last, or a ready one, or a new one. Throws `SandboxError` and the reason of the signal. */
  take(owner: BoxOwner, spec: BoxSpec, signal: AbortSignal): Promise<TakenBox>;
  /** Puts a box back for the next run of its owner. */
  keep(owner: BoxOwner, taken: TakenBox): void;
  /** Closes a box. Never throws. */
  discard(box: Box): Promise<void>;
  /** Makes boxes ready, where some are wanted, in the background. */
  refill(): void;
  /** Closes the boxes of a workspace that no run uses. */
  closeWorkspace(owner: BoxOwner): Promise<void>;
  /** Closes all boxes that no run uses, and opens no more. */
  close(): Promise<void>;
}

interface IdleBox {
  readonly owner: BoxOwner;
  readonly taken: TakenBox;
  readonly timer: NodeJS.Timeout;
}

const openMs = 30_000;
const closeMs = 20_000;

export function createBoxShelf({ engine, log, idleMs, maxBoxes, warm, isCalm }: BoxShelfOptions): BoxShelf {
  /** Least recently used first. */
  const idle = new Map<string, IdleBox>();
  const ready = new Map<ImageTarget, Box[]>();
  const used = new Map<ImageTarget, BoxSpec>();
  const closings = new Set<Promise<void>>();
  const life = new AbortController();
  let refilling: Promise<void> | undefined;
  let count = 0;

  async function open(spec: BoxSpec, signal: AbortSignal): Promise<Box> {
    count += 1;
    try {
      const either = AbortSignal.any([signal, life.signal]);
      return await withDeadline(openMs, 'The engine made no container in time.', either, (ending) =>
        engine.open(spec, ending),
      );
    } catch (error) {
      count -= 1;
      throw error;
    }
  }

  function discard(box: Box): Promise<void> {
    const closing = withDeadline(closeMs, 'The engine did not remove a container in time.', never, () => box.close())
      .catch((error: unknown) => log('warn', 'Container not removed', { box: box.id, reason: String(error) }))
      .finally(() => {
        count -= 1;
        closings.delete(closing);
      });
    closings.add(closing);
    return closing;
  }

  function takeIdle(key: string): TakenBox | undefined {
    const found = idle.get(key);
    if (found === undefined) return undefined;
    idle.delete(key);
    clearTimeout(found.timer);
    if (found.taken.box.isAlive()) return { ...found.taken, how: 'sticky' };
    void discard(found.taken.box);
    return undefined;
  }

  function takeReady(image: ImageTarget): Box | undefined {
    for (let box = ready.get(image)?.shift(); box !== undefined; box = ready.get(image)?.shift()) {
      if (box.isAlive()) return box;
      void discard(box);
    }
    return undefined;
  }

  /** Closes the box that is missed least; whether there was one. */
  async function makeRoom(): Promise<boolean> {
    const [oldest] = idle.keys();
    if (oldest !== undefined) {
      const taken = takeIdle(oldest);
      if (taken !== undefined) await discard(taken.box);
      return true;
    }
    for (const image of ready.keys()) {
      const box = takeReady(image);
      if (box === undefined) continue;
      await discard(box);
      return true;
    }
    return false;
  }

  const isFull = () => count >= maxBoxes;

  async function openCold(spec: BoxSpec, signal: AbortSignal): Promise<Box> {
    while (isFull() && (await makeRoom()));
    try {
      return await open(spec, signal);
    } catch (error) {
      // A machine that is full may have room again without the boxes that nobody uses.
      const isRefused = error instanceof SandboxError && error.code === 'engine' && !signal.aborted;
      if (!isRefused || !(await makeRoom())) throw error;
      return open(spec, signal);
    }
  }

  async function refillAll(): Promise<void> {
    for (const [image, wanted] of Object.entries(warm)) {
      const spec = [...used.values()].find((each) => each.image === image);
      if (spec === undefined) continue;
      const boxes = (ready.get(spec.image) ?? []).filter((box) => box.isAlive() || void discard(box));
      ready.set(spec.image, boxes);
      while (boxes.length < wanted && count < maxBoxes && isCalm() && !life.signal.aborted) {
        const box = await open(spec, life.signal);
        if (life.signal.aborted) void discard(box);
        else boxes.push(box);
      }
    }
  }

  return {
    discard,
    async take(owner, spec, signal) {
      used.set(spec.image, spec);
      const sticky = takeIdle(keyOf(owner, spec.image));
      if (sticky !== undefined) return sticky;
      const warmBox = takeReady(spec.image);
      if (warmBox !== undefined) return { box: warmBox, how: 'warm', contents: new Map() };
      return { box: await openCold(spec, signal), how: 'cold', contents: new Map() };
    },
    keep(owner, taken) {
      if (life.signal.aborted || !taken.box.isAlive()) {
        void discard(taken.box);
        return;
      }
      const key = keyOf(owner, taken.box.image);
      const timer = setTimeout(() => {
        const unused = takeIdle(key);
        if (unused !== undefined) void discard(unused.box);
      }, idleMs);
      timer.unref();
      idle.set(key, { owner, taken, timer });
    },
    refill() {
      if (refilling !== undefined || life.signal.aborted) return;
      refilling = refillAll()
        .catch((error: unknown) => log('debug', 'No container made ready', { reason: String(error) }))
        .finally(() => {
          refilling = undefined;
        });
    },
    async closeWorkspace({ owner, workspace }) {
      const mine = [...idle].filter(([, each]) => each.owner.owner === owner && each.owner.workspace === workspace);
      await Promise.all(mine.map(([key]) => takeIdle(key)).map(async (taken) => taken && discard(taken.box)));
    },
    async close() {
      life.abort(new SandboxError('unavailable', 'Code execution ends here.'));
      await refilling;
      const boxes = [...idle.keys()].map((key) => takeIdle(key)?.box);
      for (const box of [...boxes, ...[...ready.values()].flat()]) if (box !== undefined) void discard(box);
      ready.clear();
      await Promise.all(closings);
    },
  };
}

const never = new AbortController().signal;

function keyOf({ owner, workspace }: BoxOwner, image: ImageTarget): string {
  return JSON.stringify([owner, workspace, image]);
}
