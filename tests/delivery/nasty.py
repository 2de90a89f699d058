"""Reports whose every value is meant to break out of where it is put."""

import base64

import mails

# What a stranger writes where an address, a host, a reply, a subject is
# expected. Without line ends: those are put in by report(), since a header
# field can have them in encoded words only.
VALUES = {
    "shell": b"$(touch pwned)`touch pwned`;touch pwned|touch pwned&touch pwned"
             b"||touch${IFS}pwned>pwned<pwned",
    "quotes": b"a'b\"c\\'d\\\"e'; --\"",
    "option": b"-oQ/tmp/pwned",
    "options": b"--output=pwned -be ${run{/bin/touch${substr{0}{1}{ }}pwned}}",
    "up": b"../../../../../../../../tmp/pwned",
    "root": b"/tmp/pwned//..",
    "dots": b"....//..././.",
    "home": b"~/../~root/pwned",
    "separators": b"a.b/c\\d~e^f|g",
    "mutf7": b"&AC8-..&AC8-&-&,&2AA-&",
    "percent": b"%s%n%1000000d%{user}%u%%%h%$x",
    "sieve": b"${bouncecause.kind}${1}\"; redirect \"eve@example.org",
    "wildcards": b"*?[a-z]%INBOX",
    "escape": b"\x1b[2J\x1b]0;pwned\x07\x1bP+q\x1b\\\x08\x08\x7f",
    "c1": "\u009b31m\u0090\u009c\u0085pwned".encode(),
    "c1 bytes": b"\x9b31m\x90\x9c\x85",
    "bidi": "\u202eexe.\u2066fdp\u2069\u200f\u061c\u202c".encode(),
    "invisible": "a\u200b\ufeff\u00ad\u2060\U000e0041\ufff9\u180eb".encode(),
    "lines": "a\u2028b\u2029c\u0085d\x0b\x0ce".encode(),
    "bad utf-8": b"\xc0\xaf\xe0\x80\xaf\xf0\x82\x82\xac\xed\xa0\x80\xff\xfe\xc3",
    "overlong": b"x" * 3000,
    "overlong wide": "\U0001f4a3".encode() * 1500,
    "html": b"<script>alert(1)</script><img src=x onerror=alert(1)>"
            b"\"' onmouseover='alert(1)&lt;b&gt;&#60;i&#62;</body></html>",
    "urls": b"javascript:alert(1) data:text/html,<b>x</b> "
            b"http://evil.example/?a=\"><svg/onload=alert(1)>",
    "mime": b"\r\n--bouncecause-explained-0--\r\n",
    "address list": b"a@example.org, eve@example.org; b: <eve@example.org>",
    "route": b"@relay.example:eve%example.org@[127.0.0.1",
    "comments": b"(((((((eve@example.org",
}
# What comes behind the encoded form of each: it would be another field, another
# command, the end of a text
BREAK = (b"\r\nBcc: eve@example.org\nX-Evil: 1\r\r\n\r\nRCPT TO:<eve@example.org>"
         b"\r\n.\r\n\0X-Evil: 2")


def encoded(value):
    """As an encoded word (RFC 2047), the only way to have a line end within a
    header field. Longer ones than allowed are read, too."""
    return b"=?utf-8?B?" + base64.b64encode(value + BREAK) + b"?="


def report(value):
    """A report that has this value in each place it can."""
    plain = b" ".join(value.replace(b"\0", b"").split())
    word = encoded(value)
    return mails.crlf(b"\n".join([
        b"Return-Path: <>",
        b"From: MAILER-DAEMON@mx.example.net",
        b"To: li.wei@example.com",
        b"Subject: Undelivered Mail Returned to Sender " + word,
        b"Auto-Submitted: auto-replied",
        b"MIME-Version: 1.0",
        b"Content-Type: multipart/report; report-type=delivery-status;",
        b" boundary=\"=_n\"",
        b"",
        b"--=_n",
        b"Content-Type: text/plain; charset=utf-8",
        b"",
        b"It could not be delivered:",
        b"",
        b"<" + plain + b"@example.net>: 550 5.1.1 User unknown " + plain,
        b"",
        b"--=_n",
        b"Content-Type: message/delivery-status",
        b"",
        b"Reporting-MTA: dns; " + plain,
        b"X-Postfix-Queue-ID: " + plain,
        b"",
        b"Original-Recipient: rfc822; " + plain,
        b"Final-Recipient: rfc822; " + plain + b"@" + plain,
        b"Action: failed",
        b"Status: 5.1.1 " + plain,
        b"Remote-MTA: dns; " + plain,
        b"Diagnostic-Code: smtp; 550 5.1.1 User unknown " + plain,
        b"Will-Retry-Until: " + plain,
        b"",
        b"--=_n",
        b"Content-Type: message/rfc822",
        b"",
        b"Received: from " + plain + b" by " + plain + b" with SMTP id 1; "
        b"Tue, 14 Oct 2025 09:12:42 +0800",
        b"Message-ID: <" + plain + b"@example.com>",
        b"From: " + word + b" <" + plain + b"@example.com>",
        b"To: " + word + b" <" + plain + b"@example.net>, " + plain,
        b"Cc: " + plain,
        b"Subject: " + word,
        b"Date: " + plain,
        b"",
        b"Hello",
        b"",
        b"--=_n--",
        b""]))


def attached(data, author, to):
    """Somebody passes that report on."""
    return mails.crlf(f"""\
From: {author}
To: {to}
Subject: Fwd: this came back
Message-ID: <{abs(hash(data))}@pc.example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_a"

--=_a

What is this?

--=_a
Content-Type: message/rfc822

""".encode()) + data + b"\r\n--=_a--\r\n"
