#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Commands that know nothing of FIBs, run in one: cgr exec.

# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2086,SC2102,SC2317 # no name here has a space; eval and run_tests call all
. "$(dirname "$0")/topology.sh"

setup()
{
	local fib

	topology_up 10 20
	set_sysctl net.ipv4.ping_group_range='0 0'
	for fib in 10 20; do
		echo "page of FIB $fib" > "$ktap_tmp/page$fib"
		at "b$fib" socat -U TCP6-LISTEN:80,ipv6only=0,reuseaddr,fork "OPEN:$ktap_tmp/page$fib,rdonly" 2> /dev/null &
		poll_until 20 eval "[ -n \"\$(at b$fib ss -Hlnt)\" ]"
	done
}

# group FIB: its control group, with the number of its network namespace
group() { echo "cgr-fib-$1-$(stat -L -c %i /proc/self/ns/net)"; }

test_a_client_is_in_the_fib()
{
	local fib

	for fib in 10 20; do
		same "page of FIB $fib" "$(cgr exec fib $fib socat -u TCP4:172.16.1.1:80 -)"
		same "page of FIB $fib" "$(cgr exec fib $fib socat -u TCP6:[2001:db8:ff::1]:80 -)"
	done
	contains "$(page TCP4:172.16.1.1:80 2>&1)" 'Network is unreachable'
}

test_so_is_what_it_starts_later()
{
	same 'page of FIB 20' "$(cgr exec fib 20 bash -c 'bash -c "socat -u TCP4:172.16.1.1:80 - | cat"; true')"
}

test_a_server_is_in_the_fib()
{
	local fib

	for fib in 10 20; do
		cgr exec fib $fib socat TCP6-LISTEN:8080,ipv6only=0,reuseaddr,fork "EXEC:cat $ktap_tmp/page$fib" 2> /dev/null &
		finally kill $!
	done
	poll_until 20 eval '[ "$(ss -Hlnt sport = 8080 | wc -l)" = 2 ]'
	for fib in 10 20; do
		same "page of FIB $fib" "$(page_at a$fib TCP4:10.1.0.1:8080)"
		same "page of FIB $fib" "$(page_at b$fib TCP6:[2001:db8:2::1]:8080)"
	done
}

test_datagrams_and_raw_sockets_too()
{
	contains "$(cgr exec fib 20 ping -n -c 1 -W "$(slow 5)" 172.16.1.1)" 'ttl=99'
	contains "$(cgr exec fib 10 ping -n -c 1 -W "$(slow 5)" 2001:db8:ff::1)" 'ttl=64'
	contains "$(cgr exec fib 10 traceroute -n -q 1 -w "$(slow 2)" 172.16.1.1)" ' 1  172\.16\.1\.1 '
}

test_a_command_in_another_fib_started_from_one()
{
	local out

	out=$(cgr exec fib 10 cgr exec fib 20 sh -c 'grep ^0:: /proc/self/cgroup; socat -u TCP4:172.16.1.1:80 -')
	contains "$out" 'page of FIB 20'
	contains "$out" "/$(group 20)"
	lacks "$out" "$(group 10)"
}

test_the_same_number_in_another_namespace()
{
	own_ns o
	ip link add o0 type veth peer name e1 netns "b20-$$"
	ip link set o0 netns "o-$$"
	ip -n "b20-$$" -batch - <<- END
		link set e1 up
		address add 10.5.0.2/24 dev e1
	END
	at o cgr fib add 10 dev fib10
	ip -n "o-$$" -batch - <<- END
		link set fib10 up
		link set o0 master fib10
		link set o0 up
		address add 10.5.0.1/24 dev o0
	END
	at o cgr route add 172.16.0.0/12 via 10.5.0.2 dev o0 fib 10
	# the group of the namespace that the test runs in is there before and after
	same 'page of FIB 10' "$(cgr exec fib 10 socat -u TCP4:172.16.1.1:80 -)"
	same 'page of FIB 20' "$(cgr -n "o-$$" exec fib 10 socat -u TCP4:172.16.1.1:80 -)"
	same 'page of FIB 10' "$(cgr exec fib 10 socat -u TCP4:172.16.1.1:80 -)"
}

test_a_fib_that_got_another_device()
{
	own_ns o
	at o cgr fib add 30 dev fib30
	at o cgr exec fib 30 true
	ip -n "o-$$" link del fib30
	at o cgr fib set 30 dev red
	ip -n "o-$$" link set red up
	ip -n "o-$$" address add 10.0.0.1/32 dev red
	at o cgr exec fib 30 sh -c 'socat -u TCP4-LISTEN:80,accept-timeout=20 - & exec sleep 20' 2> /dev/null &
	finally kill $!
	poll_until 10 eval '[[ "$(at o ss -Hlnt)" = *%red:80* ]]'
}

test_status_and_words_of_the_command_are_its_own()
{
	status 7 cgr exec fib 10 sh -c 'exit 7'
	same $'-4\n--\nhelp me' "$(cgr exec fib 10 printf '%s\n' -4 -- 'help me')"
	same input "$(echo input | cgr exec fib 10 cat)"
}

test_what_cannot_be_run()
{
	cgr fib add 40
	finally cgr fib del 40
	status 2 cgr exec fib 40 true
	same 'Error: FIB 40 has no device, which sockets could be bound to: cgr fib set 40 dev NAME' "$(cat "$ktap_tmp/err")"
	status 2 cgr exec fib 41 true
	contains "$(cat "$ktap_tmp/err")" 'There is no FIB with this id'
	status 2 cgr exec fib 10 /no/such/command
	same 'Error: cannot run "/no/such/command": No such file or directory' "$(cat "$ktap_tmp/err")"
	status 1 cgr exec fib 10
	status 1 cgr -batch - <<< 'exec fib 10 true'
	contains "$(cat "$ktap_tmp/err")" 'not in a batch'
	status 2 setpriv --bounding-set=-sys_admin cgr exec fib 10 true
	same 'Error: cannot open the control groups: Operation not permitted; this needs CAP_SYS_ADMIN' "$(cat "$ktap_tmp/err")"
}

run_tests
