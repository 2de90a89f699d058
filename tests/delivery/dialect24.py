"""Dovecot 2.4; see dialect.py."""

import ctypes
import os
import re

VERSION = "2.4"
EXAMPLE = "conf.d-2.4/90-bouncecause.conf"
SETTINGS = "libbouncecause_settings.so"
SETTINGS_DIR = "/usr/lib/dovecot/modules/settings"

SERVER = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
protocols = imap lmtp sieve
listen = 127.0.0.1
ssl = no
auth_allow_cleartext = yes
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_driver = maildir
mail_path = ~/Maildir
postmaster_address = postmaster@example.com
hostname = mail.example.com
submission_host = 127.0.0.1:{smtp_port}
submission_timeout = {hang} secs
recipient_delimiter = +
auth_username_format = %{{user | lower}}

namespace inbox {{
  inbox = yes
  separator = /
}}
# A file for each user: a common one is not always read again in the second in
# which a user is added.
passdb passwd-file {{
  passwd_file_path = {dir}/users/%{{user}}
}}
userdb passwd-file {{
  passwd_file_path = {dir}/users/%{{user}}
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
sieve_script personal {{
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}}
sieve_plugin_dir = {dir}/modules
"""

TOOLS = """\
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {dir}/run
state_dir = {dir}/run
log_path = /dev/stderr
ssl = no
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_home = {dir}/home
mail_driver = maildir
mail_path = ~/Maildir
postmaster_address = postmaster@example.org
hostname = mail.example.org
namespace inbox {{
  inbox = yes
  separator = {separator}
}}
sieve_script personal {{
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}}
sieve_plugin_dir = {dir}/modules
"""

# Settings of plugin {} that have another name now
RENAMED = {"acl": "acl_driver", "lazy_expunge": "lazy_expunge_mailbox"}
# (%% is what a shared namespace is about, in its prefix with other names.)
PREFIX_VARIABLES = {"%%u": "$user"}
VARIABLES = {"%%h": "%{owner_home}", "%%u": "%{owner_user}",
             "%h": "%{home}", "%u": "%{user}"}
IMAPSIEVE = re.compile(r"imapsieve_mailbox(\d+)_(\w+)")


def server(**values):
    return SERVER.format(**values)


def tools(*, layout, **values):
    text = TOOLS.format(**values)
    return text + (f"mailbox_list_layout = {layout}\n" if layout else "")


def plugin(settings):
    settings = dict(settings)
    text = _imapsieve(settings)
    for name, value in settings.items():
        if name in ("sieve_before", "sieve_after"):
            text += _block("sieve_script", name,
                           type=name.removeprefix("sieve_"), path=value)
        elif name.endswith("_extensions"):
            text += _extensions(name, value)
        else:
            text += f"{RENAMED.get(name, name)} = {value}\n"
    return text


def _block(kind, name, **lines):
    return (f"{kind} {name} {{\n"
            + "".join(f"  {key} = {value}\n" for key, value in lines.items())
            + "}\n")


def _extensions(name, value):
    """All of them by their names, or what is different: "+more -less"."""
    if not value.startswith(("+", "-")):
        return f"{name} = {value}\n"
    return (f"{name} {{\n"
            + "".join(f"  {word[1:]} = {'yes' if word[0] == '+' else 'no'}\n"
                      for word in value.split()) + "}\n")


def _imapsieve(settings):
    """Take out imapsieve_mailbox<number>_<what>."""
    mailboxes = {}
    for name in list(settings):
        if found := IMAPSIEVE.fullmatch(name):
            number, what = found.groups()
            mailboxes.setdefault(number, {})[what] = settings.pop(name)
    return "".join(
        f"mailbox {box['name']} {{\n"
        + _block("sieve_script", f"imapsieve{number}", type="before",
                 cause=box["causes"].lower(),
                 path=box["before"].removeprefix("file:"))
        + "}\n" for number, box in mailboxes.items())


def _location(value):
    """Where mails are: 2.3 had it all in one."""
    driver, path, *options = value.split(":")
    found = {"mail_driver": driver, "mail_path": path}
    for option in options:
        name, _, word = option.partition("=")
        found[{"LAYOUT": "mailbox_list_layout",
               "INDEX": "mail_index_path"}[name]] = word
    found["mail_path"] = _expand(found["mail_path"], VARIABLES)
    return found


def _expand(text, variables):
    for old, new in variables.items():
        text = text.replace(old, new)
    return text


def config(text):
    lines = []
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.strip() in ("location", "mail_location"):
            indent = line[:len(line) - len(line.lstrip())]
            lines += [f"{indent}{key} = {word}" for key, word in
                      _location(value.strip()).items()]
        elif name.strip() == "prefix":
            lines.append(_expand(line, PREFIX_VARIABLES))
        else:
            lines.append(_expand(line, VARIABLES))
    return "".join(f"{line}\n" for line in lines)


def user_fields(fields):
    fields = dict(fields)
    if "mail" in fields:
        fields.update(_location(fields.pop("mail")))
    return fields


# -- modules of the configuration reader ------------------------------------

# It has them in one fixed directory.
_libc = ctypes.CDLL(None, use_errno=True)
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


def _mount(source, target, flags):
    if _libc.mount(source, target, None, flags, None) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def enter(directory):
    """Put that directory into the place of Dovecot's, for the process and its
    children only. Whoever is not root needs a user namespace for it."""
    source, target = os.fsencode(directory), os.fsencode(SETTINGS_DIR)
    uid, gid = os.getuid(), os.getgid()

    def see():
        if uid == 0:
            os.unshare(os.CLONE_NEWNS)
        else:
            os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNS)
            for name, text in (("setgroups", "deny"),
                               ("uid_map", f"{uid} {uid} 1"),
                               ("gid_map", f"{gid} {gid} 1")):
                with open(f"/proc/self/{name}", "w") as file:
                    file.write(text)
        try:
            _mount(None, b"/", MS_REC | MS_PRIVATE)
        except OSError:
            pass  # a chroot is no mount point, and nobody's mount is shared
        _mount(source, target, MS_BIND)
    return see
