"""What more rules cost: growth.py BUILD-DIRECTORY SOURCE-DIRECTORY [FILE...]

Compiles our causes, texts and formats with 200, 2,000 and 5,000 rules made up
of ordinary words, and classifies the same messages with each, in turns. A line
each: rules, CPU seconds to compile, bytes, microseconds a message (the least
of some turns), and that against 200 rules."""

import pathlib
import random
import resource
import subprocess
import sys
import tempfile

COUNTS = (200, 2000, 5000)
TURNS = 5
ROUNDS = "20"

# What replies are made of, so that the rules have something to look at
MAIL_WORDS = """
    address mailbox user recipient account message mail server host domain
    sender policy delivery rejected refused blocked unknown unavailable full
    exceeded disabled temporarily permanently connection relay access denied
    """.split()


def words(source):
    text = (source / "rules/ordinary-words.txt").read_text()
    return sorted({word for word in text.lower().split()
                   if word.isascii() and word.isalpha() and len(word) > 3})


def pattern(choose):
    """In the shapes that rules have, about as often"""
    a, b, c = (choose() for _ in range(3))
    shapes = {f"{a} {b} {c}": 8, f"\\b{a} {b}\\b": 4,
              f"({a}|{b}) (is )?{c}": 4, f"{a} (not |no )?({b}|{c})": 3,
              f"{a}.{{0,4}}{b}": 1}
    return choose.source.choices(list(shapes), shapes.values())[0]


def write_rules(path, count, vocabulary):
    source = random.Random(count)

    def choose():
        return source.choice(MAIL_WORDS if source.random() < 0.5
                             else vocabulary)
    choose.source = source
    lines = ["rules:"]
    for number in range(count):
        lines += [f"  - id: made-up.r{number}",
                  "    cause: user-unknown",
                  f"    match: ['{pattern(choose)}', '{pattern(choose)}']",
                  f"    none: ['{pattern(choose)}']"]
    path.write_text("\n".join(lines) + "\n")


def compile_rules(tool, source, directory, count, vocabulary):
    """The compiled file and the CPU seconds that it took"""
    made = directory / f"{count}.yaml"
    write_rules(made, count, vocabulary)
    compiled = directory / f"{count}.rules"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([tool, "compile", "-o", compiled,
                    source / "rules/causes.yaml", source / "rules/domains.yaml",
                    source / "rules/text", source / "rules/format", made],
                   check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return compiled, (after.ru_utime + after.ru_stime
                      - before.ru_utime - before.ru_stime)


def measure(program, compiled, files):
    """Microseconds a message"""
    done = subprocess.run([program, compiled, ROUNDS, *files], check=True,
                          stdout=subprocess.PIPE, text=True)
    total = next(line for line in done.stdout.splitlines()
                 if " all " in line)
    return float(total.split()[2]) / len(files)


def compare(build, source, files):
    """A row for each of COUNTS: rules, CPU seconds to compile, bytes,
    microseconds a message"""
    vocabulary = words(source)
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        made = [compile_rules(build / "src/tool/bouncecause", source,
                              directory, count, vocabulary)
                for count in COUNTS]
        least = [float("inf")] * len(COUNTS)
        for _ in range(TURNS):
            for i, (compiled, _) in enumerate(made):
                least[i] = min(least[i], measure(
                    build / "tests/bench/measure", compiled, files))
        return [(count, seconds, compiled.stat().st_size, spent)
                for count, (compiled, seconds), spent
                in zip(COUNTS, made, least)]


def main():
    build, source = map(pathlib.Path, sys.argv[1:3])
    files = sys.argv[3:] or sorted((source / "tests/samples/table")
                                   .glob("*.eml"))
    rows = compare(build, source, files)
    print(f"{'rules':>10} {'compile s':>10} {'bytes':>10} "
          f"{'us/mail':>10} {'ratio':>6}")
    for count, seconds, size, spent in rows:
        print(f"{count:10} {seconds:10.1f} {size:10} {spent:10.1f} "
              f"{spent / rows[0][3]:6.2f}")


if __name__ == "__main__":
    main()
