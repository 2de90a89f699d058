#ifndef BOUNCECAUSE_LOG_H
#define BOUNCECAUSE_LOG_H

struct event;
struct event_category;
struct smtp_address;
struct sieve_runtime_env;
struct sieve_script_env;
struct ext_bouncecause_context;
struct bouncecause_message;

extern struct event_category event_category_bouncecause;

/* TRUE when this text is asked about for the first time in this process: what
   is wrong all the time is worth one line, not one for each message. */
bool bouncecause_log_first(const char *text);
/* The same, but anew for each state (inode, size, time) of the file. */
bool bouncecause_log_first_file(const char *path, const char *text);

/* As much of an address as log lines and events may show of it; "" for
   nothing. */
const char *bouncecause_log_address(const struct ext_bouncecause_context *ctx,
				    const char *address);

/* Words that are not ours, with as much of each address in them: "<...>" for
   nothing. NULL stays NULL. Data stack. */
const char *bouncecause_log_words(const struct ext_bouncecause_context *ctx,
				  const char *text);

/* Words of a reply that a rule matched. Unlike values they are as they came, with
   characters that turn a line around. Data stack. */
const char *bouncecause_log_matched(const char *matched);

/* The event that goes with reading one message: its duration is how long that
   takes. The caller owns it. */
struct event *bouncecause_log_event_create(const struct sieve_runtime_env *renv);
/* That event gets its name, bouncecause_classified, and its fields, and a line:
   info for a bounce, debug for other reports and automatic mails; nothing for
   all other messages. With debug lines wanted, also how it was decided. */
void bouncecause_log_verdict(const struct sieve_runtime_env *renv,
			     const struct ext_bouncecause_context *ctx,
			     const struct bouncecause_message *msg,
			     struct event *event);

/* One line and event (bouncecause_advised) for an advice to that address,
   which may be NULL: sent, or why_not, whose addresses are shown as far as they
   may be. What somebody has to mend is an error,
   everything else info. parent is the event of the action, or of the script
   with senv, which is NULL for an action: its event has deliver_log_format. */
void bouncecause_log_advice(struct event *parent,
			    const struct sieve_script_env *senv,
			    const struct ext_bouncecause_context *ctx,
			    const struct smtp_address *to, const char *why_not,
			    bool is_error);

#endif
