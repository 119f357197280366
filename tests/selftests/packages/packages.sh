#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A host's life with the packages: installed, booted, upgraded, removed, purged. Each test goes on where the one before it ended.
#
# The guest's root is a throw-away copy of the machine's. dkms does there all that it does on a router but compile, which takes an emulator
# ten minutes: it gets the modules that were built for this kernel before. That what is in cgr-dkms compiles is shown by tests/dkms.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../mfib/topology.sh"

PATH=/usr/sbin:/usr/bin:/sbin:/bin	# what is installed, not what is built
top=$(realpath ../../..)
packages=$top/build/selftests/packages
release=$(uname -r)
modules=/lib/modules/$release
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$top/dkms.conf")

# what the packages must leave as they found it
footprint()
{
	find /etc /usr/src /var/lib/dkms /lib/modules /lib/systemd/system /usr/lib/modules-load.d /usr/share/initramfs-tools \
		/usr/bin /usr/sbin /usr/share/man/man1 /usr/share/man/man8 /usr/share/bash-completion \
		-path /usr/src/linux-\* -prune -o ! -name 'mok.*' ! -name modules.\* ! -path '/etc/dkms/*' -print 2> /dev/null | sort
}

# A few of the kernel's modules are enough: depmod reads all that there are.
few_modules()
{
	local file

	mkdir "$ktap_tmp/built" "$ktap_tmp/modules"
	cp "$modules"/updates/*.ko "$ktap_tmp/built"
	modprobe -a --show-depends veth dummy 8021q udp_tunnel ip6_udp_tunnel | awk '$1 == "insmod" { print $2 }' | sort -u |
	while read -r file; do
		[[ $file = */updates/* ]] || install -D -m 644 "$file" "$ktap_tmp/modules/${file#/lib/modules/}"
	done
	file=$(find "$modules/kernel/net/tipc" -name 'tipc.ko*')
	install -D -m 644 "$file" "$ktap_tmp/modules/${file#/lib/modules/}"
	cp "$modules"/modules.{order,builtin,builtin.modinfo} "$ktap_tmp/modules/$release"
	ln -s "$(dirname "$(grep -lx "$release" "$top"/build/kernels/*/release)")/usr/src/linux-headers-$release" \
		"$ktap_tmp/modules/$release/build"
	mount --bind "$ktap_tmp/modules" /lib/modules && on_exit umount -l /lib/modules
	depmod
}

# instead of a compiler: what it would make of the sources in this folder
compiled()
{
	mkdir -p /etc/dkms
	printf 'MAKE[0]=%s/compile\nCLEAN=true\n' "$ktap_tmp" > /etc/dkms/cgr.conf
	cat > "$ktap_tmp/compile" <<- END
		#!/bin/sh
		cp $ktap_tmp/built/mfib.ko net/mfib/ && cp $ktap_tmp/built/mfib_zone.ko net/mfib_zone/ && cp $ktap_tmp/built/tipc.ko net/tipc/ && cp $ktap_tmp/built/cgr_digsig.ko security/digsig/
	END
	chmod 755 "$ktap_tmp/compile"
}

setup()
{
	few_modules && compiled || return
	# of the machine's own, which are not the subject here
	[ ! -d /etc/initramfs-tools ] || echo update_initramfs=no > /etc/initramfs-tools/update-initramfs.conf
	rm -f /var/lib/man-db/auto-update
	footprint > "$ktap_tmp/before"
	add_host a10
	add_host b10
	ip -n "b10-$$" -batch - <<- END
		link add link e0 name e0.5 type vlan id 5
		link set e0.5 up
		address add 10.5.0.2/24 dev e0.5
		address add 172.16.1.1/32 dev lo
		address add 198.51.100.1/32 dev lo
	END
}

export DEBIAN_FRONTEND=noninteractive
package() { dpkg --force-unsafe-io "$@" < /dev/null; }
export -f package

loaded() { grep -q '^mfib ' /proc/modules; }

