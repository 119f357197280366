# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# topology.sh - two customers of one router, who use the same addresses. Source it first; it brings ktap.sh along.
#
#        netns a10                       the router                       netns b10
#   +----------------+    +------------------------------------+    +-------------------+
#   | 10.1.0.2    e0 |----| a10r 10.1.0.1      b10r 10.2.0.1   |----| e0 10.2.0.2       |
#   | 2001:db8:1::2  |    |      2001:db8:1::1 2001:db8:2::1   |    |    2001:db8:2::2  |
#   | fe80::a        |    |      fe80::1       fe80::1         |    |    fe80::b        |
#   +----------------+    |             FIB 10 (fib10)         |    | 172.16.0.0/12 and |
#                         | 172.16.0.0/12    via 10.2.0.2      |    | 2001:db8:ff::/48  |
#                         | 2001:db8:ff::/48 via 2001:db8:2::2 |    | are all his own   |
#                         +------------------------------------+    +-------------------+
#                         |             FIB 20 (fib20)         |
#   netns a20, the same --| a20r, the same      b20r, the same |-- netns b20, the same
#                         +------------------------------------+
#
# The router is the network namespace that the program itself runs in, so that its commands need no prefix; at NAME COMMAND
# runs one at a customer. The routes that are shown are in the FIBs only, the kernel's tables do not have them. Who answers is
# seen from the time to live: the hosts of FIB 10 send with 64, those of FIB 20 with 99. What is sent for FIB 10 in the tests
# that care carries DSCP cs1, for FIB 20 cs2.

[ "${ROUTER:-}" = $$ ] || exec env ROUTER=$$ unshare --net "$0" "$@"

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../lib/ktap.sh"

# at NAME COMMAND...: runs it in a customer's namespace
at() { local name=$1; shift; nsenter --net="/run/netns/$name-$$" "$@"; }

# set_sysctl NAME=VALUE...: without a process each; a device's name must not have dots
set_sysctl()
{
	local pair path

	for pair; do
		path=/proc/sys/${pair%%=*}
		echo "${pair#*=}" > "${path//.//}"
	done
}
export -f set_sysctl

# add_host NAME: a namespace, as a host of the FIB that ends its name
add_host()
{
	local hops=64

	[ "${1:1}" != 20 ] || hops=99
	ns_add "$1"
	at "$1" bash -c "set_sysctl net.ipv4.ip_default_ttl=$hops net.ipv6.conf.default.hop_limit=$hops \
		net.ipv6.conf.default.accept_dad=0 net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0"
	wire "$1"
}

# wire NAME: a host's link to the router, which is NAMEr there
wire()
{
	local net=1

	[ "${1:0:1}" = a ] || net=2
	ip link add "${1}r" type veth peer name e0 netns "$1-$$"
	ip -n "$1-$$" -batch - <<- END
		link set e0 up
		address add 10.$net.0.2/24 dev e0
		address add 2001:db8:$net::2/64 dev e0 nodad
		address add fe80::${1:0:1}/64 dev e0 nodad
		route add default via 10.$net.0.1
		route add default via 2001:db8:$net::1
	END
}

# fib_up FIB: the FIB, its device, its ports, the routes
fib_up()
{
	cgr fib add "$1" dev "fib$1"
	ip link set "fib$1" up
	port_up "a$1r" "$1"
	port_up "b$1r" "$1"
	fib_routes "$1"
}

# port_up PORT FIB: a port and its addresses
port_up()
{
	local net=1

	[ "${1:0:1}" = a ] || net=2
	ip -batch - <<- END
		link set $1 master fib$2
		link set $1 up
		address replace 10.$net.0.1/24 dev $1
		address replace 2001:db8:$net::1/64 dev $1 nodad
		address replace fe80::1/64 dev $1 nodad
	END
}

fib_routes() # FIB
{
	cgr -batch - <<- END
		route replace 172.16.0.0/12 via 10.2.0.2 dev b$1r fib $1
		route replace 2001:db8:ff::/48 via 2001:db8:2::2 dev b$1r fib $1
	END
}

# topology_up FIB...: the whole of it
topology_up()
{
	local fib

	modprobe mfib
	ip link set lo up
	set_sysctl net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.accept_dad=0 \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	for fib; do
		add_host "a$fib"
		add_host "b$fib"
		ip -n "b$fib-$$" -batch - <<- END
			address add 172.16.1.1/32 dev lo
			address add 2001:db8:ff::1/128 dev lo
			route add local 172.16.0.0/12 dev lo
			route add local 2001:db8:ff::/48 dev lo
		END
		fib_up "$fib"
	done
	for fib; do
		poll_until 10 is_ready "$fib"
	done
}

