#ifndef REPLY_MASK_H
#define REPLY_MASK_H

/* Replaces in a cleaned reply text what differs from mail to mail, so that
   patterns see words: e-mail addresses become "addr@", IP addresses "ip@",
   URLs "url". Of a host's name at the beginning, and of one that its address or
   port follows, each letter becomes "x": "spam.example.com" says nothing. */
struct reply_mask {
	string_t *dest;
	/* the URLs, each on a line of its own */
	string_t *urls;
	/* the first e-mail address, or NULL (data stack) */
	const char *address;
};

/* Appends to mask->dest (and to mask->urls). */
void reply_mask_append(struct reply_mask *mask, const char *data, size_t size);

/* The size of the IP address (IPv4, IPv6, "IPv6:" and one) that begins at p,
   0 for none. prev is the character in front of it. */
size_t reply_ip_size(const char *p, const char *end, char prev);

#endif
