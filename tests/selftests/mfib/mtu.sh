#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The MTU of a route, which is less than that of its device: what is forwarded and what the router sends itself.

# shellcheck source-path=SCRIPTDIR disable=SC2317 # run_tests calls all
. "$(dirname "$0")/topology.sh"

setup()
{
	topology_up 10
	twins_up 10 3
	set_sysctl net.ipv4.ping_group_range='0 0'
	at b10 socat -u TCP4-LISTEN:80,reuseaddr,fork "CREATE:$ktap_tmp/received" 2> /dev/null &
	head -c 300000 /dev/urandom > "$ktap_tmp/file"
}

# shows PATTERN: some route is shown so
shows() { contains "$(cgr route show fib 10)" "$1"; }

# sizes COMMAND...: lengths of the IPv4 packets that leave through b10r meanwhile, once each
sizes()
{
	local lengths=$ktap_tmp/lengths pid last=29

	tcpdump -n -l -v -i b10r -Q out ip 2> "$ktap_tmp/tcpdump" > "$lengths" &
	pid=$!
	poll_until 20 grep -q 'listening on' "$ktap_tmp/tcpdump"
	"$@" > /dev/null 2>&1
	# tcpdump prints in order, and may be behind: what a shorter packet follows has been printed
	reach a10 172.16.6.1 -s 1 > /dev/null
	poll_until 20 grep -q "length $last)" "$lengths"
	kill "$pid"
	wait "$pid" 2> /dev/null || true
	sed -n 's/.*flags \[\([^]]*\)\].* length \([0-9]*\)).*/\2 \1/p' "$lengths" | grep -v "^$last " | sort -u
}

test_packets_that_are_too_long()
{
	cgr -batch - <<- END
		route add 172.16.5.0/24 via 10.2.0.2 dev b10r mtu 1300 fib 10
		route add 2001:db8:ff:5::/64 via 2001:db8:2::2 dev b10r mtu 1300 fib 10
		route add 2001:db8:ff:6::/64 via 2001:db8:2::2 dev b10r mtu lock 1350 fib 10
	END
	shows '172.16.5.0/24 via 10.2.0.2 dev b10r mtu 1300'
	shows '2001:db8:ff:6::/64 via 2001:db8:2::2 dev b10r mtu lock 1350'
	told a10 172.16.5.1 'Frag needed and DF set .mtu = 1300' -M 'do' -s 1400
	told a10 2001:db8:ff:5::1 'Packet too big: mtu=1300' -M 'do' -s 1400
	told a10 2001:db8:ff:6::1 'Packet too big: mtu=1350' -M 'do' -s 1400
	# those next to them have none
	reach a10 172.16.6.1 -M 'do' -s 1400
	reach a10 2001:db8:ff:7::1 -M 'do' -s 1400
	reach a10 172.16.5.2 -M 'dont' -s 1400
}

test_fragments_are_of_that_size()
{
	cgr route replace 172.16.5.0/24 via 10.2.0.2 dev b10r mtu 1300 fib 10
	same $'1300 +\n148 none' "$(sizes reach a10 172.16.5.2 -M 'dont' -s 1400)"
}

test_several_next_hops_have_the_same()
{
	cgr route add 192.0.2.0/25 mtu lock 1400 fib 10 nexthop via 10.2.0.2 dev b10r nexthop via 10.3.0.2 dev h3r weight 2
	finally cgr route flush root 192.0.2.0/24 fib 10
	shows '192.0.2.0/25 mtu lock 1400'
	told a10 192.0.2.1 'mtu = 1400' -M 'do' -s 1400
	told a10 192.0.2.2 'mtu = 1400' -M 'do' -s 1400
	# what joins them has it too
	cgr route add 192.0.2.128/25 via 10.2.0.2 dev b10r mtu 1400 fib 10
	cgr route append 192.0.2.128/25 via 10.3.0.2 dev h3r fib 10
	shows '192.0.2.128/25 mtu 1400'
	cgr route del 192.0.2.128/25 fib 10
	cgr route add 192.0.2.128/25 via 10.2.0.2 dev b10r mtu 1400 fib 10
	status 2 cgr route append 192.0.2.128/25 via 10.3.0.2 dev h3r mtu 1300 fib 10
	contains "$(cat "$ktap_tmp/err")" 'have another MTU, or none: replace the route: "1300"'
	cgr route append 192.0.2.128/25 via 10.3.0.2 dev h3r mtu 1400 fib 10
}

