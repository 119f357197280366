#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family: what each request does, and how it fails.

Dumps, messages with many objects and random messages have programs of their
own: netlink_dump.py, netlink_bulk.py, netlink_fuzz.py.
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
import rtnl
from genl import NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, attr, nest
from ktap import poll, same, test
from mfib import *
from mfib import at_fault, bed, refused
from rtnl import Rtnl

# What a request does to an object, by its flags: (if it exists, if not).
EFFECTS = {
    0: (errno.EEXIST, errno.ENOENT),
    NLM_F_EXCL: (errno.EEXIST, errno.ENOENT),
    NLM_F_CREATE: (errno.EEXIST, 0),
    NLM_F_CREATE | NLM_F_EXCL: (errno.EEXIST, 0),
    NLM_F_REPLACE: (0, errno.ENOENT),
    NLM_F_CREATE | NLM_F_REPLACE: (0, 0),
}


def check_effects(create, delete):
    """create(flags) and delete() act on one object, which is not there."""
    for flags, (known, unknown) in EFFECTS.items():
        if unknown:
            refused(unknown, '(?i)no .*(with|to) this', create, flags)
            create(ADD)
        else:
            create(flags)
        if known:
            refused(known, 'exist|has a|is a', create, flags)
        else:
            create(flags)
        delete()


def fib_nest(*attrs):
    return nest(MFIB_A_FIB, *attrs)


def nh_nest(*attrs):
    return nest(MFIB_A_NEXTHOP, *attrs)


def u8(kind, value):
    return attr(kind, bytes([value]))


# ---- FIBs ----

@test
def fib_new_and_get():
    m = Mfib()
    m.fib_new(10)
    fib = m.fib(10)
    same(fib.pop(MFIB_FIB_A_BYTES) > 0, True, 'takes memory')
    fib.pop(MFIB_FIB_A_PAD, None)
    same(fib, {MFIB_FIB_A_ID: 10, MFIB_FIB_A_MAX_ROUTES: 0,
               MFIB_FIB_A_ROUTES4: 0, MFIB_FIB_A_ROUTES6: 0})
    m.fib_del(10)
    same(m.fibs(), {})


@test
def fib_flags():
    m = Mfib()
    check_effects(lambda flags: m.fib_new(7, flags), lambda: m.fib_del(7))


@test
def fib_excl_and_replace_together_are_refused():
    m = Mfib()
    for flags in 0, NLM_F_CREATE:
        refused(errno.EOPNOTSUPP, '', m.fib_new, 7,
                flags | NLM_F_EXCL | NLM_F_REPLACE)
    same(m.fibs(), {})


@test
def fib_unknown():
    m = Mfib()
    payload = fib_nest(attr(MFIB_FIB_A_ID, 77))
    for cmd in MFIB_CMD_FIB_GET, MFIB_CMD_FIB_DEL:
        at_fault(m, errno.ENOENT, 'no FIB', cmd, 0, payload, MFIB_A_FIB,
                 MFIB_FIB_A_ID)


@test
def fib_ids_reserved():
    m = Mfib()
    for fib in 0, 253, 254, 255:
        at_fault(m, errno.EINVAL, 'reserved', MFIB_CMD_FIB_NEW, ADD,
                 fib_nest(attr(MFIB_FIB_A_MAX_ROUTES, 1),
                          attr(MFIB_FIB_A_ID, fib)),
                 MFIB_A_FIB, MFIB_FIB_A_ID)
    good = {1, 252, 256, 0x7fffffff, 0x80000000, 0xffffffff}
    for fib in good:
        m.fib_new(fib)
    same(set(m.fibs()), good)
    for fib in good:
        m.fib_del(fib)


@test
def fib_id_of_a_vrf():
    r, m = Rtnl(), Mfib()
    r.add('vrf30', 'vrf', attr(rtnl.IFLA_VRF_TABLE, 30))
    at_fault(m, errno.EBUSY, 'VRF', MFIB_CMD_FIB_NEW, ADD,
             fib_nest(attr(MFIB_FIB_A_ID, 30)), MFIB_A_FIB, MFIB_FIB_A_ID)
    refused(errno.EBUSY, 'VRF', r.add, 'fib30', 'mfib', attr(IFLA_MFIB_ID, 30))
    m.fib_new(31)
    r.delete('vrf30')
    m.fib_new(30)


@test
def fib_max_routes():
    r, m = bed(10, 'p1'), Mfib()
    r.address('p1', '192.0.2.1/24')
    poll('followed routes', lambda: len(m.routes(10)) >= 2)
    followed = len(m.routes(10))
    m.fib_new(10, CHANGE, max_routes=2)
    same(m.fib(10)[MFIB_FIB_A_MAX_ROUTES], 2)
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    m.route_new(10, route('2001:db8::/32', kind=RTN_BLACKHOLE))
    for prefix in '10.0.0.0/9', '2001:db8::/33':
        refused(errno.ENOSPC, 'full.*max-routes', m.route_new, 10,
                route(prefix, kind=RTN_BLACKHOLE))
    refused(errno.ENOSPC, 'full', m.route_new, 10,
            route('10.0.0.0/8', metric=7, kind=RTN_BLACKHOLE))
    # to replace a route takes no more room
    m.route_new(10, route('10.0.0.0/8', kind=RTN_PROHIBIT), flags=REPLACE)
    # nor is one left out that the kernel has
    r.address('p1', '198.51.100.1/24')
    poll('more of them', lambda: len(m.routes(10)) > followed + 2)
    m.route_del(10, route('10.0.0.0/8'))
    m.route_new(10, route('10.0.0.0/9', kind=RTN_BLACKHOLE))
    # a limit that is too low already only keeps new ones out
    m.fib_new(10, CHANGE, max_routes=1)
    refused(errno.ENOSPC, 'full', m.route_new, 10,
            route('10.128.0.0/9', kind=RTN_BLACKHOLE))
    # what is not named stays, and 0 is no limit
    m.fib_new(10, REPLACE)
    same(m.fib(10)[MFIB_FIB_A_MAX_ROUTES], 1)
    m.fib_new(10, CHANGE, max_routes=0)
    m.route_new(10, route('10.128.0.0/9', kind=RTN_BLACKHOLE))


