#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The command without the module: grammar, errors, help, batches, output. Run by `make run`, which sets
#
#	CGR	the command
#	FAKE	the command with a stand-in for the kernel, see fake.h
#	TOP	the source tree
#
# shellcheck disable=SC2317 # tests are called by name

# shellcheck source=../selftests/lib/ktap.sh disable=SC1091,SC2154
. "$TOP/tests/selftests/lib/ktap.sh"

# The stand-in lives as long as one process: a test is a batch.
prepare='fib add 10 dev fib10 max-routes 5
fib add id 11
nexthop add id 5 via 10.2.0.2 dev lo
nexthop add id 6 via inet6 fe80::66 dev lo
nexthop add 7 dev lo
route add 10.0.0.0/8 nhid 5 fib 10 proto static metric 20
route add 10.1.0.0/16 via inet6 fe80::1 dev lo fib 10
route add default nhid 6 proto kernel fib 10
route add 2001:db8::/32 via fe80::1 dev lo fib 11
route add blackhole 192.0.2.1 fib 10'

# batch [OPTION...] < COMMANDS
batch() { (echo "$prepare"; cat) | "$FAKE" "$@" -b -; }

# wrong MESSAGE WORD...: a command line that is wrong
wrong()
{
	local message=$1
	shift
	status 1 "$CGR" "$@"
	same "Error: $message" "$(cat "$ktap_tmp/err")"
}

# refused MESSAGE COMMAND: the (stand-in) kernel refuses it
refused()
{
	status 2 batch <<< "$2"
	same "Error: -:11: $1" "$(cat "$ktap_tmp/err")"
}

# shows COMMAND OPTION... < WANTED
shows()
{
	local command=$1
	shift
	status 0 batch "$@" <<< "$command"
	diff -u - "$ktap_tmp/out"
}

# json FILE: one valid document a line
json()
{
	python3 -c 'import json, sys
for line in open(sys.argv[1]):
    json.loads(line)' "$1"
}

test_version() { same "cgr 0.1.0" "$("$CGR" -V)"; status 0 "$CGR" --Version; }

test_usage_without_words()
{
	status 1 "$CGR"
	grep -q '^Usage: cgr' "$ktap_tmp/err"
	[ ! -s "$ktap_tmp/out" ]
	status 1 "$CGR" -b x fib show
	status 0 "$CGR" -h
	status 0 "$CGR" help
	grep -q '^Usage: cgr' "$ktap_tmp/out"
}

test_options()
{
	wrong 'unknown option "-x"' -x
	wrong 'unknown option "-jp"' -jp
	wrong '"-n" needs a value' -n
	status 1 "$CGR" -st
	grep -q '^Usage:' "$ktap_tmp/err"
	status 0 "$CGR" -s -d -j -p -4 --help
	status 2 "$CGR" -n nonesuch fib show
	grep -q 'cannot open network namespace "nonesuch"' "$ktap_tmp/err"
	status 2 "$CGR" -n /dev/null fib show
	grep -q 'cannot enter network namespace' "$ktap_tmp/err"
}

test_family_absent()
{
	local object
	for object in fib port nexthop route; do
		status 2 env FAKE_ABSENT=1 "$FAKE" "$object" show
		same 'Error: module mfib is not loaded: modprobe mfib' "$(cat "$ktap_tmp/err")"
		[ ! -s "$ktap_tmp/out" ]
		status 2 env FAKE_ABSENT=1 "$FAKE" -j "$object"
		same '[]' "$(cat "$ktap_tmp/out")"
	done
}

# The grammar that help prints is the one of the man page, and every command has its own.
test_help_is_synopsis()
{
	local object command page
	for object in '' fib port nexthop route monitor digsig tipc doctor metrics exec; do
		page=$TOP/Documentation/man/cgr${object:+-$object}.8
		# shellcheck disable=SC2086 # no word if it is empty
		status 0 "$CGR" $object help
		diff <(sed -n '/^\.SH SYNOPSIS/,/^\.fi/p' "$page" | grep -v '^\.' | tr -s ' \n' ' ') \
			<(sed 's/^Usage: //' "$ktap_tmp/out" | tr -s ' \n' ' ' | sed 's/^ //')
		if awk 'length > 80 { bad = 1 } END { exit !bad }' "$ktap_tmp/out"; then
			fail "a line is longer than 80"
		fi
	done
	for command in 'fib add' 'fib set' 'fib del' 'fib show' 'fib check' 'fib save' 'port add' 'port set' 'port del' 'port show' 'port save' 'nexthop add' 'nexthop replace' 'nexthop del' \
		'nexthop get' 'nexthop show' 'nexthop save' 'route add' 'route append' 'route replace' 'route change' 'route del' 'route get' \
		'route show' 'route save' 'route flush' 'route restore' 'monitor all' 'monitor route' 'digsig show' 'digsig mode' 'digsig policy' 'digsig key' 'digsig revoke' \
		'digsig check' 'digsig cache' 'digsig lock' 'digsig monitor' 'tipc show' \
		'tipc node' 'tipc bearer' 'tipc link' 'tipc media' 'tipc peer' 'tipc nametable' 'tipc socket' 'doctor show' 'metrics show' 'exec fib'; do
		# shellcheck disable=SC2086 # two words
		status 0 "$CGR" $command help
		grep -q "^Usage: cgr $command" "$ktap_tmp/out"
	done
}

test_objects_and_commands()
{
	wrong 'unknown object "foo": it is one of fib, port, nexthop, route, monitor, digsig, tipc, doctor, metrics, exec' foo
	wrong 'unknown command "foo": it is one of add, set, del, show, check, save, help' fib foo
	wrong 'unknown command "": it is one of add, set, del, show, save, help' port ''
}

test_exec()
{
	wrong 'FIB is missing' exec fib
	wrong '"x" is not a valid FIB: expected a number' exec fib x true
	wrong 'a command is missing: cgr exec fib 10 COMMAND' exec fib 10
	status 1 batch <<< 'exec fib 10 true'
	same 'Error: -:11: a command takes the place of cgr: not in a batch' "$(cat "$ktap_tmp/err")"
}

test_abbreviations()
{
	wrong '"r" is ambiguous: replace, restore' route r
	wrong '"a" is ambiguous: add, append' route a
	wrong 'PREFIX is missing' route ap
	wrong '"p" is ambiguous: prohibit, proto, protocol' route add p
	wrong '"s" is ambiguous: set, show, save' f s
	wrong 'ID is missing' f a
	wrong 'ID is missing' n del
	wrong 'ID is missing' n delete
	wrong 'PREFIX is missing' rou rep
	shows 'f sh 11' <<< 'id 11 routes4 0 routes6 1'
	shows 'nex li i 7' <<< 'id 7 dev lo routes 12'
	shows 'r g 192.0.2.1 f 10' <<< 'blackhole 192.0.2.1 fib 10 prefix 192.0.2.1 proto boot'
}

test_fib_errors()
{
	wrong 'ID is missing' fib add
	wrong '"x" is not a valid ID: expected a number' fib add x
	wrong '"0" is not a valid ID: it begins at 1' fib add 0
	wrong '"4294967296" is not a valid ID: expected a number' fib del 4294967296
	wrong 'unknown word "11"' fib add 10 11
	wrong '"id" needs ID' fib add id
	wrong '"dev" needs NAME' fib add 10 dev
	wrong '"abcdefghijklmnop" is not a valid device name' fib add 10 dev abcdefghijklmnop
	wrong '"a/b" is not a valid device name' fib add 10 dev a/b
	wrong '"max-routes" is one too many' fib add 10 max-routes 1 max-routes 2
	wrong 'dev NAME, max-routes NUMBER, warn-routes NUMBER or follow WHAT is missing' fib set 10
	shows $'fib set 10 warn-routes 4\nfib show 10' <<< 'id 10 dev if1010 max-routes 5 warn-routes 4 routes4 4 routes6 0 high'
	shows $'fib set 10 warn-routes 4\nfib show 10' -br <<< '10         if1010                 4        0 high'
	shows $'fib set 10 warn-routes 4\nfib save' <<< $'fib add 10 dev if1010 max-routes 5 warn-routes 4\nfib add 11'
	wrong '"x" is not a valid ID: expected a number' fib check x
	wrong 'unknown word "11"' fib check 10 11
	wrong 'unknown word "max-routes"' fib check 10 max-routes 1
}

