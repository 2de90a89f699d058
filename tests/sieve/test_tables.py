"""Runs what is in tables/."""

import itertools
import pathlib
import re

import tables

MAIL = pathlib.Path(__file__).resolve().parent / "mail"

REQUIRE = ('require ["vnd.bouncecause", "variables", "relational", "regex", '
           '"comparator-i;ascii-numeric", "editheader", "fileinto", '
           '"vnd.dovecot.debug"];\n')
# What the tests with keys that are not constant have in their keys
VARIABLES = 'set "user" "user"; set "unknown" "unknown"; set "empty" "";\n'

LOGGED = re.compile(r"DEBUG: {{(\d+) (.*?)}}", re.DOTALL)


def mail(name):
    return MAIL / f"{name}.eml"


def by_mail(rows):
    """(mail, its rows) for each mail, so that one script does for all."""
    key = lambda row: row.mail
    return itertools.groupby(sorted(rows, key=key), key)


def logged(output):
    """{number: text} of what a script wrote with debug_log."""
    return {int(number): text for number, text in LOGGED.findall(output)}


def run_tests(suite, box):
    """tests.table"""
    for name, rows in by_mail(tables.rows("tests.table")):
        rows = list(rows)
        script = REQUIRE + VARIABLES
        for row in rows:
            shown = ":${1}" if ":" in row.first else ""
            script += (f'if {row.rest} {{ debug_log "{{{{{row.line} '
                       f'true{shown}}}}}"; }}\n'
                       f'else {{ debug_log "{{{{{row.line} false}}}}"; }}\n')
        done = box.test(script, mail(name))
        results = logged(done.stdout)
        for row in rows:
            result = results.get(row.line)
            problem = None
            if result is None:
                problem = "the script did not run"
            elif result != row.first:
                problem = f"{result}, not {row.first}"
            suite.report(f"tests.table:{row.line} {name}: {row.rest}",
                         problem, "" if results else done.stdout)


def value_problem(expected, value):
    if value is None:
        return "the script did not run"
    if expected.startswith("~"):
        if re.search(expected[1:], value):
            return None
        return f"`{value}' does not match `{expected[1:]}'"
    if expected == "-":
        expected = ""
    return None if value == expected else f"`{value}', not `{expected}'"


def run_variables(suite, box):
    """variables.table"""
    for name, rows in by_mail(tables.rows("variables.table")):
        rows = list(rows)
        script = REQUIRE + "".join(
            f'debug_log "{{{{{row.line} ${{bouncecause.{row.first}}}}}}}";\n'
            for row in rows)
        done = box.test(script, mail(name))
        results = logged(done.stdout)
        for row in rows:
            suite.report(
                f"variables.table:{row.line} {name}: {row.first}",
                value_problem(row.rest, results.get(row.line)),
                "" if results else done.stdout)


def run_blocks(suite, table, run, want_success):
    """A table of scripts. run(block, script) runs one of a tool."""
    for block in tables.blocks(table):
        script = REQUIRE + "".join(f"{line}\n" for line in block.script)
        name = f"{table}:{block.line} {block.script[0]}"
        if not suite.wants(name):
            continue
        done = run(block, script)
        problem = tables.problem(block, done.stdout)
        if problem is None and (done.returncode == 0) != want_success:
            problem = "it compiles" if not want_success else "it failed"
        suite.report(name, problem, done.stdout)


def run(suite, box):
    def trace(block, script):
        name, level = block.options[0].split()
        return box.test(script, mail(name), "-t", "-", "-T", f"level={level}")

    run_tests(suite, box)
    run_variables(suite, box)
    run_blocks(suite, "errors.table", lambda _, script: box.compile(script),
               False)
    run_blocks(suite, "warnings.table", lambda _, script: box.compile(script),
               True)
    run_blocks(suite, "dumps.table", lambda _, script: box.dump(script), True)
    run_blocks(suite, "traces.table", trace, True)
