#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sockets of the router itself: bound to a FIB's device they live in that FIB, servers on the same address and port among them.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2102,SC2317 # no name here has a space; run_tests calls all
. "$(dirname "$0")/topology.sh"

# serve FILE SOCAT-ADDRESS: sends the file to whoever connects or asks, until the program ends
serve()
{
	socat "$2,fork" "EXEC:cat $1" 2> /dev/null &
	on_exit kill $!
}

setup()
{
	local fib

	topology_up 10 20
	set_sysctl net.ipv4.ping_group_range='0 0'
	for fib in 10 20; do
		ip -batch - <<- END
			address add 10.0.0.1/32 dev fib$fib
			address add 2001:db8::1/128 dev fib$fib nodad
		END
		echo "page of FIB $fib" > "$ktap_tmp/page$fib"
		head -c 3000000 /dev/urandom > "$ktap_tmp/file$fib"
		serve "$ktap_tmp/page$fib" TCP4-LISTEN:80,reuseaddr,bind=10.0.0.1,so-bindtodevice=fib$fib
		serve "$ktap_tmp/page$fib" TCP6-LISTEN:80,reuseaddr,bind=[2001:db8::1],so-bindtodevice=fib$fib
		serve "$ktap_tmp/page$fib" UDP4-RECVFROM:53,bind=10.0.0.1,so-bindtodevice=fib$fib
		serve "$ktap_tmp/page$fib" UDP6-RECVFROM:53,bind=[2001:db8::1],so-bindtodevice=fib$fib
		at "b$fib" socat -U TCP6-LISTEN:80,ipv6only=0,reuseaddr,fork "OPEN:$ktap_tmp/file$fib,rdonly" 2> /dev/null &
	done
	# one for everybody
	echo "page of all" > "$ktap_tmp/page"
	serve "$ktap_tmp/page" TCP6-LISTEN:81,ipv6only=0,reuseaddr
	socat -u UDP6-RECV:54,ipv6only=0 "CREATE:$ktap_tmp/received" 2> /dev/null &
	on_exit kill $!
	poll_until 20 listening 12
}

listening() { [ "$(ss -Hlntu | wc -l)" -ge 10 ] && [ "$(at b10 ss -Hlnt | wc -l; at b20 ss -Hlnt | wc -l)" = $'1\n1' ]; }

# ask NAME ADDRESS/PORT: what a UDP server answers; asks again as a resolver would, for a forking socat may miss a question
ask()
{
	# shellcheck disable=SC2016 # for the shell over there
	at "$1" bash -c 'exec 3<> "/dev/udp/$0"; for i in {1..12}; do echo question >&3; timeout $1 dd bs=99 count=1 status=none <&3 && exit; done' "$2" "$(slow 5)"
}

test_two_servers_on_one_address_each_serve_their_customer()
{
	local fib

	for fib in 10 20; do
		same "page of FIB $fib" "$(page_at a$fib TCP4:10.0.0.1:80)"
		same "page of FIB $fib" "$(page_at b$fib TCP4:10.0.0.1:80)"
		same "page of FIB $fib" "$(page_at a$fib TCP6:[2001:db8::1]:80)"
	done
}

test_servers_answer_hosts_behind_a_route()
{
	local fib

	for fib in 10 20; do
		same "page of FIB $fib" "$(page_at b$fib TCP4:10.0.0.1:80,bind=172.16.1.1)"
		same "page of FIB $fib" "$(page_at b$fib TCP6:[2001:db8::1]:80,bind=[2001:db8:ff::1])"
	done
}

test_udp_servers_serve_their_customer()
{
	local fib

	for fib in 10 20; do
		same "page of FIB $fib" "$(ask a$fib 10.0.0.1/53)"
		same "page of FIB $fib" "$(ask b$fib 10.0.0.1/53)"
		same "page of FIB $fib" "$(ask a$fib 2001:db8::1/53)"
	done
}