test_nexthop_errors()
{
	wrong 'dev DEV, lookup FIB or group MEMBERS is missing' nexthop add id 5
	for members in 0 1/ /1 1,0 1,257 1,2,3 1//2 1,x 4294967296 "1,1,"; do
		wrong "\"$members\" is neither ID[,WEIGHT][/ID[,WEIGHT]]... nor none" nexthop add 9 group "$members"
	done
	wrong 'a group has 64 members at most' nexthop add 9 group "$(seq -s / 65)"
	wrong 'a group has members, and not "lo": give that an id' nexthop add 9 group 5 dev lo
	wrong 'a group has members, and not "10.0.0.1": give that an id' nexthop add 9 group 5 via 10.0.0.1
	wrong '"5" is of a group: "group MEMBERS" is missing' nexthop add 9 dev lo backup 5
	wrong '"64" is of a group: "group MEMBERS" is missing' nexthop add 9 dev lo buckets 64
	wrong '"0" is not a valid NUMBER: it begins at 1' nexthop add 9 group 5 buckets 0
	wrong '"10.0.0.256" is not an IP address' nexthop add id 5 via 10.0.0.256 dev lo
	wrong '"fe80::1/64" is not an IP address' nexthop add id 5 via fe80::1/64 dev lo
	wrong '"10.0.0.1" is not an IPv6 address' nexthop add id 5 via inet6 10.0.0.1 dev lo
	wrong 'there is no device "nonesuch"' nexthop add id 5 dev nonesuch
	wrong 'ID is missing' nexthop get
}

test_route_errors()
{
	wrong 'fib FIB is missing' route add 10.0.0.0/8 nhid 5
	wrong '"10.0.0.0/33" is not an IP prefix' route add 10.0.0.0/33 nhid 5 fib 10
	wrong '"10.0.0.0/8" is not an IPv6 prefix' -6 route add 10.0.0.0/8 nhid 5 fib 10
	wrong '"::" is not an IPv4 address' -4 route get :: fib 10
	wrong '"10.0.0.0/8" is not an IP address' route get 10.0.0.0/8 fib 10
	wrong '"fe80::1" is not an IPv4 address as the prefix is: say "via inet6"' route add 10.0.0.0/8 via fe80::1 fib 10
	wrong '"nonesuch" is not a routing protocol' route add 10.0.0.0/8 nhid 5 proto nonesuch fib 10
	wrong '"blackhole" is one too many' route add unicast blackhole 10.0.0.0/8 fib 10
	wrong 'there is no device "nonesuch"' route add 10.0.0.0/8 dev nonesuch fib 10
	wrong 'cannot open "/nonesuch": No such file or directory' route restore fib 10 /nonesuch
}

test_fib_show()
{
	shows 'fib show' <<- 'END'
		id 10 dev if1010 max-routes 5 routes4 4 routes6 0
		id 11 routes4 0 routes6 1
	END
	shows 'fib' -d <<- 'END'
		id 10 dev if1010 max-routes 5 routes4 4 routes6 0 bytes 4096 ifindex 1010
		id 11 routes4 0 routes6 1 bytes 4096
	END
	shows $'fib set 11 follow all\nfib show 11\nfib set 11 follow connected\nfib show 11\nfib add 12 follow all\nfib save' <<- 'END'
		id 11 follow all routes4 0 routes6 1
		id 11 routes4 0 routes6 1
		fib add 10 dev if1010 max-routes 5
		fib add 11
		fib add 12 follow all
	END
	wrong '"some" is neither connected nor all' fib set 11 follow some
	wrong '"follow" needs { connected | all }' fib set 11 follow
	shows 'fib show' -j <<- 'END'
		[{"id":10,"dev":"if1010","max_routes":5,"warn_routes":0,"follow":"connected","routes4":4,"routes6":0,"flags":[]},{"id":11,"max_routes":0,"warn_routes":0,"follow":"connected","routes4":0,"routes6":1,"flags":[]}]
	END
}

test_statistics()
{
	shows 'port show fib 10' -s <<- 'END'
		dev if2010 fib 10
		    forward-packets 102 forward-bytes 103 local-packets 104
		    noroute 105 unreachable 106 prohibit 107 blackhole 108 dead 109 martian 110 disabled 111 loop 115 rpf 116
		    sent-packets 112 sent-bytes 113 sent-errors 114
	END
	shows 'port show' <<< 'dev if2010 fib 10'
	status 0 batch -s -j <<< 'fib show'
	python3 - "$ktap_tmp/out" <<- 'END'
		import json, sys
		fibs = json.load(open(sys.argv[1]))
		assert fibs[0]["stats"]["sent_errors"] == (1 << 40) + 14
		assert [p["dev"] for p in fibs[0]["ports"]] == ["if2010"]
		assert fibs[0]["ports"][0]["stats"]["noroute"] == 105
		assert fibs[1]["ports"] == [] and "stats" not in fibs[1]
		assert fibs[0]["tree4"]["form"] == "tree"
		assert fibs[1]["tree6"] == {"form": "array", "prefixes": 1, "nodes": 7, "depth": 3,
			"lookup_bytes": 1 << 40, "writer_bytes": 600, "retired_bytes": 16}
	END
}

test_statistics_of_trees()
{
	local numbers='nodes 7 depth 3 lookup-bytes 1099511627776 writer-bytes 600 retired-bytes 16'
	# between the counters of the FIB and those of its ports
	status 0 batch -s <<< 'fib show 10'
	sed -n '5,7p' "$ktap_tmp/out" | diff -u - /dev/fd/3 3<<- END
		    tree4 tree prefixes 4 $numbers
		    tree6 array prefixes 0 $numbers
		    port if2010
	END
	shows 'fib show 11' -s <<- END
		id 11 routes4 0 routes6 1
		    tree4 direct prefixes 0 $numbers
		    tree6 array prefixes 1 $numbers
	END
	# an older kernel, and a later one
	shows $'fib add 12\nfib add 13\nfib show 12\nfib show 13' -s <<- END
		id 12 routes4 0 routes6 0
		id 13 routes4 0 routes6 0
		    tree4 unknown prefixes 0 $numbers
		    tree6 array prefixes 0 $numbers
	END
}

test_fib_check()
{
	local prepare=''
	shows 'fib check' < /dev/null
	shows 'fib check' -j <<< '[]'
	prepare=$'fib add 10\nfib add 68\nfib add 11'
	shows 'fib check 11' <<< 'id 11 consistent'
	shows 'f c id 11' -j <<< '[{"id":11,"consistent":true}]'
	# one that has gone meanwhile is no error
	shows 'fib check' <<< $'id 10 consistent\nid 11 consistent'
	shows 'fib check' -j <<< '[{"id":10,"consistent":true},{"id":11,"consistent":true}]'
	status 2 batch <<< 'fib check 68'
	same 'Error: -:4: There is no FIB with this id: "68"' "$(cat "$ktap_tmp/err")"
}

test_fib_check_finds_damage()
{
	local prepare=$'fib add 66\nfib add 10\nfib add 67\nfib add 11' errors
	errors='Error: -:5: FIB 66: The tree is damaged
Error: -:5: FIB 67: The tree is damaged'
	status 2 batch <<< 'fib check'
	same "$errors" "$(cat "$ktap_tmp/err")"
	same $'id 10 consistent\nid 11 consistent' "$(cat "$ktap_tmp/out")"
	status 2 batch -j <<< 'fib check'
	same "$errors" "$(cat "$ktap_tmp/err")"
	same '[{"id":66,"consistent":false},{"id":10,"consistent":true},{"id":67,"consistent":false},{"id":11,"consistent":true}]' \
		"$(cat "$ktap_tmp/out")"
	status 2 batch <<< 'fib check 67'
	same 'Error: -:5: FIB 67: The tree is damaged' "$(cat "$ktap_tmp/err")"
	[ ! -s "$ktap_tmp/out" ]
	# any other error ends it
	prepare=$'fib add 10\nfib add 66\nfib add 69\nfib add 11'
	status 2 batch -j <<< 'fib check'
	same $'Error: -:5: FIB 66: The tree is damaged\nError: -:5: Cannot allocate memory' "$(cat "$ktap_tmp/err")"
	same '[{"id":10,"consistent":true},{"id":66,"consistent":false}]' "$(cat "$ktap_tmp/out")"
}

test_nexthop_show()
{
	shows 'nexthop show' <<- 'END'
		id 5 via 10.2.0.2 dev lo routes 12
		id 6 via fe80::66 dev lo routes 12 dead
		id 7 dev lo routes 12
	END
	shows 'nexthop get 6' -j <<< '[{"id":6,"gateway":"fe80::66","dev":"lo","routes":12,"flags":["dead"]}]'
	shows 'nexthop show id 7' -j <<< '[{"id":7,"dev":"lo","routes":12,"flags":[]}]'
}

