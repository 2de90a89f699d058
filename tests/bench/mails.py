"""Ordinary mails of the usual shapes and sizes, for measurements:

    mails.py SOURCE-DIRECTORY DIRECTORY

A short note, an answer with quotes, a list mail with a long header, a
newsletter in HTML, a letter with an attachment; the words are those of
rules/ordinary-words.txt."""

import pathlib
import random
import sys
from email import encoders
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText


def main():
    source, directory = map(pathlib.Path, sys.argv[1:3])
    lines = (source / "rules/ordinary-words.txt").read_text().splitlines()
    made = random.Random(1)

    def text(count, prefix=""):
        return "\n".join(prefix + made.choice(lines) for _ in range(count))

    def signature():
        return "".join(made.choices("abcdefghijklmnopqrstuvwxyz0123456789+/",
                                    k=340))

    def write(name, mail, subject, extra=()):
        header = [("Return-Path", f"<{name}@example.net>")]
        header += [("Received", f"from mx{hop}.example.net (mx{hop}.example."
                    f"net [192.0.2.{hop}])\n\tby mail.example.com with ESMTPS "
                    f"id {made.randrange(10**9)}; Tue, 14 Oct 2025 12:0{hop}"
                    ":10 +0800") for hop in range(1, 4)]
        header += [("DKIM-Signature", "v=1; a=rsa-sha256; d=example.net; s=a;"
                    f"\n\th=from:to:subject; b={signature()}"),
                   ("From", f"Anna Berg <{name}@example.net>"),
                   ("To", "li.wei@example.com"), ("Subject", subject),
                   ("Date", "Tue, 14 Oct 2025 06:01:05 +0200"),
                   ("Message-ID", f"<{made.randrange(10**9)}@example.net>")]
        body = mail.as_string()
        (directory / f"{name}.eml").write_text("".join(
            f"{key}: {value}\n" for key, value in (*header, *extra)) + body)

    write("note", MIMEText(text(8)), "Lunch on Thursday")
    write("answer", MIMEText(text(12) + "\n\n" + text(40, "> ")),
          "Re: The small room on the second floor")
    write("list", MIMEText(text(60)), "[gardeners] Apples",
          [("List-Id", "<gardeners.example.net>"), ("Precedence", "list"),
           ("List-Unsubscribe", "<https://lists.example.net/gardeners>"),
           ("References", " ".join(f"<{n}.a@example.net>"
                                   for n in range(12)))])
    page = MIMEMultipart("alternative")
    page.attach(MIMEText(text(60)))
    page.attach(MIMEText("<html><body>" + "".join(
        f'<table width="600"><tr><td style="padding:4px">{text(1)}'
        "</td></tr></table>\n" for _ in range(250)) + "</body></html>",
        "html"))
    write("newsletter", page, "What is new in October")
    letter = MIMEMultipart()
    letter.attach(MIMEText(text(20)))
    drawing = MIMEBase("application", "pdf")
    drawing.set_payload(made.randbytes(150_000))
    encoders.encode_base64(drawing)
    letter.attach(drawing)
    write("attachment", letter, "The drawings for the kitchen")


if __name__ == "__main__":
    main()
