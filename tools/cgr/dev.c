// SPDX-License-Identifier: GPL-2.0
#include "dev.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "value.h"

static struct dev_slot *name_slot(struct dev_cache *cache, const char *name)
{
	__u32 hash = 5381;

	while (*name)
		hash = hash * 33 + (unsigned char)*name++;
	return &cache->by_name[hash & (DEV_SLOTS - 1)];
}

/**
 * dev_forget() - forget all, since devices may have changed
 * @cache: devices
 */
void dev_forget(struct dev_cache *cache)
{
	if (cache->used)
		memset(cache, 0, sizeof(*cache));
}

/**
 * dev_learn() - resolve all there are, so that their names are known when they
 *	have gone
 * @cache: devices
 */
void dev_learn(struct dev_cache *cache)
{
	struct if_nameindex *list = if_nameindex(), *dev;

	for (dev = list; dev && dev->if_index; dev++)
		dev_name(cache, dev->if_index);
	if (list)
		if_freenameindex(list);
}

/**
 * dev_expire() - time has passed: names may have changed
 * @cache: devices
 */
void dev_expire(struct dev_cache *cache)
{
	cache->now++;
}

/**
 * dev_index() - index of a device
 * @cache: devices that were resolved
 * @name: its name
 *
 * Return: the index, or 0 if there is no such device.
 */
__u32 dev_index(struct dev_cache *cache, const char *name)
{
	struct dev_slot *slot = name_slot(cache, name);

	if (slot->index && !strcmp(slot->name, name))
		return slot->index;
	if (strlen(name) >= sizeof(slot->name))
		return 0;
	cache->used = true;
	slot->index = if_nametoindex(name);
	strcpy(slot->name, name);
	return slot->index;
}

/**
 * dev_find() - the device that a parameter names
 * @cache: devices that were resolved
 * @dev: the parameter
 * @ifindex: set to its index, 0 if the parameter was not given
 * @err: set if there is no such device
 *
 * Return: 0 or -1
 */
int dev_find(struct dev_cache *cache, const struct arg_str *dev,
	     __u32 *ifindex, struct cgr_error *err)
{
	*ifindex = 0;
	if (!dev->word)
		return 0;
	*ifindex = dev_index(cache, dev->val);
	if (*ifindex)
		return 0;
	error_set(err, dev->word, "there is no device \"%s\"", dev->val);
	return -1;
}

/**
 * dev_name() - name of a device
 * @cache: devices that were resolved
 * @index: its index
 *
 * Return: the name, that it had last if it has gone, "if" and the index if
 * it is not known.
 */
const char *dev_name(struct dev_cache *cache, __u32 index)
{
	struct dev_slot *slot = &cache->by_index[index & (DEV_SLOTS - 1)];

	char name[IFNAMSIZ];

	if (slot->index == index && slot->name[0] && slot->seen == cache->now)
		return slot->name;
	cache->used = true;
	if (if_indextoname(index, name))
		strcpy(slot->name, name);
	else if (slot->index != index || !slot->name[0])
		snprintf(slot->name, sizeof(slot->name), "if%u", index);
	slot->index = index;
	slot->seen = cache->now;
	return slot->name;
}
