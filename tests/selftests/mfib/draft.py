#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Drafts: the routes of a FIB replaced by others, all at once or not at all."""
import errno
import ipaddress
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
import rtnl
from genl import NLM_F_BULK, attr
from ktap import poll, same, test
from listener import Listener, Mirror
from mfib import *
from mfib import bed, refused

FIB = 10
DRAFT = attr(MFIB_A_DRAFT, b'')


class Drafter(Mfib):
    """Who makes a draft of FIB 10."""

    def begin(self):
        self.request(MFIB_CMD_DRAFT_NEW, 0, fib_id(FIB))
        return self

    def add(self, *routes, flags=ADD):
        self.request(MFIB_CMD_ROUTE_NEW, flags,
                     fib_id(FIB) + DRAFT + b''.join(routes))
        return self

    def remove(self, *routes, flags=0):
        self.request(MFIB_CMD_ROUTE_DEL, flags,
                     fib_id(FIB) + DRAFT + b''.join(routes))

    def look_up(self, cmd, addr):
        (_, attrs), = self.request(cmd, 0, fib_id(FIB) + DRAFT + route(addr))
        return decode(dict(attrs)[MFIB_A_ROUTE])

    def commit(self):
        self.request(MFIB_CMD_DRAFT_COMMIT, 0, fib_id(FIB))

    def discard(self):
        self.request(MFIB_CMD_DRAFT_DEL, 0, fib_id(FIB))


def drafted(m):
    """How many routes the draft has, None if there is none."""
    return m.fib(FIB).get(MFIB_FIB_A_DRAFT)


def own(m):
    return [r for r in m.routes(FIB) if not r['followed']]


def hole(prefix, **more):
    return route(prefix, kind=RTN_BLACKHOLE, **more)


@test
def replaces_all_at_once():
    m, d = Mfib(), Drafter()
    m.fib_new(FIB)
    m.route_new(FIB, hole('10.0.0.0/8'), hole('2001:db8::/32'))
    before = m.routes()
    same(drafted(m), None)
    d.begin().add(hole('11.0.0.0/8'), hole('12.0.0.0/8'),
                  hole('2001:db9::/32'))
    same(drafted(m), 3)
    same(m.routes(), before, 'routes before it is committed')
    refused(errno.ENETUNREACH, '', m.lookup, FIB, '11.0.0.1')
    same(d.look_up(MFIB_CMD_ROUTE_LOOKUP, '11.0.0.1')['dst'], '11.0.0.0/8')
    same(d.look_up(MFIB_CMD_ROUTE_GET, '12.0.0.0/8')['dst'], '12.0.0.0/8')
    refused(errno.ENETUNREACH, '', d.look_up, MFIB_CMD_ROUTE_LOOKUP,
            '10.0.0.1')
    m.fib_check(FIB)
    d.commit()
    same([r['dst'] for r in m.routes()],
         ['11.0.0.0/8', '12.0.0.0/8', '2001:db9::/32'])
    same(drafted(m), None)
    m.fib_check(FIB)
    # and an empty one leaves nothing
    d.begin().commit()
    same(m.routes(), [])


@test
def is_its_owners():
    m, d = Mfib(), Drafter()
    other = Drafter()
    m.fib_new(FIB)
    for cmd in MFIB_CMD_DRAFT_NEW, MFIB_CMD_DRAFT_DEL, MFIB_CMD_DRAFT_COMMIT:
        refused(errno.ENOENT, 'no FIB', m.request, cmd, 0, fib_id(11))
        refused(errno.EINVAL, 'missing', m.request, cmd, 0)
    for request in d.commit, d.discard, lambda: d.add(hole('10.0.0.0/8')):
        refused(errno.ENOENT, 'draft', request)
    d.begin()
    for drafter in d, other:
        refused(errno.EBUSY, 'already', drafter.begin)
    for request in (other.commit, lambda: other.add(hole('10.0.0.0/8')),
                    lambda: other.remove(hole('10.0.0.0/8')),
                    lambda: other.look_up(MFIB_CMD_ROUTE_LOOKUP, '10.0.0.1')):
        refused(errno.ENOENT, 'This socket', request)
    refused(errno.EINVAL, 'not filtered', m.dump, MFIB_CMD_ROUTE_GET,
            fib_id(FIB) + DRAFT)
    # whoever may change FIBs may end it
    d.add(hole('10.0.0.0/8'))
    other.discard()
    refused(errno.ENOENT, 'draft', d.commit)
    same(m.routes(), [])
    other.begin().add(hole('10.0.0.0/8')).commit()
    same(len(m.routes()), 1)