test_local_clients_reach_local_servers_of_their_fib()
{
	local fib

	for fib in 10 20; do
		same "page of FIB $fib" "$(page TCP4:10.0.0.1:80,so-bindtodevice=fib$fib)"
		same "page of FIB $fib" "$(page TCP6:[2001:db8::1]:80,so-bindtodevice=fib$fib)"
	done
}

test_socket_without_a_fib_reaches_none()
{
	local address

	for address in TCP4:172.16.1.1:80 TCP4:10.0.0.1:80 TCP6:[2001:db8:ff::1]:80 TCP6:[2001:db8::1]:80; do
		contains "$(page "$address" 2>&1)" 'Network is unreachable'
	done
}

test_server_without_a_fib_needs_l3mdev_accept()
{
	contains "$(page_at a10 TCP4:10.1.0.1:81 2>&1)" 'Connection refused'
	contains "$(page_at a10 TCP6:[2001:db8:1::1]:81 2>&1)" 'Connection refused'
	contains "$(ask a10 10.1.0.1/54 2>&1)" 'Connection refused'
	finally set_sysctl net.ipv4.tcp_l3mdev_accept=0 net.ipv4.udp_l3mdev_accept=0
	set_sysctl net.ipv4.tcp_l3mdev_accept=1 net.ipv4.udp_l3mdev_accept=1
	same 'page of all' "$(page_at a10 TCP4:10.1.0.1:81)"
	same 'page of all' "$(page_at b20 TCP4:10.0.0.1:81,bind=172.16.1.1)"
	same 'page of all' "$(page_at a20 TCP6:[2001:db8:1::1]:81)"
	at a10 bash -c 'echo "for all" > /dev/udp/10.1.0.1/54'
	poll_until 10 grep 'for all' "$ktap_tmp/received"
}

test_transfers_through_both_customers_at_once()
{
	local fib pids=()

	for fib in 10 20; do
		at "a$fib" socat -u TCP4:172.16.1.1:80 "CREATE:$ktap_tmp/v4-$fib" &
		pids+=($!)
		at "a$fib" socat -u TCP6:[2001:db8:ff::1]:80 "CREATE:$ktap_tmp/v6-$fib" &
		pids+=($!)
	done
	for fib in "${pids[@]}"; do
		wait "$fib"
	done
	for fib in 10 20; do
		cmp "$ktap_tmp/file$fib" "$ktap_tmp/v4-$fib"
		cmp "$ktap_tmp/file$fib" "$ktap_tmp/v6-$fib"
	done
}

test_transfers_to_the_router_itself()
{
	local fib

	for fib in 10 20; do
		page TCP4:172.16.1.1:80,so-bindtodevice=fib$fib | cmp - "$ktap_tmp/file$fib"
		page TCP6:[2001:db8:ff::1]:80,so-bindtodevice=fib$fib | cmp - "$ktap_tmp/file$fib"
	done
}

test_uploads_through_a_port_with_a_smaller_mtu_than_others()
{
	local address

	finally ip link set b10r mtu 1500
	ip link set b10r mtu 1300
	for address in TCP4:172.16.1.2 TCP6:[2001:db8:ff::2]; do
		at b10 socat -u -T 5 "${address:0:4}-LISTEN:82,reuseaddr,accept-timeout=$(slow 20)" "CREATE:$ktap_tmp/up-${address:0:4}" &
		poll_until 10 eval "socat -T 30 -u OPEN:$ktap_tmp/file10 $address:82,so-bindtodevice=fib10"
		wait $!
		cmp "$ktap_tmp/file10" "$ktap_tmp/up-${address:0:4}"
	done
}

