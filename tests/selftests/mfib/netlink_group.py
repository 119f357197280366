#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family: groups of next hops."""
import errno
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from genl import attr, nest
from ktap import poll, same, test
from listener import Mirror
from mfib import *
from mfib import at_fault, bed, check_effects, nh_nest, refused

IFLA_CARRIER = 33


def three(fib=10):
    """A FIB with the ports p1 to p3, and next hops 1 to 3 through them."""
    r, m = bed(fib, 'p1', 'p2', 'p3'), Mfib()
    for n in 1, 2, 3:
        m.nexthop_new(via(f'192.0.2.{n}', f'p{n}', nhid=n))
    return r, m


def buckets(m, nhid=9):
    """{member: number of its buckets} of a group, which must be consistent."""
    found = m.group(nhid)
    members = found['members']
    if not found['flags'] & MFIB_NEXTHOP_F_DEAD:
        same(sum(x['buckets'] for x in members.values()), found['buckets'],
             'buckets of all members')
    for fib in m.fibs():
        m.fib_check(fib)
    return {nhid: x['buckets'] for nhid, x in members.items()}


@test
def group_flags():
    r, m = three()
    check_effects(lambda flags: m.nexthop_new(group(9, 1, 2), flags),
                  lambda: m.nexthop_del(9))


@test
def group_get():
    r, m = three()
    m.nexthop_new(group(9, 1, member(2, 3), member(3, 256, backup=True),
                        buckets=1000))
    same(m.group(9), {
        'id': 9, 'flags': 0, 'routes': 0, 'buckets': 1000, 'members': {
            1: {'weight': 1, 'backup': False, 'flags': 0, 'buckets': 250},
            2: {'weight': 3, 'backup': False, 'flags': 0, 'buckets': 750},
            3: {'weight': 256, 'backup': True, 'flags': 0, 'buckets': 0}}})
    same(list(m.nexthops()), [1, 2, 3, 9], 'dump')
    # the kernel finds a number of buckets, which no weight is lost in
    m.nexthop_new(group(9, *(member(n, 256) for n in (1, 2, 3))), REPLACE)
    same(m.group(9)['buckets'], 4096)
    m.nexthop_new(group(10, 1, 2))
    same(buckets(m, 10), {1: 32, 2: 32})
    m.nexthop_new(group(11))
    same((m.group(11)['members'], m.group(11)['flags']),
         ({}, MFIB_NEXTHOP_F_DEAD))


@test
def group_of_most_members():
    r, m = bed(10, 'p1'), Mfib()
    for n in range(1, 66):
        m.nexthop_new(via(f'192.0.2.{n}', 'p1', nhid=n))
    at_fault(m, errno.E2BIG, '64 members at most', MFIB_CMD_NEXTHOP_NEW, ADD,
             nh_nest(group(99, *range(1, 66))), MFIB_A_NEXTHOP,
             MFIB_NEXTHOP_A_GROUP, (MFIB_GROUP_A_MEMBER, 64))
    mirror = Mirror(m)
    m.nexthop_new(group(99, *(member(n, 256, backup=n > 32)
                              for n in range(1, 65)), buckets=65536))
    mirror.check()
    same(set(buckets(m, 99).values()), {2048, 0})
    m.route_new(10, route('10.0.0.0/8', via(nhid=99)))
    r.up('p1', False)
    r.up('p1')
    same(set(buckets(m, 99).values()), {2048, 0})


@test
def group_that_cannot_be():
    r, m = three()
    m.nexthop_new(group(8, 1))

    def wrong(code, text, contents, *path):
        at_fault(m, code, text, MFIB_CMD_NEXTHOP_NEW, ADD, nh_nest(contents),
                 MFIB_A_NEXTHOP, *path)

    def one(*attrs):
        return attr(MFIB_NEXTHOP_A_ID, 9) + nest(
            MFIB_NEXTHOP_A_GROUP, nest(MFIB_GROUP_A_MEMBER, *attrs))

    in_member = MFIB_NEXTHOP_A_GROUP, MFIB_GROUP_A_MEMBER
    wrong(errno.EINVAL, 'id is missing',
          nest(MFIB_NEXTHOP_A_GROUP, member(1)))
    wrong(errno.EINVAL, 'neither device nor gateway',
          group(9, 1) + via(dev='p1'), MFIB_NEXTHOP_A_IFINDEX)
    wrong(errno.EINVAL, 'neither device nor gateway',
          group(9, 1) + via('192.0.2.1'), MFIB_NEXTHOP_A_GATEWAY)
    wrong(errno.ENOENT, 'no next hop', group(9, 4), *in_member,
          MFIB_MEMBER_A_ID)
    wrong(errno.EINVAL, "member's id is missing", one(), *in_member)
    wrong(errno.EINVAL, 'member of a group', group(9, 1, 8))
    wrong(errno.ENOENT, 'no next hop', group(9, 9), *in_member,
          MFIB_MEMBER_A_ID)
    wrong(errno.EINVAL, 'twice', group(9, 1, 2, 1))
    for weight in 0, 257, 65535:
        wrong(errno.ERANGE, 'range', group(9, member(1, weight)), *in_member,
              MFIB_MEMBER_A_WEIGHT)
    wrong(errno.EINVAL, 'fewer buckets',
          group(9, member(1, 3), member(2, 2), buckets=4))
    for number in 0, 65537, 0xffffffff:
        wrong(errno.ERANGE, 'range', group(9, 1, buckets=number),
              MFIB_NEXTHOP_A_BUCKETS)
    wrong(errno.EINVAL, 'Only groups', via(dev='p1', nhid=9) +
          attr(MFIB_NEXTHOP_A_BUCKETS, 64), MFIB_NEXTHOP_A_BUCKETS)
    for kind in MFIB_MEMBER_A_FLAGS, MFIB_MEMBER_A_BUCKETS:
        refused(errno.EINVAL, '', m.nexthop_new,
                one(attr(MFIB_MEMBER_A_ID, 1), attr(kind, 1)))
    same(list(m.nexthops()), [1, 2, 3, 8])


