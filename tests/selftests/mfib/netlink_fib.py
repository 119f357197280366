#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family: FIBs and their devices."""
import errno
import os
import random
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
import rtnl
from genl import NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, attr
from ktap import poll, same, test
from mfib import *
from mfib import at_fault, bed, check_effects, fib_nest, refused, u8
from rtnl import Rtnl


# ---- FIBs ----

@test
def fib_new_and_get():
    m = Mfib()
    m.fib_new(10)
    fib = m.fib(10)
    same(fib.pop(MFIB_FIB_A_BYTES) > 0, True, 'takes memory')
    for kind in MFIB_FIB_A_PAD, MFIB_FIB_A_TREE4, MFIB_FIB_A_TREE6:
        fib.pop(kind, None)
    same(fib, {MFIB_FIB_A_ID: 10, MFIB_FIB_A_MAX_ROUTES: 0,
               MFIB_FIB_A_ROUTES4: 0, MFIB_FIB_A_ROUTES6: 0,
               MFIB_FIB_A_FLAGS: 0, MFIB_FIB_A_WARN_ROUTES: 0,
               MFIB_FIB_A_FOLLOW: MFIB_FOLLOW_CONNECTED})
    m.fib_del(10)
    same(m.fibs(), {})


@test
def fib_follow():
    m = Mfib()

    def follow(what, flags=REPLACE):
        m.request(MFIB_CMD_FIB_NEW, flags, fib_nest(
            attr(MFIB_FIB_A_ID, 10), attr(MFIB_FIB_A_FOLLOW, bytes([what]))))

    follow(MFIB_FOLLOW_ALL)
    same(m.fib(10)[MFIB_FIB_A_FOLLOW], MFIB_FOLLOW_ALL)
    # what is not said stays
    m.fib_new(10, REPLACE, max_routes=5)
    same(m.fib(10)[MFIB_FIB_A_FOLLOW], MFIB_FOLLOW_ALL)
    follow(MFIB_FOLLOW_CONNECTED)
    same(m.fib(10)[MFIB_FIB_A_FOLLOW], MFIB_FOLLOW_CONNECTED)
    refused(errno.ERANGE, '', follow, 2)
    at_fault(m, errno.EINVAL, 'id alone', MFIB_CMD_FIB_DEL, 0, fib_nest(
        attr(MFIB_FIB_A_ID, 10), attr(MFIB_FIB_A_FOLLOW, bytes([1]))),
        MFIB_A_FIB, MFIB_FIB_A_FOLLOW)


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
    for cmd in MFIB_CMD_FIB_GET, MFIB_CMD_FIB_DEL, MFIB_CMD_FIB_CHECK:
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
def vrf_of_a_fib():
    r, m = Rtnl(), Mfib()
    m.fib_new(30)
    refused(errno.EBUSY, '', r.add, 'vrf30', 'vrf',
            attr(rtnl.IFLA_VRF_TABLE, 30))
    same('vrf30' in dict(map(reversed, socket.if_nameindex())), False)
    r.add('vrf31', 'vrf', attr(rtnl.IFLA_VRF_TABLE, 31))
    m.fib_del(30)
    r.add('vrf30', 'vrf', attr(rtnl.IFLA_VRF_TABLE, 30))


@test
def fib_is_named_by_id_alone():
    m = Mfib()
    m.fib_new(10)
    payload = fib_nest(attr(MFIB_FIB_A_ID, 10), attr(MFIB_FIB_A_MAX_ROUTES, 0))
    for cmd in MFIB_CMD_FIB_GET, MFIB_CMD_FIB_DEL, MFIB_CMD_FIB_CHECK:
        at_fault(m, errno.EINVAL, 'id alone', cmd, 0, payload, MFIB_A_FIB,
                 MFIB_FIB_A_MAX_ROUTES)
    m.fib(10)


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


# ---- what the trees hold, and whether it is right ----

def some_prefixes(n):
    """Of each family, many of them next to each other."""
    return [f'10.{i >> 8}.{i & 255}.0/24' for i in range(n)], \
        [f'2001:db8:{i:x}::/48' for i in range(n)]


def change_all(change, prefixes, step=1000, **kwargs):
    for at in range(0, len(prefixes), step):
        change(10, *(route(p, **kwargs) for p in prefixes[at:at + step]))


