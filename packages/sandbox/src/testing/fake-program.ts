import type { BoxCommand, BoxEnd, OutputSink } from '../engine/sandbox-engine.ts';

/** What a fake program works with. */
export interface FakeProgramWorld {
  readonly boxId: string;
  readonly files: Map<string, Uint8Array>;
  /** What `collect` will say it left out, by name. */
  readonly skipped: Map<string, string>;
  /** Calls a tool of the caller; its answer as one line of JSON. */
  readonly call: (name: string, input: unknown) => Promise<string>;
  /** Ends the box, as a lost engine does. */
  readonly crash: () => void;
}

type Outcome = Pick<BoxEnd, 'exitCode' | 'reason' | 'phase' | 'signal'>;

interface Step extends FakeProgramWorld {
  readonly command: BoxCommand;
  readonly rest: string;
  readonly signal: AbortSignal;
  readonly print: (text: string, stream?: 'stdout' | 'stderr') => Outcome | undefined;
  readonly write: (bytes: Uint8Array) => Outcome | undefined;
}

type Verb = (step: Step) => Outcome | undefined | Promise<Outcome | undefined>;

const run = { phase: 'run' } as const;
const cut: Outcome = { ...run, exitCode: null, signal: 'SIGKILL', reason: 'output_limit' };
const exit = (exitCode: number): Outcome => ({ ...run, exitCode, reason: 'ok' });

/**
 * The words of the fake language, one command a line: `print TEXT`, `error TEXT` (stderr), `bytes HEX`, `spam COUNT`,
 * `write NAME TEXT`, `fill NAME COUNT`, `read NAME`, `remove NAME`, `list`, `skip NAME REASON`, `args`, `stdin`, `box`,
 * `call TOOL JSON`, `sleep MS`, `wait` (until it is ended), `exit CODE`, `timeout`, `oom`, `compile-error TEXT`, `crash`.
 */
const verbs: Readonly<Record<string, Verb>> = {
  print: ({ print, rest }) => print(`${rest}\n`),
  error: ({ print, rest }) => print(`${rest}\n`, 'stderr'),
  bytes: ({ write, rest }) => write(Buffer.from(rest, 'hex')),
  spam: ({ write, rest }) => spam(Number(rest), write),
  write({ files, rest }) {
    const [name, text] = firstWord(rest);
    files.set(name, Buffer.from(text));
    return undefined;
  },
  fill({ files, rest }) {
    const [name, count] = firstWord(rest);
    files.set(name, new Uint8Array(Number(count)));
    return undefined;
  },
  read({ files, rest, write, print }) {
    const bytes = files.get(rest);
    if (bytes !== undefined) return write(bytes);
    print(`No such file: ${rest}\n`, 'stderr');
    return exit(1);
  },
  remove({ files, rest }) {
    files.delete(rest);
    return undefined;
  },
  list: ({ files, print }) => print([...files.keys()].toSorted().join('\n').concat('\n')),
  skip({ skipped, rest }) {
    skipped.set(...firstWord(rest));
    return undefined;
  },
  args: ({ command, print }) => print(`${command.args.join(' ')}\n`),
  stdin: ({ command, print }) => print(command.stdin),
  box: ({ boxId, print }) => print(`${boxId}\n`),
  async call({ rest, call, print }) {
    const [name, input] = firstWord(rest);
    return print(`${await call(name, JSON.parse(input === '' ? '{}' : input))}\n`);
  },
  async sleep({ rest, signal }) {
    await pause(Number(rest), signal);
    return undefined;
  },
  async wait({ signal }) {
    await pause(2 ** 31 - 1, signal);
    return undefined;
  },
  exit: ({ rest }) => exit(Number(rest)),
  timeout: () => ({ ...run, exitCode: null, signal: 'SIGKILL', reason: 'timeout' }),
  oom: () => ({ ...run, exitCode: null, signal: 'SIGKILL', reason: 'oom' }),
  'compile-error'({ print, rest }) {
    print(`${rest}\n`, 'stderr');
    return { phase: 'compile', exitCode: 1, reason: 'ok' };
  },
  async crash({ crash, signal }) {
    crash();
    await pause(0, signal);
    return undefined;
  },
};

/** Runs a program of the fake language. Throws the signal's reason, and what its box throws. */
export async function runFakeProgram(
  command: BoxCommand,
  world: FakeProgramWorld,
  sink: OutputSink,
  signal: AbortSignal,
): Promise<Outcome> {
  const write = (bytes: Uint8Array, stream: 'stdout' | 'stderr' = 'stdout') => (sink(stream, bytes) ? undefined : cut);
  const print = (text: string, stream?: 'stdout' | 'stderr') => write(Buffer.from(text), stream);
  for (const line of sourceOf(command.code).split('\n')) {
    signal.throwIfAborted();
    if (line.trim() === '') continue;
    const [word, rest] = firstWord(line);
    const verb = verbs[word];
    if (verb === undefined) {
      print(`Unknown command: ${word}\n`, 'stderr');
      return exit(1);
    }
    const outcome = await verb({ ...world, command, rest, signal, print, write });
    if (outcome !== undefined) return outcome;
  }
  return exit(0);
}

/** A program that may call tools comes inside another one, on its last line. */
function sourceOf(code: string): string {
  const inner = /^_parley_run\("(?<source>[\w+/=]*)"\)$/m.exec(code)?.groups?.['source'];
  return inner === undefined ? code : Buffer.from(inner, 'base64').toString();
}

function firstWord(text: string): [string, string] {
  const at = text.indexOf(' ');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function spam(count: number, write: (bytes: Uint8Array) => Outcome | undefined): Outcome | undefined {
  const chunk = Buffer.alloc(16_384, 'x');
  for (let left = count; left > 0; left -= chunk.length) {
    const outcome = write(chunk.subarray(0, Math.min(left, chunk.length)));
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(signal.reason);
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
