#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A FIB follows all routes of the kernel's table of its id, whoever adds them: what a routing daemon puts there is forwarded by
# the FIB, as the kernel would, and marked there.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # no name here has a space; run_tests calls all
. "$(dirname "$0")/topology.sh"

flows4=(192.0.2.{1..32})
flows6=(2001:db8:cc::{1..32})

setup()
{
	topology_up 10
	twins_up 10 3 4
	cgr route flush fib 10
	at a10 bash -c 'set_sysctl net.ipv6.auto_flowlabels=0'
	# routes that are there before they are followed
	ip route add 172.16.0.0/12 via 10.2.0.2 dev b10r table 10 proto bird
	ip -6 route add 2001:db8:ff::/48 via 2001:db8:2::2 dev b10r table 10 proto bird metric 20
}

routes() { cgr -d route show fib 10; }
has() { [[ $(routes) =~ $1 ]]; } # PATTERN
has_not() { ! has "$1"; }
# table: what the kernel has in both families
table() { ip route show table 10; ip -6 route show table 10; }
in_table() { [[ $(table) =~ $1 ]]; } # PATTERN

# clean: what tests added goes
clean()
{
	ip nexthop flush # with their routes, which a flush of routes does not get
	ip route flush table 10 proto boot
	ip -6 route flush table 10 proto boot
	poll_until 10 has_not 'proto boot'
}

test_routes_that_are_there()
{
	told a10 172.16.1.1 'Net Unreachable'
	cgr fib set 10 follow all
	poll_until 10 has '172.16.0.0/12 via 10.2.0.2 dev b10r proto bird .*followed'
	poll_until 10 has '2001:db8:ff::/48 via 2001:db8:2::2 dev b10r proto bird metric 20 .*followed'
	reach_fib 10 a10 172.16.1.1
	reach_fib 10 a10 2001:db8:ff::1
	contains "$(cgr fib show 10)" 'follow all'
	contains "$(cgr fib save)" 'fib add 10 .*follow all'
	cgr fib check 10
}

# forwarded NAME ADDRESS: it is the FIB that forwards
forwarded()
{
	local before

	before=$(counter 10 forward-packets a10r)
	reach_fib 10 "$1" "$2"
	[ "$(counter 10 forward-packets a10r)" -gt $before ] || fail "the kernel forwarded to $2"
}

test_the_fib_forwards_and_the_kernel_says_so()
{
	forwarded a10 172.16.1.1
	forwarded a10 2001:db8:ff::1
	poll_until 10 in_table '172.16.0.0/12 via 10.2.0.2 dev b10r proto bird .*offload'
	poll_until 10 in_table '2001:db8:ff::/48 via 2001:db8:2::2 dev b10r proto bird .*offload'
	poll_until 10 in_table '10.1.0.0/24 dev a10r .*offload'
	poll_until 10 in_table 'local 10.1.0.1 dev a10r .*trap'
}

test_local_sockets_use_them()
{
	reach router 172.16.1.1 -I fib10
	reach router 2001:db8:ff::1 -I fib10
}

test_routes_change()
{
	finally clean
	ip route add 172.20.0.0/16 via 10.3.0.2 dev h3r table 10
	ip -6 route add 2001:db8:fe::/48 via 2001:db8:3::2 dev h3r table 10
	poll_until 10 has '172.20.0.0/16 via 10.3.0.2'
	poll_until 10 has '2001:db8:fe::/48 via 2001:db8:3::2'
	ip route replace 172.20.0.0/16 via 10.2.0.2 dev b10r table 10
	ip -6 route replace 2001:db8:fe::/48 via 2001:db8:2::2 dev b10r table 10
	poll_until 10 has '172.20.0.0/16 via 10.2.0.2 dev b10r'
	poll_until 10 has '2001:db8:fe::/48 via 2001:db8:2::2 dev b10r'
	reach_fib 10 a10 172.20.0.1
	# the best of several
	ip route add 172.20.0.0/16 via 10.3.0.2 dev h3r table 10 metric 5
	ip -6 route add 2001:db8:fe::/48 via 2001:db8:3::2 dev h3r table 10 metric 2000
	ip route del 172.20.0.0/16 via 10.2.0.2 dev b10r table 10
	ip -6 route del 2001:db8:fe::/48 via 2001:db8:2::2 dev b10r table 10
	poll_until 10 has '172.20.0.0/16 via 10.3.0.2 dev h3r proto boot metric 5'
	poll_until 10 has '2001:db8:fe::/48 via 2001:db8:3::2 dev h3r proto boot metric 2000'
	has_not '172.20.0.0/16 via 10.2'
	ip route del 172.20.0.0/16 table 10
	ip -6 route del 2001:db8:fe::/48 table 10
	poll_until 10 has_not '172.20|db8:fe'
}