test_install()
{
	package -i "$packages"/old/*.deb
	contains "$(dkms status cgr)" "^cgr/$version, $release, x86_64: installed"
	for module in mfib mfib_zone cgr_digsig tipc; do
		contains "$(modinfo -n "$module")" "^$modules/updates/dkms/$module.ko"
	done
	same "cgr $version" "$(cgr -V)"
	same "cgr-sign $version" "$(cgr-sign --version)"
	man_page=$(dpkg -L cgr-tools | grep man8/cgr-fib-boot)
	[ -s "$man_page" ]
}

# Nothing is configured: nothing is done, and the host is no router.
test_that_changes_nothing_by_itself()
{
	refuse loaded
	refuse test -e /etc/cgr
	same '' "$(find /etc/sysctl.d /usr/lib/sysctl.d -name '*cgr*')"
	same enabled "$(systemctl is-enabled cgr-fib)"
	same enabled "$(systemctl is-enabled cgr-route)"
	systemd-analyze verify --man=no cgr-fib.service cgr-route.service cgr-digsig.service
	same mfib "$(grep -v '^#' /usr/lib/modules-load.d/cgr-mfib.conf)"
	sysctl -p /usr/share/doc/cgr-tools/examples/sysctl.conf
}

state() { cgr fib save; cgr port save; cgr nexthop save; cgr route save; }

# what ifupdown would do, and no more
network_up()
{
	ip link show dev b10r.5 > /dev/null 2>&1 || ip link add link b10r name b10r.5 type vlan id 5
	ip -batch - <<- END
		link set a10r up
		link set b10r up
		link set b10r.5 up
		address replace 10.1.0.1/24 dev a10r
		address replace 10.2.0.1/24 dev b10r
		address replace 10.5.0.1/24 dev b10r.5
	END
}

forwards() { at a10 ping -n -q -c 1 -W 2 172.16.1.1 && at a10 ping -n -q -c 1 -W 2 198.51.100.1; }

test_save()
{
	modprobe mfib
	network_up
	cgr -batch - <<- END
		fib add 10 dev fib10 max-routes 1000
		fib add 20 follow all
		port add a10r fib 10
		port add b10r fib 10
		port add b10r.5 fib 10
		nexthop add 5 via 10.2.0.2 dev b10r
		route add 172.16.0.0/12 nhid 5 proto static fib 10
		route add 198.51.100.0/24 via 10.5.0.2 dev b10r.5 proto static fib 10
		route add blackhole 2001:db8::/32 proto static fib 20
		route add 192.0.2.0/24 nhid 5 proto bgp fib 10
	END
	poll_until 10 forwards
	contains "$(ip -d link show fib10)" ' mfib id 10 '
	cgr-fib-boot save proto static
	same 3 "$(wc -l < /etc/cgr/routes)"
	# what is as the files say stays as it is
	state > "$ktap_tmp/all"
	cgr-fib-boot routes
	diff "$ktap_tmp/all" <(state)
	cgr route del 192.0.2.0/24 fib 10
	state > "$ktap_tmp/state"
}

# A service in the place of one that Debian has.
stand_in() # NAME COMMAND < UNIT
{
	{
		echo '[Unit]'
		cat
		printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/bash -c %s\n' "\"$2\""
	} > "/run/systemd/system/$1.service"
}

in_system() { nsenter -t "$(cat "$ktap_tmp/pid")" -m -p "$@"; }

is_booted() { in_system systemctl is-active --quiet at-last.target; }

# systemd as it is at boot, in a PID namespace and with nothing to start but what is ours and what that has to fit between. They
# have the dependencies of Debian's.
boot()
{
	mkdir -p /run/systemd/system
	export -f network_up
	stand_in networking ". $ktap_tmp/network; network_up" <<- END
		DefaultDependencies=no
		Wants=network.target
		After=local-fs.target network-pre.target systemd-sysctl.service systemd-modules-load.service
		Before=network.target shutdown.target network-online.target
		Conflicts=shutdown.target
	END
	declare -f network_up > "$ktap_tmp/network"
	stand_in frr 'cgr route save > /run/at-frr' <<- END
		DefaultDependencies=no
		Wants=network.target
		After=network-pre.target systemd-sysctl.service
		Before=network.target
	END
	stand_in bird 'cgr route save > /run/at-bird' <<- END
		DefaultDependencies=no
		After=network.target
	END
	cat > /run/systemd/system/at-last.target <<- END
		[Unit]
		DefaultDependencies=no
		Wants=systemd-journald.service networking.service frr.service bird.service $*
		After=networking.service frr.service bird.service cgr-fib.service cgr-route.service systemd-modules-load.service
	END
	rm -f /run/at-*
	container=cgr setsid unshare --fork --pid --mount --mount-proc /lib/systemd/systemd --system --unit=at-last.target \
		--log-target=console --show-status=no > "$ktap_tmp/systemd" 2>&1 < /dev/null &
	poll_until 10 pgrep -P $! > /dev/null
	pgrep -P $! > "$ktap_tmp/pid"
	poll_until 60 is_booted || { cat "$ktap_tmp/systemd"; return 1; }
}

halt()
{
	[ ! -s "$ktap_tmp/pid" ] || kill -KILL "$(cat "$ktap_tmp/pid")"
	rm -rf "$ktap_tmp/pid" /run/systemd/system /run/systemd/private
}

# as before a boot: no module, no VLAN, no addresses
power_off()
{
	ip link del b10r.5
	modprobe -r mfib
	ip -batch - <<- END
		link set a10r down
		link set b10r down
		address flush dev a10r
		address flush dev b10r
	END
}

journal() { in_system journalctl --sync; in_system journalctl --no-pager -o cat -u "$1"; }

test_boot()
{
	power_off
	refuse loaded
	boot systemd-modules-load.service cgr-fib.service cgr-route.service
	refuse grep -i cycle "$ktap_tmp/systemd"
	journal cgr-fib
	journal cgr-route
	diff "$ktap_tmp/state" <(state)
	diff <(cgr route save) /run/at-frr
	diff <(cgr route save) /run/at-bird
	poll_until 10 forwards
}

# An error keeps nothing else from being done, and is in the journal with its file and line.
test_errors_are_in_the_journal()
{
	printf '# a comment\nport add nowhere fib 10\nfib add 30\n' >> /etc/cgr/fibs
	sed -i '1i 10.9.0.0/16 nhid 77 fib 10' /etc/cgr/routes
	sed -i 's/^patience=.*/patience=1/' /usr/sbin/cgr-fib-boot
	in_system systemctl reload cgr-fib
	contains "$(cgr fib show)" 'id 30'
	refuse in_system systemctl reload cgr-route
	contains "$(journal cgr-route)" "/etc/cgr/fibs:$(grep -n nowhere /etc/cgr/fibs | cut -d : -f 1): there is no device \"nowhere\""
	contains "$(journal cgr-route)" '/etc/cgr/routes:1:[0-9]*: There is no next hop with this id: "77"'
	contains "$(journal cgr-route)" '3 routes applied, 1 refused'
	cgr fib del 30
	sed -i '/nowhere/d; /fib add 30/d' /etc/cgr/fibs
	sed -i 1d /etc/cgr/routes
	in_system systemctl reload cgr-route
	diff "$ktap_tmp/state" <(state)
}

