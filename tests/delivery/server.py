"""A private Dovecot: LMTP, IMAP and ManageSieve on free loopback ports, with
its own directory, users and log, beside whatever Dovecot the machine runs."""

import contextlib
import os
import pathlib
import pwd
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import dialect

# Nothing takes that long unless it hangs.
HANG_SECONDS = int(os.environ.get("BOUNCECAUSE_HANG_SECONDS", 300))

LDA = "/usr/lib/dovecot/dovecot-lda"
SYSTEM_MODULES = pathlib.Path("/usr/lib/dovecot/modules")
PLUGIN = "lib90_sieve_bouncecause_plugin.so"


class ServerError(Exception):
    """The private Dovecot does not do what it should."""


def free_ports(count):
    """Port numbers on loopback that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in sockets:
            sock.bind(("127.0.0.1", 0))
        return [sock.getsockname()[1] for sock in sockets]


class Dovecot:
    """Starts with `with`, or start() and stop().

    builddir, srcdir  where the plugin and the rules were built; the source
    include           configuration files that are read as they stand
    settings          {name: value} for plugin {}, after the included files;
                      "{dir}" in a value, and in config, is the server's
                      directory
    global_scripts    files that are copied to {dir}/sieve and compiled
    config            more configuration text; both in the language of
                      Dovecot 2.3, see dialect.py
    smtp_port         where vacation and redirect deliver to
    rules, plugin, settings_module
                      files in place of those that were built; None: none
    """

    def __init__(self, builddir, *, include=(), settings=None,
                 global_scripts=(), config="", smtp_port=None, rules="built",
                 plugin="built", settings_module="built"):
        self.builddir = pathlib.Path(builddir)
        self.include = include
        self.settings = dict(settings or {})
        self.global_scripts = global_scripts
        self.config_text = config
        self.smtp_port = smtp_port
        self.rules = rules
        self.plugin = plugin
        self.settings_module = settings_module
        self.dialect = dialect.installed()
        self.dir = None
        self.process = None

    # -- life ---------------------------------------------------------------

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="bouncecause-"))
        try:
            self.dir.chmod(0o755)
            for name in ("state", "home", "modules", "settings", "sieve",
                         "users"):
                (self.dir / name).mkdir()
            self._install_plugin()
            self.enter = self.dialect.enter(self.dir / "settings")
            self._take_ports()
            for script in self.global_scripts:
                copy = shutil.copy(script, self.dir / "sieve")
                self.run("sievec", copy)
            # Somebody else may take a port before we do.
            tries = 5
            while not self._launch():
                tries -= 1
                if tries == 0 or "already in use" not in self.log():
                    raise ServerError(
                        "Dovecot did not start:\n" + self.log()
                        + (self.dir / "stderr").read_text())
                self._take_ports()
        except BaseException:
            self.stop()
            raise

    def _take_ports(self):
        self.lmtp_port, self.imap_port, self.sieve_port = free_ports(3)
        self._write_config()

    def _launch(self):
        """Start the server. Returns whether it has started."""
        self.process = subprocess.Popen(
            [dialect.wrapped(dialect.DOVECOT), "-F", "-c", self.config],
            start_new_session=True, preexec_fn=self.enter,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=(self.dir / "stderr").open("wb"))
        deadline = time.monotonic() + HANG_SECONDS
        for port in (self.lmtp_port, self.imap_port, self.sieve_port):
            while not _greets(port):
                if (self.process.poll() is not None
                        or time.monotonic() > deadline):
                    return False
                time.sleep(0.05)
        # Or is it another one's port that greets?
        return self.process.poll() is None

    def stop(self):
        """End the server with all its processes; remove its directory."""
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(HANG_SECONDS)
            self._end_session()
            self.process.wait()
            self.process = None
        if self.dir is not None:
            shutil.rmtree(self.dir, ignore_errors=True)
            self.dir = None

    def _end_session(self):
        """Nothing of our session outlives the server."""
        deadline = time.monotonic() + 10
        while pids := session_processes(self.process.pid):
            if time.monotonic() > deadline:
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    # -- configuration ------------------------------------------------------

    @property
    def config(self):
        return self.dir / "dovecot.conf"

    def _install_plugin(self):
        """Beside links to the installed Sieve plugins. Copies, since the user
        that mail is delivered as may not be allowed to look into our tree."""
        for module in SYSTEM_MODULES.glob("sieve/*_plugin.so"):
            if module.name != PLUGIN:
                (self.dir / "modules" / module.name).symlink_to(module)
        if self.plugin == "built":
            self.plugin = self.builddir / "src/sieve/.libs" / PLUGIN
        if self.plugin is not None:
            shutil.copy(self.plugin, self.dir / "modules")
        self._install_settings()
        if self.rules == "built":
            self.rules = self.builddir / "rules/bouncecause.rules"
        if self.rules is not None:
            self.rules = shutil.copy(self.rules, self.dir)

    def _install_settings(self):
        """The module of the configuration reader, where it has one."""
        if self.dialect.SETTINGS is None:
            return
        for module in SYSTEM_MODULES.glob("settings/*.so"):
            shutil.copy(module, self.dir / "settings")
        if self.settings_module == "built":
            self.settings_module = (self.builddir / "src/sieve/.libs"
                                    / self.dialect.SETTINGS)
        if self.settings_module is not None:
            shutil.copy(self.settings_module, self.dir / "settings")

    def _write_config(self):
        settings = {"sieve_bouncecause_rules": self.rules, **self.settings}
        # Dovecot as root takes its own users, otherwise all is run by us.
        if os.getuid() == 0:
            internal, login = "dovecot", "dovenull"
        else:
            internal = login = pwd.getpwuid(os.getuid()).pw_name
        group = pwd.getpwnam(internal).pw_gid
        settings = {name: str(value).replace("{dir}", str(self.dir))
                    for name, value in settings.items() if value is not None}
        self.config.write_text(
            self.dialect.server(
                dir=self.dir, internal=internal, login=login,
                internal_group=_group_name(group), hang=HANG_SECONDS,
                lmtp_port=self.lmtp_port, imap_port=self.imap_port,
                sieve_port=self.sieve_port, smtp_port=self.smtp_port or 9)
            + dialect.wrapped_services()
            + "".join(f"!include {path}\n" for path in self.include)
            + self.dialect.plugin(settings)
            + self.dialect.config(
                self.config_text.replace("{dir}", str(self.dir))))

    # -- users --------------------------------------------------------------

    def add_user(self, name, script=None, **fields):
        """Make a mailbox. The fields are the user's own values for settings in
        plugin {}, without ":" and blanks. The password is "secret"."""
        uid, gid = mail_owner()
        extra = " ".join(f"userdb_{key}={value}"
                         for key, value in
                         self.dialect.user_fields(fields).items())
        (self.dir / "users" / name).write_text(
            f"{name}:{{PLAIN}}secret:{uid}:{gid}::{self.home(name)}::{extra}\n")
        home = self.home(name)
        home.mkdir(exist_ok=True)
        self.own(home)
        if script is not None:
            self.set_script(name, script)

    def home(self, name):
        return self.dir / "home" / name

    def set_script(self, name, script):
        """Make that text (or file) the active script of a user."""
        if isinstance(script, pathlib.Path):
            script = script.read_text()
        home = self.home(name)
        folder = home / "sieve"
        folder.mkdir(exist_ok=True)
        (folder / "main.sieve").write_text(script)
        link = home / ".dovecot.sieve"
        link.unlink(missing_ok=True)
        link.symlink_to("sieve/main.sieve")
        self.own(home)

    def own(self, path):
        """Give a tree to the user that mail is delivered as."""
        uid, gid = mail_owner()
        for entry in (path, *path.rglob("*")):
            os.chown(entry, uid, gid, follow_symlinks=False)

    # -- use ----------------------------------------------------------------

    def run(self, *command, check=True, file_size=None, memory=None,
            **kwargs):
        """Run one of Dovecot's commands with this server's configuration.
        With file_size it can write no file that is longer, with memory it
        has no more address space: both in bytes."""
        def enter():
            if self.enter is not None:
                self.enter()
            for which, limit in ((resource.RLIMIT_FSIZE, file_size),
                                 (resource.RLIMIT_AS, memory)):
                if limit is not None:
                    resource.setrlimit(which, (limit, limit))

        done = subprocess.run(
            [dialect.wrapped(command[0]), "-c", self.config, *command[1:]],
            capture_output=True, timeout=HANG_SECONDS, preexec_fn=enter,
            **kwargs)
        if check and done.returncode != 0:
            raise ServerError(f"{' '.join(map(str, command))}: "
                              f"{done.stderr.decode(errors='replace')}")
        return done

    def log(self):
        path = self.dir / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def wait_for_log(self, word, count):
        """Wait until so many lines of the log have that word. A process that
        writes the log for all others may still be at it when they have
        answered; the lines of one process come in order."""
        deadline = time.monotonic() + HANG_SECONDS
        while len(self.log_lines(word)) < count:
            if time.monotonic() > deadline:
                raise ServerError(f"no line in the log: {word}")
            time.sleep(0.01)

    def log_lines(self, *words):
        """Lines of the log that have all of these words."""
        return [line for line in self.log().splitlines()
                if all(word in line for word in words)]


def mail_owner():
    """Who delivers mail: nobody when we are root, else we."""
    if os.getuid() != 0:
        return os.getuid(), os.getgid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def session_processes(session):
    """The processes of a session, dead ones not counted."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            # After the name in brackets: state, ppid, pgrp, session
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def _group_name(gid):
    import grp
    return grp.getgrgid(gid).gr_name


def _greets(port):
    """Does a server say something on that port?"""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as sock:
            return bool(sock.recv(1))
    except OSError:
        return False
