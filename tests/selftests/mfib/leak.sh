#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Routes that lead out of their FIB: to another FIB (lookup), and by devices that are no ports of it (foreign).
#
# Beside the customers of FIB 10 there are FIB 30, which serves them: host s30 is 10.7.0.2 and 2001:db8:7::2, the router 10.7.0.1 and
# 2001:db8:7::1, and it has 192.0.2.0/24 and 2001:db8:cc::/48; and a namespace w0 on an ordinary device of the router: 198.51.100.2 and
# 2001:db8:a::2. Both FIBs have a route to the addresses of the other.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2102,SC2317 # no name here has a space but routes, which are words; run_tests calls all
. "$(dirname "$0")/topology.sh"

setup()
{
	topology_up 10
	cgr fib add 30 dev fib30
	ip link set fib30 up
	ns_add s30
	ip link add s30r type veth peer name e0 netns "s30-$$"
	ip -n "s30-$$" -batch - <<- END
		link set e0 up
		address add 10.7.0.2/24 dev e0
		address add 2001:db8:7::2/64 dev e0 nodad
		route add default via 10.7.0.1
		route add default via 2001:db8:7::1
		route add local 192.0.2.0/24 dev lo
		route add local 2001:db8:cc::/48 dev lo
	END
	ip -batch - <<- END
		link set s30r master fib30
		link set s30r up
		address add 10.7.0.1/24 dev s30r
		address add 2001:db8:7::1/64 dev s30r nodad
	END
	ns_add w0
	ip link add w0r type veth peer name e0 netns "w0-$$"
	ip -batch - <<- END
		link set w0r up
		address add 198.51.100.1/24 dev w0r
		address add 2001:db8:a::1/64 dev w0r nodad
		route add 10.1.0.0/24 dev fib10
		route add 2001:db8:1::/64 dev fib10
	END
	ip -n "w0-$$" -batch - <<- END
		link set e0 up
		address add 198.51.100.2/24 dev e0
		address add 2001:db8:a::2/64 dev e0 nodad
		route add default via 198.51.100.1
		route add default via 2001:db8:a::1
	END
	at s30 socat TCP6-LISTEN:80,ipv6only=0,reuseaddr,fork 'SYSTEM:echo page of FIB 30' 2> /dev/null &
	on_exit kill $!
	poll_until 20 s30_listens
	poll_until 20 ping -q -c 1 -W 1 -I fib30 10.7.0.2
	poll_until 20 ping -q -c 1 -W 1 -I fib30 2001:db8:7::2
	poll_until 20 ping -q -c 1 -W 1 2001:db8:a::2
	cgr -batch - <<- END
		route add 192.0.2.0/24 via 10.7.0.2 dev s30r fib 30
		route add 2001:db8:cc::/48 via 2001:db8:7::2 dev s30r fib 30
		route add 10.1.0.0/24 lookup 10 fib 30
		route add 2001:db8:1::/64 lookup 10 fib 30
	END
}

s30_listens() { [ -n "$(at s30 ss -Hlnt)" ]; }

# routes FIB ROUTE...: for this test only
routes()
{
	local fib=$1 route

	shift
	for route; do
		cgr route add $route fib "$fib"
		[[ $route =~ [^\ ]+/[0-9]+ ]]
		finally cgr route flush "${BASH_REMATCH[0]}" fib "$fib"
	done
}

leads_to_30() { routes 10 '10.7.0.0/24 lookup 30' '192.0.2.0/24 lookup 30' '2001:db8:7::/64 lookup 30' '2001:db8:cc::/48 lookup 30'; }

test_another_fib_forwards()
{
	local before

	told a10 10.7.0.2 'Net Unreachable'
	leads_to_30
	before=$(counter 10 forward-packets a10r)
	reach a10 10.7.0.2
	reach a10 2001:db8:7::2
	reach a10 192.0.2.1
	reach a10 2001:db8:cc::1
	same $((before + 4)) "$(counter 10 forward-packets a10r)"
	same 'page of FIB 30' "$(page_at a10 TCP4:192.0.2.7:80)"
	same 'page of FIB 30' "$(page_at a10 TCP6:[2001:db8:cc::7]:80)"
}

test_another_fib_forwards_what_local_sockets_send()
{
	leads_to_30
	# the answers find the port that the sockets' source is of
	same 'page of FIB 30' "$(page TCP4:10.7.0.2:80,so-bindtodevice=fib10,bind=10.1.0.1)"
	same 'page of FIB 30' "$(page TCP6:[2001:db8:cc::7]:80,so-bindtodevice=fib10,bind=[2001:db8:1::1])"
	reach router 192.0.2.1 -I fib10
	reach router 2001:db8:7::2 -I fib10
}

