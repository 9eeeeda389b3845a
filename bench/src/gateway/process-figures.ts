import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const nanosecondsPerMicrosecond = 1_000;
const kilobytesPerMegabyte = 1_024;

/** Processor time in microseconds that a process, all its threads and all its descendants have used, as the kernel's scheduler counts it. */
export function processorMicroseconds(pid: number): number {
  return withDescendants(pid).reduce((sum, each) => sum + ofThreads(each), 0);
}

function ofThreads(pid: number): number {
  const nanoseconds = listed(`/proc/${pid}/task`).map((thread) =>
    Number(text(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0] ?? 0),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / nanosecondsPerMicrosecond;
}

function withDescendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of listed('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = text(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  return family;
}

/** Memory of one process, in MB of 1,048,576 bytes. */
export interface MemoryFigures {
  readonly resident: number;
  /** Its own: without pages of files, with what was swapped out. */
  readonly own: number;
}

export function memoryOf(pid: number): MemoryFigures {
  const status = text(`/proc/${pid}/status`);
  const megabytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / kilobytesPerMegabyte;
  return { resident: megabytes('VmRSS'), own: megabytes('RssAnon') + megabytes('VmSwap') };
}

/** Established TCP connections that a process holds to a port of this machine. */
export function connectionsTo(pid: number, port: number): number {
  const inodes = new Set(listed(`/proc/${pid}/fd`).map((descriptor) => link(`/proc/${pid}/fd/${descriptor}`)));
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => text(file).split('\n').slice(1));
  return rows.filter((row) => {
    const [, , remote = '', state, , , , , , inode] = row.trim().split(/\s+/);
    return state === '01' && remote.endsWith(`:${hexPort}`) && inodes.has(`socket:[${inode}]`);
  }).length;
}

const microsecondsPerTick = 10_000;

/** Processor time in microseconds that everything on this machine has used. */
export function machineMicroseconds(): number {
  const [firstLine = ''] = text('/proc/stat').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = firstLine.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * microsecondsPerTick;
}

/** Processor time in microseconds of the processes that this one started and that have ended. */
export function endedChildrenMicroseconds(): number {
  const stat = text('/proc/self/stat');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15)
    .map(Number);
  return (user + system) * microsecondsPerTick;
}

/** Processes and threads end while they are looked at: what is gone counts as nothing. */
function text(file: string): string {
  return orElse('', () => readFileSync(file, 'utf8'));
}

function listed(folder: string): string[] {
  return orElse([], () => readdirSync(folder));
}

function link(file: string): string {
  return orElse('', () => readlinkSync(file));
}

function orElse<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return fallback;
    throw error;
  }
}
