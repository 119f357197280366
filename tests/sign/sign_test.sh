#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# cgr-sign: what it does to files, and what it says. Run by `make run`, which sets
#
#	SIGN	the command, with checks
#	TSAN	the same, for threads
#	TOP	the source tree
#
# shellcheck disable=SC2317 # tests are called by name

# shellcheck source=../selftests/lib/ktap.sh disable=SC1091,SC2154
. "$TOP/tests/selftests/lib/ktap.sh"

# a new key with a certificate: key NAME OPENSSL-OPTION...
key()
{
	local name=$1
	shift
	openssl req -x509 -sha256 -noenc -days 3650 -subj "/CN=$name" -keyout "$keys/$name.key" -out "$keys/$name.pem" "$@"
}

setup()
{
	keys=$ktap_tmp/keys
	mkdir "$keys"
	key rsa -newkey rsa:2048 -addext keyUsage=digitalSignature
	key other -newkey rsa:3072
	key ec -newkey ec -pkeyopt ec_paramgen_curve:P-256
	key small -newkey rsa:1024
	key curve -newkey ec -pkeyopt ec_paramgen_curve:secp256k1
	key edwards -newkey ed25519
	key usage -newkey rsa:2048 -addext keyUsage=keyEncipherment
	openssl x509 -in "$keys/rsa.pem" -outform DER -out "$keys/rsa.der"
	cat "$keys/rsa.key" "$keys/rsa.pem" > "$keys/both.pem"
	openssl rsa -aes256 -passout pass:secret -in "$keys/rsa.key" -out "$keys/locked.key"
	cat "$keys"/{rsa,other,ec}.pem > "$keys/all.pem"
	openssl req -new -key "$keys/rsa.key" -subj /CN=expired -out "$keys/expired.csr"
	openssl x509 -req -in "$keys/expired.csr" -signkey "$keys/rsa.key" -days -1 -out "$keys/expired.pem"
	echo 'int main(int argc, char **argv) { return argc > 1 ? argv[1][0] : 42; }' > "$ktap_tmp/main.c"
	gcc -o "$ktap_tmp/program" "$ktap_tmp/main.c"
}

elf() { "$TOP/tests/sign/elf.py" "$@"; }

sign() { status 0 "$SIGN" sign --key "$keys/both.pem" "$@"; }
verify() { status 0 "$SIGN" verify --cert "$keys/rsa.pem" "$@"; }

# error MESSAGE COMMAND...: it ends with this error, before it does anything
error()
{
	local message=$1
	shift
	status 2 "$@"
	same "Error: $message." "$(cat "$ktap_tmp/err")"
}

# wrong MESSAGE WORD...: a command line that is wrong
wrong()
{
	local message=$1
	shift
	status 1 "$SIGN" "$@"
	same "Error: $message."$'\n'"Try 'cgr-sign -help'." "$(cat "$ktap_tmp/err")"
}

# bad LINE COMMAND...: it fails for a file, and says so in this line (PATH: was taken off)
bad()
{
	local line=$1
	shift
	status 2 "$@"
	same "$line" "$(head -n 1 "$ktap_tmp/out" | cut -d' ' -f2-)"
}

# runs FILE: it does what the program does
runs()
{
	status 42 "$1"
}

fresh() { cp "$ktap_tmp/program" "$ktap_tmp/p"; p=$ktap_tmp/p; }

# a tmpfs of our own, where root of a user namespace may set the attribute: in_tmpfs FUNCTION
in_tmpfs()
{
	local how=-m
	[ "$(id -u)" = 0 ] || how=-rm
	mkdir -p "$ktap_tmp/mnt"
	export -f "${1?}" status sign verify bad runs elf same fail refuse
	export ktap_tmp keys SIGN TOP
	unshare "$how" --propagation private bash -eEc "mount -t tmpfs none '$ktap_tmp/mnt'; cd '$ktap_tmp/mnt'; $1"
}

test_help_and_version()
{
	status 0 "$SIGN" -help
	grep -q '^Usage: cgr-sign sign' "$ktap_tmp/out"
	status 0 "$SIGN" --version
	grep -q '^cgr-sign [0-9]' "$ktap_tmp/out"
}