@test
def goes_with_its_socket():
    m, d = Mfib(), Drafter()
    m.fib_new(FIB)
    m.route_new(FIB, hole('10.0.0.0/8'))
    d.begin().add(*(hole(f'10.{i}.0.0/16') for i in range(200)))
    d.close()
    same(drafted(m), None)
    same(len(m.routes()), 1)
    Drafter().begin().add(hole('11.0.0.0/8')).commit()
    same([r['dst'] for r in m.routes()], ['11.0.0.0/8'])


@test
def goes_with_its_fib():
    m, d = Mfib(), Drafter()
    m.fib_new(FIB)
    d.begin().add(hole('10.0.0.0/8'), hole('10.0.0.0/8', metric=3))
    m.fib_del(FIB)
    refused(errno.ENOENT, 'no FIB', d.commit)
    m.fib_new(FIB)
    refused(errno.ENOENT, 'draft', d.commit)
    same(m.routes(), [])


@test
def takes_what_the_fib_takes():
    """Ports, limits and connected networks are those of the FIB."""
    m, d = Mfib(), Drafter()
    r = bed(FIB, 'p0')
    r.add('other', 'dummy', up=True)
    r.address('p0', '192.0.2.1/24')
    poll('the address is followed', lambda: len(m.routes(FIB)) >= 3)
    followed = m.routes(FIB)
    m.fib_new(FIB, REPLACE, max_routes=3)
    d.begin()
    refused(errno.EXDEV, 'not a port', d.add,
            route('10.0.0.0/8', via(dev='other')))
    d.add(route('10.0.0.0/8', via('192.0.2.9')))
    refused(errno.ENETUNREACH, 'no connected', d.add,
            route('10.0.0.0/8', via('198.51.100.9')))
    refused(errno.EEXIST, 'has a route', d.add, hole('10.0.0.0/8'))
    refused(errno.EPERM, "kernel's own", d.remove, route('192.0.2.0/24'))
    d.add(hole('11.0.0.0/8'), hole('12.0.0.0/8'))
    refused(errno.ENOSPC, 'max-routes', d.add, hole('13.0.0.0/8'))
    d.remove(route('11.0.0.0/8'))
    d.add(hole('13.0.0.0/8'))
    d.remove(flags=NLM_F_BULK)
    same(drafted(m), 0)
    d.add(hole('10.0.0.0/8'))
    d.commit()
    same([each for each in m.routes(FIB) if each['followed']], followed)
    same([each['dst'] for each in own(m)], ['10.0.0.0/8'])


@test
def sees_what_happens_meanwhile():
    """Addresses come and go, ports leave, next hops are deleted."""
    m, d = Mfib(), Drafter()
    r = bed(FIB, 'p0', 'p1')
    m.nexthop_new(via('192.0.2.9', 'p0', nhid=1))
    r.address('p0', '192.0.2.1/24')
    poll('the address is followed', lambda: len(m.routes(FIB)) >= 2)
    d.begin().add(route('10.0.0.0/8', via(nhid=1)),
                  route('11.0.0.0/8', via(dev='p1')),
                  route('11.0.0.0/8', via(dev='p0'), metric=5),
                  hole('12.0.0.0/8'))
    r.address('p1', '198.51.100.1/24')
    r.address('p0', '192.0.2.1/24', rtnl.RTM_DELADDR)
    poll('addresses are followed', lambda: sorted(
        each['dst'] for each in m.routes(FIB, AF_INET)) ==
        ['198.51.100.0/24', '198.51.100.1/32', '198.51.100.255/32'])
    followed = m.routes(FIB)
    same(drafted(m), 4)
    m.nexthop_del(1)
    same(drafted(m), 3)
    r.delete('p0')
    same(drafted(m), 2)
    m.fib_check(FIB)
    d.commit()
    same([(each['dst'], each['metric']) for each in own(m)],
         [('11.0.0.0/8', 0), ('12.0.0.0/8', 0)])
    same([each for each in m.routes(FIB) if each['followed']], followed)
    m.fib_check(FIB)


@test
def loses_its_device():
    m, d = Mfib(), Drafter()
    r = bed(FIB, 'p0')
    m.fib_new(FIB, REPLACE)
    d.begin().add(route('10.0.0.0/8', via(dev='p0')), hole('11.0.0.0/8'))
    r.delete('fib10')
    same(drafted(m), 1)
    d.commit()
    same([each['dst'] for each in m.routes(FIB)], ['11.0.0.0/8'])


