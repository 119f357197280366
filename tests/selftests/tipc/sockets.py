#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Sockets of one node: what must hold however often and however much."""
import ctypes
import errno
import hashlib
import os
import random
import resource
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from ktap import same, test
from tipc import *
from tipc import option, pair, port, readable, sock, to


def refused(code, function, *args):
    try:
        function(*args)
    except OSError as e:
        same(e.errno, code, 'errno')
    else:
        raise AssertionError(f'{errno.errorcode[code]} was due')


@test
def stream_both_ways():
    """Random lengths in both directions at once arrive as they were sent."""
    ends = pair(STREAM)
    size = 8 << 20
    sums = {}

    def write(i):
        rng = random.Random(i)
        digest, left = hashlib.sha256(), size
        while left:
            data = rng.randbytes(min(left, rng.choice((1, 100, 5000, 66000,
                                                       200000))))
            ends[i].sendall(data)
            digest.update(data)
            left -= len(data)
        sums['sent', i] = digest.digest()

    def read(i):
        rng = random.Random(i + 10)
        digest, left = hashlib.sha256(), size
        while left:
            data = ends[i].recv(rng.choice((1, 1000, 70000)))
            digest.update(data)
            left -= len(data)
        sums['received', 1 - i] = digest.digest()

    threads = [threading.Thread(target=f, args=(i,))
               for f in (read, write) for i in (0, 1)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for i in 0, 1:
        same(sums['received', i], sums['sent', i], f'what end {i} sent')


@test
def slow_reader_loses_nothing():
    a, b = pair(SEQ)
    count = 3000

    def write():
        for i in range(count):
            a.send(struct.pack('=I', i) + bytes(i % 3000))

    t = threading.Thread(target=write)
    t.start()
    for i in range(count):
        data = b.recv(66000)
        same(struct.unpack_from('=I', data)[0], i, 'number')
        same(len(data), 4 + i % 3000, 'length')
    t.join()
    a.close()
    same(b.recv(10), b'', 'end')


@test
def unread_data_is_bounded():
    """A sender is held up before the reader's memory is used up."""
    for size in 1, 1000, 66000:
        a, b = pair(SEQ)
        a.setblocking(False)
        sent = 0
        try:
            while True:
                a.send(bytes(size))
                sent += 1
        except BlockingIOError:
            pass
        same(option(b, RECVQ_DEPTH), sent, 'messages')
        if option(b, RECVQ_USED) > 512 << 10:
            raise AssertionError(f'{option(b, RECVQ_USED)} bytes in use')


@test
def overload_by_importance():
    """Who is full takes what is more important, and returns the rest."""
    a, b = sock(bound=(1000, 1, 1)), sock()
    a.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 50000)
    b.setsockopt(SOL, DEST_DROPPABLE, 0)
    b.setblocking(False)
    limit = a.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    depth = 0
    for importance in range(4):
        b.setsockopt(SOL, IMPORTANCE, importance)
        while not readable(b):
            b.sendto(b'x' * 1000, to(1000, 1))
        data, aux, _, _ = b.recvmsg(100, 4096)
        same(data, b'')
        found = {kind: value for _, kind, value in aux}
        same(struct.unpack('=II', found[ERRINFO]), (OVERLOAD, 1000))
        same(found[RETDATA], b'x' * 1000)
        same(struct.unpack('=III', found[DESTNAME]), (1000, 1, 1))
        used = option(a, RECVQ_USED)
        if not limit << importance < used < (limit << importance) + 5000:
            raise AssertionError(f'{used} bytes in use, limit {limit}')
        if option(a, RECVQ_DEPTH) <= depth:
            raise AssertionError('nothing more was taken')
        depth = option(a, RECVQ_DEPTH)
    for _ in range(depth):
        same(len(a.recv(2000)), 1000)
    refused(errno.EAGAIN, a.recv, 1, socket.MSG_DONTWAIT)


@test
def more_bindings_than_65535():
    """There is no limit, and closing takes no ages."""
    a, b, t = sock(), sock(), Topology()
    count = 70000
    t.subscribe(1000, 0, 0xffffffff)
    for i in range(count):
        a.bind((NAME, 1000, i, i))
    for instance in 0, 12345, 65535, 65536, count - 1:
        b.sendto(struct.pack('=I', instance), to(1000, instance))
        same(struct.unpack('=I', a.recv(4))[0], instance)
    refused(errno.EHOSTUNREACH, b.sendto, b'x', to(1000, count))
    a.close()
    refused(errno.EHOSTUNREACH, b.sendto, b'x', to(1000, 5))
    # the subscriber has read nothing so far, and misses nothing
    for what in PUBLISHED, WITHDRAWN:
        seen = set()
        for _ in range(count):
            event, lower, upper, _ = t.event()
            same(event, what)
            same(lower, upper)
            seen.add(lower)
        same(len(seen), count)


