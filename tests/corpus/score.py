#!/usr/bin/env python3
"""Measures the command against a corpus of real mails and reply texts.

    score.py [OPTION]... [mail|texts]

    --builddir DIR    where the command and the rules were built; by default
                      what BOUNCECAUSE_BUILDDIR says, else build/
    --rules FILE      rules other than those of the build directory
    --corpus DIR      the corpus; by default what BOUNCECAUSE_CORPUS says, else
                      shared/corpus beside the project's directory
    --held-back N/M   measure the N-th of M parts only: write rules with
                      --all-but N/M --verbose, then measure with --held-back
    --all-but N/M     measure all but that part
    --verbose, -v     and say what was answered wrongly

A part is chosen by the name of a mail's file or the id of a text, so that it
stays the same when the corpus grows.

A corpus is a directory with mail.jsonl (an object a line: file, kind,
accept_kinds, and causes: recipient, cause, accept, severity) and texts.tsv
(with the columns id, text, cause, severity, acceptable). No part of one comes
with this project. The figures are printed together with their goals. Exits with
0 whatever they are, with 2 when nothing could be measured.
"""

import argparse
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys
import zlib

SRCDIR = pathlib.Path(__file__).resolve().parents[2]
BOUNCES = ("failure", "delay")
LEVELS = ("high", "medium", "low")
# The gold names no more recipients of a report than that.
GOLD_RECIPIENTS = 6
# Nothing takes that long unless it hangs.
HANG_SECONDS = int(os.environ.get("BOUNCECAUSE_HANG_SECONDS", 300))

# In per cent; what is "invented" or "false" is counted.
GOALS = {
    "mail": {
        "bounces detected": 99.5,
        "kind right": 99.0,
        "recipient found": 98.0,
        "cause right": 97.0,
        "severity right": 98.0,
        "right of high": 98.0,
        "right of medium": 90.0,
    },
    "texts": {
        "cause right": 97.0,
        "cause exact": 92.0,
        "severity right": 97.0,
        "right of high": 98.0,
        "right of medium": 90.0,
    },
}
# At most so many
LIMITS = {
    "mail": {
        "false, ordinary": 0,
        "false, look-alikes": 1,
        "recipients invented": 0,
    },
    "texts": {},
}


class Trouble(Exception):
    """Nothing could be measured."""


class Figures:
    """How many of how many; and how often what must not happen did."""

    def __init__(self, what, measured):
        self.what = what
        self.measured = measured
        self.parts = collections.defaultdict(lambda: [0, 0])
        self.counts = dict.fromkeys(LIMITS[what], 0)
        self.wrong = []

    def add(self, name, right):
        self.parts[name][0] += bool(right)
        self.parts[name][1] += 1

    def against(self, name, remark):
        self.counts[name] += 1
        self.wrong.append(f"{name}: {remark}")

    def percent(self, name):
        """None where there was nothing to be right or wrong about."""
        right, every = self.parts[name]
        return 100 * right / every if every else None

    def lines(self):
        yield f"{self.what}: {self.measured} measured"
        for name, (right, every) in self.parts.items():
            goal = GOALS[self.what].get(name)
            yield (f"  {name:20} {100 * right / every:6.2f} %"
                   f"  {right:5} of {every:5}"
                   + (f"   goal {goal:g} %" if goal else ""))
        for name, count in self.counts.items():
            yield (f"  {name:20} {count:6}   {'':15}"
                   f"goal at most {LIMITS[self.what][name]}")


def corpus_directory():
    """Where a corpus is; None where there is none."""
    named = os.environ.get("BOUNCECAUSE_CORPUS")
    found = pathlib.Path(named or SRCDIR.parent / "shared/corpus")
    return found if (found / "mail.jsonl").is_file() else None


def build_directory():
    return pathlib.Path(os.environ.get("BOUNCECAUSE_BUILDDIR",
                                       SRCDIR / "build"))


class Part:
    """The N-th of M parts of a corpus, or all but that one."""

    def __init__(self, spec=None, inside=True):
        self.inside = inside
        self.number, self.of = 1, 1
        if spec is None:
            return
        number, _, of = spec.partition("/")
        if not (number.isdigit() and of.isdigit() and
                1 <= int(number) <= int(of)):
            raise Trouble(f"'{spec}' is no part: expected for example 1/5")
        self.number, self.of = int(number), int(of)

    def has(self, name):
        drawn = zlib.crc32(name.encode()) % self.of + 1
        return (drawn == self.number) == self.inside


