#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# interop.sh [-p] OURS THEIRS [TEST...] - our tipc in one guest against mainline's in another one, with an Ethernet between them.
#
# OURS and THEIRS are versions of Debian's kernels; TEST are names of tests in ours.py, or parts of them. -p keeps the packets, as
# long as 256 bytes of each, in build/log/interop.pcap. Prints KTAP; the status is 0 if all passed, tshark takes no packet for
# malformed and neither kernel complained. The module must have been built.

. "$(dirname "$0")/../vm/common.sh"

keep=
while getopts p option; do
	case $option in
	p) keep=1 ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# -ge 2 ] || usage
ours=$1 theirs=$2
shift 2
"$top/tests/vm/deps" vm interop

here=$top/tests/interop
work=$(mktemp -d "$build/interop.XXXXXX")
mkdir -p "$build/log"
peer=
cleanup()
{
	[ -z "$peer" ] || kill "$peer" 2> /dev/null || true
	[ -z "$peer" ] || wait "$peer" 2> /dev/null || true
	[ -z "$keep" ] || cp "$work/pcap" "$build/log/interop.pcap" || true
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# guest WHO VERSION MAC SERVER COMMAND: boots a guest whose device ends at the other guest's
guest()
{
	"$top/tests/vm/run" -k "$2" -t $((900 + 20 * ${CGR_LONG:-1})) -l "$build/log/interop-$1-$2.kernel" \
		-q "-netdev stream,id=wire,server=$4,addr.type=unix,addr.path=$work/wire" \
		-q "-device virtio-net-pci,netdev=wire,mac=$3" \
		${6:+-q "$6"} "$5"
}

guest theirs "$theirs" 52:54:00:00:00:01 on "$here/theirs.py" > "$build/log/interop-theirs.log" 2>&1 &
peer=$!
for _ in $(seq 200); do
	[ ! -S "$work/wire" ] || break
	sleep 0.1
done

status=0
guest ours "$ours" 52:54:00:00:00:02 off "$here/ours.py $*" \
	"-object filter-dump,id=dump,netdev=wire,maxlen=256,file=$work/pcap" || status=$?

# what the last test has told the other guest is to end
wait "$peer" || { echo "# the guest with mainline's tipc: status $?, see $build/log/interop-theirs.log"; status=1; }
peer=
packets=$(tshark -r "$work/pcap" -Y tipc 2> /dev/null | wc -l)
malformed=$(tshark -r "$work/pcap" -Y 'tipc && _ws.malformed' 2> /dev/null | wc -l)
echo "# tshark: $packets packets, $malformed malformed"
[ "$packets" -gt 0 ] && [ "$malformed" = 0 ] || status=1
exit $status
