# For anybody's own mailbox: a report becomes a page that can be read, with the
# report enclosed; the mail that came back is marked in Sent; and all of it is
# filed.
#
# bouncemark comes first: it finds the mail in Sent, so that the page can say how
# many of those it was sent to did not get it.
require ["vnd.bouncecause", "variables", "fileinto", "mailbox",
         "imap4flags"];

if bouncecause {
    bouncemark;
    bounceexplain;
    addflag "${bouncecause.keyword}";
    fileinto :create "Bounces";
}
