# The 32-bit door of the kernel: the same questions by `int 0x80`, where one call opens sockets of every family.
import ctypes
import errno
import json
import os

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
page = libc.mmap(None, 4096, 7, 0x62, -1, 0)
answers = {}


def call(number, *arguments):
    """In a child, for a filter may end whoever comes through this door."""
    registers = list(arguments) + [0] * (3 - len(arguments))
    code = b"\x53\xb8" + number.to_bytes(4, "little")
    for opcode, value in zip((b"\xbb", b"\xb9", b"\xba"), registers):
        code += opcode + (value & 0xFFFFFFFF).to_bytes(4, "little")
    code += b"\xcd\x80\x5b\xc3"
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        ctypes.memmove(page, code, len(code))
        result = ctypes.CFUNCTYPE(ctypes.c_int)(page)()
        os.write(writer, str(result).encode())
        os._exit(0)
    os.close(writer)
    answer = os.read(reader, 32)
    os.close(reader)
    _, status = os.waitpid(child, 0)
    if answer == b"":
        return f"signal {os.WTERMSIG(status)}"
    result = int(answer)
    return "ok" if result >= 0 else errno.errorcode.get(-result, str(result))


def socketcall(family):
    low = page + 2048
    ctypes.memmove(low, b"".join(value.to_bytes(4, "little") for value in (family, 2 if family == 17 else 5, 0)), 12)
    return call(102, 1, low)


answers["getpid"] = call(20)
for name, family in {"AF_PACKET": 17, "AF_ALG": 38, "AF_VSOCK": 40, "AF_KCM": 41, "AF_XDP": 44}.items():
    answers[f"socketcall {name}"] = socketcall(family)
    answers[f"socket {name}"] = call(359, family, 5, 0)
    answers[f"socket {name} datagram"] = call(359, family, 2, 0)
answers["ptrace"] = call(26, 16, 1, 0)
answers["unshare user"] = call(310, 0x10000000)
answers["clone user"] = call(120, 0x10000011, 0)
answers["mount"] = call(21, 0, 0, 0)
answers["keyctl"] = call(288, 0, -3, 1)
answers["bpf"] = call(357, 0, page, 72)
answers["io_uring_setup"] = call(425, 8, page + 1024)
answers["userfaultfd"] = call(374, 1)
answers["setuid 0"] = call(213, 0)
print(json.dumps(answers, indent=1))
