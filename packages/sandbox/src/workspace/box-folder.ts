import type { ExecRaw } from '../docker/exec-stream.ts';

/** Where the files of a box are, and how one gets at them. */
export interface BoxFolder {
  readonly exec: ExecRaw;
  /** An absolute path in the box. */
  readonly path: string;
  /** A shell command before each script. */
  readonly before: string;
}

export interface FolderScript {
  /** For `sh`, in the folder; its first argument is `$2`. */
  readonly script: string;
  readonly argument?: string;
  readonly stdin: AsyncIterable<Uint8Array>;
}

/** What a script printed, as it comes, and how it ended; `end` must be awaited, and never rejects without being read. */
export interface FolderProcess {
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly end: () => Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

/** The folder is the program's own, which may have closed it. */
const enter = '[ -r "$1" ] && [ -w "$1" ] && cd "$1" || { chmod 755 "$1" && cd "$1"; } || exit 9';

/** Starts a script in the folder, as the user who owns the files: it can do no more than the program could. */
export async function runInFolder(
  { exec, path, before }: BoxFolder,
  { script, argument = '', stdin }: FolderScript,
  signal: AbortSignal,
): Promise<FolderProcess> {
  const command = ['sh', '-c', `${before}; ${enter}; ${script}`, 'sh', path, argument];
  const { stdout, end } = await exec({ command, user: 'sandbox', stdin }, signal);
  const ended = Promise.allSettled([end]);
  return {
    stdout,
    end: async () => {
      const [outcome] = await ended;
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    },
  };
}

/** Bytes that are there already, as a stream. */
export async function* inOnePiece(bytes: Uint8Array | Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  const all = await bytes;
  if (all.length > 0) yield all;
}
