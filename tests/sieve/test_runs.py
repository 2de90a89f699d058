"""Whole runs: folders that values name, messages that scripts change, the log,
settings, rules that are not there."""

import pathlib
import re

from sandbox import EXTPROGRAMS, Sandbox
# which knows where it is
from limits import LIMITS  # noqa: E402
from test_tables import REQUIRE, logged, mail

SRCDIR = pathlib.Path(__file__).resolve().parents[2]
FILE = ('require ["vnd.bouncecause", "variables", "fileinto", "mailbox"];\n'
        'fileinto :create "%s";\n')
# The line for each bounce
INFO = re.compile(r"Info: .*bouncecause: .*")


def info_lines(output):
    return INFO.findall(output)


# -- folders ---------------------------------------------------------------

ANYWHERE = "mail_full_filesystem_access = yes"

# Layout, separator, mail, folder as the script has it, folder on disk; "." is
# INBOX: fileinto has failed, and the mail is kept there.
FOLDERS = (
    ("", "/", "failure", "Bounces/${bouncecause.cause}",
     ".Bounces.user-unknown"),
    ("", ".", "failure", "Bounces.${bouncecause.cause}",
     ".Bounces.user-unknown"),
    ("fs", "/", "failure", "Bounces/${bouncecause.cause}",
     "Bounces/user-unknown"),
    # A dot in a name: the labels of a domain are levels where it separates.
    # Maildir++ with another separator has no such folders.
    ("", ".", "failure", "Bounces.${bouncecause.domain}",
     ".Bounces.example.net"),
    ("", "/", "failure", "Bounces/${bouncecause.domain}", "."),
    ("fs", "/", "failure", "Bounces/${bouncecause.domain}",
     "Bounces/example.net"),
    # `/' and `..' in a host name: one level all the same
    ("", "/", "hostile", "Bounces/${bouncecause.remote_mta}",
     ".Bounces._"),
    ("", ".", "hostile", "Bounces.${bouncecause.remote_mta}",
     ".Bounces._"),
    ("fs", "/", "hostile", "Bounces/${bouncecause.remote_mta}",
     "Bounces/_"),
    ("fs", "/", "hostile", "Bounces/${bouncecause.reporting_mta}",
     "Bounces/_._.__out.example.org"),
    # An address keeps its `/', but does not leave the folder.
    ("fs", "/", "hierarchy", "Bounces/${bouncecause.recipient}",
     "Bounces/a/__/__/b@example.com"),
    ("", ".", "hierarchy", "Bounces.${bouncecause.recipient}", "."),
    ("", "/", "hierarchy", "Bounces/${bouncecause.recipient}", "."),
    # Nothing at all
    ("", "/", "unnamed", "Bounces/${bouncecause.domain}", "."),
    ("fs", "/", "unnamed", "Bounces/${bouncecause.domain}", "."))


def folder_case(suite, row, config=""):
    layout, separator, name, folder, expected = row
    case = (f"folder {folder} of {name}, separator {separator}"
            + (f", layout {layout}" if layout else "")
            + (f", {config}" if config else ""))
    if not suite.wants(case):
        return
    with Sandbox(suite.builddir, layout=layout, separator=separator,
                 config=config) as box:
        done = box.test(FILE % folder, mail(name), "-e")
        found = box.folders()
    problem = None
    if found != {expected: 1}:
        problem = f"the mail is in {found}, not in {expected}"
    suite.report(case, problem, done.stdout)


def run_folders(suite):
    """What stands in a bounce names no folder outside of the script's own."""
    for row in FOLDERS:
        folder_case(suite, row)
        # Dovecot then follows `..' wherever it leads.
        if row[0] == "fs":
            folder_case(suite, row, ANYWHERE)


# -- changed messages ------------------------------------------------------