test_nexthop_groups()
{
	local groups=$'nexthop add 9 group 5,3/6 backup 7 buckets 128\nnexthop add 8 group 7\nnexthop add 10 group none\n'

	shows "${groups}nexthop show 9" <<< 'id 9 group 5,3/6 backup 7 buckets 128 routes 12'
	shows "${groups}nexthop show 9" -d <<- 'END'
		id 9 group 5,3/6 backup 7 buckets 128 routes 12
		    member 5 weight 3 buckets 128
		    member 6 weight 1 buckets 0 linkdown
		    member 7 weight 1 buckets 0 backup linkdown
	END
	shows "${groups}nexthop show 8" -j <<< '[{"id":8,"buckets":64,"routes":12,"flags":[],"group":[{"id":7,"weight":1,"buckets":64,"flags":[]}]}]'
	shows "${groups}nexthop replace 9 group 6 backup 5,2/7
		nexthop show" -br <<- 'END'
		5          lo              10.2.0.2
		6          lo              fe80::66 dead
		7          lo              -
		9          group           -
		8          group           -
		10         group           -
	END
	# members come before their groups, and what is saved makes the same again
	shows "${groups}nexthop save" <<- 'END'
		nexthop replace 5 via 10.2.0.2 dev lo
		nexthop replace 6 via fe80::66 dev lo
		nexthop replace 7 dev lo
		nexthop replace 9 group 5,3/6 backup 7 buckets 128
		nexthop replace 8 group 7 buckets 64
		nexthop replace 10 group none buckets 64
	END
	refused 'There is no next hop with this id: "5/77"' 'nexthop add 9 group 5/77'
	shows "${groups}route add 10.9.0.0/16 nhid 9 fib 10
		route show fib 10 exact 10.9.0.0/16" <<< '10.9.0.0/16 nhid 9 proto boot'
}

test_nexthop_change()
{
	shows $'nexthop replace id 7 via 10.9.9.9 dev lo\nnexthop show id 7' <<< 'id 7 via 10.9.9.9 dev lo routes 12'
	shows $'nexthop del 5\nnexthop delete id 6\nnexthop' <<< 'id 7 dev lo routes 12'
}

test_route_show()
{
	shows 'route show' <<- 'END'
		10.0.0.0/8 nhid 5 via 10.2.0.2 dev lo fib 10 proto static metric 20
		10.1.0.0/16 via inet6 fe80::1 dev lo fib 10 proto boot
		default nhid 6 via inet6 fe80::66 dev lo fib 10 proto kernel dead inactive
		2001:db8::/32 via fe80::1 dev lo fib 11 proto boot
		blackhole 192.0.2.1 fib 10 proto boot
	END
	shows 'route show fib 11' <<< '2001:db8::/32 via fe80::1 dev lo proto boot'
	shows 'route show fib 10 10.0.0.0/8' <<< '10.0.0.0/8 nhid 5 via 10.2.0.2 dev lo proto static metric 20'
	shows 'route show exact default proto kernel fib 10' -d <<- 'END'
		unicast default nhid 6 via inet6 fe80::66 dev lo proto kernel dead inactive followed
	END
	shows 'route show root 10.0.0.0/9 fib 10' <<< '10.1.0.0/16 via inet6 fe80::1 dev lo proto boot'
	shows 'route show match 192.0.2.1 fib 10' <<- 'END'
		default nhid 6 via inet6 fe80::66 dev lo proto kernel dead inactive
		blackhole 192.0.2.1 proto boot
	END
	shows 'route show type blackhole' <<< 'blackhole 192.0.2.1 fib 10 proto boot'
	shows 'route show via fe80::1' <<- 'END'
		10.1.0.0/16 via inet6 fe80::1 dev lo fib 10 proto boot
		2001:db8::/32 via fe80::1 dev lo fib 11 proto boot
	END
	shows 'route show nhid 5' <<< '10.0.0.0/8 nhid 5 via 10.2.0.2 dev lo fib 10 proto static metric 20'
	shows 'route show metric 20 dev lo fib 10' <<< '10.0.0.0/8 nhid 5 via 10.2.0.2 dev lo proto static metric 20'
	shows 'route show metric 21' < /dev/null
	refused 'The destination has bits set past the prefix length: "10.0.0.1/8"' 'route show root 10.0.0.1/8'
	wrong '"foo" is not a type of route' route show type foo
	wrong 'there is no device "nonesuch"' route show dev nonesuch
}

test_brief()
{
	shows 'fib show' -br <<- 'END'
		10         if1010                 4        0
		11         -                      0        1
	END
	shows 'fib show' -br -s <<< $'10         if1010                 4        0\n11         -                      0        1'
	shows 'port show' -brief <<< 'if2010          10'
	shows 'nexthop show' -br <<- 'END'
		5          lo              10.2.0.2
		6          lo              fe80::66 dead
		7          lo              -
	END
	shows 'nexthop show 7' -br -j <<< '[{"id":7,"dev":"lo","routes":12,"flags":[]}]'
}

test_oneline()
{
	status 0 batch -o -s <<< 'fib show 10'
	same 1 "$(wc -l < "$ktap_tmp/out")"
	grep -q '^id 10 dev if1010 .*\\    forward-packets .*\\    tree4 .*\\    port if2010' "$ktap_tmp/out"
}

test_numeric() { shows 'route show nhid 5 fib 10' -N <<< '10.0.0.0/8 nhid 5 via 10.2.0.2 dev lo proto 4 metric 20'; }

# Devices, addresses and what is dead, as ip(8) colors them.
test_color()
{
	local e=$'\e['
	shows 'route show fib 10 default' -c <<< "default nhid 6 via inet6 ${e}34mfe80::66${e}0m dev ${e}36mlo${e}0m proto kernel ${e}31mdead${e}0m inactive"
	shows 'route show nhid 5 fib 10' -color=always <<< "${e}35m10.0.0.0/8${e}0m nhid 5 via ${e}35m10.2.0.2${e}0m dev ${e}36mlo${e}0m proto static metric 20"
	COLORFGBG='15;0' shows 'port show' -c -br <<< "${e}1;36mif2010${e}0m          10"
	COLORFGBG='0;15' shows 'port show' -c -br <<< "${e}36mif2010${e}0m          10"
	shows 'port show' -c=auto -br <<< 'if2010          10'
	shows 'port show' -c -c=never -br <<< 'if2010          10'
	shows 'nexthop show 7' -c -j <<< '[{"id":7,"dev":"lo","routes":12,"flags":[]}]'
	wrong 'colors are wanted always, auto or never, not "x"' -c=x fib show
	wrong '"a" is ambiguous: always, auto' -color=a fib show
	wrong 'unknown option "-json=x"' -json=x fib show
}

# The text format of OpenMetrics: every metric is declared, its samples are together, and each has labels of its own.
test_metrics()
{
	status 0 batch <<< 'metrics'
	python3 - "$ktap_tmp/out" <<- 'END'
		import re, sys
		lines = open(sys.argv[1]).read().split('\n')
		assert lines[-2:] == ['# EOF', ''], lines[-2:]
		suffix = {'counter': '_total', 'info': '_info', 'gauge': ''}
		known, samples, name = {}, {}, None
		for line in lines[:-2]:
		    if line.startswith('# TYPE '):
		        _, _, name, kind = line.split()
		        assert name not in known, name
		        known[name] = kind
		    elif line.startswith(('# HELP ', '# UNIT ')):
		        assert line.split()[2] == name, line
		    else:
		        at = re.fullmatch(r'([a-z0-9_]+)(\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\}) (\d+)', line)
		        assert at and at[1] == name + suffix[known[name]], line
		        assert at[1] + at[2] not in samples, line
		        samples[at[1] + at[2]] = int(at[3])
		def has(sample, value):
		    assert samples[sample] == value, (sample, samples.get(sample))
		has('cgr_build_info{version="0.1.0"}', 1)
		has('cgr_fib_routes{fib="10",dev="if1010",family="inet"}', 4)
		has('cgr_fib_routes{fib="11",family="inet6"}', 1)
		has('cgr_fib_max_routes{fib="10",dev="if1010"}', 5)
		has('cgr_fib_full{fib="10",dev="if1010"}', 0)
		has('cgr_fib_warn_routes{fib="10",dev="if1010"}', 0)
		has('cgr_fib_high{fib="11"}', 0)
		has('cgr_fib_memory_bytes{fib="11"}', 4096)
		has('cgr_port_dropped_packets_total{fib="10",port="if2010",reason="noroute"}', 105)
		has('cgr_port_forward_packets_total{fib="10",port="if2010"}', 102)
		has('cgr_nexthops{state="up"}', 2)
		has('cgr_nexthops{state="dead"}', 1)
		has('cgr_nexthops{state="linkdown"}', 0)
		has('cgr_nexthops{state="unresolved"}', 0)
		assert not any('fib="11"' in s and 'packets' in s for s in samples)
	END
	wrong 'OpenMetrics is text: for JSON say "-s fib show"' -j metrics
}

test_route_save()
{
	shows 'route save fib 10' <<- 'END'
		10.0.0.0/8 nhid 5 proto static metric 20
		10.1.0.0/16 via inet6 fe80::1 dev lo
		blackhole 192.0.2.1
	END
	shows 'route save root ::/0' <<< '2001:db8::/32 via fe80::1 dev lo fib 11'
	wrong 'what is saved is text: for JSON say "route show"' -j route save
	# what is saved, and what is shown, is what was there before
	local what file=$ktap_tmp/saved
	for what in save show; do
		batch <<< "route $what fib 10" | sed '/proto kernel/d' > "$file"
		shows "route flush fib 10
route restore fib 10 $file
route save fib 10 proto static" <<< "10.0.0.0/8 $([ "$what" = save ] && echo nhid 5 || echo via 10.2.0.2 dev lo) proto static metric 20"
	done
}