test_sign_verify_strip()
{
	fresh
	sign "$p"
	same '1 signed' "$(cat "$ktap_tmp/out")"
	runs "$p"
	verify "$p"
	same '1 valid' "$(cat "$ktap_tmp/out")"
	verify -v "$p"
	same "$p: valid elf sha256 by rsa" "$(head -n 1 "$ktap_tmp/out")"
	status 0 "$SIGN" strip "$p"
	same '1 stripped' "$(cat "$ktap_tmp/out")"
	cmp "$p" "$ktap_tmp/program"
	bad 'unsigned' "$SIGN" verify --cert "$keys/rsa.pem" "$p"
	status 0 "$SIGN" strip "$p"
	same '1 unchanged' "$(cat "$ktap_tmp/out")"
}

# by another's hand: the format as it is described, the signature with openssl
check_with_openssl() # CERTIFICATE ELF-RECORD-ARGUMENT...
{
	local cert=$1
	shift
	elf record "$1" "$ktap_tmp/statement" "$ktap_tmp/cms" "${@:2}" &&
		openssl asn1parse -inform DER -in "$ktap_tmp/cms" > "$ktap_tmp/asn1" &&
		refuse grep -q messageDigest "$ktap_tmp/asn1" && # no signed attributes
		openssl cms -verify -binary -noverify -inform DER -in "$ktap_tmp/cms" -content "$ktap_tmp/statement" \
			-certfile "$cert" -nointern -out /dev/null
}

test_openssl_agrees()
{
	local hash
	for hash in sha256 sha384 sha512; do
		fresh
		sign --hash "$hash" "$p"
		check_with_openssl "$keys/rsa.pem" "$p"
		refuse check_with_openssl "$keys/other.pem" "$p"
		fresh
		status 0 "$SIGN" sign --key "$keys/ec.key" --cert "$keys/ec.pem" --hash "$hash" "$p"
		check_with_openssl "$keys/ec.pem" "$p"
	done
}

test_sign_twice()
{
	fresh
	sign "$p"
	local before
	before=$(stat -c '%i %z' "$p")
	cp "$p" "$p.once"
	sign "$p"
	same '1 unchanged' "$(cat "$ktap_tmp/out")"
	same "$before" "$(stat -c '%i %z' "$p")"
	sign --hash sha256 --placement elf "$p"
	same '1 unchanged' "$(cat "$ktap_tmp/out")"

	# RSA: as good as the same bytes each time
	fresh
	sign "$p"
	cmp "$p" "$p.once"
	status 0 "$SIGN" strip "$p"
	sign "$p"
	cmp "$p" "$p.once"

	# ECDSA signs the same differently
	fresh
	status 0 "$SIGN" sign --key "$keys/ec.key" --cert "$keys/ec.pem" "$p"
	cp "$p" "$p.once"
	status 0 "$SIGN" sign --key "$keys/ec.key" --cert "$keys/ec.pem" "$p"
	same '1 unchanged' "$(cat "$ktap_tmp/out")"
	cmp "$p" "$p.once"
}

test_replace()
{
	local serial
	fresh
	sign "$p"
	cp "$p" "$p.rsa"
	status 0 "$SIGN" sign --key "$keys/other.key" --cert "$keys/all.pem" "$p"
	same '1 replaced' "$(cat "$ktap_tmp/out")"
	serial=$(openssl x509 -noout -serial -in "$keys/other.pem" | cut -d= -f2)
	bad "invalid elf sha256 by other (serial $serial) (none of the certificates given is its signer's)" \
		"$SIGN" verify --cert "$keys/rsa.pem" "$p"
	status 0 "$SIGN" verify --cert "$keys/rsa.pem" --cert "$keys/other.pem" "$p"
	sign "$p"
	cmp "$p" "$p.rsa"
	sign --hash sha512 "$p"
	same '1 replaced' "$(cat "$ktap_tmp/out")"
	sign "$p"
	same '1 unchanged' "$(cat "$ktap_tmp/out")"
	runs "$p"
	status 0 "$SIGN" strip "$p"
	cmp "$p" "$ktap_tmp/program"

	# content that was changed in place is signed anew
	sign "$p"
	printf X | dd of="$p" bs=1 seek=9 conv=notrunc status=none
	sign "$p"
	same '1 replaced' "$(cat "$ktap_tmp/out")"
	verify "$p"
}