def run_changed(suite):
    """What scripts do to the message does not change what it was."""
    script = REQUIRE + """
if bouncecause { debug_log "{{1 ${bouncecause.cause}}}"; }
deleteheader "Content-Type";
deleteheader "From";
addheader "Content-Type" "text/plain";
addheader "Subject" "nothing";
if bouncecause { debug_log "{{2 ${bouncecause.cause}}}"; }
if header "Content-Type" "text/plain" { debug_log "{{3 changed}}"; }
"""
    with Sandbox(suite.builddir) as box:
        done = box.test(script, mail("failure"))
        result = logged(done.stdout)
    wanted = {1: "user-unknown", 2: "user-unknown", 3: "changed"}
    suite.report("editheader after a test", None if result == wanted else
                 f"{result}, not {wanted}", done.stdout)

    script = REQUIRE + """
deleteheader "Content-Type";
addheader "Content-Type" "text/plain";
if bouncecause { debug_log "{{1 ${bouncecause.cause}}}"; }
"""
    with Sandbox(suite.builddir) as box:
        done = box.test(script, mail("failure"))
        result = logged(done.stdout)
    suite.report("editheader before the first test",
                 None if result == {1: "user-unknown"} else str(result),
                 done.stdout)

    script = REQUIRE + """
addheader "X-Subject" "${bouncecause.original_subject}";
addheader "X-Reply" "${bouncecause.diagnostic}";
addheader "X-Explanation" "${bouncecause.explanation}";
"""
    with Sandbox(suite.builddir) as box:
        done = box.test(script, mail("hostile"), "-e")
        header = "".join(path.read_text(errors="replace").partition("\n\n")[0]
                         for path in (box.dir / "home/Maildir/new").glob("*"))
    names = re.findall(r"^(\S+?):", header, re.MULTILINE)
    suite.report("no value adds a header field",
                 None if names[:3] == ["X-Explanation", "X-Reply", "X-Subject"]
                 and names[3] == "Return-Path" and "Bcc" not in names
                 else f"there are {names}", header or done.stdout)

    body = mail("failure").read_bytes().partition(b"\n\n")[2]
    with Sandbox(suite.builddir) as box:
        done = box.test(REQUIRE + """
addheader "X-Cause" "${bouncecause.cause}";
if bouncecause { keep; }
""", mail("failure"), "-e")
        stored = [path.read_bytes() for path in
                  (box.dir / "home/Maildir/new").glob("*")]
    problem = None
    if len(stored) != 1:
        problem = f"{len(stored)} mails were stored"
    elif b"X-Cause: user-unknown" not in stored[0]:
        problem = "the header field is not there"
    elif stored[0].replace(b"\r\n", b"\n").partition(b"\n\n")[2] != body:
        problem = "the body is another"
    suite.report("the stored message is whole", problem, done.stdout)


def run_replaced(suite):
    """A script replaces the message; a new verdict, and a second line in the
    log, would be about something that nobody sent."""
    if not EXTPROGRAMS.exists():
        return
    settings = {
        "sieve_filter_bin_dir": "{dir}/work",
        "sieve_extensions": "+vnd.dovecot.filter +editheader "
                            "+vnd.dovecot.debug"}
    script = 'require "vnd.dovecot.filter";\n' + REQUIRE + """
if bouncecause { debug_log "{{1 ${bouncecause.cause}}}"; }
filter "replace";
if bouncecause { debug_log "{{2 ${bouncecause.cause}}}"; }
if header "Subject" "replaced" { debug_log "{{3 replaced}}"; }
"""
    with Sandbox(suite.builddir, settings=settings,
                 plugins="sieve_bouncecause sieve_extprograms") as box:
        box.file("replace", "#!/bin/sh\ncat >/dev/null\n"
                 "printf 'Subject: replaced\\n\\nnothing\\n'\n").chmod(0o755)
        done = box.test(script, mail("failure"))
        result = logged(done.stdout)
    wanted = {1: "user-unknown", 2: "user-unknown", 3: "replaced"}
    problem = None
    if result != wanted:
        problem = f"{result}, not {wanted}"
    elif len(info_lines(done.stdout)) != 1:
        problem = "the log has not one line about it"
    suite.report("filter between two tests", problem, done.stdout)


# -- the log ---------------------------------------------------------------

