import type { ImageTarget } from '../core/languages.ts';
import { languages } from '../core/languages.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { BoxSpec, EngineStatus, SandboxEngine } from '../engine/sandbox-engine.ts';
import { createFakeBox, type FakeBox } from './fake-box.ts';

/** What an engine is asked for, in the order of a run. */
export type FakeStage = 'status' | 'open' | 'remove' | 'put' | 'bridge' | 'exec' | 'collect' | 'close';

interface FakeEngineOptions {
  /** Called before each; what it throws or waits for happens there. */
  readonly before?: (stage: FakeStage, boxId: string | undefined) => void | Promise<void>;
}

export interface FakeEngine extends SandboxEngine {
  /** The boxes that are open, oldest first. */
  readonly boxes: readonly FakeBox[];
  /** How many boxes were ever opened. */
  readonly opened: number;
  /** How often boxes without an owner were looked for. */
  readonly reaped: number;
  /** What `status` says from now on; an engine that is not usable opens no boxes. */
  setStatus(status: EngineStatus): void;
}

/** What a healthy engine with all images says. */
export const usableStatus: EngineStatus = {
  usable: true,
  engine: { name: 'fake', version: '1.0.0', runtime: 'none' },
  images: new Map<ImageTarget, { versions: Record<string, string> }>(
    languages.map(({ image }) => [
      image,
      { versions: Object.fromEntries(languages.filter((each) => each.image === image).map(({ id }) => [id, '1.0'])) },
    ]),
  ),
};

/**
 * An engine in memory, without isolation: whatever the language, programs are written in the little one of
 * `fake-program.ts` (`print hello`, `write out.txt text`, `wait`, …). For tests of those who run code.
 */
export function createFakeEngine({ before = () => undefined }: FakeEngineOptions = {}): FakeEngine {
  const boxes = new Set<FakeBox>();
  let status = usableStatus;
  let opened = 0;
  let reaped = 0;
  return {
    get boxes() {
      return [...boxes];
    },
    get opened() {
      return opened;
    },
    get reaped() {
      return reaped;
    },
    setStatus(next) {
      status = next;
    },
    async status(signal) {
      await before('status', undefined);
      signal.throwIfAborted();
      return status;
    },
    async open(spec: BoxSpec, signal) {
      await before('open', undefined);
      signal.throwIfAborted();
      if (!status.usable) throw new SandboxError('unavailable', status.reason ?? 'There is no engine.');
      if (!status.images.has(spec.image))
        throw new SandboxError('unavailable', `The image ${spec.image} is not built.`);
      opened += 1;
      const box = createFakeBox({ id: `box-${opened}`, image: spec.image, before, onClosed: () => boxes.delete(box) });
      boxes.add(box);
      return box;
    },
    async reap() {
      reaped += 1;
      return 0;
    },
    async close() {
      for (const box of boxes) await box.close();
    },
  };
}
