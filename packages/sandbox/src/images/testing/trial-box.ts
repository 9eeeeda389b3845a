import { spawnSync } from 'node:child_process';
import type { ImageTarget, LanguageId } from '../../core/languages.ts';
import type { DockerClient } from '../docker-client.ts';
import { imageTag } from '../image-tags.ts';

/** A container of an image as it is, without an engine of ours around it. */
export interface TrialBox {
  run(
    user: string,
    command: readonly string[],
    input?: string,
  ): { status: number | null; stdout: string; stderr: string };
  /** Runs a program as an engine would, and reads what run-code wrote down of it. */
  runCode(
    language: LanguageId,
    code: string,
    options?: { input?: string; args?: readonly string[]; seconds?: number },
  ): { status: number | null; stdout: string; stderr: string; phase: string; isTimeout: boolean };
  remove(): Promise<void>;
}

/** Starts a container that ends by itself after four minutes. */
export async function openTrialBox(docker: DockerClient, target: ImageTarget, signal: AbortSignal): Promise<TrialBox> {
  const hardening = ['--init', '--network', 'none', '--read-only', '--cap-drop', 'ALL', '--pids-limit', '128'];
  const folders = ['--tmpfs', '/tmp:exec,mode=1777,size=256m', '--tmpfs', '/mnt/data:uid=1000,size=16m'];
  const command = ['run', '--detach', '--rm', ...hardening, ...folders, imageTag(target), 'sleep', '240'];
  const id = await docker.run(command, { signal });

  const run: TrialBox['run'] = (user, words, input = '') => {
    const args = ['exec', '--interactive', '--user', user, '--workdir', '/', id, ...words];
    const { status, stdout, stderr } = spawnSync(docker.program, args, { input, encoding: 'utf8', timeout: 60_000 });
    return { status, stdout, stderr };
  };

  return {
    run,
    runCode(language, code, { input = '', args = ['you'], seconds = 15 } = {}) {
      const limits = [String(Buffer.byteLength(code)), '30', String(seconds)];
      const result = run('sandbox', ['/opt/parley/run-code', language, ...limits, ...args], code + input);
      const marks = run('keeper', ['sh', '-c', 'cat /tmp/.parley/phase; ls /tmp/.parley']).stdout;
      return { ...result, phase: /^(?:compile|run)/.exec(marks)?.[0] ?? '', isTimeout: marks.includes('timeout\n') };
    },
    async remove() {
      await docker.run(['rm', '--force', id], { signal });
    },
  };
}
