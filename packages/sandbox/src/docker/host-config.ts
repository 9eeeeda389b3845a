import type Docker from 'dockerode';
import type { RunLimits } from '../core/limits.ts';
import type { BoxSpec } from '../engine/sandbox-engine.ts';
import { seccompProfile } from './seccomp-profile.ts';

const megabyte = 1024 * 1024;

/** Files and folders of each of the two writable places; Go's cache of links needs some ten thousand. */
const inodes = 65_536;

/** What Docker hides by itself, which naming others replaces; then what tells of the host; then a place that outlives programs. */
const maskedPaths = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/firmware',
  '/proc/cmdline',
  '/proc/diskstats',
  '/proc/interrupts',
  '/proc/partitions',
  '/sys/devices/virtual/powercap',
  '/dev/mqueue',
];

/** With what the types of the library do not name. */
export type BoxHostConfig = Docker.HostConfig & { readonly CgroupnsMode: 'private' };

/**
 * How the engine confines a box. Nothing that a user says comes near it: the image decides on the memory, the operator
 * on the limits and the runtime. Both writable places are memory, may hold programs (compilers write them), and are empty
 * in every new box.
 */
export function hostConfig(
  { memoryBytes }: Pick<BoxSpec, 'memoryBytes'>,
  limits: Pick<RunLimits, 'cpus' | 'pids' | 'workspaceBytes' | 'tmpBytes'>,
  runtime: string | undefined,
): BoxHostConfig {
  const memory = Math.round(memoryBytes + limits.workspaceBytes);
  return {
    AutoRemove: true,
    Init: true,
    NetworkMode: 'none',
    IpcMode: 'none',
    CgroupnsMode: 'private',
    ReadonlyRootfs: true,
    Privileged: false,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges', `seccomp=${seccompProfile}`],
    MaskedPaths: [...maskedPaths],
    Memory: memory,
    MemorySwap: memory,
    NanoCpus: Math.round(limits.cpus * 1e9),
    PidsLimit: limits.pids,
    OomScoreAdj: 500,
    Ulimits: [
      { Name: 'nofile', Soft: 1024, Hard: 1024 },
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'fsize', Soft: 256 * megabyte, Hard: 256 * megabyte },
    ],
    Tmpfs: {
      '/tmp': `${tmpfs(limits.tmpBytes)},mode=1777`,
      '/mnt/data': `${tmpfs(limits.workspaceBytes)},uid=1000,gid=1000,mode=0755`,
    },
    LogConfig: { Type: 'none', Config: {} },
    ...(runtime === undefined ? {} : { Runtime: runtime }),
  };
}

function tmpfs(bytes: number): string {
  return `rw,exec,nosuid,nodev,size=${Math.round(bytes)},nr_inodes=${inodes}`;
}