# twins_up FIB N...: more hosts hN of a FIB, each with all of 192.0.2.0/24 and 2001:db8:cc::/48, told apart by the time to live of what
# they answer, N0 where a10 sees it. b10 has those addresses as well, and 63.
twins_up()
{
	local fib=$1 n

	shift
	ip -n "b$fib-$$" -batch - <<- END
		route add local 192.0.2.0/24 dev lo
		route add local 2001:db8:cc::/48 dev lo
	END
	for n; do
		ns_add "h$n"
		at "h$n" bash -c "set_sysctl net.ipv4.ip_default_ttl=${n}1 net.ipv6.conf.default.hop_limit=${n}1 net.ipv6.conf.default.accept_dad=0"
		ip link add "h${n}r" type veth peer name e0 netns "h$n-$$"
		ip -n "h$n-$$" -batch - <<- END
			link set e0 up
			address add 10.$n.0.2/24 dev e0
			address add 2001:db8:$n::2/64 dev e0 nodad
			address add fe80::b/64 dev e0 nodad
			route add local 192.0.2.0/24 dev lo
			route add local 2001:db8:cc::/48 dev lo
			route add default via 10.$n.0.1
			route add default via 2001:db8:$n::1
		END
		ip -batch - <<- END
			link set h${n}r master fib$fib
			link set h${n}r up
			address add 10.$n.0.1/24 dev h${n}r
			address add 2001:db8:$n::1/64 dev h${n}r nodad
		END
		set_sysctl "net.ipv6.conf.h${n}r.keep_addr_on_down=1"
	done
}

# is_ready FIB: local sockets can use it
is_ready() { cgr route get 10.2.0.2 fib "$1" && cgr route get 2001:db8:1::1 fib "$1" && ping -q -c 1 -W 1 -I "fib$1" 2001:db8:2::2; }

# hold_packets: what rules of the table `held' put into queue 5 stays there, until let_go
hold_packets()
{
	mkfifo "$ktap_tmp/hold"
	"$(dirname "$0")/nfqueue.py" 5 < "$ktap_tmp/hold" > "$ktap_tmp/held" &
	holder=$!
	exec 9> "$ktap_tmp/hold"
	finally let_go
	poll_until 10 grep -q ready "$ktap_tmp/held"
}

holds() { [ "$(tail -n 1 "$ktap_tmp/held")" -ge "$1" ]; } # PACKETS, at least

# let_go: the packets first, for the kernel warns if a hook goes of which packets are in a queue
let_go()
{
	exec 9>&-
	wait "$holder" || :
	nft delete table inet held 2> /dev/null || :
	rm -f "$ktap_tmp/hold"
}

# page SOCAT-ADDRESS: what a server sends to the router; page_at NAME SOCAT-ADDRESS: to a host
page() { socat -T "$(slow 30)" -u "$1,connect-timeout=$(slow 30)" -; }
page_at() { at "$1" socat -T "$(slow 30)" -u "$2,connect-timeout=$(slow 30)" -; }

# reach NAME ADDRESS [PING-OPTION...]: a ping is answered; NAME `router' is the router
reach()
{
	local run=(at "$1")

	[ "$1" != router ] || run=()
	"${run[@]}" ping -n -c 1 -W "$(slow 5)" "${@:3}" "$2"
}

# reach_fib FIB NAME ADDRESS [PING-OPTION...]: a ping is answered, by a host of that FIB
reach_fib()
{
	local out

	out=$(reach "${@:2}") || fail "no answer: $out"
	[[ $out =~ ttl=([0-9]+) ]]
	if [ "${BASH_REMATCH[1]}" -gt 64 ]; then same "$1" 20 FIB; else same "$1" 10 FIB; fi
}

# cut_off NAME ADDRESS [PING-OPTION...]: it is not; what ping says goes to stdout
cut_off()
{
	local out

	if out=$(at "$1" ping -n -c 1 -W 0.5 "${@:3}" "$2"); then
		fail "this was answered: $out"
	fi
	echo "$out"
}

# told NAME ADDRESS PATTERN [PING-OPTION...]: it is not, and this is what the sender reads
told()
{
	local out

	if out=$(at "$1" ping -n -c 1 -w "$(slow 5)" "${@:4}" "$2"); then # -w: ends at the first error
		fail "this was answered: $out"
	fi
	contains "$out" "$3"
}

# counter FIB NAME [PORT]: one of the FIB's or port's counters, as `cgr -s fib show' names it
counter()
{
	local out

	out=$(cgr -s fib show "$1")
	[ -z "${3:-}" ] || out=${out#*port "$3"$'\n'}
	[[ $out =~ [[:space:]]"$2 "([0-9]+) ]]
	echo "${BASH_REMATCH[1]}"
}

# They end a test that does not call them in a subshell, as fail does.
contains() { [[ $1 =~ $2 ]] || fail "wanted '$2' in: $1"; } # TEXT PATTERN
lacks() { [[ ! $1 =~ $2 ]] || fail "did not want '$2' in: $1"; } # TEXT PATTERN

# finally COMMAND...: when this test ends, well or not
finally()
{
	# shellcheck disable=SC2064 # what it is now
	trap "$(printf '%q ' "$@")$(trap -p EXIT | sed "s/^trap -- '/; /; s/' EXIT$//")" EXIT
}

# own_ns NAME: a namespace for this test only
own_ns()
{
	ns_add "$1"
	finally ip netns del "$1-$$"
}

# run_tests: setup, then the program's test functions in their order
run_tests()
{
	local tests

	mapfile -t tests < <(sed -n 's/^\(test_.*\)()$/\1/p' "$0")
	ktap_main setup "${tests[@]}"
}
