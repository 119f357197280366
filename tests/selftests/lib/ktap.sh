# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# ktap.sh - what shell selftests share. A test program looks like this:
#
#	#!/bin/bash
#	. "$(dirname "$0")/../lib/ktap.sh"
#
#	setup() { ns_add r h1 h2; }		# once, before the tests; optional
#
#	test_ping() { ns h1 ping -c 1 -W 2 192.0.2.1; }
#	test_refused() { ! ns r cgr route add 192.0.2.0/24 fib 0; }
#
#	ktap_main setup test_ping test_refused
#
# A test is a function. It runs in a subshell under `set -e`, so that the first command to fail fails it; its output is shown as
# a comment when it does. Use `fail MESSAGE` to say why, and poll_until instead of sleep. Note bash's rule: `set -e` ignores a
# failing `! cmd` that is not the last command, so write `refuse cmd` for "this must fail".

set -u
ktap_tmp=$(mktemp -d)	# a folder for a test's files, gone afterwards
ktap_number=0
ktap_failed=0
ktap_namespaces=()
ktap_cleanups=()

# ---- results ----

ktap_plan() { printf 'TAP version 13\n1..%d\n' "$1"; }
ktap_ok() { ktap_number=$((ktap_number + 1)); printf 'ok %d %s\n' $ktap_number "$*"; }
ktap_fail() { ktap_number=$((ktap_number + 1)); ktap_failed=$((ktap_failed + 1)); printf 'not ok %d %s\n' $ktap_number "$*"; }

# ktap_run NAME COMMAND...: one result from a command or function
ktap_run()
{
	local name=$1 status
	shift
	(set -eE; trap 'echo "failed: $BASH_COMMAND (line $LINENO of ${BASH_SOURCE[0]##*/})"' ERR; "$@") > "$ktap_tmp/.output" 2>&1
	status=$?
	if [ $status = 0 ]; then
		ktap_ok "$name"
	else
		sed 's/^/# /' "$ktap_tmp/.output"
		ktap_fail "$name"
	fi
	return $status
}

# ktap_main SETUP TEST...: runs SETUP (or -), then each test_NAME as a result NAME, cleans up and ends the program. If SETUP
# fails, every test has failed.
ktap_main()
{
	local setup=$1 t
	shift
	ktap_plan $#
	trap ktap_cleanup EXIT
	trap 'exit 1' INT TERM
	if [ "$setup" != - ] && ! "$setup" > "$ktap_tmp/.output" 2>&1; then
		sed 's/^/# /' "$ktap_tmp/.output"
		for t; do
			ktap_fail "${t#test_} (the setup failed)"
		done
		exit 1
	fi
	for t; do
		ktap_run "${t#test_}" "$t"
	done
	exit $((ktap_failed > 0))
}

# ---- for tests ----

fail() { echo "$*"; exit 1; }

# refuse COMMAND...: it must fail
refuse() { if "$@"; then fail "this should have been refused: $*"; fi; }

# same WANTED GOT [WHAT]
same() { [ "$1" = "$2" ] || fail "${3:-value}: wanted '$1', got '$2'"; }

# status WANTED COMMAND...: its exit status; output goes to $ktap_tmp/out and err
status()
{
	local wanted=$1 got=0
	shift
	"$@" > "$ktap_tmp/out" 2> "$ktap_tmp/err" || got=$?
	cat "$ktap_tmp/out" "$ktap_tmp/err"
	same "$wanted" "$got" "status of $*"
}

# slow SECONDS: that many, or more where the kernel is slow
slow() { echo $(($1 * ${CGR_SLOWNESS:-1})); }

# poll_until SECONDS COMMAND...: until it succeeds, at most so long, or longer where the kernel is slow
poll_until()
{
	local end
	end=$((SECONDS + $(slow "$1")))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || { echo "still not true: $*"; return 1; }
		sleep 0.1
	done
}

# on_exit COMMAND...: when the program ends; last come, first served. Not from inside a test: that is a subshell.
on_exit() { ktap_cleanups=("$(printf '%q ' "$@")" "${ktap_cleanups[@]}"); }

ktap_cleanup()
{
	local command

	for command in "${ktap_cleanups[@]}"; do
		eval "$command"
	done
	ns_cleanup
	rm -rf "$ktap_tmp"
}

# ---- network namespaces ----

# ns_add NAME...: fresh ones with lo up; real names carry our pid, so use `ns` and `ns_name`
ns_add()
{
	local name

	for name; do
		ip netns add "$(ns_name "$name")" || return
		ktap_namespaces+=("$(ns_name "$name")")
		ip -n "$(ns_name "$name")" link set lo up || return
	done
}

ns_name() { printf '%s-%s\n' "$1" "$$"; }

# ns NAME COMMAND...: runs it in there
ns() { local name=$1; shift; ip netns exec "$(ns_name "$name")" "$@"; }

# ns_link NS1 DEV1 NS2 DEV2: a veth pair between two namespaces, up
ns_link()
{
	ip link add "$2" netns "$(ns_name "$1")" type veth peer name "$4" netns "$(ns_name "$3")" &&
		ip -n "$(ns_name "$1")" link set "$2" up && ip -n "$(ns_name "$3")" link set "$4" up
}

# ns_cleanup: ends what still runs in our namespaces and removes them
ns_cleanup()
{
	local name

	for name in "${ktap_namespaces[@]}"; do
		ip netns pids "$name" | xargs -r kill -9
		ip netns del "$name"
	done
	ktap_namespaces=()
}