@test
def group_stays_a_group():
    r, m = three()
    m.nexthop_new(group(9, 1, 2))
    refused(errno.EINVAL, 'stays a group', m.nexthop_new,
            via(dev='p1', nhid=9), REPLACE)
    refused(errno.EINVAL, 'does not become a group', m.nexthop_new,
            group(3, 1, 2), REPLACE)
    refused(errno.EINVAL, 'member of a group', m.nexthop_new, group(9, 9),
            REPLACE)
    same(buckets(m), {1: 32, 2: 32})


@test
def group_is_named_by_id_alone():
    r, m = three()
    m.nexthop_new(group(9, 1, 2))
    for more, kind, of_route, text in (
            (group(9, 1), MFIB_NEXTHOP_A_GROUP, MFIB_NEXTHOP_A_ID, 'not by both'),
            (attr(MFIB_NEXTHOP_A_ID, 9) + attr(MFIB_NEXTHOP_A_BUCKETS, 64),
             MFIB_NEXTHOP_A_BUCKETS, MFIB_NEXTHOP_A_BUCKETS, 'with an id')):
        for cmd in MFIB_CMD_NEXTHOP_GET, MFIB_CMD_NEXTHOP_DEL:
            at_fault(m, errno.EINVAL, 'id alone', cmd, 0, nh_nest(more),
                     MFIB_A_NEXTHOP, kind)
        at_fault(m, errno.EINVAL, text, MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(10) + route('10.0.0.0/8', more), MFIB_A_ROUTE,
                 MFIB_ROUTE_A_NEXTHOP, of_route)
    same(m.routes(10), [])


@test
def group_of_routes():
    r, m = three()
    m.nexthop_new(group(9, 1, 2))
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)),
                route('11.0.0.0/8', via(nhid=9)),
                route('10.0.0.0/8', via(nhid=3), metric=5))
    same(m.group(9)['routes'], 2)
    same(m.nexthop(1)[MFIB_NEXTHOP_A_ROUTES], 0, 'routes of a member')
    found = m.lookup(10, '10.1.1.1')
    same((found['nhid'], 'ifindex' in found, found['dead']), (9, False, False))
    same([x['metric'] for x in m.routes(10)], [0, 5, 0])
    m.nexthop_del(9)
    same([(x['dst'], x['metric']) for x in m.routes(10)], [('10.0.0.0/8', 5)])
    same(list(m.nexthops()), [1, 2, 3])


@test
def group_of_another_fib():
    r, m = three()
    bed(20, 'q1', r=r)
    m.nexthop_new(via(dev='q1', nhid=4))
    m.nexthop_new(group(9, 1, 4))
    for fib in 10, 20:
        at_fault(m, errno.EXDEV, 'not a port', MFIB_CMD_ROUTE_NEW, ADD,
                 fib_id(fib) + route('10.0.0.0/8', via(nhid=9)), MFIB_A_ROUTE,
                 MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_ID)
    m.nexthop_new(group(9, 1, 2), REPLACE)
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)))
    refused(errno.EXDEV, 'port of the same FIB', m.nexthop_new, group(9, 1, 4),
            REPLACE)
    refused(errno.EXDEV, 'port of the same FIB', m.nexthop_new,
            via(dev='q1', nhid=2), REPLACE)
    refused(errno.EINVAL, 'leave it a member', m.nexthop_new, group(9),
            REPLACE)
    same(buckets(m), {1: 32, 2: 32})
    m.nexthop_new(group(11))
    at_fault(m, errno.EINVAL, 'has no members', MFIB_CMD_ROUTE_NEW, ADD,
             fib_id(10) + route('11.0.0.0/8', via(nhid=11)), MFIB_A_ROUTE,
             MFIB_ROUTE_A_NEXTHOP, MFIB_NEXTHOP_A_ID)