test_path_mtu_is_learned_by_local_sockets_of_the_right_fib()
{
	local fib

	# a link behind the host is small
	for fib in 10 20; do
		at "b$fib" bash -c 'set_sysctl net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1'
		ip -n "b$fib-$$" -batch - <<- END
			link add d0 type dummy
			link set d0 up mtu $((1290 + fib))
			route add 198.51.100.0/24 dev d0
			route add 2001:db8:dd::/48 dev d0
		END
		cgr route add 198.51.100.0/24 via 10.2.0.2 dev b${fib}r fib $fib
		cgr route add 2001:db8:dd::/48 via 2001:db8:2::2 dev b${fib}r fib $fib
		refuse ping -q -M 'do' -s 1400 -c 1 -W 0.3 -I fib$fib 198.51.100.1
		refuse ping -q -M 'do' -s 1400 -c 1 -W 0.3 -I fib$fib 2001:db8:dd::1
	done
	for fib in 10 20; do
		contains "$(ping -M 'do' -s 1400 -c 1 -W 0.1 -I fib$fib 198.51.100.1 2>&1)" "message too long, mtu.*$((1290 + fib))"
		contains "$(ping -M 'do' -s 1400 -c 1 -W 0.1 -I fib$fib 2001:db8:dd::1 2>&1)" "message too long, mtu.*$((1290 + fib))"
	done
}

test_socket_learns_why_its_packet_cannot_be_sent()
{
	local before

	cgr -batch - <<- END
		route add unreachable 203.0.113.0/25 fib 10
		route add prohibit 203.0.113.128/25 fib 10
		route add blackhole 198.18.0.0/16 fib 10
		route add prohibit 2001:db8:cc::/48 fib 10
	END
	before=$(counter 10 sent-errors)
	contains "$(page TCP4:192.0.2.1:80,so-bindtodevice=fib10 2>&1)" 'Network is unreachable'
	contains "$(page TCP4:203.0.113.1:80,so-bindtodevice=fib10 2>&1)" 'No route to host'
	contains "$(page TCP4:203.0.113.129:80,so-bindtodevice=fib10 2>&1)" 'No route to host'
	contains "$(page TCP6:[2001:db8:bb::1]:80,so-bindtodevice=fib10 2>&1)" 'Network is unreachable'
	contains "$(page TCP6:[2001:db8:cc::1]:80,so-bindtodevice=fib10 2>&1)" 'Permission denied'
	contains "$(page TCP4:172.16.1.1:9,so-bindtodevice=fib10 2>&1)" 'Connection refused'
	lacks "$(page TCP4:198.18.0.1:80,so-bindtodevice=fib10,connect-timeout=0.3 2>&1)" 'unreachable|No route|refused'
	# one SYN each, or more where the first answer found the socket locked
	[ "$(counter 10 sent-errors)" -ge "$((before + 6))" ] || fail 'these packets were not counted'
}

test_socket_bound_to_a_port()
{
	reach_fib 10 router 10.1.0.2 -I a10r
	reach_fib 20 router 10.1.0.2 -I a20r
	reach_fib 10 router 2001:db8:2::2 -I b10r
	reach_fib 20 router fe80::a%a20r
	reach_fib 10 router ff02::1%b10r
}

test_multicast_reaches_who_joined_on_a_port()
{
	local out=$ktap_tmp/multicast

	timeout "$(slow 20)" socat -u UDP4-RECVFROM:5000,ip-add-membership=224.0.0.251:a20r,so-bindtodevice=a20r "CREATE:$out" &
	poll_until 15 eval "echo hello | at a10 socat -u - UDP4-DATAGRAM:224.0.0.251:5000,bind=10.1.0.2
		echo hello 20 | at a20 socat -u - UDP4-DATAGRAM:224.0.0.251:5000,bind=10.1.0.2; [ -s $out ]"
	same 'hello 20' "$(< "$out")"
}

test_sent_counters_are_what_was_sent()
{
	local packets bytes

	packets=$(counter 20 sent-packets)
	bytes=$(counter 20 sent-bytes)
	ping -q -c 10 -i 0.01 -s 100 -I fib20 172.16.1.1
	same 10 $(($(counter 20 sent-packets) - packets))
	same 1280 $(($(counter 20 sent-bytes) - bytes))
}

run_tests
