#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Ports that verify sources by the FIB's routes (cgr port set DEV rpf loose | strict).
#
# a10 sends from addresses of his own network, and from others: 198.18.9.9 and 2001:db8:ee::9, which FIB 10 reaches through b10r, and
# 203.0.113.9 and 2001:db8:dd::9, which it has no route to. b10 counts the pings that it gets.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2102,SC2317 # no name here has a space but routes, which are words; run_tests calls all
. "$(dirname "$0")/topology.sh"

setup()
{
	topology_up 10
	ip -n "a10-$$" -batch - <<- END
		address add 198.18.9.9/32 dev lo
		address add 2001:db8:ee::9/128 dev lo
		address add 203.0.113.9/32 dev lo
		address add 2001:db8:dd::9/128 dev lo
	END
	# replies to what he says he is must not confuse the tests
	at b10 ip route add blackhole 203.0.113.0/24
	at b10 ip -6 route add blackhole 2001:db8:dd::/64
	at b10 ip route add blackhole 198.18.0.0/16
	at b10 ip -6 route add blackhole 2001:db8:ee::/64
	cgr -batch - <<- END
		route add 198.18.0.0/16 via 10.2.0.2 dev b10r fib 10
		route add 2001:db8:ee::/64 via 2001:db8:2::2 dev b10r fib 10
	END
}

# pings NAME: how many echo requests a host has had, of both families
pings()
{
	at "$1" nstat -asz IcmpInEchos Icmp6InEchos | awk '/InEchos/ { n += $2 } END { print n }'
}

# passes FROM TO / stopped FROM TO: whether a ping of a10 reaches b10
passes()
{
	local before

	before=$(pings b10)
	at a10 ping -n -c 1 -W 0.2 -I "$1" "$2" || true
	poll_until 5 has_had $((before + 1))
}

has_had() { [ "$(pings b10)" = "$1" ]; }

stopped()
{
	local before drops

	before=$(pings b10)
	drops=$(counter 10 rpf a10r)
	at a10 ping -n -c 1 -W 0.2 -I "$1" "$2" || true
	same $((drops + 1)) "$(counter 10 rpf a10r)" "drops of $1"
	same "$before" "$(pings b10)" "pings from $1"
}

rpf() { cgr port set "$1" rpf "$2"; finally cgr port set "$1" rpf off; }

test_nobody_is_verified_at_first()
{
	same 'dev a10r fib 10' "$(cgr port show fib 10 | grep a10r)"
	passes 198.18.9.9 10.2.0.2
	passes 203.0.113.9 10.2.0.2
	passes 2001:db8:dd::9 2001:db8:2::2
}

test_loose()
{
	rpf a10r loose
	same 'dev a10r fib 10 rpf loose' "$(cgr port show fib 10 | grep a10r)"
	passes 10.1.0.2 10.2.0.2
	passes 2001:db8:1::2 2001:db8:2::2
	passes 198.18.9.9 10.2.0.2
	passes 2001:db8:ee::9 2001:db8:2::2
	stopped 203.0.113.9 10.2.0.2
	stopped 2001:db8:dd::9 2001:db8:2::2
	# whatever is refused is no path
	cgr route add blackhole 203.0.113.0/24 fib 10
	finally cgr route del 203.0.113.0/24 fib 10
	stopped 203.0.113.9 10.2.0.2
	# a default route is one
	cgr route add default via 10.2.0.2 dev b10r fib 10
	finally cgr route del default fib 10
	cgr route del 203.0.113.0/24 fib 10
	passes 203.0.113.9 10.2.0.2
	cgr route add blackhole 203.0.113.0/24 fib 10
}

test_strict()
{
	rpf a10r strict
	passes 10.1.0.2 10.2.0.2
	passes 2001:db8:1::2 2001:db8:2::2
	stopped 198.18.9.9 10.2.0.2
	stopped 2001:db8:ee::9 2001:db8:2::2
	stopped 203.0.113.9 10.2.0.2
	# who is verified is the port: replies come in by the other one
	reach a10 172.16.1.1
	reach a10 2001:db8:ff::1
	cgr route add 203.0.113.0/24 via 10.1.0.2 dev a10r fib 10
	finally cgr route del 203.0.113.0/24 fib 10
	passes 203.0.113.9 10.2.0.2
}

test_strict_takes_any_of_several_next_hops()
{
	rpf a10r strict
	cgr route add 203.0.113.0/24 fib 10 nexthop via 10.2.0.2 dev b10r weight 200 nexthop via 10.1.0.2 dev a10r
	finally cgr route del 203.0.113.0/24 fib 10
	passes 203.0.113.9 10.2.0.2
	cgr route replace 203.0.113.0/24 fib 10 nexthop via 10.2.0.2 dev b10r nexthop via 10.2.0.3 dev b10r
	stopped 203.0.113.9 10.2.0.2
}

# Not only what is forwarded.
test_the_routers_own_addresses_are_guarded()
{
	local before

	rpf a10r strict
	reach a10 10.1.0.1
	reach a10 2001:db8:1::1
	before=$(counter 10 rpf a10r)
	cut_off a10 10.1.0.1 -I 203.0.113.9
	cut_off a10 2001:db8:1::1 -I 2001:db8:dd::9
	# nor may anybody be the router
	at a10 ip addr add 10.2.0.1/32 dev lo
	finally at a10 ip addr del 10.2.0.1/32 dev lo
	cut_off a10 10.2.0.2 -I 10.2.0.1
	same $((before + 3)) "$(counter 10 rpf a10r)"
}

# Their senders are known by the link, or have no address yet.
test_neighbour_discovery_and_link_local_go_on()
{
	rpf a10r strict
	ip -6 neigh flush dev a10r
	at a10 ip -6 neigh flush dev e0
	reach a10 fe80::1%e0
	reach a10 2001:db8:1::1
	reach a10 2001:db8:1::1 -I fe80::a%e0
}

test_settings_are_saved()
{
	rpf a10r strict
	contains "$(cgr port save fib 10)" 'port add a10r fib 10 rpf strict'
	lacks "$(cgr port save fib 10)" 'b10r .*rpf'
	contains "$(cgr -j port show fib 10)" '"dev":"a10r","fib":10,"rpf":"strict"'
	contains "$(cgr port set a10r rpf much 2>&1)" '"much" is not one of off, loose, strict'
	contains "$(cgr port set lo rpf loose 2>&1)" 'not a port of a FIB: "lo"'
}

run_tests