hops='route add 12.0.0.0/8 metric 20 nexthop via 10.2.0.2 dev lo weight 2 nexthop via inet6 fe80::66 dev lo proto ospf nexthop dev lo fib 10
route add default fib 11 proto ospf nexthop via fe80::1 nexthop via fe80::2 dev lo weight 256 metric 7
'

test_route_hops()
{
	shows "${hops}route show proto ospf" << 'END'
12.0.0.0/8 fib 10 proto ospf metric 20
	nexthop via 10.2.0.2 dev lo weight 2
	nexthop via inet6 fe80::66 dev lo weight 1 dead linkdown
	nexthop dev lo weight 1
::/0 fib 11 proto ospf metric 7
	nexthop via fe80::1 dev lo weight 1
	nexthop via fe80::2 dev lo weight 256
END
	shows "${hops}route get 2001:db9::1 fib 11" << 'END'
2001:db9::1 fib 11 prefix ::/0 proto ospf metric 7
	nexthop via fe80::1 dev lo weight 1
	nexthop via fe80::2 dev lo weight 256
END
	shows "${hops}route show fib 11 proto ospf" -o <<< $'::/0 proto ospf metric 7\\\tnexthop via fe80::1 dev lo weight 1\\\tnexthop via fe80::2 dev lo weight 256'
	shows "${hops}route show fib 10 proto ospf" -j << 'END'
[{"type":"unicast","dst":"12.0.0.0/8","fib":10,"protocol":"ospf","metric":20,"flags":[],"nexthops":[{"gateway":"10.2.0.2","dev":"lo","weight":2,"flags":[]},{"gateway":"fe80::66","dev":"lo","weight":1,"flags":["dead","linkdown"]},{"dev":"lo","weight":1,"flags":[]}]}]
END
	shows "${hops}route replace 12.0.0.0/8 metric 20 dev lo fib 10
		route show fib 10 12.0.0.0/8" <<< '12.0.0.0/8 dev lo proto boot metric 20'
	local e=$'\e['
	status 0 batch -c <<< "${hops}route show fib 10 12.0.0.0/8"
	same "	nexthop via inet6 ${e}34mfe80::66${e}0m dev ${e}36mlo${e}0m weight 1 ${e}31mdead${e}0m linkdown" \
		"$(sed -n 3p "$ktap_tmp/out")"
	status 0 batch -j -p <<< "${hops}route show"
	json <(tr -d '\n' < "$ktap_tmp/out")
}

test_route_hops_errors()
{
	local add='route add 12.0.0.0/8 fib 10'
	# shellcheck disable=SC2086,SC2046 # several words
	{
		wrong '"nexthop" needs via ADDRESS or dev DEV' $add nexthop
		wrong '"nexthop" needs via ADDRESS or dev DEV' $add nexthop weight 2 nexthop dev lo
		wrong '"nexthop" needs via ADDRESS or dev DEV' $add nexthop dev lo nexthop metric 2
		wrong '"0" is not a valid NUMBER: it begins at 1' $add nexthop dev lo weight 0
		wrong '"257" is not a valid NUMBER: it ends at 256' $add nexthop dev lo weight 257
		wrong '"weight" needs NUMBER' $add nexthop dev lo weight
		wrong '"dev" is one too many' $add nexthop dev lo dev lo
		wrong '"via" outside of "nexthop": a route has one or the other' $add via inet6 fe80::1 nexthop dev lo
		wrong '"dev" outside of "nexthop": a route has one or the other' $add nexthop via 10.0.0.1 metric 1 dev lo
		wrong '"nhid" outside of "nexthop": a route has one or the other' $add nexthop dev lo nhid 5
		wrong 'unknown word "weight"' $add via 10.0.0.1 weight 2
		wrong 'unknown word "backup"' $add nexthop dev lo backup
		wrong '"10.0.0.300" is not an IP address' $add nexthop via 10.0.0.300
		wrong '"fe80::1" is not an IPv4 address as the prefix is: say "via inet6"' $add nexthop dev lo nexthop via fe80::1
		wrong 'there is no device "nonesuch"' $add nexthop dev lo nexthop dev nonesuch
		wrong '"nexthop" is one too many: a route has 64 next hops at most' $add $(printf 'nexthop via 10.0.0.%d ' {1..65})
		wrong 'fib FIB is missing' route add 12.0.0.0/8 nexthop dev lo
		wrong '"n" is ambiguous: nhid, nexthop' $add n 5
	}
	refused 'The gateway is not on the device: "10.0.0.103"' "$add nexthop via 10.0.0.1 dev lo nexthop dev lo via 10.0.0.103"
	refused 'This weight is refused: "250"' "$add nexthop dev lo weight 250"
	refused 'The route has this next hop twice: "10.0.0.1"' "$add nexthop dev lo nexthop via 10.0.0.1 nexthop weight 7 dev lo via 10.0.0.1"
	refused 'A route of this type has no next hop: "nexthop"' "route add blackhole 12.0.0.0/8 fib 10 nexthop dev lo"
}

test_route_append()
{
	local append='route append 12.0.0.0/8 fib 10' show='route show 12.0.0.0/8 fib 10'
	shows "$append via 10.2.0.2 dev lo
$show
$append via 10.2.0.3 dev lo
$show
$append nexthop via inet6 fe80::1 dev lo weight 3 nexthop dev lo
$append metric 5 dev lo
$show" << 'END'
12.0.0.0/8 via 10.2.0.2 dev lo proto boot
12.0.0.0/8 proto boot
	nexthop via 10.2.0.2 dev lo weight 1
	nexthop via 10.2.0.3 dev lo weight 1
12.0.0.0/8 proto boot
	nexthop via 10.2.0.2 dev lo weight 1
	nexthop via 10.2.0.3 dev lo weight 1
	nexthop via inet6 fe80::1 dev lo weight 3
	nexthop dev lo weight 1
12.0.0.0/8 dev lo proto boot metric 5
END
	refused 'The next hop of this route has an id: "5"' 'route append 10.0.0.0/8 metric 20 nhid 5 fib 10'
	prepare+=$'\nroute add 12.0.0.0/8 nexthop dev lo nexthop via 10.2.0.2 dev lo fib 10'
	status 2 batch <<< "$append nexthop via 10.2.0.3 nexthop weight 2 via 10.2.0.2 dev lo"
	same 'Error: -:12: The route has this next hop twice: "10.2.0.2"' "$(cat "$ktap_tmp/err")"
}

# As many as there can be, named in an error as well as the first, and what is saved makes the same again.
test_route_hops_most()
{
	local add file=$ktap_tmp/saved
	add="route add 12.0.0.0/8 fib 10 $(printf 'nexthop via inet6 fe80::%d dev lo weight 256 ' {1..63})"
	refused 'The gateway is not on the device: "fe80::67"' "$add nexthop via inet6 fe80::67 dev lo weight 3"
	status 0 batch <<< "$add nexthop via 10.0.0.1 dev lo weight 9
route show 12.0.0.0/8
route save 12.0.0.0/8"
	same 66 "$(wc -l < "$ktap_tmp/out")"
	tail -n 1 "$ktap_tmp/out" > "$file"
	shows "route restore $file
route save 12.0.0.0/8" < "$file"
}

test_route_hops_save()
{
	local file=$ktap_tmp/saved
	shows "${hops}route save proto ospf" <<- 'END'
		12.0.0.0/8 fib 10 proto ospf metric 20 nexthop via 10.2.0.2 dev lo weight 2 nexthop via inet6 fe80::66 dev lo weight 1 nexthop dev lo weight 1
		::/0 fib 11 proto ospf metric 7 nexthop via fe80::1 dev lo weight 1 nexthop via fe80::2 dev lo weight 256
	END
	cp "$ktap_tmp/out" "$file"
	shows "route restore $file
route save proto ospf" < "$file"
}

test_port_add_and_del()
{
	status 0 batch <<< 'port add lo fib 10'
	wrong 'fib FIB is missing' port add lo
	wrong 'there is no device "nonesuch"' port add nonesuch fib 10
	refused 'FIB 11 has no device: cgr fib set 11 dev NAME' 'port add lo fib 11'
	refused 'There is no FIB with this id: "12"' 'port add dev lo fib 12'
	prepare+=$'\nfib add 20 dev x' status 2 batch <<< 'port add lo fib 20'
	same 'Error: -:12: The device has another master: "20"' "$(cat "$ktap_tmp/err")"
	refused '"lo" is not a port of a FIB' 'port del lo'
	refused '"lo" is not a port of FIB 10' 'port delete lo fib 10'
}

