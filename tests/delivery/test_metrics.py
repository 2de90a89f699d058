"""The event of each bounce: metrics, OpenMetrics, a web hook, and the log."""

import http.server
import json
import re
import threading
import time
import urllib.request

import admin
import bounces
from server import HANG_SECONDS, free_ports
from testcase import DeliveryTest

SCRIPT = """\
require ["vnd.bouncecause", "fileinto", "mailbox"];
if bouncecause { fileinto :create "Bounces"; }
"""


def recipes(version=None):
    """The configuration that the administrator's page gives for a version."""
    return "\n".join(admin.blocks("metric ", "event_exporter ",
                                  version=version))

# The same for what is sent
ADVISED = """\
metric advised {
  filter = event=bouncecause_advised
  exporter = bounce-hook
  exporter_include = name fields
  fields = recipient error
}
"""


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
        config = recipes().replace(
            "http://hooks.example.com/bounce",
            f"http://127.0.0.1:{cls.hook.server_port}/bounce").replace(
            "9900", str(cls.port))
        cls.options = {"config": config + ADVISED + "service stats {\n  chroot =\n}\n",
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

    def posted(self, event, code):
        """The event's fields, of the report with that reply code"""
        for post in self.hook.posts:
            if post["event"] == event and post["fields"].get("code") == code:
                return post["fields"]
        return None

    def test_hook_addresses(self):
        """Of addresses an event has what the setting allows, as the log does."""
        for value, code, shown in (
                ("full", "551", "bob@example.net"),
                ("domain", "553", "@example.net"), ("none", "554", "")):
            user = f"{value}@example.com"
            self.server.add_user(user, SCRIPT,
                                 sieve_bouncecause_log_addresses=value)
            self.deliver(bounces.report(
                bounces.original(), reply=f"{code} 5.1.1 User unknown"), user)
            fields = wait_for(
                lambda: self.posted("bouncecause_classified", code))
            self.assertEqual(fields.get("recipient", ""), shown)

    def test_advised(self):
        """Each advice is an event, sent or not."""
        user = "advised@example.com"
        self.server.add_user(user, 'require "vnd.bouncecause"; bounceadvise;')
        report = bounces.report(bounces.original())
        for _ in range(2):
            self.deliver(report, user)

        def both():
            found = [post["fields"] for post in self.hook.posts
                     if post["event"] == "bouncecause_advised"]
            return found if len(found) == 2 else None
        sent, refused = wait_for(both)
        self.assertEqual(sent, {"recipient": "@example.com"})
        self.assertEqual(refused["recipient"], "@example.com")
        self.assertIn("it was sent before", refused["error"])

    def test_line(self):
        self.bounce()
        line = self.server.log_lines("bouncecause: ", "user-unknown")[-1]
        self.assertRegex(line, "Info: .*failure: user-unknown of "
                         "<@example.net>, severity=permanent, .*"
                         "rules=[0-9a-f]{8}")


class Debug(DeliveryTest):
    """Debug lines let an administrator follow a decision."""

    options = {"config": admin.block("log_debug"),
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