@test
def fib_counts_routes():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *(route(f'10.{i}.0.0/16', kind=RTN_BLACKHOLE)
                      for i in range(5)))
    m.route_new(10, *(route('::/0', kind=RTN_BLACKHOLE, metric=i)
                      for i in range(3)))
    fib = m.fib(10)
    same((fib[MFIB_FIB_A_ROUTES4], fib[MFIB_FIB_A_ROUTES6]), (5, 3))
    m.route_del(10, route('::/0'))
    same(m.fib(10)[MFIB_FIB_A_ROUTES6], 2)


@test
def fib_delete_removes_device_and_routes():
    r, m = bed(10, 'p1'), Mfib()
    m.route_new(10, route('10.0.0.0/8', via(dev='p1')))
    m.nexthop_new(via(dev='p1', nhid=5))
    m.route_new(10, route('11.0.0.0/8', via(nhid=5)))
    same(m.nexthop(5)[MFIB_NEXTHOP_A_ROUTES], 1)
    m.fib_del(10)
    same(m.fibs(), {})
    same([name for _, name in socket.if_nameindex() if 'fib' in name], [])
    same(m.nexthop(5)[MFIB_NEXTHOP_A_ROUTES], 0)
    m.fib_new(10)
    same(m.routes(10), [])


@test
def fib_memory_returns():
    m = Mfib()
    m.fib_new(10)
    empty = m.fib(10)[MFIB_FIB_A_BYTES]
    prefixes = [f'{10 + i % 50}.{i % 251}.{i * 7 % 256}.0/24'
                for i in range(2000)]
    prefixes += [f'2001:db8:{i:x}::/48' for i in range(2000)]
    prefixes += ['0.0.0.0/0', '::/0']
    prefixes = sorted(set(prefixes))
    random.Random(1).shuffle(prefixes)
    m.route_new(10, *(route(p, kind=RTN_BLACKHOLE) for p in prefixes))
    same(m.fib(10)[MFIB_FIB_A_BYTES] > empty + 2000, True, 'memory grows')
    m.route_del(10, *(route(p) for p in reversed(prefixes)))
    same(m.fib(10)[MFIB_FIB_A_BYTES], empty)


# ---- devices ----

@test
def link_without_id():
    r = Rtnl()
    for data in None, b'':
        refused(errno.EINVAL, "FIB's id is missing", r.add, 'fib1', 'mfib',
                data)
    same(Mfib().fibs(), {})


@test
def link_of_a_reserved_id():
    r, m = Rtnl(), Mfib()
    for fib in 0, 253, 254, 255:
        refused(errno.EINVAL, 'reserved', r.add, 'fib1', 'mfib',
                attr(IFLA_MFIB_ID, fib))
    same(m.fibs(), {})


@test
def link_of_wrong_attributes():
    r, m = Rtnl(), Mfib()
    for data in u8(IFLA_MFIB_ID, 1), attr(IFLA_MFIB_ID, b''):
        refused(errno.ERANGE, 'policy|length', r.add, 'fib1', 'mfib', data)
    same(m.fibs(), {})


@test
def link_creates_a_fib_that_goes_with_it():
    r, m = Rtnl(), Mfib()
    index = r.add('fib5', 'mfib', attr(IFLA_MFIB_ID, 5))
    fib = m.fib(5)
    same(fib[MFIB_FIB_A_IFINDEX], index)
    same(MFIB_FIB_A_STATS in fib, True, 'has counters')
    same(number(r.data('fib5')[IFLA_MFIB_ID]), 5)
    m.route_new(5, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    r.delete('fib5')
    same(m.fibs(), {})


@test
def link_leaves_a_fib_that_was_there():
    r, m = Rtnl(), Mfib()
    m.fib_new(5)
    bed(5, 'p1', r=r)
    r.address('p1', '192.0.2.1/24')
    poll('followed routes', lambda: m.routes(5))
    m.route_new(5, route('10.0.0.0/8', via(dev='p1')),
                route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=5))
    r.delete('fib5')
    same(MFIB_FIB_A_IFINDEX in m.fib(5), False, 'has a device')
    # without ports only routes without a device make sense
    same([(x['dst'], x['type'], x['active']) for x in m.routes(5)],
         [('10.0.0.0/8', RTN_BLACKHOLE, True)])
    m.fib_del(5)
    same(m.fibs(), {})


@test
def link_is_kept_by_a_fib_added_later():
    r, m = Rtnl(), Mfib()
    r.add('fib5', 'mfib', attr(IFLA_MFIB_ID, 5))
    refused(errno.EEXIST, 'exists', m.fib_new, 5)
    m.fib_new(5, REPLACE)
    r.delete('fib5')
    same(set(m.fibs()), {5})


@test
def link_replace_alone_does_not_keep_the_fib():
    r, m = Rtnl(), Mfib()
    r.add('fib5', 'mfib', attr(IFLA_MFIB_ID, 5))
    m.fib_new(5, CHANGE, max_routes=3)
    r.delete('fib5')
    same(m.fibs(), {})


@test
def link_second_one_for_a_fib():
    r, m = Rtnl(), Mfib()
    index = r.add('fib5', 'mfib', attr(IFLA_MFIB_ID, 5))
    refused(errno.EEXIST, 'has a device', r.add, 'other', 'mfib',
            attr(IFLA_MFIB_ID, 5))
    same(m.fib(5)[MFIB_FIB_A_IFINDEX], index)
    r.delete('fib5')
    r.add('other', 'mfib', attr(IFLA_MFIB_ID, 5))


@test
def link_keeps_its_id():
    r, m = Rtnl(), Mfib()
    r.add('fib5', 'mfib', attr(IFLA_MFIB_ID, 5))
    refused(errno.EOPNOTSUPP, 'keeps its FIB', r.change, 'fib5', 'mfib',
            attr(IFLA_MFIB_ID, 6))
    r.change('fib5', 'mfib', attr(IFLA_MFIB_ID, 5))
    same(set(m.fibs()), {5})


@test
def link_of_a_taken_name_leaves_no_fib():
    r, m = Rtnl(), Mfib()
    r.add('p1', 'dummy')
    refused(errno.EEXIST, '', r.add, 'p1', 'mfib', attr(IFLA_MFIB_ID, 5))
    same(m.fibs(), {})