test_port_checks()
{
	shows $'port set lo rpf strict\nport show' <<< 'dev if2010 fib 10 rpf strict'
	shows $'port set dev lo rpf loose\nport save' <<< 'port add if2010 fib 10 rpf loose'
	shows $'port set lo rpf off\nport show' -j <<< '[{"dev":"if2010","fib":10,"rpf":"off"}]'
	prepare='' status 2 batch <<< 'port set lo rpf off'
	same 'Error: -:2: The device is not a port of a FIB: "lo"' "$(cat "$ktap_tmp/err")"
	wrong '"some" is not one of off, loose, strict' port set lo rpf some
	wrong 'rpf CHECK is missing' port set lo
}

# What is saved makes the same again.
test_save()
{
	shows 'fib save' -c <<- 'END'
		fib add 10 dev if1010 max-routes 5
		fib add 11
	END
	shows 'nexthop save' -c <<- 'END'
		nexthop replace 5 via 10.2.0.2 dev lo
		nexthop replace 6 via fe80::66 dev lo
		nexthop replace 7 dev lo
	END
	shows 'port save fib 10' -c <<< 'port add if2010 fib 10'
	shows 'port save fib 11' < /dev/null
	local prepare='' saved
	for saved in $'nexthop replace 6 via fe80::66 dev lo\nnexthop replace 7 dev lo' $'fib add 10 dev if1010 max-routes 5\nfib add 11'; do
		shows "$saved
${saved%% *} save" <<< "$saved"
	done
	wrong 'what is saved is text: for JSON say "fib show"' -j fib save
	wrong 'what is saved is text: for JSON say "port show"' -j port save
	wrong 'what is saved is text: for JSON say "nexthop show"' -j nexthop save
}

test_route_flush()
{
	wrong 'fib FIB is missing: say which' route flush
	shows $'route flush fib 10\nroute show root 0.0.0.0/0' <<< 'default nhid 6 via inet6 fe80::66 dev lo fib 10 proto kernel dead inactive'
	shows 'route flush fib 10 root 10.0.0.0/8' -s <<< '2 routes deleted'
	shows 'route flush fib 10 default' -s -j <<< '{"deleted":0}'
	shows $'route flush fib 11\nroute show fib 11' < /dev/null
	refused 'There is no FIB with this id: "12"' 'route flush fib 12'
}

# What -4 and -6 do, where all that precedes has to be of that family.
test_families()
{
	local prepare=$'fib add 10\nnexthop add 7 dev lo\nroute add ::/0 nhid 7 fib 10\nroute add 0.0.0.0/0 nhid 7 fib 10'
	shows 'route show' <<< $'::/0 nhid 7 dev lo fib 10 proto boot\ndefault nhid 7 dev lo fib 10 proto boot'
	shows 'route show default' <<< $'default nhid 7 dev lo fib 10 proto boot\n::/0 nhid 7 dev lo fib 10 proto boot'
	prepare=$'fib add 10\nnexthop add 7 dev lo\nroute add default nhid 7 fib 10'
	shows 'route show fib 10' <<< 'default nhid 7 dev lo proto boot'
	shows 'route show fib 10' -4 <<< 'default nhid 7 dev lo proto boot'
	shows 'route show fib 10' -6 <<< '::/0 nhid 7 dev lo proto boot'
	shows $'route del default fib 10\nroute show fib 10' -6 -j <<< '[]'
}

test_route_json()
{
	shows 'route show fib 10 10.0.0.0/8' -j <<- 'END'
		[{"type":"unicast","dst":"10.0.0.0/8","nhid":5,"gateway":"10.2.0.2","dev":"lo","fib":10,"protocol":"static","metric":20,"flags":[]}]
	END
	shows 'route get 10.0.0.1 fib 10' -j <<- 'END'
		[{"type":"unicast","dst":"10.0.0.1","nhid":5,"gateway":"10.2.0.2","dev":"lo","fib":10,"prefix":"10.0.0.0/8","protocol":"static","metric":20,"flags":[]}]
	END
}

test_route_change()
{
	shows $'route del 10.0.0.0/8 fib 10\nroute get 10.9.9.9 fib 10' <<- 'END'
		10.9.9.9 nhid 6 via inet6 fe80::66 dev lo fib 10 prefix default proto kernel dead inactive
	END
	shows $'route replace blackhole 10.1.0.0/16 fib 10\nroute show fib 10 10.1.0.0/16' <<< 'blackhole 10.1.0.0/16 proto boot'
	shows $'route add default via fe80::1 dev lo fib 11\nroute show fib 11 ::/0' <<< '::/0 via fe80::1 dev lo proto boot'
}

test_route_generation()
{
	local add=$'route add 1.0.0.0/8 dev lo generation 7 proto bgp fib 11\nroute add 2.0.0.0/8 dev lo proto bgp generation 8 fib 11\n'
	shows "${add}route show fib 11 proto bgp" <<- 'END'
		1.0.0.0/8 dev lo proto bgp generation 7
		2.0.0.0/8 dev lo proto bgp generation 8
	END
	shows "${add}route show fib 11 generation 7" -j <<- 'END'
		[{"type":"unicast","dst":"1.0.0.0/8","dev":"lo","fib":11,"protocol":"bgp","metric":0,"generation":7,"flags":[]}]
	END
	shows "${add}route save fib 11 generation 8" <<< '2.0.0.0/8 dev lo proto bgp generation 8'
	shows "${add}route flush fib 11 proto bgp stale 8
route show fib 11" <<< $'2001:db8::/32 via fe80::1 dev lo proto boot\n2.0.0.0/8 dev lo proto bgp generation 8'
	wrong 'a generation that is to be, or one that is not to be, but not both' route show generation 1 stale 2
}

# To another FIB, and out of the FIB by a device.
test_route_leaks()
{
	local add=$'route add 1.0.0.0/8 lookup 10 fib 11\nroute add 2.0.0.0/8 dev lo foreign fib 11\nroute add 3.0.0.0/8 dev lo fib 11\n'
	shows "${add}route show fib 11 foreign" <<- 'END'
		1.0.0.0/8 lookup 10 proto boot
		2.0.0.0/8 dev lo proto boot foreign
	END
	shows "${add}route show fib 11 lookup 10" -j <<- 'END'
		[{"type":"unicast","dst":"1.0.0.0/8","lookup":10,"dev":"lo","fib":11,"protocol":"boot","metric":0,"flags":["foreign"]}]
	END
	shows "${add}route save fib 11 foreign" <<< $'1.0.0.0/8 lookup 10\n2.0.0.0/8 dev lo foreign'
	shows $'nexthop add 30 lookup 10\nnexthop show 30' <<< 'id 30 lookup 10 routes 12'
	wrong '"lookup" outside of "nexthop": a route has one or the other' route add 1.0.0.0/8 lookup 10 nexthop dev lo fib 11
	wrong 'a group has members, and not "10": give that an id' nexthop add 3 group 4 lookup 10
	wrong '"0" is not a valid FIB: it begins at 1' route add 1.0.0.0/8 lookup 0 fib 11
}

test_route_mtu()
{
	local add=$'route add 1.0.0.0/8 dev lo mtu 1400 fib 11\nroute add 2.0.0.0/8 mtu lock 68 nexthop dev lo nexthop via 10.0.0.9 fib 11\n'
	shows "${add}route show fib 11" <<- END
		2001:db8::/32 via fe80::1 dev lo proto boot
		1.0.0.0/8 dev lo mtu 1400 proto boot
		2.0.0.0/8 mtu lock 68 proto boot
		$(printf '\t')nexthop dev lo weight 1
		$(printf '\t')nexthop via 10.0.0.9 dev lo weight 1
	END
	shows $'nexthop add 30 dev lo mtu lock 1400\nnexthop show 30' -j <<- 'END'
		[{"id":30,"dev":"lo","mtu":1400,"mtu_locked":true,"routes":12,"flags":[]}]
	END
	shows $'nexthop add 30 dev lo mtu 1400\nnexthop show 30' -j <<- 'END'
		[{"id":30,"dev":"lo","mtu":1400,"routes":12,"flags":[]}]
	END
	shows $'nexthop add 4 dev lo mtu lock 1400\nnexthop save' <<- 'END'
		nexthop replace 5 via 10.2.0.2 dev lo
		nexthop replace 6 via fe80::66 dev lo
		nexthop replace 7 dev lo
		nexthop replace 4 dev lo mtu lock 1400
	END
	shows "${add}route save fib 11" <<- 'END'
		2001:db8::/32 via fe80::1 dev lo
		1.0.0.0/8 dev lo mtu 1400
		2.0.0.0/8 mtu lock 68 nexthop dev lo weight 1 nexthop via 10.0.0.9 dev lo weight 1
	END
	wrong '"67" is not a valid MTU: it begins at 68' route add 1.0.0.0/8 dev lo mtu 67 fib 11
	wrong '"fib" is not a valid MTU: expected a number' route add 1.0.0.0/8 dev lo mtu lock fib 11
	wrong 'a number is missing after "lock"' nexthop add 3 dev lo mtu lock
	wrong 'a group has members, and not "1400": give that an id' nexthop add 3 group 4 mtu 1400
}

