# Leaves each report where it is, but says at a glance what it is about: the
# cause in the subject, the details in header fields, and IMAP flags.
require ["vnd.bouncecause", "variables", "editheader", "imap4flags"];

# What a stranger wrote into these fields is not ours.
deleteheader "X-Bounce-Cause";
deleteheader "X-Bounce-Severity";
deleteheader "X-Bounce-Status";
deleteheader "X-Bounce-Recipient";
deleteheader "X-Bounce-Reply";
deleteheader "X-Bounce-Reason";
deleteheader "X-Bounce-Advice";

if bouncecause {
    addheader "X-Bounce-Advice" "${bouncecause.advice}";
    addheader "X-Bounce-Reason" "${bouncecause.reason}";
    addheader "X-Bounce-Reply" "${bouncecause.diagnostic}";
    addheader "X-Bounce-Recipient" "${bouncecause.recipients}";
    addheader "X-Bounce-Status" "${bouncecause.status}";
    addheader "X-Bounce-Severity" "${bouncecause.severity}";
    addheader "X-Bounce-Cause" "${bouncecause.cause}";

    # Mailbox full: wang@example.org (System notice)
    if header :matches "Subject" "*" {
        set "subject" "${1}";
    }
    deleteheader "Subject";
    addheader "Subject"
        "${bouncecause.title}: ${bouncecause.recipient} (${subject})";

    addflag "${bouncecause.keyword}";
    # What the author can mend deserves to stand out.
    if bouncecause :fixer "author" {
        addflag "\\Flagged";
    }
}
