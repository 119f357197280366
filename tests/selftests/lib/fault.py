# SPDX-License-Identifier: GPL-2.0
"""Lets the n-th allocation of a request fail, for n = 1, 2, ... until all went
well, and looks at what is left each time.

Needs a kernel with FAILSLAB, FAIL_PAGE_ALLOC and FAULT_INJECTION_DEBUG_FS.
"""
import atexit
import ctypes
import itertools
import os
import subprocess

import genl
from ktap import libc, same

MCL_CURRENT, MCL_FUTURE = 1, 2
SYS_DELETE_MODULE, SYS_FINIT_MODULE = 176, 313  # of x86-64
DEBUGFS = '/sys/kernel/debug'
SETTINGS = {
    # GFP_KERNEL fails too, no stack is printed
    'failslab': {'ignore-gfp-wait': 'N', 'verbose': '0'},
    'fail_page_alloc': {'ignore-gfp-wait': 'N', 'ignore-gfp-highmem': 'N',
                        'min-order': '0', 'verbose': '0'},
}


def say(text):
    """Tells tests/vm/run, which reads the kernel's log."""
    with open('/dev/kmsg', 'w') as log:
        log.write(f'cgr-test: {text}\n')


def setup():
    """To be called once, before the first test."""
    say('faults from here')
    atexit.register(say, 'faults to here')
    for kind, settings in SETTINGS.items():
        for name, value in settings.items():
            with open(f'{DEBUGFS}/{kind}/{name}', 'w') as setting:
                setting.write(value)


class Fault:
    """Has an allocation of this thread fail."""

    def __init__(self):
        self.fd = os.open('/proc/thread-self/fail-nth', os.O_RDWR)
        self.hit = False  # whether there were so many
        # no page of this program's own is to be missing then
        libc.mlockall(MCL_CURRENT | MCL_FUTURE)

    def during(self, call, nth):
        """Calls a function, in which the nth allocation fails."""
        self.hit = False
        os.pwrite(self.fd, b'%d' % nth, 0)
        try:
            return call()
        finally:
            self.hit = not int(os.pread(self.fd, 16, 0))
            os.pwrite(self.fd, b'0', 0)

    def sweep(self, call, most=5000):
        """Calls a function again and again, with a fault at each allocation in
        turn. Yields the error, or None, each time; the last time, when no fault
        hits, there must be none."""
        for n in range(1, most):
            error = None
            try:
                self.during(call, n)
            except OSError as raised:
                error = raised
            if not self.hit and error:
                raise error
            yield error
            if not self.hit:
                return
        raise AssertionError(f'still failing after {most} allocations')


def system_call(*args):
    if libc.syscall(*args):
        raise OSError(ctypes.get_errno(), 'system call')


def sweep_module(name, works):
    """Takes a module out and loads it again and again, with a fault at each
    allocation in turn; it is in or not, as the error says. Calls a function
    each time it is in, and leaves it so. Returns the errors that there were."""
    def unload():
        system_call(SYS_DELETE_MODULE, name.encode(), os.O_NONBLOCK)

    path = subprocess.run(['modinfo', '-n', name], check=True, text=True,
                          capture_output=True).stdout.strip()
    errors = []
    with open(path) as module:
        load = SYS_FINIT_MODULE, module.fileno(), b'', 0
        unload()
        for error in Fault().sweep(lambda: system_call(*load)):
            same(os.path.exists(f'/sys/module/{name}'), not error, 'loaded')
            if error:
                errors.append(error.errno)
            else:
                works()
                unload()
        system_call(*load)
    return errors


class FaultySocket:
    """Stands in for the socket of a genl.Socket. While nth is set, that
    allocation of a send fails, in which the kernel does all of the work."""

    def __init__(self, sock):
        self.sock = sock
        self.nth = 0
        self.fault = Fault()

    def __getattr__(self, name):
        return getattr(self.sock, name)

    @property
    def hit(self):
        return self.fault.hit

    def send(self, data):
        if not self.nth:
            return self.sock.send(data)
        return self.fault.during(lambda: self.sock.send(data), self.nth)


def attach(client):
    """Makes a genl.Socket one of which requests can be made to fail."""
    client.sock = FaultySocket(client.sock)
    return client


def sweep(client, state, request, undo=None, most=2000):
    """Sends a request again and again, with a fault at each allocation in turn.

    After an error, state() must return what it did before; without, what it
    does after the same request without a fault. undo() takes the request back.
    What is left after an error must not be in the way of the next request: the
    last one, which no fault hits, has to succeed. Returns the number of faults.
    """
    before = state()
    request()
    after = state()
    if undo:
        undo()
        same(state(), before, 'state when all is undone')
    for n in itertools.count(1):
        allowed = [after]
        client.sock.nth = n
        try:
            request()
        except genl.Error:
            if not client.sock.hit:
                raise
            allowed = [before]
        except OSError:
            # the message did not get in, or its answer did not get out
            allowed = [before, after]
        finally:
            client.sock.nth = 0
        now = state()
        if now not in allowed:
            raise AssertionError(f'fault {n}: wanted {allowed}, got {now}')
        if undo and now == after:
            undo()
            same(state(), before, f'state when fault {n} is undone')
        if not client.sock.hit:
            return n - 1
        if n == most:
            raise AssertionError(f'still failing after {most} allocations')
