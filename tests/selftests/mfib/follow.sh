#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Addresses of ports appear in the FIB, and what mfib adds to the kernel's own tables comes back when it is flushed and goes
# when it is not needed. VRFs and other namespaces are not touched.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # no name here has a space; run_tests calls all
. "$(dirname "$0")/topology.sh"

setup() { topology_up 10; }

routes() { cgr route show fib "${1:-10}"; }
has() { [[ $(routes) =~ $1 ]]; } # PATTERN
has_not() { ! has "$1"; }
# ours TABLE: what carries our protocol number in a table, or in `all'
ours() { ip route show table "$1" proto 109; ip -6 route show table "$1" proto 109; }
our_rules() { ip rule; ip -6 rule; }

test_addresses_appear_and_vanish()
{
	ip -batch - <<- END
		address add 10.7.0.1/24 dev a10r
		address add 2001:db8:7::1/64 dev a10r nodad
	END
	poll_until 10 has '10.7.0.0/24 dev a10r proto kernel'
	poll_until 10 has 'local 10.7.0.1 '
	poll_until 10 has 'broadcast 10.7.0.255 '
	poll_until 10 has '2001:db8:7::/64 dev a10r proto kernel'
	poll_until 10 has 'local 2001:db8:7::1 '
	reach a10 10.7.0.1
	reach a10 2001:db8:7::1
	ip -batch - <<- END
		address del 10.7.0.1/24 dev a10r
		address del 2001:db8:7::1/64 dev a10r
	END
	poll_until 10 has_not '10\.7\.0\.|2001:db8:7:'
	told a10 10.7.0.1 'Net Unreachable'
}

test_address_of_the_fibs_device_appears_and_vanishes()
{
	ip address add 10.0.0.1/32 dev fib10
	ip address add 2001:db8::1/128 dev fib10 nodad
	poll_until 10 has 'local 10.0.0.1 '
	poll_until 10 has 'local 2001:db8::1 '
	reach a10 10.0.0.1
	reach a10 2001:db8::1
	ip address flush dev fib10
	poll_until 10 has_not '10\.0\.0\.1 |2001:db8::1 '
}

test_second_port_of_a_network_takes_over_from_the_first()
{
	ip address add 10.8.0.1/24 dev a10r
	ip address add 10.8.0.2/24 dev b10r
	ip address add 2001:db8:8::1/64 dev a10r nodad
	ip address add 2001:db8:8::2/64 dev b10r nodad
	poll_until 10 has '10.8.0.0/24 dev a10r'
	poll_until 10 has '2001:db8:8::/64 dev a10r'
	ip address del 10.8.0.1/24 dev a10r
	ip address del 2001:db8:8::1/64 dev a10r
	poll_until 10 has '10.8.0.0/24 dev b10r'
	poll_until 10 has '2001:db8:8::/64 dev b10r'
	poll_until 10 has_not 'local 10.8.0.1 |local 2001:db8:8::1 '
	ip address del 10.8.0.2/24 dev b10r
	ip address del 2001:db8:8::2/64 dev b10r
	poll_until 10 has_not '10\.8\.0\.|2001:db8:8:'
}

test_followed_routes_cannot_be_deleted_by_hand()
{
	refuse cgr route del 10.1.0.0/24 fib 10
	refuse cgr route del 10.1.0.1 fib 10
	has '10.1.0.0/24 dev a10r'
}

test_enslaving_and_releasing_keeps_global_ipv6_addresses()
{
	same 0 "$(< /proc/sys/net/ipv6/conf/a10r/keep_addr_on_down)"
	ip link set a10r nomaster
	contains "$(ip -6 address show dev a10r)" 2001:db8:1::1/64
	poll_until 10 has_not '10.1.0.|2001:db8:1:|a10r'
	lacks "$(ours 10)" a10r
	contains "$(ip -6 route show)" '2001:db8:1::/64 dev a10r'
	contains "$(ip route show)" '10.1.0.0/24 dev a10r'
	ip link set a10r master fib10
	contains "$(ip -6 address show dev a10r)" 2001:db8:1::1/64
	same 0 "$(< /proc/sys/net/ipv6/conf/a10r/keep_addr_on_down)"
	poll_until 10 has 'local 2001:db8:1::1 '
	poll_until 10 has 'local 10.1.0.1 '
	lacks "$(ip -6 route show; ip route show; ip route show table local)" a10r
	port_up a10r 10
	poll_until 10 reach a10 2001:db8:ff::1
}