# The kernel's text, and the word that the failing attribute came from.
test_kernel_errors()
{
	refused 'The FIB exists already: "10"' 'fib add 10 dev x'
	refused 'There is no FIB with this id: "12"' 'fib set 12 dev x'
	refused 'There is no FIB with this id: "12"' 'route show fib 12'
	refused 'There is no FIB with this id: "12"' 'port show fib 12'
	refused 'There is no next hop with this id: "77"' 'route add 1.0.0.0/8 metric 1 nhid 77 fib 10'
	refused 'The destination has bits set past the prefix length: "10.0.0.1/8"' 'route add 10.0.0.1/8 nhid 5 fib 10'
	refused 'A route of this type has no next hop: "1.1.1.1"' 'route add blackhole 1.0.0.0/8 via 1.1.1.1 fib 10'
	refused 'File exists: "10.0.0.0/8"' 'route add 10.0.0.0/8 metric 20 nhid 5 fib 10'
	refused 'The FIB has no such route: "9.0.0.0/8"' 'route change 9.0.0.0/8 nhid 5 fib 10'
	refused 'The FIB has no such route' 'route del 9.0.0.0/8 fib 10'
	refused 'The FIB has no route to this address' 'route get 2001:db8::1 fib 10'
	refused 'There is no next hop with this id: "9"' 'nexthop del 9'
}

# Nothing is half done.
test_fib_rollback()
{
	status 2 env FAKE_NO_LINK=1 "$FAKE" -force -b - <<< $'fib add 10 dev lo\nfib show'
	same 'Error: -:1: There is a device of this name: "lo"' "$(cat "$ktap_tmp/err")"
	[ ! -s "$ktap_tmp/out" ]
	status 2 batch -force <<< $'fib set 11 dev x max-routes 666\nport show'
	same 'Error: -:11: This limit is refused: "666"' "$(cat "$ktap_tmp/err")"
}

test_dump_interrupted()
{
	status 0 env FAKE_INTR=1 "$FAKE" -j -b - <<< $'fib add 10\nfib show'
	same 'Dump was interrupted and may be inconsistent.' "$(cat "$ktap_tmp/err")"
	json "$ktap_tmp/out"
}

test_batch()
{
	printf '# comment\n\n  fib  add \\\n 10 "max-routes" 3 # more\nfib show\nfib add 10\nfib add 11\nbogus\nfib' > "$ktap_tmp/b"
	status 2 "$FAKE" -b "$ktap_tmp/b"
	same "Error: $ktap_tmp/b:6: The FIB exists already: \"10\"" "$(cat "$ktap_tmp/err")"
	same "id 10 max-routes 3 routes4 0 routes6 0" "$(cat "$ktap_tmp/out")"
	status 2 "$FAKE" -force -b "$ktap_tmp/b"
	same 3 "$(wc -l < "$ktap_tmp/out")"
	grep -q "^Error: $ktap_tmp/b:8: unknown object \"bogus\"" "$ktap_tmp/err"
	status 1 "$CGR" -b - <<< "fib 'add"
	same "Error: -:1: ' without its end" "$(cat "$ktap_tmp/err")"
	status 1 "$CGR" -b /nonesuch
	status 1 "$CGR" -b - <<< 'route restore fib 10'
	same 'Error: -:1: standard input holds the commands: give a FILE' "$(cat "$ktap_tmp/err")"
}

test_batch_json()
{
	status 2 batch -j -force <<< $'fib show\nnexthop show\nroute show fib 99\nfib show 11 x\nroute show\nport show'
	same 6 "$(wc -l < "$ktap_tmp/out")"
	json "$ktap_tmp/out"
	status 0 batch -j -p -s -d <<< 'fib show'
	python3 -m json.tool "$ktap_tmp/out" > /dev/null
}

# restore STATUS [OPTION...] < FILE, into FIB 10
restore()
{
	local wanted=$1
	shift
	cat > "$ktap_tmp/r"
	status "$wanted" batch "$@" <<< "route restore fib 10 $ktap_tmp/r
route show fib 10 proto ospf
route show fib 11 proto ospf"
	sed -i "s#$ktap_tmp/##; s# in [0-9.]* s, [0-9]* routes/s##" "$ktap_tmp/err"
}

test_restore()
{
	restore 0 <<- 'END'
		# a comment
		11.0.0.0/8 nhid 5 proto ospf

		2001:db8:1::/48 via fe80::1 dev lo proto ospf
		  blackhole 192.0.2.0/24   proto ospf # no more
		12.0.0.0/8 nhid 7
		12.0.0.0/8 nhid 5
		13.0.0.0/8 dev lo proto ospf fib 11
		11.0.0.0/8 nhid 7 proto ospf
	END
	same '7 routes applied' "$(cat "$ktap_tmp/err")"
	diff -u - "$ktap_tmp/out" <<- 'END'
		11.0.0.0/8 nhid 7 dev lo proto ospf
		2001:db8:1::/48 via fe80::1 dev lo proto ospf
		blackhole 192.0.2.0/24 proto ospf
		13.0.0.0/8 dev lo proto ospf
	END
}

# What ip(8) shows of routes with several next hops, with and without -oneline; as the first, between others, and at the end.
test_restore_hops()
{
	local text wanted='11.0.0.0/8 proto ospf metric 20
	nexthop via 10.2.0.2 dev lo weight 2
	nexthop via 10.3.0.2 dev lo weight 1
12.0.0.0/8 via 10.2.0.2 dev lo proto ospf
2001:db8:1::/48 proto ospf metric 1024
	nexthop via fe80::1 dev lo weight 1
	nexthop via fe80::2 dev lo weight 3'
	text='11.0.0.0/8 proto ospf metric 20 NL	nexthop via 10.2.0.2 dev lo weight 2 onlink NL	nexthop via 10.3.0.2 dev lo weight 1 dead linkdown
12.0.0.0/8 nhid 3 via 10.2.0.2 dev lo proto ospf
2001:db8:1::/48 proto ospf metric 1024 pref mediumNL	nexthop via fe80::1 dev lo weight 1 NL	nexthop via fe80::2 dev lo weight 3 linkdown '
	restore 0 <<< "${text//NL/$'\n'}"
	same '3 routes applied' "$(cat "$ktap_tmp/err")"
	same "$wanted" "$(cat "$ktap_tmp/out")"
	restore 0 < <(printf %s "${text//NL/$'\n'}")
	same "$wanted" "$(cat "$ktap_tmp/out")"
	restore 0 <<< "${text//NL/\\}"
	same "$wanted" "$(cat "$ktap_tmp/out")"
	# what is shown is understood as well
	restore 0 <<< "$wanted"
	same "$wanted" "$(cat "$ktap_tmp/out")"
	status 0 batch -o <<< "route restore fib 11 $ktap_tmp/r
route show fib 11 proto ospf"
	restore 0 < "$ktap_tmp/out"
	same "$wanted" "$(cat "$ktap_tmp/out")"
}

# Lines are counted as they are in the file, whatever belongs together.
test_restore_hops_errors()
{
	restore 2 -force <<- 'END'
		11.0.0.0/8 proto ospf
		 nexthop dev lo
		 nexthop dev lo weight 257
		12.0.0.0/8
		 nexthop dev lo
		 nexthop weight 250 via 10.0.0.1

		 nexthop via 10.0.0.1
		13.0.0.0/8 nhid 55
		14.0.0.0/8
		 nexthop dev lo
		 nexthop dev nonesuch
		15.0.0.0/8 nhid 5 proto ospf
		16.0.0.0/8
		 nexthop dev lo fib 12
	END
	same 'Error: -:11: r:3:24: "257" is not a valid NUMBER: it ends at 256
Error: -:11: r:6:17: This weight is refused: "250"
Error: -:11: r:8:22: PREFIX is missing
Error: -:11: r:9:17: There is no next hop with this id: "55"
Error: -:11: r:12:14: there is no device "nonesuch"
Error: -:11: r:15:21: There is no FIB with this id: "12"
1 routes applied, 6 refused' "$(cat "$ktap_tmp/err")"
	printf '11.0.0.0/8\n\tnexthop dev lo\n\tnexthop dev lo via x\n' > "$ktap_tmp/r"
	status 1 batch <<< "route restore atomic fib 10 $ktap_tmp/r"
	same "Error: -:11: $ktap_tmp/r:3:21: \"x\" is not an IP address
nothing was changed" "$(cat "$ktap_tmp/err")"
}

