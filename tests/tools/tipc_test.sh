#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# cgr tipc without the module. Run by `make run`, which sets CGR, FAKE and TOP as for cgr_test.sh.
#
# shellcheck disable=SC2317 # tests are called by name

# shellcheck source=../selftests/lib/ktap.sh disable=SC1091,SC2154
. "$TOP/tests/selftests/lib/ktap.sh"

# wrong MESSAGE WORD...: a command line that is wrong; nothing was sent
wrong()
{
	local message=$1
	shift
	status 1 "$FAKE" tipc "$@"
	same "Error: $message" "$(cat "$ktap_tmp/err")"
}

# refused MESSAGE WORD...: the (stand-in) kernel refuses it
refused()
{
	local message=$1
	shift
	status 2 "$FAKE" tipc "$@"
	same "Error: $message" "$(cat "$ktap_tmp/err")"
}

# shows COMMANDS OPTION... < WANTED
shows()
{
	local commands=$1
	shift
	status 0 "$FAKE" "$@" -b - <<< "$commands"
	diff -u - "$ktap_tmp/out"
}

test_absent()
{
	status 2 env FAKE_ABSENT=1 "$FAKE" tipc
	same 'Error: module tipc is not loaded: modprobe tipc' "$(cat "$ktap_tmp/err")"
	status 2 env FAKE_MAINLINE=1 "$FAKE" -j tipc link
	same "Error: mainline's tipc is loaded: modprobe -r tipc_diag tipc; modprobe tipc" \
		"$(cat "$ktap_tmp/err")"
	same '[]' "$(cat "$ktap_tmp/out")"
}

test_node()
{
	shows $'tipc\ntipc node identity alpha netid 9\ntipc node address 1001001\ntipc node' <<- 'END'
		address 00000000 netid 4711 bearers 0 peers 1 up 1 sockets 3
		identity alpha address 01001001 netid 9 bearers 0 peers 1 up 1 sockets 3
	END
	status 0 "$FAKE" -d tipc
	same 'capabilities 0000006b' "$(grep -o 'cap.*' "$ktap_tmp/out")"
	wrong '"12345678901234567" is no ID' node identity 12345678901234567
	wrong '"0" is no address: 1 to 8 hexadecimal digits' node address 0
	wrong '"xyz" is no address: 1 to 8 hexadecimal digits' node address xyz
}

test_bearer()
{
	shows $'tipc bearer enable eth0 tolerance 800\ntipc bearer set eth0 window 99\ntipc bearer' <<- 'END'
		bearer eth:eth0 peers 1 mtu 1500 priority 10 tolerance 800 window 99
	END
	shows $'tipc bearer enable eth0\ntipc bearer disable eth0\ntipc bearer' < /dev/null
	refused 'There is no such device: "none"' bearer enable none
	refused 'The device is no bearer: "eth1"' bearer disable eth1
	refused 'integer out of range: "30001"' bearer enable eth0 tolerance 30001
	wrong 'properties are for enable and set' bearer window 9
	wrong 'properties are for enable and set' bearer disable eth0 window 9
	wrong 'one thing at a time: "enable" was said already' bearer enable eth0 set eth0
}

test_link()
{
	shows $'tipc link set alpha:eth0-beta:eth1 window 500 priority 3\ntipc link reset alpha:eth0-beta:eth1\ntipc link' <<- 'END'
		link alpha:eth0-beta:eth1 up end stuck mtu 1500 priority 3 tolerance 1500 window 500 rtt-ns 123456
	END
	status 0 "$FAKE" -s -d tipc link
	same '    drop-duplicate 1024 drop-too-far 1025 drop-wrong 1026 drop-memory 1027 drop-stale 1028 drop-unwanted 1029' \
		"$(grep drop- "$ktap_tmp/out")"
	grep -q 'peer 01001002 identity beta capabilities 00000fff bearer eth:eth0' "$ktap_tmp/out"
	same '    latency <131us 700 <1ms 60 <2s 5 >=2s 2' "$(grep latency "$ktap_tmp/out")"
	same '    sends 1 767 2 20 >=8 1' "$(grep ' sends' "$ktap_tmp/out")"
	status 0 "$FAKE" -s -j tipc link
	python3 - "$ktap_tmp/out" <<- 'END'
		import json, sys
		[link] = json.load(open(sys.argv[1]))
		assert link['state'] == 'up' and link['end'] == 'stuck' and link['rtt_ns'] == 123456, link
		stats = list(link['stats'].values())
		assert stats == list(range(1002, 1032)), stats
		assert link['latency'] == [
			{'below_ns': 1 << 17, 'packets': 700}, {'below_ns': 1 << 20, 'packets': 60},
			{'below_ns': 1 << 31, 'packets': 5}, {'packets': 2}], link
		assert link['sends'] == [{'times': 1, 'packets': 767}, {'times': 2, 'packets': 20},
			{'times': 8, 'packets': 1}], link
	END
	refused 'There is no such link: "x"' link reset x
	wrong 'properties are for set' link tolerance 9
}

test_counters_of_a_bearer()
{
	status 0 "$FAKE" -s -j -b - <<< $'tipc bearer enable eth0\ntipc bearer'
	tail -n 1 "$ktap_tmp/out" > "$ktap_tmp/last"
	python3 - "$ktap_tmp/last" <<- 'END'
		import json, sys
		[bearer] = json.load(open(sys.argv[1]))
		assert list(bearer['stats'].values()) == list(range(1002, 1012)), bearer
	END
}

test_others()
{
	shows $'tipc peer\ntipc peer remove beta\ntipc peer' <<- 'END'
		identity beta address 01001002 up
	END
	shows $'tipc peer remove-address 1001002\ntipc peer' < /dev/null
	refused 'There is no such node' peer remove gamma
	wrong 'either remove ID or remove-address ADDRESS' peer remove beta remove-address 1
	shows $'tipc media set eth tolerance 300\ntipc media\ntipc nametable\ntipc socket' <<- 'END'
		media eth priority 10 tolerance 300 window 50
		type 100 lower 200 upper 300 scope node node 000001f4 socket 600
		socket 17 bound
		socket 18 peer-node 01001002 peer-socket 19 type 1000 instance 5
	END
}

mapfile -t tests < <(declare -F | awk '$3 ~ /^test_/ { print $3 }')
ktap_main : "${tests[@]}"
