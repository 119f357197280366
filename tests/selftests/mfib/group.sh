#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Groups of next hops: flows are spread over members, follow their state, and stay where they are while they can.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # no name here has a space; run_tests calls all
. "$(dirname "$0")/topology.sh"

flows4=(192.0.2.{1..48})
flows6=(2001:db8:cc::{1..48})

setup()
{
	topology_up 10
	twins_up 10 3 4
	# each socket would have a label of its own, and each label is a flow
	at a10 bash -c 'set_sysctl net.ipv6.auto_flowlabels=0'
	cgr -batch - <<- END
		nexthop add 3 via 10.3.0.2 dev h3r
		nexthop add 4 via 10.4.0.2 dev h4r
		nexthop add 63 via fe80::b dev h3r
		nexthop add 64 via fe80::b dev h4r
		nexthop add 2 via 10.2.0.2 dev b10r
		nexthop add 62 via 2001:db8:2::2 dev b10r
		nexthop add 9 group 3/4 backup 2
		nexthop add 69 group 63/64 backup 62
		route add 192.0.2.0/24 nhid 9 fib 10
		route add 2001:db8:cc::/48 nhid 69 fib 10
	END
}

# spread: where each flow of a10 ends, "ADDRESS HOST" each
spread() { at a10 python3 "$(dirname "$0")/flows.py" probe "${flows4[@]}" "${flows6[@]}" | sed 's/ 30$/ h3/; s/ 40$/ h4/; s/ 63$/ b10/'; }

# share HOST SPREAD FAMILY: how many flows of a family end there
share()
{
	case $3 in
	4) grep -c "^192.* $1$" <<< "$2" ;;
	6) grep -c "^2001.* $1$" <<< "$2" ;;
	esac || true
}

# between LOW VALUE HIGH
between() { [[ $2 -ge $1 && $2 -le $3 ]] || fail "wanted $1 to $3, got $2"; }

# up: everybody is
up()
{
	ip link set h3r up
	ip link set h4r up
	# a link that was down has lost some of this
	ip -n "h3-$$" -batch - <<- END
		link set e0 up
		address replace 2001:db8:3::2/64 dev e0 nodad
		address replace fe80::b/64 dev e0 nodad
		route replace default via 10.3.0.1
		route replace default via 2001:db8:3::1
	END
	poll_until 10 all_up
}

all_up() { ! cgr nexthop show | grep -E 'dead|linkdown'; }

test_flows_are_spread_over_members()
{
	local all family

	all=$(spread)
	# with 48 flows, chance alone does not take any of them to these ends
	for family in 4 6; do
		between 8 "$(share h3 "$all" $family)" 40
		same 48 $(($(share h3 "$all" $family) + $(share h4 "$all" $family)))
	done
	# and each stays where it is
	same "$all" "$(spread)"
}

test_members_share_by_weight()
{
	local all family

	finally cgr nexthop replace 9 group 3/4 backup 2
	finally cgr nexthop replace 69 group 63/64 backup 62
	cgr nexthop replace 9 group 3,15/4
	cgr nexthop replace 69 group 63/64,15
	all=$(spread)
	between 0 "$(share h4 "$all" 4)" 14
	between 0 "$(share h3 "$all" 6)" 14
	# who has no weight at all is no member
	cgr nexthop replace 9 group 4
	cgr nexthop replace 69 group 63
	all=$(spread)
	same '0 48 48 0' "$(share h3 "$all" 4) $(share h4 "$all" 4) $(share h3 "$all" 6) $(share h4 "$all" 6)"
}

# stays HOST BEFORE NOW: no flow left a host
stays() { diff <(grep " $1$" <<< "$2") <(grep -F "$(grep " $1$" <<< "$2" | cut -d' ' -f1 | sed 's/$/ /')" <<< "$3"); }

