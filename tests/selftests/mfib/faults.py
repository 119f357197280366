#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Memory that runs out at any allocation of any request: precise errors,
nothing half done, nothing lost."""
import errno
import fcntl
import os
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import fault
import genl
import ktap
import rtnl
from genl import attr
from ktap import same, test
from mfib import *
from mfib import bed
from rtnl import Rtnl


SIOCGIFFLAGS = 0x8913


def masters(r):
    """{name: (is up, index of its master)} of all links."""
    result = {}
    for _, name in socket.if_nameindex():
        index = socket.if_nametoindex(name)
        (_, attrs), = r.link(rtnl.RTM_GETLINK, 0, index)
        ifreq = fcntl.ioctl(r.sock, SIOCGIFFLAGS,
                            struct.pack('16s24x', name.encode()))
        up = struct.unpack_from('H', ifreq, 16)[0] & rtnl.IFF_UP
        result[name] = up, number(dict(attrs).get(rtnl.IFLA_MASTER, b''))
    return result


class Bench:
    """A FIB with two ports, whose clients' requests can be made to fail."""

    def __init__(self, *ports):
        self.look, self.links = Mfib(), Rtnl()
        if ports:
            bed(10, *ports, r=self.links)
        self.m, self.r = fault.attach(Mfib()), fault.attach(Rtnl())

    def state(self):
        fibs = {}
        for fib, values in self.look.fibs().items():
            # a removal that lacks memory to shrink a node leaves it large
            values.pop(MFIB_FIB_A_BYTES)
            values.pop(MFIB_FIB_A_TREE4)
            values.pop(MFIB_FIB_A_TREE6)
            self.look.fib_check(fib)
            values.pop(MFIB_FIB_A_STATS, None)
            values.pop(MFIB_FIB_A_PAD, None)
            fibs[fib] = values
        routes = sorted(str(route) for route in self.look.routes()
                        if not route['followed'])
        return fibs, self.look.nexthops(), routes, masters(self.links)

    def sweep(self, request, undo=None):
        return fault.sweep(self.m, self.state, request, undo)

    def sweep_link(self, request, undo=None):
        return fault.sweep(self.r, self.state, request, undo)


@test
def fib_new_and_delete():
    b = Bench()
    faults = b.sweep(lambda: b.m.fib_new(10), lambda: b.look.fib_del(10))
    same(faults >= 2, True, f'of {faults} faults one hit a FIB')
    b.look.fib_new(10)
    b.sweep(lambda: b.m.fib_del(10), lambda: b.look.fib_new(10))


@test
def fib_delete_with_device_and_routes():
    b = Bench('p1')

    def undo():
        b.links.delete('p1')
        bed(10, 'p1', r=b.links)

    # indices of devices do not come back
    b.state = lambda: set(b.look.fibs())
    b.sweep(lambda: b.m.fib_del(10), undo)


@test
def nexthop_new_replace_delete():
    b = Bench('p1', 'p2')
    b.sweep(lambda: b.m.nexthop_new(via('192.0.2.9', 'p1', nhid=4)),
            lambda: b.look.nexthop_del(4))
    b.look.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    for prefix in '10.0.0.0/8', '2001:db8::/32':
        b.look.route_new(10, route(prefix, via(dev='p1')))
    b.look.route_new(10, route('11.0.0.0/8', via(nhid=4)))
    b.sweep(lambda: b.m.nexthop_new(via('192.0.2.8', 'p2', nhid=4),
                                    flags=CHANGE),
            lambda: b.look.nexthop_new(via('192.0.2.9', 'p1', nhid=4),
                                       flags=CHANGE))

    def again():
        b.look.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
        b.look.route_new(10, route('11.0.0.0/8', via(nhid=4)))

    b.sweep(lambda: b.m.nexthop_del(4), again)


def some_routes():
    """Of each kind, as arguments of route()."""
    return [
        ('10.0.0.0/8', {'nexthop': via('192.0.2.9', 'p1')}),
        ('10.0.0.0/7', {'nexthop': via('2001:db8::9', 'p1')}),
        ('0.0.0.0/0', {'kind': RTN_UNREACHABLE}),
        ('192.0.2.1/32', {'kind': RTN_BLACKHOLE, 'metric': 5, 'proto': 99}),
        ('2001:db8::/32', {'kind': RTN_LOCAL}),
        ('2001:db8::1/128', {'kind': RTN_THROW}),
        ('::/0', {'nexthop': via('fe80::9', 'p1')}),
    ]


@test
def route_new_and_delete():
    b = Bench('p1')
    for prefix, what in some_routes():
        new = route(prefix, **what)
        b.sweep(lambda: b.m.route_new(10, new),
                lambda: b.look.route_del(10, route(prefix)))
        b.look.route_new(10, new)
        b.sweep(lambda: b.m.route_del(10, route(prefix)),
                lambda: b.look.route_new(10, new))


