/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of tipc.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tipc

#if !defined(_TIPC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TIPC_TRACE_H

#include <linux/netdevice.h>
#include <linux/tipc_cgr.h>
#include <linux/tracepoint.h>

#define show_tipc_state(state) __print_symbolic(state,			\
	{ TIPC_CGR_LINK_STATE_DOWN,	"down" },			\
	{ TIPC_CGR_LINK_STATE_READY,	"ready" },			\
	{ TIPC_CGR_LINK_STATE_UP,	"up" },				\
	{ TIPC_CGR_LINK_STATE_BROKEN,	"broken" })

#define show_tipc_end(end) __print_symbolic(end,			\
	{ TIPC_CGR_LINK_END_SILENCE,	"silence" },			\
	{ TIPC_CGR_LINK_END_PEER,	"peer" },			\
	{ TIPC_CGR_LINK_END_STUCK,	"stuck" },			\
	{ TIPC_CGR_LINK_END_FLOOD,	"flood" },			\
	{ TIPC_CGR_LINK_END_OWNER,	"owner" })

#define show_tipc_drop(cause) __print_symbolic(cause,			\
	{ TIPC_CGR_BEARER_STAT_DROP_MALFORMED,	"malformed" },		\
	{ TIPC_CGR_BEARER_STAT_DROP_FOREIGN,	"foreign" },		\
	{ TIPC_CGR_BEARER_STAT_DROP_UNKNOWN,	"unknown" },		\
	{ TIPC_CGR_BEARER_STAT_DROP_BROADCAST,	"broadcast" },		\
	{ TIPC_CGR_BEARER_STAT_DROP_MEMORY,	"memory" },		\
	{ TIPC_CGR_BEARER_STAT_DROP_TX,		"tx" })

/**
 * tipc_link_state - a link is doing something else
 * @dev: the bearer's device
 * @peer: the node at the other end
 * @from: what it did, &enum tipc_cgr_link_state
 * @to: what it does now
 * @end: why it broke last, &enum tipc_cgr_link_end
 *
 * Of changes that follow one another while the node's lock is held, only the
 * last is seen.
 */
TRACE_EVENT(tipc_link_state,
	    TP_PROTO(const struct net_device *dev, u32 peer, u8 from, u8 to,
		     u8 end),
	    TP_ARGS(dev, peer, from, to, end),
	    TP_STRUCT__entry(__array(char, dev, IFNAMSIZ)
			     __field(u32, peer)
			     __field(u8, from)
			     __field(u8, to)
			     __field(u8, end)
	    ),
	    TP_fast_assign(strscpy(__entry->dev, dev->name, IFNAMSIZ);
			   __entry->peer = peer;
			   __entry->from = from;
			   __entry->to = to;
			   __entry->end = end;
	    ),
	    TP_printk("dev %s peer %08x %s -> %s end %s", __entry->dev,
		      __entry->peer, show_tipc_state(__entry->from),
		      show_tipc_state(__entry->to), show_tipc_end(__entry->end))
);

/**
 * tipc_retransmit - packets are sent again
 * @dev: the bearer's device
 * @peer: the node at the other end
 * @count: how many
 * @in_flight: how many are not acknowledged
 * @window: how many of these there may be
 */
TRACE_EVENT(tipc_retransmit,
	    TP_PROTO(const struct net_device *dev, u32 peer, u32 count,
		     u32 in_flight, u32 window),
	    TP_ARGS(dev, peer, count, in_flight, window),
	    TP_STRUCT__entry(__array(char, dev, IFNAMSIZ)
			     __field(u32, peer)
			     __field(u32, count)
			     __field(u32, in_flight)
			     __field(u32, window)
	    ),
	    TP_fast_assign(strscpy(__entry->dev, dev->name, IFNAMSIZ);
			   __entry->peer = peer;
			   __entry->count = count;
			   __entry->in_flight = in_flight;
			   __entry->window = window;
	    ),
	    TP_printk("dev %s peer %08x count %u in_flight %u window %u",
		      __entry->dev, __entry->peer, __entry->count, __entry->in_flight,
		      __entry->window)
);

/**
 * tipc_drop - a packet is dropped by a bearer
 * @dev: the bearer's device
 * @cause: TIPC_CGR_BEARER_STAT_DROP_*
 * @len: bytes of the packet
 */
TRACE_EVENT(tipc_drop,
	    TP_PROTO(const struct net_device *dev, u8 cause, u32 len),
	    TP_ARGS(dev, cause, len),
	    TP_STRUCT__entry(__array(char, dev, IFNAMSIZ)
			     __field(u8, cause)
			     __field(u32, len)
	    ),
	    TP_fast_assign(strscpy(__entry->dev, dev->name, IFNAMSIZ);
			   __entry->cause = cause;
			   __entry->len = len;
	    ),
	    TP_printk("dev %s cause %s len %u", __entry->dev,
		      show_tipc_drop(__entry->cause), __entry->len)
);

/**
 * tipc_node - another node has come or gone
 * @peer: which one
 * @up: whether it came
 */
TRACE_EVENT(tipc_node,
	    TP_PROTO(u32 peer, bool up),
	    TP_ARGS(peer, up),
	    TP_STRUCT__entry(__field(u32, peer)
			     __field(bool, up)
	    ),
	    TP_fast_assign(__entry->peer = peer;
			   __entry->up = up;
	    ),
	    TP_printk("peer %08x %s", __entry->peer,
		      __entry->up ? "up" : "down")
);

#endif /* _TIPC_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