test_a_next_hop_with_an_id()
{
	cgr nexthop add 7 via 10.2.0.2 dev b10r mtu 1300
	finally cgr nexthop del 7
	contains "$(cgr nexthop show 7)" 'via 10.2.0.2 dev b10r mtu 1300'
	cgr route add 172.16.7.0/24 nhid 7 fib 10
	told a10 172.16.7.1 'mtu = 1300' -M 'do' -s 1400
	cgr nexthop replace 7 via 10.2.0.2 dev b10r mtu 1200
	told a10 172.16.7.2 'mtu = 1200' -M 'do' -s 1400
	cgr nexthop replace 7 via inet6 2001:db8:2::2 dev b10r mtu 1200
	status 2 cgr route add 2001:db8:ff:8::/64 nhid 7 fib 10
	contains "$(cat "$ktap_tmp/err")" '1280 bytes at least'
	cgr nexthop replace 7 via inet6 2001:db8:2::2 dev b10r
	reach a10 172.16.7.3 -M 'do' -s 1400
	cgr route add 2001:db8:ff:8::/64 nhid 7 fib 10
	status 2 cgr nexthop replace 7 via inet6 2001:db8:2::2 dev b10r mtu 1279
	contains "$(cat "$ktap_tmp/err")" '1280 bytes at least'
	reach a10 2001:db8:ff:8::1 -M 'do' -s 1400
	status 2 cgr route add 172.16.8.0/24 nhid 7 mtu 1300 fib 10
	contains "$(cat "$ktap_tmp/err")" 'by id or by gateway, device and MTU, not by both'
}

# It is as if the path had it.
test_local_sockets_learn_of_it()
{
	cgr -batch - <<- END
		route replace 172.16.5.0/24 via 10.2.0.2 dev b10r mtu 1300 fib 10
		route replace 2001:db8:ff:5::/64 via 2001:db8:2::2 dev b10r mtu 1300 fib 10
	END
	refuse ping -q -M 'do' -s 1400 -c 1 -W 0.3 -I fib10 172.16.5.3
	refuse ping -q -M 'do' -s 1400 -c 1 -W 0.3 -I fib10 2001:db8:ff:5::3
	contains "$(ping -M 'do' -s 1400 -c 1 -W 0.1 -I fib10 172.16.5.3 2>&1)" 'message too long, mtu.*1300'
	contains "$(ping -M 'do' -s 1400 -c 1 -W 0.1 -I fib10 2001:db8:ff:5::3 2>&1)" 'message too long, mtu.*1300'
	socat -u "OPEN:$ktap_tmp/file" TCP4:172.16.5.4:80,so-bindtodevice=fib10
	poll_until 20 cmp "$ktap_tmp/file" "$ktap_tmp/received"
}

test_local_sockets_send_fragments_if_it_is_locked()
{
	cgr route replace 172.16.5.0/24 via 10.2.0.2 dev b10r mtu lock 1300 fib 10
	same $'1300 +\n148 none' "$(sizes ping -M 'want' -s 1400 -c 1 -W "$(slow 5)" -I fib10 172.16.5.5)"
	reach router 172.16.5.5 -M 'want' -s 1400 -I fib10
	lacks "$(ip route get 172.16.5.5 oif fib10)" mtu
	contains "$(ping -M 'do' -s 1400 -c 1 -w 1 -I fib10 172.16.5.6 2>&1 || true)" 'mtu.*1300'
	rm -f "$ktap_tmp/received"
	socat -u "OPEN:$ktap_tmp/file" TCP4:172.16.5.7:80,so-bindtodevice=fib10
	poll_until 20 cmp "$ktap_tmp/file" "$ktap_tmp/received"
	lacks "$(ip route get 172.16.5.7 oif fib10)" mtu
}

