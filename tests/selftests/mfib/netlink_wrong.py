#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family: messages that are wrong."""
import errno
import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
from genl import attr, nest
from ktap import same, test
from mfib import *
from mfib import at_fault, bed, fib_nest, nh_nest, refused


# ---- messages that are wrong ----

@test
def wrong_lengths_of_binary_attributes():
    r, m = bed(10, 'p1'), Mfib()
    for length in set(range(40)) - {4, 16}:
        code, text = (errno.EINVAL, '4 bytes') if length < 16 else \
            (errno.ERANGE, 'policy|length')
        for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET, \
                MFIB_CMD_ROUTE_LOOKUP:
            payload = fib_id(10) + nest(
                MFIB_A_ROUTE, attr(MFIB_ROUTE_A_DST, b'\1' * length))
            at_fault(m, code, text, cmd,
                     ADD if cmd == MFIB_CMD_ROUTE_NEW else 0, payload,
                     MFIB_A_ROUTE, MFIB_ROUTE_A_DST)
        bad = attr(MFIB_NEXTHOP_A_GATEWAY, b'\1' * length)
        at_fault(m, code, text, MFIB_CMD_NEXTHOP_NEW, ADD,
                 nh_nest(via(dev='p1', nhid=1), bad), MFIB_A_NEXTHOP,
                 MFIB_NEXTHOP_A_GATEWAY)
        for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET:
            at_fault(m, code, text, cmd,
                     ADD if cmd == MFIB_CMD_ROUTE_NEW else 0,
                     fib_id(10) + route('10.0.0.0/8', via(dev='p1') + bad),
                     MFIB_A_ROUTE, MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_GATEWAY)
    same(m.routes(10), [])


def numbers_of_requests():
    """(command, flags, size, path, message around it) of each number that a
    request may carry."""
    dst = attr(MFIB_ROUTE_A_DST, bytes(4))

    def in_fib(bad):
        return fib_nest(attr(MFIB_FIB_A_ID, 20), bad)

    def in_nexthop(bad):
        return nh_nest(bad)

    def in_route(bad):
        return fib_id(10) + nest(MFIB_A_ROUTE, dst, bad)

    def in_hop(bad):
        return in_route(nest(MFIB_ROUTE_A_NEXTHOP, bad))

    def at_top(bad):
        return bad + nest(MFIB_A_ROUTE, dst)

    yield MFIB_CMD_FIB_NEW, 4, (MFIB_A_FIB, MFIB_FIB_A_ID), fib_nest
    yield MFIB_CMD_FIB_GET, 4, (MFIB_A_FIB, MFIB_FIB_A_ID), fib_nest
    yield MFIB_CMD_FIB_CHECK, 4, (MFIB_A_FIB, MFIB_FIB_A_ID), fib_nest
    yield MFIB_CMD_FIB_NEW, 4, (MFIB_A_FIB, MFIB_FIB_A_MAX_ROUTES), in_fib
    for kind in MFIB_NEXTHOP_A_ID, MFIB_NEXTHOP_A_IFINDEX, \
            MFIB_NEXTHOP_A_FIB_ID, MFIB_NEXTHOP_A_MTU:
        yield MFIB_CMD_NEXTHOP_NEW, 4, (MFIB_A_NEXTHOP, kind), in_nexthop
        yield MFIB_CMD_NEXTHOP_DEL, 4, (MFIB_A_NEXTHOP, kind), in_nexthop
        yield MFIB_CMD_ROUTE_NEW, 4, \
            (MFIB_A_ROUTE, MFIB_ROUTE_A_NEXTHOP, kind), in_hop
    for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET, \
            MFIB_CMD_ROUTE_LOOKUP:
        for kind, size in (MFIB_ROUTE_A_PLEN, 1), (MFIB_ROUTE_A_METRIC, 4), \
                (MFIB_ROUTE_A_TYPE, 1), (MFIB_ROUTE_A_PROTOCOL, 1), \
                (MFIB_ROUTE_A_FLAGS, 4):
            yield cmd, size, (MFIB_A_ROUTE, kind), in_route
        yield cmd, 4, (MFIB_A_FIB_ID,), at_top


@test
def wrong_lengths_of_numbers():
    m = Mfib()
    m.fib_new(10)
    for cmd, size, path, around in numbers_of_requests():
        for length in {0, 1, 2, 3, 4, 5, 8} - {size}:
            payload = around(attr(path[-1], b'\1' * length))
            at_fault(m, errno.EINVAL, 'length', cmd, ADD, payload, *path)
    same(m.routes(), [])


