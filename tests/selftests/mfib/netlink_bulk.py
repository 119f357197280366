#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Messages with many objects, and what is left when one of them fails."""
import errno
import ipaddress
import os
import signal
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
from genl import NLM_F_ACK, attr, nest
from ktap import same, test
from mfib import *
from mfib import at_fault, bed, refused


def applied(cookie):
    """The number of objects that an acknowledgment says were applied."""
    same(len(cookie or b''), 4, 'length of the cookie')
    return struct.unpack('=I', cookie)[0]


def hole(prefix, **more):
    return route(prefix, kind=RTN_BLACKHOLE, **more)


def hosts(n, first=0):
    """Prefixes of both families that share little of the trees."""
    for i in range(first, first + n):
        spread = (i * 2654435761) & 0xffffffff
        if i & 1:
            addr = (0x2001 << 112) | (spread << 80) | i
            yield f'{ipaddress.ip_address(addr)}/128'
        else:
            yield f'{ipaddress.ip_address((spread >> 2) + (1 << 30))}/32'


@test
def bulk_of_routes():
    m = Mfib()
    m.fib_new(10)
    prefixes = list(dict.fromkeys(hosts(5000)))
    m.route_new(10, *map(hole, prefixes))
    same(applied(m.cookie), len(prefixes))
    same(set(prefixes), {x['dst'] for x in m.routes(10)})
    m.route_del(10, *map(route, prefixes))
    same(applied(m.cookie), len(prefixes))
    same(m.routes(10), [])


@test
def bulk_of_nexthops():
    r, m = bed(10, 'p1'), Mfib()
    ids = range(1, 5001)
    m.request(MFIB_CMD_NEXTHOP_NEW, ADD,
              b''.join(nest(MFIB_A_NEXTHOP,
                            via(f'10.0.{i // 256}.{i % 256}', 'p1', nhid=i))
                       for i in ids))
    same(applied(m.cookie), 5000)
    m.route_new(10, *(route(f'11.{i // 256}.{i % 256}.0/24', via(nhid=i))
                      for i in ids))
    same(len(m.nexthops()), 5000)
    payload = b''.join(nest(MFIB_A_NEXTHOP, attr(MFIB_NEXTHOP_A_ID, i))
                       for i in list(ids)[4900:] + [9999] + list(ids)[:100])
    error = at_fault(m, errno.ENOENT, 'no next hop', MFIB_CMD_NEXTHOP_DEL, 0,
                     payload, (MFIB_A_NEXTHOP, 100), MFIB_NEXTHOP_A_ID)
    same(applied(error.cookie), 100)
    same(len(m.nexthops()), 4900)
    same(len(m.routes(10)), 4900)


@test
def bulk_of_anonymous_nexthops():
    r, m = bed(10, 'p1'), Mfib()
    m.route_new(10, *(route(f'11.{i // 256}.{i % 256}.0/24',
                            via(f'10.0.{i // 256}.{i % 256}', 'p1'))
                      for i in range(1, 5001)))
    same(len({x['via'] for x in m.routes(10)}), 5000)
    same(m.nexthops(), {})
    r.delete('p1')
    same(m.routes(10), [])


# What can be wrong with an object in the middle of a message:
# errno, sentence, the object, path of the attribute inside of it.
FAILURES = [
    (errno.EEXIST, 'has a route', hole('10.0.0.0/8'), ()),
    (errno.EINVAL, 'bits set', hole('10.0.0.1/8'), (MFIB_ROUTE_A_DST,)),
    (errno.EINVAL, 'longer', hole('10.0.0.0/33'), (MFIB_ROUTE_A_PLEN,)),
    (errno.EINVAL, 'destination is missing', nest(MFIB_A_ROUTE), ()),
    (errno.EINVAL, '4 bytes', nest(MFIB_A_ROUTE,
                                   attr(MFIB_ROUTE_A_DST, bytes(6))),
     (MFIB_ROUTE_A_DST,)),
    (errno.EINVAL, 'needs a next hop', route('11.0.0.0/8'), ()),
    (errno.EINVAL, 'no next hop', hole('11.0.0.0/8', nexthop=via(nhid=1)),
     (MFIB_ROUTE_A_NEXTHOP,)),
    (errno.EOPNOTSUPP, 'type', route('11.0.0.0/8', kind=RTN_NAT),
     (MFIB_ROUTE_A_TYPE,)),
    (errno.ENOENT, 'no next hop', route('11.0.0.0/8', via(nhid=99)),
     (MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_ID)),
    (errno.ENODEV, 'no such device', route('11.0.0.0/8', via(ifindex=9999)),
     (MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_IFINDEX)),
    (errno.ENETUNREACH, 'connected', route('11.0.0.0/8', via('192.0.2.9')),
     (MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_GATEWAY)),
    (errno.EINVAL, '4 bytes',
     route('11.0.0.0/8', attr(MFIB_NEXTHOP_A_GATEWAY, bytes(5))),
     (MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_GATEWAY)),
    (errno.EXDEV, 'not a port', route('11.0.0.0/8', via(ifindex=1)),
     (MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_IFINDEX)),
]


