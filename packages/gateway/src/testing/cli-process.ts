import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const source = join(import.meta.dirname, '../cli.ts');

export interface CliOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line that ends by itself, in `folder`, with these variables only. */
export function runCli(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<CliOutcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [source, ...args], { cwd: folder, env, timeout: 20_000 }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    );
  });
}

export interface CliServer {
  readonly child: ChildProcess;
  /** Without `/v1`. */
  readonly url: string;
  /** Everything it has said so far. */
  readonly out: () => string;
  readonly err: () => string;
  post(model: string, text: string, more?: object): Promise<Response>;
  /** Resolves with the exit code and signal. */
  stop(signal?: NodeJS.Signals): Promise<unknown[]>;
}

/** Starts `parley-gateway start` on a free port; resolves when it listens. `cli`: another command line than this one. */
export async function startCli(
  folder: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  cli = source,
): Promise<CliServer> {
  const child = spawn(process.execPath, [cli, 'start', '--port', '0', ...args], {
    cwd: folder,
    env: { OLLAMA_ENDPOINT: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit');
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const timeLimit = AbortSignal.timeout(20_000);
  while (!/http:\S+\/v1\n/.test(out)) {
    const news = once(child.stdout, 'data', { signal: timeLimit });
    if ((await Promise.race([news, gone.then(() => 'gone')])) === 'gone') throw new Error(`It ended: ${err}`);
  }
  const url = /http:\S+(?=\/v1\n)/.exec(out)?.[0] ?? '';
  return {
    child,
    url,
    out: () => out,
    err: () => err,
    post: (model, text, more = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model, messages: [{ role: 'user', content: text }], ...more }),
      }),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return gone;
    },
  };
}
