"""The tables in tables/: what each row says. See the comment in each file."""

import pathlib
from dataclasses import dataclass, field

TABLES = pathlib.Path(__file__).resolve().parent / "tables"


class TableError(Exception):
    """A row that cannot be read."""


@dataclass
class Row:
    """mail, what is expected, what of"""
    line: int
    mail: str
    first: str
    rest: str


@dataclass
class Block:
    """A script and what comes out: words there have to be, in the order of the
    table, and words that must not be there."""
    line: int
    options: list = field(default_factory=list)
    script: list = field(default_factory=list)
    has: list = field(default_factory=list)
    has_not: list = field(default_factory=list)


def _lines(name):
    path = TABLES / name
    for number, text in enumerate(path.read_text().splitlines(), 1):
        if text.strip() and not text.startswith("#"):
            yield number, text.rstrip()


def rows(name):
    """The rows of a table with three columns."""
    for number, text in _lines(name):
        columns = text.split(None, 2)
        if len(columns) != 3:
            raise TableError(f"{name}:{number}: three columns, not: {text}")
        yield Row(number, *columns)


def blocks(name):
    """The blocks of a table of scripts."""
    block = None
    for number, text in _lines(name):
        mark, value = text[0], text[2:]
        if mark in ":@" and (block is None or block.has or block.has_not):
            if block is not None:
                yield block
            block = Block(number)
        if block is None or mark not in ":@=!" or text[1:2] not in (" ", ""):
            raise TableError(f"{name}:{number}: what is this? {text}")
        {":": block.script, "@": block.options, "=": block.has,
         "!": block.has_not}[mark].append(value)
    if block is not None:
        yield block


def problem(block, output):
    """What is wrong with the output of a block's script, or None."""
    at = 0
    for words in block.has:
        found = output.find(words, at)
        if found < 0:
            return f"there is no `{words}'" + (
                " behind what came before" if words in output else "")
        at = found
    for words in block.has_not:
        if words in output:
            return f"there is `{words}'"
    return None
