// SPDX-License-Identifier: GPL-2.0
/*
 * cgr metrics: counters and gauges for a monitoring system, in the text format
 * of OpenMetrics 1.0: all samples of a metric are together, "# EOF" ends them.
 */
#include <linux/mfib.h>
#include <netlink/attr.h>
#include <stdio.h>

#include "args.h"
#include "cgr.h"
#include "decode.h"
#include "fib.h"
#include "nexthop.h"
#include "object.h"
#include "port.h"
#include "stats.h"

/**
 * struct metrics - what they are made of
 * @c: context
 * @f: output
 * @fibs: all FIBs
 * @ports: all ports
 * @alive: number of named next hops that are up
 * @dead: number of those that are not
 */
struct metrics {
	struct cgr *c;
	FILE *f;
	struct fib_list fibs;
	struct port_list ports;
	unsigned int alive;
	unsigned int dead;
	unsigned int linkdown;
	unsigned int unresolved;
};

static int count_nexthop(struct nlattr *attr,
			 __unused const struct nlmsghdr *hdr, void *arg)
{
	struct metrics *m = arg;
	struct nexthop nh;

	if (nla_type(attr) != MFIB_A_NEXTHOP)
		return 0;
	if (decode_nexthop(attr, &nh))
		return -1;
	if (nh.flags & MFIB_NEXTHOP_F_DEAD)
		m->dead++;
	else if (nh.flags & MFIB_NEXTHOP_F_LINKDOWN)
		m->linkdown++;
	else if (nh.flags & MFIB_NEXTHOP_F_UNRESOLVED)
		m->unresolved++;
	else
		m->alive++;
	return 0;
}

static void describe(struct metrics *m, const char *object, const char *name,
		     const char *type, const char *help)
{
	fprintf(m->f, "# TYPE cgr_%s%s %s\n", object, name, type);
	fprintf(m->f, "# HELP cgr_%s%s %s\n", object, name, help);
}

/* The name of a device as a label: it may have nearly any characters. */
static void put_dev(struct metrics *m, const char *label, __u32 ifindex)
{
	const char *dev = dev_name(&m->c->dev, ifindex);

	fprintf(m->f, ",%s=\"", label);
	for (; *dev; dev++) {
		if (*dev == '"' || *dev == '\\')
			putc('\\', m->f);
		putc(*dev, m->f);
	}
	putc('"', m->f);
}

/**
 * struct source - objects with packet counters
 * @name: what they are called
 * @stats: counters of object i
 * @labels: print its labels, all but the brace that ends them
 */
struct source {
	const char *name;
	const struct stats *(*stats)(const struct metrics *m, unsigned int i);
	void (*labels)(struct metrics *m, unsigned int i);
};

static const struct stats *fib_stats(const struct metrics *m, unsigned int i)
{
	return &m->fibs.fib[i].stats;
}

static void fib_labels(struct metrics *m, unsigned int i)
{
	const struct fib *fib = &m->fibs.fib[i];

	fprintf(m->f, "{fib=\"%u\"", fib->id);
	if (fib->ifindex)
		put_dev(m, "dev", fib->ifindex);
}

static const struct stats *port_stats(const struct metrics *m, unsigned int i)
{
	return &m->ports.port[i].stats;
}

static void port_labels(struct metrics *m, unsigned int i)
{
	fprintf(m->f, "{fib=\"%u\"", m->ports.port[i].fib);
	put_dev(m, "port", m->ports.port[i].ifindex);
}

static const struct source fibs = { "fib", fib_stats, fib_labels };
static const struct source ports = { "port", port_stats, port_labels };

/* Samples of one counter, and of all that are the same with another reason. */
static void put_counter(struct metrics *m, const struct source *source,
			unsigned int nr, const struct stats_counter *counter)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct stats *stats = source->stats(m, i);

		if (!stats->present)
			continue;
		fprintf(m->f, "cgr_%s_%s_total", source->name,
			counter->is_drop ? "dropped_packets" : counter->key);
		source->labels(m, i);
		if (counter->is_drop)
			fprintf(m->f, ",reason=\"%s\"", counter->key);
		fprintf(m->f, "} %llu\n",
			(unsigned long long)stats->val[counter->attr]);
	}
}