test_addresses_that_the_router_has_there()
{
	leads_to_30
	reach a10 10.7.0.1
	reach a10 2001:db8:7::1
	reach router 10.7.0.1 -I fib10
	reach router 2001:db8:7::1 -I fib10
	routes 30 'local 10.9.0.0/16' 'local 2001:db8:9::/48'
	routes 10 '10.9.0.0/16 lookup 30' '2001:db8:9::/48 lookup 30'
	reach a10 2001:db8:9::77
	reach router 2001:db8:9::77 -I fib10
	# shellcheck disable=SC2016 # for the shell of socat
	socat TCP4-LISTEN:82,reuseaddr,fork,so-bindtodevice=fib30 'SYSTEM:echo $SOCAT_PEERADDR' 2> /dev/null &
	finally kill $!
	poll_until 20 bash -c "ss -Hlnt | grep -q ':82 '"
	same 10.1.0.2 "$(page_at a10 TCP4:10.7.0.1:82)"
	same 10.1.0.1 "$(page TCP4:10.7.0.1:82,so-bindtodevice=fib10,bind=10.1.0.1)"
}

test_what_another_fib_refuses_is_answered_by_the_first()
{
	local before

	routes 30 'unreachable 203.0.113.0/26' 'prohibit 203.0.113.64/26' 'blackhole 203.0.113.128/26' 'prohibit 2001:db8:dd::/64'
	routes 10 '203.0.113.0/24 lookup 30' '2001:db8:dd::/48 lookup 30'
	# FIB 30 has no way back now
	cgr route del 10.1.0.0/24 fib 30
	finally cgr route add 10.1.0.0/24 lookup 10 fib 30
	cgr route del 2001:db8:1::/64 fib 30
	finally cgr route add 2001:db8:1::/64 lookup 10 fib 30
	before=$(counter 10 blackhole a10r)
	told a10 203.0.113.1 'From 10.1.0.1 .*Host Unreachable'
	told a10 203.0.113.65 'From 10.1.0.1 .*Packet filtered'
	lacks "$(cut_off a10 203.0.113.129)" 'nreachable|filtered'
	same $((before + 1)) "$(counter 10 blackhole a10r)"
	told a10 203.0.113.193 'From 10.1.0.1 .*Net Unreachable'
	told a10 2001:db8:dd::1 'Administratively prohibited'
	told a10 2001:db8:dd:1::1 'No route'
	contains "$(page TCP4:203.0.113.1:80,so-bindtodevice=fib10 2>&1)" 'No route to host'
	contains "$(page TCP4:203.0.113.193:80,so-bindtodevice=fib10 2>&1)" 'Network is unreachable'
}

# The kernel would send these by the FIB that the packet leaves by.
test_errors_of_forwarding_come_back_by_the_first_fib()
{
	leads_to_30
	cgr route del 10.1.0.0/24 fib 30
	finally cgr route add 10.1.0.0/24 lookup 10 fib 30
	cgr route del 2001:db8:1::/64 fib 30
	finally cgr route add 2001:db8:1::/64 lookup 10 fib 30
	finally at a10 ip route flush cache
	finally at a10 ip -6 route flush cache
	told a10 192.0.2.1 'From 10.1.0.1 .*Time to live' -t 1
	told a10 2001:db8:cc::1 'From 2001:db8:1::1 .*Hop limit|Time exceeded: Hop limit' -t 1
	ip link set s30r mtu 1280
	finally ip link set s30r mtu 1500
	told a10 192.0.2.1 'Frag needed and DF set .mtu = 1280' -M 'do' -s 1400
	told a10 2001:db8:cc::1 'Packet too big: mtu=1280' -M 'do' -s 1400
	contains "$(at a10 ip -6 route get 2001:db8:cc::1)" 'mtu 1280'
}

test_big_packets_pass_when_they_fit()
{
	leads_to_30
	reach a10 2001:db8:cc::1 -M 'do' -s 1452
	reach a10 2001:db8:cc::1 -s 3000
	reach a10 192.0.2.1 -s 3000
}

