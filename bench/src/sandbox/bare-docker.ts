import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Program } from './programs.ts';

/**
 * The reference: the same program by `docker run` in the same image, without anything of ours around it. Milliseconds.
 * Throws when it does not print `hello`.
 */
export async function runBare(image: string, { language, code }: Program): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(
    'docker',
    `run --rm -i --network none --user 1000 --log-driver none --tmpfs /tmp:exec,mode=1777 --tmpfs /mnt/data:uid=1000,exec --cpus 1 ${image} /opt/parley/run-code ${language} ${Buffer.byteLength(code)} 15 30`.split(
      ' ',
    ),
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  let complained = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (complained += bytes.toString()));
  child.stdin.end(code);
  await once(child, 'close', { signal: AbortSignal.timeout(120_000) });
  if (said.trim() !== 'hello') throw new Error(`docker run said “${said}”: ${complained}`);
  return performance.now() - startedAt;
}
