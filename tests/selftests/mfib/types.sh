#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Routes that lead out of the FIB: type local (to the router itself) and type throw (to what the kernel's rules say).
#
# Beside the customers there is a namespace w0, the world, on an ordinary device of the router: 198.51.100.2 and 2001:db8:a::2. It
# reaches FIB 10 back through routes of the main table over the device fib10.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2102,SC2317 # no name here has a space but routes, which are words; run_tests calls all
. "$(dirname "$0")/topology.sh"

setup()
{
	topology_up 10
	ns_add w0
	ip link add w0r type veth peer name e0 netns "w0-$$"
	ip -batch - <<- END
		link set w0r up
		address add 198.51.100.1/24 dev w0r
		address add 2001:db8:a::1/64 dev w0r nodad
		route add 10.1.0.0/24 dev fib10
		route add 2001:db8:1::/64 dev fib10
		address add 10.0.0.1/32 dev fib10
		address add 2001:db8::1/128 dev fib10 nodad
	END
	ip -n "w0-$$" -batch - <<- END
		link set lo up
		link set e0 up
		address add 198.51.100.2/24 dev e0
		address add 2001:db8:a::2/64 dev e0 nodad
		address add 203.0.113.2/32 dev lo
		route add default via 198.51.100.1
		route add default via 2001:db8:a::1
	END
	at w0 socat TCP6-LISTEN:80,ipv6only=0,reuseaddr,fork 'SYSTEM:echo page of the world' 2> /dev/null &
	on_exit kill $!
	poll_until 20 world_listens
	poll_until 20 ping -q -c 1 -W 1 198.51.100.2
	poll_until 20 ping -q -c 1 -W 1 2001:db8:a::2
}

world_listens() { [ -n "$(at w0 ss -Hlnt)" ]; }

# routes ROUTE...: for this test only
routes()
{
	local route

	for route; do
		cgr route add $route fib 10
		finally cgr route del $route fib 10
	done
}

# transparent_echo PORT: a proxy's server in FIB 10, which takes connections to addresses that are not the router's and tells to which
transparent_echo()
{
	python3 - "$1" <<- 'END' &
		import socket, sys
		IP_TRANSPARENT = 19
		server = socket.socket()
		server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		server.setsockopt(socket.SOL_IP, IP_TRANSPARENT, 1)
		server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'fib10')
		server.bind(('', int(sys.argv[1])))
		server.listen()
		while True:
		    client, _ = server.accept()
		    client.sendall(b'you wanted %s\n' % client.getsockname()[0].encode())
		    client.close()
	END
	finally kill $!
	poll_until 20 bash -c "ss -Hlnt | grep -q ':$1 '"
}

test_local_prefix_ends_at_the_router()
{
	routes 'local 10.99.0.0/16' 'local 2001:db8:99::/48'
	transparent_echo 81
	same 'you wanted 10.99.1.2' "$(page_at a10 TCP4:10.99.1.2:81)"
	same 'you wanted 10.99.255.255' "$(page_at b10 TCP4:10.99.255.255:81)"
	reach a10 2001:db8:99::77
	# shellcheck disable=SC2016 # for the shell of socat
	socat "TCP6-LISTEN:82,reuseaddr,fork,so-bindtodevice=fib10" 'SYSTEM:echo $SOCAT_SOCKADDR' 2> /dev/null &
	finally kill $!
	poll_until 20 bash -c "ss -Hlnt | grep -q ':82 '"
	same '[2001:0db8:0099:0000:0000:0000:0000:0005]' "$(page_at b10 TCP6:[2001:db8:99::5]:82)"
	contains "$(cgr route get 10.99.1.2 fib 10)" '^local 10.99.1.2 .*prefix 10.99.0.0/16'
}

test_local_prefix_for_local_clients()
{
	routes 'local 10.99.0.0/16' 'local 2001:db8:99::/48'
	transparent_echo 81
	same 'you wanted 10.99.1.2' "$(page TCP4:10.99.1.2:81,so-bindtodevice=fib10)"
	reach router 2001:db8:99::77 -I fib10
}

test_within_a_local_prefix_longer_ones_forward()
{
	routes 'local 172.16.0.0/16' 'local 2001:db8:ff::/64'
	reach a10 172.17.1.1
	told a10 172.16.1.1 'Host Unreachable|100% packet loss' -W 1
	cgr route add 172.16.1.0/24 via 10.2.0.2 dev b10r fib 10
	finally cgr route del 172.16.1.0/24 fib 10
	reach a10 172.16.1.1
	reach router 172.16.1.1 -I fib10
	reach a10 2001:db8:ff:1::1
	reach router 2001:db8:ff:1::1 -I fib10
}

test_thrown_packets_take_the_kernels_way()
{
	told a10 198.51.100.2 'Net Unreachable'
	routes 'throw 0.0.0.0/0' 'throw ::/0'
	reach a10 198.51.100.2
	reach a10 2001:db8:a::2
	same 'page of the world' "$(page_at a10 TCP4:198.51.100.2:80)"
	same 'page of the world' "$(page_at a10 TCP6:[2001:db8:a::2]:80)"
	contains "$(cgr route get 198.51.100.2 fib 10)" '^throw 198.51.100.2 .*prefix default'
}

