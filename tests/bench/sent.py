"""What it costs to look for a mail in Sent:
sent.py BUILD-DIRECTORY [MAILS [FORMAT...]]

Makes a Sent mailbox of so many mails (100,000) in each format of mailboxes,
and delivers reports by dovecot-lda that ask for the origin. A line each: the least
wall clock and CPU milliseconds of some turns, over those of a delivery that
does not ask; bytes of Sent's cache."""

import pathlib
import resource
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(SOURCE / "tests/delivery"), str(SOURCE / "tests/tool")]

import bounces  # noqa: E402
import server as servers  # noqa: E402

TURNS = 5
# as in bounce-limits.h
LIMIT = 20_000

ASKS = """\
require ["vnd.bouncecause"];
if bouncecause :origin "foreign" { discard; }
"""
ASKS_NOT = ASKS.replace(":origin", ":cause")


def message_id(number):
    return f"<{number:06}.bench@pc.example.com>"


def make_sent(folder, count):
    """Mails of the usual kind: a header of 1 kB, a short text."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    filling = "".join(f"X-Filling-{n}: {'x' * 60}\n" for n in range(8))
    for number in range(count):
        (folder / f"cur/{number:010}.M1P1.bench:2,S").write_bytes(
            bounces.original(message_id=message_id(number), fields=filling,
                             text="Hello, Bob.\n" * 30))


class Bench:
    def __init__(self, server, user):
        self.server = server
        self.user = user
        self.home = server.home(user)

    def once(self, script, report):
        """Wall clock and CPU milliseconds of a delivery."""
        self.server.set_script(self.user, script)
        self.compile()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        self.server.run(servers.LDA, "-d", self.user, "-f", "", input=report)
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = (after.ru_utime + after.ru_stime
               - before.ru_utime - before.ru_stime)
        return wall * 1000, cpu * 1000

    def compile(self):
        path = self.home / "sieve/main.sieve"
        self.server.run("sievec", path)
        self.server.own(self.home / "sieve")

    def least(self, script, report):
        turns = [self.once(script, report) for _ in range(TURNS)]
        return [min(values) for values in zip(*turns)]

    def stopped(self):
        """How many searches took too long."""
        return len(self.server.log_lines("it took too long"))

    def cache_bytes(self):
        return sum(path.stat().st_size
                   for path in self.home.rglob("dovecot.index.cache")
                   if "Sent" in str(path))

    def line(self, what, times, base):
        wall, cpu = (value - least for value, least in zip(times, base))
        print(f"  {what:34} {wall:8.1f} ms {cpu:8.1f} ms CPU "
              f"{self.cache_bytes():10,} bytes cached", flush=True)

    def run(self, count):
        cases = {
            "newest": message_id(count - 1),
            "the last that is looked at": message_id(max(0, count - LIMIT)),
            "not there": message_id(count)}
        reports = {what: bounces.report(bounces.original(message_id=value))
                   for what, value in cases.items()}
        report = reports["not there"]
        self.once(ASKS_NOT, report)
        base = self.least(ASKS_NOT, report)
        print(f"  {'a delivery that does not ask':34} {base[0]:8.1f} ms "
              f"{base[1]:8.1f} ms CPU")
        what, stopped = "not there, nothing cached yet", -1
        while stopped < self.stopped():
            stopped = self.stopped()
            self.line(what, self.once(ASKS, report), base)
            what = "the next one"
        for what, report in reports.items():
            self.line(what, self.least(ASKS, report), base)


def main():
    builddir = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    formats = sys.argv[3:] or ["maildir", "sdbox", "mdbox"]
    with servers.Dovecot(
            builddir, config=bounces.SENT_MAILBOXES + "mail_fsync = never\n",
            settings={"sieve_plugins": "sieve_bouncecause"}) as server:
        server.add_user("maildir")
        make_sent(server.home("maildir") / "maildir/.Sent", count)
        server.own(server.home("maildir"))
        for name in formats:
            print(f"{name}, Sent of {count:,} mails", flush=True)
            server.add_user(name, mail=f"{name}:~/{name}")
            if name != "maildir":
                server.run("doveadm", "import", "-u", name, "-U", "maildir",
                           f"maildir:{server.home('maildir')}/maildir", "",
                           "mailbox", "Sent", "ALL")
            # as if nobody had looked at it yet
            for path in server.home(name).rglob("dovecot.index.cache"):
                path.unlink()
            Bench(server, name).run(count)


if __name__ == "__main__":
    main()
