# SPDX-License-Identifier: GPL-2.0
"""A Debian in a guest, and somebody at its console.

CGR_USERLAND is the folder that tests/userland/image made, CGR_VMLINUZ the
kernel. What the guest writes to its disk is gone when it ends.
"""
import os
import re
import select
import shlex
import subprocess
import time

import ktap

IMAGE = os.environ['CGR_USERLAND']
PASSWORD = 'digsig'
# as long as a boot may take in an emulator on a busy machine
PATIENCE = 600
COMPLAINTS = 'BUG:|WARNING:|Oops|Call Trace|segfault|hung_task|blocked for'


class Guest:
    """A machine that boots, with its serial console."""
    def __init__(self, initrd, *command_line):
        boot = ['root=/dev/vda', 'ro', 'console=ttyS0', 'panic=-1',
                'net.ifnames=0', 'mitigations=off', 'nowatchdog',
                'rcupdate.rcu_cpu_stall_timeout=300', *command_line]
        self.log = open(os.path.join(IMAGE, f'console-{initrd}'), 'wb')
        self.seen = b''
        self.machine = subprocess.Popen(
            ['qemu-system-x86_64', '-accel', 'tcg,thread=single', '-cpu',
             'max,la57=off,cx16=off', '-m', '2G', '-smp', '2', '-display', 'none',
             '-nodefaults', '-no-reboot', '-serial', 'stdio', '-kernel',
             os.environ['CGR_VMLINUZ'], '-initrd',
             os.path.join(IMAGE, 'initrd-' + initrd), '-append',
             ' '.join(boot), '-drive',
             f'file={IMAGE}/disk,if=virtio,format=raw,snapshot=on'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.machine.kill()
        self.machine.wait()

    def expect(self, pattern, seconds=PATIENCE):
        """Reads until a pattern; returns the match, what is before it and it
        are gone."""
        end = time.monotonic() + seconds
        while not (match := re.search(pattern, self.seen)):
            left = end - time.monotonic()
            if left < 0 or not select.select([self.machine.stdout], [], [],
                                             max(left, 0))[0]:
                raise AssertionError(f'no {pattern} on the console: ' +
                                     self.seen[-2000:].decode(errors='replace'))
            part = os.read(self.machine.stdout.fileno(), 65536)
            if not part:
                raise AssertionError('the guest ended: ' + self.seen[-2000:]
                                     .decode(errors='replace'))
            self.log.write(part)
            self.log.flush()
            self.seen += part.replace(b'\r', b'')
        self.seen = self.seen[match.end():]
        return match

    def send(self, line):
        self.machine.stdin.write(line.encode() + b'\n')

    def login(self):
        """Comes in like anybody, and has a shell without echo afterwards."""
        self.expect(b'login: ')
        self.send('root')
        self.expect(b'Password: ')
        self.send(PASSWORD)
        self.expect(b'# $')
        self.send("exec sh -c 'dmesg -n 1; stty -echo; PS1= PS2= exec sh'")
        self.send('printf "@%s@\\n" ready')
        self.expect(b'@ready@\n')
        return self

    def run(self, command, seconds=PATIENCE):
        """Returns (status, what it said)."""
        self.send(f'{{ {command}\n}} < /dev/null 2>&1; printf "@%d@\\n" $?')
        match = self.expect(b'(?s)^(.*)@([0-9]+)@\n', seconds)
        return int(match[2]), match[1].decode(errors='replace')

    def output(self, command):
        """What a command says that must end well."""
        status, said = self.run(command)
        if status:
            raise AssertionError(f'{command}: status {status}: {said}')
        return said

    def refused(self, command, why):
        """A command must fail and say why."""
        status, said = self.run(command)
        if not status or why not in said:
            raise AssertionError(f'{command}: wanted a failure with "{why}", '
                                 f'got {status}: {said}')
        return said

    def write(self, path, text):
        self.output(f'printf %s {shlex.quote(text)} > {path}')


def no_complaints(guest):
    status, said = guest.run(f"dmesg | grep -E '{COMPLAINTS}'")
    ktap.same((status, said), (1, ''), 'what the kernel complained about')
