"""A root directory of its own for a mail system: it finds its files, users
and name server where it looks for them, and nothing of the machine's."""

import os
import pathlib
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import threading
import time
import unittest

import network
import packages

DEVICES = {"null": (1, 3), "zero": (1, 5), "random": (1, 8),
           "urandom": (1, 9)}
FIRST_ID = 64000


class Jail:
    """From `with` on it is there; at the end all that ran in it is killed.

    names   packages that are unpacked in it
    users   system users that it has, each with a group of its name
    groups  more groups
    """

    def __init__(self, names, cache, users=(), groups=()):
        self.names = names
        self.cache = cache
        self.users = users
        self.groups = groups
        self.root = None
        self.log = []

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="bouncecause-mta."))
        try:
            self.root.chmod(0o755)
            packages.unpack(self.names, self.root, self.cache)
            self._furnish()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in (signal.SIGTERM, signal.SIGKILL):
            for _ in range(10):
                inmates = self._inmates()
                for pid in inmates:
                    try:
                        os.kill(pid, name)
                    except ProcessLookupError:
                        pass
                if not inmates:
                    break
                time.sleep(0.1)
        shutil.rmtree(self.root, ignore_errors=True)

    def _inmates(self):
        """Whoever has this root directory, however it got away from us."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(entry / "root") == str(self.root):
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    # -- furniture ----------------------------------------------------------

    def _furnish(self):
        for name in ("dev", "etc", "proc", "root", "var/log", "var/run",
                     "var/lib", "var/spool", "var/mail", "run"):
            self.dir(name)
        self.dir("tmp", mode=0o1777)
        self.dir("var/tmp", mode=0o1777)
        try:
            for name, (major, minor) in DEVICES.items():
                device = self.root / "dev" / name
                os.mknod(device, 0o666 | stat.S_IFCHR,
                         os.makedev(major, minor))
                device.chmod(0o666)
            (self.root / "dev/null").write_text("")
        except OSError as trouble:
            raise unittest.SkipTest(
                f"no devices in {self.root}: {trouble.strerror}") from None
        self._syslog()
        everyone = ["root", "mail", "daemon", "nobody", *self.users]
        ids = {name: FIRST_ID + i for i, name in
               enumerate([*everyone, *self.groups])}
        ids.update(root=0, mail=8, daemon=1, nobody=65534)
        self.ids = ids
        self.file("etc/passwd", "".join(
            f"{name}:x:{ids[name]}:{ids[name]}::/:/bin/sh\n"
            for name in everyone))
        self.file("etc/group", "".join(
            f"{name}:x:{number}:\n" for name, number in ids.items()))
        self.file("etc/hosts", "127.0.0.1 localhost\n"
                  f"{network.MTA} {network.MTA_NAME} mta\n")
        self.file("etc/nsswitch.conf", "passwd: files\ngroup: files\n"
                  "hosts: files dns\n")
        self.file("etc/resolv.conf", f"nameserver {network.DNS}\n"
                  "options timeout:2 attempts:2\n")
        self.file("etc/mailname", network.MTA_NAME + "\n")
        self.file("etc/services", "smtp 25/tcp\ndomain 53/udp\n")

    def _syslog(self):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(str(self.root / "dev/log"))
        (self.root / "dev/log").chmod(0o666)

        def read():
            while self.root.exists():
                self.log.append(sock.recv(8192).decode("utf-8", "replace"))
        threading.Thread(target=read, daemon=True).start()

    def dir(self, name, owner="root", mode=0o755, group=None):
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        self._own(path, owner, group or owner, mode)

    def file(self, name, text, owner="root", mode=0o644):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self._own(path, owner, owner, mode)

    def own(self, name, owner="root", group="root", mode=0o755):
        self._own(self.root / name, owner, group, mode)

    def _own(self, path, owner, group, mode):
        ids = getattr(self, "ids", {"root": 0})
        os.chown(path, ids[owner], ids[group])
        path.chmod(mode)

    def shell(self):
        """Put busybox in where the mail system needs a shell."""
        for name in ("sh", "cat", "rm", "ls", "cp", "mv", "sed", "sleep"):
            path = self.root / "bin" / name
            path.parent.mkdir(exist_ok=True)
            if not path.exists():
                path.symlink_to("/bin/busybox")

    # -- processes ----------------------------------------------------------

    def _options(self, user):
        def enter():
            os.chroot(self.root)
            os.chdir("/")
            if user is not None:
                number = self.ids[user]
                os.setgroups([])
                os.setgid(number)
                os.setuid(number)
        return {
            "preexec_fn": enter,
            "env": {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
                    "HOME": "/root"},
        }

    def run(self, *command, text="", user=None):
        """Run to its end; what it printed. (Not by pipes: a daemon that it
        leaves behind would keep them open.)"""
        with (tempfile.TemporaryFile() as given,
              tempfile.TemporaryFile() as said,
              open(self.root / "daemon.log", "ab") as log):
            given.write(text.encode())
            given.seek(0)
            subprocess.run(command, stdin=given, stdout=said, stderr=log,
                           timeout=60, check=True, **self._options(user))
            said.seek(0)
            return said.read().decode("utf-8", "replace")

    def start(self, *command, user=None):
        """Run beside us; what it prints is in daemon.log."""
        with open(self.root / "daemon.log", "ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, **self._options(user))

    def story(self):
        """The logs, for those who ask why."""
        texts = ["".join(f"{line}\n" for line in self.log)]
        for pattern in ("daemon.log", "var/log/**/*"):
            texts += [path.read_text(errors="replace")
                      for path in sorted(self.root.glob(pattern))
                      if path.is_file()]
        return "\n".join(texts)
