// SPDX-License-Identifier: GPL-2.0
/*
 * A connection is a port of its own, without a socket. All it does is done by one
 * work item, so that what subscribers send is never handled in the context of who
 * sends it, nor events sent by who causes them.
 */
#include "top.h"

#include <linux/kref.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/swab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "conn.h"
#include "conns.h"
#include "msg.h"
#include "net.h"
#include "route.h"

/* Connections of a namespace, subscriptions of a connection. */
#define CONNS_MAX	65536
#define SUBS_MAX	65536

/* What may wait of a connection: messages to be handled, events to be sent. */
#define INPUT_MAX	1024
#define EVENTS_MAX	262144

/* What unread messages of a subscriber may take, for flow control. */
#define RCVBUF		(512 << 10)

/**
 * struct top_conn - a subscriber's connection
 * @port: where its messages arrive
 * @conn: flow control; only its work looks at it
 * @tn: the node
 * @of_top: links it into &tipc_net.top.conns until it is closed
 * @refs: held by that list, by @work while it is queued, and by who makes it
 * @work: does everything
 * @lock: protects what others hand to @work, that is all up to @closed
 * @input: messages that have arrived
 * @events: &struct top_event to be sent
 * @n_events: number of them
 * @expired: &struct top_sub.of_expired whose time is up
 * @broken: it is to be closed
 * @listed: it is complete, and @work may begin
 * @closed: it is closed, and takes nothing any more
 * @subs: &struct top_sub; only its work looks at it
 * @n_subs: number of them
 * @rcu: frees it when nobody can find its port any more
 */
struct top_conn {
	struct tipc_port port;
	struct tipc_conn conn;
	struct tipc_net *tn;
	struct list_head of_top;
	struct kref refs;
	struct work_struct work;
	spinlock_t lock; /* see above */
	struct sk_buff_head input;
	struct list_head events;
	unsigned int n_events;
	struct list_head expired;
	bool broken;
	bool listed;
	bool closed;
	struct list_head subs;
	unsigned int n_subs;
	struct rcu_head rcu;
};

/**
 * struct top_sub - a subscription
 * @sub: the binding table's part
 * @request: as the subscriber has sent it, in its byte order
 * @swapped: that is not ours
 * @conn: who has subscribed
 * @of_conn: links it into &top_conn.subs
 * @of_expired: links it into &top_conn.expired
 * @timer: ends it
 */
struct top_sub {
	struct tipc_sub sub;
	struct tipc_subscr request;
	bool swapped;
	struct top_conn *conn;
	struct list_head of_conn;
	struct list_head of_expired;
	struct timer_list timer;
};

/**
 * struct top_event - an event that waits to be sent
 * @list: links it into &top_conn.events
 * @event: the event in the byte order of its subscriber
 */
struct top_event {
	struct list_head list;
	struct tipc_event event;
};

static struct net *net_of(const struct top_conn *tc)
{
	return tc->tn->net;
}

static void free_conn(struct kref *refs)
{
	struct top_conn *tc = container_of(refs, struct top_conn, refs);

	kfree_rcu(tc, rcu);
}

/* Has the work done. The caller knows that the connection is there. */
static void kick(struct top_conn *tc)
{
	kref_get(&tc->refs);
	if (!queue_work(tipc_wq, &tc->work))
		kref_put(&tc->refs, free_conn);
}

/* The same from the outside. */
static void break_conn(struct top_conn *tc)
{
	spin_lock_bh(&tc->lock);
	tc->broken = true;
	spin_unlock_bh(&tc->lock);
	kick(tc);
}

static u32 order(const struct top_sub *ts, u32 word)
{
	return ts->swapped ? swab32(word) : word;
}