@test
def group_of_both_families():
    r, m = three()
    m.nexthop_new(via('2001:db8::1', 'p1', nhid=4))
    m.nexthop_new(via(dev='p2', nhid=5))
    m.nexthop_new(group(9, 4, 5))
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)),
                route('2001:db8:1::/48', via(nhid=9)))
    refused(errno.EINVAL, 'IPv6 route cannot use an IPv4', m.nexthop_new,
            group(9, 4, 1), REPLACE)
    same(buckets(m), {4: 32, 5: 32})
    m.nexthop_new(group(8, 4, 1))
    refused(errno.EINVAL, 'IPv6 route cannot use an IPv4', m.route_new, 10,
            route('2001:db8:2::/48', via(nhid=8)))
    m.route_new(10, route('11.0.0.0/8', via(nhid=8)))
    # what a member becomes has to do for all of its groups
    refused(errno.EINVAL, 'IPv6 routes use', m.nexthop_new,
            via('192.0.2.9', 'p1', nhid=4), REPLACE)


@test
def group_follows_its_members():
    r, m = three()
    m.nexthop_new(group(9, 1, 2, 3, buckets=60))
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)),
                route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=1))
    same(buckets(m), {1: 20, 2: 20, 3: 20})
    mirror = Mirror(m)
    r.up('p2', False)
    mirror.check()
    same(buckets(m), {1: 30, 2: 0, 3: 30})
    r.up('p1', False)
    same(buckets(m), {1: 0, 2: 0, 3: 60})
    same(m.lookup(10, '10.0.0.1')['metric'], 0)
    r.up('p3', False)
    same(m.group(9)['flags'], MFIB_NEXTHOP_F_DEAD)
    same(set(buckets(m).values()), {0})
    same(m.lookup(10, '10.0.0.1')['metric'], 1)
    same([x['dead'] for x in m.routes(10)
          if 'nhid' in x], [True])
    r.up('p1')
    same(buckets(m), {1: 60, 2: 0, 3: 0})
    same(m.lookup(10, '10.0.0.1')['metric'], 0)
    r.up('p2')
    r.up('p3')
    same(buckets(m), {1: 20, 2: 20, 3: 20})


@test
def group_without_carrier():
    r, m = three()
    m.nexthop_new(group(9, 1, 2))
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)),
                route('11.0.0.0/8', via(nhid=1)),
                route('11.0.0.0/8', via(nhid=3), metric=7),
                route('12.0.0.0/8', via(nhid=1)))

    def carrier(dev, on):
        r.set(dev, IFLA_CARRIER, bytes([on]))

    carrier('p1', 0)
    poll('p2 takes it', lambda: buckets(m) == {1: 0, 2: 64})
    same(m.nexthop(1)[MFIB_NEXTHOP_A_FLAGS], MFIB_NEXTHOP_F_LINKDOWN)
    same(m.group(9)['flags'], 0)
    # another metric takes over; without one there is nothing to lose
    same(m.lookup(10, '11.0.0.1')['metric'], 7)
    same(m.lookup(10, '12.0.0.1')['active'], True)
    carrier('p2', 0)
    poll('nobody is up',
         lambda: m.group(9)['flags'] == MFIB_NEXTHOP_F_LINKDOWN)
    same(buckets(m), {1: 32, 2: 32})
    carrier('p1', 1)
    poll('p1 takes it', lambda: buckets(m) == {1: 64, 2: 0})
    same(m.lookup(10, '11.0.0.1')['metric'], 0)
    # and who comes up without one is not up
    r.up('p2', False)
    r.up('p2')
    same(buckets(m), {1: 64, 2: 0})


@test
def group_with_backups():
    r, m = three()
    m.nexthop_new(via('192.0.2.4', 'p3', nhid=4))
    m.nexthop_new(group(9, 1, member(2, 3), member(3, 1, backup=True),
                        member(4, 1, backup=True)))
    same(buckets(m), {1: 16, 2: 48, 3: 0, 4: 0})
    r.up('p2', False)
    same(buckets(m), {1: 64, 2: 0, 3: 0, 4: 0})
    r.up('p1', False)
    same(buckets(m), {1: 0, 2: 0, 3: 32, 4: 32})
    r.up('p2')
    same(buckets(m), {1: 0, 2: 64, 3: 0, 4: 0})