test_none_is_lost_while_a_route_changes()
{
	local i ping

	finally clean
	for i in {1..200}; do
		echo "route add 172.16.1.1/32 via 10.2.0.2 dev b10r table 10 metric $((200 - i))"
		echo "route add 172.16.1.1/32 via 10.2.0.2 dev b10r table 10 metric $((200 + i))"
		echo "route del 172.16.1.1/32 table 10 metric $((200 - i))"
		echo "route replace 172.16.0.0/12 via 10.2.0.2 dev b10r table 10 proto bird src 10.2.0.1"
		echo "route replace 172.16.0.0/12 via 10.2.0.2 dev b10r table 10 proto bird"
	done > "$ktap_tmp/changes"
	at a10 ping -q -n -i 0.01 -c 300 172.16.1.1 > "$ktap_tmp/ping" &
	ping=$!
	while kill -0 $ping; do
		ip -batch "$ktap_tmp/changes"
		ip route flush table 10 proto boot
	done 2> /dev/null
	wait $ping
	contains "$(< "$ktap_tmp/ping")" '300 packets transmitted, 300 received'
}

# spread: the hosts that flows of a10 end at, and how many each
spread4() { at a10 python3 "$(dirname "$0")/flows.py" probe "${flows4[@]}" | awk '{ n[$2]++ } END { print n[30] + 0, n[40] + 0, n[63] + 0 }'; }
spread6() { at a10 python3 "$(dirname "$0")/flows.py" probe "${flows6[@]}" | awk '{ n[$2]++ } END { print n[30] + 0, n[40] + 0, n[63] + 0 }'; }

# both_used SPREAD: of the two, none has all
both_used()
{
	local h3 h4 b10

	read -r h3 h4 b10 <<< "$1"
	[[ $h3 -gt 3 && $h4 -gt 3 && $b10 = 0 ]] || fail "spread: $1"
}

test_multipath()
{
	finally clean
	ip route add 192.0.2.0/24 table 10 nexthop via 10.3.0.2 dev h3r weight 2 nexthop via 10.4.0.2 dev h4r
	ip -6 route add 2001:db8:cc::/48 table 10 nexthop via 2001:db8:3::2 dev h3r nexthop via 2001:db8:4::2 dev h4r
	poll_until 10 has 'nexthop via 10.4.0.2 dev h4r weight 1'
	poll_until 10 has 'nexthop via 10.3.0.2 dev h3r weight 2'
	poll_until 10 has 'nexthop via 2001:db8:4::2 dev h4r weight 1'
	both_used "$(spread4)"
	both_used "$(spread6)"
	# a next hop leaves the route, and joins it again
	ip -6 route del 2001:db8:cc::/48 table 10 nexthop via 2001:db8:3::2 dev h3r
	poll_until 10 has '2001:db8:cc::/48 via 2001:db8:4::2 dev h4r'
	same '0 32 0' "$(spread6)"
	ip -6 route append 2001:db8:cc::/48 table 10 nexthop via 2001:db8:3::2 dev h3r
	poll_until 10 has 'nexthop via 2001:db8:3::2 dev h3r'
	both_used "$(spread6)"
	cgr fib check 10
	ip route del 192.0.2.0/24 table 10
	ip -6 route del 2001:db8:cc::/48 table 10
	poll_until 10 has_not '192.0.2.0|db8:cc:'
}

