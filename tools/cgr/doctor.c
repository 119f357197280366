// SPDX-License-Identifier: GPL-2.0
/*
 * cgr doctor: what keeps FIBs from forwarding, or will surprise somebody.
 *
 * Everything it finds comes with a command that mends it, or says where to look.
 */
#include <errno.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "args.h"
#include "cgr.h"
#include "decode.h"
#include "fib.h"
#include "nexthop.h"
#include "object.h"
#include "port.h"

/**
 * enum severity - how bad something is
 * @NOTE: it may be meant so
 * @WARNING: packets are lost, or go astray
 * @PROBLEM: something is broken
 */
enum severity {
	NOTE,
	WARNING,
	PROBLEM,
};

static const char *const severities[] = { "note", "warning", "problem" };

/**
 * struct finding - something that was found
 * @severity: how bad it is
 * @check: name of the check
 * @fib: FIB that it is about, 0 if it is none
 * @dev: device that it is about, NULL if it is none
 * @text: what it is
 * @advice: a command that mends it, or what to do
 */
struct finding {
	enum severity severity;
	const char *check;
	__u32 fib;
	const char *dev;
	char text[256];
	char advice[256];
};

/**
 * struct doctor - a visit
 * @c: context
 * @sk: socket to ask for flags of devices with
 * @problems: number of problems found
 * @fibs: all FIBs
 * @ports: all ports
 */
struct doctor {
	struct cgr *c;
	int sk;
	unsigned int problems;
	struct fib_list fibs;
	struct port_list ports;
};

static void __printf(2, 3) say(char buf[256], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, 256, fmt, ap);
	va_end(ap);
}

static void report(struct doctor *d, const struct finding *f)
{
	struct printer *p = &d->c->out;
	char line[600];

	if (f->severity == PROBLEM)
		d->problems++;
	print_object(p, NULL);
	print_str(p, PRINT_JSON, "severity", "%s", severities[f->severity]);
	print_str(p, PRINT_JSON, "check", "%s", f->check);
	if (f->fib)
		print_num(p, PRINT_JSON, "fib", "%llu", f->fib);
	if (f->dev)
		print_str(p, PRINT_JSON, "dev", "%s", f->dev);
	print_str(p, PRINT_JSON, "text", "%s", f->text);
	print_str(p, PRINT_JSON, "advice", "%s", f->advice);
	snprintf(line, sizeof(line), "%s: %s: %s", severities[f->severity],
		 f->text, f->advice);
	print_str(p, PRINT_TEXT, NULL, "%s", line);
	print_close(p);
	print_line_end(p);
}

/* A number below /proc/sys, or -1 if there is none. */
static long __printf(1, 2) sysctl(const char *fmt, ...)
{
	char path[128];
	long val = -1;
	va_list ap;
	FILE *f;
	int n;

	n = sprintf(path, "/proc/sys/");
	va_start(ap, fmt);
	vsnprintf(path + n, sizeof(path) - n, fmt, ap);
	va_end(ap);
	f = fopen(path, "re");
	if (!f)
		return -1;
	if (fscanf(f, "%ld", &val) != 1)
		val = -1;
	fclose(f);
	return val;
}

static bool is_down(const struct doctor *d, const char *dev)
{
	struct ifreq request = { };

	snprintf(request.ifr_name, IFNAMSIZ, "%s", dev);
	return !ioctl(d->sk, SIOCGIFFLAGS, &request) &&
	       !(request.ifr_flags & IFF_UP);
}

static int check_nexthop(struct nlattr *attr,
			 __unused const struct nlmsghdr *hdr, void *arg)
{
	struct finding f = { .severity = WARNING, .check = "nexthop" };
	struct doctor *d = arg;
	struct nexthop nh;

	if (nla_type(attr) != MFIB_A_NEXTHOP)
		return 0;
	if (decode_nexthop(attr, &nh))
		return -1;
	if (!nh.routes)
		return 0;
	if (nh.group) {
		if (!(nh.flags & (MFIB_NEXTHOP_F_DEAD |
				  MFIB_NEXTHOP_F_LINKDOWN)))
			return 0;
		say(f.text, "no member of group %u is up, and %u routes use it",
		    nh.id, nh.routes);
		say(f.advice, "cgr -d nexthop show %u", nh.id);
	} else if (nh.flags & MFIB_NEXTHOP_F_DEAD) {
		f.dev = dev_name(&d->c->dev, nh.ifindex);
		say(f.text, "next hop %u through %s is dead, and %u routes use it",
		    nh.id, f.dev, nh.routes);
		if (is_down(d, f.dev))
			say(f.advice, "ip link set %s up", f.dev);
		else
			say(f.advice, "see dmesg, it says why");
	} else if (nh.flags & MFIB_NEXTHOP_F_LINKDOWN) {
		f.dev = dev_name(&d->c->dev, nh.ifindex);
		say(f.text, "next hop %u through %s has no carrier, and %u routes use it",
		    nh.id, f.dev, nh.routes);
		say(f.advice, "see to the link of %s", f.dev);
	} else {
		return 0;
	}
	report(d, &f);
	return 0;
}

