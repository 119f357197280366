// SPDX-License-Identifier: GPL-2.0
#include "running.h"

#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rbtree.h>

/**
 * digsig_runs() - whether a process has a file mapped executable
 * @inode: the file's real inode
 *
 * It is asked of the mappings themselves: a verdict may have been evicted, and
 * programs run that were started before the module was loaded.
 *
 * Context: process context; takes i_mmap_rwsem.
 * Return: whether one has.
 */
bool digsig_runs(struct inode *inode)
{
	struct address_space *mapping = inode->i_mapping;
	struct rb_node *node;
	bool runs = false;

	if (!mapping_mapped(mapping))
		return false;
	i_mmap_lock_read(mapping);
	for (node = rb_first_cached(&mapping->i_mmap); node;
	     node = rb_next(node)) {
		const struct vm_area_struct *vma =
			rb_entry(node, struct vm_area_struct, shared.rb);

		if (READ_ONCE(vma->vm_flags) & VM_EXEC) {
			runs = true;
			break;
		}
	}
	i_mmap_unlock_read(mapping);
	return runs;
}
