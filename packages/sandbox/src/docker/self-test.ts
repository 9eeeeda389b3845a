import { SandboxError } from '../core/sandbox-error.ts';
import type { BoxContainer } from './box-container.ts';
import { startExec } from './exec-stream.ts';

const megabyte = 1024 * 1024;

/** How small a box is that is tested: its limits are reached at once. */
export const testedBox = { memoryBytes: 60 * megabyte, workspaceBytes: 4 * megabyte, tmpBytes: 4 * megabyte, pids: 24 };

/**
 * Tells in lines of `name=value` what a program can do. Nothing can be started once there are too many processes, so the
 * shell ends them by itself; the last test is one that a whole container may not survive.
 */
const probe = `
echo print=yes
echo "user=$(id -u)"
while read -r name value; do
  case $name in CapEff: | NoNewPrivs: | Seccomp:) echo "\${name%:}=$value" ;; esac
done </proc/self/status
while read -r device place type options rest; do
  [ "$place" != / ] || echo "root=\${options%%,*}"
done </proc/mounts
if true >/var/tmp/probe; then echo system=writable; else echo system=closed; fi
networks=
while read -r name rest; do
  case $name in lo:*) ;; *:*) networks=$networks$name ;; esac
done </proc/net/dev
echo "networks=$networks"
case $(timeout 2 bash -c 'exec 3<>/dev/tcp/192.0.2.1/80' 2>&1) in
  *unreachable*) echo internet=unreachable ;;
  *) echo internet=open ;;
esac
(n=0; while [ $n -lt 64 ]; do sleep 9 & n=$((n + 1)); done)
echo "processes=$?"
kill -9 -1
while set -- /proc/[0-9]*; [ $# -gt 8 ]; do :; done
tail /dev/zero
echo "memory=$?"
exit 0
`;

interface Expectation {
  readonly name: string;
  readonly isMet: (value: string | undefined) => boolean;
  readonly failure: string;
}

const is = (expected: string) => (value: string | undefined) => value === expected;

const expectations: readonly Expectation[] = [
  { name: 'print', isMet: is('yes'), failure: 'programs do not run' },
  { name: 'user', isMet: is('1000'), failure: 'programs run as another user than they should' },
  { name: 'networks', isMet: is(''), failure: 'programs have a network' },
  { name: 'internet', isMet: is('unreachable'), failure: 'programs can reach the internet' },
  { name: 'root', isMet: is('ro'), failure: 'the system in the container is not read-only' },
  { name: 'system', isMet: is('closed'), failure: 'the system in the container can be written' },
  { name: 'memory', isMet: is('137'), failure: 'the limit of memory does not hold' },
  {
    name: 'processes',
    isMet: (value) => value !== undefined && value !== '0',
    failure: 'the limit of processes does not hold',
  },
  { name: 'CapEff', isMet: (value) => /^0+$/.test(value ?? ''), failure: 'programs have capabilities' },
];

/** What Linux tells of a process, and other kernels do not. */
const ofLinux: readonly Expectation[] = [
  { name: 'NoNewPrivs', isMet: is('1'), failure: 'programs can get more rights' },
  { name: 'Seccomp', isMet: is('2'), failure: 'system calls are not filtered' },
];

/**
 * Proves in a box of `testedBox`'s size that boxes hold; what does not, in words, or nothing. Throws `SandboxError` when
 * nothing can be found out. A box with a kernel of its own (`hasOwnKernel`) shows no filter of system calls, and may end
 * as a whole for want of memory.
 */
export async function selfTest(box: BoxContainer, hasOwnKernel: boolean, signal: AbortSignal): Promise<string[]> {
  const command = { command: ['/bin/sh', '-c', `exec 2>/dev/null\n${probe}`], user: 'sandbox' } as const;
  const chunks: Uint8Array[] = [];
  const told = () => Buffer.concat(chunks).toString();
  try {
    const process = await startExec(box.container, command, AbortSignal.any([signal, box.ended]));
    for await (const { stream, bytes } of process.pieces) if (stream === 'stdout') chunks.push(bytes);
    const exitCode = await process.exitCode();
    if (exitCode !== 0) throw new SandboxError('engine', `The test of a container ended with the code ${exitCode}.`);
    return failuresIn(told(), hasOwnKernel);
  } catch (error) {
    const wasLastTest = told().includes('\nprocesses=');
    if (signal.aborted || !hasOwnKernel || !wasLastTest) throw error;
    return failuresIn(`${told()}memory=137\n`, hasOwnKernel);
  }
}

/** Which promises the lines of the probe do not keep. */
export function failuresIn(lines: string, hasOwnKernel: boolean): string[] {
  const values = new Map(
    lines.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, Math.max(0, at)), line.slice(at + 1).trim()];
    }),
  );
  const expected = hasOwnKernel ? expectations : [...expectations, ...ofLinux];
  return expected.filter(({ name, isMet }) => !isMet(values.get(name))).map(({ failure }) => failure);
}