/* Has the kernel look at all of a FIB's structures. */
static int check_structure(struct doctor *d, const struct fib *fib)
{
	struct finding f = {
		.severity = PROBLEM, .check = "consistency", .fib = fib->id,
	};
	struct cgr *c = d->c;
	struct nlattr *nest;
	struct request r;
	int ret;

	if (request_mfib(&r, &c->nl, MFIB_CMD_FIB_CHECK, 0, &c->err))
		return -1;
	nest = attr_nest(r.msg, MFIB_A_FIB);
	attr_put_u32(r.msg, &r.map, MFIB_FIB_A_ID, fib->id, 0);
	attr_nest_end(r.msg, &r.map, nest, 0);
	ret = request_talk(&r, c->nl.mfib, NULL, NULL, NULL, &c->err);
	if (ret == -EUCLEAN) {
		say(f.text, "FIB %u is not consistent: %.200s", fib->id,
		    c->err.text);
		say(f.advice, "report this, with cgr -s -d fib show");
		report(d, &f);
	} else if (ret && ret != -ENOENT) {
		return ret;
	}
	/* Else it has gone meanwhile, or is well. */
	error_clear(&c->err);
	return 0;
}

static void check_limit(struct doctor *d, const struct fib *fib)
{
	struct finding f = {
		.severity = WARNING, .check = "limit", .fib = fib->id,
	};

	if (!(fib->flags & (MFIB_FIB_F_FULL | MFIB_FIB_F_HIGH)))
		return;
	if (!(fib->flags & MFIB_FIB_F_FULL)) {
		say(f.text, "FIB %u has %u routes or more", fib->id,
		    fib->warn_routes);
		say(f.advice, "cgr fib set %u warn-routes %u", fib->id,
		    2 * fib->warn_routes);
		report(d, &f);
		return;
	}
	say(f.text, "FIB %u takes no more routes: its limit is %u", fib->id,
	    fib->max_routes);
	say(f.advice, "cgr fib set %u max-routes %u", fib->id,
	    2 * fib->max_routes);
	report(d, &f);
}

static void check_device(struct doctor *d, const struct fib *fib,
			 unsigned int ports)
{
	struct finding f = {
		.severity = NOTE, .check = "device", .fib = fib->id,
	};

	if (!fib->ifindex) {
		say(f.text, "FIB %u has no device, so nothing is forwarded by it",
		    fib->id);
		say(f.advice, "cgr fib set %u dev NAME", fib->id);
		report(d, &f);
		return;
	}
	f.dev = dev_name(&d->c->dev, fib->ifindex);
	if (is_down(d, f.dev)) {
		f.severity = WARNING;
		say(f.text, "device %s of FIB %u is down", f.dev, fib->id);
		say(f.advice, "ip link set %s up", f.dev);
		report(d, &f);
	}
	if (!ports) {
		f.severity = NOTE;
		f.check = "ports";
		say(f.text, "FIB %u has no ports", fib->id);
		say(f.advice, "ip link set PORT master %s", f.dev);
		report(d, &f);
	}
}

