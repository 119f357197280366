#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Two nodes with a link between them, both ours."""
import errno
import fcntl
import hashlib
import os
import random
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from ktap import poll, same, test
from tipc import *
from tipc import option, port, readable, to
from tipc_node import Node, cable, met, two
from tipc_node import LINK_STATE, NODE_STATE, SIOCGETLINKNAME, SIOCGETNODEID


def served(node, kind, instance, seconds=10):
    """Waits until a node knows who serves an address."""
    t = node.topology()
    t.sock.settimeout(seconds * ktap.SLOWNESS)
    t.subscribe(kind, instance, instance)
    event = t.event()
    same(event[0], PUBLISHED)
    t.sock.close()
    return event


def connected(a, b, kind, service=5000):
    """Both ends of a connection from a node to another one."""
    listener = b.sock(kind, (service, 1, 1))
    listener.listen(5)
    served(a, service, 1)
    client = a.sock(kind)
    client.setblocking(False)
    try:
        client.connect(to(service, 1))
    except BlockingIOError:
        pass
    server = listener.accept()[0]
    listener.close()
    for s in client, server:
        s.settimeout(30 * ktap.SLOWNESS)
    return client, server


@test
def service_is_found_by_name():
    a, b = two()
    server = a.sock(RDM, (1000, 5, 9))
    same(served(b, 1000, 7)[1:], (5, 9, port(server)))
    client = b.sock()
    client.sendto(b'hello', to(1000, 7))
    data, sender = server.recvfrom(100)
    same(data, b'hello')
    same(sender[1:3], (b.address(), port(client)))
    server.sendto(b'back', sender)
    data, sender = client.recvfrom(100)
    same(data, b'back')
    same(sender[1:3], (a.address(), port(server)))


@test
def topology_events_of_another_node():
    a, b = two()
    t = b.topology()
    t.subscribe(1000, 0, 100)
    first, second = a.sock(), a.sock()
    first.bind((RANGE, 1000, 1, 2, CLUSTER))
    same(t.event(), (PUBLISHED, 1, 2, port(first)))
    second.bind((RANGE, 1000, 2, 3, CLUSTER))
    same(t.event(), (PUBLISHED, 2, 3, port(second)))
    first.bind((RANGE, 1000, 4, 4, NODE))
    first.bind((RANGE, 1000, 1, 2, -CLUSTER))
    same(t.event(), (WITHDRAWN, 1, 2, port(first)))
    number = port(second)
    second.close()
    same(t.event(), (WITHDRAWN, 2, 3, number))
    try:
        b.sock().sendto(b'x', to(1000, 1))
    except OSError as e:
        same(e.errno, errno.EHOSTUNREACH)
    else:
        raise AssertionError('it is still served')
    same(readable(t.sock), False, 'more events')


@test
def what_was_there_before_the_link():
    """Bindings of before are told in bulk, more than one packet takes."""
    a, b = Node('a'), Node('b')
    cable(a, b)
    server = a.sock()
    for i in range(1000):
        server.bind((NAME, 1000, i, i, CLUSTER))
    t = b.topology()
    t.subscribe(1000, 0, 0xffffffff)
    a.enable('va')
    b.enable('vb')
    t.sock.settimeout(20 * ktap.SLOWNESS)
    same(sorted(t.event()[1] for i in range(1000)), list(range(1000)))
    server.close()
    same(sorted(t.event()[1] for i in range(1000)), list(range(1000)))


@test
def lost_node_takes_all_with_it():
    """Silence: connections break, names go, and subscribers hear of it."""
    a, b = two(tolerance=500)
    address = b.address()
    client, server = connected(a, b, SEQ)
    names = a.topology()
    names.subscribe(2000, 0, 100)
    other = b.sock(bound=(2000, 1, 1))
    same(names.event(), (PUBLISHED, 1, 1, port(other)))
    nodes, links = a.topology(), a.topology()
    nodes.subscribe(NODE_STATE, address, address)
    same(nodes.event()[:3], (PUBLISHED, address, address))
    links.subscribe(LINK_STATE, address, address)
    same(links.event()[:3], (PUBLISHED, address, address))

    b.run('ip link set vb down')
    same(client.recv(10), b'')
    same(names.event(), (WITHDRAWN, 1, 1, port(other)))
    same(nodes.event()[:3], (WITHDRAWN, address, address))
    same(links.event()[:3], (WITHDRAWN, address, address))
    same(server.recv(10), b'')

    b.run('ip link set vb up')
    same(names.event(), (PUBLISHED, 1, 1, port(other)))
    same(nodes.event()[:3], (PUBLISHED, address, address))
    same(links.event()[:3], (PUBLISHED, address, address))
    client, server = connected(a, b, SEQ, 5001)
    client.send(b'again')
    same(server.recv(10), b'again')


@test
def bearer_that_is_disabled_says_so():
    """The other node need not wait."""
    a, b = two(tolerance=30000)
    client, server = connected(a, b, SEQ)
    b.disable('vb')
    same(client.recv(10), b'')
    same(server.recv(10), b'')
    for s in client, server:
        try:
            s.send(b'x')
        except BrokenPipeError:
            continue
        raise AssertionError('sent to nobody')
    b.enable('vb')
    met(a, b)


@test
def messages_of_all_sizes_come_back():
    a, b = two()
    server = b.sock(RDM, (1000, 1, 1))
    served(a, 1000, 1)
    client = a.sock()
    client.settimeout(10 * ktap.SLOWNESS)
    rng = random.Random(1)
    for size in [1, 2, 3, 1400, 1459, 1460, 1461, 1500, 3000, 65999, 66000] + [
            rng.randrange(1, 66001) for _ in range(30)]:
        data = rng.randbytes(size)
        client.sendto(data, to(1000, 1))
        got, sender = server.recvfrom(70000)
        same(got == data, True, f'{size} bytes there')
        server.sendto(got, sender)
        same(client.recv(70000) == data, True, f'{size} bytes back')


