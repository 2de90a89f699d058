"""Deliveries by LMTP to two private Dovecots that differ by the plugin: what
they cost in CPU time, and the memory of the process that delivered."""

import os
import pathlib
import socket
import statistics
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / "tests/delivery"))

import server as servers  # noqa: E402
from testcase import example_config  # noqa: E402

# The example file-by-cause.sieve, but for the folder and the flag: to make many
# of them (a mailbox that gets a new flag writes a file) costs more than all
# else. And what comes nearest to it without knowing causes: all of the reports
# here have the null sender, and nothing else has it.
HAVING = """\
require ["vnd.bouncecause", "variables", "fileinto", "mailbox", "imap4flags"];

if bouncecause {
    set "keyword" "${bouncecause.keyword}";
    addflag "$Bounce";
    fileinto :create "Bounces/all";
}
"""
WITHOUT = """\
require ["envelope", "variables", "fileinto", "mailbox", "imap4flags"];

if anyof (header :contains "content-type" "multipart/report",
          envelope :is "from" "") {
    set "keyword" "$Bounce";
    addflag "$Bounce";
    fileinto :create "Bounces/all";
}
"""
# Disks have no part in it, nor have file systems that look for free places
CONFIG = "mail_fsync = never\n"
MEMORY = pathlib.Path("/dev/shm")


def processes(server):
    return servers.session_processes(server.process.pid)


def cpu_seconds(server):
    """What the server's processes have run, by the scheduler's clock"""
    return sum(int(pathlib.Path(f"/proc/{pid}/schedstat").read_text()
                   .split()[0]) for pid in processes(server)) / 1e9


def own_bytes(server):
    """Memory that the process which delivered has for itself. Pages of mapped
    files are not: every process has the same."""
    most = 0
    for pid in processes(server):
        if pathlib.Path(f"/proc/{pid}/comm").read_text() != "lmtp\n":
            continue
        rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        most = max(most, *(int(line.split()[1]) * 1024
                           for line in rollup.splitlines()
                           if line.startswith("Anonymous:")))
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

    def deliver(self, mails, user):
        """mails: sender and data of each"""
        for sender, data in mails:
            self.socket.sendall(
                b"MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nBDAT %d LAST\r\n"
                % (sender, user.encode(), len(data)) + data)
            for _ in range(3):
                self.reply()


class Pair:
    """Two servers, without and with; the same mails go to both."""

    def __init__(self, builddir, configs=("", "")):
        """configs: more configuration of each"""
        if os.access(MEMORY, os.W_OK):
            tempfile.tempdir = str(MEMORY)
        self.servers = (
            servers.Dovecot(builddir, plugin=None, rules=None,
                            config=CONFIG + configs[0]),
            servers.Dovecot(builddir, include=[example_config()],
                            config=CONFIG + configs[1]))
        self.scripts = WITHOUT, HAVING
        self.connections = []
        self.users = 0

    def __enter__(self):
        for server in self.servers:
            server.start()
            self.connections.append(Lmtp(server))
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.stop()

    def _add_user(self):
        self.users += 1
        name = f"user{self.users}@example.com"
        for server, script in zip(self.servers, self.scripts):
            server.add_user(name, script)
            server.run("sievec", server.home(name) / "sieve/main.sieve")
            server.own(server.home(name))
        return name

    def costs(self, mails, rounds):
        """The CPU seconds of each round, without and with: the mails are
        delivered in so many parts, in turns. Each part has a mailbox of its
        own, for one that grows costs more and more."""
        size = -(-len(mails) // rounds)
        rows = []
        for number, start in enumerate(range(0, len(mails), size)):
            row = [0, 0]
            user = self._add_user()
            for which in ((0, 1), (1, 0))[number % 2]:
                server = self.servers[which]
                self.connections[which].deliver(mails[start:start + 1], user)
                before = cpu_seconds(server)
                self.connections[which].deliver(mails[start:start + size],
                                                user)
                row[which] = cpu_seconds(server) - before
            rows.append(row)
        return rows

    def deliver(self, mails):
        """To a mailbox of their own"""
        user = self._add_user()
        for connection in self.connections:
            connection.deliver(mails, user)

    def memory(self):
        without, having = map(own_bytes, self.servers)
        return having - without


def quartiles(rows):
    """Of the rounds: by how many per cent more it is with the plugin"""
    return statistics.quantiles(
        [100 * (having / without - 1) for without, having in rows], n=4)
