#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ip(8) with what it needs for links of kind mfib (tools/ip).

# shellcheck source-path=SCRIPTDIR disable=SC2317 # run_tests calls all
. "$(dirname "$0")/topology.sh"

setup()
{
	modprobe mfib
	IP_LIB_DIR=$(realpath "$(dirname "$(command -v cgr)")/../ip")
	export IP_LIB_DIR
	[ -f "$IP_LIB_DIR/link_mfib.so" ]
}

test_a_device_and_its_fib()
{
	ip link add fib10 type mfib id 10
	finally ip link del fib10
	contains "$(cgr fib show 10)" '^id 10 dev fib10 '
	contains "$(ip -d link show fib10)" ' mfib id 10 '
	ip -d -j link show fib10 | python3 -c '
import json, sys
(link,) = json.load(sys.stdin)
assert link["linkinfo"]["info_kind"] == "mfib", link
assert link["linkinfo"]["info_data"] == {"id": 10}, link'
}

# as the words for a VRF are
test_a_table_is_a_fib()
{
	ip link add red type mfib table 4294967295
	finally ip link del red
	contains "$(ip -d link show type mfib)" ' mfib id 4294967295 '
}

test_wrong_words()
{
	local out

	out=$(ip link add fib10 type mfib 2>&1) && fail "$out"
	out=$(ip link add fib10 type mfib id 2>&1) && fail "$out"
	contains "$out" '"id" wants the number of a FIB'
	out=$(ip link add fib10 type mfib id -1 2>&1) && fail "$out"
	contains "$out" '"id" wants the number of a FIB'
	out=$(ip link add fib10 type mfib number 10 2>&1) && fail "$out"
	contains "$out" 'unknown option "number"'
	contains "$out" 'mfib id FIB'
	out=$(ip link add fib10 type mfib id 254 2>&1) && fail "$out"
	contains "$out" 'reserved'
	same '' "$(cgr fib show)"
}

run_tests