@test
def bulk_fails_in_the_middle():
    m = Mfib()
    m.fib_new(10)
    for position in 0, 1, 299:
        for code, text, bad, path in FAILURES:
            objects = [hole(f'20.{i // 256}.{i % 256}.0/24')
                       for i in range(300)]
            m.route_new(10, hole('10.0.0.0/8'))
            objects[position] = bad
            error = at_fault(m, code, text, MFIB_CMD_ROUTE_NEW, ADD,
                             fib_id(10) + b''.join(objects),
                             (MFIB_A_ROUTE, position), *path)
            same(applied(error.cookie), position)
            same([x['dst'] for x in m.routes(10)], ['10.0.0.0/8'] +
                 [f'20.{i // 256}.{i % 256}.0/24' for i in range(position)])
            m.fib_del(10)
            m.fib_new(10)


@test
def bulk_delete_fails_in_the_middle():
    m = Mfib()
    m.fib_new(10)
    prefixes = [f'20.{i // 256}.{i % 256}.0/24' for i in range(1000)]
    m.route_new(10, *map(hole, prefixes))
    objects = list(map(route, prefixes))
    objects[700] = route('30.0.0.0/8')
    error = at_fault(m, errno.ENOENT, 'no such route', MFIB_CMD_ROUTE_DEL, 0,
                     fib_id(10) + b''.join(objects), (MFIB_A_ROUTE, 700))
    same(applied(error.cookie), 700)
    same([x['dst'] for x in m.routes(10)], prefixes[700:])


@test
def bulk_reaches_the_limit():
    m = Mfib()
    m.fib_new(10, max_routes=600)
    prefixes = [f'20.{i // 256}.{i % 256}.0/24' for i in range(1000)]
    error = at_fault(m, errno.ENOSPC, 'full.*max-routes', MFIB_CMD_ROUTE_NEW,
                     ADD, fib_id(10) + b''.join(map(hole, prefixes)),
                     (MFIB_A_ROUTE, 600))
    same(applied(error.cookie), 600)
    same([x['dst'] for x in m.routes(10)], prefixes[:600])
    # what is left out goes in behind a higher limit
    m.fib_new(10, CHANGE, max_routes=1000)
    m.route_new(10, *map(hole, prefixes[600:]))
    same(len(m.routes(10)), 1000)


@test
def bulk_that_is_malformed_changes_nothing():
    """The whole message is checked before the first object is applied."""
    m = Mfib()
    m.fib_new(10)
    good = hole('20.0.0.0/24') + hole('20.0.1.0/24')
    for bad, path in \
            (nest(MFIB_A_ROUTE, attr(MFIB_ROUTE_A_METRIC, b'\1')),
             ((MFIB_A_ROUTE, 2), MFIB_ROUTE_A_METRIC)), \
            (nest(MFIB_A_ROUTE, attr(200, 1)), ((MFIB_A_ROUTE, 2), 200)), \
            (attr(MFIB_A_ROUTE, attr(MFIB_ROUTE_A_METRIC, 1)),
             ((MFIB_A_ROUTE, 2),)):
        error = at_fault(m, errno.EINVAL, '.', MFIB_CMD_ROUTE_NEW, ADD,
                         fib_id(10) + good + bad, *path)
        same(error.cookie, None)
        same(m.routes(10), [])


@test
def bulk_with_the_fib_last_or_between():
    m = Mfib()
    m.fib_new(10)
    m.request(MFIB_CMD_ROUTE_NEW, ADD,
              hole('20.0.0.0/24') + fib_id(10) + hole('20.0.1.0/24'))
    m.request(MFIB_CMD_ROUTE_DEL, 0,
              route('20.0.0.0/24') + route('20.0.1.0/24') + fib_id(10))
    same(m.routes(10), [])


@test
def bulk_replaces_and_repeats():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *[hole('20.0.0.0/24')] * 1000, flags=REPLACE)
    same(applied(m.cookie), 1000)
    same(len(m.routes(10)), 1)
    error = refused(errno.ENOENT, 'no such route', m.route_del, 10,
                    *[route('20.0.0.0/24')] * 3)
    same(applied(error.cookie), 1)


# ---- memory ----

CGROUP = '/sys/fs/cgroup'


def write(path, text):
    with open(path, 'w') as file:
        file.write(text)


