"""Tables and paragraphs for a terminal, in which a Chinese character is as wide
as two letters."""

import os
import shutil
import sys
import unicodedata


def width(text):
    return sum(0 if unicodedata.combining(char)
               else 2 if unicodedata.east_asian_width(char) in "WF" else 1
               for char in text)


def pad(text, columns):
    return text + " " * (columns - width(text))


def terminal_width():
    return max(72, min(shutil.get_terminal_size((100, 24)).columns, 120))


def bold(text):
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        return f"\033[1m{text}\033[0m"
    return text


def table(heads, rows):
    """Print rows of cells under their heads."""
    columns = [max(width(cell) for cell in column)
               for column in zip(heads, *rows)]
    def line(cells):
        return "  ".join(map(pad, cells, columns)).rstrip()
    print(bold(line(heads)))
    print("  ".join("-" * count for count in columns))
    for row in rows:
        print(line(row))


def wrap(text, columns):
    """Break a text into lines: at blanks, and between wide characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return lines + [line.rstrip()] if line.strip() else lines


def _pieces(text):
    """Words with the blank behind them; each wide character is a word, with
    the punctuation that must not begin a line."""
    piece = ""
    for char in text:
        wide = width(char) == 2
        if (wide and char not in "，。；：！？、）”’》」" and piece) or (
                piece and (piece[-1] == " " or width(piece[-1]) == 2)
                and not wide):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def paragraph(label, text, indent=4, label_width=8):
    """Print a labelled text, its lines under one another."""
    left = " " * indent
    for number, line in enumerate(
            wrap(text, terminal_width() - indent - label_width)):
        print(left + pad("" if number else label, label_width) + line)
