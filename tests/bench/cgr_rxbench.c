// SPDX-License-Identifier: GPL-2.0
/*
 * Forwarding bench: feeds UDP packets to a device as if it had received them,
 * and measures how long the kernel takes to forward them.
 *
 * A program opens /dev/cgr-rxbench, writes the destination addresses, 16 bytes
 * each with IPv4 mapped into IPv6, and asks for runs with the ioctl below. A
 * packet's whole way, from netif_receive_skb() to the egress device freeing it,
 * is on the caller's CPU with softirqs disabled, so that two readings of the
 * clock around it measure it.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>

#define RXBENCH_BATCH		64
#define RXBENCH_MAX_KEYS	BIT(20)
#define RXBENCH_PAYLOAD		18	/* fills a minimal Ethernet frame */

/* Only build the packets and free them. */
#define RXBENCH_F_NULL		BIT(0)
/* Look at the frames that leave; slow, no measurement. */
#define RXBENCH_F_CHECK		BIT(1)
/* Hand a batch over as one list, as drivers with NAPI do. */
#define RXBENCH_F_LIST		BIT(2)

/**
 * struct rxbench_run - a run
 * @netns: file descriptor of the devices' network namespace
 * @flags: RXBENCH_F_*
 * @in: name of the ingress device
 * @out: name of the egress device
 * @packets: how many to send, to one address after the other; set to how many
 *	were sent
 * @sent: set to how many the egress device sent
 * @ns: set to the time it took
 * @hash: set to a hash of the frames that left if %RXBENCH_F_CHECK
 */
struct rxbench_run {
	__s32 netns;
	__u32 flags;
	char in[IFNAMSIZ];
	char out[IFNAMSIZ];
	__u64 packets;
	__u64 sent;
	__u64 ns;
	__u64 hash;
};

#define RXBENCH_IOC_RUN		_IOWR('c', 1, struct rxbench_run)

/**
 * struct rxbench - an open file
 * @lock: one write or run at a time
 * @keys: destination addresses
 * @count: how many
 */
struct rxbench {
	struct mutex lock; /* see above */
	struct in6_addr *keys;
	size_t count;
};

/**
 * struct rxbench_tap - sees the frames that leave
 * @pt: hook on the egress device
 * @frames: how many
 * @hash: hash of all of them in their order
 */
struct rxbench_tap {
	struct packet_type pt;
	u64 frames;
	u32 hash;
};

static int tap_frame(struct sk_buff *skb, struct net_device *dev,
		     struct packet_type *pt, struct net_device *orig_dev)
{
	struct rxbench_tap *tap = container_of(pt, struct rxbench_tap, pt);

	if (skb->pkt_type == PACKET_OUTGOING) {
		tap->frames++;
		tap->hash = jhash(skb->data, skb_headlen(skb), tap->hash);
	}
	consume_skb(skb);
	return NET_RX_SUCCESS;
}

static void put_udp(struct sk_buff *skb)
{
	struct udphdr *uh = skb_put_zero(skb, sizeof(*uh) + RXBENCH_PAYLOAD);

	uh->source = htons(4096);
	uh->dest = htons(9);
	uh->len = htons(sizeof(*uh) + RXBENCH_PAYLOAD);
}

static void put_ipv4(struct sk_buff *skb, __be32 dst)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tot_len = htons(sizeof(*iph) + sizeof(struct udphdr) +
			     RXBENCH_PAYLOAD);
	iph->ttl = 64;
	iph->protocol = IPPROTO_UDP;
	iph->saddr = htonl(0xc6120002); /* 198.18.0.2 */
	iph->daddr = dst;
	ip_send_check(iph);
}

static void put_ipv6(struct sk_buff *skb, const struct in6_addr *dst)
{
	struct ipv6hdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 6;
	iph->payload_len = htons(sizeof(struct udphdr) + RXBENCH_PAYLOAD);
	iph->nexthdr = IPPROTO_UDP;
	iph->hop_limit = 64;
	/* 2001:2:0:1::2 */
	ipv6_addr_set(&iph->saddr, htonl(0x20010002), htonl(1), 0, htonl(2));
	iph->daddr = *dst;
}

static struct sk_buff *build(struct net_device *dev, const struct in6_addr *dst)
{
	bool ipv4 = ipv6_addr_v4mapped(dst);
	struct sk_buff *skb;
	struct ethhdr *eth;

	skb = netdev_alloc_skb_ip_align(dev, ETH_FRAME_LEN);
	if (!skb)
		return NULL;
	eth = skb_put_zero(skb, sizeof(*eth));
	ether_addr_copy(eth->h_dest, dev->dev_addr);
	eth->h_source[0] = 2;
	eth->h_proto = htons(ipv4 ? ETH_P_IP : ETH_P_IPV6);
	if (ipv4)
		put_ipv4(skb, dst->s6_addr32[3]);
	else
		put_ipv6(skb, dst);
	put_udp(skb);
	skb->protocol = eth_type_trans(skb, dev);
	return skb;
}

static void free_list(struct list_head *list)
{
	struct sk_buff *skb, *next;

	list_for_each_entry_safe(skb, next, list, list) {
		skb_list_del_init(skb);
		consume_skb(skb);
	}
}