@test
def link_counters_are_clean_while_it_comes():
    """A FIB is asked for again and again while its device is made."""
    m = Mfib()
    m.fib_new(5)

    def make_links():
        r = Rtnl()
        end = time.monotonic() + 4
        while time.monotonic() < end:
            r.add('fib5', 'mfib', attr(IFLA_MFIB_ID, 5))
            r.delete('fib5')

    pid = ktap.child(make_links)
    wrong = {}
    while not os.waitpid(pid, os.WNOHANG)[0]:
        (_, attrs), = m.request(MFIB_CMD_FIB_GET, 0,
                                fib_nest(attr(MFIB_FIB_A_ID, 5)))
        fib = dict(genl.parse(dict(attrs)[MFIB_A_FIB]))
        if MFIB_FIB_A_IFINDEX not in fib:
            continue
        if not number(fib[MFIB_FIB_A_IFINDEX]):
            wrong['index'] = 0
        for kind, value in numbers(fib[MFIB_FIB_A_STATS]).items():
            if value:
                wrong[kind] = hex(value)
    same(wrong, {}, 'index and counters that cannot be')


@test
def port_belongs_to_one_fib():
    r, m = bed(10, 'p1'), Mfib()
    bed(20, 'q1', r=r)
    refused(errno.EINVAL, 'cannot be a port', r.master, 'fib20', 'fib10')
    refused(errno.EOPNOTSUPP, 'loopback', r.master, 'lo', 'fib10')
    m.route_new(10, route('10.0.0.0/8', via(dev='p1')))
    # the kernel releases it from the old master first
    r.master('p1', 'fib20')
    same(m.routes(10, AF_INET), [])
    m.route_new(20, route('10.0.0.0/8', via(dev='p1')))
    r.master('p1')
    same(m.routes(20, AF_INET), [])


# ---- next hops ----

@test
def nexthop_flags():
    r, m = Rtnl(), Mfib()
    r.add('p1', 'dummy')
    for gw in None, '192.0.2.9', '2001:db8::9':
        check_effects(lambda flags: m.nexthop_new(via(gw, 'p1', nhid=3), flags),
                      lambda: m.nexthop_del(3))


@test
def nexthop_get():
    r, m = Rtnl(), Mfib()
    index = r.add('p1', 'dummy', up=True)
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=1))
    m.nexthop_new(via('fe80::1', 'p1', nhid=0xffffffff))
    m.nexthop_new(via(dev='p1', nhid=2))
    common = {MFIB_NEXTHOP_A_IFINDEX: index, MFIB_NEXTHOP_A_FLAGS: 0,
              MFIB_NEXTHOP_A_ROUTES: 0}
    same(m.nexthop(1), common | {
        MFIB_NEXTHOP_A_ID: 1,
        MFIB_NEXTHOP_A_GATEWAY: socket.inet_aton('192.0.2.9')})
    same(m.nexthop(0xffffffff), common | {
        MFIB_NEXTHOP_A_ID: 0xffffffff,
        MFIB_NEXTHOP_A_GATEWAY: socket.inet_pton(AF_INET6, 'fe80::1')})
    same(m.nexthop(2), common | {MFIB_NEXTHOP_A_ID: 2})
    same(list(m.nexthops()), [1, 2, 0xffffffff], 'dump')


@test
def nexthop_unknown():
    m = Mfib()
    payload = nh_nest(attr(MFIB_NEXTHOP_A_ID, 9))
    for cmd in MFIB_CMD_NEXTHOP_GET, MFIB_CMD_NEXTHOP_DEL:
        at_fault(m, errno.ENOENT, 'no next hop', cmd, 0, payload,
                 MFIB_A_NEXTHOP, MFIB_NEXTHOP_A_ID)


@test
def nexthop_id_is_not_zero():
    r, m = Rtnl(), Mfib()
    r.add('p1', 'dummy')
    payload = nh_nest(via(dev='p1'), attr(MFIB_NEXTHOP_A_ID, 0))
    for cmd in MFIB_CMD_NEXTHOP_NEW, MFIB_CMD_NEXTHOP_DEL, MFIB_CMD_NEXTHOP_GET:
        at_fault(m, errno.ERANGE, 'range', cmd,
                 ADD if cmd == MFIB_CMD_NEXTHOP_NEW else 0, payload,
                 MFIB_A_NEXTHOP, MFIB_NEXTHOP_A_ID)


@test
def nexthop_without_device():
    m = Mfib()
    at_fault(m, errno.EINVAL, 'device is missing', MFIB_CMD_NEXTHOP_NEW, ADD,
             nh_nest(via('192.0.2.9', nhid=4)), MFIB_A_NEXTHOP)


@test
def nexthop_through_unknown_device():
    m = Mfib()
    at_fault(m, errno.ENODEV, 'no such device', MFIB_CMD_NEXTHOP_NEW, ADD,
             nh_nest(via(ifindex=9999, nhid=4)), MFIB_A_NEXTHOP,
             MFIB_NEXTHOP_A_IFINDEX)
    at_fault(m, errno.ENODEV, 'no such device', MFIB_CMD_NEXTHOP_NEW, ADD,
             nh_nest(via(ifindex=0xffffffff, nhid=4)), MFIB_A_NEXTHOP,
             MFIB_NEXTHOP_A_IFINDEX)


@test
def nexthop_through_loopback():
    r, m = Rtnl(), Mfib()
    r.up('lo')
    refused(errno.EINVAL, 'loopback', m.nexthop_new, via(dev='lo', nhid=4))
    same(m.nexthops(), {})


BAD_GATEWAYS = ('0.0.0.0', '127.0.0.1', '224.0.0.1',
                '255.255.255.255', '::', '::1', 'ff02::1', '::ffff:192.0.2.1')


@test
def nexthop_gateway_that_is_none():
    r, m = bed(10, 'p1'), Mfib()
    for gw in BAD_GATEWAYS:
        refused(errno.EINVAL, 'not a unicast address', m.nexthop_new,
                via(gw, 'p1', nhid=4))
        refused(errno.EINVAL, 'not a unicast address', m.route_new, 10,
                route('0.0.0.0/0', via(gw, 'p1')))
    same(m.nexthops(), {})
    same(m.routes(10), [])