# Read in pieces of any size, a route is one.
test_restore_hops_pieces()
{
	export FAKE_SINK=1
	local size
	printf 'fib add 10\nroute restore fib 10 /dev/stdin\n' > "$ktap_tmp/b"
	seq 2000 | awk '{ printf "%d.%d.0.0/16 proto static \n\tnexthop via 10.2.0.2 dev lo weight 2 \n\tnexthop via 10.3.0.2 dev lo weight 1 linkdown \n", 1 + $1 / 256, $1 % 256 }' > "$ktap_tmp/many"
	for size in 1 7 90 4096; do
		status 0 "$FAKE" -b "$ktap_tmp/b" < <(head -n 270 "$ktap_tmp/many" | dd bs="$size" status=none)
		grep -q '^90 routes applied' "$ktap_tmp/err"
	done
	cat "$ktap_tmp/many" "$ktap_tmp/many" > "$ktap_tmp/more"
	status 0 "$FAKE" -b "$ktap_tmp/b" < "$ktap_tmp/more"
	grep -q '^4000 routes applied' "$ktap_tmp/err"
}

test_restore_no_newline_at_end() { printf '11.0.0.0/8 nhid 5 proto ospf' | restore 0; grep -q '^11.0.0.0/8' "$ktap_tmp/out"; }

test_restore_empty() { restore 0 < /dev/null; same '0 routes applied' "$(cat "$ktap_tmp/err")"; }

test_restore_syntax_error()
{
	restore 1 <<- 'END'
		11.0.0.0/8 nhid 5
		12.0.0.0/8 nhid 5 metric x
		13.0.0.0/8 nhid 5
	END
	same 'Error: -:11: r:2:26: "x" is not a valid NUMBER: expected a number
1 routes applied, 1 refused' "$(cat "$ktap_tmp/err")"
	restore 1 <<< '11.0.0.0/8 dev nonesuch'
	grep -q '^Error: -:11: r:1:16: there is no device "nonesuch"' "$ktap_tmp/err"
}

test_restore_kernel_error()
{
	restore 2 <<- 'END'
		11.0.0.0/8 nhid 5
		11.0.0.1/8 nhid 5
		13.0.0.0/8 nhid 5
	END
	same 'Error: -:11: r:2:1: The destination has bits set past the prefix length: "11.0.0.1/8"
1 routes applied, 1 refused' "$(cat "$ktap_tmp/err")"
}

# The error that comes first in the file is the one reported, although it is found later.
test_restore_first_error()
{
	restore 2 <<- 'END'
		11.0.0.0/8 nhid 55
		12.0.0.0/8 nhid x
	END
	same 'Error: -:11: r:1:17: There is no next hop with this id: "55"
0 routes applied, 1 refused' "$(cat "$ktap_tmp/err")"
}

test_restore_force()
{
	restore 2 -force <<- 'END'
		11.0.0.0/8 nhid 5 proto ospf
		12.0.0.0/8 nhid 55
		13.0.0.0/8 nhid 55
		14.0.0.0/8 nhid x
		default via fe80::1 dev lo nhid 77
		blackhole 15.0.0.0/8 via 1.1.1.1
		16.0.0.0/8 nhid 5 fib 12
		17.0.0.0/8 nhid 5 proto ospf fib 11
	END
	same 'Error: -:11: r:2:17: There is no next hop with this id: "55"
Error: -:11: r:3:17: There is no next hop with this id: "55"
Error: -:11: r:4:17: "x" is not a valid ID: expected a number
Error: -:11: r:5:33: There is no next hop with this id: "77"
Error: -:11: r:6:26: A route of this type has no next hop: "1.1.1.1"
Error: -:11: r:7:23: There is no FIB with this id: "12"
2 routes applied, 6 refused' "$(cat "$ktap_tmp/err")"
	same 2 "$(wc -l < "$ktap_tmp/out")"
}

# atomically STATUS [OPTION...] < FILE: the routes of FIB 10 and of all FIBs' drafts afterwards, in out
atomically()
{
	local wanted=$1
	shift
	cat > "$ktap_tmp/r"
	status "$wanted" batch -force "$@" <<< "route restore atomic fib 10 $ktap_tmp/r
route show fib 10
fib show"
	sed -i "s#$ktap_tmp/##; s# in [0-9.]* s, [0-9]* routes/s##" "$ktap_tmp/err"
}

test_restore_atomic()
{
	atomically 0 <<- 'END'
		11.0.0.0/8 nhid 5 proto ospf
		blackhole 192.0.2.0/24 fib 10
	END
	same '2 routes applied' "$(cat "$ktap_tmp/err")"
	diff -u - "$ktap_tmp/out" <<- 'END'
		11.0.0.0/8 nhid 5 via 10.2.0.2 dev lo proto ospf
		blackhole 192.0.2.0/24 proto boot
		id 10 dev if1010 max-routes 5 routes4 2 routes6 0
		id 11 routes4 0 routes6 1
	END
	atomically 0 < /dev/null
	same 'id 10 dev if1010 max-routes 5 routes4 0 routes6 0' "$(head -n 1 "$ktap_tmp/out")"
	wrong 'atomic needs fib FIB, the one whose routes are replaced' route restore atomic
}

# A line that is wrong, or refused: nothing changes, and no draft is left.
test_restore_atomic_fails()
{
	local line
	for line in '12.0.0.0/8 nhid x' '12.0.0.0/8 nhid 55' '12.0.0.0/8 nhid 5 fib 11'; do
		printf '11.0.0.0/8 nhid 5\n%s\n13.0.0.0/8 nhid 5\n' "$line" > "$ktap_tmp/r"
		[ "$line" = '12.0.0.0/8 nhid 55' ] && wanted=2 || wanted=1
		status "$wanted" batch <<< "route restore atomic fib 10 $ktap_tmp/r"
		grep -q ': nothing was changed$\|^nothing was changed$' "$ktap_tmp/err"
		grep -q '^Error: -:11: [^ ]*/r:2:' "$ktap_tmp/err"
	done
	grep -q 'r:2:23: it is FIB 10 that is replaced as a whole' "$ktap_tmp/err"
	shows 'route show fib 10 proto static' <<< '10.0.0.0/8 nhid 5 via 10.2.0.2 dev lo proto static metric 20'
}

# With -force the rest is all there is.
test_restore_atomic_force()
{
	atomically 2 <<- 'END'
		11.0.0.0/8 nhid 5 proto ospf
		12.0.0.0/8 nhid 55
	END
	same 'Error: -:11: r:2:17: There is no next hop with this id: "55"
1 routes applied, 1 refused' "$(cat "$ktap_tmp/err")"
	same '11.0.0.0/8 nhid 5 via 10.2.0.2 dev lo proto ospf' "$(head -n 1 "$ktap_tmp/out")"
	same 3 "$(wc -l < "$ktap_tmp/out")"
}

# More than one message, and more than one buffer; errors in the first, in the middle and in the last.
test_restore_many()
{
	export FAKE_SINK=1
	seq 0 99999 | awk '{ printf "%d.%d.%d.0/24 nhid %d\n", 1 + $1 / 65536, $1 / 256 % 256, $1 % 256, 5 + $1 % 3 }' > "$ktap_tmp/many"
	restore 0 < "$ktap_tmp/many"
	same '100000 routes applied' "$(cat "$ktap_tmp/err")"
	sed '7s/nhid .*/nhid 99/; 50000s/nhid .*/nhid 99/; 100000s/nhid .*/nhid 99/' "$ktap_tmp/many" | restore 2 -force
	same 'Error: -:11: r:7:17: There is no next hop with this id: "99"
Error: -:11: r:50000:20: There is no next hop with this id: "99"
Error: -:11: r:100000:21: There is no next hop with this id: "99"
99997 routes applied, 3 refused' "$(cat "$ktap_tmp/err")"
	sed '50000s/nhid .*/nhid 99/' "$ktap_tmp/many" | restore 2
	same 'Error: -:11: r:50000:20: There is no next hop with this id: "99"
49999 routes applied, 1 refused' "$(cat "$ktap_tmp/err")"
}

test_restore_long_line()
{
	printf 'fib add 10\nroute restore fib 10 %s\n' "$ktap_tmp/long" > "$ktap_tmp/b"
	printf '%020000d\n' 0 > "$ktap_tmp/long"
	status 1 "$FAKE" -b "$ktap_tmp/b"
	grep -q ':1:1: the line is longer than 16384 bytes' "$ktap_tmp/err"
	head -c 600000 /dev/zero | tr '\0' x > "$ktap_tmp/long"
	status 1 "$FAKE" -b "$ktap_tmp/b"
	grep -q ':1:1: the line is longer than 16384 bytes' "$ktap_tmp/err"
}

# What cgr monitor prints of the stand-in's changes, FIB 10 having one route.
monitored() # CHANGES OPTION... < MONITOR-COMMAND
{
	local changes=$1
	shift
	{ printf 'fib add 10\nroute add blackhole 1.2.3.4 fib 10\n'; cat; } | FAKE_CHANGES=$changes "$FAKE" "$@" -b - > "$ktap_tmp/out"
}

