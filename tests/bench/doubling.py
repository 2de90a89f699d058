"""Nothing is quadratic: doubling.py [--quick] BUILD-DIRECTORY [NAME...]

Counts the instructions for input of the sizes N, 2 N and 4 N: of reading hostile
mails (hostile.py), of what commands do with some of them and with many files
("page recipients", "classify mbox", piles.py), of comparing Received fields with
own hosts ("own hosts"), and of compiling hostile rule sources ("compile rules",
sources.py). A second doubling that costs more than LIMIT times as much as the
first one is too much: work that is linear comes to 2. Where a bound has been
reached, the growth is less. NAME chooses; --quick takes a few.

Vectorscan's own work on patterns is not counted where it is a child process's,
with bounds on its time and memory."""

import concurrent.futures
import os
import pathlib
import sys
import tempfile

import callgrind
import hostile
import piles
import sources

LIMIT = 2.3
# A growth of less than so many instructions is no matter: a buffer that grows
NOISE = 400_000
QUICK = ("recipients", "parts", "fields", "text-lines", "text-at-words",
         "text-literals", "html-hidden", "html-tags", "page recipients",
         "classify mbox", "own hosts", "own fields", "own field-names",
         "compile rules", "compile anchors", "compile keys-twice")
PAGES = ("recipients", "recipients-long", "one-reply-long", "subject-encoded",
         "addresses", "text-lines", "text-addresses")
FILES = tuple(name for name, pile in piles.PILES.items() if pile[0] is None)
COMMANDS = {
    "page": PAGES,
    # each recipient's pattern is compiled again, which takes most of the time
    "explain": ("one-reply-long", "subject-encoded", "addresses",
                "text-lines", "files-empty", "mbox-lines"),
    "classify": (*PAGES, *piles.PILES),
    "survey": ("recipients", *FILES),
    "own": piles.OWN,
    "compile": sources.SOURCES,
}
ALL = [*hostile.MAILS, *(f"{command} {name}" for command in COMMANDS
                         for name in COMMANDS[command])]
SKIPPED = 77


def grows(build, name, directory):
    """The instructions at each size"""
    command, _, name = name.rpartition(" ")
    directory = pathlib.Path(tempfile.mkdtemp(dir=directory))
    tool = build / "src/tool/bouncecause"
    measure = build / "tests/bench/measure"
    rules = build / "rules/bouncecause.rules"

    def grown(times):
        if command == "":
            return callgrind.count(measure, rules, "carried", 1, hostile.write(
                directory, times, [name]).values())
        if command == "own":
            return callgrind.count(measure, rules, command, 1, [
                piles.write_own(directory, times, name)])
        if command == "compile":
            return callgrind.count_command(
                tool, command, "--output", directory / "rules",
                *sources.write(directory, times, name))
        return callgrind.count_command(
            tool, command, "--rules", rules,
            *(piles.write(directory, times, name) if name in piles.PILES
              else hostile.write(directory, times, [name]).values()))

    return [grown(times) for times in (1, 2, 4)]


def main():
    arguments = sys.argv[1:]
    quick = arguments[0] == "--quick"
    build = pathlib.Path(arguments[1 if quick else 0])
    names = arguments[2 if quick else 1:] or (QUICK if quick else ALL)
    missing = callgrind.missing(build / "tests/bench/measure")
    if missing:
        print(f"skipped: {missing}")
        return SKIPPED
    failed = 0
    print(f"{'input':24} {'N':>12} {'2 N':>12} {'4 N':>12} {'growth':>7}")
    with tempfile.TemporaryDirectory() as directory, \
            concurrent.futures.ThreadPoolExecutor(
                len(os.sched_getaffinity(0))) as pool:
        rows = pool.map(lambda name: grows(build, name, directory), names)
        for name, (once, twice, fourfold) in zip(names, rows):
            growth = ((fourfold - twice) / (twice - once)
                      if twice > once else 0)
            bad = growth > LIMIT and fourfold - twice > NOISE
            failed += bad
            print(f"{name:24} {once:12} {twice:12} {fourfold:12} "
                  f"{growth:7.2f}{'  TOO MUCH' if bad else ''}", flush=True)
    print(f"{len(names)} inputs, {failed} cost more than their size allows")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