started() { in_system systemctl show -P ExecMainStartTimestampMonotonic "$1"; }

# Neither FIBs nor packets nor what the administrator wrote notice an upgrade; and it does not bring back what was deleted.
test_upgrade()
{
	local before pinger

	echo '201 ours' >> /etc/iproute2/rt_protos.d/mfib.conf
	cgr route del blackhole 2001:db8::/32 fib 20
	state > "$ktap_tmp/state"
	before=$(started cgr-route)
	while [ ! -e "$ktap_tmp/upgraded" ]; do
		at a10 ping -n -q -c 10 -i 0.1 -W 5 172.16.1.1
	done > "$ktap_tmp/pings" &
	pinger=$!
	in_system bash -c "package -i $packages/new/*.deb"
	touch "$ktap_tmp/upgraded"
	wait "$pinger"
	contains "$(cat "$ktap_tmp/pings")" ' 0% packet loss'
	refuse grep ' [1-9][0-9.]*% packet loss' "$ktap_tmp/pings"
	diff "$ktap_tmp/state" <(state)
	same "$before" "$(started cgr-route)"
	same 'cgr 99.0' "$(cgr -V)"
	contains "$(tail -n 1 /etc/iproute2/rt_protos.d/mfib.conf)" '201 ours'
	same "cgr/99.0, $release, x86_64: installed" "$(dkms status cgr | sed 's/ (.*//')"
	same '/usr/src/cgr-99.0' "$(echo /usr/src/cgr-*)"
	contains "$(modinfo -n mfib)" '/updates/dkms/mfib.ko'
}

test_remove()
{
	in_system bash -c "package --remove cgr-dkms cgr-tools"
	refuse test -e /usr/sbin/cgr
	refuse modinfo mfib
	refuse test -e /usr/src/cgr-99.0
	contains "$(modinfo -n tipc)" '/kernel/net/tipc/tipc.ko'
	test -s /etc/cgr/routes
	test -s /etc/iproute2/rt_protos.d/mfib.conf
	# it goes on forwarding until the next boot
	loaded
	forwards
}

test_purge()
{
	in_system bash -c "package --purge cgr-dkms cgr-tools"
	halt
	footprint | diff "$ktap_tmp/before" -
	refuse dpkg-query -W cgr-dkms cgr-tools
	rmmod mfib
}

on_exit halt
run_tests
