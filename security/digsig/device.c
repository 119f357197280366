// SPDX-License-Identifier: GPL-2.0
#include "device.h"

#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/pagemap.h>
#include <linux/xarray.h>

/*
 * Whether somebody claimed the whole disk itself, and not only partitions of
 * it: a claim of a partition counts for the disk too, one of the disk twice.
 */
static bool disk_claimed(struct block_device *disk)
{
	struct block_device *part;
	unsigned long index;
	int claims = 0;

	rcu_read_lock();
	xa_for_each_start(&disk->bd_disk->part_tbl, index, part, 1)
		claims += READ_ONCE(part->bd_holders);
	rcu_read_unlock();
	return READ_ONCE(disk->bd_holders) > claims;
}

/**
 * digsig_device_in_use() - whether a block device is claimed
 * @inode: a block special file
 *
 * Filesystems claim their device, and so do device mapper, RAID and swap. Of a
 * disk, one claimed partition is enough; of a partition, the whole disk.
 *
 * Context: process context. A glance, without locks: a claim may come and go.
 * Return: whether it is.
 */
bool digsig_device_in_use(const struct inode *inode)
{
	struct inode *device = ilookup(blockdev_superblock, inode->i_rdev);
	struct block_device *bdev;
	bool used;

	/* What nobody opened before is claimed by nobody. */
	if (!device)
		return false;
	bdev = I_BDEV(device);
	used = READ_ONCE(bdev->bd_holder) ||
	       (bdev_is_partition(bdev) && disk_claimed(bdev_whole(bdev)));
	iput(device);
	return used;
}

/**
 * digsig_image_in_use() - whether a file is the image of a loop device
 * @inode: a regular file
 *
 * The loop driver keeps memory that the file's pages are read into from being
 * reclaimed by I/O (loop_configure()). Of the users of regular files it alone
 * does so, and there is no other trace of it on the file.
 *
 * Context: any.
 * Return: whether it is.
 */
bool digsig_image_in_use(const struct inode *inode)
{
	return !(mapping_gfp_mask(inode->i_mapping) & __GFP_IO);
}