@test
def nexthop_replace_moves_routes():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                route('11.0.0.0/8', via(nhid=4)))
    m.nexthop_new(via('192.0.2.10', 'p2', nhid=4), REPLACE)
    index = socket.if_nametoindex('p2')
    for x in m.routes(10):
        same((x['ifindex'], x['via'], x['nhid']), (index, '192.0.2.10', 4))
    same(m.nexthop(4)[MFIB_NEXTHOP_A_ROUTES], 2)
    # the old port may go now
    r.delete('p1')
    same(len(m.routes(10)), 2)
    m.nexthop_new(via(dev='p2', nhid=4), CHANGE)
    same('via' in m.route(10, '10.0.0.0/8'), False, 'has a gateway')


@test
def nexthop_replace_into_another_fib():
    r, m = bed(10, 'p1'), Mfib()
    bed(20, 'q1', r=r)
    r.add('d1', 'dummy', up=True)
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)))
    for dev in 'q1', 'd1':
        refused(errno.EXDEV, 'port of the same FIB', m.nexthop_new,
                via('192.0.2.9', dev, nhid=4), REPLACE)
    same(m.lookup(10, '10.1.1.1')['ifindex'], socket.if_nametoindex('p1'))
    # without routes it goes anywhere
    m.route_del(10, route('10.0.0.0/8'))
    m.nexthop_new(via('192.0.2.9', 'q1', nhid=4), REPLACE)


@test
def nexthop_replace_that_is_refused_changes_nothing():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    m.nexthop_new(via('2001:db8::9', 'p1', nhid=4))
    m.route_new(10, route('2001:db8:1::/48', via(nhid=4)))
    before = m.nexthop(4)
    refused(errno.EINVAL, 'IPv6 routes use', m.nexthop_new,
            via('192.0.2.9', 'p2', nhid=4), REPLACE)
    refused(errno.EINVAL, 'not a unicast', m.nexthop_new,
            via('ff02::1', 'p2', nhid=4), REPLACE)
    same(m.nexthop(4), before)


@test
def nexthop_delete_removes_routes():
    r, m = bed(10, 'p1'), Mfib()
    bed(20, 'q1', r=r)
    m.nexthop_new(via('2001:db8::9', 'p1', nhid=4))
    m.nexthop_new(via('2001:db8::9', 'p1', nhid=5))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                route('10.0.0.0/8', via(nhid=5), metric=9),
                route('10.0.0.0/8', via(nhid=4), metric=10),
                route('2001:db8:1::/48', via(nhid=4)),
                route('11.0.0.0/8', via(nhid=5)),
                route('12.0.0.0/8', via('2001:db8::9', 'p1')),
                route('13.0.0.0/8', kind=RTN_BLACKHOLE))
    m.route_new(20, route('11.0.0.0/8', via(dev='q1')))
    m.nexthop_del(4)
    same([(x['dst'], x['metric'], x['active']) for x in m.routes(10)],
         [('10.0.0.0/8', 9, True), ('11.0.0.0/8', 0, True),
          ('12.0.0.0/8', 0, True), ('13.0.0.0/8', 0, True)])
    same(len(m.routes(20)), 1)
    same(list(m.nexthops()), [5])


@test
def nexthop_goes_with_its_device():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    m.nexthop_new(via(dev='p1', nhid=4))
    m.nexthop_new(via(dev='p2', nhid=5))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                route('11.0.0.0/8', via(dev='p1')),
                route('12.0.0.0/8', via(nhid=5)))
    r.delete('p1')
    same(list(m.nexthops()), [5])
    same([x['dst'] for x in m.routes(10)], ['12.0.0.0/8'])


@test
def nexthop_dead_while_its_device_is_down():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                route('10.0.0.0/8', via(dev='p2'), metric=5))
    same([x['active'] for x in m.routes(10)], [True, False])
    r.up('p1', False)
    same(m.nexthop(4)[MFIB_NEXTHOP_A_FLAGS], 1)
    same([(x['active'], x['dead']) for x in m.routes(10)],
         [(False, True), (True, False)])
    same(m.lookup(10, '10.0.0.1')['metric'], 5)
    r.up('p1')
    same(m.nexthop(4)[MFIB_NEXTHOP_A_FLAGS], 0)
    same([x['active'] for x in m.routes(10)], [True, False])


# ---- routes ----

PREFIXES = '10.0.0.0/8', '0.0.0.0/0', '192.0.2.1/32', '2001:db8::/32', \
    '::/0', '2001:db8::1/128'


@test
def route_flags():
    r, m = bed(10, 'p1'), Mfib()
    for prefix in PREFIXES:
        for hop in None, via(dev='p1'), via('2001:db8::9', 'p1'):
            kind = RTN_UNICAST if hop else RTN_BLACKHOLE
            check_effects(
                lambda flags: m.route_new(10, route(prefix, hop, kind=kind),
                                          flags=flags),
                lambda: m.route_del(10, route(prefix)))


@test
def route_get():
    r, m = bed(10, 'p1'), Mfib()
    for prefix in PREFIXES:
        m.route_new(10, route(prefix, via('2001:db8::9', 'p1'), metric=7,
                              proto=12))
        same(m.route(10, prefix),
             {'dst': prefix, 'metric': 7, 'type': RTN_UNICAST, 'protocol': 12,
              'active': True, 'followed': False, 'dead': False,
              'ifindex': socket.if_nametoindex('p1'), 'via': '2001:db8::9'})
    # the default of everything that has one
    m.route_new(10, route('198.51.100.7', via(dev='p1')))
    same(m.route(10, '198.51.100.7'),
         {'dst': '198.51.100.7/32', 'metric': 0, 'type': RTN_UNICAST,
          'protocol': 3, 'active': True, 'followed': False, 'dead': False,
          'ifindex': socket.if_nametoindex('p1')})
    refused(errno.ENOENT, 'no such route', m.route, 10, '10.0.0.0/9')


@test
def route_replace_changes_everything_but_the_key():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    m.route_new(10, route('10.0.0.0/8', via(dev='p1'), proto=12))
    m.route_new(10, route('10.0.0.0/8', via('192.0.2.9', 'p2'), proto=13),
                flags=CHANGE)
    got = m.route(10, '10.0.0.0/8')
    same((got['via'], got['protocol']), ('192.0.2.9', 13))
    m.route_new(10, route('10.0.0.0/8', kind=RTN_PROHIBIT), flags=CHANGE)
    same(m.route(10, '10.0.0.0/8')['type'], RTN_PROHIBIT)
    same(len(m.routes(10)), 1)