test_circles_end()
{
	local before

	routes 10 '203.0.113.0/24 lookup 30' '2001:db8:dd::/48 lookup 30'
	routes 30 '203.0.113.0/24 lookup 10' '2001:db8:dd::/48 lookup 10'
	before=$(counter 10 loop a10r)
	told a10 203.0.113.1 'Host Unreachable'
	told a10 2001:db8:dd::1 'Address unreachable'
	same $((before + 2)) "$(counter 10 loop a10r)"
	contains "$(page TCP4:203.0.113.1:80,so-bindtodevice=fib10 2>&1)" 'No route to host'
	routes 30 '203.0.113.1/32 via 10.7.0.2 dev s30r'
	lacks "$(cut_off a10 203.0.113.1 -W 1)" 'nreachable'
}

# echos NAME: how many pings a host has had
echos()
{
	at "$1" cat /proc/net/snmp | awk '$1 != "IcmpMsg:" { next }
		!names { names = split($0, name); next }
		{ for (i = 2; i <= names; i++) if (name[i] == "InType8") n = $i }
		END { print n + 0 }'
}

test_foreign_devices()
{
	local before

	before=$(echos s30)
	contains "$(cgr route add 198.51.100.0/24 dev w0r fib 10 2>&1)" 'not a port of the FIB'
	routes 10 '198.51.100.0/24 dev w0r foreign' '203.0.113.0/24 via 198.51.100.2 dev w0r foreign' '2001:db8:a::/64 dev w0r foreign' \
		'192.0.2.0/24 nexthop via 10.7.0.2 dev s30r nexthop via 10.2.0.2 dev b10r foreign'
	at w0 ip addr add 203.0.113.2/32 dev lo
	finally at w0 ip addr del 203.0.113.2/32 dev lo
	at b10 ip route add local 192.0.2.0/24 dev lo
	finally at b10 ip route del local 192.0.2.0/24 dev lo
	reach a10 198.51.100.2
	reach a10 203.0.113.2
	reach a10 2001:db8:a::2
	reach router 198.51.100.2 -I fib10
	for i in {1..20}; do
		reach a10 "192.0.2.$i"
	done
	same true "$([ "$(echos s30)" -gt "$before" ] && [ "$(echos b10)" -gt 0 ] && echo true)" 'flows over both'
	contains "$(cgr route show fib 10 198.51.100.0/24)" '^198.51.100.0/24 dev w0r proto boot foreign$'
	same 4 "$(cgr route show fib 10 foreign | grep -c foreign)"
}

test_too_big_for_a_foreign_device()
{
	routes 10 '2001:db8:a::/64 dev w0r foreign'
	ip route del 10.1.0.0/24 dev fib10
	finally ip route add 10.1.0.0/24 dev fib10
	ip -6 route del 2001:db8:1::/64 dev fib10
	finally ip -6 route add 2001:db8:1::/64 dev fib10
	finally at a10 ip -6 route flush cache
	ip link set w0r mtu 1280
	finally ip link set w0r mtu 1500
	told a10 2001:db8:a::2 'Packet too big: mtu=1280' -M 'do' -s 1400
}

test_a_foreign_route_goes_when_its_device_changes_fibs()
{
	routes 10 '198.51.100.0/24 dev w0r foreign' '192.0.2.0/24 via 10.7.0.2 dev s30r foreign'
	cgr nexthop add 7 dev w0r
	finally cgr nexthop del 7
	cgr nexthop add 8 dev b10r
	finally cgr nexthop del 8
	cgr nexthop add 9 group 7/8
	finally cgr nexthop del 9
	cgr route add 203.0.113.0/24 nhid 9 foreign fib 10
	finally cgr route flush 203.0.113.0/24 fib 10
	ip link set w0r master fib30
	finally ip -6 route replace 2001:db8:a::/64 dev w0r
	finally ip addr replace 2001:db8:a::1/64 dev w0r nodad
	finally ip link set w0r nomaster
	same '' "$(cgr route show fib 10 198.51.100.0/24)"
	contains "$(cgr route show fib 10 192.0.2.0/24)" 's30r'
	contains "$(cgr nexthop show 9)" 'group 8 '
	contains "$(cgr route show fib 10 203.0.113.0/24)" 'nhid 9'
	# and it is that FIB's own now
	cgr route add 198.18.0.0/16 dev w0r fib 30
	cgr route add 198.18.0.0/16 dev w0r foreign fib 10
	ip link set w0r nomaster
	same '' "$(cgr route show fib 30 198.18.0.0/16)$(cgr route show fib 10 198.18.0.0/16)"
}