@test
def member_is_deleted():
    r, m = three()
    m.nexthop_new(group(8, 2))
    m.nexthop_new(group(9, 1, 2))
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)),
                route('11.0.0.0/8', via(nhid=8)),
                route('12.0.0.0/8', via(nhid=2)),
                route('13.0.0.0/8', via(nhid=1)))
    mirror = Mirror(m)
    m.nexthop_del(2)
    mirror.check()
    same([x['dst'] for x in m.routes(10)], ['10.0.0.0/8', '13.0.0.0/8'])
    same(buckets(m), {1: 64})
    same(m.group(8)['members'], {})
    m.nexthop_del(1)
    same(m.routes(10), [])
    same(list(m.nexthops()), [3, 8, 9])
    # an empty group can have members again
    m.nexthop_new(group(9, 3), REPLACE)
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)))


@test
def member_goes_with_its_device():
    r, m = three()
    m.nexthop_new(group(8, 1))
    m.nexthop_new(group(9, 1, 2))
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)),
                route('11.0.0.0/8', via(nhid=8)))
    r.delete('p1')
    same([x['dst'] for x in m.routes(10)], ['10.0.0.0/8'])
    same(buckets(m), {2: 64})
    same(m.group(8)['members'], {})
    r.delete('fib10')
    same(list(m.nexthops()), [2, 3, 8, 9])


@test
def member_whose_device_is_a_port_no_longer():
    r, m = three()
    m.nexthop_new(group(7, 1, 3))
    m.nexthop_new(group(8, 1))
    m.nexthop_new(group(9, 1, 2))
    m.route_new(10, route('10.0.0.0/8', via(nhid=9)),
                route('11.0.0.0/8', via(nhid=8)),
                route('11.0.0.0/8', kind=RTN_BLACKHOLE, metric=1))
    r.master('p1')
    same([(x['dst'], x['metric']) for x in m.routes(10)],
         [('10.0.0.0/8', 0), ('11.0.0.0/8', 1)])
    same(buckets(m), {2: 64})
    # who has no routes keeps his members: routes would be refused
    same(buckets(m, 7), {1: 32, 3: 32})
    refused(errno.EXDEV, 'not a port', m.route_new, 10,
            route('12.0.0.0/8', via(nhid=7)))


@test
def groups_of_a_draft():
    r, m = three()
    m.nexthop_new(group(9, 1, 2))
    m.request(MFIB_CMD_DRAFT_NEW, 0, fib_id(10))
    m.request(MFIB_CMD_ROUTE_NEW, ADD, fib_id(10) + attr(MFIB_A_DRAFT, b'') +
              route('10.0.0.0/8', via(nhid=9)))
    r.master('p1')
    same(buckets(m), {2: 64})
    m.nexthop_del(2)
    m.request(MFIB_CMD_DRAFT_COMMIT, 0, fib_id(10))
    same(m.routes(10), [])


@test
def random_groups():
    """Whatever happens, every bucket is that of a member that is up."""
    r, m = bed(10, *(f'p{n}' for n in range(8))), Mfib()
    up = dict.fromkeys(range(8), True)
    members, hops = {}, {}
    rng = random.Random(1972)
    for _ in range(300):
        action = rng.randrange(5)
        n = rng.randrange(8)
        if action == 0:
            up[n] = not up[n]
            r.up(f'p{n}', up[n])
        elif action == 1:
            nhid = rng.randrange(1, 20)
            m.nexthop_new(via(f'192.0.2.{nhid}', f'p{n}', nhid=nhid), REPLACE)
            hops[nhid] = n
        elif action == 2 and hops:
            nhid = rng.choice(sorted(hops))
            m.nexthop_del(nhid)
            del hops[nhid]
            for wanted in members.values():
                wanted.pop(nhid, None)
        else:
            nhid = rng.randrange(100, 104)
            some = rng.sample(sorted(hops), min(len(hops), rng.randrange(1, 7)))
            wanted = {x: (rng.randrange(1, 9), rng.random() < .3)
                      for x in some}
            if not wanted and m.nexthops().get(nhid):
                continue
            m.nexthop_new(group(nhid, *(member(x, *how)
                                        for x, how in wanted.items())),
                          REPLACE)
            members[nhid] = wanted
            if wanted:
                m.route_new(10, route(f'10.{nhid}.0.0/16', via(nhid=nhid)),
                            flags=REPLACE)
        for nhid, wanted in members.items():
            found = buckets(m, nhid)
            same(set(found), set(wanted), 'members')
            alive = {x: how for x, how in wanted.items() if up[hops[x]]}
            first = {x for x, how in alive.items() if not how[1]} or set(alive)
            same({x for x, number in found.items() if number}, first, 'used')
            for x in first:
                share = wanted[x][0] / sum(wanted[y][0] for y in first)
                if abs(found[x] - share * m.group(nhid)['buckets']) >= 1:
                    raise AssertionError(f'{nhid}: {found}, {wanted}')


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
