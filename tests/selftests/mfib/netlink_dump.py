#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Dumps: filters, order, and what a reader gets while the tables change."""
import errno
import ipaddress
import os
import random
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
from genl import NLM_F_DUMP, attr, nest
from ktap import same, test
from mfib import *
from mfib import bed, refused


def blackholes(*prefixes, **more):
    return [route(p, kind=RTN_BLACKHOLE, **more) for p in prefixes]


def networks4(n, first='10.0.0.0'):
    at = int(ipaddress.ip_address(first))
    return [f'{ipaddress.ip_address(at + 256 * i)}/24' for i in range(n)]


def networks6(n, first=0):
    return [f'{ipaddress.ip_address((0x20010db8 << 96) + (i << 64))}/64'
            for i in range(first, first + n)]


class Reader(Mfib):
    room = 8192


class RouteDump:
    """A dump of routes, taken message by message so that the tables can
    change in between. The kernel is a message ahead."""

    def __init__(self, payload=b''):
        self.m = Reader()
        self.m.send(MFIB_CMD_ROUTE_GET, NLM_F_DUMP, payload)
        self.answers = self.m.receive()
        self.interrupted = False
        self.got = []  # (FIB, prefix, metric)

    def take(self, n):
        for flags, attrs in self.answers:
            self.interrupted |= bool(flags & genl.NLM_F_DUMP_INTR)
            values = dict(attrs)
            at = decode(values[MFIB_A_ROUTE])
            self.got.append((number(values[MFIB_A_FIB_ID]), at['dst'],
                             at['metric']))
            n -= 1
            if not n:
                return self
        self.interrupted |= bool(self.m.flags & genl.NLM_F_DUMP_INTR)
        return self

    def rest(self):
        return self.take(-1).got


def check_once(got, wanted):
    """Every route of a list was delivered, and exactly once."""
    wanted = set(wanted)
    seen = [x for x in got if x in wanted]
    missing = sorted(wanted - set(seen))
    if missing or len(seen) != len(wanted):
        twice = sorted({x for x in seen if seen.count(x) > 1}) \
            if len(seen) < 5000 else '?'
        raise AssertionError(f'{len(missing)} of {len(wanted)} routes missing, '
                             f'first {missing[:3]}; delivered twice: '
                             f'{twice[:3]}')


@test
def dump_of_nothing():
    m = Mfib()
    same((m.fibs(), m.nexthops(), m.routes()), ({}, {}, []))
    same(m.dump(MFIB_CMD_PORT_GET), [])
    m.fib_new(10)
    same(m.routes(10), [])
    same(m.dump(MFIB_CMD_PORT_GET, fib_id(10)), [])


@test
def dump_filters():
    m = Mfib()
    sets = {}
    for fib in 10, 20, 30:
        m.fib_new(fib)
        for family, prefixes in (AF_INET, networks4(fib)), \
                (AF_INET6, networks6(fib + 1)):
            m.route_new(fib, *blackholes(*prefixes))
            sets[fib, family] = prefixes

    def wanted(fibs, families):
        return [p for fib in fibs for family in families
                for p in sets[fib, family]]

    both = AF_INET, AF_INET6
    for families, family in (both, None), ((AF_INET,), AF_INET), \
            ((AF_INET6,), AF_INET6):
        same([x['dst'] for x in m.routes(family=family)],
             wanted((10, 20, 30), families))
        for fib in 10, 20, 30:
            same([x['dst'] for x in m.routes(fib, family)],
                 wanted((fib,), families))


@test
def dump_filters_that_are_wrong():
    m = Mfib()
    m.fib_new(10)
    refused(errno.ENOENT, 'no FIB', m.dump, MFIB_CMD_ROUTE_GET, fib_id(11))
    refused(errno.ENOENT, 'no FIB', m.dump, MFIB_CMD_ROUTE_GET, fib_id(0))
    refused(errno.ENOENT, 'no FIB', m.dump, MFIB_CMD_PORT_GET, fib_id(11))
    for family in 0, 1, 255:
        refused(errno.EINVAL, 'family', m.dump, MFIB_CMD_ROUTE_GET,
                attr(MFIB_A_FAMILY, bytes([family])))
    for cmd in MFIB_CMD_FIB_GET, MFIB_CMD_NEXTHOP_GET, MFIB_CMD_PORT_GET:
        refused(errno.EINVAL, 'Unknown|Unsupported', m.dump, cmd,
                attr(MFIB_A_FAMILY, b'\2'))


