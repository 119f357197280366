#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cgr doctor: it finds what is wrong, and what it advises mends it.

# shellcheck source-path=SCRIPTDIR disable=SC2317 # run_tests calls all
. "$(dirname "$0")/topology.sh"

setup()
{
	topology_up 10
	set_sysctl net.ipv4.tcp_l3mdev_accept=1 net.ipv4.udp_l3mdev_accept=1 net.ipv4.raw_l3mdev_accept=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv6.conf.all.forwarding=1
}

# cured CHECK COMMAND...: the command makes what the check finds; what it advises, alone, makes it well again
cured()
{
	local check=$1 found advice

	shift
	same '' "$(cgr doctor)" 'before it'
	"$@"
	found=$(cgr doctor)
	same 1 "$(wc -l <<< "$found")" "findings ($found)"
	advice=$(cgr -j doctor | python3 -c 'import json, sys
found, = json.load(sys.stdin)
assert found["check"] == sys.argv[1], found
print(found["advice"])' "$check")
	echo "$found"
	$advice > "$ktap_tmp/out"
	same '' "$(cgr doctor)" 'after it'
}

test_port_that_does_not_forward()
{
	cured forwarding set_sysctl net.ipv4.conf.a10r.forwarding=0
	cured forwarding set_sysctl net.ipv6.conf.a10r.forwarding=0
}

test_host_that_does_not_forward()
{
	cured forwarding set_sysctl_alone net.ipv6.conf.all.forwarding=0
}

# setting all.forwarding changes every device's
set_sysctl_alone()
{
	set_sysctl "$1"
	set_sysctl net.ipv6.conf.a10r.forwarding=1 net.ipv6.conf.b10r.forwarding=1
}

test_rp_filter()
{
	cured rp_filter set_sysctl net.ipv4.conf.b10r.rp_filter=1
	set_sysctl net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.{a10r,b10r}.rp_filter=2
	same '' "$(cgr doctor)"
	set_sysctl net.ipv4.conf.all.rp_filter=2 net.ipv4.conf.{a10r,b10r}.rp_filter=1
	same '' "$(cgr doctor)"
	set_sysctl net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.{a10r,b10r}.rp_filter=0
}

test_device_down()
{
	cured device ip link set fib10 down
}

test_port_down()
{
	ip link set a10r down
	cgr doctor | grep -qx 'warning: port a10r of FIB 10 is down: ip link set a10r up'
	port_up a10r 10
	same '' "$(cgr doctor)"
}

test_dead_next_hop()
{
	cgr nexthop add 5 via 10.1.0.2 dev a10r
	cgr route add 198.51.100.0/24 nhid 5 fib 10
	ip link set a10r down
	cgr doctor | grep -q '^warning: next hop 5 through a10r is dead, and 1 routes use it: ip link set a10r up$'
	cgr nexthop del 5
	port_up a10r 10
	same '' "$(cgr doctor)"
}

test_fib_without_device_or_ports()
{
	cgr fib add 30
	finally cgr fib del 30
	same 'note: FIB 30 has no device, so nothing is forwarded by it: cgr fib set 30 dev NAME' "$(cgr doctor)"
	cgr fib set 30 dev fib30
	finally ip link del fib30
	ip link set fib30 up
	same 'note: FIB 30 has no ports: ip link set PORT master fib30' "$(cgr doctor)"
}

test_limit()
{
	# both routes of the topology are ours, all others the kernel's
	cured limit cgr fib set 10 max-routes 2
	cgr fib set 10 max-routes 0
}

test_sockets_without_fib()
{
	cured local set_sysctl net.ipv4.tcp_l3mdev_accept=0
}

test_conntrack()
{
	cgr fib add 20
	finally cgr fib del 20
	modprobe nf_conntrack
	nft add table ip t
	finally nft delete table ip t
	nft add chain ip t c '{ type filter hook prerouting priority 0; ct state new counter; }'
	at a10 ping -qc1 10.2.0.2 > "$ktap_tmp/out"
	cgr doctor | grep -q '^warning: connections of FIBs with the same addresses are one to conntrack: modprobe mfib_zone'
	modprobe nf_flow_table
	# built into a kernel it is not seen
	[ ! -d /sys/module/nf_flow_table ] || cgr doctor | grep -q '^warning: nf_flow_table is loaded: flowtables send packets of FIBs astray: modprobe mfib_zone'
	modprobe mfib_zone
	finally rmmod mfib_zone
	lacks "$(cgr doctor)" conntrack
}

run_tests
