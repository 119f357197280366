#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Memory that runs out at any allocation of any call: precise errors, nothing
half done, nobody left waiting."""
import errno
import os
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import fault
import ktap
from ktap import same, test
from tipc import *
from tipc import pair, readable, sock, to

SHORT = errno.ENOMEM, errno.ENOBUFS, errno.ENFILE


def failing(nth, function):
    """Calls a function with its n-th allocation failing. Returns whether there
    was one, and the call's error or 0."""
    fd = os.open('/proc/thread-self/fail-nth', os.O_RDWR)
    code = 0
    try:
        os.pwrite(fd, b'%d' % nth, 0)
        try:
            function()
        except OSError as e:
            code = e.errno
        finally:
            hit = not int(os.pread(fd, 16, 0))
            os.pwrite(fd, b'0', 0)
    finally:
        os.close(fd)
    return hit, code


def sweep(prepare, call, good, bad):
    """Calls with each allocation failing in turn, each time on what prepare()
    has made; good() and bad() look at what is left. Returns how often it
    failed."""
    failed = 0
    for nth in range(1, 500):
        it = prepare()
        hit, code = failing(nth, lambda: call(it))
        if code:
            failed += 1
            if code not in SHORT:
                raise AssertionError(f'{errno.errorcode[code]} at {nth}')
            bad(it)
        else:
            good(it)
        if not hit:
            return failed
    raise AssertionError('there is no end to it')


def nothing(_):
    pass


def unserved(_):
    s = sock()
    try:
        s.sendto(b'x', to(1000, 1))
    except OSError as e:
        same(e.errno, errno.EHOSTUNREACH)
    else:
        raise AssertionError('somebody serves it')


@test
def making_sockets():
    kept = []
    if not sweep(lambda: None, lambda _: kept.append(sock(SEQ)), nothing,
                 nothing):
        raise AssertionError('it never failed')


@test
def binding():
    def good(s):
        sock().sendto(b'x', to(1000, 1))
        same(s.recv(1), b'x')
        s.close()

    # the publication, the service, the binding; a fault may also hit what the
    # interpreter allocates meanwhile
    failed = sweep(sock, lambda s: s.bind((NAME, 1000, 1, 1)), good, unserved)
    if failed < 2:
        raise AssertionError(f'it failed {failed} times only')


@test
def sending():
    receiver = sock(bound=(1000, 1, 1))
    receiver.setblocking(False)

    def arrived(_):
        same(len(receiver.recv(66000)), 66000)

    def lost(_):
        same(readable(receiver), False)

    for where in to(1000, 1), (RANGE, 1000, 0, 5):
        if not sweep(sock, lambda s: s.sendto(bytes(66000), where), arrived,
                     lost):
            raise AssertionError('it never failed')


@test
def connecting_and_accepting():
    """Who is told of no error gets a connection that works."""
    listener = sock(SEQ, (1000, 1, 1))
    listener.listen(5)

    def client():
        c = sock(SEQ)
        c.setblocking(False)
        try:
            c.connect(to(1000, 1))
        except BlockingIOError:
            pass
        return c

    accepted = []

    def accept(_):
        accepted.append(listener.accept()[0])

    def works(c):
        c.setblocking(True)
        accepted[-1].send(b'hello')
        same(c.recv(10), b'hello')
        c.send(b'back')
        same(accepted[-1].recv(10), b'back')

    def still_waits(c):
        """It is accepted the next time."""
        accept(c)
        works(c)

    failed = sweep(client, accept, works, still_waits)
    if failed < 2:
        raise AssertionError(f'it failed {failed} times only')


@test
def data_and_acknowledgements():
    """A sender goes on however often its reader lacked memory."""
    a, b = pair(SEQ)
    for nth in range(1, 10):
        for _ in range(200):
            failing(nth, lambda: a.send(bytes(3000)))
            while readable(b):
                hit, code = failing(nth, lambda: b.recv(3000))
                same(code in (0,) + SHORT, True)
    a.settimeout(5)
    a.send(b'end')
    same(b.recv(10), b'end')


@test
def closing():
    """The peer hears of it."""
    for nth in range(1, 10):
        for unread in False, True:
            a, b = pair(SEQ)
            if unread:
                b.send(b'x')
            failing(nth, a.close)
            b.settimeout(5)
            same(b.recv(10), b'')


@test
def subscribing():
    """There are events, or the connection ends."""
    a = sock()
    for nth in range(1, 30):
        t = Topology()
        failing(nth, lambda: t.subscribe(1000, 0, 9))
        failing(nth, lambda: a.bind((NAME, 1000, 1, 1)))
        failing(nth, lambda: a.bind((NAME, 1000, 1, 1, -CLUSTER)))
        try:
            t.subscribe(1000, 0, 9, timeout=1)
        except BrokenPipeError:
            continue
        while True:
            data = t.sock.recv(48)
            if not data or data[:4] == b'\3\0\0\0':
                break


if __name__ == '__main__':
    subprocess.run(['modprobe', 'tipc'], check=True)
    fault.setup()
    # a fault of the page of a test's own would be one
    with open('/sys/kernel/debug/fail_page_alloc/min-order', 'w') as setting:
        setting.write('1')
    ktap.main()
