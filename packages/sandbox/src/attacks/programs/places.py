# Where a program can write, what it finds of the host's levers, and who it is: as JSON.
import ctypes
import errno
import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path


def tried(action):
    try:
        return action()
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))


def written(folder):
    def write():
        path = Path(folder) / "written-by-a-program"
        path.write_text("x")
        path.unlink()
        return "written"
    return tried(write)


def opened(path):
    def write():
        os.close(os.open(path, os.O_WRONLY))
        return "opened"
    return tried(write)


def read(path):
    def content():
        with open(path, "rb") as file:
            return len(file.read(4096))
    return tried(content)


leaked = [link for link in (tried(lambda: os.readlink(f"/proc/self/fd/{fd}")) for fd in os.listdir("/proc/self/fd"))
          if link != "ENOENT" and not link.startswith(("pipe:", "/dev/null", "/dev/pts"))]
everywhere = [root for root, _, _ in os.walk("/", followlinks=False)
              if not root.startswith(("/proc", "/sys", "/tmp", "/mnt/data")) and os.access(root, os.W_OK)]
special = []
for root, folders, files in os.walk("/"):
    if root.startswith(("/proc", "/sys", "/dev")):
        folders.clear()
        continue
    for name in files:
        path = os.path.join(root, name)
        mode = os.lstat(path).st_mode
        if stat.S_ISREG(mode) and mode & 0o6000:
            special.append(path)
        if stat.S_ISREG(mode) and "security.capability" in (tried(lambda: os.listxattr(path)) or []):
            special.append(path)

shutil.copy("/usr/bin/id", "/tmp/id")
os.chmod("/tmp/id", 0o6755)
levers = ["/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory",
          "/proc/sys/net/ipv4/ip_forward", "/proc/sys/fs/binfmt_misc/register", "/sys/kernel/uevent_helper", "/sys/power/state",
          "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/pids/pids.max",
          "/sys/fs/cgroup/cgroup.procs", "/proc/1/oom_score_adj", "/proc/1/mem", "/dev/mem", "/dev/kmem", "/dev/port", "/dev/sda",
          "/dev/vda", "/dev/nvme0n1", "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/kmsg", "/dev/loop-control",
          "/dev/mapper/control", "/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock",
          "/etc/passwd", "/usr/bin/python3", "/opt/parley/run-code"]
secrets = ["/proc/1/environ", "/proc/1/maps", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/kpagecount",
           "/proc/kmsg", "/proc/sys/kernel/cad_pid", "/etc/shadow", "/sys/firmware/dmi/tables/DMI"]
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps({
    "writable": {folder: written(folder) for folder in
                 ["/", "/usr", "/etc", "/run", "/run/lock", "/var/tmp", "/dev", "/dev/shm", "/root", "/home", "/opt/parley",
                  "/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/proc", "/tmp", "/mnt/data"]},
    "other folders": everywhere,
    "open files": leaked,
    "special files": special,
    "levers": {path: opened(path) for path in levers},
    "secrets": {path: read(path) for path in secrets},
    "links of 1": {name: tried(lambda: os.readlink(f"/proc/1/{name}")) for name in ["root", "cwd", "exe"]},
    "cgroup": tried(lambda: os.mkdir("/sys/fs/cgroup/pids/mine") or "made"),
    "setuid copy": re.sub(r"\(.*?\)", "", subprocess.run(["/tmp/id"], capture_output=True, text=True).stdout.strip()),
    "status": {key: status[key].split() for key in
               ["Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"]},
    "devices": sorted(os.listdir("/dev")),
    "limits": {name: os.popen(f"ulimit -{flag}").read().strip() for name, flag in {"core": "c", "files": "n", "size": "f"}.items()},
    "environment": sorted(os.environ),
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit() and os.stat(f"/proc/{name}").st_uid != 1000),
}))
