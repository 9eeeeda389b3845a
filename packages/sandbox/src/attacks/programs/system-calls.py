# Asks the kernel for what a program must not get, and prints how each was answered as JSON: an error's name, or `ok`.
import ctypes
import errno
import json
import os
import platform
import socket

libc = ctypes.CDLL(None, use_errno=True)
x86 = platform.machine() == "x86_64"
answers = {}


def name_of(number):
    return errno.errorcode.get(number, str(number))


def ask(name, call):
    try:
        result = call()
        answers[name] = "ok" if result is None or result >= 0 else name_of(ctypes.get_errno())
    except OSError as error:
        answers[name] = name_of(error.errno)


def call(numbers, *arguments):
    ctypes.set_errno(0)
    return libc.syscall(ctypes.c_long(numbers[0 if x86 else 1]), *arguments)


def in_child(action):
    """What the action would do to this process must not change what comes after it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        ctypes.set_errno(0)
        try:
            result = action()
            number = ctypes.get_errno() if result is not None and result < 0 else 0
        except OSError as error:
            number = error.errno
        os.write(writer, str(number).encode())
        os._exit(0)
    os.close(writer)
    answer = os.read(reader, 16)
    os.close(reader)
    _, status = os.waitpid(child, 0)
    if answer == b"":
        raise OSError(1000 + os.WTERMSIG(status), "killed")
    if answer != b"0":
        raise OSError(int(answer), "refused")


memory = ctypes.create_string_buffer(4096)
here = ctypes.c_void_p(ctypes.addressof(memory))
nothing = ctypes.c_void_p(0)

families = {"AF_AX25": 3, "AF_PACKET": 17, "AF_RDS": 21, "AF_CAN": 29, "AF_TIPC": 30, "AF_BLUETOOTH": 31, "AF_ALG": 38,
            "AF_NFC": 39, "AF_VSOCK": 40, "AF_KCM": 41, "AF_QIPCRTR": 42, "AF_SMC": 43, "AF_XDP": 44}
for family, number in families.items():
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
        key = f"socket {family}"
        if answers.get(key) == "ok":
            break
        ask(key, lambda: libc.socket(number, kind, 0))
ask("socket raw ip", lambda: libc.socket(socket.AF_INET, socket.SOCK_RAW, 1))
ask("socket raw ip6", lambda: libc.socket(socket.AF_INET6, socket.SOCK_RAW, 58))
ask("socketpair AF_VSOCK", lambda: libc.socketpair(40, socket.SOCK_STREAM, 0, here))

ask("io_uring_setup", lambda: call((425, 425), 8, here))
ask("io_uring_enter", lambda: call((426, 426), -1, 0, 0, 0, nothing, 0))
ask("io_uring_register", lambda: call((427, 427), -1, 0, nothing, 0))

# Counted for the whole host, or for one user of it: what one takes is missing for all others.
ask("inotify_init1", lambda: call((294, 26), 0))
ask("io_setup", lambda: call((206, 0), 5000, here))
ask("sync", lambda: call((162, 81)))
ask("mq_open", lambda: call((240, 180), b"queue", os.O_CREAT | os.O_RDWR, 0o600, nothing))
ask("shmget", lambda: call((29, 194), 0, 4096, 0o1600))
ask("msgget", lambda: call((68, 186), 0, 0o1600))
ask("semget", lambda: call((64, 190), 0, 1, 0o1600))

ask("ptrace attach 1", lambda: call((101, 117), 16, 1, nothing, nothing))
ask("ptrace seize 1", lambda: call((101, 117), 0x4206, 1, nothing, nothing))
ask("ptrace traceme", lambda: in_child(lambda: call((101, 117), 0, 0, nothing, nothing)))


class Range(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


local = Range(ctypes.addressof(memory), 8)
remote = Range(0x400000, 8)
own = Range(ctypes.addressof(memory) + 100, 8)
ask("process_vm_readv 1", lambda: call((310, 270), 1, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0))
ask("process_vm_writev 1", lambda: call((311, 271), 1, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0))
child = os.fork()
if child == 0:
    while True:
        os.sched_yield()
ask("process_vm_readv own child", lambda: call((310, 270), child, ctypes.byref(local), 1, ctypes.byref(own), 1, 0))
ask("ptrace own child", lambda: call((101, 117), 16, child, nothing, nothing))
ask("kcmp", lambda: call((312, 272), os.getpid(), 1, 0, 0, 0))
ask("pidfd_getfd 1", lambda: call((438, 438), call((434, 434), 1, 0), 0, 0))
os.kill(child, 9)
os.waitpid(child, 0)
ask("kill 1", lambda: os.kill(1, 9))
ask("setpriority 1", lambda: os.setpriority(os.PRIO_PROCESS, 1, 5))

ask("mount tmpfs", lambda: libc.mount(b"none", b"/mnt/data", b"tmpfs", 0, None))
ask("mount bind", lambda: libc.mount(b"/etc", b"/mnt/data", None, 4096, None))
ask("mount remount /", lambda: libc.mount(None, b"/", None, 32, None))
ask("mount proc", lambda: libc.mount(b"proc", b"/mnt/data", b"proc", 0, None))
ask("umount /tmp", lambda: libc.umount2(b"/tmp", 2))
ask("open_tree", lambda: call((428, 428), -100, b"/", 1))
ask("move_mount", lambda: call((429, 429), -100, b"/", -100, b"/tmp", 0))
ask("fsopen", lambda: call((430, 430), b"tmpfs", 0))
ask("fsmount", lambda: call((432, 432), -1, 0, 0))
ask("fspick", lambda: call((433, 433), -100, b"/", 0))
ask("mount_setattr", lambda: call((442, 442), -100, b"/", 0, here, 32))
ask("pivot_root", lambda: call((155, 41), b"/tmp", b"/tmp"))
ask("chroot", lambda: in_child(lambda: libc.chroot(b"/tmp")))

def forked(result):
    if result == 0:
        os._exit(0)
    return result


spaces = {"mount": 0x20000, "cgroup": 0x2000000, "uts": 0x4000000, "ipc": 0x8000000, "user": 0x10000000,
          "pid": 0x20000000, "net": 0x40000000, "time": 0x80}
for space, flag in spaces.items():
    ask(f"unshare {space}", lambda: in_child(lambda: libc.unshare(flag)))
    if space == "time":  # clone reads this bit as part of a signal's number
        continue
    ask(f"clone {space}", lambda: in_child(lambda: forked(call((56, 220), flag | 17, nothing, nothing, nothing, nothing))))
ask("unshare user and mount", lambda: in_child(lambda: libc.unshare(0x10020000)))


class CloneArguments(ctypes.Structure):
    _fields_ = [(field, ctypes.c_uint64) for field in
                ("flags", "pidfd", "child_tid", "parent_tid", "exit_signal", "stack", "stack_size", "tls")]


def clone3(flags):
    arguments = CloneArguments(flags=flags, exit_signal=17)
    return forked(call((435, 435), ctypes.byref(arguments), ctypes.sizeof(arguments)))


ask("clone3", lambda: in_child(lambda: clone3(0)))
ask("clone3 user", lambda: in_child(lambda: clone3(0x10000000)))
for space in ("user", "mnt", "net", "pid", "uts", "ipc", "cgroup"):
    ask(f"setns own {space}", lambda: in_child(lambda: libc.setns(os.open(f"/proc/self/ns/{space}", 0), 0)))
ask("setns 1", lambda: in_child(lambda: libc.setns(os.open("/proc/1/ns/mnt", 0), 0)))
ask("setns pidfd 1", lambda: in_child(lambda: libc.setns(call((434, 434), 1, 0), 0x20000)))

ask("mknod character", lambda: os.mknod("/tmp/kmem", 0o20666, os.makedev(1, 2)))
ask("mknod block", lambda: os.mknod("/tmp/disk", 0o60666, os.makedev(8, 0)))
ask("setuid 0", lambda: in_child(lambda: libc.setuid(0)))
ask("setgid 0", lambda: in_child(lambda: libc.setgid(0)))
ask("setresuid 0", lambda: in_child(lambda: libc.setresuid(0, 0, 0)))
ask("setuid keeper", lambda: in_child(lambda: libc.setuid(1001)))
ask("setgroups", lambda: in_child(lambda: libc.setgroups(1, here)))
ask("bpf", lambda: call((321, 280), 0, here, 72))
ask("perf_event_open", lambda: call((298, 241), here, 0, -1, -1, 0))
ask("keyctl", lambda: call((250, 219), 0, -3, 1))
ask("add_key", lambda: call((248, 217), b"user", b"x", b"y", 1, -3))
ask("request_key", lambda: call((249, 218), b"user", b"x", nothing, -3))
ask("userfaultfd", lambda: call((323, 282), 0))
ask("userfaultfd user mode", lambda: call((323, 282), 1))
ask("kexec_load", lambda: call((246, 104), 0, 0, nothing, 0))
ask("kexec_file_load", lambda: call((320, 294), -1, -1, 0, nothing, 0))
ask("init_module", lambda: call((175, 105), here, 16, b""))
ask("finit_module", lambda: call((313, 273), -1, b"", 0))
ask("delete_module", lambda: call((176, 106), b"x", 0))
ask("name_to_handle_at", lambda: call((303, 264), -100, b"/", here, here, 0))
ask("open_by_handle_at", lambda: call((304, 265), -100, here, 0))
ask("reboot", lambda: call((169, 142), 0xFEE1DEAD, 672274793, 0, nothing))
ask("syslog", lambda: call((103, 116), 3, here, 100))
ask("swapon", lambda: call((167, 224), b"/tmp/x", 0))
ask("acct", lambda: call((163, 89), b"/tmp/x"))
ask("quotactl", lambda: call((179, 60), 0, nothing, 0, nothing))
ask("sethostname", lambda: call((170, 161), b"x", 1))
ask("settimeofday", lambda: call((164, 170), here, nothing))
ask("clock_settime", lambda: call((227, 112), 0, here))
ask("fanotify_init", lambda: call((300, 262), 0, 0))
ask("move_pages", lambda: call((279, 239), 1, 0, nothing, nothing, nothing, 0))
ask("vhangup", lambda: call((153, 58)))
ask("prctl seccomp off", lambda: libc.prctl(22, 0, 0, 0, 0))
ask("prctl no new privileges off", lambda: libc.prctl(38, 0, 0, 0, 0))
ask("prctl ambient capability", lambda: libc.prctl(47, 2, 21, 0, 0))
if x86:
    ask("iopl", lambda: call((172, 172), 3))
    ask("ioperm", lambda: call((173, 173), 0x80, 1, 1))
    ask("x32 getpid", lambda: in_child(lambda: libc.syscall(ctypes.c_long(0x40000000 | 39))))

print(json.dumps(answers, indent=1))
