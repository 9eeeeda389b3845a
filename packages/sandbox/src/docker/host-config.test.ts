import { expect, test } from 'vitest';
import { defaultLimits } from '../core/limits.ts';
import { hostConfig } from './host-config.ts';
import { seccompProfile } from './seccomp-profile.ts';

const megabyte = 1024 * 1024;

const config = {
  AutoRemove: true,
  Init: true,
  NetworkMode: 'none',
  IpcMode: 'none',
  CgroupnsMode: 'private',
  ReadonlyRootfs: true,
  Privileged: false,
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges', `seccomp=${seccompProfile}`],
  MaskedPaths: [
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
  ],
  Memory: 640 * megabyte,
  MemorySwap: 640 * megabyte,
  NanoCpus: 1_000_000_000,
  PidsLimit: 128,
  OomScoreAdj: 500,
  Ulimits: [
    { Name: 'nofile', Soft: 1024, Hard: 1024 },
    { Name: 'core', Soft: 0, Hard: 0 },
    { Name: 'fsize', Soft: 268_435_456, Hard: 268_435_456 },
  ],
  Tmpfs: {
    '/tmp': 'rw,exec,nosuid,nodev,size=268435456,nr_inodes=65536,mode=1777',
    '/mnt/data': 'rw,exec,nosuid,nodev,size=134217728,nr_inodes=65536,uid=1000,gid=1000,mode=0755',
  },
  LogConfig: { Type: 'none', Config: {} },
};

test('a box is confined by exactly this', () => {
  expect(hostConfig({ memoryBytes: 512 * megabyte }, defaultLimits, undefined)).toStrictEqual(config);
});

test('a runtime is the only thing that can be added', () => {
  const gvisor = hostConfig({ memoryBytes: 512 * megabyte }, defaultLimits, 'runsc');
  expect(gvisor).toStrictEqual({ ...config, Runtime: 'runsc' });
});
