import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import { findLanguage, type ImageTarget, type LanguageId } from '../../core/languages.ts';
import type { RunLimits } from '../../core/limits.ts';
import type { WorkspaceFile } from '../../core/run.ts';
import type { Box, BoxCommand, BoxEnd, Collected } from '../../engine/sandbox-engine.ts';
import { openRealEngine } from '../../testing/real-engine.ts';

export interface Outcome extends BoxEnd {
  readonly stdout: string;
  readonly stderr: string;
}

type Changes = Partial<Pick<BoxCommand, 'args' | 'stdin'>> & { readonly language?: LanguageId };

/** A box with a stranger in it. */
export interface AttackBox {
  readonly box: Box;
  /** Runs code, Python unless said otherwise; output is cut as the limits say. */
  run(code: string, changes?: Changes): Promise<Outcome>;
  /** Runs a file of `programs/` that prints one value of JSON. */
  ask(program: string, ...args: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  put(name: string, content: string): Promise<void>;
  collect(): Promise<Collected[]>;
  /** Fails unless another program runs in it as if nothing had been. */
  expectUsable(): Promise<void>;
}

/** An engine whose boxes are attacked. */
export interface AttackSite {
  readonly limits: RunLimits;
  open(image?: ImageTarget): Promise<AttackBox>;
  /** Ids of the containers there are. */
  containers(): Promise<readonly string[]>;
  /** Where the engine keeps what a container prints, if it does. */
  logOf(id: string): Promise<{ readonly kind: string | undefined; readonly path: string }>;
  /** Removes everything, and fails when something is left. */
  close(): Promise<void>;
}

const deadline = () => AbortSignal.timeout(60_000);
const answersSchema = z.record(z.string(), z.unknown());

export function openAttackSite(changes: Partial<RunLimits> = {}): AttackSite {
  const { engine, limits, docker, ...real } = openRealEngine(changes);

  const boxOf = (box: Box): AttackBox => {
    const run: AttackBox['run'] = async (code, { language = 'python', args = [], stdin = '' } = {}) => {
      const output = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
      let room = limits.outputBytes;
      const sink = (stream: 'stdout' | 'stderr', bytes: Uint8Array) => {
        room -= bytes.length;
        if (room >= 0) output[stream].push(bytes);
        return room >= 0;
      };
      const end = await box.exec({ language, code, args, stdin }, sink, deadline());
      const text = (stream: 'stdout' | 'stderr') => Buffer.concat(output[stream]).toString();
      return { ...end, stdout: text('stdout'), stderr: text('stderr') };
    };
    return {
      box,
      run,
      async ask(program, ...args) {
        const code = await readFile(new URL(`../programs/${program}`, import.meta.url), 'utf8');
        const { stdout, stderr, exitCode } = await run(code, { args });
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
        return answersSchema.parse(JSON.parse(stdout));
      },
      async put(name, content) {
        const bytes = Buffer.from(content);
        const hash = await crypto.subtle.digest('SHA-256', bytes);
        const file: WorkspaceFile = { name, size: bytes.length, sha256: Buffer.from(hash).toString('hex') };
        const read = async function* () {
          yield bytes;
        };
        await box.put([file], read, deadline());
      },
      async collect() {
        const all: Collected[] = [];
        for await (const found of box.collect(limits, deadline())) all.push(found);
        return all;
      },
      async expectUsable() {
        expect(box.isAlive()).toBe(true);
        const outcome = await run('print("usable")');
        expect(outcome).toMatchObject({ exitCode: 0, reason: 'ok', stderr: '', isSpent: false });
        expect(outcome.stdout).toContain('usable');
      },
    };
  };

  return {
    limits,
    containers: async () => await real.containers(),
    async open(image = 'python') {
      const memoryMb = findLanguage(image === 'node' ? 'javascript' : image)?.memoryMb ?? 512;
      return boxOf(await engine.open({ image, memoryBytes: memoryMb * 1024 * 1024 }, deadline()));
    },
    async logOf(id) {
      const { HostConfig, LogPath } = await docker.getContainer(id).inspect();
      return { kind: HostConfig.LogConfig?.Type, path: LogPath };
    },
    async close() {
      await engine.close();
      expect(await real.containers()).toEqual([]);
    },
  };
}
