#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# cgr digsig without the module. Run by `make run`, which sets CGR, FAKE and TOP as for cgr_test.sh.
#
# shellcheck disable=SC2317 # tests are called by name

# shellcheck source=../selftests/lib/ktap.sh disable=SC1091,SC2154
. "$TOP/tests/selftests/lib/ktap.sh"

setup()
{
	openssl req -x509 -newkey rsa:2048 -noenc -days 30 -subj /CN=test -keyout /dev/null -out "$ktap_tmp/cert.pem"
	openssl x509 -in "$ktap_tmp/cert.pem" -outform DER -out "$ktap_tmp/cert.der"
	fingerprint=$(xxd -p -l 32 -c 32 "$ktap_tmp/cert.der") # as the stand-in has it
	mkdir "$ktap_tmp/tree"
	local name
	for name in a-unsigned b-tampered c-malformed d-good e-cached f-newer; do
		echo '#!/bin/sh' > "$ktap_tmp/tree/$name"
		chmod +x "$ktap_tmp/tree/$name"
	done
	echo data > "$ktap_tmp/tree/g-unsigned-data"
}

# wrong MESSAGE WORD...: a command line that is wrong; nothing was sent
wrong()
{
	local message=$1
	shift
	status 1 "$FAKE" digsig "$@"
	same "Error: $message" "$(cat "$ktap_tmp/err")"
}

# refused MESSAGE COMMANDS: the (stand-in) kernel refuses the last
refused()
{
	status 2 "$FAKE" -b - <<< "$2"
	same "Error: -:$(wc -l <<< "$2"): $1" "$(cat "$ktap_tmp/err")"
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
	status 2 env FAKE_ABSENT=1 "$FAKE" digsig
	same 'Error: module cgr_digsig is not loaded: modprobe cgr_digsig' "$(cat "$ktap_tmp/err")"
	status 2 env FAKE_ABSENT=1 "$FAKE" -j digsig key
	same '[]' "$(cat "$ktap_tmp/out")"
	status 2 env FAKE_ABSENT=1 "$FAKE" digsig check "$ktap_tmp/tree"
	same 'Error: module cgr_digsig is not loaded: modprobe cgr_digsig' "$(cat "$ktap_tmp/err")"
	status 2 env FAKE_ABSENT=1 "$FAKE" digsig monitor
}

test_show()
{
	status 0 "$FAKE" digsig
	same 'keys 0 revoked 0 cached 812 of 8192' "$(head -n 1 "$ktap_tmp/out")"
	same '    hook mmap audit denied 0 would-deny 10' "$(sed -n 3p "$ktap_tmp/out")"
	same '    hook script off optional denied 0 would-deny 90' "$(sed -n 11p "$ktap_tmp/out")"
	status 0 "$FAKE" -j -s digsig show
	python3 - "$ktap_tmp/out" <<- 'END'
		import json, sys
		[d] = json.load(open(sys.argv[1]))
		assert d['locked'] is False and d['keys'] == 0 and d['cache_max'] == 8192, d
		assert d['events_lost'] == 1011 and d['cache_hits'] == 1007
		assert len(d['hooks']) == 13
		assert d['hooks'][1] == {'hook': 'mmap', 'mode': 'audit', 'optional': False, 'denied': 0, 'would_deny': 10}
	END
}

test_mode()
{
	shows $'digsig mode enforce\ndigsig mode audit hook exec,mmap\ndigsig mode enf hook anon\ndigsig show' <<- 'END'
		keys 0 revoked 0 cached 812 of 8192
		    hook exec audit denied 0 would-deny 0
		    hook mmap audit denied 0 would-deny 10
		    hook mprotect enforce denied 0 would-deny 20
		    hook shm enforce denied 0 would-deny 30
		    hook module enforce denied 0 would-deny 40
		    hook kexec enforce denied 0 would-deny 50
		    hook write enforce denied 0 would-deny 60
		    hook memory enforce denied 0 would-deny 70
		    hook device enforce denied 0 would-deny 80
		    hook script off optional denied 0 would-deny 90
		    hook anon enforce optional denied 0 would-deny 100
		    hook firmware off optional denied 0 would-deny 110
		    hook initramfs off optional denied 0 would-deny 120
	END
	wrong 'MODE is missing' mode
	wrong '"on" is no MODE: it is one of off, audit, enforce' mode on
	wrong '"foo" is no hook: it is one of exec, mmap, mprotect, shm, module, kexec, write, memory, device, script, anon, firmware, initramfs' \
		mode off hook exec,foo
	wrong '"m" is ambiguous: mmap, mprotect, module, memory' mode off hook m
	refused 'This kernel has no such hook: "exec,firmware"' 'digsig mode off hook exec,firmware'
}

