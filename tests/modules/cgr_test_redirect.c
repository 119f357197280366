// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody else who redirects a function of the kernel, as a live patch does,
 * to one that does nothing and returns 0.
 */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/string.h>

static char *function;
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "The function to redirect");

static unsigned long called;
module_param(called, ulong, 0444);
MODULE_PARM_DESC(called, "How often it was called since");

static long instead(void)
{
	WRITE_ONCE(called, called + 1);
	return 0;
}

static void notrace redirect(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *ops, struct ftrace_regs *regs)
{
	ftrace_regs_set_instruction_pointer(regs, (unsigned long)instead);
}

static struct ftrace_ops ops = {
	.func	= redirect,
	.flags	= FTRACE_OPS_FL_IPMODIFY,
};

static int __init test_init(void)
{
	int err;

	if (!function)
		return -EINVAL;
	err = ftrace_set_filter(&ops, function, strlen(function), 1);
	if (!err)
		err = register_ftrace_function(&ops);
	if (err)
		ftrace_free_filter(&ops);
	return err;
}

static void __exit test_exit(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
	synchronize_rcu_tasks();
}

module_init(test_init);
module_exit(test_exit);

MODULE_DESCRIPTION("Redirects a function, for tests");
MODULE_AUTHOR("The cgr authors");
MODULE_LICENSE("GPL");