def log_case(suite, case, name, settings, words, not_words=(), script=None):
    if not suite.wants(case):
        return
    with Sandbox(suite.builddir, settings=settings) as box:
        done = box.test(script or REQUIRE + "if bouncecause { keep; }\n",
                        mail(name))
    lines = info_lines(done.stdout)
    problem = None
    if words and len(lines) != 1:
        problem = f"{len(lines)} lines about the bounce, not one"
    elif not words and lines:
        problem = "there is a line about it"
    else:
        for word in words:
            if word not in lines[0]:
                problem = f"there is no `{word}' in the line"
        for word in not_words:
            if word in lines[0]:
                problem = f"there is `{word}' in the line"
    suite.report(case, problem, done.stdout)


def run_log(suite):
    many = REQUIRE + "".join(
        f'if bouncecause :status "{number}" {{ keep; }}\n'
        f'if bouncecause :forwarded "{number}" {{ keep; }}\n'
        f'set "x" "${{bouncecause.advice}} ${{bouncecause.kind}}";\n'
        for number in range(20))
    log_case(suite, "one line for many tests", "failure", {},
             ["failure: user-unknown of <ann.lee@example.net> and 1 more",
              "severity=permanent", "status=5.1.1", "code=550",
              "remote_mta=mx1.example.net", "rule=", "confidence=high"],
             script=many)
    log_case(suite, "a line for a delay", "delay", {},
             ["delay: ", "<dora@example.com>", "severity=temporary"])
    log_case(suite, "a line without an address", "unnamed", {}, ["failure: "],
             [" of <"])
    log_case(suite, "no line for ordinary mail", "ordinary", {}, [],
             script=many)
    log_case(suite, "no line for a forwarded report", "attached", {}, [],
             script=many)
    log_case(suite, "log_addresses = domain", "failure",
             {"sieve_bouncecause_log_addresses": "domain"},
             ["of <@example.net> and 1 more"], ["ann"])
    log_case(suite, "log_addresses = none", "failure",
             {"sieve_bouncecause_log_addresses": "none"},
             ["failure: user-unknown", "1 more"], ["example.net", "<@"])


# -- actions ---------------------------------------------------------------

ADVISE = REQUIRE + "bounceadvise%s;\n"
# Options, mail, what sieve-test shows of the action; none: it is not there
ADVICE = (
    ("", "failure", ("=> to      : <", "=> from    : <postmaster@",
                     "=> subject : ", "=> days    : 1")),
    (' :days 7 :handle "news" :from "a@example.com" :subject "Hello"',
     "failure", ("=> from    : <a@example.com>", "=> subject : Hello",
                 "=> days    : 7", "=> handle  : news")),
    ("", "delay", ("=> to      : <",)),
    (" :forwarded", "attached", ("=> to      : <",)),
    ("", "attached", ()), ("", "ordinary", ()), ("", "success", ()),
    (" :forwarded", "failure", ()), ("", "auto-reply", ()),
    (' :to "stranger@example.org"', "failure", ()))


def run_advise(suite):
    """sieve-test only shows what would be sent."""
    days = LIMITS["ADVISE_DAYS"]
    with Sandbox(suite.builddir) as box:
        for options, name, words in (
                *ADVICE,
                (f" :days {days}", "failure", (f"=> days    : {days}",))):
            case = f"bounceadvise{options} of {name}"
            if not suite.wants(case):
                continue
            done = box.test(ADVISE % options, mail(name))
            missing = [word for word in words if word not in done.stdout]
            shown = "send advice about a bounce" in done.stdout
            suite.report(case, f"not shown: {missing}" if missing else
                         None if shown == bool(words) else
                         f"shown: {shown}", done.stdout)
        case = f"bounceadvise :days {days + 1}"
        if suite.wants(case):
            done = box.compile(ADVISE % f" :days {days + 1}")
            told = f":days is a number from 1 to {days}" in done.stdout
            suite.report(case, None if told and done.returncode != 0 else
                         "it is not refused", done.stdout)


# -- all samples ------------------------------------------------------------

