# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# tipc.sh - an act of demo.sh, to be sourced: a cluster of two nodes, of which one falls silent.

on() { ip netns exec "$@"; } # NODE COMMAND...

# link_is STATE: whether the first node's link is so
link_is() { [ "$(on node1 cgr -j tipc link | json 'v[0]["state"] if v else ""')" = "$1" ]; }

# when SINCE EVENT: the time that the watcher saw one at, ms
when() { awk -v since="$1" -v event="$2" '$1 >= since && index($0, event) { print $1; exit }' /run/cluster.events; }

watched() { [ -n "$(when "$@")" ]; } # SINCE EVENT

uptime_ms() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }

cluster()
{
	local n watcher server cut back noticed

	show modprobe tipc
	for n in 1 2; do
		ip netns add node$n
	done
	ip link add eth0 netns node1 type veth peer name eth0 netns node2
	for n in 1 2; do
		ip -n node$n link set eth0 up
		show on node$n cgr tipc node identity node$n address $n
		show on node$n cgr tipc bearer enable eth0 tolerance 500
	done
	wait_for link_is up
	expect 'a link within ten seconds' $? "$(on node1 cgr tipc link)"

	ip netns exec node1 ./cluster.py watch > /run/cluster.events &
	watcher=$!
	ip netns exec node2 ./cluster.py serve 'says node 2' &
	server=$!
	wait_for watched 0 'service 18888:17 on 2 is there'
	expect 'the first node is told of a service on the second' $? "$(grep service /run/cluster.events | tail -n 1)"
	show on node1 cgr tipc nametable
	equal 'a client on the first node asks for the service by its name' 'says node 2' "$(on node1 ./cluster.py ask 64)"
	equal 'a request of 60,000 bytes' 'says node 2' "$(on node1 ./cluster.py ask 60000)"
	show on node1 cgr -s tipc link

	printf '   From now on no packet of the second node gets out. Its silence may last 500 ms.\n'
	cut=$(uptime_ms)
	tc -n node2 qdisc add dev eth0 root netem loss 100%
	wait_for watched "$cut" 'node 2 is gone'
	noticed=$(when "$cut" 'node 2 is gone')
	[ -n "$noticed" ] && [ $((noticed - cut)) -lt 1500 ]
	expect 'who watches is told in less than a second and a half that node and service are gone' $? \
		"$([ -z "$noticed" ] && echo 'not told' || echo "after $((noticed - cut)) ms")"
	show tail -n 2 /run/cluster.events
	back=$(uptime_ms)
	tc -n node2 qdisc del dev eth0 root
	wait_for watched "$back" 'service 18888:17 on 2 is there'
	expect 'both are back when packets are' $? "$(grep service /run/cluster.events | tail -n 1)"
	equal 'the client is answered again' 'says node 2' "$(on node1 ./cluster.py ask 64)"

	kill $watcher $server
	wait $watcher $server 2> /dev/null
	ip netns del node1
	ip netns del node2
	show modprobe -r tipc
	equal 'modules left' 0 "$(grep -c '^tipc ' /proc/modules)"
}