class Command:
    """bouncecause classify"""

    def __init__(self, builddir, rules=None):
        # with a checker of memory: see tests/memory
        where = os.environ.get("BOUNCECAUSE_WRAPPERS", builddir / "src/tool")
        self.argv = [os.path.join(where, "bouncecause"), "classify"]
        if rules:
            self.argv += ["--rules", os.fspath(rules)]

    def _run(self, argv, stdin):
        try:
            done = subprocess.run(self.argv + argv, input=stdin, check=False,
                                  capture_output=True, timeout=HANG_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Trouble(str(error)) from error
        # 1 is for mails that could not be read
        if done.returncode not in (0, 1):
            raise Trouble(done.stderr.decode(errors="replace"))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def mails(self, paths):
        """The answers by path; a mail that could not be read has none."""
        answers = {}
        for start in range(0, len(paths), 500):
            for one in self._run(["--format", "json",
                                  *paths[start:start + 500]], b""):
                answers[one["file"]] = one
        return answers

    def texts(self, texts):
        answers = self._run(["--texts"], "".join(
            text + "\n" for text in texts).encode())
        if len(answers) != len(texts):
            raise Trouble(f"{len(answers)} answers to {len(texts)} texts")
        return answers


def address(text):
    return (text or "").strip().strip("<>").lower()


def judge_cause(figures, answer, want, accept, remark):
    """Is the answer (None: there is none) what the gold wants?"""
    answer = answer or {}
    cause = answer.get("cause")
    right = cause == want["cause"] or cause in accept
    figures.add("cause right", right)
    figures.add("cause exact", cause == want["cause"])
    if want.get("severity"):
        figures.add("severity right",
                    answer.get("severity") == want["severity"])
    if not right:
        figures.wrong.append(
            f"cause: {remark}: {cause} ({answer.get('rule') or 'no rule'}, "
            f"{answer.get('confidence')}) for {want['cause']}"
            + (f" or {', '.join(accept)}" if accept else ""))
    return right


def judge_confidence(figures, judged):
    """Of the answers of which we are so sure, how many are right?"""
    for level in LEVELS:
        for confidence, right in judged:
            if confidence == level:
                figures.add("right of " + level, right)


def judge_kind(figures, gold, kind):
    accept = gold.get("accept_kinds", [])
    said = kind in BOUNCES
    right = kind == gold["kind"] or kind in accept
    figures.add("kind right", right)
    if gold["kind"] in BOUNCES:
        figures.add("bounces detected", said)
    elif said and not any(one in BOUNCES for one in accept):
        figures.against("false, ordinary" if "/ordinary/" in gold["file"]
                        else "false, look-alikes", gold["file"])
    if not right:
        figures.wrong.append(f"kind: {gold['file']}: {kind} for "
                             f"{gold['kind']}")


def judge_recipients(figures, gold, said, judged):
    causes = gold.get("causes") or []
    by_address = {address(one["recipient"]): one for one in said}
    wanted = {address(want.get("recipient")) for want in causes}
    for want in causes:
        name = address(want.get("recipient"))
        hit = by_address.get(name) if name else None
        if name:
            figures.add("recipient found", hit)
            if not hit:
                figures.wrong.append(f"recipient: {gold['file']}: {name} was "
                                     f"not found, but {', '.join(by_address)}")
        if hit is None and said and (not name or len(said) == 1 or
                                     len(causes) == 1):
            hit = said[0]
        right = judge_cause(figures, hit, want, want.get("accept", []),
                            f"{gold['file']} <{name}>")
        if hit:
            judged.append((hit["confidence"], right))
    if causes and len(causes) < GOLD_RECIPIENTS:
        for name in by_address:
            if name and name not in wanted:
                figures.against("recipients invented", f"{gold['file']}: "
                                f"{name}, not {', '.join(sorted(wanted))}")


def measure_mail(command, corpus, part=Part()):
    with open(corpus / "mail.jsonl", encoding="utf-8") as lines:
        golds = [json.loads(line) for line in lines if line.strip()]
    golds = [gold for gold in golds if part.has(gold["file"])]
    answers = command.mails([os.fspath(corpus / gold["file"])
                             for gold in golds])
    figures = Figures("mail", len(golds))
    judged = []
    for gold in golds:
        answer = answers.get(os.fspath(corpus / gold["file"]),
                             {"kind": "no answer", "recipients": []})
        judge_kind(figures, gold, answer["kind"])
        judge_recipients(figures, gold, answer["recipients"], judged)
    judge_confidence(figures, judged)
    return figures


def measure_texts(command, corpus, part=Part()):
    with open(corpus / "texts.tsv", encoding="utf-8", newline="") as table:
        golds = [gold for gold in csv.DictReader(
            table, delimiter="\t", quoting=csv.QUOTE_NONE)
            if part.has(gold["id"])]
    figures = Figures("texts", len(golds))
    judged = []
    for gold, answer in zip(golds, command.texts([gold["text"]
                                                  for gold in golds])):
        accept = [one for one in gold["acceptable"].split("|") if one]
        right = judge_cause(figures, answer, gold, accept,
                            f"{gold['id']} {gold['text'][:160]}")
        judged.append((answer["confidence"], right))
    judge_confidence(figures, judged)
    return figures


MEASURES = {"mail": measure_mail, "texts": measure_texts}


def main():
    parser = argparse.ArgumentParser(
        usage=__doc__.partition("\n\n")[2], add_help=False)
    parser.add_argument("what", nargs="?", choices=list(MEASURES))
    parser.add_argument("--builddir", type=pathlib.Path,
                        default=build_directory())
    parser.add_argument("--rules", type=pathlib.Path)
    parser.add_argument("--corpus", type=pathlib.Path,
                        default=corpus_directory())
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--held-back", metavar="N/M")
    part.add_argument("--all-but", metavar="N/M")
    parser.add_argument("--verbose", "-v", action="store_true")
    parser.add_argument("--help", "-h", action="help",
                        help=argparse.SUPPRESS)
    args = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        if args.corpus is None:
            raise Trouble("there is no corpus: --corpus names one")
        chosen = Part(args.held_back or args.all_but, not args.all_but)
        command = Command(args.builddir, args.rules)
        for what in [args.what] if args.what else MEASURES:
            figures = MEASURES[what](command, args.corpus, chosen)
            print("\n".join(figures.lines()))
            if args.verbose:
                print("\n".join(figures.wrong))
    except (Trouble, OSError, ValueError, KeyError) as error:
        print(f"score.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
