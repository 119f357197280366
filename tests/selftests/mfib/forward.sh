#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a host behind a port sees of the router: packets forwarded in both families and both FIBs, and what it is told when
# they are not.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # no name here has a space; run_tests calls all
. "$(dirname "$0")/topology.sh"

setup() { topology_up 10 20; }

route() { cgr route "$@"; }

# snmp FILE NAME: a counter of /proc/net/snmp6, or of /proc/net/snmp as Protocol.Name
snmp()
{
	case $1 in
	6) sed -n "s/^$2[[:space:]]*//p" /proc/net/snmp6 ;;
	4) awk -v p="${2%.*}:" -v n="${2#*.}" '$1 == p { if (!k) { for (k = 2; $k != n; k++); } else print $k }' /proc/net/snmp ;;
	esac
}

test_hosts_of_both_fibs_reach_connected_networks()
{
	local fib

	for fib in 10 20; do
		reach "a$fib" 10.1.0.1
		reach "a$fib" 10.2.0.1
		reach "a$fib" 2001:db8:2::1
		reach_fib $fib "a$fib" 10.2.0.2
		reach_fib $fib "a$fib" 2001:db8:2::2
		reach_fib $fib "b$fib" 10.1.0.2
	done
}

test_routes_lead_to_the_own_customer_of_each_fib()
{
	local fib

	for fib in 10 20; do
		reach_fib $fib "a$fib" 172.16.1.1
		reach_fib $fib "a$fib" 2001:db8:ff::1
	done
}

test_link_local_addresses_of_the_router_answer()
{
	reach a10 fe80::1%e0
	reach a20 fe80::1%e0
	reach a10 ff02::1%e0
	reach a10 2001:db8:1:: # subnet-router anycast
}

test_broadcast_is_for_the_router()
{
	set_sysctl net.ipv4.icmp_echo_ignore_broadcasts=0
	reach a10 10.1.0.255 -b
	set_sysctl net.ipv4.icmp_echo_ignore_broadcasts=1
}

# hops NAME ADDRESS [OPTION...]: the addresses that traceroute finds
hops() { at "$1" traceroute -n -q 1 -N 3 -w 2 -m 4 "${@:3}" "$2" | awk 'NR > 1 { printf "%s ", $2 }'; }

test_traceroute_shows_the_port_towards_the_host()
{
	same '10.1.0.1 172.16.1.1 ' "$(hops a10 172.16.1.1)"
	same '10.1.0.1 172.16.1.1 ' "$(hops a20 172.16.1.1 -I)"
	same '2001:db8:1::1 2001:db8:ff::1 ' "$(hops a10 2001:db8:ff::1)"
	same '2001:db8:2::1 2001:db8:1::2 ' "$(hops b20 2001:db8:1::2)"
	same '10.2.0.1 10.1.0.2 ' "$(hops b20 10.1.0.2)"
}

test_icmp_errors_use_inbound_ifaddr()
{
	local out

	set_sysctl net.ipv4.icmp_errors_use_inbound_ifaddr=1
	out=$(hops b10 10.1.0.2 -s 172.16.1.1)
	set_sysctl net.ipv4.icmp_errors_use_inbound_ifaddr=0
	same '10.2.0.1 10.1.0.2 ' "$out"
}

test_exceeded_hop_limit_is_told()
{
	told a10 172.16.1.1 'From 10.1.0.1 .*Time to live exceeded' -t 1
	told a20 2001:db8:ff::1 'From 2001:db8:1::1 .*Hop limit' -t 1
}

test_missing_route_is_told()
{
	local before

	before=$(counter 10 noroute a10r)
	told a10 198.51.100.1 'From 10.1.0.1 .*Destination Net Unreachable'
	told a10 2001:db8:ee::1 'From 2001:db8:1::1 .*Destination unreachable: No route'
	same 2 $(($(counter 10 noroute a10r) - before))
}