def nests_of_requests():
    """(command, path, message around it) of each nest of a request."""
    dst = attr(MFIB_ROUTE_A_DST, bytes(4))
    for cmd in MFIB_CMD_FIB_NEW, MFIB_CMD_FIB_DEL, MFIB_CMD_FIB_GET, \
            MFIB_CMD_FIB_CHECK:
        yield cmd, (MFIB_A_FIB,), lambda bad: bad
    for cmd in MFIB_CMD_NEXTHOP_NEW, MFIB_CMD_NEXTHOP_DEL, MFIB_CMD_NEXTHOP_GET:
        yield cmd, (MFIB_A_NEXTHOP,), lambda bad: bad
    for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET, \
            MFIB_CMD_ROUTE_LOOKUP:
        yield cmd, (MFIB_A_ROUTE,), lambda bad: fib_id(10) + bad
        yield cmd, (MFIB_A_ROUTE, MFIB_ROUTE_A_NEXTHOP), \
            lambda bad: fib_id(10) + nest(MFIB_A_ROUTE, dst, bad)


def is_change(cmd):
    return cmd in (MFIB_CMD_FIB_NEW, MFIB_CMD_NEXTHOP_NEW, MFIB_CMD_ROUTE_NEW)


@test
def nests_without_the_flag():
    m = Mfib()
    m.fib_new(10)
    for cmd, path, around in nests_of_requests():
        at_fault(m, errno.EINVAL, 'NLA_F_NESTED', cmd,
                 ADD if is_change(cmd) else 0,
                 around(attr(path[-1], attr(1, 1))), *path)


@test
def numbers_with_the_nested_flag():
    m = Mfib()
    m.fib_new(10)
    for cmd, size, path, around in numbers_of_requests():
        bad = around(attr(path[-1] | genl.NLA_F_NESTED, bytes(size)))
        at_fault(m, errno.EINVAL, 'NLA_F_NESTED', cmd, ADD, bad, *path)


@test
def nests_that_are_empty():
    m = Mfib()
    m.fib_new(10)
    for cmd in MFIB_CMD_FIB_NEW, MFIB_CMD_FIB_DEL, MFIB_CMD_FIB_GET, \
            MFIB_CMD_FIB_CHECK:
        refused(errno.EINVAL, 'id is missing', m.request, cmd,
                ADD if is_change(cmd) else 0, fib_nest())
    for cmd in MFIB_CMD_NEXTHOP_NEW, MFIB_CMD_NEXTHOP_DEL, MFIB_CMD_NEXTHOP_GET:
        refused(errno.EINVAL, 'id is missing', m.request, cmd,
                ADD if is_change(cmd) else 0, nh_nest())
    for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET, \
            MFIB_CMD_ROUTE_LOOKUP:
        refused(errno.EINVAL, 'destination is missing', m.request, cmd,
                ADD if is_change(cmd) else 0, fib_id(10) + nest(MFIB_A_ROUTE))


@test
def objects_that_are_missing():
    m = Mfib()
    m.fib_new(10)
    for cmd, path, _ in nests_of_requests():
        if len(path) == 1:
            payload = fib_id(10) if path[0] == MFIB_A_ROUTE else b''
            refused(errno.EINVAL, 'missing', m.request, cmd,
                    ADD if is_change(cmd) else 0, payload)
    for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET, \
            MFIB_CMD_ROUTE_LOOKUP:
        refused(errno.EINVAL, "FIB's id is missing", m.request, cmd,
                ADD if is_change(cmd) else 0,
                route('10.0.0.0', kind=RTN_BLACKHOLE))


@test
def attributes_that_are_unknown():
    m = Mfib()
    m.fib_new(10)
    text = 'Unknown|Unsupported|beyond|policy'
    for cmd, path, around in nests_of_requests():
        for kind in 0, 100, 0x3fff:
            # inside of the nest
            payload = around(nest(path[-1], attr(kind, 1)))
            at_fault(m, errno.EINVAL, text, cmd, ADD if is_change(cmd) else 0,
                     payload, *path, kind)
            if len(path) > 1:
                continue
            # beside it
            payload = around(nest(path[-1])) + attr(kind, 1)
            at_fault(m, errno.EINVAL, text, cmd, ADD if is_change(cmd) else 0,
                     payload, kind)