class Starving:
    """Sends messages from a process that gets no memory in the middle.

    The kernel charges what it allocates for the messages to the sender's
    cgroup. To run into the limit of one ends a process, or gives ENOMEM if
    the process is about to end already; so it gets killed while the kernel
    works on its messages. The socket lives on, and has the answers.
    """

    def __init__(self, m, limit):
        self.m = m
        self.limit = limit
        self.dir = f'{CGROUP}/mfib-test-{os.getpid()}'
        write(f'{CGROUP}/cgroup.subtree_control', '+memory')
        os.mkdir(self.dir)

    def current(self):
        with open(f'{self.dir}/memory.current') as file:
            return int(file.read())

    def send(self, data):
        m = self.m
        ready, go = os.pipe(), os.pipe()

        def sender():
            write(f'{self.dir}/cgroup.procs', str(os.getpid()))
            os.write(ready[1], b'.')
            os.read(go[0], 1)
            m.sock.send(data)

        # should the process reach the limit before it gets killed
        write('/dev/kmsg', 'cgr-test: out of memory from here\n')
        pid = ktap.child(sender)
        os.read(ready[0], 1)
        before = self.current()
        write(f'{self.dir}/memory.max', str(before + self.limit))
        os.write(go[1], b'.')
        # the message itself is not charged; the first objects are
        ktap.poll('the sender takes memory', lambda: self.current() >=
                  before + self.limit // 16, 20)
        os.kill(pid, signal.SIGKILL)
        same(ktap.wait(pid), -signal.SIGKILL, 'status of the sender')
        write('/dev/kmsg', 'cgr-test: out of memory to here\n')
        os.rmdir(self.dir)


@test
def bulk_without_memory():
    m = Mfib()
    m.fib_new(10)
    empty = m.fib(10)[MFIB_FIB_A_BYTES]
    prefixes = list(dict.fromkeys(hosts(20000)))
    # metrics make each route an object of its own
    objects = [hole(p, metric=i) for i, p in enumerate(prefixes)]
    cgroup = Starving(m, 8 << 20)
    add = m.message(MFIB_CMD_ROUTE_NEW, ADD | NLM_F_ACK,
                    fib_id(10) + b''.join(objects))
    first = m.seq
    # without memory, routes can still be deleted
    gone = 3000
    delete = m.message(MFIB_CMD_ROUTE_DEL, NLM_F_ACK,
                       fib_id(10) + b''.join(map(route, prefixes[:gone])))
    cgroup.send(add + delete)

    m.seq = first
    error = refused(errno.ENOMEM, '', lambda: list(m.receive()))
    n = applied(error.cookie)
    print(f'{n} of {len(prefixes)} routes went in')
    same(gone < n < len(prefixes), True, f'some went in: {n}')
    same(error.offs, 20 + genl.locate(add[20:], (MFIB_A_ROUTE, n)))
    m.seq = first + 1
    same(list(m.receive()), [])
    same(applied(m.cookie), gone)

    same({(x['dst'], x['metric']) for x in m.routes(10)},
         {(p, i) for i, p in enumerate(prefixes) if gone <= i < n})
    fib = m.fib(10)
    same(fib[MFIB_FIB_A_ROUTES4] + fib[MFIB_FIB_A_ROUTES6], n - gone)
    for p in prefixes[gone:gone + 50] + prefixes[n - 50:n]:
        same(m.lookup(10, p.partition('/')[0])['dst'], p)
    for p in prefixes[:50] + prefixes[n:n + 50]:
        refused(errno.ENETUNREACH, '', m.lookup, 10, p.partition('/')[0])
    # with memory, the rest goes in, and all goes out
    m.route_new(10, *objects[:gone], *objects[n:n + 3000])
    m.route_del(10, *map(route, prefixes[:n + 3000]))
    same(m.routes(10), [])
    same(m.fib(10)[MFIB_FIB_A_BYTES], empty)
    m.fib_del(10)


@test
def bulk_of_metrics_without_memory():
    """Several routes per prefix, with next hops of their own."""
    r, m = bed(10, 'p1'), Mfib()
    empty = m.fib(10)[MFIB_FIB_A_BYTES]
    routes = [(p, metric) for p in list(dict.fromkeys(hosts(3200)))
              for metric in range(5)]
    objects = [route(p, via(f'2001:db8::{i + 1:x}', 'p1'), metric=metric)
               for i, (p, metric) in enumerate(routes)]
    cgroup = Starving(m, 5 << 20)
    add = m.message(MFIB_CMD_ROUTE_NEW, ADD | NLM_F_ACK,
                    fib_id(10) + b''.join(objects))
    first = m.seq
    gone = 1503
    delete = m.message(MFIB_CMD_ROUTE_DEL, NLM_F_ACK, fib_id(10) + b''.join(
        route(p, metric=metric) for p, metric in routes[:gone]))
    cgroup.send(add + delete)

    m.seq = first
    error = refused(errno.ENOMEM, '', lambda: list(m.receive()))
    n = applied(error.cookie)
    print(f'{n} of {len(routes)} routes went in')
    same(gone < n < len(routes), True, f'some went in: {n}')
    m.seq = first + 1
    same(list(m.receive()), [])
    same(applied(m.cookie), gone)
    same({(x['dst'], x['metric']) for x in m.routes(10)}, set(routes[gone:n]))
    m.route_new(10, *objects[n:n + 500])
    m.route_del(10, *(route(p, metric=metric)
                      for p, metric in routes[gone:n + 500]))
    same([x for x in m.routes(10) if not x['followed']], [])
    same(m.fib(10)[MFIB_FIB_A_BYTES], empty)


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
