"""Postfix"""

import mtatest
import network

MAIN = f"""\
compatibility_level = 3.6
myhostname = {network.MTA_NAME}
mydestination =
alias_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtp_skip_5xx_greeting = no
smtp_connect_timeout = 10s
delay_warning_time = 3s
minimal_backoff_time = 3s
maximal_backoff_time = 3s
queue_run_delay = 3s
maximal_queue_lifetime = 10s
bounce_queue_lifetime = 10s
"""
MASTER = f"""\
{network.MTA}:smtp inet n - n - - smtpd
pickup     unix  n  -  n  60    1  pickup
cleanup    unix  n  -  n  -     0  cleanup
qmgr       unix  n  -  n  300   1  qmgr
rewrite    unix  -  -  n  -     -  trivial-rewrite
bounce     unix  -  -  n  -     0  bounce
defer      unix  -  -  n  -     0  bounce
trace      unix  -  -  n  -     0  bounce
verify     unix  -  -  n  -     1  verify
flush      unix  n  -  n  1000? 0  flush
proxymap   unix  -  -  n  -     -  proxymap
smtp       unix  -  -  n  -     -  smtp
relay      unix  -  -  n  -     -  smtp
error      unix  -  -  n  -     -  error
retry      unix  -  -  n  -     -  error
discard    unix  -  -  n  -     -  discard
local      unix  -  n  n  -     -  local
anvil      unix  -  -  n  -     1  anvil
scache     unix  -  -  n  -     1  scache
"""
QUEUES = ("active bounce corrupt defer deferred flush hold incoming private"
          " saved trace")


class Postfix(mtatest.MtaTest):
    packages = ("postfix",)
    users = ("postfix",)
    groups = ("postdrop",)

    @classmethod
    def configure(cls, jail):
        jail.file("etc/postfix/main.cf", MAIN)
        jail.file("etc/postfix/master.cf", MASTER)
        jail.dir("var/lib/postfix", "postfix")
        spool = "var/spool/postfix/"
        jail.dir(spool)
        jail.dir(spool + "pid")
        for name in QUEUES.split():
            jail.dir(spool + name, "postfix", 0o700)
        jail.own(spool + "private", "postfix", "root", 0o700)
        jail.dir(spool + "public", "postfix", 0o710, group="postdrop")
        jail.dir(spool + "maildrop", "postfix", 0o730, group="postdrop")

    @classmethod
    def start(cls, jail):
        jail.start("/usr/lib/postfix/sbin/master", "-c", "/etc/postfix")
        cls.await_smtp()