test_tampered()
{
	local at size note
	fresh
	sign "$p"
	cp "$p" "$p.good"
	size=$(stat -c %s "$p")
	note=$(elf note "$p")
	for at in 9 4096 $((size / 2)) $((note - 1)); do
		cp "$p.good" "$p"
		# the byte that is not there now
		python3 -c 'import sys; f = open(sys.argv[1], "r+b"); n = int(sys.argv[2]); f.seek(n); c = f.read(1)[0]; f.seek(n)
f.write(bytes([c ^ 255]))' "$p" "$at"
		status 2 "$SIGN" verify --cert "$keys/rsa.pem" "$p"
		grep -q ': invalid ' "$ktap_tmp/out"
	done
	cp "$p.good" "$p"
	printf X | dd of="$p" bs=1 seek=9 conv=notrunc status=none
	bad 'invalid elf sha256 by rsa (the signature is not that of this content)' "$SIGN" verify --cert "$keys/rsa.pem" "$p"
	cp "$p.good" "$p"
	echo >> "$p"
	bad 'invalid (there is data behind the signature)' "$SIGN" verify --cert "$keys/rsa.pem" "$p"
	truncate -s $((size - 1)) "$p"
	bad 'invalid (the signature is cut short)' "$SIGN" verify --cert "$keys/rsa.pem" "$p"
	cp "$p.good" "$p"
	truncate -s 5000 "$p"
	bad 'invalid (the section headers are outside of the file)' "$SIGN" verify --cert "$keys/rsa.pem" "$p"
	# a signature of another file
	cp /bin/true "$p.other"
	sign "$p.other"
	cp "$p.good" "$p"
	dd if="$p.other" of="$p" bs=1 skip="$(elf note "$p.other")" seek="$note" status=none
	bad 'invalid elf sha256 by rsa (the signature is not that of this content)' "$SIGN" verify --cert "$keys/rsa.pem" "$p"
}

test_state_is_kept()
{
	fresh
	truncate -s $((4 << 20)) "$p" # for a hole
	fresh
	chmod 4750 "$p"
	touch -d '2004-11-14 12:34:56.123456789' "$p"
	setfattr -n user.note -v hello "$p"
	if [ "$(id -u)" = 0 ]; then
		chown 12:34 "$p"
		chmod 4750 "$p"
		setcap cap_net_raw+ep "$p"
		setfacl -m u:56:rx "$p"
	fi
	state() { stat -c '%a %u %g %y' "$p"; getfattr -d -m - -e hex "$p"; }
	state > "$ktap_tmp/before"
	sign "$p"
	state | diff "$ktap_tmp/before" -
	status 0 "$SIGN" strip "$p"
	state | diff "$ktap_tmp/before" -
	# in place
	ln "$p" "$p.link"
	sign "$p"
	state | diff "$ktap_tmp/before" -
	status 0 "$SIGN" strip "$p"
	state | diff "$ktap_tmp/before" -
	cmp "$p" "$ktap_tmp/program"
	rm "$p.link"
	# no attribute comes from the directory
	fresh
	mkdir "$ktap_tmp/acl"
	setfacl -m d:u:56:rwx "$ktap_tmp/acl"
	mv "$p" "$ktap_tmp/acl/p"
	p=$ktap_tmp/acl/p
	setfacl -b "$p"
	state > "$ktap_tmp/before"
	sign "$p"
	state | diff "$ktap_tmp/before" -
}

test_hard_links()
{
	fresh
	ln "$p" "$p.1"
	ln "$p" "$p.2"
	sign "$p.1" "$p" "$p.2"
	same '1 signed' "$(cat "$ktap_tmp/out")"
	same "$(stat -c %i "$p")" "$(stat -c %i "$p.2")"
	verify "$p"
	verify "$p.2"
	runs "$p.1"
	status 0 "$SIGN" sign --key "$keys/ec.key" --cert "$keys/ec.pem" "$p"
	same '1 replaced' "$(cat "$ktap_tmp/out")"
	status 0 "$SIGN" strip "$p"
	cmp "$p.1" "$ktap_tmp/program"
	rm "$p".*
}

test_holes()
{
	fresh
	# the end of a section far out, and nothing between
	elf make front "$p"
	truncate -s $((64 << 20)) "$p"
	python3 - "$p" <<- 'END'
		import struct, sys
		with open(sys.argv[1], 'r+b') as f:
		    f.seek(120 + 64 + 24)
		    f.write(struct.pack('<QQ', 312, (64 << 20) - 312))
	END
	sign --placement elf "$p"
	verify "$p"
	[ "$(stat -c %b "$p")" -lt 2048 ] || fail "the hole is filled: $(stat -c %b "$p") blocks"
}