/* Reports what a setting would mend. */
static void __printf(4, 5)
report_sysctl(struct doctor *d, struct finding *f, int val,
	      const char *fmt, ...)
{
	char name[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	say(f->advice, "sysctl -w %s=%d", name, val);
	report(d, f);
}

static void check_port(struct doctor *d, const struct fib *fib,
		       const struct port *port)
{
	const char *dev = dev_name(&d->c->dev, port->ifindex);
	struct finding f = {
		.severity = WARNING, .check = "port", .fib = fib->id,
		.dev = dev,
	};
	long own, all;

	if (is_down(d, dev)) {
		say(f.text, "port %s of FIB %u is down", dev, fib->id);
		say(f.advice, "ip link set %s up", dev);
		report(d, &f);
	}

	f.check = "forwarding";
	if (fib->routes4 && !sysctl("net/ipv4/conf/%s/forwarding", dev)) {
		say(f.text, "port %s of FIB %u does not forward IPv4", dev,
		    fib->id);
		report_sysctl(d, &f, 1, "net/ipv4/conf/%s/forwarding", dev);
	}
	if (fib->routes6 && !sysctl("net/ipv6/conf/%s/forwarding", dev)) {
		say(f.text, "port %s of FIB %u does not forward IPv6", dev,
		    fib->id);
		report_sysctl(d, &f, 1, "net/ipv6/conf/%s/forwarding", dev);
	}

	f.check = "rp_filter";
	all = sysctl("net/ipv4/conf/all/rp_filter");
	own = sysctl("net/ipv4/conf/%s/rp_filter", dev);
	if ((own > all ? own : all) == 1) {
		say(f.text, "port %s of FIB %u ignores ARP from senders behind a gateway",
		    dev, fib->id);
		report_sysctl(d, &f, 2, "net/ipv4/conf/%s/rp_filter", dev);
	}
}

static void check_ports(struct doctor *d, const struct fib *fib)
{
	unsigned int i, nr = 0;

	for (i = 0; i < d->ports.nr; i++) {
		if (d->ports.port[i].fib != fib->id)
			continue;
		check_port(d, fib, &d->ports.port[i]);
		nr++;
	}
	check_device(d, fib, nr);
}

static bool has_routes6(const struct doctor *d)
{
	unsigned int i;

	for (i = 0; i < d->fibs.nr; i++)
		if (d->fibs.fib[i].routes6)
			return true;
	return false;
}

/* What is for all FIBs of the namespace. */
static void check_host(struct doctor *d)
{
	static const char *const l3mdev[] = { "tcp", "udp", "raw" };
	struct finding f = { .severity = WARNING, .check = "forwarding" };
	unsigned int i;

	if (has_routes6(d) && !sysctl("net/ipv6/conf/all/forwarding")) {
		say(f.text, "this host does not forward IPv6");
		report_sysctl(d, &f, 1, "net/ipv6/conf/all/forwarding");
	}
	f.severity = NOTE;
	f.check = "local";
	for (i = 0; i < ARRAY_SIZE(l3mdev); i++) {
		if (sysctl("net/ipv4/%s_l3mdev_accept", l3mdev[i]))
			continue;
		say(f.text, "%s sockets that are bound to no FIB hear nothing from FIBs",
		    l3mdev[i]);
		report_sysctl(d, &f, 1, "net/ipv4/%s_l3mdev_accept",
			      l3mdev[i]);
	}
}

/* What mfib_zone is for. */
static void check_conntrack(struct doctor *d)
{
	struct finding f = { .severity = WARNING, .check = "conntrack" };

	if (sysctl("net/netfilter/nf_conntrack_count") <= 0 ||
	    !access("/sys/module/mfib_zone", F_OK))
		return;
	say(f.advice, "modprobe mfib_zone");
	if (d->fibs.nr > 1) {
		say(f.text, "connections of FIBs with the same addresses are one to conntrack");
		report(d, &f);
	}
	if (!access("/sys/module/nf_flow_table", F_OK)) {
		say(f.text, "nf_flow_table is loaded: flowtables send packets of FIBs astray");
		report(d, &f);
	}
}

static int doctor_run(struct cgr *c, const struct cgr_cmd *cmd, struct args *a)
{
	struct doctor d = { .c = c };
	int ret = CGR_KERNEL;
	unsigned int i;

	if (args_parse(a, cmd->params, NULL))
		return CGR_SYNTAX;
	d.sk = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (d.sk < 0) {
		error_set(&c->err, 0, "socket: %m");
		return CGR_KERNEL;
	}
	if (fib_list_read(c, &d.fibs) || port_list_read(c, &d.ports))
		goto out;
	for (i = 0; i < d.fibs.nr; i++) {
		if (check_structure(&d, &d.fibs.fib[i]))
			goto out;
		check_limit(&d, &d.fibs.fib[i]);
		check_ports(&d, &d.fibs.fib[i]);
	}
	if (nexthop_dump(c, check_nexthop, &d))
		goto out;
	if (d.fibs.nr) {
		check_host(&d);
		check_conntrack(&d);
	}
	ret = d.problems ? CGR_KERNEL : CGR_OK;
out:
	port_list_free(&d.ports);
	fib_list_free(&d.fibs);
	close(d.sk);
	return ret;
}

static const struct cgr_cmd cmds[] = {
	{ "show", NULL, no_params, doctor_run, .flags = CMD_SHOWS },
	{ }
};

static const char *const rules[] = {
	NULL
};

const struct cgr_object object_doctor = { "doctor", cmds, rules };
