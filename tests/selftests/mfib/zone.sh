#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mfib_zone: to conntrack and NAT, connections of two FIBs with the same addresses and ports are two.

# shellcheck source-path=SCRIPTDIR disable=SC2317,SC2086 # run_tests calls all; FIBs are numbers
. "$(dirname "$0")/topology.sh"

talk=$PWD/zone_talk.py

setup()
{
	local fib

	modprobe mfib_zone
	on_exit rmmod mfib_zone
	topology_up 10 20
	ns_add world
	ip link add wr type veth peer name e0 netns "world-$$"
	ip link set wr up
	ip address add 198.51.100.1/24 dev wr
	at world ip link set e0 up
	at world ip address add 198.51.100.2/24 dev e0
	nft add table inet t
	nft add chain inet t tracked '{ type filter hook forward priority 0; ct state related counter; }'
	# on a slow kernel they are counted, and the other half comes, minutes later
	set_sysctl net.netfilter.nf_conntrack_udp_timeout=600
	set_sysctl net.ipv4.ipfrag_time=600
	set_sysctl net.netfilter.nf_conntrack_frag6_timeout=600
	for fib in 10 20; do
		serve "b$fib" 172.16.1.1 2001:db8:ff::1
	done
	serve world 198.51.100.2
}

# serve NAMESPACE ADDRESS...
serve()
{
	at "$1" "$talk" serve "$@" > "$ktap_tmp/served-$1" 2>&1 &
	poll_until 20 grep -q ready "$ktap_tmp/served-$1"
}

tracked() { grep -c "$1" /proc/net/nf_conntrack; }

# asked NAMESPACE|router ADDRESS PORT WHO [DEVICE [SOURCE]]: who answers
asked()
{
	local from=() who=$4

	[ "$1" = router ] || from=(at "$1")
	same "$who hello" "$("${from[@]}" "$talk" ask "$2" "$3" "${@:5}")" "answer to $*"
}

# chain NAME DEFINITION RULE...: as long as the test runs
chain()
{
	local name=$1 rule

	nft add chain inet t "$name" "{ $2; }"
	finally nft delete chain inet t "$name"
	for rule in "${@:3}"; do
		nft add rule inet t "$name" "$rule"
	done
}

test_two_fibs_have_two_connections()
{
	local fib address

	for fib in 10 20; do
		for address in 172.16.1.1 2001:db8:ff::1; do
			asked a$fib $address 4000 b$fib
		done
		same 2 "$(tracked "sport=4000 dport=5000.*zone=$fib ")"
	done
}

test_nat_takes_the_same_port_in_both()
{
	local fib

	chain nat 'type nat hook postrouting priority srcnat' 'oifname { b10r, b20r } masquerade'
	for fib in 10 20; do
		asked a$fib 172.16.1.1 4001 b$fib
		asked a$fib 2001:db8:ff::1 4001 b$fib
	done
	for fib in 10 20; do
		same 1 "$(tracked "sport=4001 dport=5000.*src=172.16.1.1 dst=10.2.0.1 sport=5000 dport=4001.*zone=$fib ")"
	done
}

test_local_sockets()
{
	local fib

	for fib in 10 20; do
		asked router 172.16.1.1 4002 b$fib fib$fib
		asked router 2001:db8:ff::1 4002 b$fib fib$fib
		same 2 "$(tracked "sport=4002 dport=5000.*zone=$fib ")"
	done
}

test_errors_find_their_connection()
{
	chain related 'type filter hook forward priority 10' 'iifname b10r ct state related counter'
	at a10 bash -c 'exec 3<> /dev/udp/172.16.1.1/5009; echo >&3; ! read -t 3 -u 3' || :
	contains "$(nft list chain inet t related)" 'packets [1-9]'
	same 1 "$(tracked 'dport=5009.*zone=10 ')"
}

test_fragments_do_not_mix()
{
	local half fib

	for fib in 10 20; do
		: > "$ktap_tmp/served-b$fib"
	done
	for half in first last; do
		at a10 "$talk" fragment 2001:db8:ff::1 2001:db8:1::2 $half A
		at a20 "$talk" fragment 2001:db8:ff::1 2001:db8:1::2 $half B
		at a10 "$talk" fragment 172.16.1.1 10.1.0.2 $half A
		at a20 "$talk" fragment 172.16.1.1 10.1.0.2 $half B
	done
	got() { [ "$(grep -ac "$2 800" "$ktap_tmp/served-b$1")" = 2 ]; }
	poll_until 10 got 10 A
	poll_until 10 got 20 B
}

test_ids_that_are_no_zones()
{
	cgr fib add 70000 dev big
	finally cgr fib del 70000
	contains "$(< /proc/net/mfib_zones)" '70000 big 32768'
	cgr fib add 32768 dev other
	finally cgr fib del 32768
	contains "$(< /proc/net/mfib_zones)" '32768 other 32769'
	cgr fib add 65535 dev last
	finally cgr fib del 65535
	contains "$(< /proc/net/mfib_zones)" '65535 last 65535'
}