test_replacing_a_group_moves_only_flows_that_must()
{
	local before now

	before=$(spread)
	finally cgr nexthop replace 9 group 3/4 backup 2
	finally cgr nexthop replace 69 group 63/64 backup 62
	cgr nexthop replace 9 group 4/3
	cgr nexthop replace 69 group 64/63 backup 62
	same "$before" "$(spread)"
	# who joins gets flows of the others, who keep what is left to them
	cgr nexthop replace 9 group 2/4/3
	cgr nexthop replace 69 group 64/62/63
	now=$(spread)
	contains "$now" b10
	same "$(grep -v b10 <<< "$now")" "$(grep -F "$(grep -v b10 <<< "$now" | cut -d' ' -f1 | sed 's/$/ /')" <<< "$before")"
}

# the routes of all flows name the groups
named_groups()
{
	cgr -batch - <<- END
		route replace 192.0.2.0/24 nhid 9 fib 10
		route replace 2001:db8:cc::/48 nhid 69 fib 10
	END
}

test_next_hops_of_a_route_are_a_group()
{
	local before now

	finally named_groups
	cgr -batch - <<- END
		route replace 192.0.2.0/24 fib 10 nexthop via 10.3.0.2 dev h3r nexthop via 10.4.0.2 dev h4r
		route replace 2001:db8:cc::/48 via fe80::b dev h3r fib 10
		route append 2001:db8:cc::/48 via fe80::b dev h4r fib 10
	END
	before=$(spread)
	for family in 4 6; do
		between 8 "$(share h3 "$before" $family)" 40
		same 48 $(($(share h3 "$before" $family) + $(share h4 "$before" $family)))
	done
	# who is appended gets flows of the others, who keep what is left to them
	cgr -batch - <<- END
		route append 192.0.2.0/24 via 10.2.0.2 dev b10r fib 10
		route append 2001:db8:cc::/48 via 2001:db8:2::2 dev b10r fib 10
	END
	now=$(spread)
	contains "$now" b10
	same "$(grep -v b10 <<< "$now")" "$(grep -F "$(grep -v b10 <<< "$now" | cut -d' ' -f1 | sed 's/$/ /')" <<< "$before")"
}

test_only_the_flows_of_who_goes_down_move()
{
	local before now

	before=$(spread)
	finally up
	ip link set h3r down
	now=$(spread)
	lacks "$now" ' (h3|b10)'
	stays h4 "$before" "$now"
	contains "$(cgr nexthop show 3)" dead
}

test_who_loses_its_carrier_has_no_flows()
{
	local before now

	up
	before=$(spread)
	finally up
	ip -n "h3-$$" link set e0 down
	poll_until 10 grep -q linkdown <(cgr nexthop show 3)
	now=$(spread)
	lacks "$now" ' (h3|b10)'
	stays h4 "$before" "$now"
	contains "$(cgr -j nexthop show 9)" '"id":3,"weight":1,"buckets":0,"flags":\["linkdown"\]'
}

# answers YES: whether h3 answers for its addresses
answers()
{
	if [ "$1" = yes ]; then
		ip -n "h3-$$" address replace 10.3.0.2/24 dev e0
		ip -n "h3-$$" route replace default via 10.3.0.1
		up
	else
		ip -n "h3-$$" address del 10.3.0.2/24 dev e0
		ip -n "h3-$$" address del fe80::b/64 dev e0
	fi
	ip neigh flush dev h3r
}

# unresolved N: so many next hops are
unresolved()
(
	n=$(cgr nexthop show | grep -c unresolved) || true
	[ "$n" = "$1" ]
)

test_who_does_not_answer_has_no_flows()
{
	local before now

	up
	set_sysctl net.ipv4.neigh.h3r.retrans_time_ms=100 net.ipv6.neigh.h3r.retrans_time_ms=100
	before=$(spread)
	finally answers yes
	answers no
	# packets find out
	spread > /dev/null
	poll_until 10 unresolved 2
	now=$(spread)
	lacks "$now" ' (h3|b10|nobody)'
	stays h4 "$before" "$now"
	# it is found out again without any
	answers yes
	poll_until 20 unresolved 0
	contains "$(spread)" h3
	# who is no member is not looked at
	answers no
	spread > /dev/null
	poll_until 10 unresolved 2
	cgr nexthop replace 9 group 4
	cgr nexthop replace 69 group 64
	unresolved 0
	answers yes
	cgr nexthop replace 9 group 3/4 backup 2
	cgr nexthop replace 69 group 63/64 backup 62
	contains "$(spread)" h3
}

