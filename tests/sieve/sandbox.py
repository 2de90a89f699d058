"""A directory with a configuration of its own, for Pigeonhole's tools."""

import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "delivery"))
import dialect  # noqa: E402

# Nothing takes that long unless it hangs.
HANG_SECONDS = int(os.environ.get("BOUNCECAUSE_HANG_SECONDS", 300))

TOOLS = ("sieve-test", "sievec", "sieve-dump", "sieve-filter")
PLUGIN = "lib90_sieve_bouncecause_plugin.so"
MODULES = pathlib.Path("/usr/lib/dovecot/modules")
EXTPROGRAMS = MODULES / "sieve/lib90_sieve_extprograms_plugin.so"


class Sandbox:
    """with Sandbox(builddir) as box: ...

    builddir   where the plugin and the rules were built
    separator  of the mailbox hierarchy
    layout     of the Maildir: "" (Maildir++) or "fs"
    settings   {name: value} for plugin {}; "{dir}" is the directory
    config     more configuration text; both in the language of Dovecot 2.3,
               see dialect.py
    rules      the compiled rules; None for none
    plugins    what sieve_plugins says
    """

    def __init__(self, builddir, *, separator="/", layout="",
                 settings=None, config="", rules="built",
                 plugins="sieve_bouncecause"):
        self.builddir = pathlib.Path(builddir)
        self.separator = separator
        self.layout = layout
        self.settings = settings or {}
        self.config = config
        self.rules = rules
        self.plugins = plugins
        self.dialect = dialect.installed()
        self.dir = None

    def __enter__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="bouncecause-"))
        for name in ("home", "modules", "run", "settings", "work"):
            (self.dir / name).mkdir()
        built = self.builddir / "src/sieve/.libs"
        shutil.copy(built / PLUGIN, self.dir / "modules")
        if self.dialect.SETTINGS is not None:
            for module in (*MODULES.glob("settings/*.so"),
                           built / self.dialect.SETTINGS):
                shutil.copy(module, self.dir / "settings")
        if "extprograms" in self.plugins:
            (self.dir / "modules" / EXTPROGRAMS.name).symlink_to(EXTPROGRAMS)
        if self.rules is not None:
            source = (self.builddir / "rules/bouncecause.rules"
                      if self.rules == "built" else self.rules)
            shutil.copy(source, self.dir / "bouncecause.rules")
        self._configure()
        self.own()
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir, ignore_errors=True)

    def _configure(self):
        # Mail is not delivered as root.
        user = "nobody" if os.getuid() == 0 else pwd.getpwuid(
            os.getuid()).pw_name
        self.owner = pwd.getpwnam(user)
        settings = {
            "sieve_plugins": self.plugins,
            "sieve_extensions": "+editheader +vnd.dovecot.debug",
            "sieve_bouncecause_rules": "{dir}/bouncecause.rules",
            **self.settings}
        (self.dir / "dovecot.conf").write_text(
            self.dialect.tools(
                dir=self.dir, user=user, group=self.owner.pw_gid,
                separator=self.separator, layout=self.layout)
            + self.dialect.plugin(
                {name: str(value).replace("{dir}", str(self.dir))
                 for name, value in settings.items()})
            + self.dialect.config(self.config))

    def own(self):
        if os.getuid() == 0:
            for path in (self.dir, *self.dir.rglob("*")):
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid,
                         follow_symlinks=False)

    def file(self, name, content):
        """A file in the directory, for the tools to read. Returns its path."""
        path = self.dir / "work" / name
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        self.own()
        return path

    def run(self, *command):
        """Run a tool; standard output and error come as one text."""
        return subprocess.run(
            [dialect.wrapped(command[0]), "-c", self.dir / "dovecot.conf",
             *command[1:]],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=HANG_SECONDS, check=False,
            encoding="utf-8", errors="replace",
            preexec_fn=self.dialect.enter(self.dir / "settings"),
            env={**os.environ, "USER": self.owner.pw_name,
                 "HOME": str(self.dir / "home"),
                 # or doveconf takes them away
                 "DOVECOT_PRESERVE_ENVS": "USER HOME"})

    def test(self, script, mail, *options):
        """Run a script for a mail with sieve-test."""
        path = self.file("script.sieve", script)
        copy = self.file("mail.eml", pathlib.Path(mail).read_bytes())
        return self.run("sieve-test", "-C", *options, path, copy)

    def compile(self, script):
        """Compile a script with sievec."""
        return self.run("sievec", self.file("script.sieve", script))

    def dump(self, script):
        """What sieve-dump shows of a script."""
        done = self.compile(script)
        if done.returncode != 0:
            return done
        return self.run("sieve-dump", self.dir / "work/script.svbin")

    def folders(self):
        """{folder as on disk: number of mails in it}, empty ones left out."""
        root = self.dir / "home/Maildir"
        found = {}
        for mail in root.rglob("*"):
            if mail.is_file() and mail.parent.name in ("new", "cur"):
                folder = str(mail.parent.parent.relative_to(root))
                found[folder] = found.get(folder, 0) + 1
        return found


def missing():
    """Tools that are not installed."""
    return [tool for tool in TOOLS if shutil.which(tool) is None]
