import type Docker from 'dockerode';
import { startExec } from './exec-stream.ts';

/** Prints how many processes the kernel has killed in this box for want of memory: cgroup v2 tells it here, v1 there. */
const countOomKills = `
kills=0
for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
  [ -r "$file" ] || continue
  while read -r name count; do [ "$name" != oom_kill ] || kills=$count; done <"$file"
done
echo "$kills"`;

/** Runs `run-code` with the arguments that follow; the first line of stderr is the count before it. */
export const countedRunCode = [
  '/bin/sh',
  '-c',
  `{ ${countOomKills}\n} >&2\nexec /opt/parley/run-code "$@"`,
  'run-code',
];

// What lies in /tmp may be anything by now, also a pipe that nobody writes into.
const tellAftermath = `
kill -9 -1
[ -f /tmp/.parley/phase ] && head -c 9 /tmp/.parley/phase
echo
[ -e /tmp/.parley/timeout ] && echo timeout || echo none
${countOomKills}
exit 0`;

/** What is left of a program in its box. */
export interface Aftermath {
  readonly phase: 'compile' | 'run';
  readonly isTimeout: boolean;
  /** Since the box was made. */
  readonly oomKills: number;
}

/** Kills what is left of a program and looks at what it left; `undefined` when even that cannot be done in the box. */
export async function readAftermath(container: Docker.Container, signal: AbortSignal): Promise<Aftermath | undefined> {
  const command = ['/bin/sh', '-c', `exec 2>/dev/null\n${tellAftermath}`];
  const reading = await startExec(container, { command, user: 'sandbox' }, signal);
  const chunks: Uint8Array[] = [];
  for await (const { stream, bytes } of reading.pieces) if (stream === 'stdout') chunks.push(bytes);
  if ((await reading.exitCode()) !== 0) return undefined;
  const [phase, timeout, oomKills] = Buffer.concat(chunks).toString().split('\n');
  return {
    phase: phase === 'compile' ? 'compile' : 'run',
    isTimeout: timeout === 'timeout',
    oomKills: Number(oomKills),
  };
}

/** Of Linux, from 1 on, whatever this process runs on. */
const signals =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'
    .split(' ')
    .map((name) => `SIG${name}`);

/** The signal that ended a program, by the exit code that shells make of it: 128 and its number. */
export function signalOf(exitCode: number): string | undefined {
  return signals[exitCode - 129];
}