@test
def dump_of_fibs_and_nexthops_takes_no_filter():
    m = Mfib()
    m.fib_new(10)
    refused(errno.EINVAL, '', m.dump, MFIB_CMD_FIB_GET,
            nest(MFIB_A_FIB, attr(MFIB_FIB_A_ID, 10)))
    refused(errno.EINVAL, '', m.dump, MFIB_CMD_NEXTHOP_GET,
            nest(MFIB_A_NEXTHOP, attr(MFIB_NEXTHOP_A_ID, 10)))


@test
def dump_order():
    m = Mfib()
    for fib in 20, 10:
        m.fib_new(fib)
        prefixes = ['0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/9', '10.0.0.0/24',
                    '10.0.0.0/32', '10.0.0.1/32', '10.128.0.0/9',
                    '192.0.2.0/24', '::/0', '::/127', '2001:db8::/32',
                    '2001:db8::/64', '2001:db8::/128', '2001:db8:0:1::/64']
        shuffled = random.Random(1).sample(prefixes, len(prefixes))
        for metric in 3, 1, 2:
            m.route_new(fib, *blackholes(*shuffled, metric=metric))
    got = RouteDump().rest()
    same(got, [(fib, p, metric) for fib in (10, 20) for p in prefixes
               for metric in (1, 2, 3)])


@test
def dump_of_ports():
    r, m = bed(10, 'p1', 'p2'), Mfib()
    bed(20, 'q1', r=r)
    m.fib_new(30)

    def ports(payload=b''):
        result = []
        for _, attrs in m.dump(MFIB_CMD_PORT_GET, payload):
            values = dict(genl.parse(dict(attrs)[MFIB_A_PORT]))
            same(len(numbers(values[MFIB_PORT_A_STATS])) > 10, True, 'counters')
            result.append((number(values[MFIB_PORT_A_FIB_ID]), socket.
                           if_indextoname(number(values[MFIB_PORT_A_IFINDEX]))))
        return result

    same(ports(), [(10, 'p1'), (10, 'p2'), (20, 'q1')])
    same(ports(fib_id(10)), [(10, 'p1'), (10, 'p2')])
    same(ports(fib_id(30)), [])


@test
def dump_of_many_fibs_and_nexthops():
    r, m = rtnl.Rtnl(), Mfib()
    r.add('d1', 'dummy')
    ids = [i * 7 + 1000 for i in range(700)]
    for i in ids:
        m.fib_new(i)
    m.request(MFIB_CMD_NEXTHOP_NEW, ADD,
              b''.join(nest(MFIB_A_NEXTHOP, via(dev='d1', nhid=i))
                       for i in ids))
    same(list(m.fibs()), ids)
    same(list(m.nexthops()), ids)
    same(m.routes(), [])
    for i in ids:
        m.fib_del(i)


@test
def dump_without_change_is_not_interrupted():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *blackholes(*networks4(1000)))
    dump = RouteDump()
    same(len(dump.rest()), 1000)
    same(dump.interrupted, False)


@test
def dump_while_routes_come_and_go():
    m = Mfib()
    stay, go = [], []
    for fib in 10, 20:
        m.fib_new(fib)
        for prefixes in networks4(1000), networks6(1000):
            m.route_new(fib, *blackholes(*prefixes))
            stay += [(fib, p, 0) for p in prefixes[::2]]
            go += [(fib, p) for p in prefixes[1::2]]
    dump = RouteDump()
    i = 0
    while len(dump.got) < 3000:
        dump.take(100)
        # some that were there, some that were not, behind and ahead
        for fib, prefix in go[i:i + 40] + go[-i - 40:len(go) - i]:
            try:
                m.route_del(fib, route(prefix))
            except genl.Error as error:
                same(error.errno, errno.ENOENT)
        m.route_new(10, *blackholes(f'9.{i // 256}.{i % 256}.0/24',
                                    f'200.{i // 256}.{i % 256}.0/24'))
        i += 40
    check_once(dump.rest(), stay)
    same(dump.interrupted, True)


@test
def dump_while_metrics_come_and_go():
    """Routes of one prefix that fill many messages."""
    m = Mfib()
    m.fib_new(10)
    metrics = range(1000, 2500)
    m.route_new(10, *(route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=i)
                      for i in metrics))
    dump = RouteDump().take(300)
    for i in range(1000, 1010):
        m.route_del(10, route('10.0.0.0/8', metric=i))
    dump.take(300)
    m.route_new(10, *(route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=i)
                      for i in range(500, 530)))
    check_once(dump.rest(), [(10, '10.0.0.0/8', i) for i in metrics[10:]])
    same(dump.interrupted, True)