/* Notes an event. Who cannot be told of all events is told of no more. */
static void add_event(struct top_sub *ts, u32 what, u32 lower, u32 upper,
		      u32 port, u32 node)
{
	struct top_conn *tc = ts->conn;
	struct top_event *te;

	te = kmalloc(sizeof(*te), GFP_ATOMIC);
	spin_lock_bh(&tc->lock);
	if (!te || tc->n_events >= EVENTS_MAX) {
		kfree(te);
		tc->broken = true;
	} else {
		te->event.event = order(ts, what);
		te->event.found_lower = order(ts, lower);
		te->event.found_upper = order(ts, upper);
		te->event.port.ref = order(ts, port);
		te->event.port.node = order(ts, node);
		te->event.s = ts->request;
		list_add_tail(&te->list, &tc->events);
		tc->n_events++;
	}
	spin_unlock_bh(&tc->lock);
	kick(tc);
}

/* Called by the binding table under its locks. */
static void sub_event(struct tipc_sub *sub, u32 event,
		      const struct tipc_publ *publ)
{
	struct top_sub *ts = container_of(sub, struct top_sub, sub);

	add_event(ts, event, publ->lower, publ->upper, publ->port,
		  publ->near ? tipc_self(net_of(ts->conn)) : publ->node);
}

static void sub_expired(struct timer_list *timer)
{
	struct top_sub *ts = container_of(timer, struct top_sub, timer);
	struct top_conn *tc = ts->conn;

	spin_lock_bh(&tc->lock);
	list_add_tail(&ts->of_expired, &tc->expired);
	spin_unlock_bh(&tc->lock);
	kick(tc);
}

/* After this it has no more events. */
static void stop_sub(struct top_sub *ts)
{
	del_timer_sync(&ts->timer);
	tipc_names_unsubscribe(&ts->conn->tn->names, &ts->sub);
}

static void free_sub(struct top_sub *ts)
{
	struct top_conn *tc = ts->conn;

	spin_lock_bh(&tc->lock);
	list_del(&ts->of_expired);
	spin_unlock_bh(&tc->lock);
	list_del(&ts->of_conn);
	tc->n_subs--;
	kfree(ts);
}

static void end_expired(struct top_conn *tc)
{
	struct top_sub *ts;

	for (;;) {
		spin_lock_bh(&tc->lock);
		ts = list_first_entry_or_null(&tc->expired, struct top_sub,
					      of_expired);
		spin_unlock_bh(&tc->lock);
		if (!ts)
			return;
		stop_sub(ts);
		add_event(ts, TIPC_SUBSCR_TIMEOUT, ts->sub.span.lower,
			  ts->sub.span.upper, 0, 0);
		free_sub(ts);
	}
}

/* Ends the subscription that is like this one but for that it is to end. */
static void cancel(struct top_conn *tc, struct tipc_subscr *like, u32 bit)
{
	struct top_sub *ts;

	like->filter &= ~bit;
	list_for_each_entry(ts, &tc->subs, of_conn) {
		if (!memcmp(&ts->request, like, sizeof(*like))) {
			stop_sub(ts);
			free_sub(ts);
			return;
		}
	}
}

/* Says whether the request was one. */
static bool subscribe(struct top_conn *tc, struct tipc_subscr *request)
{
	const u32 known = TIPC_SUB_PORTS | TIPC_SUB_SERVICE | TIPC_SUB_CANCEL;
	bool swapped = !(request->filter & known);
	struct tipc_sub *sub;
	struct top_sub *ts;
	u32 timeout;

	ts = kzalloc(sizeof(*ts), GFP_KERNEL);
	if (!ts)
		return false;
	ts->request = *request;
	ts->swapped = swapped;
	ts->conn = tc;
	sub = &ts->sub;
	sub->type = order(ts, request->seq.type);
	sub->span.lower = order(ts, request->seq.lower);
	sub->span.upper = order(ts, request->seq.upper);
	sub->filter = order(ts, request->filter);
	sub->event = sub_event;
	timeout = order(ts, request->timeout);
	if (sub->filter & TIPC_SUB_CANCEL) {
		cancel(tc, request, order(ts, TIPC_SUB_CANCEL));
		kfree(ts);
		return true;
	}
	sub->filter &= known;
	if (sub->span.lower > sub->span.upper || tc->n_subs >= SUBS_MAX ||
	    sub->filter == (TIPC_SUB_PORTS | TIPC_SUB_SERVICE))
		goto err;
	INIT_LIST_HEAD(&ts->of_expired);
	timer_setup(&ts->timer, sub_expired, 0);
	if (tipc_names_subscribe(&tc->tn->names, sub))
		goto err;
	list_add_tail(&ts->of_conn, &tc->subs);
	tc->n_subs++;
	if (timeout != TIPC_WAIT_FOREVER)
		mod_timer(&ts->timer, jiffies + msecs_to_jiffies(timeout));
	return true;

err:
	kfree(ts);
	return false;
}