test_routes_go_with_the_fib_they_lead_to()
{
	cgr fib add 40 dev fib40
	ip link set fib40 up
	routes 10 '203.0.113.0/24 lookup 40'
	cgr nexthop add 5 lookup 40
	routes 30 '203.0.113.0/24 nhid 5'
	ip link set fib40 down
	contains "$(cgr route show fib 10 203.0.113.0/24)" 'lookup 40 .*dead'
	told a10 203.0.113.1 'Host Unreachable'
	ip link set fib40 up
	told a10 203.0.113.1 'Net Unreachable'
	cgr fib del 40
	same '' "$(cgr route show fib 10 203.0.113.0/24)$(cgr route show fib 30 203.0.113.0/24)$(cgr nexthop show)"
	told a10 203.0.113.1 'Net Unreachable'
}

test_a_named_next_hop_moves_its_routes_to_another_fib()
{
	cgr fib add 40 dev fib40
	finally cgr fib del 40
	ip link set fib40 up
	cgr nexthop add 5 lookup 40
	finally cgr nexthop del 5
	routes 10 '10.7.0.0/24 nhid 5' '2001:db8:7::/64 nhid 5'
	same 'id 5 lookup 40 routes 2' "$(cgr nexthop show 5)"
	told a10 10.7.0.2 'Net Unreachable'
	cgr nexthop replace 5 lookup 30
	reach a10 10.7.0.2
	reach a10 2001:db8:7::2
	contains "$(cgr nexthop replace 5 dev b10r 2>&1)" 'cannot lead to a FIB unless it did before'
	contains "$(cgr nexthop add 6 group 5 2>&1)" 'cannot be a member of a group'
}

test_what_is_shown_is_what_is_restored()
{
	local shown saved

	leads_to_30
	routes 10 '198.51.100.0/24 dev w0r metric 5 foreign'
	shown=$(cgr route show fib 10)
	saved=$(cgr route save fib 10)
	contains "$saved" '192.0.2.0/24 lookup 30'
	contains "$saved" '198.51.100.0/24 dev w0r metric 5 foreign'
	contains "$(cgr -j route show fib 10 192.0.2.0/24)" '"lookup":30,"dev":"fib30",.*"flags":\["foreign"\]'
	same '192.0.2.0/24 lookup 30 proto boot' "$(cgr route show fib 10 192.0.2.0/24)"
	contains "$(cgr route get 192.0.2.9 fib 10)" '^192.0.2.9 lookup 30 '
	same 4 "$(cgr route show fib 10 lookup 30 | wc -l)"
	cgr route flush fib 10 foreign
	same '' "$(cgr route show fib 10 lookup 30)"
	cgr route restore fib 10 - <<< "$saved"
	same "$shown" "$(cgr route show fib 10)"
	cgr route restore atomic fib 10 - <<< "$(cgr route show fib 10 proto boot)"
	same "$shown" "$(cgr route show fib 10)"
	reach a10 192.0.2.1
}

test_what_makes_no_sense_is_refused()
{
	local out

	out=$(cgr route add 203.0.113.0/24 lookup 10 fib 10 2>&1) && fail "$out"
	contains "$out" 'back to its own FIB'
	out=$(cgr route add 203.0.113.0/24 dev fib10 foreign fib 10 2>&1) && fail "$out"
	contains "$out" 'back to its own FIB'
	out=$(cgr route add 203.0.113.0/24 lookup 99 fib 10 2>&1) && fail "$out"
	contains "$out" 'no FIB with this id'
	cgr fib add 40
	finally cgr fib del 40
	out=$(cgr route add 203.0.113.0/24 lookup 40 fib 10 2>&1) && fail "$out"
	contains "$out" 'The FIB has no device'
	out=$(cgr route add 203.0.113.0/24 via 10.7.0.2 lookup 30 fib 10 2>&1) && fail "$out"
	contains "$out" 'neither device nor gateway'
	out=$(cgr route add 203.0.113.0/24 via 10.7.0.2 dev fib30 foreign fib 10 2>&1) && fail "$out"
	contains "$out" 'has no gateway'
	out=$(cgr route add blackhole 203.0.113.0/24 foreign fib 10 2>&1) && fail "$out"
	contains "$out" 'cannot be foreign'
	out=$(cgr route add 203.0.113.0/24 nexthop dev fib30 nexthop dev b10r foreign fib 10 2>&1) && fail "$out"
	contains "$out" 'cannot be a member of a group'
	same '' "$(cgr route show fib 10 203.0.113.0/24)"
}

run_tests
