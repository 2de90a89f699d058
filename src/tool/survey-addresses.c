/* The addresses that failed. */

#include "lib.h"
#include "array.h"
#include "bsearch-insert-pos.h"
#include "hash.h"
#include "bounce-rules.h"
#include "bounce-verdict.h"
#include "survey-addresses.h"

#define SECS_A_DAY (24 * 60 * 60)
/* Days on which a dead address has failed, at the least */
#define DEAD_DAYS 2

struct survey_addresses {
	pool_t pool;
	const struct bounce_rules *rules;
	HASH_TABLE(const char *, struct survey_address *) hash;
	ARRAY(struct survey_address *) list;
};

/* Causes that are the address's own fault. The catalogue's fixer does not tell
   them: an author also mends a message that is too large. */
static const char *const own_fault_causes[] = {
	"address-moved", "address-syntax", "host-unknown", "mx-missing",
	"user-disabled", "user-unknown", NULL
};

struct survey_addresses *
survey_addresses_init(const struct bounce_rules *rules)
{
	pool_t pool = pool_alloconly_create("addresses", 16 * 1024);
	struct survey_addresses *addresses =
		p_new(pool, struct survey_addresses, 1);

	addresses->pool = pool;
	addresses->rules = rules;
	hash_table_create(&addresses->hash, default_pool, 0, str_hash, strcmp);
	i_array_init(&addresses->list, 64);
	return addresses;
}

void survey_addresses_deinit(struct survey_addresses **_addresses)
{
	struct survey_addresses *addresses = *_addresses;

	*_addresses = NULL;
	hash_table_destroy(&addresses->hash);
	array_free(&addresses->list);
	pool_unref(&addresses->pool);
}

static struct survey_address *
address_get(struct survey_addresses *addresses, const char *name)
{
	struct survey_address *address;

	address = hash_table_lookup(addresses->hash, name);
	if (address != NULL)
		return address;
	address = p_new(addresses->pool, struct survey_address, 1);
	address->address = p_strdup(addresses->pool, name);
	address->original = address->cause = "";
	p_array_init(&address->days, addresses->pool, 2);
	p_array_init(&address->fault_days, addresses->pool, 2);
	hash_table_insert(addresses->hash, address->address, address);
	array_push_back(&addresses->list, &address);
	return address;
}

static int day_cmp(const uint32_t *a, const uint32_t *b)
{
	return *a < *b ? -1 : *a > *b ? 1 : 0;
}

static void days_add(ARRAY_TYPE(uint32_t) *days, time_t when)
{
	uint32_t day = when / SECS_A_DAY;
	unsigned int idx;

	if (!array_bsearch_insert_pos(days, &day, day_cmp, &idx))
		array_insert(days, idx, &day, 1);
}

static bool is_own_fault(const struct bounce_recipient *rcpt)
{
	return rcpt->severity == BOUNCE_SEVERITY_PERMANENT &&
		rcpt->confidence > BOUNCE_CONFIDENCE_LOW &&
		str_array_find(own_fault_causes, rcpt->cause_id);
}

/* Is this failure worse than the address's worst so far? */
static bool is_worse(const struct survey_address *address,
		     const struct bounce_recipient *rcpt, bool fault,
		     time_t when)
{
	bool permanent = rcpt->severity == BOUNCE_SEVERITY_PERMANENT;
	bool was_permanent = address->severity == BOUNCE_SEVERITY_PERMANENT;

	if (address->count == 0 || permanent != was_permanent)
		return address->count == 0 || permanent;
	if (fault != address->fault)
		return fault;
	return when >= address->worst;
}

static void
address_add(struct survey_addresses *addresses, time_t when,
	    const struct bounce_recipient *rcpt)
{
	struct survey_address *address;
	bool fault = is_own_fault(rcpt);

	address = address_get(addresses, t_str_lcase(rcpt->recipient));
	if (is_worse(address, rcpt, fault, when)) {
		address->severity = rcpt->severity;
		address->cause = bounce_rules_str(addresses->rules,
			addresses->rules->causes[rcpt->cause].id);
		address->fault = fault;
		address->worst = when;
	}
	address->count++;
	if (*rcpt->original_recipient != '\0' &&
	    strcasecmp(rcpt->original_recipient, rcpt->recipient) != 0 &&
	    strcmp(rcpt->original_recipient, address->original) != 0) {
		address->original = p_strdup(addresses->pool,
					     rcpt->original_recipient);
	}
	if (when == 0)
		return;
	if (address->first == 0 || when < address->first)
		address->first = when;
	address->last = I_MAX(address->last, when);
	days_add(&address->days, when);
	if (fault)
		days_add(&address->fault_days, when);
}

void survey_addresses_add(struct survey_addresses *addresses, time_t when,
			  const struct bounce_verdict *verdict)
{
	const struct bounce_report *report = bounce_verdict_report(verdict);
	const struct bounce_recipient *rcpt;

	if (report == NULL || report->kind != BOUNCE_KIND_FAILURE)
		return;
	array_foreach(&report->recipients, rcpt) T_BEGIN {
		if (rcpt->action <= BOUNCE_ACTION_FAILED &&
		    *rcpt->recipient != '\0' && rcpt->cause != BOUNCE_NONE)
			address_add(addresses, when, rcpt);
	} T_END;
}

bool survey_address_is_dead(const struct survey_address *address)
{
	return array_count(&address->fault_days) >= DEAD_DAYS;
}

static int survey_address_cmp(const struct survey_address *const *a,
			      const struct survey_address *const *b)
{
	bool dead = survey_address_is_dead(*a);

	if (dead != survey_address_is_dead(*b))
		return dead ? -1 : 1;
	if ((*a)->count != (*b)->count)
		return (*a)->count > (*b)->count ? -1 : 1;
	return strcmp((*a)->address, (*b)->address);
}

const struct survey_address *const *
survey_addresses_sorted(const struct survey_addresses *addresses,
			unsigned int *count_r)
{
	ARRAY(const struct survey_address *) sorted;
	struct survey_address *address;

	t_array_init(&sorted, array_count(&addresses->list) + 1);
	array_foreach_elem(&addresses->list, address)
		*array_append_space(&sorted) = address;
	array_sort(&sorted, survey_address_cmp);
	return array_get(&sorted, count_r);
}