/* Says whether the connection is still good. */
static bool handle(struct top_conn *tc, struct sk_buff *skb,
		   struct sk_buff_head *replies)
{
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 size = tipc_get(msg, TIPC_F_SIZE), len = tipc_body_size(msg);
	struct tipc_subscr request;
	struct sk_buff *ack;
	bool good = true;

	if (tipc_get(msg, TIPC_F_USER) == TIPC_U_CONN_MANAGER)
		return tipc_conn_manager_rcv(net_of(tc), &tc->conn, skb,
					     replies) != TIPC_CONN_BROKEN;
	if (!tipc_is_data(msg) || !tipc_conn_is_peer(net_of(tc), &tc->conn,
						     msg)) {
		kfree_skb(skb);
		return true;
	}
	if (tipc_get(msg, TIPC_F_ERROR)) {
		kfree_skb(skb);
		return false;
	}
	/* One message is one request, whatever comes behind it. */
	if (len)
		good = len >= sizeof(request) &&
		       !skb_copy_bits(skb, tipc_hdr_size(msg), &request,
				      sizeof(request)) &&
		       subscribe(tc, &request);
	kfree_skb(skb);
	ack = tipc_conn_read(net_of(tc), &tc->conn, size, RCVBUF);
	if (ack)
		__skb_queue_tail(replies, ack);
	return good;
}

static struct top_event *next_event(struct top_conn *tc)
{
	struct top_event *te;

	spin_lock_bh(&tc->lock);
	te = list_first_entry_or_null(&tc->events, struct top_event, list);
	if (te) {
		list_del(&te->list);
		tc->n_events--;
	}
	spin_unlock_bh(&tc->lock);
	return te;
}

/* Says whether the connection is still good. */
static bool send_events(struct top_conn *tc)
{
	struct net *net = net_of(tc);
	struct top_event *te;
	struct sk_buff *skb;

	while (!tipc_conn_is_congested(&tc->conn)) {
		te = next_event(tc);
		if (!te)
			return true;
		skb = tipc_conn_msg(net, &tc->conn, TIPC_CRITICAL_IMPORTANCE,
				    TIPC_OK, sizeof(te->event), GFP_KERNEL);
		if (skb)
			memcpy(skb->data + TIPC_HDR_MIN, &te->event,
			       sizeof(te->event));
		kfree(te);
		if (!skb)
			return false;
		tipc_conn_sent(&tc->conn, skb->len);
		if (tipc_xmit(net, skb, tc->conn.peer_node, tc->conn.port))
			return false;
	}
	return true;
}

/* Has nobody find it any more, and forgets what it was handed. */
static void retire(struct top_conn *tc)
{
	tipc_conns_forget(tc->tn, &tc->conn);
	tipc_port_del(&tc->tn->ports, &tc->port);
	spin_lock_bh(&tc->lock);
	tc->closed = true;
	__skb_queue_purge(&tc->input);
	spin_unlock_bh(&tc->lock);
}

