#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Memory that runs out at any allocation of any request: precise errors,
nothing half done, nothing lost."""
import errno
import fcntl
import itertools
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
from genl import NLM_F_BULK, NLM_F_CREATE, attr
from ktap import CLONE_NEWNET, poll, same, test, unshare
from listener import Listener, Lost
from mfib import *
from mfib import bed
from packet import link_attrs, mac_of, wire
from rtnl import Rtnl

SIOCGIFFLAGS = 0x8913


def is_up(r, name):
    ifreq = fcntl.ioctl(r.sock, SIOCGIFFLAGS,
                        struct.pack('16s24x', name.encode()))
    return struct.unpack_from('H', ifreq, 16)[0] & rtnl.IFF_UP


class Bench:
    """A FIB with two ports, whose clients' requests can be made to fail."""

    def __init__(self, *ports):
        self.look, self.links = Mfib(), Rtnl()
        if ports:
            bed(10, *ports, r=self.links)
        self.m, self.r = fault.attach(Mfib()), fault.attach(Rtnl())

    def state(self):
        """All that can be read. Devices have their names in it, for indices
        do not come back."""
        names = dict(socket.if_nameindex())
        names[0] = None

        def name(values, kind):
            if kind in values:
                index = values[kind]
                if isinstance(index, bytes):
                    index = number(index)
                values[kind] = names[index]
            return values

        fibs = {}
        for fib, values in self.look.fibs().items():
            # a removal that lacks memory to shrink a node leaves it large
            values.pop(MFIB_FIB_A_BYTES)
            values.pop(MFIB_FIB_A_TREE4)
            values.pop(MFIB_FIB_A_TREE6)
            self.look.fib_check(fib)
            values.pop(MFIB_FIB_A_STATS, None)
            values.pop(MFIB_FIB_A_PAD, None)
            # the kernel's own routes are followed when there is time
            values.pop(MFIB_FIB_A_ROUTES4)
            values.pop(MFIB_FIB_A_ROUTES6)
            fibs[fib] = name(values, MFIB_FIB_A_IFINDEX)
        ports = sorted((fib, names[index]) for fib, index in self.look.ports())
        hops = {nhid: name(values, MFIB_NEXTHOP_A_IFINDEX)
                for nhid, values in self.look.nexthops().items()}
        routes = [(fib, sorted(str(name(route, 'ifindex'))
                               for route in self.look.routes(fib)
                               if not route['followed'])) for fib in fibs]
        links = {}
        for index, link in sorted(names.items()):
            if index:
                (_, attrs), = self.links.link(rtnl.RTM_GETLINK, 0, index)
                attrs = dict(attrs)
                links[link] = (is_up(self.links, link),
                               number(attrs[rtnl.IFLA_MTU]),
                               names[number(attrs.get(rtnl.IFLA_MASTER, b''))])
        return fibs, ports, hops, routes, links

    def sweep(self, request, undo=None):
        return fault.sweep(self.m, self.state, request, undo)

    def sweep_link(self, request, undo=None):
        return fault.sweep(self.r, self.state, request, undo)


def remove_links(b):
    for _, name in socket.if_nameindex():
        if name != 'lo':
            b.links.delete(name)


@test
def fib_new_and_delete():
    b = Bench()
    faults = b.sweep(lambda: b.m.fib_new(10), lambda: b.look.fib_del(10))
    same(faults >= 2, True, f'of {faults} faults one hit a FIB')
    b.sweep(lambda: b.m.fib_new(10, max_routes=5), lambda: b.look.fib_del(10))
    b.look.fib_new(10)
    for flags in CHANGE, REPLACE:
        b.sweep(lambda: b.m.fib_new(10, flags, max_routes=7),
                lambda: b.look.fib_new(10, CHANGE, max_routes=0))
    b.sweep(lambda: b.m.fib_del(10), lambda: b.look.fib_new(10))


@test
def fib_new_beside_a_device():
    """The device's FIB gets a second holder, who loses nothing if it fails."""
    b = Bench('p1')
    b.look.route_new(10, route('10.0.0.0/8', via(dev='p1')))
    b.sweep(lambda: b.m.fib_new(10, REPLACE, max_routes=5),
            lambda: b.look.fib_new(10, CHANGE, max_routes=0))