NO_NEXT_HOP = (RTN_LOCAL, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT,
               RTN_THROW)


@test
def route_types():
    r, m = bed(10, 'p1'), Mfib()
    for kind in NO_NEXT_HOP:
        m.route_new(10, route('10.0.0.0/8', kind=kind), flags=REPLACE)
        same(m.lookup(10, '10.0.0.1')['type'], kind)
        payload = fib_id(10) + route('11.0.0.0/8', via(dev='p1'), kind=kind)
        at_fault(m, errno.EINVAL, 'no next hop', MFIB_CMD_ROUTE_NEW, ADD,
                 payload, MFIB_A_ROUTE, MFIB_ROUTE_A_NEXTHOP)
    refused(errno.EINVAL, 'needs a next hop', m.route_new, 10,
            route('11.0.0.0/8', kind=RTN_UNICAST))
    refused(errno.EINVAL, 'needs a next hop', m.route_new, 10,
            route('11.0.0.0/8'))


@test
def route_types_unsupported():
    m = Mfib()
    m.fib_new(10)
    for kind in set(range(256)) - {RTN_UNICAST, *NO_NEXT_HOP}:
        at_fault(m, errno.EOPNOTSUPP, 'type', MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(10) + route('10.0.0.0/8', kind=kind), MFIB_A_ROUTE,
                 MFIB_ROUTE_A_TYPE)


@test
def route_prefix_with_host_bits():
    m = Mfib()
    m.fib_new(10)
    for prefix in '10.0.0.1/8', '0.0.0.1/0', '10.0.0.128/24', '10.0.0.1/31', \
            '2001:db8::1/32', '2001:db8::1/127', '::1/0':
        for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET:
            at_fault(m, errno.EINVAL, 'bits', cmd,
                     ADD if cmd == MFIB_CMD_ROUTE_NEW else 0,
                     fib_id(10) + route(prefix, kind=RTN_BLACKHOLE),
                     MFIB_A_ROUTE, MFIB_ROUTE_A_DST)


@test
def route_prefix_too_long():
    m = Mfib()
    m.fib_new(10)
    for dst, lengths, code in (bytes(4), (33, 64, 128), errno.EINVAL), \
            (bytes(4), (129, 255), errno.ERANGE), \
            (bytes(16), (129, 255), errno.ERANGE):
        for plen in lengths:
            payload = fib_id(10) + nest(MFIB_A_ROUTE,
                                        attr(MFIB_ROUTE_A_DST, dst),
                                        u8(MFIB_ROUTE_A_PLEN, plen),
                                        u8(MFIB_ROUTE_A_TYPE, RTN_BLACKHOLE))
            at_fault(m, code, 'longer|range', MFIB_CMD_ROUTE_NEW, ADD, payload,
                     MFIB_A_ROUTE, MFIB_ROUTE_A_PLEN)


@test
def route_destinations_of_ports():
    m = Mfib()
    m.fib_new(10)
    for prefix in 'fe80::/10', 'fe80::/64', 'fe80::1/128', 'ff00::/8', \
            'ff02::1/128':
        at_fault(m, errno.EINVAL, 'not routed', MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(10) + route(prefix, kind=RTN_BLACKHOLE), MFIB_A_ROUTE,
                 MFIB_ROUTE_A_DST)


@test
def route_of_unknown_fib():
    m = Mfib()
    for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET, \
            MFIB_CMD_ROUTE_LOOKUP:
        flags = ADD if cmd == MFIB_CMD_ROUTE_NEW else 0
        hit = route('10.0.0.0', kind=RTN_BLACKHOLE)
        at_fault(m, errno.ENOENT, 'no FIB', cmd, flags, fib_id(10) + hit,
                 MFIB_A_FIB_ID)
        at_fault(m, errno.ENOENT, 'no FIB', cmd, flags, hit + fib_id(0),
                 MFIB_A_FIB_ID)


@test
def route_through_foreign_device():
    r, m = bed(10, 'p1'), Mfib()
    bed(20, 'q1', r=r)
    r.add('d1', 'dummy', up=True)
    for n, dev in enumerate(('q1', 'd1', 'fib10', 'fib20'), 1):
        refused(errno.EXDEV, 'not a port', m.route_new, 10,
                route('10.0.0.0/8', via('192.0.2.9', dev)))
        m.nexthop_new(via('192.0.2.9', dev, nhid=n))
        refused(errno.EXDEV, 'not a port', m.route_new, 10,
                route('10.0.0.0/8', via(nhid=n)))
    same(m.routes(10), [])


@test
def route_through_loopback_or_nothing():
    r, m = bed(10, 'p1'), Mfib()
    r.up('lo')
    refused(errno.EXDEV, 'not a port', m.route_new, 10,
            route('10.0.0.0/8', via(dev='lo')))
    at_fault(m, errno.EINVAL, 'neither', MFIB_CMD_ROUTE_NEW, ADD,
             fib_id(10) + route('10.0.0.0/8', b''), MFIB_A_ROUTE,
             MFIB_ROUTE_A_NEXTHOP)
    at_fault(m, errno.ENODEV, 'no such device', MFIB_CMD_ROUTE_NEW, ADD,
             fib_id(10) + route('10.0.0.0/8', via(ifindex=9999)), MFIB_A_ROUTE,
             MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_IFINDEX)
    at_fault(m, errno.ENOENT, 'no next hop', MFIB_CMD_ROUTE_NEW, ADD,
             fib_id(10) + route('10.0.0.0/8', via(nhid=99)), MFIB_A_ROUTE,
             MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_ID)


@test
def route_of_a_fib_without_device():
    r, m = Rtnl(), Mfib()
    r.add('d1', 'dummy', up=True)
    m.fib_new(10)
    refused(errno.EXDEV, 'not a port', m.route_new, 10,
            route('10.0.0.0/8', via(dev='d1')))


@test
def route_nexthop_by_id_and_more():
    r, m = bed(10, 'p1'), Mfib()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    for more in via(dev='p1'), gateway('192.0.2.9'):
        at_fault(m, errno.EINVAL, 'not by both', MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(10) + route('10.0.0.0/8', via(nhid=4) + more),
                 MFIB_A_ROUTE, MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_ID)


