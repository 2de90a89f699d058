# For the mailbox of a helpdesk: whoever forwards a bounce to it, attached or
# inline, is told at once what happened and what to do. People read on only
# where nobody could tell the cause.
#
# Where mail for the helpdesk comes in under other addresses than the mailbox's
# own, name them: vacation :addresses ["help@example.com", ...]
require ["vnd.bouncecause", "variables", "vacation", "fileinto", "mailbox",
         "imap4flags"];

if bouncecause :forwarded {
    # One answer a day about the same address and cause, however often it is
    # sent in.
    vacation :days 1
        :handle "${bouncecause.cause} ${bouncecause.recipient}"
        :subject "${bouncecause.title}: ${bouncecause.recipient}"
        "${bouncecause.explanation}";

    addflag "${bouncecause.keyword}";
    if not bouncecause :forwarded :cause "unclassified" {
        fileinto :create "Answered/${bouncecause.cause}";
    }
}
