#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Ports, FIBs and the module itself come and go under traffic. Afterwards the router works as before, and no customer has
# seen a packet of the other.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # no name here has a space; run_tests calls all
. "$(dirname "$0")/topology.sh"

mark_of() { case $1 in 10) echo 0x20 ;; 20) echo 0x40 ;; esac; } # FIB: what traffic carries, DSCP cs1 or cs2

setup()
{
	local fib address

	echo 'cgr-test: life begins' > /dev/kmsg
	topology_up 10 20
	for fib in 10 20; do
		for address in 172.16.1.1 2001:db8:ff::1; do
			nsenter --net="/run/netns/a$fib-$$" ping -q -i 0.04 -Q "$(mark_of $fib)" "$address" > /dev/null 2>&1 &
		done
	done
}

# works [FIB...]: hosts reach each other through these FIBs, or through both
works()
{
	local fib

	[ $# -gt 0 ] || set -- 10 20
	for fib; do
		poll_until 15 answers "$fib" 172.16.3.1
		poll_until 15 answers "$fib" 2001:db8:ff::3
	done
}

answers() { (reach_fib "$1" "a$1" "$2" -W 1) }

# watch NAME: counts there what carries a FIB's mark, see seen()
watch()
{
	at "$1" nft -f - <<- 'END'
		table inet watch {
			counter fib10 { }
			counter fib20 { }
			chain in {
				type filter hook prerouting priority -400
				ip dscp cs1 counter name fib10
				ip dscp cs2 counter name fib20
				ip6 dscp cs1 counter name fib10
				ip6 dscp cs2 counter name fib20
			}
		}
	END
}

# seen NAME FIB: how many it was
seen() { at "$1" nft list counter inet watch "fib$2" | awk '$1 == "packets" { print $2 }'; }

test_port_goes_down_and_comes_up()
{
	local i

	for i in 1 2 3; do
		ip link set b10r down
		ip link set b10r up
	done
	port_up b10r 10
	works
}

test_port_is_renamed()
{
	ip link set b10r down
	ip link set b10r name c10r
	ip link set c10r up
	contains "$(cgr route show fib 10)" '172.16.0.0/12 via 10.2.0.2 dev c10r'
	reach_fib 10 a10 172.16.3.1
	ip link set c10r down
	ip link set c10r name b10r
	port_up b10r 10
	works
}

test_port_is_deleted_and_added_again()
{
	ip link del b10r
	lacks "$(cgr route show fib 10)" 'b10r|if[0-9]|172.16.0.0|2001:db8:2'
	works 20
	wire b10
	port_up b10r 10
	fib_routes 10
	works
}

test_port_moves_to_another_namespace_and_back()
{
	ip link set b10r netns "a20-$$"
	lacks "$(cgr route show fib 10)" 'b10r|if[0-9]|172.16.0.0|2001:db8:2'
	works 20
	ip -n "a20-$$" link set b10r netns $$
	port_up b10r 10
	fib_routes 10
	works
}

test_packets_do_not_follow_a_port_into_another_fib()
{
	local before i name

	# a third link of customer 10, whose end belongs to customer 20 soon
	own_ns c
	ip link add cr type veth peer name e0 netns "c-$$"
	ip -n "c-$$" -batch - <<- END
		link set e0 up
		address add 10.3.0.2/24 dev e0
		route add local 198.18.0.0/16 dev lo
		route add default via 10.3.0.1
	END
	ip -batch - <<- END
		link set cr master fib10
		link set cr up
		address add 10.3.0.1/24 dev cr
	END
	cgr route add 198.18.0.0/16 via 10.3.0.2 dev cr fib 10
	for name in c a20 b20; do
		watch $name
		finally at $name nft flush ruleset
	done
	reach_fib 10 a10 198.18.0.1 -Q 0x20
	[ "$(seen c 10)" -gt 0 ]
	nsenter --net="/run/netns/a10-$$" ping -q -i 0.01 -Q 0x20 198.18.0.1 > /dev/null &
	finally kill $!

	for i in 1 2 3; do
		ip link set cr master fib20
		before=$(seen c 10)
		reach a20 10.3.0.2
		cut_off a10 198.18.0.1 -Q 0x20
		same 0 $(($(seen c 10) - before)) "packets of FIB 10 behind a port of FIB 20"
		ip link set cr master fib10
		cgr route add 198.18.0.0/16 via 10.3.0.2 dev cr fib 10
		poll_until 15 answers 10 198.18.0.1
	done
	same 0 "$(seen a20 10)"
	same 0 "$(seen b20 10)"
	ip link del cr
	works
}

test_fib_is_deleted_and_added_again()
{
	local i

	for i in 1 2 3; do
		cgr fib del 10
		refuse ip link show fib10
		fib_up 10
	done
	works
}

test_fib_device_is_deleted_and_added_again()
{
	local i

	for i in 1 2 3; do
		ip link del fib10
		lacks "$(cgr fib show 10)" 'dev'
		cgr fib set 10 dev fib10
		ip link set fib10 up
		port_up a10r 10
		port_up b10r 10
		fib_routes 10
	done
	works
}

test_namespace_with_fibs_is_deleted()
{
	local i name

	for i in 1 2 3; do
		name=n$i
		ns_add $name
		ip -n "$name-$$" -batch - <<- END
			link add p type veth peer name q
			link set p up
			link set q up
		END
		at $name bash -e <<- END
			cgr fib add 10 dev fib10
			cgr fib add 20 dev fib20
			cgr fib add 30
			ip link set p master fib10
			ip link set q master fib20
			ip address add 10.1.0.1/24 dev p
			ip address add 10.1.0.2/24 dev q
			cgr route add 172.16.0.0/12 via 10.1.0.2 dev p fib 10
			cgr route add default via 10.1.0.1 dev q fib 20
			cgr route add blackhole ::/0 fib 30
			cgr nexthop add 1 via 10.1.0.9 dev p
		END
		at $name ping -q -c 3 -i 0.01 -W 0.1 -I fib10 172.16.1.1 || true
		ip netns del "$name-$$"
	done
	works
}

test_two_thousand_routes_are_replaced_without_loss()
{
	local out fib pids=()

	# both are addresses of the same host
	ip -n "b10-$$" address add 10.2.0.3/24 dev e0
	ip -n "b10-$$" address add 2001:db8:2::3/64 dev e0 nodad
	works 10
	# a count, not a signal, ends them: what a signal finds on its way counts as lost
	for address in 172.16.4.1 2001:db8:ff::4; do
		nsenter --net="/run/netns/a10-$$" ping -q -c 100 -i 0.02 "$address" > "$ktap_tmp/loss-$address" &
		pids+=($!)
	done
	for fib in {1..500}; do
		echo "route replace 172.16.0.0/12 via 10.2.0.3 dev b10r fib 10"
		echo "route replace 2001:db8:ff::/48 via 2001:db8:2::3 dev b10r fib 10"
		echo "route replace 172.16.0.0/12 via 10.2.0.2 dev b10r fib 10"
		echo "route replace 2001:db8:ff::/48 via 2001:db8:2::2 dev b10r fib 10"
	done | cgr -batch -
	wait "${pids[@]}"
	out=$(cat "$ktap_tmp"/loss-*)
	echo "$out"
	same 2 "$(grep -c ' 0% packet loss' <<< "$out")" "pings without loss"
	works
}

test_module_is_unloaded_and_loaded()
{
	local i

	for i in 1 2 3; do
		modprobe -r mfib
		refuse ip link show fib10
		modprobe mfib
		fib_up 10
		fib_up 20
	done
	works
}

test_module_is_unloaded_while_packets_wait()
{
	# for the answer of a neighbour who is not there, and in a queue; the kernel gives up asking after three seconds
	set_sysctl net.ipv4.neigh.b10r.mcast_solicit=60 net.ipv6.neigh.b10r.mcast_solicit=60
	tc qdisc add dev b20r root netem delay 500ms
	reach_fib 20 a20 172.16.3.1
	cgr route add 198.18.0.0/16 via 10.2.0.99 dev b10r fib 10
	cgr route add 2001:db8:ff:99::/64 via 2001:db8:2::99 dev b10r fib 10
	at a10 ping -q -c 5 -i 0.01 -W 0.01 198.18.0.1 || true
	at a10 ping -q -c 5 -i 0.01 -W 0.01 2001:db8:ff:99::1 || true
	at a20 ping -q -c 5 -i 0.01 -W 0.01 172.16.3.1 || true
	contains "$(ip neigh show dev b10r)" '10.2.0.99.* INCOMPLETE'
	contains "$(ip neigh show dev b10r)" '2001:db8:2::99.* INCOMPLETE'
	modprobe -r mfib
	tc qdisc del dev b20r root
	modprobe mfib
	fib_up 10
	fib_up 20
	works
}

test_module_is_unloaded_while_packets_are_queued()
{
	hold_packets
	nft -f - <<- END
		table inet held {
			chain forward { type filter hook forward priority 0; iifname a10r queue num 5; }
			chain input { type filter hook input priority 0; iifname fib20 queue num 5; }
			chain output { type filter hook output priority 0; oifname b20r queue num 5; }
		}
	END
	cut_off a10 172.16.3.1 -c 3 -i 0.01
	cut_off a10 2001:db8:ff::1 -c 3 -i 0.01
	cut_off a20 10.1.0.1 -c 3 -i 0.01
	refuse ping -q -c 3 -i 0.01 -W 0.5 -I fib20 172.16.3.1
	poll_until 10 holds 12
	modprobe -r mfib
	let_go
	modprobe mfib
	fib_up 10
	fib_up 20
	works
}

test_kernel_log_is_clean()
{
	lacks "$(dmesg | sed '1,/cgr-test: life begins/d')" \
		'WARNING:|BUG:|Oops|unregister_netdevice: waiting|refcount_t:|leaked|cannot be set down and up'
}

run_tests