@test
def attributes_of_answers_in_requests():
    m = Mfib()
    m.fib_new(10)
    text = 'Unknown|Unsupported'
    eight = bytes(8)
    for kind, value in (MFIB_FIB_A_IFINDEX, 1), (MFIB_FIB_A_ROUTES4, 1), \
            (MFIB_FIB_A_ROUTES6, 1), (MFIB_FIB_A_BYTES, eight), \
            (MFIB_FIB_A_STATS, b''), (MFIB_FIB_A_PAD, b''), \
            (MFIB_FIB_A_TREE4, b''), (MFIB_FIB_A_TREE6, b''):
        at_fault(m, errno.EINVAL, text, MFIB_CMD_FIB_NEW, ADD,
                 fib_nest(attr(MFIB_FIB_A_ID, 20), attr(kind, value)),
                 MFIB_A_FIB, kind)
    for kind in MFIB_NEXTHOP_A_FLAGS, MFIB_NEXTHOP_A_ROUTES:
        at_fault(m, errno.EINVAL, text, MFIB_CMD_NEXTHOP_NEW, ADD,
                 nh_nest(via(ifindex=1, nhid=1), attr(kind, 1)),
                 MFIB_A_NEXTHOP, kind)
    for flags in MFIB_ROUTE_F_ACTIVE, MFIB_ROUTE_F_FOLLOWED, MFIB_ROUTE_F_TRAP:
        at_fault(m, errno.EINVAL, 'reserved', MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(10) + nest(MFIB_A_ROUTE,
                                   attr(MFIB_ROUTE_A_DST, bytes(4)),
                                   attr(MFIB_ROUTE_A_FLAGS, flags)),
                 MFIB_A_ROUTE, MFIB_ROUTE_A_FLAGS)
    for kind, value in (MFIB_A_SEQ, eight), (MFIB_A_PORT, b''), \
            (MFIB_A_FAMILY, b'\2'):
        at_fault(m, errno.EINVAL, text, MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(10) + route('10.0.0.0/8', kind=RTN_BLACKHOLE) +
                 attr(kind, value), kind)
    same(set(m.fibs()), {10})
    same(m.routes(), [])


@test
def attributes_past_the_end():
    m = Mfib()
    m.fib_new(10)
    good = fib_id(10) + route('10.0.0.0/8', kind=RTN_BLACKHOLE)
    # an attribute in the nest, the nest, and one at the top
    nest_at = genl.locate(good, MFIB_A_ROUTE)
    for at in nest_at + 4, genl.locate(good, MFIB_A_ROUTE, MFIB_ROUTE_A_TYPE), \
            nest_at:
        length, = struct.unpack_from('=H', good, at)
        for wrong in 0xffff, length + 100, 3, 1, 0:
            bad = good[:at] + struct.pack('=H', wrong) + good[at + 2:]
            refused(errno.EINVAL, '', m.request, MFIB_CMD_ROUTE_NEW, ADD, bad)
    same(m.routes(), [])


@test
def messages_cut_short():
    """Every message that ends too early is refused as a whole or, cut between
    attributes, lacks something."""
    r, m = bed(10, 'p1'), Mfib()
    full = struct.pack('=BBH', MFIB_CMD_ROUTE_NEW, 1, 0) + fib_id(10) + \
        route('10.0.0.0/8', via('192.0.2.9', 'p1'))
    for length in range(len(full)):
        error = None
        try:
            m.request(0, ADD, raw=full[:length])
        except genl.Error as answer:
            error = answer
        same(error and error.errno, errno.EINVAL, f'errno of {length} bytes')
    same(m.routes(10), [])
    m.request(0, ADD, raw=full)
    same(len(m.routes(10)), 1)


@test
def bytes_behind_the_attributes():
    m = Mfib()
    m.fib_new(10)
    good = fib_id(10) + route('10.0.0.0/8', kind=RTN_BLACKHOLE)
    for more in range(1, 4):
        refused(errno.EINVAL, 'leftover', m.request, MFIB_CMD_ROUTE_NEW, ADD,
                good + bytes(more))
    same(m.routes(), [])


@test
def commands_that_are_unknown():
    m = Mfib()
    for cmd in 0, MFIB_CMD_FIB_CHECK + 1, 100, 255:
        refused(errno.EOPNOTSUPP, '', m.request, cmd, 0)
        refused(errno.EOPNOTSUPP, '', m.dump, cmd)
    refused(errno.EOPNOTSUPP, '', m.request, MFIB_CMD_PORT_GET, 0)
    refused(errno.EOPNOTSUPP, '', m.dump, MFIB_CMD_ROUTE_LOOKUP)
    refused(errno.EOPNOTSUPP, '', m.dump, MFIB_CMD_FIB_CHECK)


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