test_unreachable_and_prohibit_routes_are_told()
{
	route add unreachable 172.17.1.0/24 fib 10
	route add prohibit 172.17.2.0/24 fib 10
	route add unreachable 2001:db8:ff:1::/64 fib 10
	route add prohibit 2001:db8:ff:2::/64 fib 10
	told a10 172.17.1.1 'From 10.1.0.1 .*Destination Host Unreachable'
	told a10 172.17.2.1 'From 10.1.0.1 .*Packet filtered'
	told a10 2001:db8:ff:1::1 'From 2001:db8:1::1 .*Destination unreachable: No route'
	told a10 2001:db8:ff:2::1 'From 2001:db8:1::1 .*Administratively prohibited'
	same 2 "$(counter 10 unreachable a10r)"
	same 2 "$(counter 10 prohibit a10r)"
	# the other customer has no such routes
	reach_fib 20 a20 172.17.2.1
	reach_fib 20 a20 2001:db8:ff:1::1
}

test_blackhole_routes_are_silent()
{
	route add blackhole 172.17.3.0/24 fib 10
	route add blackhole 2001:db8:ff:3::/64 fib 10
	lacks "$(cut_off a10 172.17.3.1)" From
	lacks "$(cut_off a10 2001:db8:ff:3::1)" From
	same 2 "$(counter 10 blackhole a10r)"
	reach_fib 20 a20 172.17.3.1
}

mtu_b10() { ip link set b10r mtu "$1"; ip -n "b10-$$" link set e0 mtu "$1"; }
small_link() { finally mtu_b10 1500; mtu_b10 1300; }

test_big_packets_are_fragmented_for_a_smaller_link()
{
	local before

	before=$(snmp 4 Ip.FragOKs)
	small_link
	reach_fib 10 a10 172.16.2.1 -s 1400 -M dont
	[ "$(snmp 4 Ip.FragOKs)" -gt "$before" ]
}

test_path_mtu_is_learned_in_the_right_fib()
{
	small_link
	told a10 172.16.3.1 'Frag needed and DF set \(mtu = 1300\)' -s 1400 -M 'do'
	told a10 2001:db8:ff:4::1 'Packet too big: mtu=1300' -s 1400 -M 'do'
	reach_fib 20 a20 172.16.3.1 -s 1400 -M 'do'
	reach_fib 20 a20 2001:db8:ff:4::1 -s 1400 -M 'do'
	contains "$(ip -n "a10-$$" route get 172.16.3.1)" 'mtu 1300'
	contains "$(ip -n "a10-$$" route get 2001:db8:ff:4::1)" 'mtu 1300'
	lacks "$(ip -n "a20-$$" route get 172.16.3.1)" 'mtu'
	lacks "$(ip -n "a20-$$" route get 2001:db8:ff:4::1)" 'mtu 1300'
}

test_link_local_next_hop()
{
	route replace 2001:db8:ff:5::/64 via fe80::b dev b10r fib 10
	route replace 2001:db8:ff:5::/64 via fe80::b dev b20r fib 20
	reach_fib 10 a10 2001:db8:ff:5::1
	reach_fib 20 a20 2001:db8:ff:5::1
}

test_ipv4_route_through_ipv6_next_hop()
{
	route replace 172.18.0.0/16 via inet6 2001:db8:2::2 dev b10r fib 10
	route replace 172.18.0.0/16 via inet6 fe80::b dev b20r fib 20
	reach_fib 10 a10 172.18.0.1
	reach_fib 20 a20 172.18.0.1
}

test_redirect_when_the_next_hop_is_on_the_senders_link()
{
	local before

	# the other router on this link, as far as ours knows
	ip -n "a10-$$" address add 10.1.0.3/24 dev e0
	ip -n "a10-$$" address add fe80::3/64 dev e0
	route add 172.19.0.0/16 via 10.1.0.3 dev a10r fib 10
	route add 2001:db8:ff:6::/64 via fe80::3 dev a10r fib 10
	contains "$(cut_off a10 172.19.0.1)" 'From 10.1.0.1.*Redirect Host\(New nexthop: 10.1.0.3\)'
	before=$(snmp 6 Icmp6OutRedirects)
	cut_off a10 2001:db8:ff:6::1
	[ "$(snmp 6 Icmp6OutRedirects)" -gt "$before" ] || fail "no redirect"

	set_sysctl net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.a10r.send_redirects=0
	lacks "$(cut_off a10 172.19.0.2)" Redirect
}

