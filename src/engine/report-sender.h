#ifndef REPORT_SENDER_H
#define REPORT_SENDER_H

/* Who wrote a message, by its From field: a person, or what kind of program?
   Addresses and names only, no proof of anything. */

struct bounce_message;

/* A person, by the display name, or by the address where that is alone. FALSE
   where there is no address. */
bool report_sender_is_person(const struct bounce_message *msg);
/* Did a person who wrote it send it, so that an error would come back to them?
   Few programs send reports like that (RFC 3464 2). */
bool report_sender_is_author(const struct bounce_message *msg);

/* All of these go by the address alone. */

/* A mail system, an administrator, a robot: "mailer-daemon", "admin"; and
   whoever gives no address. The others are FALSE then. */
bool report_sender_is_program(const struct bounce_message *msg);
/* The mailbox of a service: "noreply", "support" */
bool report_sender_is_service(const struct bounce_message *msg);
/* The same, or one that does nothing but pass on mail: "bounces", "forwarder" */
bool report_sender_is_mail_service(const struct bounce_message *msg);
/* Whoever signs reports: address_is_reporter() */
bool report_sender_is_reporter(const struct bounce_message *msg);

#endif
