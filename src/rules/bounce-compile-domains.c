/* Copyright (c) 2026 bouncecause authors, see the included COPYING file */

/* Providers, and the domains that are told from typing errors */

#include "lib.h"
#include "bounce-compile-private.h"

static void
provider_check(struct bounce_compiler *compiler,
	       const struct bounce_model_provider *provider)
{
	unsigned int i;

	bounce_check_id(compiler, provider->location, "provider",
			provider->id, FALSE);
	for (i = 0; i < provider->hosts_count; i++)
		bounce_check_host_glob(compiler, "hosts", provider->hosts[i]);
	for (i = 0; i < provider->domains_count; i++) {
		bounce_check_host_glob(compiler, "domains",
				       provider->domains[i]);
	}
}

static int domain_cmp(struct bounce_model_domain *const *a,
		      struct bounce_model_domain *const *b)
{
	return strcasecmp((*a)->domain, (*b)->domain);
}

void bounce_compile_domains(struct bounce_compiler *compiler)
{
	struct bounce_model *model = compiler->model;
	struct bounce_model_provider *provider;
	struct bounce_model_domain *domain;

	array_foreach_elem(&model->provider_list, provider)
		provider_check(compiler, provider);
	array_foreach_elem(&model->domain_list, domain) {
		const char *name = domain->well_known ? "well-known" : "real";

		if (strpbrk(domain->domain, "*?") == NULL &&
		    strchr(domain->domain, '.') != NULL) {
			bounce_check_host_glob(compiler, name, domain->domain);
			continue;
		}
		bounce_error(compiler, bounce_location_get(compiler,
							   domain->domain),
			     "`%s` has `%s`: expected a domain such as "
			     "example.com", name, domain->domain);
	}
	array_sort(&model->domain_list, domain_cmp);
}