test_no_redirect_to_who_is_not_on_the_link()
{
	local before

	# he is behind a host on this link, and the FIB knows no way to him
	at a10 ip address add 2001:db8:fe::1/128 dev lo
	finally at a10 ip address del 2001:db8:fe::1/128 dev lo
	route add 2001:db8:ff:7::/64 via fe80::3 dev a10r fib 10
	before=$(snmp 6 Icmp6OutRedirects)
	cut_off a10 2001:db8:ff:7::1 -I 2001:db8:fe::1
	same "$before" "$(snmp 6 Icmp6OutRedirects)" 'number of redirects'
}

test_router_answers_for_hosts_that_it_stands_in_for()
{
	at b10 ip -batch - <<- END
		route add 10.1.0.0/24 dev e0
		route add 2001:db8:1::/64 dev e0
	END
	finally at b10 ip route del 10.1.0.0/24 dev e0
	finally at b10 ip -6 route del 2001:db8:1::/64 dev e0
	cut_off b10 10.1.0.2
	cut_off b10 2001:db8:1::2
	finally set_sysctl net.ipv4.conf.b10r.proxy_arp=0 net.ipv6.conf.b10r.proxy_ndp=0
	set_sysctl net.ipv4.conf.b10r.proxy_arp=1 net.ipv4.neigh.b10r.proxy_delay=0 \
		net.ipv6.conf.b10r.proxy_ndp=1 net.ipv6.neigh.b10r.proxy_delay=0
	ip neigh add proxy 2001:db8:1::2 dev b10r
	finally ip neigh del proxy 2001:db8:1::2 dev b10r
	at b10 ip neigh flush dev e0
	reach_fib 10 b10 10.1.0.2
	reach_fib 10 b10 2001:db8:1::2
}

test_vlan_belongs_to_another_fib_than_its_device()
{
	ip -batch - <<- END
		link add link a10r name a10v type vlan id 5
		link set a10v master fib20
		link set a10v up
		address add 10.5.0.1/24 dev a10v
	END
	ip -n "a10-$$" -batch - <<- END
		link add link e0 name e5 type vlan id 5
		link set e5 up
		address add 10.5.0.2/24 dev e5
		route add 172.16.5.1 via 10.5.0.1 dev e5
	END
	poll_until 5 cgr route get 10.5.0.2 fib 20
	reach_fib 20 a10 172.16.5.1
	reach_fib 10 a10 172.16.5.2
	refuse cgr route get 10.5.0.2 fib 10
	ip link del a10v
}

test_martians_are_dropped()
{
	local before

	before=$(counter 10 martian a10r)
	# what no host sends by itself
	at a10 nft -f - <<- END
		table ip t {
			chain out {
				type filter hook postrouting priority 0
				ip daddr 172.16.6.1 ip saddr set numgen inc mod 4 map \
					{ 0 : 127.0.0.1, 1 : 224.0.0.1, 2 : 255.255.255.255, 3 : 0.0.0.0 }
				ip daddr 172.16.6.2 ip daddr set 127.0.0.1
			}
		}
	END
	finally at a10 nft flush ruleset
	refuse at a10 ping -q -c 4 -i 0.01 -W 0.5 172.16.6.1
	cut_off a10 172.16.6.2
	same 5 $(($(counter 10 martian a10r) - before))
	reach_fib 10 a10 172.16.6.3
}

test_forwarding_can_be_switched_off_per_port()
{
	local before

	before=$(counter 10 disabled a10r)
	finally set_sysctl net.ipv4.conf.a10r.forwarding=1
	set_sysctl net.ipv4.conf.a10r.forwarding=0
	lacks "$(cut_off a10 172.16.1.1)" From
	reach a10 10.2.0.1
	set_sysctl net.ipv4.conf.a10r.forwarding=1
	same 1 $(($(counter 10 disabled a10r) - before))
	reach_fib 10 a10 172.16.1.1
}

test_ipv6_forwarding_can_be_switched_off()
{
	finally set_sysctl net.ipv6.conf.all.forwarding=1
	set_sysctl net.ipv6.conf.all.forwarding=0
	lacks "$(cut_off a10 2001:db8:ff::1)" From
	reach a10 2001:db8:1::1
	set_sysctl net.ipv6.conf.all.forwarding=1
	reach_fib 10 a10 2001:db8:ff::1
}

