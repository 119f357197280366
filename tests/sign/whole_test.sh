#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# cgr-sign on every ELF file and program of this machine's /usr/bin, /usr/sbin and /usr/lib, in a copy. Run by `make run`, which
# sets SIGN, TOP and OUT, where the copy is made: on a disk, for its size.
#
# shellcheck disable=SC2317 # tests are called by name

# shellcheck source=../selftests/lib/ktap.sh disable=SC1091,SC2154
. "$TOP/tests/selftests/lib/ktap.sh"

# Of /usr/lib, as much as this in bytes: there may be compilers and browsers.
LIB_MAX=1500000000

setup()
{
	copy=$OUT/copy
	rm -rf "$copy"
	mkdir -p "$copy"
	{
		find /usr/bin /usr/sbin -type f -printf '%s %p\n'
		# without what a compiler keeps for itself: every kind of ELF file is elsewhere too
		find /usr/lib -type f \( -perm /111 -o -name '*.so*' -o -name '*.o' -o -name '*.ko' \) -printf '%s %p\n' | sort -k2
	} | awk -v max="$LIB_MAX" '/ \/usr\/lib/ { sum += $1; if (sum > max) next } { print $2 }' > "$ktap_tmp/files"
	tar -C / -c --xattrs --acls -T <(sed 's,^/,,' "$ktap_tmp/files") -f - | tar -C "$copy" -x --xattrs --acls -p -f -
	chmod -R u+w "$copy"
	key=$ktap_tmp/key.pem
	openssl req -x509 -newkey rsa:2048 -noenc -days 30 -subj /CN=whole -keyout "$ktap_tmp/key" -out "$ktap_tmp/cert"
	cat "$ktap_tmp/key" "$ktap_tmp/cert" > "$key"
	(cd "$copy" && find . -type f -print0 | sort -z | xargs -0 sha256sum) > "$ktap_tmp/before.sum"
	state > "$ktap_tmp/before.state"
	ls_before=$("$copy/usr/bin/ls" --version)
}

state() { (cd "$copy" && find . -type f -printf '%p %m %u %g %n %t\n' | sort); }

json() { python3 -c "import json, sys; d = json.load(open('$ktap_tmp/json')); $1"; }

test_sign()
{
	"$SIGN" -json sign --key "$key" "$copy" > "$ktap_tmp/json"
	json 's = d["summary"]; assert s["signed"] == len(d["files"]) > 500, s'
	json 'elf = [f for f in d["files"] if open(f["path"], "rb").read(4) == b"\177ELF"]
assert len(elf) > 500
beside = [f["path"] for f in elf if f["placement"] != "elf"]
assert not beside, beside
print(len(elf), "ELF files")'
}

test_verify()
{
	"$SIGN" verify --cert "$ktap_tmp/cert" "$copy"
	"$SIGN" sign --key "$key" "$copy" > "$ktap_tmp/out"
	refuse grep -qv 'unchanged' "$ktap_tmp/out"
}

# owner, mode, links, times
test_state()
{
	state | diff "$ktap_tmp/before.state" -
}

# The copies, with the libraries that are copies, run as the originals do.
test_run()
{
	local program libraries n=0 got want
	libraries=$copy/usr/lib/$(gcc -print-multiarch)
	same "$ls_before" "$("$copy/usr/bin/ls" --version)"
	while read -r program; do
		want=$(timeout 10 "$program" --version < /dev/null 2>&1) || continue
		got=$(LD_LIBRARY_PATH=$libraries timeout 30 "$copy$program" --version < /dev/null 2>&1) || fail "$program fails"
		same "$want" "${got//$copy/}" "$program --version"
		n=$((n + 1))
	done < <(printf '/usr/bin/%s\n' bash dash cat cp date df env grep sed awk mawk gawk tar gzip xz python3 perl gcc ld as objdump \
		readelf make git ssh openssl curl ip nft tcpdump systemctl find sort stat tail wc xargs less diff cmp patch gdb |
		xargs -n1 readlink -e | sort -u | while read -r f; do [ ! -x "$copy$f" ] || echo "$f"; done)
	echo "$n programs"
	[ "$n" -gt 15 ]
}

# Tools see nothing wrong that they did not see before, in a sample.
test_readelf()
{
	local file
	while read -r file; do
		readelf -aW "$file" 2>&1 > /dev/null | sed "s,$copy,," > "$ktap_tmp/after"
		readelf -aW "${file#"$copy"}" 2>&1 > /dev/null | diff - "$ktap_tmp/after" || fail "$file"
	done < <(json 'print("\n".join(f["path"] for f in d["files"] if f["placement"] == "elf"))' | awk 'NR % 40 == 0')
}

test_strip()
{
	"$SIGN" strip "$copy"
	(cd "$copy" && sha256sum --quiet -c "$ktap_tmp/before.sum")
	state | diff "$ktap_tmp/before.state" -
	rm -rf "$copy"
}

ktap_main setup test_sign test_verify test_state test_run test_readelf test_strip