@test
def many_sockets_share_a_range():
    """All get a multicast, once, and take turns for all else."""
    count = 300
    socks = [sock(bound=(1000, 0, 9)) for _ in range(count)]
    socks[0].bind((RANGE, 1000, 5, 50, CLUSTER))
    b = sock()
    b.sendto(b'all', (RANGE, 1000, 0, 100))
    for s in socks:
        same(option(s, RECVQ_DEPTH), 1)
        same(s.recv(10), b'all')
    for _ in range(2 * count):
        b.sendto(b'one', to(1000, 3))
    for s in socks:
        same(option(s, RECVQ_DEPTH), 2)


@test
def many_connections():
    listener = sock(SEQ, (1000, 1, 1))
    listener.listen(5)
    count, threads = 300, 4

    def serve():
        for _ in range(count * threads):
            s, _ = listener.accept()
            s.send(s.recv(100)[::-1])
            s.close()

    def ask(n):
        for i in range(count):
            c = sock(SEQ)
            if i % 2:
                c.connect(to(1000, 1))
                c.send(b'%d %d' % (n, i))
            else:
                c.sendto(b'%d %d' % (n, i), to(1000, 1))
            answers.append(c.recv(100)[::-1] == b'%d %d' % (n, i))
            c.close()

    answers = []
    all_threads = [threading.Thread(target=serve)]
    all_threads += [threading.Thread(target=ask, args=(n,))
                    for n in range(threads)]
    for t in all_threads:
        t.start()
    for t in all_threads:
        t.join()
    same(answers, [True] * count * threads)


@test
def listener_without_room():
    """Who comes when a listener's queue is full is let in later, with what he said
    first; or turned down if that takes too long."""
    count, more = 1200, 100
    resource.setrlimit(resource.RLIMIT_NOFILE, (3 * count, 3 * count))
    listener = sock(SEQ, (1000, 1, 1))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    listener.listen(5)

    def client(i):
        c = sock(SEQ)
        c.setsockopt(SOL, CONN_TIMEOUT, 60000)
        c.setblocking(False)
        c.sendto(b'%d' % i, to(1000, 1))
        return c

    clients = [client(i) for i in range(count)]
    waiting = option(listener, RECVQ_DEPTH)
    if waiting >= count:
        raise AssertionError(f'there is room for {waiting}')
    for c in [client(i) for i in range(more)]:
        c.close()
    late = sock(SEQ)
    late.setsockopt(SOL, CONN_TIMEOUT, 100)
    refused(errno.ECONNREFUSED, late.connect, to(1000, 1))

    listener.settimeout(20 * ktap.SLOWNESS)
    served = []
    for _ in range(count):
        s, _ = listener.accept()
        s.send(s.recv(100))
        served.append(s)
    for i, c in enumerate(clients):
        c.settimeout(20 * ktap.SLOWNESS)
        same(c.recv(100), b'%d' % i, 'answer')


@test
def dead_process_is_noticed():
    """A connection ends and a service goes with its process."""
    t = Topology()
    t.subscribe(1000, 0, 100, SERVICE)
    listener = sock(SEQ, (1001, 1, 1))
    listener.listen(1)

    def client():
        c = sock(SEQ)
        c.bind((NAME, 1000, 7, 7))
        c.connect(to(1001, 1))
        c.recv(1)

    pid = ktap.child(client)
    same(t.event()[:3], (PUBLISHED, 7, 7))
    s, _ = listener.accept()
    os.kill(pid, 9)
    ktap.wait(pid)
    same(s.recv(10), b'', 'end')
    same(t.event()[:3], (WITHDRAWN, 7, 7))


@test
def subscriber_leaves_without_reading():
    a = sock()
    for _ in range(20):
        t = Topology()
        for i in range(50):
            t.subscribe(1000, 0, 1000, handle=b'%d' % i)
        for i in range(100):
            a.bind((NAME, 1000, i, i))
        t.sock.close()
        for i in range(100):
            a.bind((NAME, 1000, i, i, -CLUSTER))