test_enslaving_warns_of_strict_rp_filter()
{
	local out

	ip link add w0 type dummy
	set_sysctl net.ipv4.conf.w0.rp_filter=1
	out=$(ip link set w0 master fib10 2>&1)
	ip link del w0
	contains "$out" rp_filter=1
}

test_record_route_and_router_alert_pass()
{
	local out

	out=$(reach a10 172.16.1.1 -R)
	contains "$out" 'RR:.*10.1.0.2.*10.2.0.1.*172.16.1.1.*10.1.0.1'
	# the host has no such port, and says so
	out=$(echo alert | at a10 socat -t 5 - UDP4:172.16.1.1:9,ipoptions=x94040000 2>&1) || true
	contains "$out" 'Connection refused'
}

test_netfilter_sees_real_ports_and_one_pass()
{
	local out

	nft -f - <<- END
		table inet t {
			counter pre { }
			counter forward { }
			counter output { }
			counter post { }
			counter master { }
			chain pre {
				type filter hook prerouting priority 0
				iifname a10r icmp type echo-request counter name pre
				iifname fib10 icmp type echo-request counter name master
			}
			chain forward {
				type filter hook forward priority 0
				iifname a10r oifname b10r icmp type echo-request counter name forward
			}
			chain output {
				type filter hook output priority 0
				oifname b10r icmp type echo-request counter name output
				oifname fib10 icmp type echo-request counter name master
			}
			chain post {
				type filter hook postrouting priority 0
				oifname b10r icmp type echo-request counter name post
			}
			chain nat {
				type nat hook postrouting priority srcnat
				iifname a10r oifname b10r masquerade
			}
		}
	END
	reach_fib 10 a10 172.16.7.1
	reach_fib 10 router 172.16.7.1 -I fib10
	contains "$(< /proc/net/nf_conntrack)" 'src=10.1.0.2 dst=172.16.7.1 .*src=172.16.7.1 dst=10.2.0.1'
	out=$(nft list counters)
	nft flush ruleset
	out=$(awk '$1 == "counter" { name = $2 } $1 == "packets" { printf "%s %d ", name, $2 }' <<< "$out")
	same 'pre 1 forward 1 output 1 post 2 master 0 ' "$out"
}

test_counters_are_what_was_sent()
{
	local name before=() after=() i

	for name in '10 a10r' '10 b10r' '10' '20'; do
		# shellcheck disable=SC2086 # FIB and port
		set -- $name
		before+=("$(counter "$1" forward-packets ${2:+"$2"})")
		before+=("$(counter "$1" forward-bytes ${2:+"$2"})")
	done
	at a10 ping -q -c 20 -i 0.01 -s 100 172.16.8.1
	for name in '10 a10r' '10 b10r' '10' '20'; do
		# shellcheck disable=SC2086
		set -- $name
		after+=("$(counter "$1" forward-packets ${2:+"$2"})")
		after+=("$(counter "$1" forward-bytes ${2:+"$2"})")
	done
	for i in "${!before[@]}"; do
		after[i]=$((after[i] - before[i]))
	done
	same '20 2560 20 2560 40 5120 0 0' "${after[*]}"
}

test_tcpdump_on_the_fibs_device_sees_what_is_forwarded()
{
	local fib

	for fib in 10 20; do
		tcpdump -n -l -c 2 -i fib$fib 'icmp[icmptype] == icmp-echo or icmp6[icmp6type] == 128' \
			> "$ktap_tmp/dump$fib" 2> "$ktap_tmp/err$fib" &
		poll_until 10 grep -q 'listening on' "$ktap_tmp/err$fib"
	done
	reach a10 172.16.9.10
	reach a20 172.16.9.20
	reach a10 2001:db8:ff::10
	reach a20 2001:db8:ff::20
	wait
	for fib in 10 20; do
		contains "$(< "$ktap_tmp/dump$fib")" "10.1.0.2 > 172.16.9.$fib: .*2001:db8:1::2 > 2001:db8:ff::$fib: "
	done
}

run_tests