EVERYTHING = """\
require ["vnd.bouncecause", "variables", "fileinto"];
if bouncecause {
    bouncemark;
    bounceadvise :to "me@example.com";
    bounceexplain;
    if bouncecause :origin ["foreign", "forwarded", "own"] {
        fileinto "Bounces/${bouncecause.cause}";
    }
} elsif bouncecause :forwarded {
    bounceadvise :to "me@example.com" :forwarded;
    bounceexplain :forwarded;
    if bouncecause :forwarded :origin ["foreign", "forwarded", "own"] {
        fileinto "Bounces/${bouncecause.cause}";
    }
}
"""


def run_samples(suite):
    """Every command and test goes with every report of the samples. One
    process gets them all; sieve-filter only says what it would do."""
    case = "all commands with all samples"
    if not suite.wants(case):
        return
    samples = sorted((SRCDIR / "tests/samples").rglob("*.eml"))
    with Sandbox(suite.builddir,
                 settings={"sieve_user_email": "me@example.com"}) as box:
        script = box.file("script.sieve", EVERYTHING)
        folder = box.dir / "home/Maildir/cur"
        folder.mkdir(parents=True)
        for number, sample in enumerate(samples):
            (folder / f"{number:04}.{sample.stem}:2,S").write_bytes(
                sample.read_bytes())
        box.own()
        done = box.run("sieve-filter", "-C", script, "INBOX")
    shown = done.stdout.count("send advice about a bounce")
    suite.report(
        f"{case} ({len(samples)})",
        f"exit status {done.returncode}" if done.returncode != 0 else
        None if len(samples) > shown > len(samples) / 2 else
        f"{shown} of {len(samples)} are answered", done.stdout)


# -- settings --------------------------------------------------------------

def setting_case(suite, name, value, words, *, script=None, result=None):
    """One setting: what the log warns of, and what a script comes to."""
    case = f"{name} = {value}"
    if not suite.wants(case):
        return
    script = REQUIRE + (script or
                        'if bouncecause { debug_log "{{1 yes}}"; }\n')
    with Sandbox(suite.builddir, settings={name: value}) as box:
        done = box.test(script, mail("failure"))
    warnings = [line for line in done.stdout.splitlines()
                if "Warning:" in line or "Error:" in line]
    values = logged(done.stdout)
    problem = None
    if len(warnings) != (1 if words else 0):
        problem = f"{len(warnings)} warnings"
    elif any(word not in warnings[0] for word in words):
        problem = f"not all of {words} are in the warning"
    elif not re.search(result or "^yes$", values.get(1, "")):
        problem = f"the script said: {values}"
    suite.report(case, problem, done.stdout)


def run_settings(suite):
    advice = 'debug_log "{{1 ${bouncecause.advice}}}";\n'
    explanation = 'debug_log "{{1 ${bouncecause.explanation.en}}}";\n'
    chinese, plain = "[\u4e00-\u9fff]", "^[ -~]+$"
    language = "sieve_bouncecause_language"
    setting_case(suite, language, "zh-CN", [], script=advice, result=chinese)
    setting_case(suite, language, "zh_cn", [], script=advice, result=chinese)
    setting_case(suite, language, "en", [], script=advice, result=plain)
    setting_case(suite, language, "AUTO", [], script=advice, result=chinese)
    setting_case(suite, language, "klingon", [language, "klingon", "auto"])
    setting_case(suite, "sieve_bouncecause_support", "help@example.org", [])
    setting_case(suite, "sieve_bouncecause_support",
                 "https://help.example.org/", [], script=explanation,
                 result="example.net")
    setting_case(suite, "sieve_bouncecause_log_addresses", "most",
                 ["sieve_bouncecause_log_addresses", "most",
                  "full, domain, none", "using none"])
    setting_case(suite, "sieve_bouncecause_max_size", "64k", [])
    setting_case(suite, "sieve_bouncecause_max_size", "lots",
                 ["sieve_bouncecause_max_size", "lots", "1M"])
    setting_case(suite, "sieve_bouncecause_max_size", "5",
                 ["sieve_bouncecause_max_size", "5", "too small"])
    setting_case(suite, "sieve_bouncecause_on_error", "continue", [])
    setting_case(suite, "sieve_bouncecause_on_error", "panic",
                 ["sieve_bouncecause_on_error", "panic",
                  "continue, tempfail"])
    per_day = LIMITS["ADVISE_PER_DAY"]
    setting_case(suite, "sieve_bouncecause_advise_limit", str(per_day), [])
    for value in (str(per_day + 1), "-1", "many"):
        setting_case(suite, "sieve_bouncecause_advise_limit", value,
                     ["sieve_bouncecause_advise_limit", value,
                      f"up to {per_day}", "using 20"])
    setting_case(suite, "sieve_bouncecause_advise_domains",
                 "Example.com, *.example.com .example.org. example.net.", [])
    for value in ("*", "a@example.com", "*example.com", "*.", ".", "..",
                  "example.com.."):
        setting_case(suite, "sieve_bouncecause_advise_domains", value,
                     ["sieve_bouncecause_advise_domains", value,
                      "it is no domain"])
    setting_case(suite, "sieve_bouncecause_rules", "{dir}/bouncecause.rules",
                 [])