/* By its work, once. */
static void close(struct top_conn *tc)
{
	struct tipc_net *tn = tc->tn;
	struct top_sub *ts, *next;
	struct top_event *te;
	struct sk_buff *skb;

	retire(tc);
	list_for_each_entry_safe(ts, next, &tc->subs, of_conn) {
		stop_sub(ts);
		free_sub(ts);
	}
	while ((te = next_event(tc)))
		kfree(te);
	skb = tipc_conn_msg(net_of(tc), &tc->conn, TIPC_CRITICAL_IMPORTANCE,
			    TIPC_ERR_NO_PORT, 0, TIPC_GFP_SURE);
	tipc_xmit(net_of(tc), skb, tc->conn.peer_node, tc->conn.port);
	spin_lock_bh(&tn->top.lock);
	list_del(&tc->of_top);
	tn->top.n_conns--;
	spin_unlock_bh(&tn->top.lock);
	kref_put(&tc->refs, free_conn);
}

static void work(struct work_struct *item)
{
	struct top_conn *tc = container_of(item, struct top_conn, work);
	struct sk_buff_head input, replies;
	struct sk_buff *skb;
	bool good, ready;

	__skb_queue_head_init(&input);
	__skb_queue_head_init(&replies);
	spin_lock_bh(&tc->lock);
	ready = tc->listed && !tc->closed;
	good = !tc->broken;
	if (ready)
		skb_queue_splice_tail_init(&tc->input, &input);
	spin_unlock_bh(&tc->lock);
	if (!ready)
		goto out;

	while (good && (skb = __skb_dequeue(&input)))
		good = handle(tc, skb, &replies);
	__skb_queue_purge(&input);
	tipc_xmit_replies(net_of(tc), &replies);
	if (good) {
		end_expired(tc);
		good = send_events(tc);
	}
	if (!good)
		close(tc);
out:
	kref_put(&tc->refs, free_conn);
}

static void conn_receive(struct tipc_port *port, struct sk_buff *skb)
{
	struct top_conn *tc = container_of(port, struct top_conn, port);

	if (!kref_get_unless_zero(&tc->refs)) {
		kfree_skb(skb);
		return;
	}
	spin_lock_bh(&tc->lock);
	if (tc->closed || skb_queue_len(&tc->input) >= INPUT_MAX) {
		kfree_skb(skb);
		tc->broken = true;
	} else {
		__skb_queue_tail(&tc->input, skb);
	}
	spin_unlock_bh(&tc->lock);
	kick(tc);
	kref_put(&tc->refs, free_conn);
}

static const struct tipc_port_ops conn_ops = {
	.receive = conn_receive,
};

static bool list_conn(struct tipc_net *tn, struct top_conn *tc)
{
	bool listed;

	spin_lock_bh(&tn->top.lock);
	listed = !tn->top.closed && tn->top.n_conns < CONNS_MAX;
	if (listed) {
		kref_get(&tc->refs);
		list_add_tail(&tc->of_top, &tn->top.conns);
		tn->top.n_conns++;
		spin_lock(&tc->lock);
		tc->listed = true;
		spin_unlock(&tc->lock);
	}
	spin_unlock_bh(&tn->top.lock);
	return listed;
}

/*
 * Makes a connection of its first message. Says whether that could be done. Its port
 * may be found, and its node be lost, before all is done: what comes of that waits
 * for the kick at the end.
 */
