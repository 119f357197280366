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
		route add 10.95.0.0/16 table 4444 nexthop via 10.2.0.2 dev b10r weight 3 nexthop via 10.1.0.2 dev a10r
		route add 2001:db8:ee::/48 table 4444 nexthop via 2001:db8:2::2 dev b10r nexthop via 2001:db8:1::2 dev a10r
		route add 2001:db8:cc::/48 via 2001:db8:2::2 dev b10r table 4444
		route add unreachable 2001:db8:dd::/48 proto static table 4444
		route add prohibit ::/0 metric 5 table 4444
	END
	cgr route flush fib 10
	ip route show table 4444 | cgr route restore fib 10
	ip -6 route show table 4444 | cgr -6 route restore fib 10 -
	diff -u - <(cgr route save fib 10) <<- 'END'
		10.95.0.0/16 nexthop via 10.2.0.2 dev b10r weight 3 nexthop via 10.1.0.2 dev a10r weight 1
		throw 10.96.0.0/16
		blackhole 10.97.0.0/16
		10.98.0.0/16 dev b10r
		10.99.0.0/16 via 10.2.0.2 dev b10r proto static metric 20
		192.0.2.0/24 via 10.2.0.2 dev b10r
		prohibit ::/0 metric 5
		2001:db8:cc::/48 via 2001:db8:2::2 dev b10r metric 1024
		unreachable 2001:db8:dd::/48 proto static metric 1024
		2001:db8:ee::/48 metric 1024 nexthop via 2001:db8:2::2 dev b10r weight 1 nexthop via 2001:db8:1::2 dev a10r weight 1
	END
	reaches 192.0.2.1
	reaches 2001:db8:cc::1
	# what is saved is what is restored
	cgr route save fib 10 > "$ktap_tmp/saved"
	cgr route flush fib 10
	cgr route restore fib 10 "$ktap_tmp/saved"
	diff -u "$ktap_tmp/saved" <(cgr route save fib 10)
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

# Both tables forward what is sent, the one by a route to all of it, the other by a long prefix below a blackhole: whoever saw a mixture
# would lose packets.
test_replaced_under_traffic()
{
	local pinger n=0
	cgr route flush fib 10
	{
		echo 172.16.0.0/12 via 10.2.0.2 dev b10r
		echo 2001:db8:ff::/48 via 2001:db8:2::2 dev b10r
		seq 0 8191 | awk '{ printf "blackhole 20.%d.%d.0/24\n", $1 / 256, $1 % 256 }'
	} > "$ktap_tmp/0"
	{
		echo blackhole 172.16.0.0/13
		echo blackhole 2001:db8::/32
		seq 0 8191 | awk '{ printf "blackhole 30.%d.%d.0/24\n", $1 / 256, $1 % 256 }'
		echo 172.16.1.0/24 via 10.2.0.2 dev b10r
		echo 2001:db8:ff::/64 via 2001:db8:2::2 dev b10r
	} > "$ktap_tmp/1"
	cgr route restore atomic fib 10 "$ktap_tmp/0"
	at a10 ping -n -q -i 0.005 -c 1000 172.16.1.1 > "$ktap_tmp/ping4" &
	pinger=$!
	at a10 ping -n -q -i 0.005 -c 1000 2001:db8:ff::1 > "$ktap_tmp/ping6" &
	while kill -0 "$pinger" 2> /dev/null; do
		n=$((n + 1))
		cgr route restore atomic fib 10 "$ktap_tmp/$((n % 2))" 2> /dev/null
	done
	wait
	cat "$ktap_tmp/ping4" "$ktap_tmp/ping6"
	contains "$(cat "$ktap_tmp/ping4")" '1000 received, 0% packet loss'
	contains "$(cat "$ktap_tmp/ping6")" '1000 received, 0% packet loss'
	echo "$n replacements"
	[ "$n" -ge 3 ]
	cgr fib check 10
}

# The kernel's own routes stay, whatever the file says.
test_replaced_but_for_what_is_followed()
{
	local followed
	followed=$(cgr -d route show fib 10 | grep followed)
	cgr route restore atomic fib 10 < /dev/null
	same "$followed" "$(cgr -d route show fib 10)"
}

has_draft() { cgr fib show 10 | grep -q 'draft [1-9]'; }
has_no_draft() { ! cgr fib show 10 | grep -q draft; }

# Who is interrupted in the middle leaves all as it was.
test_interrupted()
{
	local before pid
	cgr route restore atomic fib 10 <<< 'blackhole 198.51.100.0/24'
	before=$(cgr -d route show fib 10)
	mkfifo "$ktap_tmp/fifo"
	cgr route restore atomic fib 10 "$ktap_tmp/fifo" &
	pid=$!
	exec {pipe}> "$ktap_tmp/fifo"
	seq 0 19999 | awk '{ printf "blackhole 20.%d.%d.0/24\n", $1 / 256, $1 % 256 }' >&"$pipe"
	poll_until 10 has_draft
	same "$before" "$(cgr -d route show fib 10)"
	kill -KILL "$pid"
	wait "$pid" || true
	exec {pipe}>&-
	poll_until 10 has_no_draft
	same "$before" "$(cgr -d route show fib 10)"
}

test_ports()
{
	ip link add d0 type dummy
	ip link set d0 up
	refuse cgr port del d0
	cgr port add d0 fib 10
	contains "$(cgr port show fib 10)" 'dev d0 fib 10'
	status 2 cgr port add d0 fib 10
	contains "$(cat "$ktap_tmp/err")" '"d0" is a port of FIB 10 already'
	status 2 cgr port add lo fib 20
	contains "$(cat "$ktap_tmp/err")" 'FIB 20 has no device: cgr fib set 20 dev NAME'
	refuse cgr port del d0 fib 20
	cgr port del d0
	lacks "$(cgr port show)" d0
	# what else it belongs to is left alone
	ip link add br0 type bridge
	ip link set d0 master br0
	status 2 cgr port del d0
	contains "$(ip link show d0)" 'master br0'
	ip link delete d0
	ip link delete br0
}

# All that mfib has, written down and made again by one batch, forwards as before.
test_all_of_it()
{
	local before
	add
	cgr fib set 10 max-routes 100
	before=$(cgr fib save; cgr port save; cgr nexthop save; cgr route save)
	{ cgr fib save; cgr port save; cgr nexthop save; } > "$ktap_tmp/batch"
	cgr route save > "$ktap_tmp/routes"
	cgr fib del 10
	cgr fib del 20
	cgr nexthop del 7
	same '' "$(cgr fib show; cgr port show; cgr nexthop show)"
	echo "route restore $ktap_tmp/routes" >> "$ktap_tmp/batch"
	cgr -batch "$ktap_tmp/batch"
	same "$before" "$(cgr fib save; cgr port save; cgr nexthop save; cgr route save)"
	poll_until 10 reaches 192.0.2.1
	poll_until 10 reaches 2001:db8:cc::1
}

run_tests