@test
def several_routes_to_a_prefix_wait_for_each_other():
    """After it is committed, too: they are found when a next hop dies."""
    m, d, l = Mfib(), Drafter(), Listener()
    r = bed(FIB, 'p0', 'p1')
    m.route_new(FIB, route('10.0.0.0/8', via(dev='p1')),
                route('10.0.0.0/8', via(dev='p0'), metric=5))
    d.begin().add(route('10.0.0.0/8', via(dev='p0')),
                  route('10.0.0.0/8', via(dev='p1'), metric=5))
    l.quiet()
    r.up('p1', False)
    l.expect('+nexthop 0 dead', '+route 10 10.0.0.0/8 0',
             '+route 10 10.0.0.0/8 5 active',
             ignore=lambda e: e.what.startswith('route') and
             decode(e.object)['followed'])
    d.commit()
    r.up('p0', False)
    same([each['active'] for each in own(m)], [True, False])
    r.up('p1')
    poll('the other forwards', lambda: [
        each['active'] for each in own(m)] == [False, True])
    m.fib_check(FIB)


@test
def what_differs_is_told():
    m, d, l = Mfib(), Drafter(), Listener()
    m.fib_new(FIB, max_routes=4)
    m.route_new(FIB, hole('10.0.0.0/8'), hole('10.0.0.0/16'),
                hole('10.0.0.0/16', metric=1), hole('2001:db8::/32'))
    d.begin().add(hole('10.0.0.0/8'), hole('10.0.0.0/12'),
                  hole('10.0.0.0/16', metric=1))
    l.hear()
    # nobody is told of drafts
    d.add(hole('12.0.0.0/8')).remove(route('12.0.0.0/8'))
    same(l.hear(), [])
    d.commit()
    l.expect('+route 10 10.0.0.0/12 0 active',
             '-route 10 10.0.0.0/16 0 active', '+route 10 10.0.0.0/16 1 active',
             '-route 10 2001:db8::/32 0 active', '+fib 10')
    d.begin().add(hole('10.0.0.0/8'), hole('10.0.0.0/12'),
                  hole('10.0.0.0/16', metric=1)).commit()
    same(l.hear(), [], 'what is told if nothing changes')
    same(m.change_seq(FIB), l.last)


def random_table(rng):
    table = {}
    for _ in range(rng.choice((0, 1, 5, 60, 300))):
        plen = rng.choice((0, 8, 12, 16, 24, 32))
        if rng.random() < .6:
            addr = (10 << 24 | rng.getrandbits(9) << 12) >> 32 - plen
            prefix = ((addr << 32 - plen).to_bytes(4, 'big'), plen)
        else:
            addr = (0x20010db8 << 96 | rng.getrandbits(9) << 100) >> 128 - plen
            prefix = ((addr << 128 - plen).to_bytes(16, 'big'), plen)
        for metric in rng.sample(range(4), rng.choice((1, 1, 1, 2, 3))):
            table[prefix, metric] = rng.choice((
                None, 'p0', 'p1', ('192.0.2.9', 'p0'), 1))
    return table


def as_route(key, hop):
    (addr, plen), metric = key
    prefix = f'{ipaddress.ip_address(addr)}/{plen}'
    if hop is None:
        return hole(prefix, metric=metric)
    if isinstance(hop, tuple):
        if len(addr) == 16:
            return route(prefix, via('2001:db8::9', 'p0'), metric=metric)
        return route(prefix, via(*hop), metric=metric)
    return route(prefix, via(nhid=hop) if hop == 1 else via(dev=hop),
                 metric=metric)


@test
def tables_and_what_is_told_against_a_mirror():
    """Any table after any other; a mirror that only hears what is told has the
    same in the end, with the kernel's own routes among them."""
    rng = random.Random(ktap.LONG)
    m, d = Mfib(), Drafter()
    r = bed(FIB, 'p0', 'p1')
    m.nexthop_new(via(dev='p1', nhid=1))
    r.address('p0', '10.0.1.1/24')
    r.address('p1', '2001:db8::1/64')
    poll('addresses are followed', lambda: len(m.routes(FIB)) >= 4)
    mirror = Mirror(m)
    for _ in range(60 * ktap.LONG):
        table = random_table(rng)
        d.begin()
        routes = [as_route(*each) for each in table.items()]
        rng.shuffle(routes)
        for i in range(0, len(routes), 100):
            d.add(*routes[i:i + 100])
        for port in rng.sample(('p0', 'p1'), rng.choice((0, 0, 1, 2))):
            r.up(port, rng.random() < .5)
        if rng.random() < .2:
            d.discard()
            continue
        d.commit()
        mirror.check()
        m.fib_check(FIB)
        same(sorted((each['dst'], each['metric']) for each in own(m)),
             sorted((f'{ipaddress.ip_address(addr)}/{plen}', metric)
                    for (addr, plen), metric in table))


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main(seconds=120)
