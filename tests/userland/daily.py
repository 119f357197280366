#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A day with digsig: audit, check, enforce, and then what people do."""
import contextlib
import json
import os
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             '../selftests/lib')]

import guest
import ktap
from ktap import same, test

debian = guest.Guest('audit').login()
DENIED = 'not permitted'
SIGN = 'cgr-sign sign --key /root/key.pem --cert /root/cert.pem'
HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n'
FORGET = ': > /run/events'


def hooks():
    state, = json.loads(debian.output('cgr -j digsig show'))
    return {hook['hook']: hook for hook in state['hooks']}


def events():
    """What was denied since the last time, as {(hook, cause, path)}."""
    said = debian.output(f'cat /run/events; {FORGET}')
    found = [json.loads(line) for line in said.splitlines()]
    return {(event['hook'], event['cause'], event.get('path'))
            for event in found if 'hook' in event}


@contextlib.contextmanager
def hook(name, mode):
    """One more that is enforced, or not, for as long as this takes."""
    before = hooks()[name]['mode']
    debian.output(f'cgr digsig mode {mode} hook {name}')
    try:
        yield
    finally:
        debian.output(f'cgr digsig mode {before} hook {name}')


def nothing_denied():
    same(events(), set(), 'what was denied')


@test
def it_boots_in_audit_and_would_have_denied_nothing():
    """digsig begins in the initramfs. The one thing that it does not know by
    then is cgr itself, which brings the certificate."""
    same(debian.output('cat /proc/1/comm'), 'systemd\n')
    same(debian.output('systemctl is-system-running --wait'), 'running\n')
    said = debian.output('dmesg | grep lsm=digsig || :')
    others = [line for line in said.splitlines()
              if 'cause=no-key' not in line or ' comm="cgr' not in line]
    same(others, [], 'what would have been denied')
    debian.refused('dmesg | grep -A99999 "systemd.1.: Detected arch" |'
                   ' grep "cgr_digsig: loading"', '')


@test
def the_whole_tree_is_checked():
    said = debian.output('cgr digsig check / 2> /dev/null')
    if not said.endswith('checked, 0 would be denied\n'):
        raise AssertionError(said)
    if int(said.split()[0]) < 1000:
        raise AssertionError(said)


@test
def enforce():
    debian.output('cgr digsig mode enforce')
    debian.output('cgr -j digsig monitor >> /run/events 2> /run/errors &')
    ktap.poll('the listener', lambda: not debian.run('test -e /run/events')[0])
    same({hook['mode'] for hook in hooks().values() if not hook['optional']},
         {'enforce'})


@test
def a_compiler():
    debian.write('/root/hello.c', HELLO)
    debian.output('cd /root; gcc -O2 -o hello hello.c')
    nothing_denied()
    debian.refused('/root/hello', DENIED)
    same(events(), {('exec', 'unsigned', '/root/hello')})
    debian.output(f'{SIGN} /root/hello')
    same(debian.output('/root/hello'), 'hello\n')
    # and what it makes for others to load
    debian.output('cd /root; gcc -shared -fPIC -o hello.so hello.c')
    debian.refused("python3 -c 'import ctypes; ctypes.CDLL(\"/root/hello.so\")'",
                   'OSError')
    same(events(), {('mmap', 'unsigned', '/root/hello.so')})


@test
def python():
    same(debian.output("python3 -c 'import zlib, json, decimal, ctypes;"
                       " print(len(zlib.compress(bytes(9))) > 0)'"), 'True\n')
    # a program of Python's own: the interpreter is signed, which is enough
    debian.write('/root/tool', '#!/usr/bin/python3\nprint(6 * 7)\n')
    debian.output('chmod +x /root/tool')
    same(debian.output('/root/tool'), '42\n')
    nothing_denied()


@test
def scripts_by_name():
    with hook('script', 'enforce'):
        debian.refused('/root/tool', DENIED)
        same(events(), {('script', 'unsigned', '/root/tool')})
        same(debian.output('python3 /root/tool'), '42\n')
        debian.output(f'{SIGN} /root/tool')
        same(debian.output('/root/tool'), '42\n')


@test
def a_just_in_time_compiler():
    """All that a JVM runs is compiled, into anonymous memory."""
    said = debian.output('java -Xcomp -XX:TieredStopAtLevel=1 -version')
    if 'OpenJDK' not in said:
        raise AssertionError(said)
    nothing_denied()
    with hook('anon', 'enforce'):
        status, said = debian.run('java -version')
        same(status != 0, True, 'the JVM fails without executable memory')
        same({(name, cause) for name, cause, _ in events()},
             {('anon', 'anonymous')})
        # others do not mind
        same(debian.output('python3 -c "print(6 * 7)"; /root/hello'),
             '42\nhello\n')


