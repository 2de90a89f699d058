# For a whole site, as sieve_before: runs ahead of every user's own script and
# stores nothing by itself. Users, and mail programs that know nothing of this
# extension, can then filter by a keyword, $BounceMailboxFull ..., and by
# ordinary header fields:
#
#   if header "X-Bounce-Cause" "mailbox-full" { ... }
require ["vnd.bouncecause", "variables", "editheader", "imap4flags"];

# No mail brings these along from outside.
deleteheader "X-Bounce-Kind";
deleteheader "X-Bounce-Cause";
deleteheader "X-Bounce-Severity";
deleteheader "X-Bounce-Recipient";
deleteheader "X-Bounce-Title";
deleteheader "X-Bounce-Advice";

if bouncecause {
    addheader "X-Bounce-Advice" "${bouncecause.advice}";
    addheader "X-Bounce-Title" "${bouncecause.title}";
    addheader "X-Bounce-Recipient" "${bouncecause.recipients}";
    addheader "X-Bounce-Severity" "${bouncecause.severity}";
    addheader "X-Bounce-Cause" "${bouncecause.cause}";
    addheader "X-Bounce-Kind" "${bouncecause.kind}";
    addflag "${bouncecause.keyword}";
}