test_saved_restored_and_taken_from_ip_route()
{
	local saved=$ktap_tmp/saved

	cgr route add 198.51.100.0/24 via 10.2.0.2 dev b10r mtu lock 1300 fib 10
	cgr route add 198.51.101.0/24 mtu 1400 fib 10 nexthop via 10.2.0.2 dev b10r nexthop via 10.3.0.2 dev h3r
	cgr route save root 198.51.100.0/23 fib 10 > "$saved"
	cgr route flush root 198.51.100.0/23 fib 10
	cgr route restore fib 10 "$saved"
	same "$(< "$saved")" "$(cgr route save root 198.51.100.0/23 fib 10)"
	cgr route del 198.51.100.0/24 mtu lock 1300 fib 10
	status 2 cgr route del 198.51.101.0/24 mtu 1300 fib 10
	cgr route flush root 198.51.100.0/23 fib 10
	ip route add 198.51.100.0/24 via 10.2.0.2 dev b10r mtu lock 1300 table 77
	finally ip route flush table 77
	ip route show table 77 | cgr route restore fib 10 -
	shows '198.51.100.0/24 via 10.2.0.2 dev b10r mtu lock 1300'
	cgr route flush root 198.51.100.0/23 fib 10
}

test_followed_routes_have_theirs()
{
	cgr fib set 10 follow all
	finally cgr fib set 10 follow connected
	ip -batch - <<- END
		route add 192.0.2.0/25 via 10.3.0.2 dev h3r mtu 1300 table 10
		route add 192.0.2.128/25 table 10 mtu lock 1200 nexthop via 10.3.0.2 dev h3r nexthop via 10.2.0.2 dev b10r
	END
	ip -6 route add 2001:db8:cc::/48 via 2001:db8:3::2 dev h3r mtu 1300 table 10
	finally ip route flush root 192.0.2.0/24 table 10
	finally ip -6 route del 2001:db8:cc::/48 table 10
	poll_until 10 eval 'ip route show 192.0.2.0/25 table 10 | grep -q rt_offload'
	poll_until 10 eval 'ip route show 192.0.2.128/25 table 10 | grep -q rt_offload'
	poll_until 10 eval 'ip -6 route show 2001:db8:cc::/48 table 10 | grep -q rt_offload'
	shows '192.0.2.0/25 via 10.3.0.2 dev h3r mtu 1300'
	shows '192.0.2.128/25 mtu lock 1200'
	told a10 192.0.2.11 'mtu = 1300' -M 'do' -s 1400
	told a10 192.0.2.139 'mtu = 1200' -M 'do' -s 1400
	told a10 2001:db8:cc::1 'Packet too big: mtu=1300' -M 'do' -s 1400
}

test_what_is_no_mtu()
{
	status 1 cgr route add 198.51.100.0/24 dev b10r mtu 67 fib 10
	status 1 cgr route add 198.51.100.0/24 dev b10r mtu lock
	status 2 cgr route add 198.51.100.0/24 dev b10r mtu 65521 fib 10
	status 2 cgr route add 2001:db8:dd::/48 dev b10r mtu 1279 fib 10
	same 'Error: An MTU of IPv6 routes is 1280 bytes at least: "2001:db8:dd::/48"' "$(cat "$ktap_tmp/err")"
	status 2 cgr route add blackhole 198.51.100.0/24 mtu 1300 fib 10
	cgr fib add 20 dev fib20
	finally cgr fib del 20
	status 2 cgr route add 198.51.100.0/24 lookup 20 mtu 1300 fib 10
	contains "$(cat "$ktap_tmp/err")" 'has no MTU: the routes there have'
	lacks "$(cgr route show fib 10)" '198.51.100|db8:dd'
}

run_tests