def check_trees(m, form, n):
    """Both trees have a form and n prefixes each, and are sound."""
    fib, trees = m.fib(10), m.trees(10)
    for tree in trees:
        same(set(tree), set(UAPI['mfib_tree_attr'].values()) -
             {MFIB_TREE_A_UNSPEC, MFIB_TREE_A_PAD})
        same((tree[MFIB_TREE_A_FORM], tree[MFIB_TREE_A_PREFIXES]), (form, n))
        same(tree[MFIB_TREE_A_RETIRED_BYTES] <= tree[MFIB_TREE_A_LOOKUP_BYTES],
             True, 'what is retired was for lookups')
        nodes, depth = tree[MFIB_TREE_A_NODES], tree[MFIB_TREE_A_DEPTH]
        if form == MFIB_TREE_FORM_ARRAY:
            same((nodes, depth), (1, 1))
        else:
            same(nodes > depth > 2, True, f'{nodes} nodes, depth {depth}')
    same(sum(tree[kind] for tree in trees for kind in
             (MFIB_TREE_A_LOOKUP_BYTES, MFIB_TREE_A_WRITER_BYTES)),
         fib[MFIB_FIB_A_BYTES], 'bytes of both trees')
    m.fib_check(10)


@test
def trees_of_every_form():
    m = Mfib()
    m.fib_new(10)
    check_trees(m, MFIB_TREE_FORM_ARRAY, 0)
    four, six = some_prefixes(10000)
    have = 0
    for n, form in (1, MFIB_TREE_FORM_ARRAY), (1024, MFIB_TREE_FORM_ARRAY), \
            (1025, MFIB_TREE_FORM_TREE), (8192, MFIB_TREE_FORM_TREE), \
            (10000, MFIB_TREE_FORM_DIRECT):
        for prefixes in four, six:
            change_all(m.route_new, prefixes[have:n], kind=RTN_BLACKHOLE)
        check_trees(m, form, n)
        have = n
    same([tree[MFIB_TREE_A_FORM] for tree in m.trees(10)],
         [MFIB_TREE_FORM_DIRECT] * 2)
    for n, form in (2000, MFIB_TREE_FORM_TREE), (100, MFIB_TREE_FORM_ARRAY), \
            (0, MFIB_TREE_FORM_ARRAY):
        for prefixes in four, six:
            change_all(m.route_del, prefixes[n:have])
        check_trees(m, form, n)
        have = n


@test
def trees_are_apart():
    m = Mfib()
    m.fib_new(10)
    change_all(m.route_new, some_prefixes(2000)[1], kind=RTN_BLACKHOLE)
    # several routes to a prefix are one
    m.route_new(10, *(route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=i)
                      for i in range(3)))
    four, six = m.trees(10)
    same((four[MFIB_TREE_A_PREFIXES], four[MFIB_TREE_A_FORM]),
         (1, MFIB_TREE_FORM_ARRAY))
    same((six[MFIB_TREE_A_PREFIXES], six[MFIB_TREE_A_FORM]),
         (2000, MFIB_TREE_FORM_TREE))
    m.fib_check(10)


@test
def check_while_there_is_no_fib():
    m = Mfib()
    for fib in 0, 10, 254, 0xffffffff:
        at_fault(m, errno.ENOENT, 'no FIB', MFIB_CMD_FIB_CHECK, 0,
                 fib_nest(attr(MFIB_FIB_A_ID, fib)), MFIB_A_FIB,
                 MFIB_FIB_A_ID)
    m.fib_new(10)
    m.fib_check(10)
    m.fib_del(10)
    refused(errno.ENOENT, 'no FIB', m.fib_check, 10)
    # all is checked by asking for each
    refused(errno.EOPNOTSUPP, '', m.dump, MFIB_CMD_FIB_CHECK)


@test
def check_answers_nothing():
    m = Mfib()
    m.fib_new(10)
    seq = m.change_seq(10)
    same(m.fib_check(10), [])
    same(m.change_seq(10), seq, 'change sequence')