static int send_batch(struct net_device *dev, const struct in6_addr **key,
		      const struct rxbench *bench, u64 packets, u32 flags)
{
	const struct in6_addr *end = bench->keys + bench->count;
	struct sk_buff *skb;
	LIST_HEAD(list);
	int err = 0;

	local_bh_disable();
	for (; packets; packets--) {
		skb = build(dev, *key);
		if (!skb) {
			err = -ENOMEM;
			break;
		}
		if (++*key == end)
			*key = bench->keys;
		if (flags & RXBENCH_F_LIST)
			list_add_tail(&skb->list, &list);
		else if (flags & RXBENCH_F_NULL)
			consume_skb(skb);
		else
			netif_receive_skb(skb);
	}
	if (flags & RXBENCH_F_NULL)
		free_list(&list);
	else
		netif_receive_skb_list(&list);
	local_bh_enable();
	return err;
}

static u64 sent_by(struct net_device *dev)
{
	struct rtnl_link_stats64 stats;

	return dev_get_stats(dev, &stats)->tx_packets;
}

static int run(const struct rxbench *bench, struct rxbench_run *run,
	       struct net_device *in, struct net_device *out)
{
	struct rxbench_tap tap = {
		.pt = {
			.type = htons(ETH_P_ALL),
			.func = tap_frame,
			.dev = out,
		},
	};
	const struct in6_addr *key = bench->keys;
	u64 left, batch, start, before;
	int err = 0;

	if (run->flags & RXBENCH_F_CHECK)
		dev_add_pack(&tap.pt);
	before = sent_by(out);
	start = ktime_get_ns();
	for (left = run->packets; left && !err; left -= batch) {
		batch = min_t(u64, left, RXBENCH_BATCH);
		err = send_batch(in, &key, bench, batch, run->flags);
		cond_resched();
		if (signal_pending(current))
			err = -EINTR;
	}
	run->ns = ktime_get_ns() - start;
	run->sent = sent_by(out) - before;
	if (run->flags & RXBENCH_F_CHECK) {
		dev_remove_pack(&tap.pt);
		run->sent = tap.frames;
	}
	run->hash = tap.hash;
	return err;
}

static int find_and_run(const struct rxbench *bench, struct rxbench_run *r)
{
	struct net_device *in, *out;
	struct net *net;
	int err;

	if (!bench->count || !r->packets)
		return -EINVAL;
	net = get_net_ns_by_fd(r->netns);
	if (IS_ERR(net))
		return PTR_ERR(net);
	r->in[IFNAMSIZ - 1] = '\0';
	r->out[IFNAMSIZ - 1] = '\0';
	in = dev_get_by_name(net, r->in);
	out = dev_get_by_name(net, r->out);
	if (in && out)
		err = run(bench, r, in, out);
	else
		err = -ENODEV;
	dev_put(out);
	dev_put(in);
	put_net(net);
	return err;
}

static long rxbench_ioctl(struct file *file, unsigned int cmd,
			  unsigned long arg)
{
	struct rxbench *bench = file->private_data;
	void __user *user = (void __user *)arg;
	struct rxbench_run run;
	int err;

	if (cmd != RXBENCH_IOC_RUN)
		return -ENOTTY;
	if (copy_from_user(&run, user, sizeof(run)))
		return -EFAULT;
	err = mutex_lock_interruptible(&bench->lock);
	if (err)
		return err;
	err = find_and_run(bench, &run);
	mutex_unlock(&bench->lock);
	if (!err && copy_to_user(user, &run, sizeof(run)))
		err = -EFAULT;
	return err;
}

static ssize_t rxbench_write(struct file *file, const char __user *buf,
			     size_t len, loff_t *pos)
{
	struct rxbench *bench = file->private_data;
	struct in6_addr *keys;
	int err;

	if (!len || len % sizeof(*keys) ||
	    len / sizeof(*keys) > RXBENCH_MAX_KEYS)
		return -EINVAL;
	keys = vmemdup_user(buf, len);
	if (IS_ERR(keys))
		return PTR_ERR(keys);
	err = mutex_lock_interruptible(&bench->lock);
	if (err) {
		kvfree(keys);
		return err;
	}
	swap(bench->keys, keys);
	bench->count = len / sizeof(*keys);
	mutex_unlock(&bench->lock);
	kvfree(keys);
	return len;
}

static int rxbench_open(struct inode *inode, struct file *file)
{
	struct rxbench *bench = kzalloc(sizeof(*bench), GFP_KERNEL);

	if (!bench)
		return -ENOMEM;
	mutex_init(&bench->lock);
	file->private_data = bench;
	return nonseekable_open(inode, file);
}

static int rxbench_release(struct inode *inode, struct file *file)
{
	struct rxbench *bench = file->private_data;

	kvfree(bench->keys);
	kfree(bench);
	return 0;
}

static const struct file_operations rxbench_fops = {
	.owner		= THIS_MODULE,
	.open		= rxbench_open,
	.release	= rxbench_release,
	.write		= rxbench_write,
	.unlocked_ioctl	= rxbench_ioctl,
};

static struct miscdevice rxbench_dev = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "cgr-rxbench",
	.fops	= &rxbench_fops,
	.mode	= 0600,
};
module_misc_device(rxbench_dev);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("cgr: forwarding bench");
