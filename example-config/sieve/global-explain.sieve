# For a whole site, as sieve_before: runs ahead of every user's own script and
# stores nothing by itself. What users get of a report is the page that can be
# read, and the mail that came back is marked in their Sent mailbox. Reports about
# mails that were never theirs are left as they came, with a keyword to filter by.
require ["vnd.bouncecause", "variables", "imap4flags"];

if bouncecause {
    addflag "${bouncecause.keyword}";
    if bouncecause :origin "foreign" {
        addflag "$Backscatter";
    } else {
        bouncemark;
        bounceexplain;
    }
}
