#!/usr/bin/env python3
"""Adds up what all test programs of build directories counted.

    tally.py [--extra NAME=passed|failed|skipped[: REASON]]...
        BUILD-DIRECTORY [[NAME=]BUILD-DIRECTORY]...

Names of programs begin with the NAME of their directory, where it has one.

Automake leaves a NAME.trs (how it ended) and a NAME.log (what it printed)
of each test program. What a program counted is taken from its log: the last
line "N passed, N failed[, N skipped]", or all lines of the library Check,
"100%: Checks: N, Failures: N, Errors: N". A program that counted nothing, or
that ended otherwise than its count says, counts as one test. Logs of programs
that failed are shown; what failed in them stands again at the end, for who
sees only that. So does the reason of each skipped test: a line "SKIP: reason"
in the log.

The last line printed is the sum, "N passed, N failed, N skipped"; the exit
status is 0 when nothing failed and something passed.
"""

import argparse
import pathlib
import re
import sys

PLAIN = re.compile(
    r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.MULTILINE)
CHECK = re.compile(
    r"^\d+%: Checks: (\d+), Failures: (\d+), Errors: (\d+)$", re.MULTILINE)
SKIP = re.compile(r"^SKIP: *(.+)$", re.MULTILINE)
RESULT = re.compile(r"^:global-test-result: *(\w+)", re.MULTILINE)
FAULT = re.compile(r"^FAILED: |^\w+Error: |^\S+:\d+:[FE]:|^not ok|^FAIL: ")
SHOWN_LINES = 80
SHOWN_FAULTS = 4
SHOWN_SIZE = 500


def count(log):
    """What a log counted: [passed, failed, skipped], or None."""
    plain = PLAIN.findall(log)
    if plain:
        return [int(number or 0) for number in plain[-1]]
    checks = CHECK.findall(log)
    if not checks:
        return None
    total, failures, errors = (sum(map(int, column))
                               for column in zip(*checks))
    return [total - failures - errors, failures + errors, 0]


def judge(result, log):
    """What one program adds to the sum, given automake's word on it."""
    counted = count(log)
    if result == "SKIP":
        return counted or [0, 0, 1]
    if result in ("PASS", "XFAIL"):
        return counted or [1, 0, 0]
    counted = counted or [0, 0, 0]
    # It failed: it may have died after (or without) counting.
    return [counted[0], max(counted[1], 1), counted[2]]


def faults(log):
    """The lines of a log that say what failed; where none does, its last."""
    lines = [line[:SHOWN_SIZE] for line in log.splitlines() if line.strip()]
    return ([line for line in lines if FAULT.search(line)][:SHOWN_FAULTS]
            or lines[-SHOWN_FAULTS:])


def programs(builddirs):
    """(name, file) of each program's result."""
    for builddir in builddirs:
        prefix, _, path = builddir.rpartition("=")
        for trs in sorted(pathlib.Path(path).rglob("*.trs")):
            name = str(trs.relative_to(path).with_suffix(""))
            # what a failed distcheck left
            if not name.startswith("bouncecause-"):
                yield f"{prefix}: {name}" if prefix else name, trs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--extra", action="append", default=[],
                        metavar="NAME=RESULT")
    parser.add_argument("builddirs", nargs="+", metavar="[NAME=]DIRECTORY")
    args = parser.parse_args()

    rows, reasons, failures = [], [], []
    for name, trs in programs(args.builddirs):
        found = RESULT.search(trs.read_text())
        result = found.group(1) if found else "FAIL"
        log_file = trs.with_suffix(".log")
        log = log_file.read_text(errors="replace") if log_file.exists() else ""
        row = judge(result, log)
        rows.append((name, row))
        if row[1]:
            print(f"---- {name} failed; the end of {log_file}:")
            print("\n".join(log.splitlines()[-SHOWN_LINES:]))
            failures += [f"{name}: {line}" for line in faults(log)]
        if row[2]:
            reasons += [f"{name}: {reason}" for reason in SKIP.findall(log)
                        ] or [f"{name}: no reason given"]
    for extra in args.extra:
        name, _, result = extra.partition("=")
        result, _, reason = result.partition(": ")
        if reason:
            reasons.append(f"{name}: {reason}")
        rows.append((name, [int(result == word) for word in
                            ("passed", "failed", "skipped")]))

    width = max((len(name) for name, _ in rows), default=0)
    for name, row in rows:
        print(f"{name:{width}}  {row[0]:5} passed {row[1]:3} failed"
              f" {row[2]:3} skipped")
    for reason in reasons:
        print(f"skipped: {reason}")
    for failure in failures:
        print(f"failed: {failure}")
    passed, failed, skipped = (sum(row[i] for _, row in rows)
                               for i in range(3))
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