@test
def fib_delete_with_device_and_routes():
    """A FIB goes with its device and routes, or stays with them all. A port
    that leaves goes down and up, for which memory may be short."""
    b = Bench('p1')
    state = b.state

    def hop_is_dead():
        return b.look.nexthop(4)[MFIB_NEXTHOP_A_FLAGS]

    def state_but_dead():
        all_of_it = state()
        for values in all_of_it[2].values():
            values.pop(MFIB_NEXTHOP_A_FLAGS)
        return all_of_it

    def fill():
        b.look.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
        b.look.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                         route('10.0.0.0/8', via(dev='p1'), metric=9),
                         route('2001:db8::/32', via('fe80::9', 'p1')))

    def undo():
        poll('the next hop is alive', lambda: not hop_is_dead())
        b.links.delete('p1')
        bed(10, 'p1', r=b.links)
        fill()

    fill()
    b.state = state_but_dead
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


@test
def group_new_replace_delete():
    b = Bench('p1', 'p2')
    for n in 1, 2:
        b.look.nexthop_new(via(dev=f'p{n}', nhid=n))
    b.sweep(lambda: b.m.nexthop_new(group(9, 1, member(2, 200), buckets=4096)),
            lambda: b.look.nexthop_del(9))
    b.look.nexthop_new(group(9, 1))
    b.sweep(lambda: b.m.route_new(10, route('11.0.0.0/8', via(nhid=9))),
            lambda: b.look.route_del(10, route('11.0.0.0/8')))
    b.look.route_new(10, route('11.0.0.0/8', via(nhid=9)))
    b.look.route_new(10, route('2001:db8::/32', via(nhid=9)))
    # which lets the member that is new be used by both families
    b.sweep(lambda: b.m.nexthop_new(group(9, 1, 2), flags=CHANGE),
            lambda: b.look.nexthop_new(group(9, 1), flags=CHANGE))
    b.look.nexthop_new(group(9, 1, 2), flags=CHANGE)

    def again():
        b.look.nexthop_new(via(dev='p2', nhid=2))
        b.look.nexthop_new(group(9, 1, 2), flags=CHANGE)

    b.sweep(lambda: b.m.nexthop_del(2), again)


@test
def route_with_next_hops():
    b = Bench('p1', 'p2', 'p3')
    two = hops(('192.0.2.1', 'p1', 3), ('192.0.2.2', 'p2'))
    for prefix in '10.0.0.0/8', '2001:db8::/32':
        if ':' in prefix:
            two = hops(('fe80::1', 'p1'), (None, 'p2', 256))
        b.sweep(lambda: b.m.route_new(10, route(prefix, two)),
                lambda: b.look.route_del(10, route(prefix)))
        b.look.route_new(10, route(prefix, two))
        b.sweep(lambda: b.m.route_new(10, route(prefix, via(dev='p3')),
                                      flags=NLM_F_APPEND),
                lambda: b.look.route_new(10, route(prefix, two),
                                         flags=CHANGE))
        b.sweep(lambda: b.m.route_new(10, route(prefix, hops(('fe80::3', 'p3'),
                                                             (None, 'p2'))),
                                      flags=CHANGE),
                lambda: b.look.route_new(10, route(prefix, two),
                                         flags=CHANGE))


@test
def routes_with_an_mtu():
    b = Bench('p1', 'p2')
    mtu = attr(MFIB_NEXTHOP_A_MTU, 1300) + \
        attr(MFIB_NEXTHOP_A_MTU_LOCKED, b'')
    for prefix in '10.0.0.0/8', '2001:db8::/32':
        b.sweep(lambda: b.m.route_new(10, route(prefix, via(dev='p1') + mtu)),
                lambda: b.look.route_del(10, route(prefix)))
        b.sweep(lambda: b.m.route_new(10, route(prefix, hops(
                    (None, 'p1'), (None, 'p2')) + mtu)),
                lambda: b.look.route_del(10, route(prefix)))
    b.look.nexthop_new(via(dev='p1', nhid=4))
    b.look.route_new(10, route('10.0.0.0/8', attr(MFIB_NEXTHOP_A_ID, 4)))
    b.sweep(lambda: b.m.nexthop_new(via(dev='p1', nhid=4) + mtu,
                                    flags=REPLACE),
            lambda: b.look.nexthop_new(via(dev='p1', nhid=4), flags=REPLACE))


@test
def port_settings():
    b = Bench('p1')
    index = socket.if_nametoindex('p1')
    b.sweep(lambda: b.m.port_set(index, attr(MFIB_PORT_A_RPF, b'\2')))


