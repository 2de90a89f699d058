# For the mailbox that the bounces of newsletters, invoices and the like come back
# to: filed by severity and cause, so that the number of mails in a folder is the
# count; the author of a mailing is told once, however many addresses are dead.
#
# `bouncecause survey' reads these folders and lists the addresses to take out.
require ["vnd.bouncecause", "variables", "fileinto", "mailbox",
         "imap4flags"];

if bouncecause {
    addflag "${bouncecause.keyword}";

    # Only authors in our own domains, and only about mails that did leave
    # through our hosts: see sieve_bouncecause_own_hosts and
    # sieve_bouncecause_advise_domains.
    bounceadvise :to "${bouncecause.original_from}" :days 7;

    if bouncecause :severity "temporary" {
        fileinto :create "Temporary/${bouncecause.cause}";
    } else {
        fileinto :create "Permanent/${bouncecause.cause}";
    }
} elsif bouncecause :kind ["auto-reply", "mdn", "success"] {
    # Holiday notes and receipts are no business of this mailbox.
    fileinto :create "Automatic";
} elsif bouncecause :kind "feedback" {
    # Somebody called it spam: take that address out at once.
    addflag "\\Flagged";
    fileinto :create "Complaints";
}
