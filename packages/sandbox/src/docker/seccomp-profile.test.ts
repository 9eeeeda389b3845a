import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { seccompProfile } from './seccomp-profile.ts';

const profile = z
  .object({
    defaultAction: z.string(),
    archMap: z.array(z.object({ architecture: z.string(), subArchitectures: z.array(z.string()) })),
    syscalls: z.array(
      z.object({
        names: z.array(z.string()),
        action: z.string(),
        errnoRet: z.optional(z.number()),
        args: z.optional(
          z.array(z.object({ index: z.number(), value: z.number(), valueTwo: z.optional(z.number()), op: z.string() })),
        ),
      }),
    ),
  })
  .parse(JSON.parse(seccompProfile));

const rulesOf = (name: string) => profile.syscalls.filter(({ names }) => names.includes(name));
const freely = profile.syscalls.filter(({ args, action }) => action === 'SCMP_ACT_ALLOW' && args === undefined);
const allowed = new Set(freely.flatMap(({ names }) => names));

const forbidden = [
  ['io_uring_setup', 'io_uring_enter', 'io_uring_register'],
  ['ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise', 'pidfd_getfd', 'kcmp'],
  [
    'userfaultfd',
    'bpf',
    'perf_event_open',
    'lookup_dcookie',
    'fanotify_init',
    'fanotify_mark',
    'memfd_secret',
    'vmsplice',
  ],
  ['add_key', 'request_key', 'keyctl'],
  ['mount', 'umount', 'umount2', 'mount_setattr', 'move_mount', 'open_tree', 'fsopen', 'fsconfig', 'fsmount', 'fspick'],
  ['pivot_root', 'chroot', 'unshare', 'setns', 'name_to_handle_at', 'open_by_handle_at', 'quotactl', 'quotactl_fd'],
  ['kexec_load', 'kexec_file_load', 'init_module', 'finit_module', 'delete_module', 'create_module', 'query_module'],
  ['reboot', 'syslog', 'acct', 'swapon', 'swapoff', 'vhangup', 'sethostname', 'setdomainname', 'iopl', 'ioperm'],
  [
    'settimeofday',
    'stime',
    'clock_settime',
    'clock_adjtime',
    'adjtimex',
    'modify_ldt',
    'uselib',
    'ustat',
    'sysfs',
    '_sysctl',
  ],
  [
    'mq_open',
    'msgget',
    'semget',
    'shmget',
    'shmat',
    'inotify_init',
    'inotify_init1',
    'io_setup',
    'io_submit',
    'sync',
    'syncfs',
  ],
  ['mbind', 'set_mempolicy', 'get_mempolicy', 'migrate_pages', 'move_pages', 'nfsservctl', 'socketcall', 'ipc'],
].flat();

test('what is not allowed fails', () => {
  expect(profile.defaultAction).toBe('SCMP_ACT_ERRNO');
  expect(new Set(profile.syscalls.map(({ action }) => action))).toEqual(new Set(['SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO']));
});

test.each(forbidden)('%s is not allowed', (name) => {
  expect(rulesOf(name)).toEqual([]);
});

test('what every program needs is allowed', () => {
  const needed = [
    'read',
    'write',
    'openat',
    'mmap',
    'execve',
    'exit_group',
    'futex',
    'kill',
    'wait4',
    'vfork',
    'mknodat',
  ];
  expect(needed.filter((name) => !allowed.has(name))).toEqual([]);
});

test('sockets are UNIX, TCP, UDP and the NETLINK of addresses only', () => {
  expect(allowed.has('socket')).toBe(false);
  const familiesAndProtocols = rulesOf('socket').map(({ args = [] }) => args.map(({ index, value }) => [index, value]));
  expect(familiesAndProtocols).toEqual(
    [
      [1, 0],
      [2, 0],
      [2, 6],
      [2, 17],
      [10, 0],
      [10, 6],
      [10, 17],
      [16, 0],
    ].map(([family, protocol]) => [
      [0, family],
      [2, protocol],
    ]),
  );
  expect(rulesOf('socketpair').map(({ args }) => args)).toEqual([[{ index: 0, value: 1, op: 'SCMP_CMP_EQ' }]]);
});

test('no new process has a namespace of its own', () => {
  const flags = 0x7e020000;
  expect(rulesOf('clone').map(({ args }) => args)).toEqual([
    [{ index: 0, value: flags, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
  ]);
  expect(rulesOf('clone3')).toEqual([{ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }]);
});

test('no call is reached by another word size', () => {
  expect(profile.archMap.flatMap(({ subArchitectures }) => subArchitectures)).toEqual([]);
});

test('no call is named twice', () => {
  const names = freely.flatMap((rule) => rule.names);
  expect(names).toHaveLength(new Set(names).size);
});
