# Tries to reach anything beyond this container, and prints how each try ended as JSON.
import errno
import json
import socket
import sys
from pathlib import Path

answers = {}


def tried(name, action):
    try:
        action()
        answers[name] = "reached"
    except socket.gaierror as error:
        answers[name] = f"EAI {error.errno}"
    except OSError as error:
        answers[name] = errno.errorcode.get(error.errno, str(error))


def connect(host, port, family=socket.AF_INET):
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(3)
        client.connect((host, port))


def send(host, port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"x", (host, port))


def connect_unix(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect(path)


for host in ["1.1.1.1", "169.254.169.254", "172.17.0.1", "10.0.0.1", "192.168.0.1", *sys.argv[1:]]:
    tried(f"tcp {host}", lambda: connect(host, 80))
    tried(f"udp {host}", lambda: send(host, 53))
tried("tcp6", lambda: connect("2606:4700:4700::1111", 443, socket.AF_INET6))
tried("dns", lambda: socket.getaddrinfo("example.org", 80))
tried("host.docker.internal", lambda: socket.getaddrinfo("host.docker.internal", 80))
tried("loopback", lambda: connect("127.0.0.1", 80))
tried("multicast", lambda: send("224.0.0.1", 5353))
tried("broadcast", lambda: send("255.255.255.255", 67))
tried("docker socket", lambda: connect_unix("/var/run/docker.sock"))
tried("containerd socket", lambda: connect_unix("/run/containerd/containerd.sock"))


answers["interfaces"] = sorted(name for _, name in socket.if_nameindex())
answers["routes"] = len(Path("/proc/net/route").read_text().splitlines()) - 1
print(json.dumps(answers))
