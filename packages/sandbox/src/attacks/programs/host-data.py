# How much of each file that tells of the host can be read: bytes, or the name of an error, as JSON.
import errno
import glob
import json
import os


def read(path):
    try:
        with open(path, "rb") as file:
            return len(file.read(65536))
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error))


paths = ["version", "cpuinfo", "meminfo", "stat", "loadavg", "uptime", "vmstat", "modules", "mounts", "self/mountinfo",
         "self/cgroup", "filesystems", "swaps", "devices", "softirqs", "cmdline", "diskstats", "partitions", "interrupts", "kallsyms",
         "sys/kernel/hostname", "sys/kernel/random/boot_id", "zoneinfo", "buddyinfo", "slabinfo", "config.gz", "sched_debug", "iomem", "ioports"]
answers = {f"/proc/{path}": read(f"/proc/{path}") for path in paths}
for path in ["/sys/class/dmi/id/product_name", "/sys/class/net", "/sys/block", "/sys/devices/virtual/dmi", "/sys/module", "/sys/kernel/notes"]:
    answers[path] = len(os.listdir(path)) if os.path.isdir(path) else read(path)
symbols = open("/proc/kallsyms").read(65536).split() if isinstance(answers["/proc/kallsyms"], int) else []
answers["kernel addresses"] = any(word.strip("0") for word in symbols[::3] if len(word) == 16)
answers["tells overlay folders of the host"] = "/var/lib/docker" in open("/proc/self/mountinfo").read()
answers["network of the host"] = sorted(os.listdir("/sys/class/net"))
print(json.dumps(answers))