# -- no rules --------------------------------------------------------------

RULES_SCRIPT = REQUIRE + """
if bouncecause { debug_log "{{1 bounce}}"; }
if bouncecause "user-unknown" { debug_log "{{2 cause}}"; }
if bouncecause :kind "none" { debug_log "{{3 none}}"; }
debug_log "{{4 kind=${bouncecause.kind} cause=${bouncecause.cause}}}";
debug_log "{{5 ${bouncecause.advice.en}${bouncecause.explanation}}}";
keep;
"""


def run_no_rules(suite):
    def report(case, done, problem):
        suite.report(case, problem, done.stdout)

    with Sandbox(suite.builddir, rules=None) as box:
        done = box.test(RULES_SCRIPT, mail("failure"))
        result = logged(done.stdout)
        errors = [line for line in done.stdout.splitlines()
                  if "Error:" in line]
        wanted = {3: "none", 4: "kind=none cause=", 5: ""}
        problem = None
        if result != wanted:
            problem = f"{result}, not {wanted}"
        elif len(errors) != 1 or "bouncecause.rules" not in errors[0]:
            problem = f"{len(errors)} lines in the log"
        elif "store message in folder: INBOX" not in done.stdout:
            problem = "the mail is not kept"
        report("missing rules: the script runs on", done, problem)

        done = box.compile(REQUIRE + 'if bouncecause "no-such" { keep; }\n'
                           'addheader "X" "${bouncecause.advice.klingon}";\n')
        report("missing rules: scripts compile", done,
               "it failed" if done.returncode else
               "it is told of" if done.stdout.strip() else None)

        done = box.compile(REQUIRE + 'if bouncecause :kind "no" { keep; }\n'
                           'addheader "X" "${bouncecause.weather}";\n')
        report("missing rules: errors and warnings all the same", done,
               None if done.returncode and "unknown variable" in done.stdout
               and "compares :kind" in done.stdout else "no")

    with Sandbox(suite.builddir, rules=None, settings={
            "sieve_bouncecause_on_error": "tempfail"}) as box:
        for case, script in (
                ("test", "if bouncecause { keep; }\n"),
                ("variable", 'debug_log "{{1 ${bouncecause.kind}}}";\n')):
            done = box.test(REQUIRE + script, mail("failure"))
            report(f"missing rules, tempfail: {case}", done,
                   None if "temporary failure" in done.stdout.lower()
                   else "no temporary failure")
        done = box.test(REQUIRE + "keep;\n", mail("failure"))
        report("missing rules, tempfail: a script that does not ask", done,
               None if "final result: success" in done.stdout
               and "Error:" not in done.stdout else "not a success")


def run(suite):
    run_folders(suite)
    run_changed(suite)
    run_replaced(suite)
    run_log(suite)
    run_advise(suite)
    run_samples(suite)
    run_settings(suite)
    run_no_rules(suite)