@test
def timers_of_subscriptions():
    t = Topology()
    for i in range(200):
        t.subscribe(1000, i, i, timeout=1 + i % 50)
    seen = set()
    for _ in range(200):
        event, lower, upper, _ = t.event()
        same((event, lower), (TIMEOUT, upper))
        seen.add(lower)
    same(len(seen), 200)


@test
def namespaces_are_apart():
    a, b = sock(bound=(1000, 1, 1)), sock()

    def inside():
        ktap.unshare(ktap.CLONE_NEWNET)
        c = sock()
        refused(errno.EHOSTUNREACH, c.sendto, b'x', to(1000, 1))
        t = Topology()
        t.subscribe(1000, 0, 9, timeout=100)
        same(t.event()[0], TIMEOUT)
        c.sendto(b'x', (ID, 0, port(a), 0))
        # and the namespace goes while somebody is subscribed
        t.subscribe(1000, 0, 9)

    for _ in range(10):
        ktap.in_child(inside)
    same(option(a, RECVQ_DEPTH), 0)
    b.sendto(b'x', to(1000, 1))
    same(a.recv(1), b'x')


@test
def module_is_held_by_sockets():
    s = sock()
    same(subprocess.run(['rmmod', 'tipc'], check=False,
                        stderr=subprocess.DEVNULL).returncode, 1)
    s.close()


def random_address(rng):
    kind = rng.choice((0, 1, 2, 3, 3, 4, 255))
    numbers = [rng.choice((0, 1, 2, 63, 64, 1000, 0xffffffff,
                           rng.getrandbits(32))) for _ in range(3)]
    raw = struct.pack('=HBb3I', rng.choice((30, 30, 30, 30, 0, 2)), kind,
                      rng.randint(-128, 127), *numbers)
    return raw[:rng.choice((16, 16, 16, rng.randint(0, 16)))]


@test
def random_calls():
    """Nothing that a program passes does harm; some of it even works."""
    libc = ctypes.CDLL(None, use_errno=True)
    rng = random.Random(2004)
    kinds = socket.SOCK_RDM, socket.SOCK_DGRAM, SEQ, STREAM
    socks = []
    done = set()

    def call(name, *args):
        if getattr(libc, name)(*args) >= 0:
            done.add(name)

    for _ in range(20000):
        if len(socks) < 20 or rng.random() < 0.02:
            socks.append(sock(rng.choice(kinds)))
            socks[-1].setblocking(False)
        if len(socks) > 40:
            socks.pop(rng.randrange(len(socks))).close()
        s = rng.choice(socks)
        fd, address = s.fileno(), random_address(rng)
        if rng.random() < 0.3:
            address = struct.pack('=HBb3I', 30, ID, 0, port(rng.choice(socks)),
                                  0, 0)
        data = bytes(rng.choice((0, 1, 100, 5000, 66000, 70000)))
        what = rng.randrange(9)
        if what == 0:
            call('bind', fd, address, len(address))
        elif what == 1:
            call('connect', fd, address, len(address))
        elif what == 2:
            call('sendto', fd, data, ctypes.c_size_t(len(data)),
                 0x4040, address, len(address))
        elif what == 3:
            call('setsockopt', fd, SOL, rng.randint(126, 139),
                 rng.randbytes(16), rng.randint(0, 16))
        elif what == 4:
            call('getsockopt', fd, SOL, rng.randint(126, 139),
                 ctypes.create_string_buffer(64),
                 ctypes.byref(ctypes.c_uint32(rng.randint(0, 16))))
        elif what == 5:
            call('listen', fd, rng.randint(-1, 5))
        elif what == 6:
            try:
                socks.append(s.accept()[0])
                socks[-1].setblocking(False)
                done.add('accept')
            except OSError:
                pass
        elif what == 7:
            buffer = ctypes.create_string_buffer(70000)
            call('recv', fd, buffer,
                 ctypes.c_size_t(rng.choice((0, 1, 1000, 70000))),
                 0x40 | rng.choice((0, 2, 0x20, 0x100)))
        else:
            call('shutdown', fd, rng.randint(0, 3))
    for name in 'bind', 'sendto', 'setsockopt', 'listen', 'recv':
        if name not in done:
            raise AssertionError(f'{name} never worked')


if __name__ == '__main__':
    subprocess.run(['modprobe', 'tipc'], check=True)
    ktap.main(seconds=200)