static void put_counters(struct metrics *m, const struct source *source,
			 unsigned int nr)
{
	const struct stats_counter *counter = NULL;
	char name[32];

	while ((counter = stats_next(counter))) {
		if (counter->is_drop)
			continue;
		snprintf(name, sizeof(name), "_%s", counter->key);
		describe(m, source->name, name, "counter", "See cgr(8).");
		put_counter(m, source, nr, counter);
	}
	describe(m, source->name, "_dropped_packets", "counter",
		 "Packets received and not forwarded, by the reason.");
	while ((counter = stats_next(counter))) {
		if (counter->is_drop)
			put_counter(m, source, nr, counter);
	}
}

static void put_routes(struct metrics *m, unsigned int i, const char *family,
		       unsigned int nr)
{
	fputs("cgr_fib_routes", m->f);
	fib_labels(m, i);
	fprintf(m->f, ",family=\"%s\"} %u\n", family, nr);
}

static void put_gauge(struct metrics *m, const char *name, unsigned int i,
		      unsigned long long val)
{
	fprintf(m->f, "cgr_fib_%s", name);
	fib_labels(m, i);
	fprintf(m->f, "} %llu\n", val);
}

static void put_fibs(struct metrics *m)
{
	const struct fib *fib = m->fibs.fib;
	unsigned int i;

	describe(m, "fib", "_routes", "gauge", "Routes of a FIB.");
	for (i = 0; i < m->fibs.nr; i++) {
		put_routes(m, i, "inet", fib[i].routes4);
		put_routes(m, i, "inet6", fib[i].routes6);
	}
	describe(m, "fib", "_max_routes", "gauge",
		 "Most routes that the FIB takes, 0 is no limit.");
	for (i = 0; i < m->fibs.nr; i++)
		put_gauge(m, "max_routes", i, fib[i].max_routes);
	describe(m, "fib", "_full", "gauge",
		 "Whether the limit keeps further routes out.");
	for (i = 0; i < m->fibs.nr; i++)
		put_gauge(m, "full", i, !!(fib[i].flags & MFIB_FIB_F_FULL));
	describe(m, "fib", "_warn_routes", "gauge",
		 "Number of routes that the FIB warns of, 0 is none.");
	for (i = 0; i < m->fibs.nr; i++)
		put_gauge(m, "warn_routes", i, fib[i].warn_routes);
	describe(m, "fib", "_high", "gauge",
		 "Whether the FIB has as many routes as it warns of.");
	for (i = 0; i < m->fibs.nr; i++)
		put_gauge(m, "high", i, !!(fib[i].flags & MFIB_FIB_F_HIGH));
	describe(m, "fib", "_memory_bytes", "gauge", "Memory of the routes.");
	fputs("# UNIT cgr_fib_memory_bytes bytes\n", m->f);
	for (i = 0; i < m->fibs.nr; i++)
		put_gauge(m, "memory_bytes", i, fib[i].bytes);
}

static void put_all(struct metrics *m)
{
	describe(m, "build", "", "info", "The tool that has read this.");
	fputs("cgr_build_info{version=\"" CGR_VERSION "\"} 1\n", m->f);
	put_fibs(m);
	put_counters(m, &fibs, m->fibs.nr);
	put_counters(m, &ports, m->ports.nr);
	describe(m, "nexthops", "", "gauge", "Next hops and groups that have an id.");
	fprintf(m->f, "cgr_nexthops{state=\"up\"} %u\n", m->alive);
	fprintf(m->f, "cgr_nexthops{state=\"dead\"} %u\n", m->dead);
	fprintf(m->f, "cgr_nexthops{state=\"linkdown\"} %u\n", m->linkdown);
	fprintf(m->f, "cgr_nexthops{state=\"unresolved\"} %u\n",
		m->unresolved);
	fputs("# EOF\n", m->f);
}

static int metrics_run(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct metrics m = { .c = c, .f = c->out.f };
	int ret;

	if (args_parse(a, cmd->params, NULL))
		return CGR_SYNTAX;
	if (c->opt.json) {
		error_set(&c->err, 0, "OpenMetrics is text: for JSON say \"-s fib show\"");
		return CGR_SYNTAX;
	}
	ret = fib_list_read(c, &m.fibs);
	if (!ret)
		ret = port_list_read(c, &m.ports);
	if (!ret)
		ret = nexthop_dump(c, count_nexthop, &m);
	if (!ret)
		put_all(&m);
	port_list_free(&m.ports);
	fib_list_free(&m.fibs);
	return ret ? CGR_KERNEL : CGR_OK;
}

static const struct cgr_cmd cmds[] = {
	{ .name = "show", .params = no_params, .run = metrics_run },
	{ }
};

static const char *const rules[] = {
	NULL
};

const struct cgr_object object_metrics = { "metrics", cmds, rules };