test_policy()
{
	shows $'digsig policy add exempt type tmpfs\ndigsig policy add verify path /mnt\ndigsig policy' <<- 'END'
		exempt type tmpfs
		verify path /mnt
	END
	same 'Warning: who can write to tmpfs can run anything from there.' "$(cat "$ktap_tmp/err")"
	shows $'digsig policy add verify type nfs\ndigsig policy del type nfs\ndigsig policy' -j <<- 'END'
		[]
		[]
		[]
	END
	wrong 'type TYPE or path PATH is missing, one of them' policy add exempt
	wrong 'type TYPE or path PATH is missing, one of them' policy del type a path b
	wrong 'add RULE or del is missing' policy type tmpfs
	wrong 'a rule is added or deleted, not both' policy add verify del type x
	wrong '"allow" is no RULE: it is one of exempt, verify' policy add allow type x
	wrong "\"$(printf 'x%.0s' {1..32})\" is no TYPE" policy add verify type "$(printf 'x%.0s' {1..32})"
	refused 'There is no rule for this: "xfs"' 'digsig policy del type xfs'
}

test_key()
{
	shows "digsig key add $ktap_tmp/cert.pem"$'\ndigsig key' <<< "$fingerprint router: test signer: 0123abcd"
	shows "digsig key add $ktap_tmp/cert.der"$'\ndigsig key' -j <<- END
		[]
		[{"fingerprint":"$fingerprint","description":"router: test signer: 0123abcd"}]
	END
	shows "digsig key add $ktap_tmp/cert.der"$'\n'"digsig key del $(sed 's/../&:/g;s/:$//' <<< "${fingerprint^^}")"$'\ndigsig key' < /dev/null
	refused "This certificate is trusted already: \"$ktap_tmp/cert.der\"" \
		"digsig key add $ktap_tmp/cert.pem"$'\n'"digsig key add $ktap_tmp/cert.der"
	refused 'There is no such certificate: "'"$fingerprint"'"' "digsig key del $fingerprint"
	wrong '"12" is no FINGERPRINT: it has 64 hexadecimal digits' key del 12
	wrong '"'"${fingerprint}zz"'" is no FINGERPRINT: it has 64 hexadecimal digits' key del "${fingerprint}zz"
	status 2 "$FAKE" digsig key add /nonexistent
	same 'Error: cannot open "/nonexistent": No such file or directory' "$(cat "$ktap_tmp/err")"
	status 2 "$FAKE" digsig key add /etc/passwd
	same 'Error: "/etc/passwd" is no file with one certificate in DER or PEM form' "$(cat "$ktap_tmp/err")"
	head -c 20 "$ktap_tmp/cert.der" > "$ktap_tmp/short"
	refused "This is no certificate in DER: \"$ktap_tmp/short\"" "digsig key add $ktap_tmp/short"
}

test_revoke()
{
	local digest
	digest=$(printf 'ab%.0s' {1..32})
	shows "digsig revoke file $ktap_tmp/tree/d-good"$'\n'"digsig revoke key $fingerprint"$'\n'"digsig revoke digest $digest$digest"\
$'\ndigsig revoke' <<- END
		digest $digest
		key $fingerprint
		digest $digest$digest
	END
	refused "\"$ktap_tmp/tree/a-unsigned\" is not signed: there is nothing to revoke" "digsig revoke file $ktap_tmp/tree/a-unsigned"
	wrong 'only one thing is revoked at a time' revoke file x key "$fingerprint"
	wrong '"abcd" is no DIGEST: it has 64, 96 or 128 digits' revoke digest abcd
}

