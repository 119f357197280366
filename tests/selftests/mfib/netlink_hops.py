#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family: routes with several next hops, which are a group without
an id."""
import errno
import os
import random
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from genl import attr, nest
from ktap import same, test
from listener import Mirror
from mfib import *
from mfib import at_fault, bed, number, refused

APPEND = NLM_F_CREATE | NLM_F_APPEND


def three(fib=10):
    return bed(fib, 'p1', 'p2', 'p3'), Mfib()


def found(m, prefix='10.0.0.0/8', fib=10, **which):
    """(gateway, device, weight) of the next hops of a route, which must be
    consistent."""
    m.fib_check(fib)
    return [hop[:3] for hop in m.route(fib, prefix, **which)['hops']]


A, B, C = (('192.0.2.1', 'p1', 1), ('192.0.2.2', 'p2', 1),
           ('2001:db8::3', 'p3', 7))


@test
def route_with_next_hops():
    r, m = three()
    mirror = Mirror(m)
    m.route_new(10, route('10.0.0.0/8', hops(A[:2], B, C)),
                route('2001:db8:9::/48', hops((None, 'p1'), C)))
    same(found(m), [A, B, C])
    same(found(m, '2001:db8:9::/48'), [(None, 'p1', 1), C])
    same([x['dst'] for x in m.routes(10) if 'hops' in x],
         ['10.0.0.0/8', '2001:db8:9::/48'], 'dump')
    same(m.nexthops(), {}, 'with an id')
    m.route_new(10, route('10.0.0.0/8', hops(C, A)), flags=REPLACE)
    same(found(m), [C, A])
    # one is no group
    m.route_new(10, route('10.0.0.0/8', hops(B)), flags=REPLACE)
    same(m.route(10, '10.0.0.0/8')['via'], '192.0.2.2')
    m.route_del(10, route('10.0.0.0/8'), route('2001:db8:9::/48'))
    mirror.check()


@test
def routes_share_them():
    r, m = three()
    count = 1000
    m.route_new(10, *(route(f'10.{n >> 8}.{n & 255}.0/24', hops(A, B, C))
                      for n in range(count)))
    m.route_new(10, route('11.0.0.0/8', hops(A, C, B)))
    r.delete('p2')
    same({tuple(h[:3] for h in x['hops']) for x in m.routes(10)}, {(A, C)})
    # those that lost one, and those who never had it
    m.route_new(10, route('12.0.0.0/8', hops(A, C)))
    r.add('p2', 'dummy', up=True)
    r.master('p2', 'fib10')
    m.route_new(10, route('13.0.0.0/8', hops(A, B, C)))
    same(found(m, '10.0.0.0/24'), [A, C])
    same(found(m, '13.0.0.0/8'), [A, B, C])
    r.delete('p1')
    r.delete('p3')
    same([x['dst'] for x in m.routes(10)], ['13.0.0.0/8'])
    same(found(m, '13.0.0.0/8'), [B])


@test
def they_follow_their_devices():
    r, m = three()
    m.route_new(10, route('10.0.0.0/8', hops(A, B)),
                route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=1))

    def flags():
        m.fib_check(10)
        return [hop[3] for hop in m.route(10, '10.0.0.0/8')['hops']]

    mirror = Mirror(m)
    r.up('p1', False)
    same(flags(), [MFIB_NEXTHOP_F_DEAD, 0])
    r.up('p2', False)
    same(flags(), [MFIB_NEXTHOP_F_DEAD] * 2)
    same(m.lookup(10, '10.1.1.1')['type'], RTN_BLACKHOLE)
    r.up('p1', True)
    same(flags(), [0, MFIB_NEXTHOP_F_DEAD])
    same(m.lookup(10, '10.1.1.1')['type'], RTN_UNICAST)
    mirror.check()


@test
def ports_that_leave():
    r, m = three()
    m.route_new(10, route('10.0.0.0/8', hops(A, B)),
                route('11.0.0.0/8', hops(A, B, C)))
    mirror = Mirror(m)
    r.master('p1')
    same(found(m), [B])
    same(found(m, '11.0.0.0/8'), [B, C])
    r.master('p2')
    same([x['dst'] for x in m.routes(10)], ['11.0.0.0/8'])
    mirror.check()
    r.delete('fib10')
    same(m.routes(), [])


@test
def appending():
    r, m = three()
    mirror = Mirror(m)
    refused(errno.ENOENT, 'no route', m.route_new, 10,
            route('10.0.0.0/8', via(*A[:2])), flags=NLM_F_APPEND)
    m.route_new(10, route('10.0.0.0/8', via(*A[:2]), proto=17, metric=5),
                flags=APPEND)
    same(m.route(10, '10.0.0.0/8')['via'], '192.0.2.1')
    # what is not said stays
    m.route_new(10, route('10.0.0.0/8', via(*B[:2]), metric=5), flags=APPEND)
    same(found(m), [A, B])
    same(m.route(10, '10.0.0.0/8')['protocol'], 17)
    m.route_new(10, route('10.0.0.0/8', hops(C), metric=5, proto=18),
                flags=NLM_F_APPEND)
    same(found(m), [A, B, C])
    same(m.route(10, '10.0.0.0/8')['protocol'], 18)
    same(len(m.routes(10)), 1)
    # that of another metric is another route
    m.route_new(10, route('10.0.0.0/8', via(*B[:2])), flags=APPEND)
    same([x['metric'] for x in m.routes(10)], [0, 5])
    refused(errno.EINVAL, 'twice', m.route_new, 10,
            route('10.0.0.0/8', via(*B[:2])), flags=APPEND)
    # several of one request
    m.route_new(10, *(route('12.0.0.0/8', hops(hop)) for hop in (A, B, C)),
                flags=APPEND)
    same(found(m, '12.0.0.0/8'), [A, B, C])
    mirror.check()


@test
def appending_what_does_not_go():
    r, m = three()
    m.nexthop_new(via(*A[:2], nhid=7))
    m.route_new(10, route('10.0.0.0/8', via(nhid=7)),
                route('11.0.0.0/8', kind=RTN_BLACKHOLE),
                route('12.0.0.0/8', via(*A[:2])),
                route('13.0.0.0/8', hops(*((f'192.0.2.{n}', 'p1')
                                           for n in range(1, 65)))))
    before = m.routes(10)
    for code, text, prefix, hop, flags in (
            (errno.EINVAL, 'by id', '10.0.0.0/8', via(*B[:2]), APPEND),
            (errno.EEXIST, 'no next hop', '11.0.0.0/8', via(*B[:2]), APPEND),
            (errno.EINVAL, 'not by id', '12.0.0.0/8', via(nhid=7), APPEND),
            (errno.EINVAL, 'twice', '12.0.0.0/8', hops(B, A), APPEND),
            (errno.E2BIG, '64 next hops', '13.0.0.0/8', via(*B[:2]), APPEND),
            (errno.EINVAL, 'appended', '12.0.0.0/8', via(*B[:2]),
             APPEND | NLM_F_REPLACE),
            (errno.EINVAL, 'appended', '12.0.0.0/8', via(*B[:2]),
             APPEND | NLM_F_EXCL)):
        refused(code, text, m.route_new, 10, route(prefix, hop), flags=flags)
    refused(errno.EINVAL, 'no next hop', m.route_new, 10,
            route('12.0.0.0/8', via(*B[:2]), kind=RTN_BLACKHOLE), flags=APPEND)
    refused(errno.EINVAL, 'appended', m.route_new, 10,
            route('12.0.0.0/8', kind=RTN_BLACKHOLE), flags=APPEND)
    same(m.routes(10), before)


@test
def wrong_next_hops():
    r, m = three()
    r.add('other', 'dummy', up=True)
    m.nexthop_new(via(*A[:2], nhid=7))

    def wrong(code, text, contents, *path, prefix='10.0.0.0/8'):
        at_fault(m, code, text, MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(10) + route(prefix, contents), MFIB_A_ROUTE,
                 MFIB_ROUTE_A_NEXTHOP, *path)

    members = MFIB_NEXTHOP_A_GROUP
    second = (members, (MFIB_GROUP_A_MEMBER, 1))
    wrong(errno.EINVAL, 'no next hop', hops(), members)
    wrong(errno.EINVAL, 'neither', hops(A, ()), *second)
    wrong(errno.EXDEV, 'not a port', hops(A, ('192.0.2.2', 'other')), *second,
          MFIB_MEMBER_A_IFINDEX)
    wrong(errno.ENETUNREACH, 'name the device', hops(A, ('192.0.2.9',)),
          *second, MFIB_MEMBER_A_GATEWAY)
    wrong(errno.ERANGE, '', hops(A, (None, 'p2', 257)), *second,
          MFIB_MEMBER_A_WEIGHT)
    wrong(errno.E2BIG, '64 next hops', hops(*((f'192.0.2.{n}', 'p1')
                                              for n in range(1, 66))),
          members, (MFIB_GROUP_A_MEMBER, 64))
    wrong(errno.EINVAL, 'not both', hops(A, B) + via(dev='p1'),
          MFIB_NEXTHOP_A_IFINDEX)
    wrong(errno.EINVAL, 'not by both', hops(A, B) + via(nhid=7),
          MFIB_NEXTHOP_A_ID)
    wrong(errno.EINVAL, 'with an id',
          hops(A, B) + attr(MFIB_NEXTHOP_A_BUCKETS, 64),
          MFIB_NEXTHOP_A_BUCKETS)
    for more in attr(MFIB_MEMBER_A_ID, 7), attr(MFIB_MEMBER_A_BACKUP, b''):
        contents = nest(MFIB_NEXTHOP_A_GROUP, nest(
            MFIB_GROUP_A_MEMBER,
            attr(MFIB_MEMBER_A_GATEWAY, bytes([192, 0, 2, 1])), more))
        wrong(errno.EINVAL, 'a group with an id', contents, members,
              MFIB_GROUP_A_MEMBER, number(more[2:4]))
    refused(errno.EINVAL, 'IPv4 gateway', m.route_new, 10,
            route('2001:db8::/32', hops(C, A)))
    refused(errno.EINVAL, 'several next hops', m.route_del, 10,
            route('10.0.0.0/8', hops(A, B)))
    # and a group with an id has members with ids
    at_fault(m, errno.EINVAL, 'by its id', MFIB_CMD_NEXTHOP_NEW, ADD,
             nest(MFIB_A_NEXTHOP, via(nhid=9) + hops(A)), MFIB_A_NEXTHOP,
             MFIB_NEXTHOP_A_GROUP, MFIB_GROUP_A_MEMBER, MFIB_MEMBER_A_IFINDEX)
    same(m.routes(10), [])


@test
def as_many_as_a_message_takes():
    r, m = three()
    many = [(f'2001:db8::{n:x}', 'p1', 256) for n in range(1, 65)]
    mirror = Mirror(m)
    m.route_new(10, route('2001:db8:9::/48', hops(*many), generation=1))
    same(found(m, '2001:db8:9::/48'), many)
    same(m.routes(10)[0]['hops'], [hop + (0,) for hop in many])
    r.up('p1', False)
    mirror.check()


@test
def in_a_draft():
    r, m = three()
    m.request(MFIB_CMD_DRAFT_NEW, 0, fib_id(10))
    draft = fib_id(10) + attr(MFIB_A_DRAFT, b'')
    m.request(MFIB_CMD_ROUTE_NEW, ADD,
              draft + route('10.0.0.0/8', hops(A, B)) +
              route('11.0.0.0/8', hops(A)))
    m.request(MFIB_CMD_ROUTE_NEW, APPEND,
              draft + route('10.0.0.0/8', hops(C)))
    r.master('p1')
    m.request(MFIB_CMD_DRAFT_COMMIT, 0, fib_id(10))
    same([x['dst'] for x in m.routes(10)], ['10.0.0.0/8'])
    same(found(m), [B, C])


@test
def at_random():
    """Routes have the next hops that they were given, in their order, but for
    those whose ports left."""
    r, m = bed(10, *(f'p{n}' for n in range(6))), Mfib()
    rng = random.Random(1972)
    ports = set(range(6))
    known = {}
    for _ in range(400):
        prefix = f'10.{rng.randrange(8)}.0.0/16'
        some = [(f'192.0.2.{10 * n + rng.randrange(1, 4)}', f'p{n}',
                 rng.randrange(1, 4))
                for n in rng.sample(sorted(ports), min(len(ports), 3))]
        action = rng.randrange(8)
        if action == 0 and prefix in known:
            m.route_del(10, route(prefix))
            del known[prefix]
        elif action == 1:
            n = rng.randrange(6)
            name = f'p{n}'
            r.master(name, *(() if n in ports else ('fib10',)))
            ports ^= {n}
            if n not in ports:
                known = {key: [hop for hop in value if hop[1] != name]
                         for key, value in known.items()}
                known = {key: value for key, value in known.items() if value}
        elif action < 4 and some and prefix in known and \
                not {x[:2] for x in some} & {x[:2] for x in known[prefix]}:
            m.route_new(10, route(prefix, hops(*some)), flags=APPEND)
            known[prefix] = known[prefix] + some
        elif some:
            m.route_new(10, route(prefix, hops(*some)), flags=REPLACE)
            # one alone has nobody to weigh against
            known[prefix] = some if len(some) > 1 else [some[0][:2] + (1,)]
        m.fib_check(10)
        same({x['dst']: [hop[:3] for hop in x['hops']] if 'hops' in x else
              [(x['via'], socket.if_indextoname(x['ifindex']), 1)]
              for x in m.routes(10)}, known)


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
