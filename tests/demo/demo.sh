#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh TABLES - the demonstration, in the guest. TABLES has fib10.routes and fib20.routes.
#
# Every step says what is expected and what was seen; one that differs makes the demo fail at its end.

set -u
cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR
. ./net.sh
. ./digsig.sh
. ./tipc.sh

tables=$1
failures=0 step=0

title() { step=$((step + 1)); printf '\n== %d. %s\n' $step "$*"; }

expect() # WHAT-IS-EXPECTED STATUS WHAT-WAS-SEEN
{
	local verdict=ok

	[ "$2" -eq 0 ] || { verdict=FAILED; failures=$((failures + 1)); }
	printf '   expected: %s\n   seen:     %s\n   -> %s\n' "$1" "$3" $verdict
}

equal() # WHAT EXPECTED SEEN
{
	[ "$2" = "$3" ]
	expect "$1: $2" $? "$3"
}

wait_for() # COMMAND...: ten seconds at most
{
	local i

	for ((i = 0; i < 50; i++)); do
		"$@" && return
		sleep 0.2
	done
	return 1
}

show() { printf '   $ %s\n' "$*"; "$@" 2>&1 | sed 's/^/   /'; return "${PIPESTATUS[0]}"; }
near() { local c=$1; shift; ip netns exec "$c-near" "$@"; }

# ids of what to take apart
json() { /usr/bin/python3 -c "import json, sys; v = json.load(sys.stdin); print($1)"; }

title 'A router, two FIBs, two customers with the same addresses'
router || exit 1
router_ready || { echo 'the connected routes did not appear'; exit 1; }
show cgr -4 route show fib 10
for c in $customers; do
	next_hops "$c"
done
equal 'next hops' 1024 "$(cgr -j nexthop show | json 'len(v)')"

title 'The whole Internet table into FIB 10, another one of the same prefixes into FIB 20'
for fib in 10 20; do
	start=$(date +%s%N)
	show cgr route restore fib $fib "$tables/fib$fib.routes"
	status=$?
	seconds=$((($(date +%s%N) - start) / 1000000000))
	routes=$(wc -l < "$tables/fib$fib.routes")
	[ $status -eq 0 ] && [ $seconds -lt 180 ]
	expect "$routes routes loaded in less than 180 s" $? \
		"status $status, $seconds s: $((routes / (seconds ? seconds : 1))) routes a second, in an emulated machine"
done
show cgr -d fib show
per_route=$(cgr -j -d fib show 10 | json 'v[0]["bytes"] // (v[0]["routes4"] + v[0]["routes6"])')
[ "$per_route" -lt 18 ]
expect 'less than 18 bytes of memory per route, both families' $? "$per_route"

title 'The same addresses, different answers'
differ=0
for address in 1.1.1.1 8.8.8.8 193.0.6.139 2606:4700::1111 2001:67c:2e8:22::c100:68b; do
	for fib in 10 20; do
		line=$(cgr route get $address fib $fib)
		printf '   FIB %d: %s\n' $fib "$line"
		eval "answer$fib=\$(cgr -j route get $address fib $fib | json 'v[0][\"gateway\"]')"
	done
	# shellcheck disable=SC2154
	[ "$answer10" != "$answer20" ] || differ=1
done
expect 'another next hop in FIB 20 than in FIB 10' $differ "as above"

title 'Ping and traceroute through both customers'
for c in $customers; do
	for address in 8.8.8.8 2606:4700::1111; do
		out=$(near "$c" ping -n -q -c 5 -i 0.2 -W 5 $address 2>&1)
		[[ $out == *' 0% packet loss'* ]]
		expect "$c-near reaches $address" $? "$(grep -o '[0-9]* packets transmitted.*loss' <<< "$out")"
	done
	equal "$c's first and second hop to 8.8.8.8" '10.1.0.1 8.8.8.8' \
		"$(near "$c" traceroute -n -q 1 -w 5 8.8.8.8 | awk 'NR > 1 { printf "%s%s", s, $2; s = " " }')"
	equal "$c's first and second hop to 2606:4700::1111" '2001:db8:1::1 2606:4700::1111' \
		"$(near "$c" traceroute -6 -n -q 1 -w 5 2606:4700::1111 | awk 'NR > 1 { printf "%s%s", s, $2; s = " " }')"