@test
def routes_that_leak():
    b = Bench('p1')
    bed(20, 'q1', r=b.links)
    b.sweep(lambda: b.m.nexthop_new(attr(MFIB_NEXTHOP_A_ID, 4) +
                                    attr(MFIB_NEXTHOP_A_FIB_ID, 20)),
            lambda: b.look.nexthop_del(4))
    for prefix, hop in ('10.0.0.0/8', attr(MFIB_NEXTHOP_A_FIB_ID, 20)), \
            ('2001:db8::/32', attr(MFIB_NEXTHOP_A_FIB_ID, 20)), \
            ('11.0.0.0/8', via('192.0.2.9', 'q1')), \
            ('12.0.0.0/8', hops((None, 'p1'), (None, 'q1'))):
        new = route(prefix, hop, flags=MFIB_ROUTE_F_FOREIGN)
        b.sweep(lambda: b.m.route_new(10, new),
                lambda: b.look.route_del(10, route(prefix)))
        b.look.route_new(10, new)

    def again():
        bed(20, 'q1', r=b.links)
        b.look.route_new(
            10, *(route(prefix, hop, flags=MFIB_ROUTE_F_FOREIGN)
                  for prefix, hop in (
                      ('10.0.0.0/8', attr(MFIB_NEXTHOP_A_FIB_ID, 20)),
                      ('2001:db8::/32', attr(MFIB_NEXTHOP_A_FIB_ID, 20)),
                      ('11.0.0.0/8', via('192.0.2.9', 'q1')))))

    b.look.route_del(10, route('12.0.0.0/8'))
    b.links.delete('q1')
    b.links.delete('fib20')
    again()

    def undo():
        b.links.delete('q1')
        again()

    b.state = lambda: [r['dst'] for r in b.look.routes(10)
                       if not r['followed']]
    b.sweep(lambda: b.m.fib_del(20), undo)


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
def bulk_deletes_stop_where_memory_does():
    b = Bench('p1')
    fixed = [('172.16.0.0/12', via(dev='p1'))]
    prefixes = [f'10.{i}.0.0/16' for i in range(20)]
    b.look.route_new(10, *(route(dst, hop) for dst, hop in fixed))

    def routes():
        return {r['dst'] for r in b.look.routes(10) if not r['followed']}

    def check(requests, left):
        """requests is a function that sends them, left one that counts."""
        for nth in itertools.count(1):
            b.m.sock.nth = nth
            done = len(prefixes)
            try:
                requests()
            except genl.Error as error:
                same(b.m.sock.hit, True, 'an error by the fault')
                done = int.from_bytes((error.cookie or b'')[:4], 'little')
            except OSError:
                done = None
            b.m.sock.nth = 0
            now = len(prefixes) - left()
            same(now in (0, len(prefixes)) if done is None else now == done,
                 True, f'{now} of {done} objects gone after fault {nth}')
            b.look.fib_check(10)
            restore()
            if not b.m.sock.hit:
                return

    def restore():
        have = routes()
        hops = b.look.nexthops()
        for i, dst in enumerate(prefixes):
            if i + 1 not in hops:
                b.look.nexthop_new(via(f'192.0.2.{i + 1}', 'p1', nhid=i + 1))
            if dst not in have:
                b.look.route_new(10, route(dst, via(nhid=i + 1)))

    restore()
    check(lambda: b.m.route_del(10, *(route(dst) for dst in prefixes)),
          lambda: len(routes()) - len(fixed))
    check(lambda: b.m.request(MFIB_CMD_NEXTHOP_DEL, 0, b''.join(
              nh_nest(attr(MFIB_NEXTHOP_A_ID, i + 1))
              for i in range(len(prefixes)))),
          lambda: len(b.look.nexthops()))


@test
def flush():
    b = Bench('p1')
    routes = [route(prefix, **what) for prefix, what in some_routes()]
    b.look.route_new(10, *routes)
    for which in b'', attr(MFIB_A_FAMILY, bytes([AF_INET6])):
        b.sweep(lambda: b.m.request(MFIB_CMD_ROUTE_DEL, NLM_F_BULK,
                                    fib_id(10) + which),
                lambda: b.look.route_new(10, *routes, flags=REPLACE))


