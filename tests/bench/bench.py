"""What it costs: bench.py [--quick] BUILD-DIRECTORY

Run in a build directory by `make bench`. All in one run, in turns, as ratios of
CPU times and their medians; prints a table in Markdown, which README.md shows,
and what it rests on to stderr. --quick: small, and without deliveries; to see
that it runs."""

import itertools
import os
import pathlib
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import callgrind
import deliveries
import deliveries_counted
import growth
import hostile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024
SENDER = b"anna.berg@example.net"


class Bench:

    def __init__(self, build, quick, work):
        self.build, self.quick, self.work = build, quick, work
        self.measure = build / "tests/bench/measure"
        self.rules = build / "rules/bouncecause.rules"
        self.rows = []
        subprocess.run([sys.executable, "-B", SOURCE / "tests/bench/mails.py",
                        SOURCE, work], check=True)
        self.ordinary = sorted(work.glob("*.eml"))
        self.reports = sorted((SOURCE / "tests/samples/table")
                              .glob("[0-9]*.eml"))

    def row(self, what, figure, goal="", met=None):
        self.rows.append((what, goal, figure,
                          "" if met is None else "yes" if met else "no"))
        print(f"{what}: {figure}", file=sys.stderr, flush=True)

    def ratio(self, what, figure, goal, detail=""):
        self.row(what, f"{figure:.2f} ×{detail}", f"≤ {goal} ×",
                 figure <= goal)

    # -- the engine alone ---------------------------------------------------

    def times(self, files):
        """Microseconds a message: header, parse, classify; to load"""
        done = subprocess.run(
            [self.measure, self.rules, "2" if self.quick else "50", *files],
            check=True, capture_output=True, text=True)
        lines = done.stdout.splitlines()
        total = next(line for line in lines if " all " in line).split()
        each = [float(word) / len(files) for word in total[:3]]
        return *each, float(lines[-1].split()[0])

    def engine(self):
        header, parse, classify, _ = self.times(self.ordinary)
        report = self.times(self.reports)
        load = report[3]

        def mixed(of_ordinary, of_report):
            return .99 * of_ordinary + .01 * of_report
        self.ratio("engine against lib-mail's parse, ordinary mails",
                   classify / parse, 1.3,
                   f" ({classify:.1f} µs against {parse:.1f})")
        self.ratio("the same, where one in a hundred is a report",
                   mixed(classify, report[2]) / mixed(parse, report[1]), 1.3)
        self.ratio("the same, reports alone", report[2] / report[1], 1.3,
                   f" ({report[2]:.0f} µs against {report[1]:.1f})")
        self.ratio("ordinary mail against lib-mail's read of its header",
                   classify / header, 1.05,
                   f" ({classify - header:.1f} µs more)")
        self.row("to load the rules", f"{load / 1000:.2f} ms", "< 1 ms",
                 load < 1000)

    def worst(self):
        files = hostile.write(self.work, 8).values()
        files = [*files, *hostile.write(self.work, hostile.BEYOND).values(),
                 *self.reports, *(SOURCE / "tests/samples/formats").iterdir()]
        done = subprocess.run(
            [self.measure, "--worst", self.rules, "2", *files],
            check=True, capture_output=True, text=True)
        lines = [line.split() for line in done.stdout.splitlines()[1:]]
        slow = max(lines, key=lambda line: float(line[0]))
        large = max(lines, key=lambda line: int(line[1]))
        name = pathlib.Path
        self.row(f"one message, the worst of {len(lines)}: time",
                 f"{float(slow[0]) / 1000:.1f} ms ({name(slow[2]).stem})",
                 "< 50 ms", float(slow[0]) < 50000)
        self.row("and memory",
                 f"{int(large[1]) / MEGABYTE:.1f} MiB "
                 f"({name(large[2]).stem})", "< 8 MiB",
                 int(large[1]) < 8 * MEGABYTE)

    # -- in a server --------------------------------------------------------

    def report_cycle(self):
        """Sender and data of each report, again and again"""
        return itertools.cycle((b"", path.read_bytes())
                               for path in self.reports)

    def mix(self, count):
        """Ordinary mails, where one in a hundred is a report: sender and
        data of each"""
        ordinary = itertools.cycle((SENDER, path.read_bytes())
                                   for path in self.ordinary)
        reports = self.report_cycle()
        return [next(reports if number % 100 == 99 else ordinary)
                for number in range(count)]

    def deliveries(self):
        reports = self.report_cycle()
        made = random.Random(2)
        head = self.ordinary[0].read_bytes()
        large = [(SENDER, head + b"\n" + b"\n".join(
            made.randbytes(48).hex().encode() for _ in range(lines)))
            for lines in (155_000, 270_000, 410_000)]
        with deliveries.Pair(self.build) as pair:
            # what happens once is not counted
            pair.costs(self.mix(200), 2)
            for what, mails, rounds in (
                    ("10,000 mails, one in a hundred a report",
                     self.mix(10_000), 40),
                    ("2,000 reports", [next(reports) for _ in range(2000)],
                     10),
                    ("ordinary mails of 15 to 40 MB", large * 4, 12)):
                rows = pair.costs(mails, rounds)
                low, cost, high = deliveries.quartiles(rows)
                without = statistics.median(
                    row[0] for row in rows) * rounds / len(mails)
                self.row(f"CPU of LMTP deliveries with the plugin: {what}",
                         f"{cost:+.1f} % of {without * 1000:.1f} ms a mail "
                         f"(quartiles {low:+.1f}, {high:+.1f})", "≤ 1 %",
                         cost <= 1)
            extra = pair.memory()
        self.row("memory of a process beyond that without the plugin",
                 f"{extra / MEGABYTE:.2f} MiB", "≤ 2 MiB",
                 extra <= 2 * MEGABYTE)

    def counted_deliveries(self):
        reports = self.report_cycle()
        if (missing := callgrind.missing(self.measure)) is not None:
            print(f"not counted: {missing}", file=sys.stderr)
            return
        for what, mails in (
                ("mails, one in a hundred a report", self.mix(200)),
                ("reports", [next(reports) for _ in range(200)])):
            without, having = deliveries_counted.counts(self.build, mails)
            cost = 100 * (having / without - 1)
            self.row("the same in instructions of the process that delivers: "
                     + what, f"{cost:+.1f} % of {without / 1e6:.1f} million "
                     "a mail", "≤ 1 %", cost <= 1)

    # -- the command --------------------------------------------------------

    def classify(self, maildir, jobs):
        """Seconds on the wall and of the CPU"""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic()
        subprocess.run([self.build / "src/tool/bouncecause", "classify",
                        "--rules", self.rules, "--format", "json", "--jobs",
                        str(jobs), maildir],
                       check=True, stdout=subprocess.DEVNULL)
        wall = time.monotonic() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return wall, (after.ru_utime + after.ru_stime
                      - before.ru_utime - before.ru_stime)

    def jobs(self):
        count = 300 if self.quick else 100_000
        cores = len(os.sched_getaffinity(0))
        maildir = self.work / "Maildir"
        for folder in ("cur", "new"):
            (maildir / folder).mkdir(parents=True)
        for number, (_, data) in enumerate(self.mix(min(count, 2000))):
            # a file has not any number of names
            first = maildir / f"cur/{number}"
            first.write_bytes(data)
            for again in range(number + 2000, count, 2000):
                os.link(first, maildir / f"cur/{again}")
        turns = 1 if self.quick else 3
        rows = [[self.classify(maildir, jobs) for jobs in (1, cores)]
                for _ in range(turns)]
        wall = statistics.median(one[0] / all_[0] for one, all_ in rows)
        cpu = statistics.median(one[1] / all_[1] for one, all_ in rows)
        self.row(f"classify --jobs {cores}, Maildir of {count:,}: efficiency",
                 f"{100 * wall / cores:.0f} % by the clock, "
                 f"{100 * cpu:.0f} % by CPU time", "≥ 90 %",
                 wall / cores >= .9)

    def growth(self):
        made = growth.compare(self.build, SOURCE, self.reports)
        least = made[0][3]
        for rules, _, _, spent in made[1:]:
            self.row(f"a report, with {rules:,} rules against "
                     f"{made[0][0]}", f"{spent / least:.2f} ×")

    def all(self):
        self.engine()
        self.jobs()
        if not self.quick:
            self.worst()
            self.growth()
            self.deliveries()
            self.counted_deliveries()

    def table(self):
        lines = ["| what | goal | measured | met |", "| --- | --- | --- | --- |"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join(lines)


def main():
    arguments = sys.argv[1:]
    quick = arguments[0] == "--quick"
    build = pathlib.Path(arguments[1 if quick else 0])
    with tempfile.TemporaryDirectory(prefix="bouncecause-") as work:
        bench = Bench(build, quick, pathlib.Path(work))
        bench.all()
    print(f"\n{len(os.sched_getaffinity(0))} cores, {platform.machine()}; "
          f"load {os.getloadavg()[0]:.1f}\n")
    print(bench.table())


if __name__ == "__main__":
    main()
