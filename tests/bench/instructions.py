"""Instructions against those of before:

    instructions.py [--write] BUILD-DIRECTORY SOURCE-DIRECTORY

Counts what ordinary mails, reports, reply texts and loading the rules take, and
fails where one takes more than 5 % more than instructions.json says. What
changes the counts apart from our code is the key to that file: libraries,
compiler, the CPU's features. With --write the counts are put into it: do so
when a change is meant to cost that much, and say in the commit why."""

import json
import pathlib
import subprocess
import sys
import tempfile

import callgrind

MORE = 1.05
SKIPPED = 77
WRITE = ("write them with tests/bench/instructions.py --write "
         "BUILD-DIRECTORY SOURCE-DIRECTORY")


def key(measure):
    """What the counts depend on, as valgrind has it"""
    done = subprocess.run(["valgrind", "--tool=none", "-q", measure, "--key"],
                          check=True, capture_output=True, text=True)
    return done.stdout.strip()


def counts(build, source):
    """Instructions of one message, one reply, one load"""
    measure = build / "tests/bench/measure"
    rules = build / "rules/bouncecause.rules"
    texts = source / "tests/bench/texts.txt"
    reports = sorted((source / "tests/samples/table").glob("[0-9]*.eml"))
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.executable, "-B", source / "tests/bench/mails.py",
                        source, directory], check=True)
        ordinary = sorted(pathlib.Path(directory).glob("*.eml"))
        sets = (("ordinary", "classify", ordinary, len(ordinary)),
                ("reports", "classify", reports, len(reports)),
                ("texts", "text", [texts],
                 texts.read_text().count("\n")),
                ("load", "load", [texts], 1))
        return {name: round(callgrind.count_round(measure, rules, job, files)
                            / among) for name, job, files, among in sets}


def main():
    arguments = sys.argv[1:]
    write = arguments[0] == "--write"
    build, source = map(pathlib.Path, arguments[1 if write else 0:])
    path = source / "tests/bench/instructions.json"
    missing = callgrind.missing(build / "tests/bench/measure")
    if missing:
        print(f"skipped: {missing}")
        return SKIPPED
    known = json.loads(path.read_text()) if path.exists() else {}
    here = key(build / "tests/bench/measure")
    if here not in known and not write:
        print(f"skipped: no counts for {here}; {WRITE}")
        return SKIPPED
    now = counts(build, source)
    before = known.get(here, now)
    print(f"{'':10} {'before':>10} {'now':>10} {'ratio':>6}")
    failed = False
    for name, count in now.items():
        ratio = count / before[name]
        bad = ratio > MORE and not write
        failed = failed or bad
        print(f"{name:10} {before[name]:10} {count:10} {ratio:6.3f}"
              f"{'  TOO MUCH' if bad else ''}")
    if write:
        known[here] = now
        path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    elif failed:
        print(f"More than 5 % more: mend it, or where it is meant so, {WRITE}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
