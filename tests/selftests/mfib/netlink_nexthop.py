#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family: next hops."""
import errno
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
import rtnl
from genl import attr
from ktap import same, test
from mfib import *
from mfib import at_fault, bed, check_effects, nh_nest, refused
from rtnl import Rtnl


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


def mtu(size, locked=False):
    return attr(MFIB_NEXTHOP_A_MTU, size) + \
        (attr(MFIB_NEXTHOP_A_MTU_LOCKED, b'') if locked else b'')


@test
def nexthop_mtu():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4) + mtu(68))
    same(m.nexthop(4)[MFIB_NEXTHOP_A_MTU], 68)
    same(MFIB_NEXTHOP_A_MTU_LOCKED in m.nexthop(4), False)
    m.nexthop_new(via('fe80::9', 'p1', nhid=4) + mtu(65520, True),
                  flags=REPLACE)
    same(m.nexthop(4)[MFIB_NEXTHOP_A_MTU], 65520)
    same(MFIB_NEXTHOP_A_MTU_LOCKED in m.nexthop(4), True)
    for size in 0, 67, 65521, 0xffffffff:
        at_fault(m, errno.ERANGE, 'range', MFIB_CMD_NEXTHOP_NEW, REPLACE,
                 nh_nest(via(dev='p1', nhid=4), mtu(size)), MFIB_A_NEXTHOP,
                 MFIB_NEXTHOP_A_MTU)
    at_fault(m, errno.EINVAL, 'no MTU that could be locked',
             MFIB_CMD_NEXTHOP_NEW, REPLACE,
             nh_nest(via(dev='p1', nhid=4),
                     attr(MFIB_NEXTHOP_A_MTU_LOCKED, b'')),
             MFIB_A_NEXTHOP, MFIB_NEXTHOP_A_MTU_LOCKED)
    at_fault(m, errno.EINVAL, 'neither device nor gateway nor MTU',
             MFIB_CMD_NEXTHOP_NEW, ADD,
             nh_nest(attr(MFIB_NEXTHOP_A_ID, 5), mtu(1400),
                     nest(MFIB_NEXTHOP_A_GROUP, b'')),
             MFIB_A_NEXTHOP, MFIB_NEXTHOP_A_MTU)
    at_fault(m, errno.EINVAL, 'by its id alone', MFIB_CMD_NEXTHOP_DEL, 0,
             nh_nest(attr(MFIB_NEXTHOP_A_ID, 4), mtu(65520)),
             MFIB_A_NEXTHOP, MFIB_NEXTHOP_A_MTU)
    same(m.nexthop(4)[MFIB_NEXTHOP_A_MTU], 65520)


@test
def routes_are_told_apart_by_the_mtu():
    m = Mfib()
    bed(10, 'p1')
    for dst, size, locked in ('10.0.0.0/8', 1300, False), \
            ('11.0.0.0/8', 1300, True), ('12.0.0.0/8', 1400, False):
        m.route_new(10, route(dst, via('192.0.2.9', 'p1') + mtu(size, locked)))
    m.route_new(10, route('13.0.0.0/8', via('192.0.2.9', 'p1')))
    for dst, which in ('10.0.0.0/8', mtu(1300)), \
            ('11.0.0.0/8', mtu(1300, True)), ('12.0.0.0/8', mtu(1400)):
        for other in {mtu(1300), mtu(1300, True), mtu(1400)} - {which}:
            refused(errno.ENOENT, 'no such route', m.route_del, 10,
                    route(dst, other))
        m.route_del(10, route(dst, which))
    refused(errno.ENOENT, 'no such route', m.route_del, 10,
            route('13.0.0.0/8', mtu(1300)))
    m.route_del(10, route('13.0.0.0/8', via('192.0.2.9', 'p1')))


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
        at_fault(m, errno.EXDEV, 'port of the same FIB', MFIB_CMD_NEXTHOP_NEW,
                 REPLACE, nh_nest(via('192.0.2.9', dev, nhid=4)),
                 MFIB_A_NEXTHOP, MFIB_NEXTHOP_A_IFINDEX)
    same(m.lookup(10, '10.1.1.1')['ifindex'], socket.if_nametoindex('p1'))
    # without routes it goes anywhere
    m.route_del(10, route('10.0.0.0/8'))
    m.nexthop_new(via('192.0.2.9', 'q1', nhid=4), REPLACE)


@test
def nexthop_replace_by_a_device_without_ipv6():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    r.link(rtnl.RTM_NEWLINK, 0, socket.if_nametoindex('p2'),
           attrs=attr(4, 1000))
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('2001:db8::/32', via(nhid=4)))
    refused(errno.EAFNOSUPPORT, 'IPv6 is switched off', m.nexthop_new,
            via(dev='p2', nhid=4), REPLACE)
    same(m.lookup(10, '2001:db8::1')['ifindex'], socket.if_nametoindex('p1'))


@test
def nexthop_is_named_by_id_alone():
    r, m = bed(10, 'p1'), Mfib()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    for cmd in MFIB_CMD_NEXTHOP_GET, MFIB_CMD_NEXTHOP_DEL:
        for more, kind in (via('192.0.2.9', nhid=4), MFIB_NEXTHOP_A_GATEWAY), \
                (via(dev='p1', nhid=4), MFIB_NEXTHOP_A_IFINDEX):
            at_fault(m, errno.EINVAL, 'id alone', cmd, 0, nh_nest(more),
                     MFIB_A_NEXTHOP, kind)
    m.nexthop(4)


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


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
