# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# digsig.sh - an act of demo.sh, to be sourced: only what the administrator signed runs.

# outcome PROGRAM: what comes of it
outcome() { { "$@" 2>&1 > /dev/null && echo runs; } | sed 's/.*: //'; }

# told FILE WORD NUMBER: whether so many events of the kind have come
told() { [ "$(grep -cw "$2" "$1")" -ge "$3" ]; }

# would_deny FOLDER: runs the unsigned program, for the event that the listener waits for
would_deny() { "$1/unsigned"; told "$1/events" would-deny 1; }

only_signed_programs_run()
{
	local dir=/run/demo monitor program

	{ mkdir -p $dir && mount -t tmpfs tmpfs $dir; } || return
	openssl req -x509 -newkey rsa:2048 -nodes -keyout $dir/key.pem -out $dir/cert.pem -days 1 -subj '/CN=The administrator' 2> /dev/null
	for program in signed tampered unsigned; do
		cp /usr/bin/true $dir/$program
	done
	show cgr-sign sign --key $dir/key.pem --cert $dir/cert.pem $dir/signed $dir/tampered
	# a letter of a message in it
	sed -i 's/GNU coreutils/GNU coreutilz/' $dir/tampered

	show modprobe cgr_digsig
	show cgr digsig key add $dir/cert.pem
	# the other programs of this guest are those of the machine it runs on, not signed, and come over 9p
	show cgr digsig policy add exempt type 9p
	cgr -j digsig monitor > $dir/events &
	monitor=$!
	printf '   It begins in audit, which lets everything run and says what it would have denied.\n'
	wait_for would_deny $dir
	equal 'an unsigned program' runs "$(outcome $dir/unsigned)"
	show cgr digsig check $dir/tampered

	show cgr digsig mode enforce
	equal 'the signed program' runs "$(outcome $dir/signed)"
	equal 'one that was changed after it had been signed' 'Operation not permitted' "$(outcome $dir/tampered)"
	equal 'one that was never signed' 'Operation not permitted' "$(outcome $dir/unsigned)"
	wait_for told $dir/events denied 2
	show grep -w denied $dir/events
	equal 'what listeners are told' 'tampered unsigned' "$(sed -n 's/.*"denied".*"cause":"\([a-z]*\)".*/\1/p' $dir/events | paste -sd ' ')"
	show cgr digsig revoke file $dir/signed
	equal 'the signed program when its content has been revoked' 'Operation not permitted' "$(outcome $dir/signed)"
	printf '   The audit log:\n'
	dmesg | sed -n 's/.*\(lsm=digsig.*res=0\).*/   \1/p' | tail -n 3

	show cgr digsig mode off
	kill $monitor
	show rmmod cgr_digsig
	equal 'modules left' 0 "$(grep -c '^cgr_digsig ' /proc/modules)"
	umount $dir
}
