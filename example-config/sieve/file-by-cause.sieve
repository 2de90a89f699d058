# Files each report of a failed or delayed delivery into a folder that names its
# cause: Bounces/user-unknown, Bounces/mailbox-full ... and marks it with a
# keyword that mail programs can search for and colour: $BounceUserUnknown ...
#
# The folder is written with "/", as in a namespace with "separator = /"; write
# "Bounces.${bouncecause.cause}" where the separator is a dot.
require ["vnd.bouncecause", "variables", "fileinto", "mailbox",
         "imap4flags"];

if bouncecause {
    addflag "${bouncecause.keyword}";
    fileinto :create "Bounces/${bouncecause.cause}";
}
