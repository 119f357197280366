#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# BIRD, which knows nothing of mfib: one on the router with sessions in two FIBs, to peers that have the same addresses, and that
# announce the same prefixes. The FIBs follow what it puts into the kernel's tables. Its scans are frequent, for only by them it learns
# which FIB a port is of, if the FIB's device is the younger one.

# shellcheck source-path=SCRIPTDIR disable=SC2086,SC2317 # no name here has a space; run_tests calls all
. "$(dirname "$0")/topology.sh"

bird=$(realpath "$(dirname "$0")/../../../build/bird")
[ -d "$bird" ] || { echo 'no BIRD: it is fetched by tests/vm/fetch/bird'; exit 1; }
LD_LIBRARY_PATH=$(echo "$bird"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
many=5000
flows4=(192.0.2.{1..32})

# fib_conf FIB: what the router's BIRD has for a FIB
fib_conf()
{
	cat <<- END
		ipv4 table four$1;
		ipv6 table six$1;
		protocol kernel kernel4_$1 {
			vrf "fib$1";
			kernel table $1;
			graceful restart on;
			merge paths on;
			ipv4 { table four$1; export all; };
		}
		protocol kernel kernel6_$1 {
			vrf "fib$1";
			kernel table $1;
			graceful restart on;
			merge paths on;
			ipv6 { table six$1; export all; };
		}
		template bgp peer_of_$1 {
			vrf "fib$1";
			local as 65000;
			connect delay time 1;
			connect retry time 1;
			error wait time 1, 2;
			graceful restart on;
			ipv4 { table four$1; import all; export none; };
			ipv6 { table six$1; import all; export none; };
		}
	END
}

router_conf()
{
	cat <<- END
		log "$ktap_tmp/router.log" all;
		router id 10.0.0.1;
		protocol device { scan time 1; }
		$(fib_conf 10)
		$(fib_conf 20)
		protocol bgp b10 from peer_of_10 { neighbor 10.2.0.2 as 65002; }
		protocol bgp h3 from peer_of_10 { neighbor 10.3.0.2 as 65003; }
		protocol bgp h4 from peer_of_10 { neighbor 10.4.0.2 as 65004; }
		protocol bgp b20 from peer_of_20 { neighbor 10.2.0.2 as 65002; }
	END
}

# peer_conf NAME NUMBER PREFIX4 PREFIX6: a peer, and what it announces
peer_conf()
{
	local i

	cat <<- END
		log "$ktap_tmp/$1.log" all;
		router id 10.$2.0.2;
		protocol device { scan time 1; }
		protocol static announced4 { ipv4; route $3 unreachable; }
		protocol static announced6 { ipv6; route $4 unreachable; }
		protocol bgp uplink {
			local 10.$2.0.2 as $((65000 + $2));
			neighbor 10.$2.0.1 as 65000;
			passive;
			error wait time 1, 2;
			ipv4 { import none; export all; };
			ipv6 { import none; export all; next hop address 2001:db8:$2::2; };
		}
		protocol static many {
			disabled;
			ipv4;
	END
	for ((i = 0; i < many; i++)); do
		echo "route 100.$((64 + i / 256)).$((i % 256)).0/24 unreachable;"
	done
	echo '}'
}

# start NAME [OPTION...]: BIRD of the router or of a peer
start()
{
	local run=(at "$1")

	[ "$1" != router ] || run=()
	"${run[@]}" "$bird/usr/sbin/bird" "${@:2}" -c "$ktap_tmp/$1.conf" -s "$ktap_tmp/$1.ctl" -P "$ktap_tmp/$1.pid"
}

birdc() { "$bird/usr/sbin/birdcl" -s "$ktap_tmp/$1.ctl" "${@:2}"; } # NAME COMMAND...
kill_all() { pkill -KILL -f "$bird/usr/sbin/bird " || :; }

setup()
{
	local fib

	topology_up 10 20
	twins_up 10 3 4
	for fib in 10 20; do
		cgr route flush fib $fib
		cgr fib set $fib follow all
	done
	router_conf > "$ktap_tmp/router.conf"
	peer_conf b10 2 172.16.0.0/12 2001:db8:ff::/48 > "$ktap_tmp/b10.conf"
	peer_conf b20 2 172.16.0.0/12 2001:db8:ff::/48 > "$ktap_tmp/b20.conf"
	peer_conf h3 3 192.0.2.0/24 2001:db8:cc::/48 > "$ktap_tmp/h3.conf"
	peer_conf h4 4 192.0.2.0/24 2001:db8:cc::/48 > "$ktap_tmp/h4.conf"
	on_exit kill_all
	start router
	for peer in b10 b20 h3 h4; do
		start $peer
	done
}

has() { [[ $(cgr -d route show fib $1) =~ $2 ]]; } # FIB PATTERN
offloaded() { ip route show table $1 proto bird | grep -c rt_offload || :; } # FIB
counts() { [ "$(cgr -j route show fib $1 proto bird | grep -o '"dst"' | wc -l)" = "$2" ]; } # FIB NUMBER

test_sessions_in_two_fibs()
{
	poll_until 60 has 10 '172.16.0.0/12 via 10.2.0.2 dev b10r proto bird .*followed'
	poll_until 60 has 20 '172.16.0.0/12 via 10.2.0.2 dev b20r proto bird .*followed'
	poll_until 60 has 10 '2001:db8:ff::/48 via 2001:db8:2::2 dev b10r proto bird .*followed'
	poll_until 60 has 20 '2001:db8:ff::/48 via 2001:db8:2::2 dev b20r proto bird .*followed'
	reach_fib 10 a10 172.16.1.1
	reach_fib 10 a10 2001:db8:ff::1
	reach_fib 20 a20 172.16.1.1
	reach_fib 20 a20 2001:db8:ff::1
	birdc router show protocols
}

# is_spread PATTERN: how many of the flows h3 answers, and h4
is_spread()
{
	[[ $(at a10 python3 "$(dirname "$0")/flows.py" probe "${flows4[@]}" | awk '{ n[$2]++ } END { print n[30] + 0, n[40] + 0 }') =~ $1 ]]
}

test_paths_of_two_peers()
{
	poll_until 60 is_spread '^[1-9][0-9]* [1-9]'
	birdc h4 disable uplink
	poll_until 10 is_spread '^32 0$'
	birdc h4 enable uplink
	poll_until 60 is_spread '^[1-9][0-9]* [1-9]'
}

test_many_routes()
{
	birdc b10 enable many
	birdc b20 enable many
	poll_until 60 counts 10 $((many + 4))
	poll_until 60 counts 20 $((many + 2))
	poll_until 10 eval "[ \$(offloaded 10) = $((many + 2)) ]"
	same 'b10r b20r' "$(for fib in 10 20; do cgr -j route get 100.70.7.7 fib $fib; done | grep -o 'b.0r' | xargs)"
	cgr fib check 10
	cgr fib check 20
	birdc b20 disable many
	poll_until 60 counts 20 2
	counts 10 $((many + 4))
	birdc b10 disable many
	poll_until 60 counts 10 4
}

is_established() { [[ $(birdc router show protocols b10) =~ Established ]]; }

test_none_is_lost_while_it_starts_anew()
{
	local ping

	at a10 ping -q -i 0.05 -c $(($(slow 10) * 20)) 172.16.1.1 > "$ktap_tmp/ping" &
	ping=$!
	kill -KILL "$(< "$ktap_tmp/router.pid")"
	start router -R
	poll_until 60 is_established || { birdc router show protocols; cat "$ktap_tmp"/*.log; return 1; }
	birdc router show status
	kill -0 $ping
	wait $ping || :
	cat "$ktap_tmp/ping"
	grep -q ' 0% packet loss' "$ktap_tmp/ping"
	has 10 '172.16.0.0/12 via 10.2.0.2 dev b10r proto bird .*followed'
}

test_a_peer_that_dies()
{
	kill -KILL "$(< "$ktap_tmp/b10.pid")"
	birdc router disable b10
	poll_until 60 eval '! has 10 172.16.0.0/12'
	cut_off a10 172.16.1.1
	reach_fib 20 a20 172.16.1.1
}

test_the_daemon_goes()
{
	birdc router down
	poll_until 30 counts 10 0
	poll_until 30 counts 20 0
}

run_tests
