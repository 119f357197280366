#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family: routes, and the change sequence."""
import errno
import os
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
import rtnl
from genl import attr, nest
from ktap import poll, same, test
from mfib import *
from mfib import at_fault, bed, check_effects, refused, u8
from rtnl import Rtnl


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
    for prefix in '0.0.0.0/0', '192.0.0.0/2', '::/0':
        m.route_new(10, route(prefix, kind=RTN_BLACKHOLE))
    for prefix in 'fe80::/10', 'fe80::/64', 'fe80::1/128', 'ff00::/8', \
            'ff02::1/128', '224.0.0.0/4', '239.255.255.250/32':
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
    for n, dev in enumerate(('q1', 'd1'), 1):
        refused(errno.EXDEV, 'not a port', m.route_new, 10,
                route('10.0.0.0/8', via('192.0.2.9', dev)))
        m.nexthop_new(via('192.0.2.9', dev, nhid=n))
        refused(errno.EXDEV, 'not a port', m.route_new, 10,
                route('10.0.0.0/8', via(nhid=n)))
    same(m.routes(10), [])


@test
def route_that_leads_to_a_fib():
    r, m = bed(10, 'p1'), Mfib()
    bed(20, 'q1', r=r)
    own, other = 'back to its own FIB', attr(MFIB_NEXTHOP_A_FIB_ID, 20)
    refused(errno.EINVAL, own, m.route_new, 10,
            route('10.0.0.0/8', via(dev='fib10')))
    refused(errno.EINVAL, own, m.route_new, 10,
            route('10.0.0.0/8', attr(MFIB_NEXTHOP_A_FIB_ID, 10)))
    for dev in 'fib10', 'fib20':
        refused(errno.EINVAL, 'has no gateway', m.nexthop_new,
                via('192.0.2.9', dev, nhid=1))
    m.nexthop_new(via(dev='fib10', nhid=1))
    refused(errno.EINVAL, own, m.route_new, 10,
            route('10.0.0.0/8', via(nhid=1)))
    same(m.routes(10), [])
    # by the device or by the FIB is the same
    m.route_new(10, route('10.0.0.0/8', via(dev='fib20')))
    by_dev = m.route(10, '10.0.0.0/8')
    m.route_new(10, route('10.0.0.0/8', other), flags=REPLACE)
    same(m.route(10, '10.0.0.0/8'), by_dev)
    m.route_del(10, route('10.0.0.0/8', other))
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
def route_delete_of_nothing_in_particular():
    r, m = bed(10, 'p1'), Mfib()
    m.route_new(10, route('10.0.0.0/8', via(dev='p1')))
    for cmd in MFIB_CMD_ROUTE_GET, MFIB_CMD_ROUTE_DEL:
        at_fault(m, errno.EINVAL, 'has this type', cmd, 0,
                 fib_id(10) + route('10.0.0.0/8', kind=0), MFIB_A_ROUTE,
                 MFIB_ROUTE_A_TYPE)
        at_fault(m, errno.EINVAL, 'neither', cmd, 0,
                 fib_id(10) + route('10.0.0.0/8', b''), MFIB_A_ROUTE,
                 MFIB_ROUTE_A_NEXTHOP)
    m.route(10, '10.0.0.0/8')


@test
def route_metrics_of_a_prefix_are_limited():
    m = Mfib()
    m.fib_new(10)
    most = 4096
    for first in range(0, most, 512):
        m.route_new(10, *(route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=n)
                          for n in range(first, first + 512)))
    refused(errno.ENOSPC, 'as many routes', m.route_new, 10,
            route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=most))
    same(m.fib(10)[MFIB_FIB_A_ROUTES4], most)
    m.route_new(10, route('10.0.0.0/8', kind=RTN_PROHIBIT, metric=7),
                flags=REPLACE)
    m.route_del(10, route('10.0.0.0/8', metric=7))
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=most))


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
def lookup_of_more_than_an_address():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    for more in {'metric': 0}, {'kind': RTN_BLACKHOLE}, {'proto': 3}, \
            {'nexthop': via(nhid=4)}:
        at_fault(m, errno.EINVAL, 'address alone', MFIB_CMD_ROUTE_LOOKUP, 0,
                 fib_id(10) + route('10.0.0.1', **more), MFIB_A_ROUTE)


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


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
