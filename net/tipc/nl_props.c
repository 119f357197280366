// SPDX-License-Identifier: GPL-2.0
#include "nl_props.h"

#include "bearer.h"
#include "link.h"
#include "netlink.h"

static const struct nla_policy policy[TIPC_NLA_PROP_MAX + 1] = {
	[TIPC_NLA_PROP_PRIO] = NLA_POLICY_MAX(NLA_U32, TIPC_PRIORITY_MAX),
	[TIPC_NLA_PROP_TOL] = NLA_POLICY_RANGE(NLA_U32, TIPC_TOLERANCE_MIN,
					       TIPC_TOLERANCE_MAX),
	[TIPC_NLA_PROP_WIN] = NLA_POLICY_RANGE(NLA_U32, TIPC_WINDOW_MIN,
					       TIPC_WINDOW_MAX),
	[TIPC_NLA_PROP_MTU] = { .type = NLA_U32 },
	[TIPC_NLA_PROP_BROADCAST] = { .type = NLA_U32 },
	[TIPC_NLA_PROP_BROADCAST_RATIO] = { .type = NLA_U32 },
};

/**
 * tipc_nl_props_parse() - read the properties of a request
 * @nest: TIPC_NLA_*_PROP, or NULL
 * @props: filled in
 * @extack: says what is wrong
 *
 * Return: 0; -EINVAL, -ERANGE, or -EOPNOTSUPP for those that nothing here has.
 */
int tipc_nl_props_parse(const struct nlattr *nest, struct tipc_nl_props *props,
			struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TIPC_NLA_PROP_MAX + 1];
	int err;

	*props = (struct tipc_nl_props){ .priority = -1 };
	if (!nest)
		return 0;
	err = tipc_nl_parse(tb, TIPC_NLA_PROP_MAX, nest, policy, extack);
	if (err)
		return err;
	if (tb[TIPC_NLA_PROP_MTU]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[TIPC_NLA_PROP_MTU],
				    "The MTU is that of the device: ip link set DEVICE mtu MTU");
		return -EOPNOTSUPP;
	}
	if (tb[TIPC_NLA_PROP_BROADCAST] || tb[TIPC_NLA_PROP_BROADCAST_RATIO]) {
		NL_SET_ERR_MSG(extack,
			       "There is no broadcast link: multicast messages are sent to each node");
		return -EOPNOTSUPP;
	}
	if (tb[TIPC_NLA_PROP_PRIO])
		props->priority = nla_get_u32(tb[TIPC_NLA_PROP_PRIO]);
	if (tb[TIPC_NLA_PROP_TOL])
		props->tolerance = nla_get_u32(tb[TIPC_NLA_PROP_TOL]);
	if (tb[TIPC_NLA_PROP_WIN])
		props->window = nla_get_u32(tb[TIPC_NLA_PROP_WIN]);
	return 0;
}

/**
 * tipc_nl_props_apply() - set properties
 * @props: those to set
 * @config: where; what @props does not set stays
 */
void tipc_nl_props_apply(const struct tipc_nl_props *props,
			 struct tipc_bearer_config *config)
{
	if (props->priority >= 0)
		config->priority = props->priority;
	if (props->tolerance)
		config->tolerance = props->tolerance;
	if (props->window)
		config->window = props->window;
}

/**
 * tipc_nl_props_put() - tell properties
 * @skb: where attributes go
 * @type: TIPC_NLA_*_PROP
 * @priority: %TIPC_NLA_PROP_PRIO
 * @tolerance: %TIPC_NLA_PROP_TOL
 * @window: %TIPC_NLA_PROP_WIN
 *
 * Return: 0 or -EMSGSIZE.
 */
int tipc_nl_props_put(struct sk_buff *skb, int type, u32 priority,
		      u32 tolerance, u32 window)
{
	struct nlattr *nest = nla_nest_start_noflag(skb, type);

	if (!nest ||
	    nla_put_u32(skb, TIPC_NLA_PROP_PRIO, priority) ||
	    nla_put_u32(skb, TIPC_NLA_PROP_TOL, tolerance) ||
	    nla_put_u32(skb, TIPC_NLA_PROP_WIN, window))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
