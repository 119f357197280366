#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Messages that nobody would send, and many processes that send at once.

Whatever comes, the answer is an errno, and the FIBs can be used and deleted
afterwards. CGR_SEED and CGR_SECONDS say which messages and how long.
"""
import errno
import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
from genl import (NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL,
                  NLM_F_REPLACE, attr, nest)
from ktap import same, test
from mfib import *
from mfib import bed

SEED = int(os.environ.get('CGR_SEED', 1))
SECONDS = int(os.environ.get('CGR_SECONDS', 5))

# What mfib answers; netlink itself answers with EINVAL, ERANGE, EOPNOTSUPP and
# EBUSY (a second dump), without a sentence in parts.
ANSWERS = {0, errno.EEXIST, errno.ENOENT, errno.EINVAL, errno.ERANGE,
           errno.ENODEV, errno.EXDEV, errno.ENETUNREACH, errno.EOPNOTSUPP,
           errno.EAFNOSUPPORT, errno.ENOSPC, errno.EPERM}
SENTENCE = ANSWERS - {0, errno.EINVAL, errno.EOPNOTSUPP}

FIBS = 10, 20, 30, 0xffffffff


def any_fib(x):
    return x.choice(FIBS + FIBS + (0, 40, 253, 254, x.getrandbits(32)))


def any_number(x):
    return x.choice((0, 1, 2, 5, 0x7fffffff, 0xffffffff, x.getrandbits(32)))


def any_prefix(x):
    width = x.choice((32, 128))
    addr = x.choice((0, 10 << (width - 8), 0x20010db8 << (width - 32),
                     x.getrandbits(width)))
    addr ^= x.getrandbits(4) << (width - 12)
    plen = x.choice((0, 8, 12, 16, 24, 31, 32, width, x.randrange(width + 1)))
    if x.random() < 0.9:
        addr &= ~((1 << max(0, width - plen)) - 1)
    return attr(MFIB_ROUTE_A_DST, addr.to_bytes(width // 8, 'big')) + \
        attr(MFIB_ROUTE_A_PLEN, bytes([plen]))


def any_nexthop(x, indices):
    attrs = []
    if x.random() < 0.5:
        attrs.append(attr(MFIB_NEXTHOP_A_ID, x.choice((1, 2, 3,
                                                       any_number(x)))))
    if x.random() < 0.6:
        attrs.append(attr(MFIB_NEXTHOP_A_IFINDEX, x.choice(indices)))
    if x.random() < 0.5:
        attrs.append(x.choice((gateway('192.0.2.9'), gateway('2001:db8::9'),
                               gateway('fe80::9'),
                               attr(MFIB_NEXTHOP_A_GATEWAY,
                                    x.randbytes(x.choice((4, 16)))))))
    return b''.join(attrs)


def any_route(x, indices):
    attrs = [any_prefix(x)]
    if x.random() < 0.5:
        attrs.append(attr(MFIB_ROUTE_A_METRIC, x.choice((1, 2,
                                                         any_number(x)))))
    if x.random() < 0.6:
        attrs.append(attr(MFIB_ROUTE_A_TYPE, bytes([x.choice(
            (1, 6, 6, 6, 7, 8, x.randrange(256)))])))
    if x.random() < 0.2:
        attrs.append(attr(MFIB_ROUTE_A_PROTOCOL, x.randbytes(1)))
    if x.random() < 0.4:
        attrs.append(nest(MFIB_ROUTE_A_NEXTHOP, any_nexthop(x, indices)))
    return nest(MFIB_A_ROUTE, *attrs)


def any_request(x, indices):
    """A command and a payload that may well be right."""
    cmd = x.randrange(1, MFIB_CMD_FIB_CHECK + 1)
    if cmd == MFIB_CMD_FIB_DEL and x.random() < 0.8:
        cmd = MFIB_CMD_ROUTE_NEW
    if cmd in (MFIB_CMD_FIB_NEW, MFIB_CMD_FIB_DEL, MFIB_CMD_FIB_GET,
               MFIB_CMD_FIB_CHECK):
        attrs = attr(MFIB_FIB_A_ID, any_fib(x))
        if x.random() < 0.3:
            attrs += attr(MFIB_FIB_A_MAX_ROUTES, any_number(x))
        return cmd, nest(MFIB_A_FIB, attrs)
    if cmd == MFIB_CMD_PORT_GET:
        return cmd, x.choice((b'', fib_id(any_fib(x))))
    n = x.choice((1, 1, 1, 2, 30))
    if cmd in (MFIB_CMD_NEXTHOP_NEW, MFIB_CMD_NEXTHOP_DEL,
               MFIB_CMD_NEXTHOP_GET):
        return cmd, b''.join(nest(MFIB_A_NEXTHOP, any_nexthop(x, indices))
                             for _ in range(n))
    payload = fib_id(any_fib(x)) + b''.join(any_route(x, indices)
                                            for _ in range(n))
    if cmd == MFIB_CMD_ROUTE_GET and x.random() < 0.3:
        payload = x.choice((b'', fib_id(any_fib(x)))) + \
            attr(MFIB_A_FAMILY, bytes([x.choice((2, 10, x.randrange(256)))]))
    return cmd, payload


def mutate(x, data):
    """Spoils a payload a little."""
    data = bytearray(data)
    for _ in range(x.choice((0, 0, 1, 1, 2, 5))):
        if not data:
            break
        at = x.randrange(len(data))
        how = x.randrange(7)
        if how == 0:
            data[at] ^= 1 << x.randrange(8)
        elif how == 1:
            data[at] = x.choice((0, 1, 0x7f, 0x80, 0xff))
        elif how == 2:
            del data[at:at + x.choice((1, 4, 8, 50))]
        elif how == 3:
            data[at:at] = x.randbytes(x.choice((1, 4, 8, 50)))
        elif how == 4:
            # a header of an attribute
            at &= ~3
            data[at:at + 4] = struct.pack(
                '=HH', x.choice((0, 3, 4, 5, 8, 0xffff, x.randrange(64))),
                x.choice((0, 1, 2, 0x8004, 0x8005, 0x4003, x.getrandbits(16))))
        elif how == 5:
            end = at + x.choice((4, 8, 12, 40))
            data += data[at & ~3:end & ~3]
        else:
            data = data[:at]
    return bytes(data)


def any_flags(x):
    return x.choice((0, NLM_F_CREATE, NLM_F_CREATE | NLM_F_EXCL,
                     NLM_F_CREATE | NLM_F_EXCL, NLM_F_REPLACE,
                     NLM_F_CREATE | NLM_F_REPLACE,
                     NLM_F_CREATE | NLM_F_REPLACE, NLM_F_DUMP,
                     x.getrandbits(12) & ~1))


def check_answer(error, sent):
    code = error.errno if error else 0
    if code not in ANSWERS:
        raise AssertionError(f'answer {error!r} to {sent}')
    if code in SENTENCE and not error.msg:
        # an unprivileged request gets none, but this one is not
        raise AssertionError(f'no sentence with {error!r} to {sent}')


def fuzz(seed, seconds, make):
    """Sends what make() makes and checks each answer."""
    x, m = random.Random(seed), Mfib()
    indices = [index for index, _ in socket.if_nameindex()] + [0, 9999]
    end, n, good = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        cmd, flags, raw = make(x, indices)
        error = None
        try:
            m.request(cmd, flags, raw=raw)
            good += 1
        except genl.Error as answer:
            error = answer
        check_answer(error, f'{cmd} {flags:#x} {raw.hex()}')
        n += 1
    print(f'{n} messages, {good} without an error')
    return good / n


def likely(x, indices):
    cmd, payload = any_request(x, indices)
    return cmd, any_flags(x), struct.pack('=BBH', cmd, 1, 0) + \
        mutate(x, payload)


def noise(x, indices):
    cmd = x.randrange(16)
    return cmd, any_flags(x), struct.pack(
        '=BBH', cmd, x.randrange(256), 0) + x.randbytes(x.randrange(200))


def check_end(m):
    """All is consistent, can still be deleted, and memory is as it was."""
    for fib in m.fibs():
        m.fib_check(fib)
    for fib in m.fibs():
        m.fib_del(fib)
    for hop in m.nexthops():
        m.nexthop_del(hop)
    same((m.fibs(), m.nexthops(), m.routes()), ({}, {}, []))
    m.fib_new(10)
    empty = m.fib(10)[MFIB_FIB_A_BYTES]
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    same(m.lookup(10, '10.0.0.1')['dst'], '10.0.0.0/8')
    m.route_del(10, route('10.0.0.0/8'))
    same(m.fib(10)[MFIB_FIB_A_BYTES], empty)
    m.fib_del(10)


def prepare():
    r = bed(10, 'p1', 'p2')
    bed(20, 'q1', r=r)
    r.address('p1', '192.0.2.1/24')
    r.address('p1', '2001:db8::1/64')
    m = Mfib()
    m.fib_new(30)
    return r, m


@test
def fuzz_of_requests():
    _, m = prepare()
    good = fuzz(SEED, SECONDS, likely)
    same(good > 0.02, True, 'some are right')
    check_end(m)


@test
def fuzz_of_noise():
    _, m = prepare()
    fuzz(SEED, SECONDS / 2, noise)
    check_end(m)


@test
def fuzz_of_netlink_headers():
    """Messages whose very header is wrong may stay without an answer."""
    _, m = prepare()
    x = random.Random(SEED)
    indices = [index for index, _ in socket.if_nameindex()]
    other = Mfib()
    other.sock.setblocking(False)
    end = time.monotonic() + SECONDS / 2
    while time.monotonic() < end:
        cmd, payload = any_request(x, indices)
        body = struct.pack('=BBH', cmd, 1, 0) + payload
        data = struct.pack('=IHHII', 16 + len(body), other.id,
                           x.getrandbits(16), x.getrandbits(32), 0) + body
        data = bytearray(data * x.choice((1, 1, 2)))
        for _ in range(x.randrange(3)):
            data[x.randrange(16)] = x.randrange(256)
        try:
            other.sock.send(data[:x.randrange(1, len(data) + 1)]
                            if x.random() < 0.3 else data)
        except OSError as error:
            same(error.errno in (errno.EINVAL, errno.ENOBUFS), True,
                 f'{error!r}')
        while True:
            try:
                if not other.sock.recv(other.room):
                    break
            except BlockingIOError:
                break
            except OSError as error:
                same(error.errno, errno.ENOBUFS, 'errno of a receive')
    check_end(m)


@test
def many_processes_at_once():
    r, m = prepare()
    m.nexthop_new(via(dev='p1', nhid=1))
    m.nexthop_new(via(dev='p2', nhid=2))

    def links():
        own = rtnl.Rtnl()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            for change in lambda: own.up('p1', False), lambda: own.up('p1'), \
                    lambda: own.master('p2'), \
                    lambda: own.master('p2', 'fib10'), \
                    lambda: own.delete('fib20'), \
                    lambda: bed(20, r=own):
                try:
                    change()
                except (genl.Error, OSError):
                    pass

    pids = [ktap.child(links)]
    for i in range(3):
        pids.append(ktap.child(lambda: fuzz(SEED + i, SECONDS, likely)))
    same([ktap.wait(pid) for pid in pids], [0] * 4, 'status of the processes')
    check_end(m)


@test
def namespaces_that_go_while_they_are_used():
    def inside():
        ktap.unshare(ktap.CLONE_NEWNET)
        prepare()
        fuzz(SEED, 0.3, likely)

    for _ in range(4):
        ktap.in_child(inside)


if __name__ == '__main__':
    Mfib()  # loads the module
    print(f'# seed {SEED}')
    ktap.main()