@test
def route_families_of_gateways():
    r, m = bed(10, 'p1'), Mfib()
    refused(errno.EINVAL, 'IPv4 gateway', m.route_new, 10,
            route('2001:db8::/32', via('192.0.2.9', 'p1')))
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    refused(errno.EINVAL, 'IPv4 gateway', m.route_new, 10,
            route('2001:db8::/32', via(nhid=4)))
    same(m.routes(10), [])
    for gw in 'fe80::9', '2001:db8::9':
        m.route_new(10, route('10.0.0.0/8', via(gw, 'p1')), flags=REPLACE)
        same(m.lookup(10, '10.0.0.1')['via'], gw)


@test
def route_gateway_without_device():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    r.address('p2', '192.0.2.1/24')
    r.address('p2', '2001:db8::1/64')
    poll('connected routes', lambda: {'192.0.2.0/24', '2001:db8::/64'} <=
         {x['dst'] for x in m.routes(10)})
    for prefix, gw in ('10.0.0.0/8', '192.0.2.9'), \
            ('10.0.0.0/9', '2001:db8::9'), ('2001:db8:1::/48', '2001:db8::9'):
        m.route_new(10, route(prefix, via(gw)))
        same(m.route(10, prefix)['ifindex'], socket.if_nametoindex('p2'))
    # on no network, on a network behind a gateway, one's own, on any link
    for gw in '198.51.100.1', '10.0.0.1', '192.0.2.1', 'fe80::1':
        at_fault(m, errno.ENETUNREACH, 'no connected network',
                 MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(10) + route('11.0.0.0/8', via(gw)), MFIB_A_ROUTE,
                 MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_GATEWAY)


@test
def route_over_a_device_without_ipv6():
    r, m = bed(10, 'p1'), Mfib()
    # IPv6 leaves a device whose MTU is too small for it
    r.link(rtnl.RTM_NEWLINK, 0, socket.if_nametoindex('p1'),
           attrs=attr(4, 1000))
    refused(errno.EAFNOSUPPORT, 'IPv6 is switched off', m.route_new, 10,
            route('2001:db8::/32', via(dev='p1')))
    m.route_new(10, route('10.0.0.0/8', via(dev='p1')))


@test
def route_metrics():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    for prefix in '10.0.0.0/8', '2001:db8::/32':
        host = prefix.partition('/')[0]
        metrics = 5, 0, 0xffffffff, 20
        for metric in metrics:
            m.route_new(10, route(prefix, via(dev='p1'), metric=metric))
        refused(errno.EEXIST, 'metric', m.route_new, 10,
                route(prefix, via(dev='p2'), metric=20))
        family = AF_INET6 if ':' in prefix else AF_INET
        same([(x['metric'], x['active']) for x in m.routes(10, family)],
             [(0, True), (5, False), (20, False), (0xffffffff, False)])
        same(m.route(10, prefix)['metric'], 0)
        same(m.route(10, prefix, metric=20)['active'], False)
        refused(errno.ENOENT, 'no such route', m.route, 10, prefix, metric=6)
        refused(errno.ENOENT, 'no such route', m.route_del, 10,
                route(prefix, metric=6))
        m.route_del(10, route(prefix, metric=5))
        m.route_del(10, route(prefix))
        same(m.lookup(10, host)['metric'], 20)
        same(m.route(10, prefix)['active'], True)
        m.route_del(10, route(prefix))
        same(m.lookup(10, host)['metric'], 0xffffffff)
        m.route_del(10, route(prefix))
        refused(errno.ENOENT, 'no such route', m.route_del, 10, route(prefix))


@test
def route_delete_of_a_certain_one():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4), proto=12))
    for which in {'proto': 13}, {'kind': RTN_BLACKHOLE}, \
            {'nexthop': via(nhid=5)}, {'nexthop': via(dev='p2')}, \
            {'nexthop': via('192.0.2.8')}, {'metric': 1}:
        refused(errno.ENOENT, 'no such route', m.route_del, 10,
                route('10.0.0.0/8', **which))
        refused(errno.ENOENT, 'no such route', m.route, 10, '10.0.0.0/8',
                **which)
    for which in {'proto': 12}, {'kind': RTN_UNICAST}, \
            {'nexthop': via(nhid=4)}, {'nexthop': via(dev='p1')}, \
            {'nexthop': via('192.0.2.9')}, {'metric': 0}, \
            {'nexthop': via('192.0.2.9', 'p1', nhid=4), 'proto': 12}:
        m.route_del(10, route('10.0.0.0/8', **which))
        m.route_new(10, route('10.0.0.0/8', via(nhid=4), proto=12))


@test
def route_followed():
    r, m = bed(10, 'p1'), Mfib()
    r.address('p1', '192.0.2.1/24')
    r.address('p1', '2001:db8::1/64')
    wanted = {'192.0.2.0/24': RTN_UNICAST, '192.0.2.1/32': RTN_LOCAL,
              '192.0.2.255/32': RTN_BROADCAST, '2001:db8::/64': RTN_UNICAST,
              '2001:db8::1/128': RTN_LOCAL}
    poll('followed routes', lambda: set(wanted) <=
         {x['dst'] for x in m.routes(10)})
    for prefix, kind in wanted.items():
        got = m.route(10, prefix)
        same((got['type'], got['followed'], got['protocol']), (kind, True, 2))
        refused(errno.EPERM, "kernel's own", m.route_del, 10, route(prefix))
        refused(errno.ENOENT, 'no such', m.route_del, 10,
                route(prefix, metric=77))
    # one of our own is another route, and deleted first
    metric = m.route(10, '2001:db8::/64')['metric']
    for prefix, metric in ('192.0.2.0/24', 0), ('2001:db8::/64', metric):
        m.route_new(10, route(prefix, metric=metric, kind=RTN_BLACKHOLE))
        same(m.route(10, prefix)['followed'], True)
        m.route_new(10, route(prefix, metric=metric, kind=RTN_PROHIBIT),
                    flags=CHANGE)
        m.route_del(10, route(prefix))
        refused(errno.EPERM, "kernel's own", m.route_del, 10, route(prefix))
    r.address('p1', '192.0.2.1/24', rtnl.RTM_DELADDR)
    r.address('p1', '2001:db8::1/64', rtnl.RTM_DELADDR)
    poll('they go', lambda: not set(wanted) & {x['dst'] for x in m.routes(10)})