@test
def a_module():
    debian.output('modprobe dummy && rmmod dummy')
    debian.output('cp $(modinfo -n dummy) /root/dummy.ko')
    debian.refused('insmod /root/dummy.ko', DENIED)
    same(events(), {('module', 'unsigned', '/root/dummy.ko')})


@test
def apt_install_of_a_signed_package():
    """Its maintainer script runs its program."""
    debian.output('apt-get -q update && apt-get -qy install cgr-demo')
    same(debian.output('cgr-demo; cat /run/cgr-demo.said'), 'demo 1\ndemo 1\n')
    nothing_denied()


@test
def apt_upgrade_of_what_runs():
    """The C library and the shell, and a daemon."""
    debian.output('cgr-demo wait > /dev/null & echo $! > /run/demo.pid')
    debian.output('echo deb [trusted=yes] copy:/srv/packages/new ./ >'
                  ' /etc/apt/sources.list.d/new.list; apt-get -q update')
    debian.output('apt-get -qy upgrade')
    same(debian.output('cgr-demo; cat /run/cgr-demo.said'), 'demo 2\ndemo 2\n')
    debian.output('kill -0 $(cat /run/demo.pid)')
    before = debian.output('stat -Lc %i /lib/x86_64-linux-gnu/libc.so.6')
    debian.output('apt-get -qy install --reinstall libc6 bash')
    after = debian.output('stat -Lc %i /lib/x86_64-linux-gnu/libc.so.6')
    same(before != after, True, 'the C library is another file')
    debian.output('systemctl daemon-reexec; bash -c true')
    nothing_denied()


@test
def apt_install_of_an_unsigned_package():
    """dpkg does not mind. What is in it does not run."""
    debian.output('echo deb [trusted=yes] copy:/srv/packages/plain ./ >'
                  ' /etc/apt/sources.list.d/plain.list; apt-get -q update')
    debian.output('apt-get -qy install cgr-plain')
    same(debian.output('dpkg-query -W -f \'${Status}\' cgr-plain'),
         'install ok installed')
    nothing_denied()
    debian.refused('cgr-plain', DENIED)
    same(events(), {('exec', 'unsigned', '/usr/bin/cgr-plain')})
    debian.output(f'{SIGN} /usr/bin/cgr-plain')
    same(debian.output('cgr-plain'), 'plain\n')


@test
def a_maintainer_script_that_runs_what_is_unsigned():
    """The package is left half-configured; signed, it can be finished."""
    said = debian.refused('apt-get -qy install cgr-eager', DENIED)
    if 'post-installation script subprocess returned error' not in said:
        raise AssertionError(said)
    same(debian.output('dpkg-query -W -f \'${Status}\' cgr-eager'),
         'install ok half-configured')
    debian.output(f'{SIGN} /usr/bin/cgr-eager')
    debian.output('dpkg --configure -a')
    same(debian.output('cat /run/cgr-eager.said'), 'eager\n')
    same(events(), {('exec', 'unsigned', '/usr/bin/cgr-eager')})


@test
def a_hook_of_apt_signs():
    """As Documentation/digsig/userland.rst has it."""
    debian.write('/etc/apt/apt.conf.d/90cgr-sign',
                 'DPkg::Pre-Install-Pkgs {"xargs -r cgr-sign-deb --key'
                 ' /root/key.pem --cert /root/cert.pem";};\n')
    debian.output('apt-get -qy install cgr-hooked')
    same(debian.output('cgr-hooked; cat /run/cgr-hooked.said'),
         'hooked\nhooked\n')
    debian.output('rm /etc/apt/apt.conf.d/90cgr-sign')
    nothing_denied()


@test
def scripts_of_packages():
    """They have no signature: dpkg cannot work while scripts need one."""
    with hook('script', 'enforce'):
        debian.refused('dpkg -i /srv/packages/new/cgr-demo_*.deb', DENIED)
        same(events(), {('script', 'unsigned',
                         '/var/lib/dpkg/info/cgr-demo.postinst')})
    debian.output('dpkg --configure -a')


@test
def the_disk_below():
    """What repairs a disk wants the hook `device` in audit."""
    debian.refused('sh -c ": >> /dev/vda"', DENIED)
    same(events(), {('device', 'device', '/dev/vda')})
    with hook('device', 'audit'):
        debian.output('sh -c ": >> /dev/vda"')
    debian.output(FORGET)


@test
def another_login():
    debian.send('exit')
    debian.login()
    debian.output('su - nobody -s /bin/sh -c true')
    nothing_denied()


@test
def the_kernel_did_not_complain():
    guest.no_complaints(debian)


try:
    ktap.main(guest.PATIENCE, namespace=False)
finally:
    debian.machine.kill()
