"""Hostile mails, each a generator of bytes from a size: what it repeats is
repeated so many times. hostile.py DIRECTORY [SIZE] writes them all."""

import pathlib
import sys

REPORT = ("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\n"
          "To: ann@example.com\nSubject: Delivery report\n"
          "MIME-Version: 1.0\n")
TEXT = REPORT + "Content-Type: text/plain; charset=utf-8\n\n"
HTML = REPORT + "Content-Type: text/html; charset=utf-8\n\n"
DSN = (REPORT + "Content-Type: multipart/report; report-type=delivery-status;"
       "\n boundary=B\n\n--B\n\nIt was not delivered.\n"
       "--B\nContent-Type: message/delivery-status\n\n"
       "Reporting-MTA: dns; mx.example.org\n\n")
REPLY = "550 5.1.1 <bob@example.net>: Recipient address rejected: User unknown"


def recipient(number, reply=REPLY):
    return (f"Final-Recipient: rfc822; u{number}@example.net\n"
            f"Action: failed\nStatus: 5.1.1\n"
            f"Diagnostic-Code: smtp; {reply}\n\n")


def repeat(before, unit, after=""):
    return lambda size: before + unit * size + after


def count(before, unit, after=""):
    return lambda size: before + "".join(
        unit(number) for number in range(size)) + after


def nested(size, kind):
    mail = TEXT + REPLY + "\n"
    for number in range(size):
        if kind == "message":
            mail = REPORT + "Content-Type: message/rfc822\n\n" + mail
        else:
            mail = (f"Content-Type: multipart/mixed; boundary=b{number}\n\n"
                    f"--b{number}\n{mail}\n--b{number}--\n")
    return mail if kind == "message" else REPORT + mail


def carried(size):
    mail = TEXT + REPLY + "\n"
    for number in range(size):
        mail = (f"From: ann@example.com\nSubject: Fwd: failure\n"
                f"Content-Type: multipart/mixed; boundary=c{number}\n\n"
                f"--c{number}\n\nWhat is this?\n"
                f"--c{number}\nContent-Type: message/rfc822\n\n{mail}\n"
                f"--c{number}--\n")
    return mail


def wordy(header, words):
    """A message in a message, three times, all of them with these words"""
    mail = f"{header}\n{words}"
    for number in range(3):
        mail = (f"{header}Content-Type: multipart/mixed; boundary=w{number}\n"
                f"\n--w{number}\n\n{words}\n--w{number}\n"
                f"Content-Type: message/rfc822\n\n{mail}\n--w{number}--\n")
    return mail


# Wordings that many rules know
DENSE = [
    "552 5.2.2 mailbox full", "550 5.1.1 user unknown", "over quota",
    "554 5.7.1 relay access denied", "message too large", "spam detected",
    "host or domain name not found", "greylisted, try again later",
    "connection timed out", "rejected by policy", "blocked using an RBL",
    "authentication required", "sender verify failed", "too many recipients",
]

