#ifndef OWN_HOSTS_H
#define OWN_HOSTS_H

#include "net.h"

/* The hosts through which own mail leaves: names, patterns like
   *.example.com, IP addresses and ranges (192.0.2.0/24, 2001:db8::/32). */

struct own_hosts;

/* Read that list, NULL-terminated. Entries that are neither a name nor an
   address are left out; *wrong_r has them, joined by ", ", or NULL where
   there are none. Everything is allocated from pool. */
struct own_hosts *
own_hosts_create(pool_t pool, const char *const *entries,
		 const char **wrong_r);
/* No entry is of use. */
bool own_hosts_is_empty(const struct own_hosts *hosts);

/* Case does not matter, nor does a dot at the end. */
bool own_hosts_has_name(const struct own_hosts *hosts, const char *name);
bool own_hosts_has_ip(const struct own_hosts *hosts, const struct ip_addr *ip);

/* Do the Received fields of a message, the topmost first, NULL-terminated,
   show that it left through one of the hosts? They are read from the oldest
   on: an own host took the message, or handed it on, before a host outside
   had it. */
bool own_hosts_sent(const struct own_hosts *hosts,
		    const char *const *received);

#endif
