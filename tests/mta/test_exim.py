"""Exim"""

import mtatest
import network

CONFIG = f"""\
primary_hostname = {network.MTA_NAME}
local_interfaces = {network.MTA}
daemon_smtp_ports = 25
disable_ipv6
keep_environment =
log_selector = +all
acl_smtp_rcpt = accept
dsn_advertise_hosts = *
prdr_enable = false
smtp_accept_max = 50
queue_only = false
delay_warning = 3s:1h
tls_advertise_hosts =

begin routers
remote:
  driver = dnslookup
  transport = smtp
  self = send
  no_more

begin transports
smtp:
  driver = smtp
  allow_localhost
  hosts_avoid_tls = *
  connect_timeout = 10s

begin retry
* * F,9s,3s
"""


class Exim(mtatest.MtaTest):
    packages = ("exim4-daemon-light", "exim4-base")
    expected = {
        # "Unrouteable address"
        "nomail": {"cause": "host-unknown"},
        # A warning has its reason not each time.
        "grey": {"delay": {"remote_mta": None, "cause": None}},
        "busy": {"delay": {"remote_mta": None}},
        # "retry timeout exceeded" is all that it says at last
        "broken": {"failure": {"cause": "message-expired"},
                   "delay": {"cause": None}},
        "closed": {"failure": {"cause": "message-expired"},
                   "delay": {"cause": None}},
    }
    users = ("Debian-exim",)

    @classmethod
    def configure(cls, jail):
        jail.file("etc/exim4/exim4.conf", CONFIG)
        jail.dir("var/spool/exim4", "Debian-exim", 0o750)
        jail.dir("var/log/exim4", "Debian-exim", 0o750)
        jail.dir("run/exim4", "Debian-exim", 0o750)

    @classmethod
    def start(cls, jail):
        jail.start("/usr/sbin/exim4", "-bdf", "-q3s")
        cls.await_smtp()
