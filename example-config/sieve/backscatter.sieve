# Reports about mails that were never ours, since somebody else wrote our address
# into them, go to Junk. All others stay for what comes after.
#
# This needs a mailbox for sent mail with the special use \Sent, and better still
# the setting sieve_bouncecause_own_hosts: without both nothing is foreign. A mail
# that left through one of our own hosts and is in no Sent mailbox is left alone:
# it may be a program's, or somebody uses the account.
require ["vnd.bouncecause", "fileinto", "mailbox"];

if bouncecause :origin "foreign" {
    fileinto :create "Junk";
    stop;
}
