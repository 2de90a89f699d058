#!/usr/bin/env python3
"""Pictures of explained bounces, taken by a headless Chromium.

    doc/pictures/pictures.py BOUNCECAUSE [DIRECTORY]

BOUNCECAUSE is the command that was built. Without a directory the pictures of
this one are made anew; with it, every sample is shown there in all widths, in
the light and in the dark, to look at. Where there is no Chromium, it says so
and ends with status 77."""

import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = {"misspelt": "en", "several": "de", "waiting": "zh-CN"}
KEPT = (("misspelt", 1200, "light"), ("several", 360, "dark"),
        ("waiting", 1200, "dark"))
COLOURS = 40
MEASURE = ("<script>document.documentElement.setAttribute('data-height',"
           "document.documentElement.scrollHeight)</script></body>")


def chromium(program, page, width, height, scheme, *options):
    return subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu",
         "--hide-scrollbars", f"--window-size={width},{height}",
         f"--blink-settings=preferredColorScheme={int(scheme == 'light')}",
         *options, page.as_uri()],
        check=True, capture_output=True, timeout=120).stdout


def take(program, html, width, scheme, picture):
    with tempfile.TemporaryDirectory() as directory:
        page = pathlib.Path(directory) / "page.html"
        page.write_text(html.replace("</body>", MEASURE))
        shown = chromium(program, page, width, 300, scheme, "--dump-dom")
        height = int(re.search(rb'data-height="(\d+)"', shown).group(1))
        page.write_text(html)
        shot = pathlib.Path(directory) / "shot.png"
        chromium(program, page, width, height, scheme,
                 f"--screenshot={shot}")
        picture.write_bytes(smaller(shot.read_bytes()))


def smaller(png):
    """The same picture with so many colours at the most."""
    width, height, lines = pixels(png)
    counts = {}
    for line in lines:
        for pixel in line:
            counts[pixel] = counts.get(pixel, 0) + 1
    palette = sorted(counts, key=counts.get, reverse=True)[:COLOURS]
    index = {colour: i for i, colour in enumerate(palette)}
    for colour in counts:
        if colour not in index:
            index[colour] = min(
                range(len(palette)), key=lambda i: sum(
                    (a - b) ** 2 for a, b in zip(palette[i], colour)))
    data = b"".join(b"\0" + bytes(index[pixel] for pixel in line)
                    for line in lines)
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0,
                                         0, 0))
            + chunk(b"PLTE", b"".join(bytes(colour) for colour in palette))
            + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def chunk(name, data):
    return (struct.pack(">I", len(data)) + name + data
            + struct.pack(">I", zlib.crc32(name + data)))


def pixels(png):
    """Width, height and lines of (r, g, b) of a PNG as Chromium writes it."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8 and kind in (2, 6)
    size = 3 if kind == 2 else 4
    data, at = b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at:at + 8])
        if name == b"IDAT":
            data += png[at + 8:at + 8 + length]
        at += length + 12
    data = zlib.decompress(data)
    lines, above = [], bytes(width * size)
    for row in range(height):
        start = row * (width * size + 1)
        line = bytearray(data[start + 1:start + 1 + width * size])
        unfilter(data[start], line, above, size)
        lines.append([tuple(line[i:i + 3])
                      for i in range(0, len(line), size)])
        above = line
    return width, height, lines


def unfilter(kind, line, above, size):
    for i, value in enumerate(line):
        left = line[i - size] if i >= size else 0
        corner = above[i - size] if i >= size else 0
        add = (0, left, above[i], (left + above[i]) // 2,
               paeth(left, above[i], corner))[kind]
        line[i] = (value + add) & 255


def paeth(left, above, corner):
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))


def main(command, directory=None):
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("skipped: there is no chromium", file=sys.stderr)
        return 77
    for name, language in SAMPLES.items():
        html = subprocess.run(
            [command, "page", "--html", "--language", language,
             HERE / f"{name}.eml"], check=True, capture_output=True,
            text=True).stdout
        for width in (360, 1200):
            for scheme in ("light", "dark"):
                if directory is not None:
                    target = pathlib.Path(directory)
                elif (name, width, scheme) in KEPT:
                    target = HERE
                else:
                    continue
                take(program, html, width, scheme,
                     target / f"{name}-{width}-{scheme}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
