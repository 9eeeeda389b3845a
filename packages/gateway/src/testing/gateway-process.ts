import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** `parley-gateway` in a process of its own. */
export interface GatewayProcess {
  /** Where it listens, without `/v1`. */
  readonly url: string;
  /** Stops it in its tracks, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** Ends it, by SIGKILL unless told; resolves when it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

const cli = join(import.meta.dirname, '../cli.ts');

/** Starts the command line with these variables only; resolves when it listens. */
export async function startGatewayProcess(variables: Record<string, string>): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [cli, 'start', '--port', '0'], {
    cwd: import.meta.dirname,
    env: { OLLAMA_ENDPOINT: 'off', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit');
  let out = '';
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  while (!/http:\S+\/v1\n/.test(out)) {
    const news = once(child.stdout, 'data', { signal: AbortSignal.timeout(15_000) });
    if ((await Promise.race([news, gone.then(() => 'gone')])) === 'gone') throw new Error(`It ended: ${errors}`);
  }
  return {
    url: /http:\S+(?=\/v1\n)/.exec(out)?.[0] ?? '',
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await gone;
    },
  };
}