@test
def lookup_longest():
    m = Mfib()
    m.fib_new(10)
    for addr in '10.1.1.1', '2001:db8::1':
        refused(errno.ENETUNREACH, 'no route', m.lookup, 10, addr)
    for prefix in '10.0.0.0/8', '10.1.0.0/16', '10.1.1.1/32', '2001:db8::/32', \
            '2001:db8::/64', '2001:db8::1/128':
        m.route_new(10, route(prefix, kind=RTN_BLACKHOLE))
    for addr, prefix in ('10.2.0.1', '10.0.0.0/8'), \
            ('10.1.0.1', '10.1.0.0/16'), ('10.1.1.1', '10.1.1.1/32'), \
            ('2001:db8:1::', '2001:db8::/32'), \
            ('2001:db8::2', '2001:db8::/64'), \
            ('2001:db8::1', '2001:db8::1/128'):
        same(m.lookup(10, addr)['dst'], prefix)
    for addr in '9.255.255.255', '11.0.0.0', '2001:db7:ffff::', '2001:db9::':
        refused(errno.ENETUNREACH, 'no route', m.lookup, 10, addr)
    m.route_new(10, route('0.0.0.0/0', kind=RTN_BLACKHOLE))
    same(m.lookup(10, '11.0.0.0')['dst'], '0.0.0.0/0')
    refused(errno.ENETUNREACH, 'no route', m.lookup, 10, '2001:db9::')


@test
def lookup_of_a_prefix():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    at_fault(m, errno.EINVAL, 'takes an address', MFIB_CMD_ROUTE_LOOKUP, 0,
             fib_id(10) + route('10.0.0.0/8'), MFIB_A_ROUTE, MFIB_ROUTE_A_PLEN)
    same(m.lookup(10, '10.0.0.0/32')['dst'], '10.0.0.0/8')


# ---- change sequence ----

@test
def seq_grows_with_each_change():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    r.add('d1', 'dummy', up=True)
    m.nexthop_new(via(dev='p1', nhid=4))
    m.nexthop_new(via(dev='d1', nhid=6))
    m.route_new(10, route('12.0.0.0/8', via(nhid=4)))
    changes = {
        'FIB created': lambda: m.fib_new(20),
        'FIB changed': lambda: m.fib_new(20, CHANGE, max_routes=9),
        'FIB deleted': lambda: m.fib_del(20),
        'next hop created': lambda: m.nexthop_new(via(dev='p1', nhid=5)),
        'next hop replaced': lambda: m.nexthop_new(via(dev='p2', nhid=5),
                                                   REPLACE),
        'next hop deleted': lambda: m.nexthop_del(5),
        'route created': lambda: m.route_new(10, route('10.0.0.0/8',
                                                       kind=RTN_BLACKHOLE)),
        'route replaced': lambda: m.route_new(10, route('10.0.0.0/8',
                                                        kind=RTN_PROHIBIT),
                                              flags=REPLACE),
        'second route created': lambda: m.route_new(
            10, route('10.0.0.0/8', kind=RTN_PROHIBIT, metric=1)),
        'second route deleted': lambda: m.route_del(
            10, route('10.0.0.0/8', metric=1)),
        'route deleted': lambda: m.route_del(10, route('10.0.0.0/8')),
        'device of a FIB added': lambda: bed(30, r=r),
        'device of a FIB removed': lambda: r.delete('fib30'),
        'next hop dies': lambda: r.up('p1', False),
        'next hop lives': lambda: r.up('p1', True),
        'port removed': lambda: r.master('p2'),
        'port added': lambda: r.master('p2', 'fib10'),
        'next hop goes with its device': lambda: r.delete('d1'),
        'next hop and route go with their device': lambda: r.delete('p1'),
    }
    still = []
    for what, change in changes.items():
        # what the kernel does by itself, say for a device that comes up
        last = None
        while last != m.change_seq(10):
            last = m.change_seq(10)
            time.sleep(0.05)
        change()
        if m.change_seq(10) <= last:
            still.append(what)
    same(still, [], 'changes that the sequence did not show')