@test
def multicast_by_range():
    """Each socket that is bound to a part of the range gets one copy."""
    a, b = two()
    inside = [a.sock(RDM, (1000, 5, 9)), b.sock(RDM, (1000, 1, 5)),
              b.sock(RDM, (1000, 9, 20))]
    inside[1].bind((RANGE, 1000, 5, 6, CLUSTER))
    outside = b.sock(RDM, (1000, 11, 20))
    served(a, 1000, 20)
    client = a.sock()
    for data in b'short', b'long' * 10000:
        client.sendto(data, (RANGE, 1000, 2, 10, CLUSTER))
        for s in inside:
            s.settimeout(10 * ktap.SLOWNESS)
            got, sender = s.recvfrom(66000)
            same(got == data, True, f'{len(data)} bytes')
            same(sender[1:3], (a.address(), port(client)))
    for s in inside + [outside]:
        same(readable(s), False, 'one more')
    client.sendto(b'there', (RANGE, 1000, 15, 15, CLUSTER))
    same(inside[2].recv(10), b'there')
    same(outside.recv(10) if readable(outside, 10) else b'', b'there')


@test
def what_peers_are_called():
    a, b = two()
    with a.sock() as s:
        request = struct.pack('=I16s', b.address(), b'')
        answer = fcntl.ioctl(s, SIOCGETNODEID, request)
        same(answer[4:].rstrip(b'\0').decode(),
             b.run('ip -br link show vb').split()[2].replace(':', ''))
        request = struct.pack('=II68s', b.address(), 0, b'')
        name = fcntl.ioctl(s, SIOCGETLINKNAME, request)[8:].rstrip(b'\0')
        same([part.split(b':')[1] for part in name.split(b'-')],
             [b'va', b'vb'])
        try:
            fcntl.ioctl(s, SIOCGETNODEID, struct.pack('=I16s', 12345, b''))
        except OSError as e:
            same(e.errno, errno.EADDRNOTAVAIL)
        else:
            raise AssertionError('nobody has that address')


def transfer(ends, size):
    """Both ends of a stream write and read at the same time."""
    sums, threads = {}, []

    def write(i):
        rng = random.Random(i)
        digest, left = hashlib.sha256(), size
        block = rng.randbytes(300000)
        while left:
            start = rng.randrange(100000)
            data = block[start:start + min(left, rng.choice(
                (1, 100, 5000, 66000, 200000)))]
            ends[i].sendall(data)
            digest.update(data)
            left -= len(data)
        sums['sent', i] = digest.digest()

    def read(i):
        digest, left = hashlib.sha256(), size
        while left:
            data = ends[i].recv(70000)
            if not data:
                raise AssertionError(f'the end, {left} bytes too early')
            digest.update(data)
            left -= len(data)
        sums['received', 1 - i] = digest.digest()

    for f in read, write:
        for i in 0, 1:
            threads.append(threading.Thread(target=f, args=(i,)))
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for i in 0, 1:
        same(sums.get(('received', i)), sums['sent', i],
             f'what end {i} sent')


@test
def stream_both_ways():
    a, b = two()
    transfer(connected(a, b, STREAM), 16 << 20)


def numbered(ends, count):
    """Messages with numbers both ways; each comes once and in order."""
    errors = []

    def write(s):
        for i in range(count):
            s.send(struct.pack('=I', i) * (1 + i * 37 % 1000))

    def read(s):
        for i in range(count):
            data = s.recv(66000)
            if data != struct.pack('=I', i) * (1 + i * 37 % 1000):
                errors.append((i, len(data), data[:4]))
                return

    threads = [threading.Thread(target=f, args=(s,))
               for f in (read, write) for s in ends]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    same(errors, [])


@test
def bad_network():
    """Loss, delay, reordering and doubles: nothing is lost, doubled or out of
    order, and the link stays up."""
    a, b = two()
    t = a.topology()
    t.subscribe(LINK_STATE, b.address(), b.address())
    same(t.event()[0], PUBLISHED)
    for how in ('loss 1%', 'delay 5ms 2ms', 'delay 2ms reorder 25% 50%',
                'duplicate 10%', 'delay 1ms 1ms loss 2% duplicate 2%'):
        a.netem('va', how)
        b.netem('vb', how)
        numbered(connected(a, b, SEQ), 1000)
        transfer(connected(a, b, STREAM), 1 << 20)
        a.netem('va')
        b.netem('vb')
    same(readable(t.sock), False, 'the link broke')


@test
def node_that_is_gone_and_comes_back():
    """A namespace ends with all that is in it, again and again."""
    a = Node('a')
    server = a.sock(RDM, (1000, 1, 1))
    for i in range(3):
        b = Node('b')
        cable(a, b)
        a.enable('va')
        b.enable('vb')
        met(a, b)
        served(b, 1000, 1)
        b.sock().sendto(b'hello', to(1000, 1))
        same(server.recv(10), b'hello')
        address = b.address()
        t = a.topology()
        t.subscribe(NODE_STATE, address, address)
        same(t.event()[0], PUBLISHED)
        os.close(b.fd)
        same(t.event()[0], WITHDRAWN)
        poll('the device is gone',
             lambda: 'va' not in a.run('ip -o link'), 20)


if __name__ == '__main__':
    subprocess.run(['modprobe', 'tipc'], check=True)
    ktap.main(seconds=120)
