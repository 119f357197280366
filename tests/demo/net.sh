# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# net.sh - the router's two customers, to be sourced. Each has a near and a far site; the far one has two links and some
# of the world's addresses. A and B use the very same ones.
#
#	            10.1.0.0/24            10.2.0.0/16
#	A-near e0 ------------ A0 router A1 ------------ e1
#	                          FIB 10 A2 ------------ e2 A-far
#	                                   10.3.0.0/16
#
#	B-near e0 ------------ B0 router B1 ------------ e1
#	                          FIB 20 B2 ------------ e2 B-far
#
# The router is .1 in every network (::1 in 2001:db8:1::/64, :2:: and :3::), near is .2, far is .2 and all of 10.2.1.0/24
# and 10.3.1.0/24, the gateways of 256 next hops. The FIBs' own devices, fibA and fibB, both have 10.0.0.1 and 2001:db8::1.

customers='A B'
world='8.8.8.8/32 198.51.100.7/32 2606:4700::1111/128 2001:db8:ff::7/128'
fib_of() { if [ "$1" = A ]; then echo 10; else echo 20; fi; }

link() # ROUTER-END NETNS END ROUTER-ADDR4 ROUTER-ADDR6 CUSTOMER
{
	ip link add "$1" type veth peer name "$3" netns "$2"
	ip link set "$1" master "fib$6"
	ip addr add "$4" dev "$1"
	ip addr add "$5" dev "$1" nodad
	ip link set "$1" up
	ip -n "$2" link set "$3" up
}

customer() # NAME
{
	local c=$1 n

	cgr fib add "$(fib_of "$c")" dev "fib$c"
	ip addr add 10.0.0.1/32 dev "fib$c"
	ip addr add 2001:db8::1/128 dev "fib$c" nodad
	ip netns add "$c-near"
	ip netns add "$c-far"
	ip -n "$c-near" link set lo up
	ip -n "$c-far" link set lo up
	link "${c}0" "$c-near" e0 10.1.0.1/24 2001:db8:1::1/64 "$c"
	link "${c}1" "$c-far" e1 10.2.0.1/16 2001:db8:2::1/64 "$c"
	link "${c}2" "$c-far" e2 10.3.0.1/16 2001:db8:3::1/64 "$c"

	ip -n "$c-near" addr add 10.1.0.2/24 dev e0
	ip -n "$c-near" addr add 2001:db8:1::2/64 dev e0 nodad
	ip -n "$c-near" route add default via 10.1.0.1
	ip -n "$c-near" route add default via 2001:db8:1::1

	for n in 1 2; do
		ip -n "$c-far" addr add "10.$((n + 1)).0.2/16" dev "e$n"
		ip -n "$c-far" route add local "10.$((n + 1)).1.0/24" dev lo
		for ((i = 1; i <= 128; i++)); do
			printf 'addr add 2001:db8:%d::%x/64 dev e%d nodad\n' $((n + 1)) $((i + 1)) $n
		done | ip -n "$c-far" -batch -
	done
	for n in $world; do
		ip -n "$c-far" addr add "$n" dev lo
	done
	ip -n "$c-far" route add default via 10.2.0.1
	ip -n "$c-far" route add default via 2001:db8:2::1
}

next_hops() # NAME; 256 for IPv4 and as many for IPv6, half of them through each link
{
	local c=$1 i port gw first=0

	[ "$c" = A ] || first=1000
	for ((i = 0; i < 256; i++)); do
		port=$((i % 2 + 1)) gw=$((i / 2 + 1))
		echo "nexthop add id $((first + i + 1)) via 10.$((port + 1)).1.$gw dev $c$port"
		printf 'nexthop add id %d via inet6 2001:db8:%d::%x dev %s%d\n' $((first + i + 301)) $((port + 1)) \
			$((gw + 1)) "$c" "$port"
	done | cgr -batch -
}

router()
{
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0
	ip link set lo up
	modprobe mfib
	for c in $customers; do
		customer "$c"
	done
}

# Waits until both customers' connected routes have appeared.
router_ready()
{
	local c deadline=$((SECONDS + 20))

	for c in $customers; do
		until cgr route get 10.3.0.9 fib "$(fib_of "$c")" > /dev/null 2>&1 &&
		      cgr route get 2001:db8:3::9 fib "$(fib_of "$c")" > /dev/null 2>&1; do
			[ $SECONDS -lt $deadline ] || return 1
		done
	done
}
