/*
 * The list of calls comes from the default seccomp profile of Moby (profiles/seccomp/default.json, version 20.10.24,
 * https://github.com/moby/moby), Copyright 2013-2018 Docker, Inc., under the Apache License, Version 2.0
 * (https://www.apache.org/licenses/LICENSE-2.0). It was changed: the reasons stand below.
 */

/**
 * What programs in a box may ask the kernel for: all that 64-bit programs of the ten languages need, and of that nothing
 * that acts on other processes, outlives them (queues, semaphores and shared memory of System V and POSIX), is counted
 * for the whole host or for one user on it, so that one box could leave nothing for others (`inotify_*`, the older
 * asynchronous I/O), makes the host's disks busy (`sync`), or needs a capability, which no box has. Against Moby's list
 * it also lacks `io_uring_*`, `ptrace`, `memfd_secret`, `vmsplice`, `fanotify_mark`, setting clocks, all 32-bit calls,
 * and what is there given to capabilities; it has a few calls of newer kernels.
 */
const allowed = `
  accept accept4 access alarm arch_prctl bind brk cachestat capget capset chdir chmod chown clock_getres
  clock_gettime clock_nanosleep close close_range connect copy_file_range creat dup dup2 dup3 epoll_create
  epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 execve execveat exit exit_group
  faccessat faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr
  flistxattr flock fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_requeue futex_wait
  futex_waitv futex_wake futimesat get_robust_list getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups
  getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage
  getsid getsockname getsockopt gettid gettimeofday getuid getxattr ioctl ioprio_get ioprio_set kill
  landlock_add_rule landlock_create_ruleset landlock_restrict_self lchown lgetxattr link linkat listen listxattr
  llistxattr lremovexattr lseek lsetxattr lstat madvise map_shadow_stack membarrier memfd_create mincore mkdir
  mkdirat mknod mknodat mlock mlock2 mlockall mmap mprotect mremap mseal msync munlock munlockall munmap nanosleep
  newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free pkey_mprotect
  poll ppoll prctl pread64 preadv preadv2 prlimit64 pselect6 pwrite64 pwritev pwritev2 read readahead readlink
  readlinkat readv recvfrom recvmmsg recvmsg removexattr rename renameat renameat2 restart_syscall rmdir rseq
  rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
  rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
  sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler
  sched_yield seccomp select sendfile sendmmsg sendmsg sendto set_robust_list set_tid_address setfsgid setfsuid
  setgid setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt
  setuid setxattr shutdown sigaltstack signalfd signalfd4 splice stat statfs statx symlink symlinkat sync_file_range
  sysinfo tee tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create
  timerfd_gettime timerfd_settime times tkill truncate umask uname unlink unlinkat utime utimensat utimes vfork wait4
  waitid write writev
`;

/**
 * Of the `socket` call, families and their protocols: UNIX, TCP and UDP by INET and INET6 (one's own loopback), and the
 * NETLINK that glibc lists addresses by. All others are closed: VSOCK is no namespace's, and rare ones are rarely looked at.
 */
const sockets: readonly (readonly [family: number, protocols: readonly number[]])[] = [
  [1, [0]],
  [2, [0, 6, 17]],
  [10, [0, 6, 17]],
  [16, [0]],
];

/** What `personality` may be set to: as it is (also asked for by -1), without address randomisation, and both for 32 bits. */
const personalities = [0x0, 0x0008, 0x20000, 0x20008, 0xffffffff];

/** New namespaces of any kind: NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const namespaceFlags = 0x7e020000;

const notImplemented = 38;

/**
 * The seccomp profile of every box, as the JSON text that Docker takes. It replaces the engine's own. Whatever is not in
 * it fails with EPERM, and `clone3` with ENOSYS, because its flags cannot be looked at: libraries fall back to `clone`.
 * Programs for other word sizes are killed.
 */
export const seccompProfile = JSON.stringify({
  defaultAction: 'SCMP_ACT_ERRNO',
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: [] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: [] },
  ],
  syscalls: [
    { names: allowed.trim().split(/\s+/), action: 'SCMP_ACT_ALLOW' },
    ...sockets.flatMap(([family, protocols]) =>
      protocols.map((protocol) => allowedWith('socket', isEqual(0, family), isEqual(2, protocol))),
    ),
    allowedWith('socketpair', isEqual(0, 1)),
    ...personalities.map((persona) => allowedWith('personality', isEqual(0, persona))),
    allowedWith('clone', { index: 0, value: namespaceFlags, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }),
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: notImplemented },
  ],
});

interface ArgumentRule {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
}

function allowedWith(name: string, ...args: readonly ArgumentRule[]) {
  return { names: [name], action: 'SCMP_ACT_ALLOW', args };
}

function isEqual(index: number, value: number): ArgumentRule {
  return { index, value, op: 'SCMP_CMP_EQ' };
}