test_check()
{
	cd "$ktap_tmp"
	status 2 "$FAKE" digsig check tree
	diff -u - "$ktap_tmp/out" <<- 'END'
		tree/a-unsigned: unsigned
		tree/b-tampered: tampered elf
		tree/c-malformed: malformed elf (there are two signatures)
		tree/f-newer: unknown elf
		6 checked, 4 would be denied
		    1 unsigned: sign with cgr-sign sign --key KEY
		    1 malformed: sign anew with cgr-sign
		    1 tampered: changed after they were signed, reinstall and sign
		    1 unknown
	END
	same '' "$(cat "$ktap_tmp/err")"
	status 2 "$FAKE" digsig check tree all
	grep -q '^7 checked, 5 would be denied$' "$ktap_tmp/out"
	status 2 "$FAKE" -d digsig check tree
	grep -q "^tree/e-cached: allowed elf cached digest $(printf 'ab%.0s' {1..32})\$" "$ktap_tmp/out"
	status 0 "$FAKE" digsig check tree/d-good
	same 'tree/d-good: allowed elf' "$(cat "$ktap_tmp/out")"
	status 2 "$FAKE" -j digsig check tree
	python3 - "$ktap_tmp/out" <<- 'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		assert [f['cause'] for f in d] == ['unsigned', 'tampered', 'malformed', 'unknown'], d
		assert d[2]['why'] == 'there are two signatures' and d[2]['placement'] == 'elf' and d[2]['exempt'] is False
	END
	status 2 "$FAKE" digsig check /nonexistent
	same 'Error: cannot find "/nonexistent": No such file or directory' "$(cat "$ktap_tmp/err")"
	wrong 'PATH is missing' check
	# a terminal shows progress, which leaves no trace between the lines
	script -qec "'$FAKE' digsig check tree" /dev/null > "$ktap_tmp/out" || true
	grep -q 'of 6 files' "$ktap_tmp/out"
	grep -q $'\033\\[Ktree/a-unsigned: unsigned' "$ktap_tmp/out"
}

test_cache_and_lock()
{
	shows $'digsig cache flush\ndigsig cache' <<- 'END'
		cached 812 of 8192
		    cache-hits 1007 verified 1008 verified-bytes 1009 events 1010 events-lost 1011
	END
	refused 'digsig is locked until the next boot' $'digsig lock\ndigsig mode off'
	refused "digsig is locked until the next boot" $'digsig lock\n'"digsig key add $ktap_tmp/cert.pem"
	shows $'digsig lock\ndigsig revoke key '"$fingerprint"$'\ndigsig' <<< "$("$FAKE" digsig | sed 's/^keys 0 revoked 0/locked keys 0 revoked 1/')"
}

test_monitor()
{
	FAKE_EVENTS=3 status 0 "$FAKE" digsig monitor
	diff -u - "$ktap_tmp/out" <<- 'END'
		denied exec unsigned pid 101 uid 1000 comm bash path /tmp/unsigned
		lost 1
		would-deny memory traced pid 102 uid 1000 comm bash target 77
		would-deny exec unsigned pid 103 uid 1000 comm bash path /tmp/unsigned
	END
	FAKE_EVENTS=2 status 0 "$FAKE" -j digsig monitor
	python3 - "$ktap_tmp/out" <<- 'END'
		import json, sys
		d = [json.loads(line) for line in open(sys.argv[1])]
		assert d[0]['result'] == 'denied' and d[0]['path'] == '/tmp/unsigned' and d[0]['seq'] == 1, d
		assert d[1] == {'lost': 1} and d[2]['target'] == 77 and 'path' not in d[2], d
	END
}

# Damaged replies do no harm; what was printed is JSON.
test_damaged_replies()
{
	local seed got
	for seed in $(seq 60); do
		got=0
		FAKE_GARBAGE=$seed "$FAKE" -j -s -d -force -b - > "$ktap_tmp/out" 2> "$ktap_tmp/err" <<- END || got=$?
			digsig policy add verify type nfs
			digsig key add $ktap_tmp/cert.pem
			digsig revoke key $fingerprint
			digsig show
			digsig policy
			digsig key
			digsig revoke
			digsig check $ktap_tmp/tree
		END
		[ "$got" = 0 ] || [ "$got" = 2 ] || { cat "$ktap_tmp/err"; fail "seed $seed: status $got"; }
		python3 -c 'import json, sys
for line in open(sys.argv[1]):
    json.loads(line)' "$ktap_tmp/out"
	done
}

mapfile -t tests < <(declare -F | awk '$3 ~ /^test_/ { print $3 }')
ktap_main setup "${tests[@]}"
