# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # what is set here is used by those who source it
#
# common.sh - what the scripts of the harness share: paths, messages and where a test kernel lies. To be sourced.
# Everything the harness downloads or makes is below build/, nothing else is written.

set -euo pipefail

prog=${0##*/}
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
build=$top/build
all_kernels=(6.1 6.12)

say() { printf '%s: %s\n' "$prog" "$*" >&2; }
die() { say "$*"; exit 1; }

# usage: prints the comment on top of the calling script, without the SPDX line, and exits with 2
usage() { sed -n '3,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2; }

# setting DIR NAME: what the settings of a suite say, if it has any
setting() { [ ! -f "$1/settings" ] || sed -n "s/^$2=//p" "$1/settings"; }

# runs_on DIR VERSION: whether a suite can run on a kernel at all
runs_on()
{
	local only

	only=$(setting "$1" kernels)
	[ -z "$only" ] || [[ " $only " == *" $2 "* ]]
}

# kernel_dir VERSION: the folder a test kernel is unpacked in
kernel_dir() { printf '%s\n' "$build/kernels/$1"; }

# kernel_release VERSION: what uname -r says in it; fails before tests/vm/kernels has fetched it
kernel_release() { cat "$build/kernels/$1/release"; }

# is_ours VERSION: whether it is a kernel that tests/kernel/build builds, 6.1-debug for example, and none of Debian's
is_ours() { [[ $1 == *-* ]]; }

# is_uml VERSION: whether it is a User-Mode Linux, and needs no QEMU
is_uml() { [[ $1 == *-native || $1 == *-debug ]]; }

# looks_for_mistakes VERSION: whether it does, with KASAN, lockdep and the like
looks_for_mistakes() { [[ $1 == *-debug || $1 == *-smp ]]; }

# slowness VERSION: how many times as long as with Debian's kernels things may take
slowness()
{
	case $1 in
	*-smp)   echo 8 ;;
	*-debug) echo 3 ;;
	*)       echo 1 ;;
	esac
}

# kernel_arch VERSION: the ARCH to build modules for it with
kernel_arch() { if is_uml "$1"; then echo um; else echo x86_64; fi; }

# kernel_headers VERSION: the KDIR to build modules for it
kernel_headers()
{
	if is_ours "$1"; then
		printf '%s\n' "$build/kernels/$1/objects"
	else
		printf '%s\n' "$build/kernels/$1/usr/src/linux-headers-$(kernel_release "$1")"
	fi
}

# locked NAME: one of us at a time until the script ends
locked()
{
	mkdir -p "$build/lock"
	exec {lock_fd}> "$build/lock/$1"
	flock "$lock_fd"
}