goes_to() { [ "$(spread4)" = "$1" ]; } # SPREAD

test_next_hop_objects_and_groups()
{
	local n

	finally clean
	ip -batch - <<- END
		nexthop add id 3 via 10.3.0.2 dev h3r
		nexthop add id 4 via 10.4.0.2 dev h4r
		nexthop add id 34 group 3/4
		nexthop add id 62 via 2001:db8:2::2 dev b10r
	END
	for n in {1..32}; do
		echo "route add 192.0.2.$n/32 nhid 34 table 10"
	done | ip -batch -
	ip -6 route add 2001:db8:cc::/48 nhid 62 table 10
	poll_until 10 has '192.0.2.32 .*followed'
	poll_until 10 has '2001:db8:cc::/48 .*followed'
	both_used "$(spread4)"
	same '0 0 32' "$(spread6)"
	# all routes move at once, with no route told of
	ip nexthop replace id 34 group 4
	poll_until 10 goes_to '0 32 0'
	ip nexthop replace id 34 group 3,2/4
	poll_until 10 has '192.0.2.32 '
	both_used "$(spread4)"
	ip nexthop replace id 3 via 10.4.0.2 dev h4r
	ip nexthop replace id 4 via 10.3.0.2 dev h3r
	ip nexthop replace id 34 group 3
	poll_until 10 goes_to '0 32 0'
	# a member leaves its group
	ip nexthop replace id 34 group 3/4
	ip nexthop del id 3
	poll_until 10 goes_to '32 0 0'
	# to another device, and to nowhere
	ip nexthop replace id 62 via 2001:db8:3::2 dev h3r
	poll_until 10 has '2001:db8:cc::/48 .*2001:db8:3::2 dev h3r'
	ip -6 nexthop replace id 62 blackhole
	poll_until 10 has 'blackhole 2001:db8:cc::/48'
	ip nexthop replace id 62 via 2001:db8:2::2 dev b10r
	poll_until 10 has '2001:db8:cc::/48 .*2001:db8:2::2 dev b10r'
	cgr fib check 10
	# routes go with their object
	ip nexthop del id 62
	ip nexthop del id 34
	poll_until 10 has_not '192.0.2.|db8:cc'
	ip nexthop flush
}

test_resilient_groups()
{
	finally clean
	ip -batch - <<- END
		nexthop add id 3 via 10.3.0.2 dev h3r
		nexthop add id 4 via 10.4.0.2 dev h4r
		nexthop add id 34 group 3/4 type resilient buckets 32
		route add 192.0.2.0/24 nhid 34 table 10
	END
	poll_until 10 has '192.0.2.0/24 .*followed'
	both_used "$(spread4)"
	ip nexthop replace id 34 group 4 type resilient
	poll_until 10 goes_to '0 32 0'
	ip nexthop flush
	poll_until 10 has_not '192.0.2.'
}

test_types()
{
	finally clean
	ip -batch - <<- END
		route add blackhole 198.18.1.0/24 table 10
		route add unreachable 198.18.2.0/24 table 10
		route add prohibit 198.18.3.0/24 table 10
		route add throw 198.18.4.0/24 table 10
	END
	ip -6 -batch - <<- END
		route add blackhole 2001:db8:d1::/64 table 10
		route add unreachable 2001:db8:d2::/64 table 10
		route add prohibit 2001:db8:d3::/64 table 10
	END
	poll_until 10 has 'prohibit 2001:db8:d3::/64 .*followed'
	poll_until 10 has 'prohibit 198.18.3.0/24 .*followed'
	lacks "$(cut_off a10 198.18.1.1)" Unreachable
	told a10 198.18.2.1 'Host Unreachable'
	told a10 198.18.3.1 'Packet filtered'
	told a10 198.18.4.1 'Net Unreachable'
	told a10 2001:db8:d2::1 'No route|Address unreachable'
	told a10 2001:db8:d3::1 'Administratively prohibited'
	ip route flush table 10 type throw
	ip -batch - <<- END
		route del blackhole 198.18.1.0/24 table 10
		route del unreachable 198.18.2.0/24 table 10
		route del prohibit 198.18.3.0/24 table 10
	END
	ip -6 -batch - <<- END
		route del blackhole 2001:db8:d1::/64 table 10
		route del unreachable 2001:db8:d2::/64 table 10
		route del prohibit 2001:db8:d3::/64 table 10
	END
	poll_until 10 has_not '198.18|2001:db8:d'
}