# What iconv knows, each a module that has to be loaded
CHARSETS = [f"cp{number}" for number in (
    437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866,
    869, 874, 1125, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)] + [
    f"iso-8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 15)]


def charset(number):
    return CHARSETS[number % len(CHARSETS)]


def explained(size):
    mail = TEXT + REPLY + "\n"
    for number in range(size):
        boundary = f"bouncecause-explained-{number}"
        mail = (f"{REPORT}Content-Type: multipart/mixed; boundary={boundary}\n"
                f"\n--{boundary}\n\nword\n--{boundary}\n"
                f"Content-Type: text/rfc822\n\n{mail}\n--{boundary}--\n")
    return mail


def explained_deep(size):
    """Says that it explains a report, in which there are as many boundaries as
    are looked for in each of its lines"""
    boundary = "bouncecause-explained-0"
    return (f"{REPORT}Content-Type: multipart/mixed; boundary={boundary}\n\n"
            f"--{boundary}\n\nword\n--{boundary}\n"
            f"Content-Type: message/rfc822\n\n{REPORT}" + "".join(
                f"Content-Type: multipart/mixed; boundary=b{number}\n\n"
                f"--b{number}\n" for number in range(20))
            + "\n" + "--\n\n" * size + f"--{boundary}--\n")


def json_deep(size):
    return (REPORT + "Content-Type: application/json\n\n" + '{"a":' * size
            + "1" + "}" * size + "\n")


# What is repeated, and how often at the size that is called N: what is taken
# altogether lies below the bounds at 4 N where it can.
MAILS = {
    "recipients": (40, count(DSN, recipient, "--B--\n")),
    "recipients-long": (40, count(DSN, lambda number: recipient(
        number, REPLY * 20), "--B--\n")),
    "recipients-many-lines": (40, count(DSN, lambda number: recipient(
        number, "550-5.1.1 a line\n " * 40 + REPLY), "--B--\n")),
    "one-reply-long": (100, lambda size: DSN + recipient(1, REPLY * size)
                       + "--B--\n"),
    "one-reply-brackets": (300, lambda size: DSN + recipient(
        1, "550 " + "a@[" * size) + "--B--\n"),
    "recipients-brackets": (40, count(DSN, lambda number: recipient(
        number, "550 " + "a@[" * 1000), "--B--\n")),
    "recipients-dense": (20, count(DSN, lambda number: recipient(
        number, " ".join(DENSE[number % len(DENSE):]) + " "
        + " ".join(DENSE)), "--B--\n")),
    "status-groups": (2000, repeat(DSN, "a:\n\n", "--B--\n")),
    "status-lines": (4000, repeat(DSN + "Reason: a\n", "a:\n", "--B--\n")),
    "status-parts": (800, lambda size: (
        REPORT + "Content-Type: multipart/report; boundary=B\n\n"
        + ("--B\nContent-Type: message/delivery-status\n\n"
           + "Action: failed\na:\n" * size) * 4 + "--B--\n")),
    "headers-lines": (5000, repeat(REPORT, ":\n", "\ntext\n")),
    "explained-headers": (10000, lambda size: (
        f"{REPORT}Content-Type: multipart/mixed; "
        "boundary=bouncecause-explained-0\n" + ":\n" * size + "\ntext\n")),
    "unknown-fields": (500, repeat(DSN, "X-Field: value\n", "\n--B--\n")),
    "groups-empty": (2000, repeat(DSN, "Status: 5.0.0\n\n", "--B--\n")),
    "parts": (40, repeat(
        REPORT + "Content-Type: multipart/mixed; boundary=B\n\n",
        "--B\nContent-Type: text/plain\n\n" + REPLY + "\n", "--B--\n")),
    "parts-empty": (2000, repeat(
        REPORT + "Content-Type: multipart/mixed; boundary=B\n\n", "--B\n\n")),
    "messages": (40, repeat(
        REPORT + "Content-Type: multipart/mixed; boundary=B\n\n",
        "--B\nContent-Type: message/rfc822\n\n" + TEXT + REPLY + "\n")),
    "nested-multiparts": (4, lambda size: nested(size, "multipart")),
    "nested-messages": (4, lambda size: nested(size, "message")),
    "nested-deeper": (200, lambda size: nested(size, "multipart")),
    "carried": (5, carried),
    "explained": (40, explained),
    "explained-deep": (20000, explained_deep),
    "wordy-reports": (200, lambda size: wordy(
        REPORT, "<a@a.example> b@[c@c.example\n" * size)),
    "wordy-forwarded": (200, lambda size: wordy(
        "From: ann@example.com\nSubject: Fwd: x\n",
        "----- Forwarded message -----\na@example.com\n" * size)),
    "boundaries-alike": (2000, repeat(
        REPORT + "Content-Type: multipart/mixed; boundary=" + "B" * 60
        + "\n\n", "--" + "B" * 59 + "\n")),
    "fields": (70, count(REPORT, lambda number: f"X-{number}: {REPLY}\n",
                         "\ntext\n")),
    "fields-many": (3000, count(REPORT, lambda number: f"X-{number}: a\n",
                                "\ntext\n")),
    "field-long": (10000, repeat(REPORT + "X-Long: ", "word ", "\n\ntext\n")),
    "field-folded": (5000, repeat(REPORT + "X-Long:", " word\n", "\ntext\n")),
    "subject-encoded": (1000, repeat(
        REPORT + "Subject:", " =?utf-8?q?=E9=82=AE_failure?=\n", "\ntext\n")),
    "words-encoded": (60, count(REPORT, lambda number:
                                f"X-{number}: =?gb18030?b?08q8/g==?=\n" * 1,
                                "\ntext\n")),
    "words-charsets": (1000, count(REPORT + "Subject:", lambda number:
                                   f" =?{charset(number)}?q?=E9?=\n",
                                   "\ntext\n")),
    "subjects-charsets": (200, count(
        REPORT, lambda number: "Subject:" + "".join(
            f" =?{charset(number + word)}?q?=E9?=" for word in range(40))
        + "\n", "\ntext\n")),
    "parts-charsets": (40, count(
        REPORT + "Content-Type: multipart/mixed; boundary=B\n\n",
        lambda number: "--B\nContent-Type: text/plain; "
        f"charset={charset(number)}\nContent-Transfer-Encoding: "
        f"quoted-printable\n\n=E9 {REPLY}\n", "--B--\n")),
    "type-parameters": (100, count(
        REPORT + "Content-Type: text/plain",
        lambda number: f";\n a{number}*0*=utf-8''%E9; b*{number}=x",
        "\n\n" + REPLY + "\n")),
    "addresses": (1000, count(
        "Return-Path: <>\nFrom: a@example.com\nTo: ",
        lambda number: f"u{number}@example.net,\n ", "x@example.net\n\n"
        + REPLY + "\n")),
    "received": (50, count(REPORT, lambda number:
                           f"Received: from mx{number}.example.net ([192.0.2."
                           f"1]) by mx; Tue, 14 Oct 2025 12:00:10 +0800\n",
                           "\ntext\n")),
    "text-lines": (500, repeat(TEXT, REPLY + "\n")),
    "text-lines-short": (1000, repeat(TEXT, "550\n")),
    "text-lines-empty": (8000, repeat(TEXT, "\n")),
    "text-lines-cr": (8000, repeat(TEXT, "a\r")),
    "text-one-line": (100, repeat(TEXT, REPLY + " ")),
    "text-word": (10000, repeat(TEXT, "a")),
    "text-blanks": (10000, repeat(TEXT, " ")),
    "text-at-signs": (10000, repeat(TEXT, "@")),
    "text-addresses": (400, count(TEXT, lambda number:
                                  f"<u{number}@example.net>: User unknown\n")),
    "text-addresses-line": (400, count(TEXT, lambda number:
                                       f"<u{number}@example.net> ")),
    "text-at-words": (5000, repeat(TEXT, "a@")),
    "text-at-addresses": (3000, repeat(TEXT, "<a@a")),
    "text-literals": (3000, repeat(TEXT, "a@[")),
    "text-quoted-local": (3000, repeat(TEXT, '"a"@')),
    "text-domains": (3000, repeat(TEXT, "a.")),
    "text-codes": (2000, repeat(TEXT, "550 ")),
    "text-statuses": (1000, repeat(TEXT, "5.1.1 ")),
    "text-numbers": (3000, repeat(TEXT, "1.2.3.4 ")),
    "text-colons": (5000, repeat(TEXT, "a:")),
    "text-quotes": (500, repeat(TEXT, "> " * 20 + REPLY + "\n")),
    "text-quotes-deep": (40, count(TEXT, lambda number:
                                   ">" * number + " " + REPLY + "\n")),
    "text-markers": (300, repeat(TEXT, "Undelivered mail returned to sender; "
                                 "your message could not be delivered\n")),
    "text-headers": (200, repeat(TEXT, "From: a@example.com\nTo: "
                                 "b@example.net\nSubject: x\n\n")),
    "text-forwarded": (100, repeat(
        "From: a@example.com\nSubject: Fwd: x\n\n",
        "----- Forwarded message -----\n" + REPORT + "\n" + REPLY + "\n\n")),
    "text-separators": (1000, repeat(TEXT, "-" * 20 + "\n")),
    "text-boundaries": (500, repeat(TEXT, "--=_part1234567890\n"
                                    "Content-Type: text/plain\n\nword\n")),
    "text-transcript": (300, repeat(TEXT, ">>> RCPT TO:<a@example.net>\n<<< "
                                    + REPLY + "\n")),
    "text-rows": (400, count(
        TEXT + "It was not delivered.\n",
        lambda number: f"u{number}@example.net - no\n")),
    "text-rows-lines": (1000, lambda size: (
        TEXT + "It was not delivered.\n"
        + "".join(f"u{number}@example.net - no\n"
                  for number in range(size // 8))
        + "and some words\n" * size)),
    "text-replies-announced": (300, count(
        TEXT + "The following recipients failed:\n",
        lambda number: f"u{number}@example.net\nRemote host said:\n")),
    "text-frames": (1000, repeat(TEXT, "| a | b | c |\n+---+---+\n")),
    "text-log-arrows": (1000, repeat(TEXT, "12:00:00.000 --> -------\n")),
    "text-code-blanks": (2000, repeat(TEXT, "550" + " " * 8)),
    "reply-escapes": (100, lambda size: DSN + recipient(
        1, "550 " + "=C3=A4 \\303\\244 \\u00e4 +C3" * size) + "--B--\n"),
    "reply-backslashes": (1000, lambda size: DSN + recipient(
        1, "550 " + "\\" * size) + "--B--\n"),
    "reply-misread": (100, lambda size: DSN + recipient(
        1, "550 " + "\u00c3\u00a4\u00c3\u0192" * size) + "--B--\n"),
    "reply-lost-letters": (1000, lambda size: DSN + recipient(
        1, "550 " + "a??" * size) + "--B--\n"),
    "reply-encoded-words": (100, lambda size: DSN + recipient(
        1, "550 " + "=?utf-8?Q?=C3=A4?= " * size) + "--B--\n"),
    "text-brackets": (8000, repeat(TEXT, "<")),
    "text-parentheses": (8000, repeat(TEXT, "(")),
    "text-zero-width": (4000, repeat(TEXT, "\u200b\u0301")),
    "text-han": (3000, repeat(TEXT, "\u6536\u4ef6\u4eba\u4e0d\u5b58\u5728")),
    "html-tags": (3000, repeat(HTML, "<b>")),
    "html-tags-open": (3000, repeat(HTML, "<")),
    "html-comments": (2000, repeat(HTML, "<!--")),
    "html-entities": (3000, repeat(HTML, "&amp;")),
    "html-entities-open": (8000, repeat(HTML, "&")),
    "html-styles": (1000, repeat(HTML, "<style>a{}")),
    "html-attributes": (2000, repeat(HTML + "<a ", "b='c' ", ">word")),
    "html-hidden": (300, repeat(HTML, "<div style='display:none'>" + REPLY)),
    "html-hidden-short": (500, repeat(HTML, "<p style=display:none>")),
    "html-tables": (300, repeat(HTML, "<table><tr><td>" + REPLY)),
    "qp": (3000, repeat(REPORT + "Content-Transfer-Encoding: "
                        "quoted-printable\n\n", "=41=\n")),
    "base64": (3000, repeat(REPORT + "Content-Transfer-Encoding: base64\n\n",
                            "NTUw\n")),
    "base64-bare": (500, repeat(REPORT + "\n", "NTUwIFVzZXIgdW5rbm93bg==" * 3
                                + "\n")),
    "charset-wrong": (5000, lambda size: (
        TEXT.replace("utf-8", "gb18030").encode() + b"\xca\xd5\xff" * size)),
    "charset-none": (5000, lambda size: (
        (REPORT + "\n").encode() + b"\xca\xd5\xbc\xfe" * size)),
    "charset-7": (3000, lambda size: TEXT.replace("utf-8", "utf-7")
                  + "+kK4-" * size),
    "uuencode": (200, repeat(REPORT + "\n",
                             "begin 644 a\n#86)C\n`\nend\n")),
    "uuencode-open": (2000, repeat(REPORT + "\n", "begin 644 a\n")),
    "json-deep": (3000, json_deep),
    "json-flat": (1000, count(
        REPORT + 'Content-Type: application/json\n\n{"notificationType":'
        '"Bounce","bounce":{"bouncedRecipients":[',
        lambda number: f'{{"emailAddress":"u{number}@example.net",'
        f'"diagnosticCode":"{REPLY}"}},', "{}]}}\n")),
    "nul": (8000, lambda size: TEXT.encode() + b"a\0" * size),
    "noise": (100, lambda size: TEXT.encode() + bytes(range(256)) * size),
}

# At that many times N all of the bounds are passed.
BEYOND = 64


def mail(name, times):
    """The mail of that name at so many times N"""
    size, make = MAILS[name]
    made = make(size * times)
    return made if isinstance(made, bytes) else made.encode()


def write(directory, times, names=None):
    """Write mails, and return their paths by name."""
    paths = {}
    for name in names or MAILS:
        paths[name] = pathlib.Path(directory) / f"{name}-{times}.eml"
        paths[name].write_bytes(mail(name, times))
    return paths


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else BEYOND)
