"""Dovecot 2.3; see dialect.py."""

VERSION = "2.3"
EXAMPLE = "conf.d/90-bouncecause.conf"
SETTINGS = None

SERVER = """\
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
protocols = imap lmtp sieve
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:~/Maildir
postmaster_address = postmaster@example.com
hostname = mail.example.com
submission_host = 127.0.0.1:{smtp_port}
submission_timeout = {hang} secs
recipient_delimiter = +
auth_username_format = %Lu

namespace inbox {{
  inbox = yes
  separator = /
}}
# A file for each user: a common one is not always read again in the second in
# which a user is added.
passdb {{
  driver = passwd-file
  args = {dir}/users/%u
}}
userdb {{
  driver = passwd-file
  args = {dir}/users/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service managesieve-login {{
  chroot =
  inet_listener sieve {{
    port = {sieve_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service anvil {{
  chroot =
}}
protocol lmtp {{
  mail_plugins = sieve
}}
protocol lda {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_plugin_dir = {dir}/modules
}}
"""

TOOLS = """\
base_dir = {dir}/run
state_dir = {dir}/run
log_path = /dev/stderr
ssl = no
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_home = {dir}/home
mail_location = maildir:~/Maildir{layout}
postmaster_address = postmaster@example.org
hostname = mail.example.org
namespace inbox {{
  inbox = yes
  separator = {separator}
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_plugin_dir = {dir}/modules
}}
"""


def server(**values):
    return SERVER.format(**values)


def tools(*, layout, **values):
    return TOOLS.format(layout=f":LAYOUT={layout}" if layout else "",
                        **values)


def plugin(settings):
    lines = "".join(f"  {name} = {value}\n"
                    for name, value in settings.items())
    return f"plugin {{\n{lines}}}\n"


def config(text):
    return text


def user_fields(fields):
    return fields


def enter(directory):
    return None
