#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Routes that are saved, flushed and restored, and taken over from what iproute2 prints: packets and text before and after.

# shellcheck source-path=SCRIPTDIR disable=SC2317 # run_tests calls all
. "$(dirname "$0")/topology.sh"

setup()
{
	topology_up 10
	cgr fib add 20
	cgr route flush fib 10
	ip -n "b10-$$" -batch - <<- END
		route add local 192.0.2.0/24 dev lo
		route add local 2001:db8:cc::/48 dev lo
	END
}

reaches() { at a10 ping -n -q -c 1 -W "$(slow 2)" "$1" > /dev/null; }

routes='route replace 192.0.2.0/24 nhid 7 proto static fib 10
route replace 2001:db8:cc::/48 via 2001:db8:2::2 dev b10r proto bgp metric 20 fib 10
route replace blackhole 192.0.2.128/25 metric 4294967295 fib 10
route replace 0.0.0.0/0 via inet6 fe80::b dev b10r fib 10
route replace throw ::/0 fib 10'

add() { cgr -batch - <<< "nexthop replace 7 via 10.2.0.2 dev b10r
$routes"; }

test_saved_and_restored()
{
	local before
	add
	reaches 192.0.2.1
	reaches 2001:db8:cc::1
	before=$(cgr -d route show fib 10)
	cgr route save fib 10 > "$ktap_tmp/saved"
	same 5 "$(wc -l < "$ktap_tmp/saved")"
	cgr route flush fib 10
	same '' "$(cgr -d route show fib 10 | sed '/followed/d')" 'what a flush leaves'
	contains "$(cgr -d route show fib 10)" '10.2.0.0/24 dev b10r .* followed'
	refuse reaches 192.0.2.1
	cgr route restore fib 10 "$ktap_tmp/saved"
	same "$before" "$(cgr -d route show fib 10)"
	reaches 192.0.2.1
	reaches 2001:db8:cc::1
	# the same again changes nothing
	cgr route restore fib 10 "$ktap_tmp/saved"
	same "$before" "$(cgr -d route show fib 10)"
}

test_what_is_shown_is_restored()
{
	local before
	add
	before=$(cgr route save fib 10 | sed 's/nhid 7/via 10.2.0.2 dev b10r/')
	cgr route show fib 10 proto static > "$ktap_tmp/shown"
	cgr route show fib 10 proto boot >> "$ktap_tmp/shown"
	cgr route show fib 10 proto bgp >> "$ktap_tmp/shown"
	cgr route flush fib 10
	cgr route restore fib 10 "$ktap_tmp/shown"
	same "$before" "$(cgr route save fib 10)"
	cgr nexthop del 7
}

# A table that iproute2 keeps, with all kinds of routes that a FIB can have, next hop objects among them.
test_taken_over_from_iproute2()
{
	ip -batch - <<- END
		nexthop add id 4000 via 10.2.0.2 dev b10r
		route add 192.0.2.0/24 nhid 4000 table 4444
		route add 10.99.0.0/16 via 10.2.0.2 dev b10r onlink proto static metric 20 table 4444
		route add 10.98.0.0/16 dev b10r scope link table 4444
		route add blackhole 10.97.0.0/16 table 4444
		route add throw 10.96.0.0/16 table 4444
		route add 2001:db8:cc::/48 via 2001:db8:2::2 dev b10r table 4444
		route add unreachable 2001:db8:dd::/48 proto static table 4444
		route add prohibit ::/0 metric 5 table 4444
	END
	cgr route flush fib 10
	ip route show table 4444 | cgr route restore fib 10
	ip -6 route show table 4444 | cgr -6 route restore fib 10 -
	diff -u - <(cgr route save fib 10) <<- 'END'
		throw 10.96.0.0/16
		blackhole 10.97.0.0/16
		10.98.0.0/16 dev b10r
		10.99.0.0/16 via 10.2.0.2 dev b10r proto static metric 20
		192.0.2.0/24 via 10.2.0.2 dev b10r
		prohibit ::/0 metric 5
		2001:db8:cc::/48 via 2001:db8:2::2 dev b10r metric 1024
		unreachable 2001:db8:dd::/48 proto static metric 1024
	END
	reaches 192.0.2.1
	reaches 2001:db8:cc::1
}

test_flushed_by_what_they_are()
{
	cgr route flush fib 10
	add
	same '1 routes deleted' "$(cgr -s route flush fib 10 proto bgp)"
	same '2 routes deleted' "$(cgr -s route flush fib 10 root 192.0.2.0/23)"
	same '1 routes deleted' "$(cgr -s route flush fib 10 via inet6 fe80::b dev b10r)"
	same 'throw ::/0' "$(cgr route save fib 10)"
	same '1 routes deleted' "$(cgr -s route flush fib 10 default type throw)"
}

test_into_another_fib()
{
	cgr route flush fib 10
	cgr -batch - <<- END
		route add blackhole 198.51.100.0/24 fib 10
		route add unreachable 2001:db8:ee::/48 fib 10
	END
	cgr route save fib 10 | cgr route restore fib 20
	same "$(cgr route save fib 10)" "$(cgr route save fib 20)"
	cgr route flush fib 10
	same 2 "$(cgr route save fib 20 | wc -l)"
	# lines that name the FIB go there whatever the others are for
	cgr route save type blackhole | cgr route restore
	same 2 "$(cgr route save | wc -l)"
}

run_tests
