// SPDX-License-Identifier: GPL-2.0
#include "proto.h"

#include <dirent.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include <linux/mfib.h>

#include "compiler.h"
#include "value.h"

static const struct {
	unsigned char number;
	const char *name;
} builtin[] = {
	{ RTPROT_UNSPEC,	"unspec" },
	{ RTPROT_REDIRECT,	"redirect" },
	{ RTPROT_KERNEL,	"kernel" },
	{ RTPROT_BOOT,		"boot" },
	{ RTPROT_STATIC,	"static" },
	{ RTPROT_RA,		"ra" },
	{ RTPROT_ZEBRA,		"zebra" },
	{ RTPROT_BIRD,		"bird" },
	{ RTPROT_DHCP,		"dhcp" },
	{ RTPROT_MFIB,		"mfib" },
	{ RTPROT_BGP,		"bgp" },
	{ RTPROT_ISIS,		"isis" },
	{ RTPROT_OSPF,		"ospf" },
	{ RTPROT_RIP,		"rip" },
	{ RTPROT_EIGRP,		"eigrp" },
};

/**
 * proto_read() - read names, "NUMBER NAME" a line
 * @protos: extended
 * @f: file
 */
void proto_read(struct protos *protos, FILE *f)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, f) >= 0) {
		char *save, *number, *name;
		__u32 num;

		number = strtok_r(line, " \t\r\n", &save);
		if (!number || *number == '#')
			continue;
		name = strtok_r(NULL, " \t\r\n", &save);
		if (!name || *name == '#' || strlen(name) >= PROTO_NAME_MAX)
			continue;
		if (!parse_u32(number, &num) && num <= 255)
			strcpy(protos->name[num], name);
	}
	free(line);
}

static void read_file(struct protos *protos, const char *path)
{
	FILE *f = fopen(path, "re");

	if (!f)
		return;
	proto_read(protos, f);
	fclose(f);
}

static int is_conf(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 5 &&
	       !strcmp(entry->d_name + len - 5, ".conf");
}

static void read_dir(struct protos *protos, const char *dir)
{
	struct dirent **list;
	char path[PATH_MAX];
	int i, nr;

	snprintf(path, sizeof(path), "%s/rt_protos", dir);
	read_file(protos, path);

	snprintf(path, sizeof(path), "%s/rt_protos.d", dir);
	nr = scandir(path, &list, is_conf, alphasort);
	if (nr < 0)
		return;
	for (i = 0; i < nr; i++) {
		snprintf(path, sizeof(path), "%s/rt_protos.d/%s", dir,
			 list[i]->d_name);
		read_file(protos, path);
		free(list[i]);
	}
	free(list);
}

static void load(struct protos *protos)
{
	unsigned int i;

	if (protos->loaded)
		return;
	protos->loaded = true;
	for (i = 0; i < ARRAY_SIZE(builtin); i++)
		strcpy(protos->name[builtin[i].number], builtin[i].name);
	read_dir(protos, "/usr/lib/iproute2");
	read_dir(protos, "/usr/share/iproute2");
	read_dir(protos, "/etc/iproute2");
}

/**
 * proto_number() - number of a protocol
 * @protos: names, loaded when first needed
 * @name: its name
 *
 * Return: the number, or -1 if there is none.
 */
int proto_number(struct protos *protos, const char *name)
{
	int i;

	load(protos);
	if (!*name)
		return -1;
	for (i = 0; i < 256; i++) {
		if (!strcmp(protos->name[i], name))
			return i;
	}
	return -1;
}

/**
 * proto_name() - name of a protocol
 * @protos: names, loaded when first needed
 * @number: its number
 *
 * Return: the name, or an empty text if there is none.
 */
const char *proto_name(struct protos *protos, unsigned int number)
{
	load(protos);
	return number <= 255 ? protos->name[number] : "";
}