# What FIBs cannot do the kernel does.
test_routes_that_are_left_to_the_kernel()
{
	finally clean
	ip nexthop add id 300 via 10.3.0.2 dev h3r
	finally ip nexthop del id 300
	ip -batch - <<- END
		route add 192.0.2.0/25 nhid 300 mtu 1300 table 10
		route add 192.0.2.128/25 via 10.3.0.2 dev h3r tos 0x10 table 10
	END
	ip -6 -batch - <<- END
		route add 2001:db8:cc::/48 mtu 1300 table 10 nexthop via 2001:db8:3::2 dev h3r
		route append 2001:db8:cc::/48 mtu 1400 table 10 nexthop via fe80::b dev h3r
	END
	poll_until 10 has '192.0.2.0/25 .*trap'
	poll_until 10 has '192.0.2.128/25 .*trap'
	poll_until 10 has '2001:db8:cc::/48 .*trap'
	poll_until 10 in_table '192.0.2.0/25 nhid 300 via 10.3.0.2 dev h3r .*trap'
	reach a10 192.0.2.1
	reach a10 2001:db8:cc::1
	told a10 192.0.2.1 'mtu = 1300' -M 'do' -s 1372
	reach a10 192.0.2.129 -Q 0x10
	cut_off a10 192.0.2.129
	ip -batch - <<- END
		route del 192.0.2.0/25 table 10
		route del 192.0.2.128/25 tos 0x10 table 10
	END
	ip -6 -batch - <<- END
		route flush 2001:db8:cc::/48 table 10
	END
	poll_until 10 has_not '192.0.2|db8:cc'
}

test_default_routes()
{
	finally clean
	ip route add default via 10.3.0.2 dev h3r table 10
	ip -6 route add default via 2001:db8:3::2 dev h3r table 10
	poll_until 10 has 'default via 10.3.0.2 dev h3r'
	poll_until 10 has '::/0 via 2001:db8:3::2 dev h3r'
	forwarded a10 192.0.2.1
	reach a10 2001:db8:cc::1
	ip route del default via 10.3.0.2 dev h3r table 10
	ip -6 route del default via 2001:db8:3::2 dev h3r table 10
	poll_until 10 has_not '(default|::/0) via'
	told a10 192.0.2.1 'Net Unreachable'
}

# refused FAMILY ADDRESS: the kernel has no route for sockets bound to a port, and knows before they send
refused() { ! ip $1 route get $2 oif a10r > /tmp/refused 2>&1 && [[ $(< /tmp/refused) =~ unreachable|'No route' ]]; }

# As for VRFs, so that nothing leaves their tables.
test_default_routes_that_refuse()
{
	finally clean
	ip route get 192.0.2.1 oif a10r
	ip -6 route get 2001:db8:cc::1 oif a10r
	ip route add unreachable default metric 8192 table 10
	ip -6 route add unreachable default metric 8192 table 10
	poll_until 10 refused -4 192.0.2.1
	poll_until 10 refused -6 2001:db8:cc::1
	reach router 172.16.1.1 -I b10r
	reach router 2001:db8:ff::1 -I b10r
	ip route del default table 10 metric 8192
	ip -6 route del default table 10 metric 8192
	poll_until 10 ip route get 192.0.2.1 oif a10r
	poll_until 10 ip -6 route get 2001:db8:cc::1 oif a10r
}