@test
def drafts():
    """A draft begins whole, with what the FIB follows, or not at all. Once it
    is committed nothing is in the way."""
    b = Bench('p1')
    routes = [route(prefix, **what) for prefix, what in some_routes()]
    old = route('11.0.0.0/8', via(dev='p1')), \
        route('10.0.0.0/8', via(dev='p1'), metric=3), \
        route('10.0.0.0/8', via(dev='p1'), metric=1)
    b.links.address('p1', '192.0.2.1/24')
    poll('the address is followed', lambda: len(b.look.routes(10)) >= 3)
    b.look.route_new(10, *old)

    def draft(cmd, *attrs):
        return lambda: b.m.request(cmd, NLM_F_CREATE, fib_id(10) +
                                   b''.join(attrs))

    flag = attr(MFIB_A_DRAFT, b'')
    begin, commit = draft(MFIB_CMD_DRAFT_NEW), draft(MFIB_CMD_DRAFT_COMMIT)
    discard = draft(MFIB_CMD_DRAFT_DEL)
    faults = b.sweep(begin, discard)
    same(faults > 5, True, f'of {faults} faults some hit what is copied')
    begin()
    for one in routes:
        b.sweep(draft(MFIB_CMD_ROUTE_NEW, flag, one),
                draft(MFIB_CMD_ROUTE_DEL, flag, one))
    fill = draft(MFIB_CMD_ROUTE_NEW, flag, *routes)
    fill()
    b.sweep(discard, lambda: (begin(), fill()))

    def undo():
        b.look.request(MFIB_CMD_ROUTE_DEL, NLM_F_BULK, fib_id(10))
        b.look.route_new(10, *old)
        begin()
        fill()

    b.sweep(commit, undo)


@test
def answers():
    b = Bench('p1')
    b.look.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    b.look.route_new(10, route('10.0.0.0/8', via(nhid=4)))
    for request in lambda: b.m.fib(10), lambda: b.m.nexthop(4), \
            lambda: b.m.route(10, '10.0.0.0/8'), \
            lambda: b.m.lookup(10, '10.0.0.1'), lambda: b.m.fibs(), \
            lambda: b.m.ports(), lambda: b.m.ports(10), \
            lambda: b.m.nexthops(), lambda: b.m.routes(), \
            lambda: b.m.routes(10, AF_INET), lambda: b.m.routes(10, AF_INET6), \
            lambda: b.m.fib_check(10):
        b.sweep(request)


@test
def changes_that_are_told():
    """Who listens hears of everything that was done, or that something was
    lost. What is done does not depend on whether it can be told."""
    b, l = Bench('p1', 'p2'), Listener()
    many = [route(f'10.{i}.0.0/16', via('192.0.2.9', 'p1'))
            for i in range(40)]
    hop = via('192.0.2.9', 'p1', nhid=4)
    b.look.route_new(10, route('11.0.0.0/8', via(dev='p1')),
                     route('11.0.0.0/8', via(dev='p2'), metric=7))
    lost = heard = 0
    for client, change, undo in (
            (b.m, lambda: b.m.route_new(10, *many, flags=REPLACE),
             lambda: b.look.route_del(10, *many)),
            (b.m, lambda: b.m.nexthop_new(hop, REPLACE),
             lambda: b.look.nexthop_del(4)),
            (b.m, lambda: b.m.fib_new(20, REPLACE),
             lambda: b.look.fib_del(20)),
            (b.r, lambda: b.r.up('p1', False), lambda: b.links.up('p1'))):
        for nth in itertools.count(1):
            l.forget()
            before = b.look.change_seq(10)
            client.sock.nth, failed = nth, False
            try:
                change()
            except OSError:
                failed = True
            client.sock.nth = 0
            done = b.look.change_seq(10) - before
            try:
                same(len(l.hear()), done, f'events after fault {nth}')
                heard += done
            except Lost:
                lost += 1
                l.forget()
            if failed:
                change()
            undo()
            if not client.sock.hit and not failed:
                break
    same(lost > 3, True, f'{lost} faults lost events')
    same(heard > 40, True, f'{heard} events were heard')


@test
def link_add_and_delete():
    b = Bench()
    new = attr(IFLA_MFIB_ID, 10)
    b.sweep_link(lambda: b.r.add('fib10', 'mfib', new),
                 lambda: b.links.delete('fib10'))
    b.links.add('fib10', 'mfib', new)
    b.sweep_link(lambda: b.r.delete('fib10'),
                 lambda: b.links.add('fib10', 'mfib', new))
    b.links.delete('fib10')
    # to a FIB that has been there
    b.look.fib_new(10)
    b.look.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    b.sweep_link(lambda: b.r.add('fib10', 'mfib', new),
                 lambda: b.links.delete('fib10'))


@test
def link_up_and_down():
    b = Bench('p1')
    for name in 'fib10', 'p1':
        b.sweep_link(lambda: b.r.up(name, False), lambda: b.links.up(name))
        b.links.up(name, False)
        b.sweep_link(lambda: b.r.up(name), lambda: b.links.up(name, False))
        b.links.up(name)


