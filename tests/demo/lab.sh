#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lab.sh - sets the lab up; the caller then gives a shell.

cd "$(dirname "$0")" || exit 1
# shellcheck source-path=SCRIPTDIR
. ./net.sh
router && router_ready || exit 1
for c in $customers; do
	next_hops "$c"
	fib=$(fib_of "$c") first=1
	[ "$c" = A ] || first=1001
	cgr route add default nhid $first fib "$fib"
	cgr -6 route add default nhid $((first + 300)) fib "$fib"
done
sed -n 's/^#\t/\t/p' net.sh
cat << 'END'

You are on the router. Try:
	cgr fib show
	cgr route show fib 10
	cgr route get 8.8.8.8 fib 20
	ip netns exec A-near traceroute -n 8.8.8.8
	ip netns exec B-near ping 10.0.0.1
	ping -I fibA 10.1.0.2
	tcpdump -ni fibB
END