test_own_routes_beside_them()
{
	finally clean
	ip route add 192.0.2.0/24 via 10.3.0.2 dev h3r metric 20 table 10
	cgr route add 192.0.2.0/24 via 10.4.0.2 dev h4r metric 10 fib 10
	poll_until 10 has '192.0.2.0/24 via 10.3.0.2'
	same '0 32 0' "$(spread4)"
	cgr route del 192.0.2.0/24 metric 10 fib 10
	same '32 0 0' "$(spread4)"
	refuse cgr route del 192.0.2.0/24 fib 10
	ip route del 192.0.2.0/24 table 10
	poll_until 10 has_not 192.0.2
}

counts() { [ "$(cgr -j route show fib 10 | grep -o '"protocol":"bird"' | wc -l)" = "$1" ]; } # NUMBER

test_many_routes()
{
	local n=8192

	for ((i = 0; i < n; i++)); do
		echo "route add 100.$((64 + i / 8192)).$((i / 32 % 256)).$((i % 32 * 8))/29 via 10.2.0.2 dev b10r proto bird table 10"
	done | ip -batch -
	poll_until 30 counts $((n + 2))
	cgr fib check 10
	forwarded a10 172.16.1.1
	ip route flush table 10 root 100.64.0.0/10
	poll_until 30 counts 2
}

test_a_link_that_goes_down_takes_its_routes()
{
	finally clean
	ip route add 192.0.2.0/24 via 10.3.0.2 dev h3r table 10
	poll_until 10 has '192.0.2.0/24 via 10.3.0.2'
	ip link set h3r down
	poll_until 10 has_not '192.0.2.0/24|10.3.0.0/24'
	ip link set h3r up
	poll_until 10 has '10.3.0.0/24 dev h3r'
}

is_unmarked() { ! in_table '(offload|trap)'; }

test_connected_routes_only_again()
{
	local ping

	at a10 ping -q -n -i 0.02 -c 100 10.1.0.1 > "$ktap_tmp/ping" &
	ping=$!
	cgr fib set 10 follow connected
	poll_until 10 has_not 'proto bird'
	has '10.1.0.0/24 dev a10r proto kernel'
	poll_until 10 is_unmarked
	told a10 172.16.1.1 'Net Unreachable'
	cgr fib set 10 follow all
	poll_until 10 has 'proto bird'
	wait $ping
	contains "$(< "$ktap_tmp/ping")" '100 packets transmitted, 100 received'
	reach_fib 10 a10 172.16.1.1
}

is_empty() { [ -z "$(routes)" ]; }

test_a_device_that_comes_later()
{
	ip link del fib10
	poll_until 10 is_empty
	contains "$(cgr fib show 10)" 'follow all'
	cgr fib set 10 dev fib10
	ip link set fib10 up
	port_up a10r 10
	port_up b10r 10
	ip route replace 172.16.0.0/12 via 10.2.0.2 dev b10r table 10 proto bird
	poll_until 10 has '172.16.0.0/12 via 10.2.0.2 dev b10r proto bird'
	poll_until 10 reach a10 172.16.1.1
	cgr fib check 10
}

test_unloading_under_changes()
{
	local i pid

	while :; do
		# there may be no FIB and no port just now
		ip -force -batch - <<- END || :
			route replace 172.16.0.0/12 via 10.2.0.2 dev b10r table 10 proto bird
			nexthop replace id 7 via 10.2.0.2 dev b10r
			route replace 172.17.0.0/16 nhid 7 table 10
		END
	done 2> /dev/null &
	pid=$!
	for i in {1..3}; do
		modprobe -r mfib
		modprobe mfib
		cgr fib add 10 dev fib10 follow all
		ip link set fib10 up
		port_up a10r 10
		port_up b10r 10
		poll_until 10 has '172.17.0.0/16 .*10.2.0.2'
		poll_until 10 reach a10 172.16.1.1
	done
	kill $pid
	wait $pid || true
}

run_tests