done

title 'TCP through both customers at once, IPv4 and IPv6'
flows='A-near,A-far,8.8.8.8 A-near,A-far,2606:4700::1111 B-near,B-far,8.8.8.8 B-near,B-far,2606:4700::1111'
# shellcheck disable=SC2086
show ./traffic.py tcp 4000000 $flows
expect 'four transfers arrive as they were sent' $? 'as above'

title 'Two web servers on the router, both on 10.0.0.1:80 and [2001:db8::1]:80'
for c in $customers; do
	exec {ready}< <(exec ./traffic.py serve "fib$c" "the page of customer $c")
	read -r -t 30 -u "$ready" line && [ "$line" = ready ] || failures=$((failures + 1))
done
for c in $customers; do
	for url in 'http://10.0.0.1/' 'http://[2001:db8::1]/'; do
		for site in near far; do
			equal "$c-$site gets $url" "the page of customer $c" \
				"$(ip netns exec "$c-$site" ./traffic.py get "$url" 2>&1 | tail -n 1)"
		done
	done
done

title '100,000 route replacements under traffic'
# the route that all of the traffic takes changes from one link to the other and back
for c in $customers; do
	fib=$(fib_of "$c") first=1
	[ "$c" = A ] || first=1001
	cgr route add 198.51.100.0/24 nhid $first fib "$fib"
	cgr route add 2001:db8:ff::/48 nhid $((first + 300)) fib "$fib"
	awk -v n=12500 -v first=$first 'BEGIN {
		for (i = 0; i < n; i++) {
			print "198.51.100.0/24 nhid " first + 1; print "2001:db8:ff::/48 nhid " first + 301
			print "198.51.100.0/24 nhid " first; print "2001:db8:ff::/48 nhid " first + 300
		}
	}' > "/tmp/replace$fib.routes"
done
flows='A-near,A-far,198.51.100.7 A-near,A-far,2001:db8:ff::7 B-near,B-far,198.51.100.7 B-near,B-far,2001:db8:ff::7'
rate=200
# shellcheck disable=SC2086
show ./traffic.py udp 5 $rate $flows
expect "without updates no packet is lost at $rate packets a second in each of four flows" $? 'as above'
# shellcheck disable=SC2086
./traffic.py udp 20 $rate $flows > /tmp/udp &
traffic=$!
start=$(date +%s%N)
cgr route restore fib 10 /tmp/replace10.routes && cgr route restore fib 20 /tmp/replace20.routes
status=$?
took=$((($(date +%s%N) - start) / 1000000))
running=yes
kill -0 $traffic 2> /dev/null || running=no
expect '100,000 replacements' $status "status $status, $took ms"
equal 'the traffic was still running when they were done' yes $running
wait $traffic
status=$?
sed 's/^/   /' /tmp/udp
expect 'with them, none is lost either' $status 'as above'

title 'The whole table of FIB 10 replaced by another one, at once, under traffic'
# Its routes to the traffic are long ones below blackholes: who saw a mixture would lose packets.
{
	echo blackhole 198.48.0.0/12
	echo blackhole 2001:db8::/32
	grep -v '^198\.51\.100\.\|^2001:db8:' "$tables/fib10.routes"
	echo 198.51.100.0/25 nhid 2
	echo 2001:db8:ff::/64 nhid 302
} > /tmp/next10.routes
# shellcheck disable=SC2086
./traffic.py udp 90 $rate $flows > /tmp/udp &
traffic=$!
show cgr route restore atomic fib 10 /tmp/next10.routes
expect 'the table is replaced' $? 'as above'
running=yes
kill -0 $traffic 2> /dev/null || running=no
equal 'the traffic was still running' yes $running
wait $traffic
status=$?
sed 's/^/   /' /tmp/udp
expect 'no packet is lost' $status 'as above'
equal 'the new way' '198.51.100.0/25' "$(cgr -j route get 198.51.100.7 fib 10 | json 'v[0]["prefix"]')"