@test
def route_beside_others():
    """Enough of them that nodes of the tree split and grow."""
    b = Bench('p1')
    for i in range(64):
        b.look.route_new(10, route(f'10.{i * 4}.0.0/16', via(dev='p1')),
                         route(f'2001:db8:{i * 4:x}::/48', via(dev='p1')))
    for prefix in '10.2.0.0/16', '10.4.128.0/17', '10.4.1.1/32', '10.0.0.0/9', \
            '2001:db8:2::/48', '2001:db8:4:8000::/49', '2001:db8::/31':
        b.sweep(lambda: b.m.route_new(10, route(prefix, via(dev='p1'))),
                lambda: b.look.route_del(10, route(prefix)))


@test
def route_metrics_and_replacement():
    b = Bench('p1', 'p2')
    b.look.route_new(10, route('10.0.0.0/8', via(dev='p1'), metric=5))
    for metric in 9, 1, 7:
        new = route('10.0.0.0/8', via(dev='p2'), metric=metric)
        b.sweep(lambda: b.m.route_new(10, new),
                lambda: b.look.route_del(10, new))
        b.look.route_new(10, new)
    for metric in 1, 5, 9:
        old = b.look.route(10, '10.0.0.0/8', metric=metric)['ifindex']
        b.sweep(lambda: b.m.route_new(
                    10, route('10.0.0.0/8', metric=metric, kind=RTN_PROHIBIT),
                    flags=CHANGE),
                lambda: b.look.route_new(
                    10, route('10.0.0.0/8', via(ifindex=old), metric=metric),
                    flags=CHANGE))


@test
def route_bulk_stops_where_memory_does():
    b = Bench('p1')
    many = [route(f'10.{i}.0.0/16', via(f'192.0.2.{i + 1}', 'p1'))
            for i in range(20)]

    def clear():
        b.look.route_del(10, *(route(r['dst']) for r in b.look.routes(10)
                               if not r['followed']))

    nth, errors = 0, 0
    while True:
        nth += 1
        b.m.sock.nth = nth
        applied = None
        try:
            b.m.route_new(10, *many)
            applied = len(many)
        except genl.Error as error:
            same(error.errno, errno.ENOMEM)
            # without a cookie not even the attributes were parsed
            applied = int.from_bytes((error.cookie or b'')[:4], 'little')
            errors += 1
        except OSError:
            pass
        b.m.sock.nth = 0
        got = [r['dst'] for r in b.look.routes(10) if not r['followed']]
        if applied is None:
            same(len(got) in (0, len(many)), True, 'all or none')
        else:
            same(len(got), applied, f'routes after fault {nth}')
        if got:
            clear()
        if not b.m.sock.hit:
            break
    same(errors > 40, True, f'{errors} faults hit the routes')


@test
def answers():
    b = Bench('p1')
    b.look.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    b.look.route_new(10, route('10.0.0.0/8', via(nhid=4)))
    for request in lambda: b.m.fib(10), lambda: b.m.nexthop(4), \
            lambda: b.m.route(10, '10.0.0.0/8'), \
            lambda: b.m.lookup(10, '10.0.0.1'), lambda: b.m.fibs(), \
            lambda: b.m.nexthops(), lambda: b.m.routes(), \
            lambda: b.m.fib_check(10):
        b.sweep(request)


@test
def link_add_and_delete():
    b = Bench()
    b.state = lambda: (set(b.look.fibs()), set(masters(b.links)))
    b.sweep_link(lambda: b.r.add('fib10', 'mfib', attr(IFLA_MFIB_ID, 10)),
                 lambda: b.links.delete('fib10'))
    b.links.add('fib10', 'mfib', attr(IFLA_MFIB_ID, 10))
    b.sweep_link(lambda: b.r.delete('fib10'),
                 lambda: b.links.add('fib10', 'mfib', attr(IFLA_MFIB_ID, 10)))


@test
def link_up_and_down():
    b = Bench('p1')
    b.sweep_link(lambda: b.r.up('fib10', False), lambda: b.links.up('fib10'))
    b.sweep_link(lambda: b.r.up('p1', False), lambda: b.links.up('p1'))


@test
def port_join_and_leave():
    b = Bench('p1')
    for up in True, False:
        b.links.master('p1')
        b.links.up('p1', up)
        b.sweep_link(lambda: b.r.master('p1', 'fib10'),
                     lambda: b.links.master('p1'))
        b.links.master('p1', 'fib10')
        b.sweep_link(lambda: b.r.master('p1'),
                     lambda: b.links.master('p1', 'fib10'))


if __name__ == '__main__':
    Mfib()  # loads the module
    fault.setup()
    ktap.main(seconds=120)
