"""Deliveries by LMTP to two private Dovecots that differ by the plugin: what
they cost in CPU time, and the memory of the process that delivered."""

import os
import pathlib
import socket
import statistics
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/delivery"))

import server as servers  # noqa: E402
from testcase import EXAMPLE_CONFIG, example  # noqa: E402

USER = "li.wei@example.com"
# What the example does, as far as it can be done without knowing causes
STOCK = """\
require ["variables", "fileinto", "mailbox", "imap4flags"];

if header :contains "content-type" "multipart/report" {
    addflag "$Bounce";
    fileinto :create "Bounces/all";
}
"""
# Disks have no part in it
CONFIG = "mail_fsync = never\n"


def processes(server):
    return servers.session_processes(server.process.pid)


def cpu_seconds(server):
    """What the server's processes have run, by the scheduler's clock"""
    return sum(int(pathlib.Path(f"/proc/{pid}/schedstat").read_text()
                   .split()[0]) for pid in processes(server)) / 1e9


def dirty_bytes(server):
    """Memory that the process which delivered has for itself"""
    most = 0
    for pid in processes(server):
        if pathlib.Path(f"/proc/{pid}/comm").read_text() != "lmtp\n":
            continue
        rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        most = max(most, *(int(line.split()[1]) * 1024
                           for line in rollup.splitlines()
                           if line.startswith("Private_Dirty:")))
    return most


class Lmtp:
    """A connection that stays, so that one process delivers all."""

    def __init__(self, server):
        self.socket = socket.create_connection(
            ("127.0.0.1", server.lmtp_port), servers.HANG_SECONDS)
        self.lines = self.socket.makefile("rb")
        self.reply()
        self.socket.sendall(b"LHLO mx.example.com\r\n")
        self.reply()

    def reply(self):
        while (line := self.lines.readline())[3:4] == b"-":
            pass
        if line[:1] != b"2":
            raise servers.ServerError(line.decode())

    def deliver(self, mails):
        for data in mails:
            self.socket.sendall(
                b"MAIL FROM:<>\r\nRCPT TO:<%s>\r\nBDAT %d LAST\r\n"
                % (USER.encode(), len(data)) + data)
            for _ in range(3):
                self.reply()


class Pair:
    """Two servers, without and with; the same mails go to both."""

    def __init__(self, builddir):
        self.servers = (
            servers.Dovecot(builddir, plugin=None, rules=None, config=CONFIG),
            servers.Dovecot(builddir, include=[EXAMPLE_CONFIG],
                            config=CONFIG))
        self.connections = []

    def __enter__(self):
        scripts = STOCK, example("file-by-cause.sieve")
        for server, script in zip(self.servers, scripts):
            server.start()
            server.add_user(USER, script)
            server.run("sievec", server.home(USER) / "sieve/main.sieve")
            server.own(server.home(USER))
            self.connections.append(Lmtp(server))
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.stop()

    def costs(self, mails, rounds):
        """The CPU seconds of each round, without and with: the mails are
        delivered in so many parts, in turns."""
        size = -(-len(mails) // rounds)
        rows = []
        for number, start in enumerate(range(0, len(mails), size)):
            row = [0, 0]
            for which in ((0, 1), (1, 0))[number % 2]:
                server = self.servers[which]
                before = cpu_seconds(server)
                self.connections[which].deliver(mails[start:start + size])
                row[which] = cpu_seconds(server) - before
            rows.append(row)
        return rows

    def memory(self):
        # what is not on the disk yet, as the rules that were just copied,
        # would count, too
        os.sync()
        without, having = map(dirty_bytes, self.servers)
        return having - without


def ratio(rows):
    """The median of the rounds"""
    return statistics.median(having / without for without, having in rows)