test_running()
{
	cp /bin/sleep "$ktap_tmp/p"
	p=$ktap_tmp/p
	"$p" 1000 &
	local pid=$!
	poll_until 10 test "$p" -ef "/proc/$pid/exe"
	sign "$p"
	kill -0 "$pid"
	verify "$p"
	kill "$pid"
	wait "$pid" || true
	cp "$p" "$p.1"
	ln "$p.1" "$p.2"
	"$p.1" 1000 &
	pid=$!
	poll_until 10 test "$p.1" -ef "/proc/$pid/exe"
	bad 'failed (it runs, and having several names is written in place: stop it first)' "$SIGN" strip "$p.2"
	kill "$pid"
	wait "$pid" || true
	status 0 "$SIGN" strip "$p.2"
	rm "$p".*
}

test_kinds_of_elf()
{
	local kind source=$ktap_tmp/bare.c
	p=$ktap_tmp/p
	for kind in sectionless nonames front extended padded; do
		elf make "$kind" "$p"
		chmod +x "$p"
		cp "$p" "$p.before"
		runs "$p"
		sign "$p"
		verify -v "$p"
		grep -q ': valid elf ' "$ktap_tmp/out"
		check_with_openssl "$keys/rsa.pem" "$p"
		runs "$p"
		readelf -SW "$p" 2>&1 | grep -q '\.note\.digsig'
		status 0 "$SIGN" strip "$p"
		cmp "$p" "$p.before"
	done

	gcc -static-pie -o "$p" "$ktap_tmp/main.c"
	cp "$p" "$p.before"
	sign "$p"
	runs "$p"
	status 0 "$SIGN" strip "$p"
	cmp "$p" "$p.before"

	# objects are linked as before
	gcc -ffunction-sections -g -c -o "$p.o" "$ktap_tmp/main.c"
	sign "$p.o"
	gcc -o "$p" "$p.o"
	runs "$p"

	# 32 bits
	cat > "$source" <<- 'END'
		void _start(void) { asm volatile("int $0x80" : : "a"(1), "b"(42)); }
	END
	gcc -m32 -nostdlib -static -fno-pie -no-pie -o "$p" "$source"
	cp "$p" "$p.before"
	sign "$p"
	verify -v "$p"
	grep -q ': valid elf ' "$ktap_tmp/out"
	check_with_openssl "$keys/rsa.pem" "$p"
	readelf -hSW "$p" > "$ktap_tmp/out" 2>&1
	refuse grep -i 'warning\|error' "$ktap_tmp/out"
	if "$p.before" 2> /dev/null; [ $? = 42 ]; then runs "$p"; fi
	status 0 "$SIGN" strip "$p"
	cmp "$p" "$p.before"
}

test_no_new_complaints()
{
	fresh
	check() { { eu-elflint --gnu-ld "$p"; readelf -aW "$p" > /dev/null; objdump -x "$p" > /dev/null; } 2>&1 || true; }
	check > "$ktap_tmp/before"
	sign "$p"
	# the one that it cannot know the type of our note
	check | grep -v "unknown object file note type 1 with owner name 'digsig'" > "$ktap_tmp/after" || true
	grep -v 'No errors' "$ktap_tmp/before" | diff - "$ktap_tmp/after"
	gdb --version > /dev/null 2>&1 || return 0
	gdb -batch -ex 'info functions main' "$p" | grep -q main
}

test_no_room_in_elf()
{
	p=$ktap_tmp/p
	elf make payload "$p"
	bad 'failed (it has data behind what its headers describe: sign it by the extended attribute (--placement xattr))' \
		"$SIGN" sign --placement elf --key "$keys/both.pem" "$p"
	elf make beyond "$p"
	bad 'failed (its headers name parts behind its end: sign it by the extended attribute (--placement xattr))' \
		"$SIGN" sign --placement elf --key "$keys/both.pem" "$p"
	elf make many "$p"
	bad 'failed (it has too many sections for two more: sign it by the extended attribute (--placement xattr))' \
		"$SIGN" sign --placement elf --key "$keys/both.pem" "$p"
	echo hello > "$p"
	bad 'failed (it is no ELF file: sign it by the extended attribute (--placement xattr))' \
		"$SIGN" sign --placement elf --key "$keys/both.pem" "$p"
	printf '\177ELF\2\2\1' > "$p"
	truncate -s 100 "$p"
	bad "failed (it is no ELF file of this machine's byte order: sign it by the extended attribute (--placement xattr))" \
		"$SIGN" sign --placement elf --key "$keys/both.pem" "$p"
	fresh
	truncate -s 10000 "$p"
	bad 'failed (its section headers are damaged or too many: sign it by the extended attribute (--placement xattr))' \
		"$SIGN" sign --placement elf --key "$keys/both.pem" "$p"
}

