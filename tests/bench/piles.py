"""Much input that is no single mail: for commands, and for the own hosts. Each is
made from a size, see doubling.py."""

import hostile

MAIL = hostile.TEXT + hostile.REPLY + "\n"
FROM = "From MAILER-DAEMON Wed Jan 20 10:00:00 2016\n"
OUTSIDE = ("from mx{0}.example.net (mx{0}.example.net [198.51.100.1])"
           " by mx{0}.example.net with ESMTPS; Tue, 14 Oct 2025 12:00:10 +0800")

# What commands read: the option that it goes with, its size N, and what makes
# the contents of files from a size
PILES = {
    "files": (None, 100, lambda size: [MAIL] * size),
    "files-empty": (None, 500, lambda size: [""] * size),
    "files-reports": (None, 50, lambda size: [
        hostile.DSN + hostile.recipient(number) for number in range(size)]),
    "mbox": (None, 100, lambda size: [(FROM + MAIL + "\n") * size]),
    "mbox-lines": (None, 2000, lambda size: [
        (FROM + MAIL + "\n") * 2 + FROM * size]),
    "mbox-header": (None, 2000, lambda size: [
        FROM + "X-Field: value\n" * size + "\n" + FROM + MAIL]),
    "texts": ("--texts", 200, lambda size: [
        "".join(f"{hostile.REPLY} {number}\n" for number in range(size))]),
    "texts-empty": ("--texts", 5000, lambda size: ["\n" * size]),
    "texts-long": ("--texts", 500, lambda size: [
        (hostile.REPLY + " ") * size]),
}


def write(directory, times, name):
    """Write that pile at so many times N. Returns the arguments for it."""
    option, size, make = PILES[name]
    place = directory / f"{name}-{times}"
    place.mkdir()
    for number, contents in enumerate(make(size * times)):
        (place / f"{number:06}").write_text(contents)
    return [place] if option is None else [option, *place.iterdir()]


# Own hosts, a line, and Received fields, a line each (measure --only own)
OWN = {
    "hosts": (200, lambda size: [
        " ".join(f"mx{number}.example.com" for number in range(size)),
        OUTSIDE.format(1)]),
    "hosts-patterns": (200, lambda size: [
        " ".join(f"*m*x*{number}.example.com" for number in range(size)),
        OUTSIDE.format("m" * 200)]),
    "hosts-networks": (200, lambda size: [
        " ".join(f"10.{number % 250}.0.0/16" for number in range(size)),
        OUTSIDE.format(1)]),
    "hosts-wrong": (500, lambda size: ["?" + " a/b" * size, ""]),
    "pattern-stars": (100, lambda size: ["*a" * size + "b.example.com",
                                         OUTSIDE.format("a" * 200)]),
    "fields": (200, lambda size: ["mx.example.com"] + [
        f"from a by b{number} with local; Tue, 14 Oct 2025 12:00:10 +0800"
        for number in range(size)]),
    "field-long": (2000, lambda size: ["mx.example.com", "word " * size]),
    "field-comments": (2000, lambda size: [
        "mx.example.com", "from a.example.net " + "(" * size]),
    "field-names": (1000, lambda size: [
        "mx.example.com", "from a.example.net ("
        + "b.example.net " * size + ")"]),
    "field-words": (1000, lambda size: [
        "mx.example.com", "from a from b by c " * size]),
    "field-quotes": (2000, lambda size: ["mx.example.com",
                                         'from "' + '\\"' * size]),
    "field-dots": (2000, lambda size: ["mx.example.com",
                                       "from " + "a." * size]),
    "field-brackets": (2000, lambda size: ["mx.example.com",
                                           "from a (" + "[" * size]),
}


def write_own(directory, times, name):
    """Write those lines at so many times N. Returns the file."""
    size, make = OWN[name]
    path = directory / f"own-{times}"
    path.write_text("\n".join(make(size * times)))
    return path
