"""The event of each bounce: metrics, OpenMetrics, a web hook, and the log."""

import http.server
import json
import re
import threading
import time
import urllib.request

import bounces
import dialect
from server import HANG_SECONDS, free_ports
from testcase import SRCDIR, DeliveryTest

SCRIPT = """\
require ["vnd.bouncecause", "fileinto", "mailbox"];
if bouncecause { fileinto :create "Bounces"; }
"""
ADMIN = (SRCDIR / "doc/bouncecause-admin.md").read_text()


def recipes(version):
    """The configuration that the administrator's page gives for a version."""
    found = re.findall(
        rf"Dovecot {re.escape(version)}:\n\n((?:    .*\n|\n(?=    ))+)", ADMIN)
    return "\n".join(found)


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers["Content-Length"])
        self.server.posts.append(json.loads(self.rfile.read(size)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def wait_for(what):
    """Until it is true: the stats process hears of events a little later."""
    deadline = time.monotonic() + HANG_SECONDS
    while not (found := what()):
        if time.monotonic() > deadline:
            raise AssertionError("it does not come")
        time.sleep(0.05)
    return found


class Metrics(DeliveryTest):
    @classmethod
    def setUpClass(cls):
        cls.check_needed()
        cls.hook = http.server.HTTPServer(("127.0.0.1", 0), Hook)
        cls.hook.posts = []
        threading.Thread(target=cls.hook.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.hook.shutdown)
        (cls.port,) = free_ports(1)
        config = recipes(dialect.installed().VERSION).replace(
            "http://hooks.example.com/bounce",
            f"http://127.0.0.1:{cls.hook.server_port}/bounce").replace(
            "9900", str(cls.port))
        cls.options = {"config": config + "service stats {\n  chroot =\n}\n",
                       "settings": {"sieve_bouncecause_log_addresses":
                                    "domain"}}
        super().setUpClass()
        user = "watched@example.com"
        cls.server.add_user(user, SCRIPT)
        cls.user = user

    def bounce(self):
        self.deliver(bounces.report(bounces.original()), self.user)

    def test_recipes(self):
        """The page has both versions."""
        for version in ("2.3", "2.4"):
            for word in ("bouncecause_classified", "http-post", "9900"):
                self.assertIn(word, recipes(version))

    def test_dump(self):
        self.bounce()

        def bounces_row():
            lines = self.server.run("doveadm", "stats", "dump").stdout.decode()
            return [line for line in lines.splitlines()
                    if "user-unknown" in line and "failure" in line]
        rows = wait_for(bounces_row)
        # the name of the metric with the values of its groups, how many, and
        # how long reading them took
        self.assertTrue([row for row in rows if re.search(
            r"^bounces_failure_user-unknown_permanent\tduration\t[1-9]\d*\t[1-9]",
            row)], rows)

    def test_open_metrics(self):
        self.bounce()

        def metric():
            with urllib.request.urlopen(
                    f"http://127.0.0.1:{self.port}/metrics") as reply:
                text = reply.read().decode()
            return re.findall(r"^dovecot_bounces_count\{.*cause=.user-unknown"
                              r".*\} (\d+)$", text, re.MULTILINE) or \
                re.findall(r"^dovecot_bounces_total\{.*cause=.user-unknown"
                           r".*\} (\d+)$", text, re.MULTILINE)
        self.assertGreaterEqual(int(wait_for(metric)[0]), 1)

    def test_hook(self):
        self.bounce()
        (post, *_) = wait_for(lambda: self.hook.posts)
        self.assertEqual(post["event"], "bouncecause_classified")
        fields = post["fields"]
        self.assertEqual(
            {name: fields[name] for name in ("kind", "cause", "severity",
                                             "status", "code", "recipient")},
            {"kind": "failure", "cause": "user-unknown",
             "severity": "permanent", "status": "5.1.1", "code": "550",
             "recipient": "@example.net"})
        self.assertTrue(fields["rule"])

    def test_line(self):
        self.bounce()
        line = self.server.log_lines("bouncecause: ", "user-unknown")[-1]
        self.assertRegex(line, "Info: .*failure: user-unknown of "
                         "<@example.net>, severity=permanent, .*"
                         "rules=[0-9a-f]{8}")


class Debug(DeliveryTest):
    """Debug lines let an administrator follow a decision."""

    options = {"config": "log_debug = category=bouncecause\n",
               "settings": {"sieve_bouncecause_log_addresses": "none"}}

    def test_lines(self):
        user = "followed@example.com"
        self.server.add_user(user, SCRIPT)
        self.deliver(bounces.report(bounces.original()), user)
        lines = self.server.log_lines("Debug: ", "bouncecause: ")
        for words in ("message is failure", "its report: failure",
                      "recipient <>: failed, user-unknown: rule ",
                      "holds: ", "decided"):
            self.assertTrue([line for line in lines if words in line],
                            f"{words}: {lines}")
        # nothing of an address
        self.assertEqual([line for line in lines if "bob" in line], [])