@test
def dump_while_a_prefix_with_metrics_goes():
    m = Mfib()
    m.fib_new(10)
    for prefix in '10.0.0.0/8', '11.0.0.0/8':
        m.route_new(10, *(route(prefix, kind=RTN_BLACKHOLE, metric=i)
                          for i in range(1000)))
    dump = RouteDump().take(100)
    m.route_del(10, *[route('10.0.0.0/8')] * 1000)
    check_once(dump.rest(), [(10, '11.0.0.0/8', i) for i in range(1000)])


@test
def dump_while_a_prefix_comes_before_one_with_metrics():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *(route('11.0.0.0/8', kind=RTN_BLACKHOLE, metric=i)
                      for i in range(1000)))
    dump = RouteDump().take(100)
    m.route_new(10, *blackholes('10.0.0.0/8'))
    check_once(dump.rest(), [(10, '11.0.0.0/8', i) for i in range(1000)])


@test
def dump_of_a_fib_that_is_deleted():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *blackholes(*networks4(2000)))
    dump = RouteDump(fib_id(10)).take(300)
    m.fib_del(10)
    got = dump.rest()
    same(len(got) < 2000, True, 'ended early')
    same(dump.interrupted, True)
    same(m.fibs(), {})


@test
def dump_of_a_fib_that_is_deleted_and_added_again():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *blackholes(*networks4(2000)))
    dump = RouteDump(fib_id(10)).take(300)
    m.fib_del(10)
    m.fib_new(10)
    m.route_new(10, *blackholes(*networks4(100)))
    dump.rest()
    same(dump.interrupted, True)


@test
def dump_of_all_while_the_current_fib_is_deleted():
    m = Mfib()
    for fib in 10, 20:
        m.fib_new(fib)
        m.route_new(fib, *blackholes(*networks4(1000)))
        m.route_new(fib, *blackholes(*networks6(100)))
    dump = RouteDump().take(600)
    m.fib_del(10)
    check_once(dump.rest(), [(20, p, 0)
                             for p in networks4(1000) + networks6(100)])
    same(dump.interrupted, True)


@test
def dump_of_ports_while_the_current_fib_is_deleted():
    r, m = bed(10, *(f'p{i}' for i in range(100))), Mfib()
    # ports of the second one with the lower indices
    r.add('q1', 'dummy')
    bed(5, r=r)
    for i in range(10):
        r.master(f'p{i}', 'fib5')
    r.add('fib20', 'mfib', attr(IFLA_MFIB_ID, 20))
    for i in range(10, 14):
        r.master(f'p{i}', 'fib20')
    d = Reader()
    d.sock.send(d.message(MFIB_CMD_PORT_GET, NLM_F_DUMP, b''))
    got = []

    def take():
        data = d.sock.recv(d.room)
        while data:
            length, kind = int.from_bytes(data[:4], 'little'), data[4] + \
                256 * data[5]
            if kind == genl.NLMSG_DONE:
                return False
            values = dict(genl.parse(dict(genl.parse(
                data[20:length]))[MFIB_A_PORT]))
            got.append((number(values[MFIB_PORT_A_FIB_ID]),
                        number(values[MFIB_PORT_A_IFINDEX])))
            data = data[(length + 3) & ~3:]
        return True

    while not any(fib == 10 for fib, _ in got):
        take()
    wanted = {(20, socket.if_nametoindex(f'p{i}')) for i in range(10, 14)}
    m.fib_del(10)
    while take():
        pass
    same({x for x in got if x[0] == 20}, wanted)


@test
def dump_that_nobody_reads():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *blackholes(*networks4(2000)))
    for _ in range(20):
        dump = RouteDump().take(10)
        dump.m.close()
    same(len(m.routes(10)), 2000)


@test
def dump_while_another_one_runs():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *blackholes(*networks4(1000)))
    one, two = RouteDump(), RouteDump()
    while len(one.got) < 1000:
        one.take(50)
        two.take(50)
    same(one.rest(), two.rest())
    # the socket of a dump takes no second one
    one = RouteDump().take(10)
    one.m.send(MFIB_CMD_ROUTE_GET, NLM_F_DUMP, b'')
    refused(errno.EBUSY, '', lambda: list(one.m.receive()))


@test
def dump_seq_is_that_of_the_moment():
    m = Mfib()
    m.fib_new(10)
    m.route_new(10, *blackholes(*networks4(100)))
    seqs = {number(dict(attrs)[MFIB_A_SEQ])
            for _, attrs in m.dump(MFIB_CMD_ROUTE_GET)}
    same(seqs, {m.change_seq(10)})


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