test_monitor()
{
	monitored 4 <<< 'monitor'
	diff -u - "$ktap_tmp/out" <<- 'END'
		fib id 20 max-routes 3 routes4 3 routes6 0 full
		port dev lo fib 10
		nexthop id 4 dev lo routes 12
		route 2001:db8::/32 nhid 4 dev lo fib 20 proto static
	END
	monitored 4 -4 <<< 'monitor route'
	[ ! -s "$ktap_tmp/out" ]
	monitored 4 -d <<< 'monitor all fib 10'
	same 'port dev lo fib 10 ifindex 1' "$(cat "$ktap_tmp/out")"
	monitored 4 <<< 'monitor fib 20'
	same 'fib id 20 max-routes 3 routes4 3 routes6 0 full' "$(cat "$ktap_tmp/out")"
	monitored 4 <<< 'monitor nexthop'
	same 'nexthop id 4 dev lo routes 12' "$(cat "$ktap_tmp/out")"
	wrong 'unknown word "11"' monitor fib 10 11
	wrong 'unknown command "foo": it is one of all, fib, port, nexthop, route, help' monitor foo
	status 2 env FAKE_ABSENT=1 "$FAKE" monitor
	same 'Error: module mfib is not loaded: modprobe mfib' "$(cat "$ktap_tmp/err")"
}

# A number that is missing, and an overrun: all is read anew, and what that has is not printed again.
test_monitor_loss()
{
	monitored 9 <<< 'monitor route'
	diff -u - "$ktap_tmp/out" <<- 'END'
		route 2001:db8::/32 nhid 4 dev lo fib 20 proto static
		Events were lost, everything is read anew:
		route blackhole 1.2.3.4 fib 10 proto boot
		Synchronized: what follows is new.
		Deleted route blackhole 10.0.0.0/8 fib 10 proto boot
		route blackhole 10.0.0.0/8 fib 10 proto boot
		Events were lost, everything is read anew:
		route blackhole 1.2.3.4 fib 10 proto boot
		Synchronized: what follows is new.
	END
	monitored 8 <<< 'monitor route 20'
	diff -u - "$ktap_tmp/out" <<- 'END'
		route 2001:db8::/32 nhid 4 dev lo fib 20 proto static
		Events were lost, everything is read anew:
		Synchronized: what follows is new.
		Events were lost, everything is read anew:
		Synchronized: what follows is new.
	END
}

test_monitor_json()
{
	monitored 7 -j -ts <<< 'monitor'
	python3 - "$ktap_tmp/out" <<- 'END'
		import datetime, json, sys
		d = [json.loads(line) for line in open(sys.argv[1])]
		assert [(x['event'], x.get('seq')) for x in d] == [
		    ('new', 3), ('new', 4), ('new', 5), ('new', 6), ('lost', None),
		    ('present', 7), ('present', 7), ('synchronized', 7), ('deleted', 8),
		    ('new', 9)], d
		for x in d:
		    datetime.datetime.fromisoformat(x.pop('timestamp'))
		assert d[0]['fib'] == {'id': 20, 'max_routes': 3, 'warn_routes': 0, 'follow': 'connected', 'routes4': 3,
		                       'routes6': 0, 'flags': ['full']}, d[0]
		assert d[1]['port'] == {'dev': 'lo', 'fib': 10, 'rpf': 'off'}, d[1]
		assert d[3]['route']['nhid'] == 4 and d[3]['route']['fib'] == 20, d[3]
		assert d[8]['route']['dst'] == '10.0.0.0/8', d[8]
	END
}

test_monitor_hops()
{
	monitored 10 <<< 'monitor route'
	diff -u - <(tail -n 3 "$ktap_tmp/out") << 'END'
Deleted route 11.0.0.0/8 fib 10 proto boot
	nexthop via 10.2.0.102 dev lo weight 2 dead linkdown
	nexthop dev lo weight 1
END
	monitored 10 -o <<< 'monitor route'
	same $'Deleted route 11.0.0.0/8 fib 10 proto boot\\\tnexthop via 10.2.0.102 dev lo weight 2 dead linkdown\\\tnexthop dev lo weight 1' \
		"$(tail -n 1 "$ktap_tmp/out")"
	monitored 10 -j <<< 'monitor route'
	tail -n 1 "$ktap_tmp/out" | python3 -c 'import json, sys
route = json.load(sys.stdin)["route"]
assert route["nexthops"] == [{"gateway": "10.2.0.102", "dev": "lo", "weight": 2, "flags": ["dead", "linkdown"]},
                             {"dev": "lo", "weight": 1, "flags": []}], route'
}

test_monitor_stamps()
{
	monitored 1 -ts <<< 'monitor'
	grep -Eqx '\[[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}\] fib id 20 .*' "$ktap_tmp/out"
	LC_ALL=C monitored 1 -t <<< 'monitor'
	grep -Eqx 'Timestamp: [A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [0-9]{4} [0-9]{6} usec' <(head -n 1 "$ktap_tmp/out")
	grep -qx 'fib id 20 .*' <(tail -n 1 "$ktap_tmp/out")
}

# Damaged replies do no harm; what was printed is JSON.
test_damaged_replies()
{
	local seed got
	for seed in $(seq 100); do
		got=0
		batch -j -s -d -force <<< $'fib show\nfib check\nport show\nnexthop show\nroute show\nroute get 10.0.0.1 fib 10' \
			> "$ktap_tmp/out" 2> "$ktap_tmp/err" || got=$?
		[ "$got" = 0 ] || [ "$got" = 2 ] || { cat "$ktap_tmp/err"; fail "seed $seed: status $got"; }
		json "$ktap_tmp/out"
		export FAKE_GARBAGE=$seed
	done
}

test_output_to_full_device()
{
	status 2 bash -c "\"$FAKE\" -b - <<< \$'fib add 10\nfib show' > /dev/full"
	grep -q 'cannot write: No space left on device' "$ktap_tmp/err"
}

test_completion()
{
	# shellcheck source=../../tools/cgr/cgr.bash-completion disable=SC1091,SC2317
	. "$TOP/tools/cgr/cgr.bash-completion"
	cgr() { echo '[{"id":10,"dev":"fib10","max_routes":0},{"id":11,"max_routes":0}]'; }
	complete_at() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cgr; echo "${COMPREPLY[*]}"; }
	same 'fib' "$(complete_at cgr f)"
	same '-json' "$(complete_at cgr -j)"
	same 'replace restore' "$(complete_at cgr route re)"
	same 'add append' "$(complete_at cgr route a)"
	same 'nexthop' "$(complete_at cgr route append 10.0.0.0/8 ne)"
	same 'metric' "$(complete_at cgr -j route add 10.0.0.0/8 me)"
	same 'lock' "$(complete_at cgr route add 10.0.0.0/8 mtu '')"
	same '10 11' "$(complete_at cgr route show fib '')"
	same '10 11' "$(complete_at cgr port show fib 1)"
	same 'id help 10 11' "$(complete_at cgr fib del '')"
	same 'check' "$(complete_at cgr fib c)"
	same 'id help 10 11' "$(complete_at cgr fib check '')"
	same 'fib10' "$(_cgr_fibs dev)"
	same 'digsig doctor' "$(complete_at cgr d)"
	same 'monitor' "$(complete_at cgr digsig mon)"
	same 'monitor metrics' "$(complete_at cgr m)"
	same 'exec' "$(complete_at cgr e)"
	same '10 11' "$(complete_at cgr exec fib 1)"
	same 'unshare' "$(complete_at cgr exec fib 10 unshar | tr ' ' '\n' | sort -u)"
	same 'route' "$(complete_at cgr monitor r)"
	same 'fib help 10 11' "$(complete_at cgr monitor port '')"
	same '10 11' "$(complete_at cgr monitor route fib '')"
	same '10 11' "$(complete_at cgr monitor fib '')"
	same '-timestamp -tshort' "$(complete_at cgr -t)"
	same 'atomic' "$(complete_at cgr route restore a | tr ' ' '\n' | grep -x atomic)"
	same 'nhid' "$(complete_at cgr route flush nh)"
	same 'nexthop' "$(complete_at cgr route add 10.0.0.0/8 ne)"
	same 'via dev' "$(complete_at cgr route add 10.0.0.0/8 nexthop '')"
	same 'weight' "$(complete_at cgr route add 10.0.0.0/8 nexthop dev lo w)"
	same 'replace' "$(complete_at cgr nexthop r)"
	same 'enforce' "$(complete_at cgr digsig mode e)"
	same 'mmap mprotect module memory' "$(complete_at cgr digsig mode off hook m)"
}

mapfile -t tests < <(declare -F | awk '$3 ~ /^test_/ { print $3 }')
ktap_main - "${tests[@]}"