test_backups_take_over_and_give_way()
{
	up
	finally up
	ip link set h3r down
	lacks "$(spread)" b10
	ip link set h4r down
	lacks "$(spread)" h
	up
	lacks "$(spread)" b10
}

test_flows_are_what_the_sysctl_says()
{
	local policy address h3 h4

	up
	finally set_sysctl net.ipv4.fib_multipath_hash_policy=0 net.ipv6.fib_multipath_hash_policy=0
	for policy in 0 1 3; do
		set_sysctl net.ipv4.fib_multipath_hash_policy=$policy net.ipv6.fib_multipath_hash_policy=$policy \
			net.ipv4.fib_multipath_hash_fields=0x10 net.ipv6.fib_multipath_hash_fields=0x10
		for address in 192.0.2.77 2001:db8:cc::77; do
			h3=$(sent h3r) h4=$(sent h4r)
			at a10 python3 "$(dirname "$0")/flows.py" ports "$address" 64
			h3=$(($(sent h3r) - h3)) h4=$(($(sent h4r) - h4))
			between 64 $((h3 + h4)) 80
			# one flow, with what else the kernel sends on a link; or many
			case $policy in
			0) between 64 $((h3 > h4 ? h3 : h4)) 80 ;;
			*) between 12 $((h3 < h4 ? h3 : h4)) 40 ;;
			esac
		done
	done
}

# sent DEV: packets
sent() { ip -j -s link show "$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["stats64"]["tx"]["packets"])'; }

test_errors_go_the_way_of_what_they_are_about()
{
	local all address from about host before

	up
	all=$(spread)
	for address in "${flows4[@]:0:8}" "${flows6[@]:0:8}"; do
		host=$(sed -n "s/^$address //p" <<< "$all")
		case $address in
		*:*) from=2001:db8:1::77 about=2001:db8:1::2 ;;
		*) from=10.1.0.77 about=10.1.0.2 ;;
		esac
		before=$(sent "${host}r")
		at a10 python3 "$(dirname "$0")/flows.py" errors "$address" $from $about 20
		between 20 $(($(sent "${host}r") - before)) 30
	done
}

test_local_sockets_use_groups_as_well()
{
	local all

	up
	all=$(python3 "$(dirname "$0")/flows.py" probe dev=fib10 "${flows4[@]}" "${flows6[@]}")
	lacks "$all" 'nobody|b10'
	contains "$all" ' 31'
	contains "$all" ' 41'
}

test_no_packet_is_lost_while_members_change()
{
	local out pids=() address i

	up
	for address in 192.0.2.{1..4} 2001:db8:cc::{1..4}; do
		nsenter --net="/run/netns/a10-$$" ping -q -c 100 -i 0.02 "$address" > "$ktap_tmp/loss-$address" &
		pids+=($!)
	done
	for i in {1..300}; do
		echo "nexthop replace 9 group 3/4,$((i % 7 + 1)) backup 2"
		echo "nexthop replace 69 group 63,$((i % 5 + 1)) backup 64/62"
		echo "nexthop replace 9 group 4"
		echo "nexthop replace 69 group 64"
	done | cgr -batch -
	wait "${pids[@]}"
	cgr nexthop replace 9 group 3/4 backup 2
	cgr nexthop replace 69 group 63/64 backup 62
	out=$(cat "$ktap_tmp"/loss-*)
	echo "$out"
	same 8 "$(grep -c ' 0% packet loss' <<< "$out")" "pings without loss"
}

run_tests