test_released_port_takes_its_routes_along()
{
	cgr route add 198.51.100.0/24 via 10.1.0.9 dev a10r fib 10
	cgr route add 198.51.100.0/24 via 10.2.0.9 dev b10r metric 7 fib 10
	cgr nexthop add 9 via 10.1.0.9 dev a10r
	cgr route add 203.0.113.0/24 nhid 9 fib 10
	ip link set a10r nomaster
	lacks "$(routes)" '203.0.113|dev a10r'
	contains "$(routes)" '198.51.100.0/24 via 10.2.0.9'
	refuse cgr route add 203.0.113.0/24 nhid 9 fib 10
	cgr nexthop del 9
	cgr route del 198.51.100.0/24 fib 10
	port_up a10r 10
	poll_until 10 reach a10 172.16.1.1
}

test_port_released_while_it_is_down_leaves_no_addresses()
{
	ip link set a10r down
	ip link set a10r nomaster
	poll_until 10 has_not '10.1.0.|2001:db8:1:|a10r'
	lacks "$(ip route show table 10; ip -6 route show table 10)" a10r
	ip link set a10r master fib10
	ip link set a10r up
	port_up a10r 10
	poll_until 10 has 'local 10.1.0.1 '
	lacks "$(ip route show table local)" a10r
	poll_until 10 reach a10 172.16.1.1
}

# both of mfib's own entries in both families: a port's and the device's
restored()
{
	local family

	for family in -4 -6; do
		[ "$(ip $family route show table 10 proto 109 | grep -cE '^default dev (a10r|b10r|fib10) ')" = 3 ] || return
	done
}

test_flushed_tables_are_restored()
{
	restored
	ip route flush table 10
	ip -6 route flush table 10 proto 109
	poll_until 10 restored
	ip route flush table 10 proto 109
	poll_until 10 restored
	# the flush took the addresses' routes as well, and the FIB follows
	poll_until 10 has_not '10.1.0.'
	port_up a10r 10
	ip -batch - <<- END
		address del 10.1.0.1/24 dev a10r
		address del 10.2.0.1/24 dev b10r
		address add 10.1.0.1/24 dev a10r
		address add 10.2.0.1/24 dev b10r
	END
	poll_until 10 reach router 10.2.0.2 -I fib10
}

l3mdev_rules() { [ "$(our_rules | grep -c '^1000:.*l3mdev-table. proto 109')" = 2 ]; }

test_deleted_rules_are_restored()
{
	l3mdev_rules
	ip rule del pref 1000 protocol 109
	ip -6 rule del pref 1000 protocol 109
	poll_until 10 l3mdev_rules
	reach router 172.16.1.1 -I fib10
	reach router 2001:db8:ff::1 -I fib10
}

test_flush_of_other_tables_does_no_harm()
{
	ip route add 198.51.100.0/24 dev lo table 77
	ip route flush table 77
	ip route add default via 10.2.0.2 dev b10r table 10 # of an administrator, or a routing daemon
	ip route del default via 10.2.0.2 dev b10r table 10
	restored
	reach a10 172.16.1.1
}

test_ports_that_change_quickly_leave_nothing()
{
	ip link add p0 type dummy
	ip link add p1 type dummy
	ip -batch - <<- END
		link set p0 up
		link set p1 up
		address add 10.9.0.1/24 dev p0
		address add 10.9.1.1/24 dev p1
	END
	cgr fib add 11 dev fib11
	ip link set fib11 up
	for _ in {1..15}; do
		printf 'link set p%d master fib10\nlink set p%d master fib11\n' 0 0 1 1
		printf 'link set p%d nomaster\n' 0 1
	done | ip -batch -
	poll_until 10 has_not '10\.9\.|dev p[01]'
	lacks "$(routes 11)" '10\.9\.|dev p[01]'
	lacks "$(ours all)" 'dev p[01]'
	ip link del p0
	ip link del p1
	cgr fib del 11
}