test_rules_have_the_last_word()
{
	local address

	chain raw 'type filter hook prerouting priority raw' 'iifname { a10r, b10r } udp sport 4005 ct zone set 77' \
		'iifname { a10r, b10r } udp dport 4005 ct zone set 77' 'udp sport 4006 notrack' 'udp dport 4006 notrack'
	for address in 172.16.1.1 2001:db8:ff::1; do
		asked a10 $address 4005 b10
		asked a20 $address 4005 b20
		at a10 "$talk" ask $address 4006
	done
	same 2 "$(tracked 'sport=4005 dport=5000.*zone=77 ')"
	same 2 "$(tracked 'sport=4005 dport=5000.*zone=20 ')"
	same 0 "$(tracked 'sport=4006 dport=5000' || :)"
}

# The main table knows one way back to 10.1.0.0/24 at most: the connection's mark says which.
test_nat_into_the_main_table()
{
	local fib

	chain nat 'type nat hook postrouting priority srcnat' 'oifname wr mark 10 snat ip to 198.51.100.10' \
		'oifname wr mark 20 snat ip to 198.51.100.20'
	# the way back is that of the FIB whose address it is
	chain marks 'type filter hook prerouting priority mangle' 'iifname a10r meta mark set 10' 'iifname a20r meta mark set 20' \
		'iifname wr ip daddr 198.51.100.10 meta mark set 10' 'iifname wr ip daddr 198.51.100.20 meta mark set 20'
	for fib in 10 20; do
		ip address add 198.51.100.$fib/24 dev wr
		finally ip address del 198.51.100.$fib/24 dev wr
		ip rule add fwmark $fib iif wr lookup 1$fib pref 100
		finally ip rule del fwmark $fib iif wr lookup 1$fib pref 100
		ip route add 10.1.0.0/24 dev fib$fib table 1$fib
		finally ip route flush table 1$fib
		cgr route add throw 198.51.100.0/24 fib $fib
		finally cgr route del 198.51.100.0/24 fib $fib
	done
	for fib in 10 20; do
		asked a$fib 198.51.100.2 4007 world
		same 1 "$(tracked "sport=4007 dport=5000.*zone-orig=$fib ")"
	done
}

test_from_the_main_table()
{
	ip route add 172.16.0.0/12 dev fib10
	finally ip route del 172.16.0.0/12
	cgr route add throw 198.51.100.0/24 fib 10
	finally cgr route del 198.51.100.0/24 fib 10
	at world ip route add 172.16.0.0/12 via 198.51.100.1
	asked world 172.16.1.1 4008 b10
	same 1 "$(tracked 'sport=4008 dport=5000.*zone-reply=10 ')"
	refuse grep -q 'sport=4008 .*UNREPLIED' /proc/net/nf_conntrack
}

# It would take them with the second packet. That of the replies would then be sent to hosts behind the router's neighbours as if
# they were neighbours.
test_flowtables_leave_connections_of_fibs_alone()
{
	serve a10 10.1.0.2 2001:db8:1::2
	finally kill $!
	nft -f - <<- END
		table inet flows {
			flowtable f { hook ingress priority 0; devices = { a10r, b10r, wr }; }
			chain forward { type filter hook forward priority 0; flow add @f; }
		}
	END
	finally nft delete table inet flows
	for _ in 1 2 3 4; do
		asked b10 10.1.0.2 4011 a10 '' 172.16.1.1
		asked b10 2001:db8:1::2 4011 a10 '' 2001:db8:ff::1
	done
	same 2 "$(tracked 'sport=4011 dport=5000.*zone=10 ')"
	refuse tracked OFFLOAD
}

test_another_namespace_has_its_own()
{
	ns_add n
	finally ip netns del "$(ns_name n)"
	same 'fib dev zone' "$(at n cat /proc/net/mfib_zones)"
	at n cgr fib add 10 dev fib10
	same $'fib dev zone\n10 fib10 10' "$(at n cat /proc/net/mfib_zones)"
}

# Those that have a zone, but are not yet known to conntrack.
test_module_goes_while_packets_are_queued()
{
	hold_packets
	nft -f - <<- END
		table inet held {
			chain received { type filter hook prerouting priority raw; iifname a10r queue num 5; }
			chain sent { type filter hook output priority raw; oifname b10r queue num 5; }
		}
	END
	cut_off a10 172.16.1.1 -c 3 -i 0.01
	refuse ping -q -c 3 -i 0.01 -W 0.5 -I fib10 172.16.1.1
	poll_until 10 holds 6
	rmmod mfib_zone
	let_go
	modprobe mfib_zone
	asked a10 172.16.1.1 4008 b10
	same 1 "$(tracked 'sport=4008 dport=5000.*zone=10 ')"
}

end() { kill "$1" 2> /dev/null || :; } # PROCESS, which may have ended

test_modules_go_and_come_under_traffic()
{
	local pid

	at a10 ping -q -f -w "$(slow 300)" 172.16.1.1 > "$ktap_tmp/flood" &
	pid=$!
	finally end $pid
	for _ in 1 2 3 4 5; do
		rmmod mfib_zone
		modprobe mfib_zone
	done
	asked a10 172.16.1.1 4009 b10
	same 1 "$(tracked 'sport=4009 dport=5000.*zone=10 ')"
	kill -0 $pid
	rmmod mfib
	same 'fib dev zone' "$(< /proc/net/mfib_zones)"
	modprobe mfib
	fib_up 10
	poll_until 10 is_ready 10
	asked a10 172.16.1.1 4010 b10
	same 1 "$(tracked 'sport=4010 dport=5000.*zone=10 ')"
}

run_tests
