#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Filters: which routes a dump shows and a flush deletes, against a list that is
searched from end to end."""
import errno
import ipaddress
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
from genl import NLM_F_BULK, attr, nest
from ktap import poll, same, test
from listener import Listener
from mfib import *
from mfib import bed, refused

FIB = 10
PORTS = 'p0', 'p1'
SELECTS = {None: MFIB_SELECT_EXACT, MFIB_SELECT_EXACT: MFIB_SELECT_EXACT,
           MFIB_SELECT_COVERED: MFIB_SELECT_COVERED,
           MFIB_SELECT_COVERING: MFIB_SELECT_COVERING}


def payload(fib=FIB, family=None, select=None, which=b'', stale=False):
    """A request with a filter; which is an MFIB_A_ROUTE or nothing."""
    data = fib_id(fib) if fib else b''
    if family:
        data += attr(MFIB_A_FAMILY, bytes([family]))
    if select is not None:
        data += attr(MFIB_A_SELECT, bytes([select]))
    if stale:
        data += attr(MFIB_A_STALE, b'')
    return data + which


def which(dst=None, nexthop=None, **more):
    """An MFIB_A_ROUTE, of which all may be left out."""
    if dst:
        return route(dst, nexthop, **more)
    kinds = {'metric': MFIB_ROUTE_A_METRIC, 'kind': MFIB_ROUTE_A_TYPE,
             'proto': MFIB_ROUTE_A_PROTOCOL,
             'generation': MFIB_ROUTE_A_GENERATION}
    attrs = b''.join(attr(kinds[key], bytes([value]) if key in
                          ('kind', 'proto') else value)
                     for key, value in more.items() if value is not None)
    if nexthop is not None:
        attrs += nest(MFIB_ROUTE_A_NEXTHOP, nexthop)
    return nest(MFIB_A_ROUTE, attrs)


def shown(m, data):
    return [decode(dict(attrs)[MFIB_A_ROUTE])
            for _, attrs in m.dump(MFIB_CMD_ROUTE_GET, data)]


def flush(m, data):
    return m.request(MFIB_CMD_ROUTE_DEL, NLM_F_BULK, data)


def alike(got, wanted):
    """As same(), but says only where two lists of routes differ."""
    if got != wanted:
        raise AssertionError(
            f'{len(got)} routes instead of {len(wanted)}; '
            f'too many: {[r for r in got if r not in wanted][:3]}; '
            f'missing: {[r for r in wanted if r not in got][:3]}')


def idle(routes):
    """Without what changes when a better route of the prefix goes."""
    return [{key: value for key, value in r.items() if key != 'active'}
            for r in routes]


def random_prefix(rng):
    """Few of them, so that they cover each other."""
    if rng.random() < 0.5:
        net = ipaddress.ip_network((0x0a000000 | rng.getrandbits(8) << 12,
                                    rng.choice((8, 12, 16, 20, 24, 32))),
                                   strict=False)
    else:
        net = ipaddress.ip_network((0x20010db8 << 96 |
                                    rng.getrandbits(8) << 80,
                                    rng.choice((32, 40, 44, 48, 64, 128))),
                                   strict=False)
    return net


def fill(m, rng, count):
    for nhid, (gw, dev) in enumerate((('192.0.2.1', 'p0'),
                                      ('2001:db8::1', 'p1')), 1):
        m.nexthop_new(via(gw, dev, nhid=nhid))
    for _ in range(count):
        net = random_prefix(rng)
        hop = rng.choice((None, via(dev='p0'), via(dev='p1'),
                          via('192.0.2.9', 'p0') if net.version == 4 else
                          via('2001:db8::9', 'p1'),
                          via(nhid=net.version // 2 - 1)))
        m.route_new(FIB, route(str(net), hop, metric=rng.randrange(3),
                               kind=None if hop is not None else
                               rng.choice((RTN_BLACKHOLE, RTN_UNREACHABLE)),
                               proto=rng.choice((4, 186)),
                               generation=rng.choice((None, 1, 2))),
                    flags=REPLACE)


def random_filter(rng, routes):
    """(request, function that says whether a route is meant)"""
    family = rng.choice((None, None, AF_INET, AF_INET6))
    more, tests = {}, []
    like = rng.choice(routes)
    if rng.random() < 0.3:
        more['metric'] = like['metric']
        tests.append(lambda r: r['metric'] == like['metric'])
    if rng.random() < 0.3:
        more['kind'] = like['type']
        tests.append(lambda r: r['type'] == like['type'])
    if rng.random() < 0.3:
        more['proto'] = like['protocol']
        tests.append(lambda r: r['protocol'] == like['protocol'])
    stale = False
    if rng.random() < 0.3:
        stale = rng.random() < 0.5
        wanted = more['generation'] = like.get('generation', 0)
        tests.append(lambda r: (r.get('generation', 0) == wanted) != stale)
    if rng.random() < 0.4 and 'ifindex' in like:
        keys = rng.sample([key for key in ('ifindex', 'via', 'nhid')
                           if key in like], 1)
        if keys == ['via']:
            more['nexthop'] = via(like['via'])
        else:
            more['nexthop'] = via(**{key: like[key] for key in keys})
        tests.append(lambda r: r.get(keys[0]) == like[keys[0]])
    select = None
    if rng.random() < 0.6:
        net = rng.choice((ipaddress.ip_network(like['dst']),
                          random_prefix(rng)))
        family = rng.choice((None, AF_INET if net.version == 4 else AF_INET6))
        select = rng.choice(list(SELECTS))
        more['dst'] = str(net)

        def fits(r):
            other = ipaddress.ip_network(r['dst'])
            if other.version != net.version:
                return False
            return {MFIB_SELECT_EXACT: other == net,
                    MFIB_SELECT_COVERED: other.subnet_of(net),
                    MFIB_SELECT_COVERING: net.subnet_of(other),
                    }[SELECTS[select]]

        tests.append(fits)
    if family:
        tests.append(lambda r: ipaddress.ip_network(r['dst']).version ==
                     (4 if family == AF_INET else 6))
    data = payload(family=family, select=select, stale=stale,
                   which=which(**more) if more else b'')
    return data, lambda r: all(fits(r) for fits in tests), select


@test
def dumps_against_a_list():
    m, rng = Mfib(), random.Random(ktap.LONG)
    bed(FIB, *PORTS)
    fill(m, rng, 1500)
    routes = m.routes(FIB)
    for _ in range(400 * ktap.LONG):
        data, fits, select = random_filter(rng, routes)
        got, wanted = shown(m, data), [r for r in routes if fits(r)]
        if select == MFIB_SELECT_COVERING:
            # the longest prefix first, and its metrics in order
            wanted.sort(key=lambda r: (-ipaddress.ip_network(r['dst'])
                                       .prefixlen, r['metric']))
        alike(got, wanted)


@test
def flushes_against_a_list():
    m, rng = Mfib(), random.Random(ktap.LONG)
    bed(FIB, *PORTS)
    for _ in range(10 * ktap.LONG):
        fill(m, rng, 400)
        while True:
            routes = m.routes(FIB)
            if len(routes) < 100:
                break
            data, fits, _ = random_filter(rng, routes)
            flush(m, data)
            alike(idle(m.routes(FIB)),
                  idle(r for r in routes if not fits(r) or r['followed']))
            m.fib_check(FIB)
        flush(m, payload())
        same([r for r in m.routes(FIB) if not r['followed']], [])
        for nhid in 1, 2:
            m.nexthop_del(nhid)


@test
def flush_leaves_what_is_followed():
    m = Mfib()
    r = bed(FIB, *PORTS)
    r.address('p0', '198.18.0.1/24')
    # its network, itself and its broadcast address, one after the other
    poll('the address is followed', lambda: len(m.routes(FIB)) >= 3)
    before = m.routes(FIB)
    same([x['followed'] for x in before], [True] * 3)
    m.route_new(FIB, route('10.0.0.0/8', via(dev='p0')),
                route('198.18.0.0/24', via(dev='p1'), metric=7))
    flush(m, payload())
    alike(m.routes(FIB), before)


@test
def few_of_many():
    """More prefixes than are looked at in one go, of which the last one fits."""
    m = Mfib()
    m.fib_new(FIB)
    base = int(ipaddress.ip_address('10.0.0.0'))
    nets = [f'{ipaddress.ip_address(base + i * 16)}/28' for i in range(30000)]
    for i in range(0, len(nets), 500):
        m.route_new(FIB, *(route(net, kind=RTN_BLACKHOLE)
                           for net in nets[i:i + 500]))
    m.route_new(FIB, route('2001:db8::/32', kind=RTN_BLACKHOLE, proto=99),
                route(nets[-1], kind=RTN_BLACKHOLE, metric=5, proto=99))
    same([(r['dst'], r['metric']) for r in
          shown(m, payload(fib=None, which=which(proto=99)))],
         [(nets[-1], 5), ('2001:db8::/32', 0)])
    same([r['dst'] for r in shown(m, payload(
        select=MFIB_SELECT_COVERED, which=which('10.0.0.0/26')))], nets[:4])
    same(len(shown(m, payload(family=AF_INET))), len(nets) + 1)


@test
def stale_routes_are_swept():
    """A daemon that comes back: what it adds again forwards all the time, and
    what it does not is gone afterwards."""
    m, listener = Mfib(), Listener()
    m.fib_new(FIB)

    def add(generation, *nets, proto=186):
        m.route_new(FIB, *(route(net, kind=RTN_BLACKHOLE, proto=proto,
                                 generation=generation) for net in nets),
                    flags=REPLACE)

    add(0, '9.0.0.0/8', proto=4)
    add(7, '10.0.0.0/8', '11.0.0.0/8', '2001:db8::/32')
    listener.hear()
    add(8, '10.0.0.0/8', '12.0.0.0/8')
    listener.expect('+route 10 10.0.0.0/8 0 active',
                    '+route 10 12.0.0.0/8 0 active')
    sweep = payload(which=which(proto=186, generation=8), stale=True)
    same([r['dst'] for r in shown(m, sweep)], ['11.0.0.0/8', '2001:db8::/32'])
    flush(m, sweep)
    same(number(m.cookie), 2)
    listener.expect('-route 10 11.0.0.0/8 0 active',
                    '-route 10 2001:db8::/32 0 active')
    same([(r['dst'], r.get('generation')) for r in m.routes(FIB)],
         [('9.0.0.0/8', None), ('10.0.0.0/8', 8), ('12.0.0.0/8', 8)])
    flush(m, sweep)
    same(number(m.cookie), 0)


@test
def filters_that_are_wrong():
    m = Mfib()
    m.fib_new(FIB)
    dst = '10.0.0.0/8'
    for data, text in (
            (payload(select=MFIB_SELECT_COVERED), 'no destination'),
            (payload(select=MFIB_SELECT_COVERED, which=which(metric=1)),
             'no destination'),
            (payload(which=nest(MFIB_A_ROUTE,
                                attr(MFIB_ROUTE_A_PLEN, b'\10'))),
             'no destination'),
            (payload(select=MFIB_SELECT_COVERING + 1, which=which(dst)),
             'range'),
            (payload(family=AF_INET6, which=which(dst)), 'family'),
            (payload(family=77), 'family'),
            (payload(stale=True, which=which(proto=4)), 'no generation'),
            (payload(which=which('10.0.0.1/8')), 'bits set'),
            (payload(which=which(dst, via())), 'neither'),
            (payload(which=which(dst, kind=0)), 'type')):
        error = errno.ERANGE if text == 'range' else errno.EINVAL
        refused(error, text, m.dump, MFIB_CMD_ROUTE_GET, data)
        refused(error, text, flush, m, data)
    for data in (payload(family=AF_INET), payload(select=MFIB_SELECT_EXACT),
                 payload(stale=True)):
        refused(errno.EINVAL, 'NLM_F_BULK', m.request, MFIB_CMD_ROUTE_DEL, 0,
                data + which(dst))
        refused(errno.EINVAL, 'NLM_F_BULK', m.request, MFIB_CMD_ROUTE_GET, 0,
                data + which(dst))
    refused(errno.ENOENT, 'no FIB', flush, m, payload(fib=11))
    refused(errno.EINVAL, 'missing', flush, m, payload(fib=None))


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main(seconds=120)