@test
def next_hops_of_a_link_that_comes_up():
    """A link is not kept down by a lack of memory. Those next hops that had
    to stay down say so, and come up when there is memory."""
    b = Bench('p1', 'p2')
    b.look.nexthop_new(via('fe80::9', 'p1', nhid=4))
    b.look.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                     route('10.0.0.0/8', via(dev='p2'), metric=9),
                     route('2001:db8::/32', via(nhid=4)))
    state = b.state()
    dead = 0
    for nth in itertools.count(1):
        b.links.up('p1', False)
        b.r.sock.nth, failed = nth, False
        try:
            b.r.up('p1')
        except OSError:
            failed = True
        b.r.sock.nth = 0
        same(b.look.lookup(10, '10.0.0.1')['dead'], False, 'the best is dead')
        dead += is_up(b.links, 'p1') and \
            b.look.nexthop(4)[MFIB_NEXTHOP_A_FLAGS]
        b.look.fib_check(10)
        if not is_up(b.links, 'p1'):
            b.links.up('p1')
        poll(f'the state from before fault {nth}',
             lambda: b.state() == state)
        if not b.r.sock.hit and not failed:
            break
    same(dead > 0, True, f'{dead} faults kept the next hop down')


@test
def link_settings():
    """Of the FIB's device and of a port."""
    b = Bench('p1')
    b.look.route_new(10, route('10.0.0.0/8', via(dev='p1')))
    state = b.state
    for name in 'fib10', 'p1':
        mtu = number(link_attrs(b.links, name)[rtnl.IFLA_MTU])
        b.sweep_link(lambda: b.r.set(name, rtnl.IFLA_MTU, 1400),
                     lambda: b.links.set(name, rtnl.IFLA_MTU, mtu))
        mac = mac_of(b.links, name)
        b.state = lambda: (state(), mac_of(b.links, name))
        b.sweep_link(lambda: b.r.set(name, rtnl.IFLA_ADDRESS,
                                     bytes.fromhex('020000000001')),
                     lambda: b.links.set(name, rtnl.IFLA_ADDRESS, mac))
        b.state = state
    b.sweep_link(lambda: b.r.change('fib10', 'mfib', attr(IFLA_MFIB_ID, 10)))


@test
def link_gets_a_name():
    """Each time it is another link that gets another name, for the core leaves
    behind some of one that could not be changed, in sysfs."""
    b = Bench()
    for name in 'fib10', 'p1':
        for nth in itertools.count(1):
            bed(10, 'p1', r=b.links)
            b.links.up(name, False)
            b.look.route_new(10, route('10.0.0.0/8', via(dev='p1')))
            before, to = repr(b.state()), f'{name}to{nth}'
            b.r.sock.nth, outcome = nth, 1
            try:
                b.r.set(name, rtnl.IFLA_IFNAME, to)
            except genl.Error:
                if not b.r.sock.hit:
                    raise
                outcome = 0
            except OSError:
                outcome = 2
            b.r.sock.nth = 0
            there = {link for _, link in socket.if_nameindex()} & {name, to}
            same(there in ([{name}], [{to}], [{name}, {to}])[outcome], True,
                 f'{there} after fault {nth}')
            same(repr(b.state()).replace(f"'{to}'", f"'{name}'"), before,
                 f'all else after fault {nth}')
            remove_links(b)
            if not b.r.sock.hit:
                break


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


@test
def port_is_deleted():
    """Itself, and with the other end of its wire. The way of a port to another
    namespace is the same for mfib and is not tried here: the core itself warns
    if memory is short on it, in dev_change_net_namespace()."""
    b = Bench()
    bed(10, r=b.links)

    def make():
        wire(b.links, 'rx', 'tx', 'fib10')
        b.look.nexthop_new(via('192.0.2.9', 'rx', nhid=4))
        b.look.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                         route('2001:db8::/32', via(dev='rx')))

    make()
    for name in 'rx', 'tx':
        b.sweep_link(lambda: b.r.delete(name), make)


@test
def namespace_is_set_up():
    """Whatever fails in it, of the core or of mfib. One that is there works."""
    errors = 0
    with open('/proc/thread-self/ns/net') as here:
        for error in fault.Fault().sweep(lambda: unshare(CLONE_NEWNET)):
            if error:
                errors += 1
                continue
            m = Mfib()
            same(m.fibs(), {})
            m.fib_new(10)
            m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
            bed(20, 'p1')
            ktap.setns(here.fileno())
    same(errors > 20, True, f'{errors} faults hit')


@test
def module_is_loaded():
    """Into namespaces that are there already. What fails leaves no module, and
    nothing that would keep the next one out."""
    def works():
        m = Mfib()
        m.fib_new(10)
        m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
        m.fib_del(10)

    unshare(CLONE_NEWNET)
    same(set(fault.sweep_module('mfib', works)), {errno.ENOMEM})
    bed(20, 'p1')


if __name__ == '__main__':
    Mfib()  # loads the module
    fault.setup()
    ktap.main(seconds=300)
