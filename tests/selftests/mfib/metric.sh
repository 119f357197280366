#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Several routes to one prefix: the lowest metric whose next hop is up forwards. Next hops that routes share.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # no name here has a space; run_tests calls all
. "$(dirname "$0")/topology.sh"

setup() { topology_up 10; twins_up 10 3 4; }

# path HOST: wanted is that a10's packets end there, in both families
path()
(
	case $1 in b10) ttl=63 ;; *) ttl=${1:1}0 ;; esac
	for address in 192.0.2.1 2001:db8:cc::1; do
		out=$(at a10 ping -n -c 1 -W "$(slow 2)" $address) || true
		contains "$out" "ttl=$ttl "
	done
)

add_all()
{
	cgr -batch - <<- END
		route add 192.0.2.0/24 via 10.4.0.2 dev h4r metric 20 fib 10
		route add 192.0.2.0/24 via 10.2.0.2 dev b10r metric 30 fib 10
		route add 192.0.2.0/24 via 10.3.0.2 dev h3r metric 10 fib 10
		route add 2001:db8:cc::/48 via 2001:db8:2::2 dev b10r metric 30 fib 10
		route add 2001:db8:cc::/48 via fe80::b dev h3r metric 10 fib 10
		route add 2001:db8:cc::/48 via fe80::b dev h4r metric 20 fib 10
	END
	finally del_all
}

del_all()
{
	local metric

	for metric in 10 20 30 40; do
		echo "route del 192.0.2.0/24 metric $metric fib 10"
		echo "route del 2001:db8:cc::/48 metric $metric fib 10"
	done | cgr -force -batch - > /dev/null 2>&1 || true
}

test_lowest_metric_forwards()
{
	add_all
	same 6 "$(cgr route show fib 10 | grep -c 'metric .0')"
	same 4 "$(cgr route show fib 10 | grep -c inactive)"
	path h3
}

test_next_metric_takes_over_when_the_device_goes_down_and_gives_way_when_it_is_up()
{
	add_all
	path h3
	finally ip link set h3r up
	ip link set h3r down
	path h4
	contains "$(cgr route show fib 10)" 'dev h3r .*metric 10 dead inactive'
	finally ip link set h4r up
	ip link set h4r down
	path b10
	ip link set h3r up
	poll_until 10 path h3
	ip link set h4r up
	path h3
}

test_without_a_living_next_hop_the_host_is_told()
{
	local before

	before=$(counter 10 dead a10r)
	cgr route add 192.0.2.0/24 via 10.3.0.2 dev h3r metric 10 fib 10
	cgr route add 2001:db8:cc::/48 via fe80::b dev h3r metric 10 fib 10
	finally del_all
	finally ip link set h3r up
	ip link set h3r down
	told a10 192.0.2.1 'From 10.1.0.1 .*Destination Host Unreachable'
	told a10 2001:db8:cc::1 'From 2001:db8:1::1 .*Address unreachable'
	same 2 $(($(counter 10 dead a10r) - before))
	ip link set h3r up
	poll_until 10 path h3
}

test_lower_metric_takes_over_when_it_is_added()
{
	add_all
	cgr route del 192.0.2.0/24 metric 10 fib 10
	cgr route del 2001:db8:cc::/48 metric 10 fib 10
	path h4
	cgr route add 192.0.2.0/24 via 10.3.0.2 dev h3r metric 5 fib 10
	cgr route add 2001:db8:cc::/48 via fe80::b dev h3r metric 5 fib 10
	path h3
	cgr route del 192.0.2.0/24 metric 5 fib 10
	cgr route del 2001:db8:cc::/48 metric 5 fib 10
	path h4
}

test_routes_can_be_removed_in_any_order()
{
	local order metric left

	for order in '10 20 30' '30 10 20' '20 30 10'; do
		add_all
		left=' 10 20 30'
		for metric in $order; do
			cgr route del 192.0.2.0/24 metric "$metric" fib 10
			cgr route del 2001:db8:cc::/48 metric "$metric" fib 10
			left=${left/ $metric/}
			case $left in
			*10*) path h3 ;;
			*20*) path h4 ;;
			*30*) path b10 ;;
			*) told a10 192.0.2.1 'Net Unreachable' ;;
			esac
		done
	done
}

test_unreachable_route_of_a_high_metric_waits_behind_a_next_hop()
{
	cgr -batch - <<- END
		route add 192.0.2.0/24 via 10.3.0.2 dev h3r metric 10 fib 10
		route add 2001:db8:cc::/48 via fe80::b dev h3r metric 10 fib 10
		route add prohibit 192.0.2.0/24 metric 40 fib 10
		route add prohibit 2001:db8:cc::/48 metric 40 fib 10
	END
	finally del_all
	path h3
	finally ip link set h3r up
	ip link set h3r down
	told a10 192.0.2.1 'Packet filtered'
	told a10 2001:db8:cc::1 'Administratively prohibited'
	ip link set h3r up
	poll_until 10 path h3
}

test_replacing_a_next_hop_moves_its_routes()
{
	cgr -batch - <<- END
		nexthop add 1 via 10.3.0.2 dev h3r
		nexthop add 2 via fe80::b dev h3r
		route add 192.0.2.0/24 nhid 1 metric 10 fib 10
		route add 2001:db8:cc::/48 nhid 2 metric 10 fib 10
	END
	finally del_nexthops
	path h3
	cgr nexthop replace 1 via 10.4.0.2 dev h4r
	cgr nexthop replace 2 via fe80::b dev h4r
	path h4
	# IPv4 routes go over IPv6 then
	cgr nexthop replace 1 via inet6 fe80::b dev h3r
	cgr nexthop replace 2 via fe80::b dev h3r
	path h3
	finally ip link set h3r up
	ip link set h3r down
	told a10 192.0.2.1 'Destination Host Unreachable'
	cgr nexthop replace 1 via 10.4.0.2 dev h4r
	cgr nexthop replace 2 via fe80::b dev h4r
	path h4
	ip link set h3r up
	path h4
}

del_nexthops() { cgr nexthop del 1; cgr nexthop del 2; }

test_deleting_a_next_hop_removes_its_routes()
{
	cgr -batch - <<- END
		nexthop add 1 via 10.3.0.2 dev h3r
		nexthop add 2 via fe80::b dev h3r
		route add 192.0.2.0/24 nhid 1 metric 10 fib 10
		route add 192.0.2.0/24 via 10.4.0.2 dev h4r metric 20 fib 10
		route add 2001:db8:cc::/48 nhid 2 metric 10 fib 10
		route add 2001:db8:cc::/48 via fe80::b dev h4r metric 20 fib 10
	END
	finally del_all
	path h3
	cgr nexthop del 1
	cgr nexthop del 2
	path h4
	lacks "$(cgr route show fib 10)" nhid
	refuse cgr route del 192.0.2.0/24 metric 10 fib 10
}

test_next_hop_cannot_take_routes_out_of_their_fib()
{
	ip link add d0 type dummy
	finally ip link del d0
	cgr nexthop add 1 via 10.3.0.2 dev h3r
	finally cgr nexthop del 1
	cgr route add 192.0.2.0/24 nhid 1 metric 10 fib 10
	refuse cgr nexthop replace 1 via 10.3.0.2 dev d0
	contains "$(at a10 ping -n -c 1 -W "$(slow 2)" 192.0.2.1)" 'ttl=30 '
}

run_tests