@test
def check_of_all_kinds_of_routes():
    """Shared and anonymous next hops, metrics, followed routes, other FIBs."""
    r, m = bed(10, 'p1', 'p2'), Mfib()
    bed(20, 'q1', r=r)
    m.fib_new(30)

    def check_all():
        for fib in 10, 20, 30:
            m.fib_check(fib)

    for addr in '192.0.2.1/24', '2001:db8::1/64':
        r.address('p1', addr)
    poll('followed routes', lambda: len(m.routes(10)) >= 4)
    check_all()
    m.nexthop_new(via(dev='p1', nhid=1))
    m.nexthop_new(via('fe80::9', 'p2', nhid=2))
    for prefix in '10.0.0.0/8', '0.0.0.0/0', '192.0.2.0/24', \
            '2001:db8::/64', '2001:db8:1::/48', '::/0':
        # metric 0 is beside what is followed
        for metric, hop in enumerate((via(nhid=1), via(nhid=2),
                                      via(dev='p2'), None)):
            kind = None if hop else RTN_PROHIBIT
            m.route_new(10, route(prefix, hop, metric=metric, kind=kind))
        for fib in 20, 30:
            m.route_new(fib, route(prefix, kind=RTN_PROHIBIT, metric=3))
        check_all()
    # others become active
    r.up('p1', False)
    check_all()
    r.up('p2', False)
    check_all()
    r.up('p1')
    check_all()
    m.nexthop_new(via(dev='p2', nhid=1), flags=CHANGE)
    check_all()
    m.route_new(10, route('10.0.0.0/8', kind=RTN_THROW, metric=2),
                flags=CHANGE)
    m.route_del(10, route('::/0', metric=1))
    check_all()
    m.nexthop_del(2)
    check_all()
    r.master('p2')
    check_all()
    m.fib_del(20)
    r.delete('fib10')
    refused(errno.ENOENT, 'no FIB', m.fib_check, 20)
    refused(errno.ENOENT, 'no FIB', m.fib_check, 10)
    m.fib_check(30)


@test
def check_beside_changes():
    """It is never caught in the middle of one."""
    m = Mfib()
    m.fib_new(10)
    four, six = some_prefixes(3000)
    change_all(m.route_new, four + six, kind=RTN_BLACKHOLE)

    def change():
        own, x, end = Mfib(), random.Random(1), time.monotonic() + 3
        while time.monotonic() < end:
            for prefix in x.sample(four + six, 50):
                own.route_new(10, route(prefix, kind=RTN_PROHIBIT, metric=7),
                              flags=REPLACE)
                own.route_del(10, route(prefix))
                own.route_new(10, route(prefix, kind=RTN_BLACKHOLE),
                              flags=REPLACE)

    pid, n = ktap.child(change), 0
    while not os.waitpid(pid, os.WNOHANG)[0]:
        m.fib_check(10)
        n += 1
    print(f'{n} checks')
    same(n > 3, True, 'some checks')


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


@test
def port_settings():
    r, m = bed(10, 'p1'), Mfib()
    r.add('d1', 'dummy')
    p1, d1 = map(socket.if_nametoindex, ('p1', 'd1'))

    def rpf():
        (_, attrs), = m.dump(MFIB_CMD_PORT_GET)
        return number(dict(genl.parse(dict(attrs)[MFIB_A_PORT]))[
            MFIB_PORT_A_RPF])

    same(rpf(), MFIB_RPF_NONE)
    for how in MFIB_RPF_STRICT, MFIB_RPF_LOOSE:
        seq = m.change_seq(10)
        m.port_set(p1, u8(MFIB_PORT_A_RPF, how))
        same((rpf(), m.change_seq(10)), (how, seq + 1))
    # what it is already, and nothing, are no changes
    m.port_set(p1, u8(MFIB_PORT_A_RPF, MFIB_RPF_LOOSE))
    m.port_set(p1)
    same((rpf(), m.change_seq(10)), (MFIB_RPF_LOOSE, seq + 1))
    refused(errno.ERANGE, '', m.port_set, p1, u8(MFIB_PORT_A_RPF, 3))
    refused(errno.ENODEV, 'not a port', m.port_set, d1)
    refused(errno.ENODEV, 'not a port', m.port_set,
            socket.if_nametoindex('fib10'))
    refused(errno.ENODEV, 'no such device', m.port_set, 9999)
    refused(errno.EINVAL, 'device is missing', m.request, MFIB_CMD_PORT_SET,
            0, genl.nest(MFIB_A_PORT, u8(MFIB_PORT_A_RPF, 1)))
    # whoever joins anew starts anew
    r.master('p1')
    r.master('p1', 'fib10')
    same(rpf(), MFIB_RPF_NONE)


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