title 'A link of customer A fails, and a backup takes over'
# what goes through A2 becomes a group's, with A1 as its backup
cgr -batch - <<- END
	nexthop add 5001 group 2 backup 1
	nexthop add 5002 group 302 backup 301
	route replace 198.51.100.0/25 nhid 5001 fib 10
	route replace 2001:db8:ff::/64 nhid 5002 fib 10
END
./traffic.py udp 10 $rate A-near,A-far,198.51.100.7 A-near,A-far,2001:db8:ff::7 > /tmp/udp &
traffic=$!
sleep 3
show ip -n A-far link set e2 down
wait $traffic
sed 's/^/   /' /tmp/udp
[ "$(grep -c 'lost ' /tmp/udp)" -eq 2 ] && ! grep -q 'lost [0-9][0-9][0-9]' /tmp/udp
expect "of each flow, less than 100 packets are lost, which is half a second" $? 'as above'
show cgr -d nexthop show 5001
equal 'whose the flows are now' '0 64' "$(cgr -j nexthop show 5001 | json '*(m["buckets"] for m in v[0]["group"])')"

title 'FIB 20 follows table 20 of the kernel, where a routing daemon of customer B would put its routes'
show cgr route flush fib 20
{
	echo 'nexthop add id 1 via 10.2.1.1 dev B1'
	echo 'nexthop add id 2 via 10.3.1.1 dev B2'
	echo 'nexthop add id 12 group 1/2'
	echo 'route add 198.51.100.0/24 nhid 12 table 20 proto bird'
	awk '!/^#/ && /\./ && !/^198\.51\.100\./ && n++ < 10000 { print "route add", $1, "nhid 12 table 20 proto bird" }' \
		"$tables/fib20.routes"
} > /tmp/daemon
start=$(date +%s%N)
ip -batch /tmp/daemon
show cgr fib set 20 follow all
followed() { [ "$(cgr -j route show fib 20 proto bird | json 'len(v)')" = "$1" ]; }
wait_for followed 10001
expect '10,001 routes, and one group of two next hops that all of them use' $? \
	"after $((($(date +%s%N) - start) / 1000000)) ms: $(cgr -j route show fib 20 proto bird | json 'len(v)') routes"
show cgr route get 198.51.100.7 fib 20
show ip route show table 20 198.51.100.0/24
./traffic.py udp 10 $rate B-near,B-far,198.51.100.7 > /tmp/udp &
traffic=$!
for ((n = 0; n < 50; n++)); do
	ip nexthop replace id 12 group $((n % 2 + 1))
done
running=yes
kill -0 $traffic 2> /dev/null || running=no
wait $traffic
status=$?
sed 's/^/   /' /tmp/udp
expect 'all of them move 50 times to the other link, and no packet is lost' $status 'as above'
equal 'the traffic was still running' yes $running
ip nexthop flush > /dev/null 2>&1
wait_for followed 0
expect 'they go when the daemon takes them back' $? "$(cgr -j route show fib 20 proto bird | json 'len(v)') routes"

title 'What was counted'
show cgr -s fib show
show cgr -s port show fib 10

title 'Unloading'
pkill -f 'traffic.py serve'
show rmmod mfib
equal 'modules left' 0 "$(grep -c '^mfib ' /proc/modules)"
equal 'devices of kind mfib left' '' "$(ip -br link show type mfib 2> /dev/null)"
equal 'rules and routes of mfib left' '' "$({ ip rule; ip -6 rule; ip route show table all; ip -6 route show table all; } |
	grep -w 'proto 109\|proto mfib')"

title 'A cluster of two nodes'
cluster

title 'Only programs that the administrator signed run'
only_signed_programs_run || failures=$((failures + 1))

printf '\n%s: %d of the checks failed\n' "$([ $failures -eq 0 ] && echo 'The demo is good' || echo 'The demo FAILED')" $failures
exit $((failures != 0))