test_id_of_a_vrf_is_refused()
{
	local out

	ip link add v30 type vrf table 30
	finally ip link del v30
	out=$(cgr fib add 30 2>&1) && fail 'FIB 30 was added'
	contains "$out" VRF
	out=$(cgr fib add 30 dev fib30 2>&1) && fail 'FIB 30 was added'
	refuse ip link show fib30
	refuse ip link set v30 master fib10
	cgr fib add 31 dev fib31
	cgr fib del 31
}

test_same_fib_id_in_two_namespaces()
{
	own_ns n
	at n bash -e <<- END
		ip link add p type dummy
		ip link set p up
		cgr fib add 10 dev fib10
		ip link set p master fib10
		ip address add 10.1.0.1/24 dev p
		cgr route add 192.0.2.0/24 via 10.1.0.2 dev p fib 10
	END
	lacks "$(routes)" 192.0.2.0
	contains "$(at n cgr route show fib 10)" 192.0.2.0
	lacks "$(at n cgr route show fib 10)" 172.16
	at n cgr fib del 10
	lacks "$(at n ip route show table all; at n ip -6 route show table all)" 'proto 109'
	reach a10 172.16.1.1
	restored
}

is_empty() { [ -z "$(routes)" ]; }

test_deleted_device_leaves_no_followed_routes()
{
	ip link del fib10
	poll_until 10 is_empty
	same '' "$(ours all)"
	cgr fib set 10 dev fib10
	ip link set fib10 up
	port_up a10r 10
	port_up b10r 10
	fib_routes 10
	poll_until 10 restored
	poll_until 10 reach a10 172.16.1.1
}

no_rules() { [[ ! $(our_rules) =~ 'proto 109' ]]; }

test_last_fib_takes_everything_of_protocol_109_along()
{
	cgr fib del 10
	poll_until 10 no_rules
	same '' "$(ours all)"
	fib_up 10
	poll_until 10 restored
	l3mdev_rules
	poll_until 10 reach a10 172.16.1.1
}

test_unloading_takes_everything_of_protocol_109_along()
{
	modprobe -r mfib
	no_rules
	same '' "$(ours all)"
	modprobe mfib
	fib_up 10
	poll_until 10 reach a10 172.16.1.1
}

test_vrf_keeps_its_rule_and_works_without_us()
{
	local who

	for who in vrf_first mfib_first; do
		own_ns $who
		at $who bash -e <<- END
			ip link set lo up
			[ $who = vrf_first ] || cgr fib add 10 dev fib10
			[ $who = vrf_first ] || timeout $(slow 5) bash -c 'until ip rule | grep l3mdev; do :; done'
			ip link add v type vrf table 40
			ip link set v up
			[ $who = mfib_first ] || cgr fib add 10 dev fib10
			ip address add 192.0.2.1/32 dev v
			ping -c 1 -W $(slow 2) -I v 192.0.2.1
		END
	done
	modprobe -r mfib
	for who in vrf_first mfib_first; do
		same '2 0' "$(at $who bash -c 'ip rule; ip -6 rule' | awk '/l3mdev/ { n++ } /proto 109/ { ours++ }
			END { print n, ours + 0 }')" "rules of $who, and ours"
		at $who ping -c 1 -W "$(slow 2)" -I v 192.0.2.1
	done
	modprobe mfib
}

# Its notifier takes a port for one of its own, and sees it before ours if the VRFs' module was there first.
test_port_is_deleted_while_the_module_of_vrfs_is_loaded()
{
	modprobe -r mfib
	modprobe vrf
	modprobe mfib
	fib_up 10
	poll_until 10 reach a10 172.16.1.1
	ip link del b10r & # would hang
	poll_until 10 gone b10r
	lacks "$(cgr route show fib 10)" '172.16.0.0|dev b10r|if[0-9]'
	lacks "$(cgr port show fib 10)" 'b10r|if[0-9]'
	wait
}

gone() { ! ip link show "$1"; }

run_tests
