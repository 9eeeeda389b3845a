import { spawn, spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SandboxError } from '../../core/sandbox-error.ts';
import type { ExecRaw } from '../../docker/exec-stream.ts';

/** Whether this machine has the tools that an image has. */
export const hasGnuTools = ['find', 'tar', 'sha256sum', 'xargs'].every((tool) =>
  spawnSync(tool, ['--version'], { encoding: 'utf8' }).stdout?.includes('GNU'),
);

/** Processes of this machine in the place of those of a box; `started` counts them. */
export function createLocalExec(): { readonly exec: ExecRaw; readonly started: () => number } {
  let started = 0;
  return {
    started: () => started,
    exec: async ({ command, stdin }, signal) => {
      signal.throwIfAborted();
      started += 1;
      const [program = '', ...args] = command;
      const child = spawn(program, args, { stdio: 'pipe', env: { PATH: process.env['PATH'], LC_ALL: 'C' } });
      const stop = () => {
        child.kill('SIGKILL');
        child.stdout.destroy(signal.reason instanceof Error ? signal.reason : new SandboxError('engine', 'Ended.'));
      };
      signal.addEventListener('abort', stop, { once: true });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const feeding = Promise.allSettled([pipeline(Readable.from(stdin ?? []), child.stdin)]);
      const { promise, resolve, reject } = Promise.withResolvers<{ exitCode: number; stderr: string }>();
      child.stdout.on('error', reject);
      child.on('error', reject);
      child.on('close', (code) => {
        signal.removeEventListener('abort', stop);
        void feeding.then(() => resolve({ exitCode: code ?? 137, stderr }));
      });
      return { stdout: child.stdout, end: promise };
    },
  };
}
