"""A network without a world: loopback and a name server of our own.

Where the kernel allows it the test gets a loopback for itself, so that no
port is taken and nothing gets out. Else the addresses below stand beside
whatever the machine runs.
"""

import ctypes
import fcntl
import os
import socket
import socketserver
import struct
import threading
import unittest

DNS = "127.77.0.53"
MTA = "127.77.0.2"
SINK = "127.77.0.10"
BLOCKED = "127.77.0.11"
CLOSED = "127.77.0.12"

MTA_NAME = "mta.example.org"

ADDRESSES = {
    MTA_NAME: MTA,
    "localhost": "127.0.0.1",
    "mx.example.com": SINK,
    "mx.example.net": SINK,
    "mx.blocked.example.net": BLOCKED,
    "mx.closed.example.net": CLOSED,
}
EXCHANGERS = {
    "example.com": "mx.example.com",
    "example.net": "mx.example.net",
    "blocked.example.net": "mx.blocked.example.net",
    "closed.example.net": "mx.closed.example.net",
    "nullmx.example.net": "",		# RFC 7505: takes no mail
}
EMPTY = {"nomail.example.net", "example.org"}
BROKEN = {"broken.example.net"}

A, NS, PTR, MX = 1, 2, 12, 15
SERVFAIL, NXDOMAIN = 2, 3

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
SIOCSIFADDR = 0x8916


def make_private():
    """Leave the machine's network for a loopback of our own, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack(
            "16sH14x", fcntl.ioctl(sock, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(sock, SIOCSIFFLAGS,
                    struct.pack("16sH14x", b"lo", flags | IFF_UP))
        # A host with 127.0.0.1 alone has no network, thinks OpenSMTPD.
        request = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0,
                              socket.inet_aton(MTA))
        try:
            fcntl.ioctl(sock, SIOCSIFADDR, request)
        except OSError:
            pass


def bind(server, address, handler):
    """server(address, handler); skips the test where the port is taken."""
    try:
        return server(address, handler)
    except OSError as trouble:
        raise unittest.SkipTest("{}:{}: {}".format(
            *address, os.strerror(trouble.errno))) from None


class _Query(socketserver.BaseRequestHandler):
    def handle(self):
        query, sock = self.request
        labels, at = [], 12
        while length := query[at]:
            labels.append(query[at + 1:at + 1 + length].decode("latin-1"))
            at += 1 + length
        kind = struct.unpack(">H", query[at + 1:at + 3])[0]
        question = query[12:at + 5]
        rcode, data = answer(".".join(labels).lower(), kind)
        # answer, authoritative, recursion wished and available
        header = query[:2] + struct.pack(
            ">HHHHH", 0x8580 | rcode, 1, len(data), 0, 0)
        records = b"".join(
            struct.pack(">HHHIH", 0xc00c, kind, 1, 60, len(item)) + item
            for item in data)
        sock.sendto(header + question + records, self.client_address)


def answer(name, kind):
    """What the name server says: response code and records' data."""
    if name in BROKEN:
        return SERVFAIL, []
    if kind == A and name in ADDRESSES:
        return 0, [socket.inet_aton(ADDRESSES[name])]
    if kind == MX and name in EXCHANGERS:
        host = EXCHANGERS[name]
        return 0, [struct.pack(">H", 0 if not host else 10) + _wire(host)]
    if kind == PTR and name == ".".join(
            reversed(MTA.split("."))) + ".in-addr.arpa":
        return 0, [_wire(MTA_NAME)]
    if name in ADDRESSES or name in EXCHANGERS or name in EMPTY:
        return 0, []
    return NXDOMAIN, []


def _wire(name):
    labels = [label.encode() for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


class NameServer:
    """Runs in a thread of its own, from `with` on."""

    def __enter__(self):
        self.server = bind(socketserver.ThreadingUDPServer, (DNS, 53), _Query)
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