test_throw_leaves_what_the_fib_has()
{
	routes 'throw 0.0.0.0/0' 'throw ::/0'
	# the main table knows other ways there
	ip route add 172.16.0.0/12 via 198.51.100.2
	finally ip route del 172.16.0.0/12
	ip -6 route add 2001:db8:ff::/48 via 2001:db8:a::2
	finally ip -6 route del 2001:db8:ff::/48
	for from in a10 router; do
		local options=()

		[ $from = a10 ] || options=(-I fib10)
		reach $from 172.16.1.1 "${options[@]}"
		reach $from 2001:db8:ff::1 "${options[@]}"
		reach $from 10.2.0.2 "${options[@]}"
	done
}

test_thrown_packets_of_local_sockets()
{
	routes 'throw 198.51.100.0/24' 'throw 2001:db8:a::/64'
	# the world answers a port's address, and one of the FIB's device
	ip route add 10.0.0.1/32 dev fib10
	finally ip route del 10.0.0.1/32
	ip -6 route add 2001:db8::1/128 dev fib10
	finally ip -6 route del 2001:db8::1/128
	reach router 198.51.100.2 -I fib10
	same 'page of the world' "$(page TCP4:198.51.100.2:80,so-bindtodevice=fib10,bind=10.0.0.1)"
	same 'page of the world' "$(page TCP6:[2001:db8:a::2]:80,so-bindtodevice=fib10,bind=[2001:db8::1])"
}

test_thrown_packets_obey_rules()
{
	routes 'throw 203.0.113.0/24'
	ip route add 203.0.113.0/24 via 198.51.100.2 table 77
	finally ip route flush table 77
	told a10 203.0.113.2 'Net Unreachable'
	ip rule add from 10.1.0.0/24 lookup 77 pref 2000
	finally ip rule del pref 2000
	reach a10 203.0.113.2
	told b10 203.0.113.2 'Net Unreachable'
	ip rule add from 10.1.0.0/24 ipproto icmp prohibit pref 1999
	finally ip rule del pref 1999
	told a10 203.0.113.2 'Packet filtered'
}

test_thrown_packets_are_refused_as_the_kernels_routes_say()
{
	local before

	routes 'throw 203.0.113.0/24' 'throw 2001:db8:cc::/48'
	ip route add unreachable 203.0.113.0/26
	finally ip route del 203.0.113.0/26
	ip route add prohibit 203.0.113.64/26
	finally ip route del 203.0.113.64/26
	ip route add blackhole 203.0.113.128/26
	finally ip route del 203.0.113.128/26
	ip -6 route add prohibit 2001:db8:cc::/64
	finally ip -6 route del 2001:db8:cc::/64
	before=$(counter 10 blackhole)
	told a10 203.0.113.1 'Host Unreachable'
	told a10 203.0.113.65 'Packet filtered'
	lacks "$(cut_off a10 203.0.113.129)" 'nreachable|filtered'
	same $((before + 1)) "$(counter 10 blackhole)"
	told a10 203.0.113.193 'Net Unreachable'
	told a10 2001:db8:cc::1 'Administratively prohibited'
	told a10 2001:db8:cc:1::1 'No route'
	contains "$(page TCP4:203.0.113.1:80,so-bindtodevice=fib10 2>&1)" 'No route to host'
	contains "$(page TCP4:203.0.113.193:80,so-bindtodevice=fib10 2>&1)" 'Network is unreachable'
}

test_throw_in_a_circle_ends()
{
	local before

	routes 'throw 203.0.113.0/24' 'throw 2001:db8:cc::/48'
	ip route add 203.0.113.0/24 dev fib10
	finally ip route del 203.0.113.0/24
	ip -6 route add 2001:db8:cc::/48 dev fib10
	finally ip -6 route del 2001:db8:cc::/48
	told a10 203.0.113.1 'Host Unreachable'
	told a10 2001:db8:cc::1 'Address unreachable'
	contains "$(page TCP4:203.0.113.1:80,so-bindtodevice=fib10 2>&1)" 'No route to host'
	# from outside: the kernel hands it to the FIB, which throws it back
	before=$(counter 10 sent-errors)
	cut_off w0 203.0.113.1
	[ "$(counter 10 sent-errors)" -gt "$before" ]
}

test_thrown_to_an_address_of_the_host()
{
	routes 'throw 198.51.100.0/24' 'throw 2001:db8:a::/64'
	reach a10 198.51.100.1
	reach a10 2001:db8:a::1
}

test_forwarding_switched_off()
{
	routes 'local 2001:db8:99::/48' 'throw 198.51.100.0/24'
	finally set_sysctl net.ipv4.conf.a10r.forwarding=1
	set_sysctl net.ipv4.conf.a10r.forwarding=0
	cut_off a10 198.51.100.2
	# nor is it told of routes that there are not
	lacks "$(cut_off a10 192.0.2.77)" nreachable
	reach a10 198.51.100.1
	reach a10 2001:db8:99::1
}

test_types_have_no_next_hop_and_can_change()
{
	contains "$(cgr route add throw 192.0.2.0/24 via 10.2.0.2 fib 10 2>&1)" 'no next hop'
	cgr route add throw 192.0.2.0/24 fib 10
	finally cgr route del 192.0.2.0/24 fib 10
	cgr route replace local 192.0.2.0/24 fib 10
	same 'local 192.0.2.0/24 proto boot' "$(cgr route show exact 192.0.2.0/24 fib 10)"
	cgr route replace 192.0.2.0/24 via 10.2.0.2 fib 10
	contains "$(cgr route show exact 192.0.2.0/24 fib 10)" '^192.0.2.0/24 via 10.2.0.2 dev b10r'
	cgr route replace throw 192.0.2.0/24 fib 10
}

run_tests