static bool accept(struct tipc_net *tn, struct sk_buff *syn)
{
	const struct tipc_msg *msg = tipc_msg(syn);
	struct top_conn *tc;
	struct sk_buff *ack;

	tc = kzalloc(sizeof(*tc), GFP_ATOMIC);
	if (!tc)
		return false;
	kref_init(&tc->refs);
	spin_lock_init(&tc->lock);
	__skb_queue_head_init(&tc->input);
	INIT_LIST_HEAD(&tc->events);
	INIT_LIST_HEAD(&tc->expired);
	INIT_LIST_HEAD(&tc->subs);
	INIT_WORK(&tc->work, work);
	tc->tn = tn;
	tc->port.ops = &conn_ops;
	if (tipc_port_add(&tn->ports, &tc->port)) {
		kfree(tc);
		return false;
	}
	tipc_conn_init(&tc->conn, tc->port.ref);
	tipc_conns_set_peer(tn, &tc->conn, tipc_orig_node(msg),
			    tipc_get(msg, TIPC_F_ORIG_PORT));
	ack = tipc_conn_msg(tn->net, &tc->conn, TIPC_CRITICAL_IMPORTANCE,
			    TIPC_OK, 0, GFP_ATOMIC);
	if (!ack || !list_conn(tn, tc)) {
		kfree_skb(ack);
		retire(tc);
		kref_put(&tc->refs, free_conn);
		return false;
	}
	tipc_xmit(tn->net, ack, tc->conn.peer_node, tc->conn.port);
	if (tipc_body_size(msg))
		conn_receive(&tc->port, syn);
	else
		kfree_skb(syn);
	kick(tc);
	kref_put(&tc->refs, free_conn);
	return true;
}

static void receive(struct tipc_port *port, struct sk_buff *skb)
{
	struct tipc_net *tn = container_of(port, struct tipc_net, top.port);
	const struct tipc_msg *msg = tipc_msg(skb);
	u32 error = TIPC_ERR_NO_PORT, node = tipc_orig_node(msg);

	if (tipc_is_data(msg) && tipc_get(msg, TIPC_F_SYN) &&
	    !tipc_get(msg, TIPC_F_ERROR)) {
		if (accept(tn, skb))
			return;
		error = TIPC_ERR_OVERLOAD;
	}
	skb = tipc_returned(tn->net, skb, error);
	if (skb)
		tipc_xmit(tn->net, skb, node, port->ref);
}

static const struct tipc_port_ops top_ops = {
	.receive = receive,
};

/**
 * tipc_top_start() - serve subscribers of a node
 * @tn: the node
 *
 * Return: 0 or -ENOMEM.
 */
int tipc_top_start(struct tipc_net *tn)
{
	struct tipc_publ *publ = &tn->top.publ;
	int err;

	spin_lock_init(&tn->top.lock);
	INIT_LIST_HEAD(&tn->top.conns);
	tn->top.port.ops = &top_ops;
	err = tipc_port_add(&tn->ports, &tn->top.port);
	if (err)
		return err;
	publ->type = TIPC_TOP_SRV;
	publ->lower = TIPC_TOP_SRV;
	publ->upper = TIPC_TOP_SRV;
	publ->scope = TIPC_NODE_SCOPE;
	publ->near = true;
	publ->port = tn->top.port.ref;
	publ->key = tn->top.port.ref;
	err = tipc_names_add(&tn->names, publ);
	if (err)
		tipc_port_del(&tn->ports, &tn->top.port);
	return err;
}

/**
 * tipc_top_close() - take no more subscribers
 * @tn: the node
 *
 * After this there must be a grace period in front of tipc_top_stop().
 */
void tipc_top_close(struct tipc_net *tn)
{
	tipc_names_del(&tn->names, &tn->top.publ);
	tipc_port_del(&tn->ports, &tn->top.port);
	spin_lock_bh(&tn->top.lock);
	tn->top.closed = true;
	spin_unlock_bh(&tn->top.lock);
}

/**
 * tipc_top_stop() - end all subscriptions
 * @tn: the node
 *
 * Context: may sleep.
 */
void tipc_top_stop(struct tipc_net *tn)
{
	struct top_conn *tc;

	spin_lock_bh(&tn->top.lock);
	list_for_each_entry(tc, &tn->top.conns, of_top)
		break_conn(tc);
	spin_unlock_bh(&tn->top.lock);
	flush_workqueue(tipc_wq);
	WARN_ON_ONCE(!list_empty(&tn->top.conns));
}