@test
def seq_stays_without_change():
    m = Mfib()
    m.fib_new(10)
    seq = m.change_seq(10)
    m.routes()
    m.fibs()
    m.nexthops()
    refused(errno.ENETUNREACH, '', m.lookup, 10, '192.0.2.1')
    refused(errno.EEXIST, '', m.fib_new, 10)
    refused(errno.ENOENT, '', m.route_del, 10, route('10.0.0.0/8'))
    refused(errno.EINVAL, '', m.route_new, 10, route('10.0.0.0/8'))
    refused(errno.EINVAL, '', m.fib_new, 254)
    same(m.change_seq(10), seq)


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
    yield MFIB_CMD_FIB_NEW, 4, (MFIB_A_FIB, MFIB_FIB_A_MAX_ROUTES), in_fib
    for kind in MFIB_NEXTHOP_A_ID, MFIB_NEXTHOP_A_IFINDEX:
        yield MFIB_CMD_NEXTHOP_NEW, 4, (MFIB_A_NEXTHOP, kind), in_nexthop
        yield MFIB_CMD_NEXTHOP_DEL, 4, (MFIB_A_NEXTHOP, kind), in_nexthop
        yield MFIB_CMD_ROUTE_NEW, 4, \
            (MFIB_A_ROUTE, MFIB_ROUTE_A_NEXTHOP, kind), in_hop
    for cmd in MFIB_CMD_ROUTE_NEW, MFIB_CMD_ROUTE_DEL, MFIB_CMD_ROUTE_GET, \
            MFIB_CMD_ROUTE_LOOKUP:
        for kind, size in (MFIB_ROUTE_A_PLEN, 1), (MFIB_ROUTE_A_METRIC, 4), \
                (MFIB_ROUTE_A_TYPE, 1), (MFIB_ROUTE_A_PROTOCOL, 1):
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
    for cmd in MFIB_CMD_FIB_NEW, MFIB_CMD_FIB_DEL, MFIB_CMD_FIB_GET:
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
    for cmd in MFIB_CMD_FIB_NEW, MFIB_CMD_FIB_DEL, MFIB_CMD_FIB_GET:
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
            (MFIB_FIB_A_STATS, b''), (MFIB_FIB_A_PAD, b''):
        at_fault(m, errno.EINVAL, text, MFIB_CMD_FIB_NEW, ADD,
                 fib_nest(attr(MFIB_FIB_A_ID, 20), attr(kind, value)),
                 MFIB_A_FIB, kind)
    for kind in MFIB_NEXTHOP_A_FLAGS, MFIB_NEXTHOP_A_ROUTES:
        at_fault(m, errno.EINVAL, text, MFIB_CMD_NEXTHOP_NEW, ADD,
                 nh_nest(via(ifindex=1, nhid=1), attr(kind, 1)),
                 MFIB_A_NEXTHOP, kind)
    at_fault(m, errno.EINVAL, text, MFIB_CMD_ROUTE_NEW, ADD,
             fib_id(10) + nest(MFIB_A_ROUTE,
                               attr(MFIB_ROUTE_A_DST, bytes(4)),
                               attr(MFIB_ROUTE_A_FLAGS, 1)),
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
    for cmd in 0, MFIB_CMD_ROUTE_LOOKUP + 1, 100, 255:
        refused(errno.EOPNOTSUPP, '', m.request, cmd, 0)
        refused(errno.EOPNOTSUPP, '', m.dump, cmd)
    refused(errno.EOPNOTSUPP, '', m.request, MFIB_CMD_PORT_GET, 0)
    refused(errno.EOPNOTSUPP, '', m.dump, MFIB_CMD_ROUTE_LOOKUP)


# ---- the specification ----

def load_spec():
    """What Documentation/netlink/specs/mfib.yaml says, as load_uapi() has it.

    There may be no library for YAML. It is read for what it looks like: names
    and values of one level are at one depth.
    """
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        '../../../Documentation/netlink/specs/mfib.yaml')
    enums, section, prefix, kind, value = {}, '', '', '', 0
    with open(path) as file:
        for line in file:
            depth = len(line) - len(line.lstrip(' -'))
            key, _, text = line.lstrip(' -').rstrip('\n').partition(': ')
            if depth == 0:
                section = key.rstrip(':')
                value = 0
            at = section, depth, key
            if at == ('definitions', 4, 'type'):
                kind = text
            elif at == ('definitions', 4, 'name'):
                prefix, value = f'mfib-{text}-', 0
            elif at == ('definitions', 8, 'name') and kind == 'flags':
                enums.setdefault('flags', {})[prefix + text] = 1 << value
                value += 1
            elif key == 'name-prefix':
                prefix = text
            elif key == 'enum-name':
                enum = enums[text.replace('-', '_')] = {}
                value = 0
            elif at in (('attribute-sets', 8, 'name'),
                        ('operations', 6, 'name')):
                value += 1
                enum[prefix + text] = value
            elif at in (('attribute-sets', 8, 'value'),
                        ('operations', 6, 'value')):
                raise AssertionError('values are counted here')
    return {enum: {name.upper().replace('-', '_'): number
                   for name, number in names.items()}
            for enum, names in enums.items()}


@test
def specification_agrees_with_the_header():
    header = {enum: {name: value for name, value in names.items()
                     if not name.endswith('_UNSPEC')}
              for enum, names in UAPI.items()}
    spec = load_spec()
    same(set(spec), set(header), 'enumerations')
    for enum in header:
        same(spec[enum], header[enum], enum)


# ---- who may do what ----

def check_reader():
    """This process may read and not change."""
    m = Mfib()
    same(set(m.fibs()), {10})
    same(m.fib(10)[MFIB_FIB_A_ROUTES4], 1)
    same(len(m.routes(10)), 1)
    same(m.lookup(10, '10.0.0.1')['dst'], '10.0.0.0/8')
    same(list(m.nexthops()), [4])
    for change in lambda: m.fib_new(20), lambda: m.fib_del(10), \
            lambda: m.nexthop_new(via(ifindex=1, nhid=5)), \
            lambda: m.nexthop_del(4), \
            lambda: m.route_new(10, route('11.0.0.0/8', kind=RTN_BLACKHOLE)), \
            lambda: m.route_del(10, route('10.0.0.0/8')):
        refused(errno.EPERM, '', change)


def prepare_reader():
    r, m = Rtnl(), Mfib()
    r.add('p1', 'dummy')
    m.fib_new(10)
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    return m


@test
def unprivileged_user():
    m = prepare_reader()

    def nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        check_reader()
        # nor does a socket help that somebody else has opened
        refused(errno.EPERM, '', m.fib_del, 10)

    ktap.in_child(nobody)
    same(set(m.fibs()), {10})


@test
def user_namespace_that_owns_nothing():
    m = prepare_reader()

    def stranger():
        ktap.unshare(ktap.CLONE_NEWUSER)
        check_reader()

    ktap.in_child(stranger)
    same(set(m.fibs()), {10})


@test
def user_namespace_with_its_own_network():
    def owner():
        ktap.unshare(ktap.CLONE_NEWUSER | ktap.CLONE_NEWNET)
        r, m = bed(10, 'p1'), Mfib()
        m.route_new(10, route('10.0.0.0/8', via(dev='p1')))
        same(m.lookup(10, '10.0.0.1')['dst'], '10.0.0.0/8')
        m.fib_new(20)
        m.fib_del(10)

    ktap.in_child(owner)
    same(Mfib().fibs(), {})


@test
def namespaces_are_apart():
    r, m = bed(10, 'p1'), Mfib()
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)))

    def inside():
        ktap.unshare(ktap.CLONE_NEWNET)
        other = Mfib()
        same(other.fibs(), {})
        same(other.nexthops(), {})
        same(other.routes(), [])
        refused(errno.ENOENT, 'no FIB', other.lookup, 10, '10.0.0.1')
        bed(10, 'p1')
        other.nexthop_new(via(dev='p1', nhid=4))
        other.route_new(10, route('11.0.0.0/8', via(nhid=4)))
        other.nexthop_del(4)
        other.fib_new(11)
        other.fib_del(10)

    ktap.in_child(inside)
    same(set(m.fibs()), {10})
    same(m.lookup(10, '10.0.0.1')['nhid'], 4)


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