test_changed_by_others()
{
	fresh
	gcc -g -o "$p" "$ktap_tmp/main.c"
	sign "$p"
	strip "$p"
	runs "$p"
	status 2 "$SIGN" verify --cert "$keys/rsa.pem" "$p"
	bad "failed (it was changed after it was signed, and cannot be undone: do 'objcopy -R .note.digsig -R .digsig.undo FILE' first)" \
		"$SIGN" sign --key "$keys/both.pem" "$p"
	bad "failed (it was changed after it was signed, and cannot be undone: do 'objcopy -R .note.digsig -R .digsig.undo FILE' first)" \
		"$SIGN" strip "$p"
	objcopy -R .note.digsig -R .digsig.undo "$p"
	sign "$p"
	same '1 signed' "$(cat "$ktap_tmp/out")"
	verify "$p"
	runs "$p"
}

# The machine stopped after the signature was appended, and before the header was changed: at any byte of it.
# Debian packages: what dpkg unpacks is signed, and dpkg finds nothing wrong with it
test_packages()
{
	local name
	cd "$ktap_tmp"
	mkdir -p deb/DEBIAN deb/usr/bin deb/usr/share/doc signed unpacked
	cp program deb/usr/bin/
	chmod 4755 deb/usr/bin/program
	echo text > 'deb/usr/share/doc/a text'
	for name in one two; do
		printf 'Package: %s\nVersion: 1\nArchitecture: amd64\nMaintainer: Nobody <a@b>\nDescription: one\n' "$name" > deb/DEBIAN/control
		(cd deb && find usr -type f -print0 | xargs -0 md5sum) > deb/DEBIAN/md5sums
		dpkg-deb --root-owner-group --build deb "$name.deb" > /dev/null
		rm -f deb/usr/bin/program
	done
	cp one.deb plain.deb
	PATH=${SIGN%/*}:$PATH status 0 "$TOP/tools/cgr-sign/cgr-sign-deb" -o signed --key "$keys/both.pem" one.deb two.deb
	cmp one.deb plain.deb
	cmp two.deb signed/two.deb
	dpkg-deb --raw-extract signed/one.deb unpacked
	verify unpacked/usr
	same '1 valid' "$(cat out)"
	(cd unpacked && md5sum --quiet -c DEBIAN/md5sums)
	same '4755 0 0' "$(stat -c '%a %u %g' unpacked/usr/bin/program)"
	# in place, and what is signed stays as it is
	PATH=${SIGN%/*}:$PATH status 0 "$TOP/tools/cgr-sign/cgr-sign-deb" --key "$keys/both.pem" one.deb
	grep -q 'one.deb: 1 signed' out
	PATH=${SIGN%/*}:$PATH status 0 "$TOP/tools/cgr-sign/cgr-sign-deb" --key "$keys/both.pem" one.deb
	grep -q 'one.deb: 1 unchanged' out
	# nothing is written if it cannot be signed
	cp plain.deb one.deb
	PATH=${SIGN%/*}:$PATH status 2 "$TOP/tools/cgr-sign/cgr-sign-deb" --key "$keys/usage.key" --cert "$keys/usage.pem" one.deb
	cmp one.deb plain.deb
	status 1 "$TOP/tools/cgr-sign/cgr-sign-deb" one.deb
	status 1 "$TOP/tools/cgr-sign/cgr-sign-deb" --key "$keys/both.pem" one
}

# what is linked of signed objects is a program that nobody has signed yet; crt1.o and others are in each
test_linked_of_signed_objects()
{
	cd "$ktap_tmp"
	gcc -c -o linked.o main.c
	sign linked.o
	verify linked.o
	gcc -o linked linked.o
	status 1 grep -q digsig linked
	status 2 "$SIGN" verify --cert "$keys/rsa.pem" linked
	grep -q '^linked: unsigned' out
	sign linked
	verify linked
	status 42 ./linked
	"$SIGN" strip linked.o
	gcc -c -o fresh.o main.c
	cmp linked.o fresh.o
}

test_interrupted()
{
	local size full
	fresh
	size=$(stat -c %s "$p")
	sign "$p"
	cp "$p" "$p.good"
	full=$(stat -c %s "$p.good")
	for cut in "$full" $((full - 1)) $((full - 500)) $((size + 40)); do
		head -c "$cut" "$p.good" > "$p"
		dd if="$ktap_tmp/program" of="$p" bs=64 count=1 conv=notrunc status=none
		runs "$p"
		sign --placement elf "$p"
		cmp "$p" "$p.good"
	done
	rm "$p.good"
}

scripts_on_tmpfs()
{
	printf '#!/bin/sh\nexit 42\n' > script
	chmod +x script
	elf make payload payload
	chmod +x payload
	cp payload payload.before
	sign script payload
	same '2 signed' "$(cat "$ktap_tmp/out")"
	runs ./script
	runs ./payload
	cmp payload payload.before
	getfattr --only-values -n security.digsig script > "$ktap_tmp/value"
	elf record "$ktap_tmp/value" "$ktap_tmp/statement" "$ktap_tmp/cms" script
	openssl cms -verify -binary -noverify -inform DER -in "$ktap_tmp/cms" -content "$ktap_tmp/statement" \
		-certfile "$keys/rsa.pem" -nointern -out /dev/null
	verify -v script
	same 'script: valid file sha256 by rsa' "$(head -n 1 "$ktap_tmp/out")"
	sign script
	same '1 unchanged' "$(cat "$ktap_tmp/out")"
	echo exit 1 >> script
	bad 'invalid file sha256 by rsa (the signature is not that of this content)' "$SIGN" verify --cert "$keys/rsa.pem" script
	sign script
	same '1 replaced' "$(cat "$ktap_tmp/out")"
	verify script
	setfattr -n security.digsig -v 0x7f script
	bad 'invalid file unknown (the signature record is cut short)' "$SIGN" verify --cert "$keys/rsa.pem" script
	status 0 "$SIGN" strip script
	same '1 stripped' "$(cat "$ktap_tmp/out")"
	refuse getfattr -n security.digsig script

	# a bad signature in the file is not rescued by there being none beside it, but by a good one
	cp "$ktap_tmp/program" both
	sign both
	echo >> both
	bad 'invalid (there is data behind the signature)' "$SIGN" verify --cert "$keys/rsa.pem" both
	sign --placement xattr both
	verify -v both
	same 'both: valid file sha256 by rsa' "$(head -n 1 "$ktap_tmp/out")"

	# of other content once it has one in the file
	cp "$ktap_tmp/program" both
	sign --placement xattr both
	sign --placement elf both
	refuse getfattr -n security.digsig both
	verify -v both
	same 'both: valid elf sha256 by rsa' "$(head -n 1 "$ktap_tmp/out")"
	bad 'failed (it has no fs-verity digest: Inappropriate ioctl for device)' \
		"$SIGN" sign --placement fsverity --key "$keys/both.pem" both
}

test_extended_attribute() { in_tmpfs scripts_on_tmpfs; }

tree_on_tmpfs()
{
	mkdir -p tree/sub
	cp "$ktap_tmp/program" tree/sub/program
	cp "$ktap_tmp/program" tree/plain # ELF, not executable
	chmod -x tree/plain
	ln tree/plain tree/sub/link
	ln -s ../plain tree/sub/symlink
	ln -s / tree/root
	printf '#!/bin/sh\n' > tree/script
	chmod +x tree/script
	echo data > tree/data
	echo module > tree/module.ko.xz
	mkfifo tree/fifo
	sign tree tree/sub tree/plain tree/sub/symlink
	same '4 signed' "$(cat "$ktap_tmp/out")"
	verify tree
	status 0 "$SIGN" list tree
	same 'tree/module.ko.xz: present file
tree/plain: present elf
tree/script: present file
tree/sub/program: present elf' "$(sed '$d' "$ktap_tmp/out" | cut -d' ' -f1-3)"
	sign --all tree
	same '1 signed 4 unchanged' "$(cat "$ktap_tmp/out")"
	status 0 "$SIGN" -json -pretty list tree
	python3 - "$ktap_tmp/out" <<- 'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		assert [f['path'] for f in d['files']] == ['tree/module.ko.xz', 'tree/plain', 'tree/script', 'tree/sub/program']
		assert d['files'][1]['placement'] == 'elf' and d['files'][1]['hash'] == 'sha256'
		assert d['summary']['present'] == 4 and d['summary']['failed'] == 0
	END
	status 0 "$SIGN" strip --all tree
	same '5 stripped' "$(cat "$ktap_tmp/out")"
	echo data > data
	mkdir empty
	status 0 "$SIGN" list empty
	same 'nothing to do: no ELF file or program was found (--all takes every file)' "$(cat "$ktap_tmp/out")"
}

test_tree() { in_tmpfs tree_on_tmpfs; }

# Races show with all threads there are files for.
test_threads()
{
	local i
	mkdir "$ktap_tmp/many"
	for i in $(seq 60); do cp "$ktap_tmp/program" "$ktap_tmp/many/$i"; done
	status 0 "$TSAN" sign -j 8 --key "$keys/both.pem" "$ktap_tmp/many"
	same '60 signed' "$(cat "$ktap_tmp/out")"
	status 0 "$TSAN" verify -j 8 --cert "$keys/rsa.pem" "$ktap_tmp/many"
	status 0 "$TSAN" sign -j 8 --key "$keys/ec.key" --cert "$keys/ec.pem" "$ktap_tmp/many"
	same '60 replaced' "$(cat "$ktap_tmp/out")"
	status 0 "$TSAN" strip -j 8 "$ktap_tmp/many"
	for i in $(seq 60); do cmp "$ktap_tmp/program" "$ktap_tmp/many/$i"; done
}

test_progress()
{
	local i
	mkdir "$ktap_tmp/show"
	for i in $(seq 20); do cp "$ktap_tmp/program" "$ktap_tmp/show/$i"; done
	script -qec "'$SIGN' sign -j 1 --key '$keys/both.pem' '$ktap_tmp/show'" /dev/null > "$ktap_tmp/out"
	grep -q '#.*of 20 files' "$ktap_tmp/out"
	grep -q '20 signed' "$ktap_tmp/out"
	status 0 "$SIGN" strip "$ktap_tmp/show"
	same '' "$(cat "$ktap_tmp/err")"
}

test_keys()
{
	fresh
	error 'the certificate is not that of the key: name the right one with --cert' \
		"$SIGN" sign --key "$keys/rsa.key" --cert "$keys/other.pem" "$p"
	error 'the key comes without a certificate: name the file that has it with --cert' "$SIGN" sign --key "$keys/rsa.key" "$p"
	error 'the certificate has expired: renew it with the same key' \
		"$SIGN" sign --key "$keys/rsa.key" --cert "$keys/expired.pem" "$p"
	error "the certificate's key usage does not allow signatures: it needs digitalSignature, or no keyUsage" \
		"$SIGN" sign --key "$keys/usage.key" --cert "$keys/usage.pem" "$p"
	error 'the kernel takes no RSA key of 1024 bits: 2048, 3072 or 4096' \
		"$SIGN" sign --key "$keys/small.key" --cert "$keys/small.pem" "$p"
	error 'the kernel takes no curve secp256k1: use P-256 or P-384' \
		"$SIGN" sign --key "$keys/curve.key" --cert "$keys/curve.pem" "$p"
	error 'the kernel takes no such key: use one for RSA or ECDSA' \
		"$SIGN" sign --key "$keys/edwards.key" --cert "$keys/edwards.pem" "$p"
	error 'cannot open the key /nonexistent: No such file or directory' "$SIGN" sign --key /nonexistent "$p"
	error "cannot open the certificate /nonexistent: No such file or directory" "$SIGN" verify --cert /nonexistent "$p"
	error "$keys/rsa.key holds no certificate in PEM or DER form" "$SIGN" verify --cert "$keys/rsa.key" "$p"
	cmp "$p" "$ktap_tmp/program"

	status 2 env CGR_SIGN_PIN=wrong "$SIGN" sign --key "$keys/locked.key" --cert "$keys/rsa.pem" "$p"
	grep -q '^Error: .* holds no key in PEM form that can be read .*; its passphrase or PIN can be in CGR_SIGN_PIN\.$' "$ktap_tmp/err"
	status 0 env CGR_SIGN_PIN=secret "$SIGN" sign --key "$keys/locked.key" --cert "$keys/rsa.der" "$p"
	verify "$p"
}

test_pkcs11()
{
	local module=/usr/lib/softhsm/libsofthsm2.so
	mkdir "$ktap_tmp/tokens"
	echo "directories.tokendir = $ktap_tmp/tokens" > "$ktap_tmp/softhsm.conf"
	export SOFTHSM2_CONF=$ktap_tmp/softhsm.conf PKCS11_MODULE_PATH=$module
	softhsm2-util --init-token --free --label router --so-pin 4321 --pin 1234
	openssl pkcs8 -topk8 -nocrypt -in "$keys/rsa.key" -out "$ktap_tmp/import.pem"
	softhsm2-util --import "$ktap_tmp/import.pem" --token router --label digsig --id 01 --pin 1234
	fresh
	sign "$p"
	cp "$p" "$p.file"
	# engines keep what they have until the end
	export ASAN_OPTIONS=detect_leaks=0
	status 0 env CGR_SIGN_PIN=1234 "$SIGN" sign --key 'pkcs11:token=router;object=digsig;type=private' --cert "$keys/rsa.pem" "$p"
	same '1 unchanged' "$(cat "$ktap_tmp/out")"
	fresh
	status 0 env CGR_SIGN_PIN=1234 "$SIGN" sign --key 'pkcs11:token=router;object=digsig;type=private' --cert "$keys/rsa.pem" "$p"
	same '1 signed' "$(cat "$ktap_tmp/out")"
	cmp "$p" "$p.file"
	fresh
	status 2 env CGR_SIGN_PIN=1234 "$SIGN" sign --key 'pkcs11:token=router;object=none;type=private' --cert "$keys/rsa.pem" "$p"
	grep -q 'Error: the token gives no key pkcs11:.*; its passphrase or PIN can be in CGR_SIGN_PIN\.$' "$ktap_tmp/err"
	status 2 "$SIGN" sign --key pkcs11:object=digsig "$p"
}

test_wrong_words()
{
	wrong 'say what to do: sign, verify, strip or list'
	wrong '"sing" is no command; one of sign, verify, strip, list is' sing
	wrong '"s" is no command; one of sign, verify, strip, list is' s
	wrong '"sign" needs --key: a file in PEM form or a PKCS#11 URI' sign x
	wrong "\"verify\" needs --cert: the signer's certificate" verify x
	wrong 'name a file or a directory' list
	wrong '--key, --hash and --placement are for "sign"' list --hash sha256 x
	wrong '--cert is for "sign" and "verify"' strip --cert x x
	wrong '"md5" is no hash algorithm; one of sha256, sha384, sha512 is' sign --key x --hash md5 x
	wrong '"sha" is no hash algorithm; one of sha256, sha384, sha512 is' sign --key x --hash sha x
	wrong '"note" is no placement; one of auto, elf, xattr, fsverity is' sign --key x --placement note x
	wrong '"0" is no number of jobs from 1 to 1024' list -j 0 x
	wrong '"-3" is no number of jobs from 1 to 1024' list -j -3 x
	wrong '"1x" is no number of jobs from 1 to 1024' list -j 1x x
	wrong 'there is no such option, or it is short for several' --nonsense
	wrong 'the last option needs a value' sign --key
}

test_wrong_files()
{
	error 'cannot find /nonexistent: No such file or directory' "$SIGN" list /nonexistent
	mkfifo "$ktap_tmp/fifo"
	bad 'failed (it is no regular file)' "$SIGN" list "$ktap_tmp/fifo"
	fresh
	status 2 "$SIGN" list "$p" "$ktap_tmp/fifo"
	same '1 unsigned 1 failed' "$(tail -n 1 "$ktap_tmp/out")"
	: > "$p"
	bad 'unsigned' "$SIGN" verify --cert "$keys/rsa.pem" "$p"
	status 2 bash -c "'$SIGN' list '$p' > /dev/full"
	grep -q 'cannot write the results: No space left on device' "$ktap_tmp/err"
}

full_on_tmpfs()
{
	mkdir small
	mount -t tmpfs -o size=64k none small
	cp "$ktap_tmp/program" small/p
	head -c 8192 /dev/zero | tr '\0' x > small/fill
	while head -c 4096 /dev/zero >> small/fill 2> /dev/null; do :; done
	bad 'failed (it cannot be written anew: No space left on device)' "$SIGN" sign --key "$keys/both.pem" small/p
	cmp small/p "$ktap_tmp/program"
	ln small/p small/q
	bad 'failed (it cannot be written: No space left on device)' "$SIGN" sign --key "$keys/both.pem" small/p
	cmp small/p "$ktap_tmp/program"
	same 'fill p q' "$(cd small && find . -mindepth 1 -printf '%P\n' | sort | tr '\n' ' ' | sed 's/ $//')"
	rm small/q small/fill
	mount -o remount,ro small
	bad "failed (its directory takes no new file, which is to replace it: Read-only file system)" \
		"$SIGN" sign --key "$keys/both.pem" small/p
}

test_no_space() { in_tmpfs full_on_tmpfs; }

mapfile -t tests < <(declare -F | awk '$3 ~ /^test_/ { print $3 }')
ktap_main setup "${tests[@]}"
