"""Rule sources that cost as much as they can. Each is meant to grow with its
size, see doubling.py."""

import pathlib
import shutil

SRCDIR = pathlib.Path(__file__).resolve().parents[2]
# The least that rules can stand on
BASE = SRCDIR / "tests/unit/engine-rules"
BASE_FILES = ("causes.yaml", "text/en.yaml", "text/zh-CN.yaml")

HEAD = "source: seen in a test\nrules:\n"


def rule(number, match="the moon {0} is in its house", cause="user-unknown"):
    match = match.format(number)
    return (f"  - id: local.r{number}\n    cause: {cause}\n"
            f"    match: ['{match}']\n    examples: ['554 {match}']\n")


def lines(before, line):
    """Lines that have their number in them"""
    return lambda size: before + "".join(line.format(number)
                                         for number in range(size))


# Each with its size N, and what makes a source of a size
SOURCES = {
    "rules": (60, lambda size: HEAD + "".join(map(rule, range(size)))),
    "rules-wrong": (100, lambda size: HEAD + "".join(
        rule(number, cause="unheard-of") for number in range(size))),
    "rules-twice": (100, lambda size: HEAD + rule(1) * size),
    "patterns": (60, lines(HEAD + "  - id: local.r\n    cause: user-unknown\n"
                           "    match:\n", "      - the moon {} is full\n")),
    "examples": (100, lines(HEAD + rule(1) + "  - id: local.r\n"
                            "    cause: user-unknown\n    match: [a full moon]\n"
                            "    examples:\n", "      - a full moon {}\n")),
    "pattern-long": (60, lambda size: HEAD + rule(1, "moon " * size)),
    "pattern-class": (120, lambda size: HEAD
                      + rule(1, "moon [" + "ab" * size + "]")),
    "keys-unknown": (300, lines(HEAD + "  - id: local.r\n", "    k{}: x\n")),
    "keys-twice": (2000, lambda size: HEAD + "  - id: local.r\n"
                   + "    cause: x\n" * size),
    "nested": (2000, lambda size: HEAD + "  - id: " + "[" * size),
    "anchors": (2000, lines("", "a{0}: &a{0} x\n")),
    "aliases": (2000, lambda size: "a: &a x\nb: [" + "*a," * size + "]\n"),
    "documents": (2000, lambda size: "---\n" * size),
    "scalar": (5000, lambda size: HEAD + "  - id: " + "x" * size + "\n"),
    "folded": (2000, lambda size: HEAD + "  - id: >\n" + "      x\n" * size),
    "comments": (2000, lambda size: "# word\n" * size + HEAD + rule(1)),
    "empty-lines": (5000, lambda size: "\n" * size + HEAD + rule(1)),
    "not-utf8": (5000, lambda size: "x\n" * size + "\udcff"),
}


def write(directory, times, name):
    """Write that source at so many times N. Returns the directories to
    compile."""
    base, own = directory / f"base-{times}", directory / f"own-{times}"
    for file in BASE_FILES:
        (base / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(BASE / file, base / file)
    own.mkdir(exist_ok=True)
    size, make = SOURCES[name]
    (own / "own.yaml").write_bytes(
        make(size * times).encode("utf-8", "surrogateescape"))
    return [base, own]
