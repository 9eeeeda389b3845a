import { createHash } from 'node:crypto';
import type { ImageTarget } from '../core/languages.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import type { Box, Collected } from '../engine/sandbox-engine.ts';
import { createFakeBridge, type FakeBridge } from './fake-bridge.ts';
import type { FakeStage } from './fake-engine.ts';
import { runFakeProgram } from './fake-program.ts';

export interface FakeBox extends Box {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Names of the files that travelled into it, in order, over all runs. */
  readonly received: readonly string[];
  /** Ends it, as a lost engine does; whatever runs in it fails. */
  crash(): void;
}

interface FakeBoxOptions {
  readonly id: string;
  readonly image: ImageTarget;
  readonly before: (stage: FakeStage, boxId: string | undefined) => void | Promise<void>;
  readonly onClosed: () => void;
}

/** A container in memory. */
export function createFakeBox({ id, image, before, onClosed }: FakeBoxOptions): FakeBox {
  const files = new Map<string, Uint8Array>();
  const skipped = new Map<string, string>();
  const received: string[] = [];
  const death = new AbortController();
  let seen = new Map<string, Uint8Array>();
  let bridge = Promise.withResolvers<FakeBridge>();

  const enter = async (stage: FakeStage, signal: AbortSignal): Promise<AbortSignal> => {
    await before(stage, id);
    const either = AbortSignal.any([signal, death.signal]);
    either.throwIfAborted();
    return either;
  };
  const crash = () => death.abort(new SandboxError('engine', 'The container is gone.'));

  return {
    id,
    image,
    files,
    received,
    crash,
    isAlive: () => !death.signal.aborted,
    async put(wanted, read, signal) {
      const either = await enter('put', signal);
      for (const file of wanted) {
        files.set(file.name, await joined(read(file, either), either));
        received.push(file.name);
      }
      seen = new Map(files);
    },
    async remove(names, signal) {
      await enter('remove', signal);
      for (const name of names) files.delete(name);
      seen = new Map(files);
    },
    async exec(command, sink, signal) {
      const either = await enter('exec', signal);
      const started = performance.now();
      const over = command.clock?.over;
      const ending = over === undefined ? either : AbortSignal.any([either, over]);
      const call = async (name: string, input: unknown) => {
        // Only a program that waits for tools has a clock of its own.
        if (command.clock === undefined) throw new Error('This program was given no tools.');
        return (await bridge.promise).call(name, input, ending);
      };
      const world = { boxId: id, files, skipped, call, crash };
      const outcome = await runFakeProgram(command, world, sink, ending).catch((error: unknown) => {
        if (over?.aborted !== true || either.aborted) throw error;
        return { phase: 'run', exitCode: null, signal: 'SIGKILL', reason: 'timeout' } as const;
      });
      const isSpent = outcome.reason === 'oom';
      return { ...outcome, durationMs: Math.round(performance.now() - started), isSpent };
    },
    async *collect({ fileBytes }, signal) {
      await enter('collect', signal);
      yield* changes(seen, files, fileBytes);
      for (const [name, reason] of skipped) yield { type: 'skipped', name, reason };
      skipped.clear();
      seen = new Map(files);
    },
    async openBridge(_toolFolder, signal) {
      await enter('bridge', signal);
      const opened = createFakeBridge();
      bridge.resolve(opened);
      return {
        ...opened.ofCaller,
        async close() {
          await opened.ofCaller.close();
          bridge = Promise.withResolvers<FakeBridge>();
        },
      };
    },
    async close() {
      await before('close', id);
      crash();
      onClosed();
    },
  };
}

function* changes(
  before: ReadonlyMap<string, Uint8Array>,
  now: ReadonlyMap<string, Uint8Array>,
  fileBytes: number,
): Generator<Collected> {
  for (const [name, bytes] of now) {
    if (before.get(name) === bytes) continue;
    if (bytes.length > fileBytes) yield { type: 'skipped', name, reason: 'it is too large' };
    else yield { type: 'file', name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
  }
  for (const name of before.keys()) if (!now.has(name)) yield { type: 'removed', name };
}

async function joined(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    all.push(chunk);
  }
  return Buffer.concat(all);
}
