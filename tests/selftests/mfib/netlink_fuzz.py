#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Messages out of mfib's specification, right ones and broken ones.

Each answer must be the one that a model of mfib (netlink_model.py) allows, and
what there is afterwards what the model has. CGR_SEED and CGR_SECONDS say which
messages and how long, see lib/fuzz.py.
"""
import errno
import ipaddress
import os
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import fuzz
import genl
import ktap
import rtnl
from genl import (NLM_F_APPEND, NLM_F_BULK, NLM_F_CREATE, NLM_F_EXCL,
                  NLM_F_REPLACE, attr)
from ktap import same, test
from listener import Mirror
from mfib import *
from mfib import bed
from netlink_model import INVALID, RESERVED, Model, counted, routes

MESSAGES = 2500
FIBS = 10, 20, 30, 0xffffffff
VRF = 40
PORTS = {'p1': 10, 'p2': 10, 'p3': 10, 'q1': 20}
ROUTES_MAX = 400

OPERATIONS = ['fib-new', 'fib-del', 'fib-get', 'fib-check', 'port-get',
              'nexthop-new', 'nexthop-del', 'nexthop-get', 'route-new',
              'route-del', 'route-get', 'route-lookup', 'draft-new',
              'draft-del', 'draft-commit', 'port-set']
WEIGHTS = [4, 1, 2, 1, 1, 6, 2, 2, 20, 8, 5, 4, 2, 1, 2, 1]
CHANGES = {'nexthop-new': 'nexthop', 'nexthop-del': 'nexthop',
           'route-new': 'route', 'route-del': 'route'}


def attempt(change):
    """Changes a link, if it can be done as things are."""
    try:
        change()
    except genl.Error as error:
        same(error.errno in Target.answers, True, f'{error!r}')
    except OSError:
        pass  # there is no link of this name


class Target(fuzz.Target):
    spec = 'mfib.yaml'
    answers = fuzz.Target.answers | {errno.EXDEV, errno.ENETUNREACH,
                                     errno.EAFNOSUPPORT, errno.ENOSPC}

    def __init__(self):
        self.r, self.m = rtnl.Rtnl(), Mfib()
        self.r.add('vrf', 'vrf', attr(rtnl.IFLA_VRF_TABLE, VRF))
        for port in PORTS:
            self.r.add(port, 'dummy', up=True)
        self.r.add('other', 'dummy', up=True)
        self.restore()
        self.m.fib_new(30)
        self.model = Model(vrfs=(VRF,))
        self.model.sync(self.m)
        self.mirror = Mirror(self.m)

    def restore(self):
        """Devices and ports as they were at first, or nearly so."""
        for fib in set(PORTS.values()):
            attempt(lambda: bed(fib, r=self.r))
        for port, fib in PORTS.items():
            attempt(lambda: self.r.add(port, 'dummy', up=True))
            attempt(lambda: self.r.up(port))
            attempt(lambda: self.r.master(port, f'fib{fib}'))
        attempt(lambda: self.r.address('p1', '192.0.2.1/24'))
        attempt(lambda: self.r.address('p1', '2001:db8::1/64'))

    # ---- requests ----

    def operation(self, x):
        if sum(map(len, self.model.fibs.values())) > ROUTES_MAX:
            return x.choice(('route-del', 'fib-del', 'nexthop-del'))
        return x.choices(OPERATIONS, WEIGHTS)[0]

    def flags(self, x, operation):
        if operation.name == 'route-del':
            return NLM_F_BULK if x.random() < .1 else 0
        if not operation.name.endswith('new'):
            return 0
        if x.random() < .7:
            return NLM_F_CREATE | NLM_F_REPLACE
        if operation.name == 'route-new' and x.random() < .6:
            return NLM_F_APPEND | x.choice((NLM_F_CREATE, NLM_F_CREATE, 0,
                                            NLM_F_REPLACE))
        return x.choice((NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE,
                         NLM_F_REPLACE, 0))

    def message(self, x, operation, dump):
        name = operation.name
        if dump:
            return self.any_filter(x, name)
        if name == 'fib-new':
            limit = [('max-routes', x.choice((0, 5, 50, 1000)))]
            follow = [('follow', x.choice((0, 1)))]
            warn = [('warn-routes', x.choice((0, 3, 30)))]
            return [('fib', [('id', self.any_fib(x))] +
                     (limit if x.random() < .4 else []) +
                     (follow if x.random() < .3 else []) +
                     (warn if x.random() < .2 else []))]
        if name.startswith('fib'):
            return [('fib', [('id', self.any_fib(x))])]
        n = x.choice((1, 1, 1, 2, 5, 30)) if name in CHANGES else 1
        if name == 'nexthop-new':
            return [('nexthop', [('id', self.any_hop(x))] + (
                self.any_group(x) if x.random() < .25 else
                self.any_way(x, leads=True)) + self.any_mtu(x))
                    for _ in range(n)]
        if name.startswith('nexthop'):
            return [('nexthop', [('id', self.any_hop(x))]) for _ in range(n)]
        if name.startswith('draft'):
            return [('fib-id', self.any_fib(x))]
        if name == 'port-set':
            devices = self.model.ports if x.random() < .9 else \
                self.model.devices
            return [('port', [('ifindex', x.choice(list(devices) or [9999])),
                              ('rpf', x.choice((0, 1, 2)))])]
        fib = self.any_fib(x, name)
        of = self.model.fibs.get(fib)
        draft = [('draft', None)] \
            if x.random() < (.5 if of and of.draft else .02) else []
        if name == 'route-del' and x.random() < .15:
            return [('fib-id', fib)] + draft + self.any_selection(x, fib)
        one = {'route-new': self.new_route, 'route-lookup': self.any_address}
        make = one.get(name, self.known_route)
        items = [('fib-id', fib)] + draft + [('route', make(x, fib))
                                             for _ in range(n)]
        if x.random() < .1:
            items.append(items.pop(0))
        return items

    def any_filter(self, x, name):
        items = []
        if name in ('port-get', 'route-get') and x.random() < .6:
            items.append(('fib-id', self.any_fib(x)))
        if name == 'route-get':
            items += self.any_selection(x, dict(items).get('fib-id'))
        return items

    def any_selection(self, x, fib):
        """What a filter of routes has besides the FIB."""
        items = []
        if x.random() < .3:
            items.append(('family', x.choice((2, 10, 10, 0, 255))))
        if x.random() < .5:
            items.append(('select', x.choice((0, 1, 1, 2, 2, 3))))
        if x.random() < .1:
            items.append(('stale', None))
        if x.random() < .7:
            known = self.known_route(x, fib)
            items.append(('route', x.sample(known, x.randrange(
                len(known) + 1)) if x.random() < .5 else known))
        return items

    def any_fib(self, x, name=None):
        """A FIB, likely with ports or routes if a request needs some."""
        likely = list(self.model.fibs)
        if name == 'route-new':
            likely = likely[:1] + list(set(self.model.ports.values())) * 2
        elif name:
            likely = [fib for fib in likely if self.model.fibs[fib].routes]
        if likely and x.random() < .95:
            return x.choice(likely)
        return x.choice(FIBS + RESERVED + (VRF, x.getrandbits(32)))

    def any_hop(self, x):
        if self.model.hops and x.random() < .7:
            return x.choice(list(self.model.hops))
        return x.choice((x.randrange(1, 30), 0xffffffff,
                         x.randrange(1, 1 << 32)))

    def any_group(self, x):
        """Members, most of them of one FIB."""
        fib = x.choice(list(self.model.ports.values()) or [0])
        inside = [hop for hop, each in self.model.hops.items()
                  if each.members is None and
                  self.model.ports.get(each.ifindex) == fib]
        x.shuffle(inside)
        inside = inside[:x.choice((0, 1, 2, 3, 5))]
        if x.random() < .1:
            inside.append(self.any_hop(x))
        members = []
        for hop in inside:
            one = [('id', hop)]
            if x.random() < .5:
                one.append(('weight', x.choice((1, 2, 7, 256))))
            if x.random() < .2:
                one.append(('backup', None))
            members.append(('member', one))
        return [('group', members)] + (
            [('buckets', x.choice((1, 64, 1000, 65536)))]
            if x.random() < .2 else [])

    def any_way(self, x, fib=None, leads=False):
        """A device, of the FIB if there is one, and perhaps a gateway; or if it
        may, to another FIB."""
        inside = [port for port, of in self.model.ports.items() if of == fib]
        if leads and x.random() < .06:
            return [('fib-id', self.any_fib(x))]
        if x.random() < .98:
            at = inside or list(self.model.ports)
        else:
            at = list(self.model.devices) + [9999, 0x7fffffff]
        items = [('ifindex', x.choice(at or [9999]))]
        if x.random() < .6:
            items.append(self.any_gateway(x))
        return items

    def any_gateway(self, x):
        text = x.choice(('192.0.2.9', '2001:db8::9', 'fe80::9', 'fe80::a'))
        if x.random() < .05:
            text = x.choice(('127.0.0.1', '0.0.0.0', '224.0.0.1', 'ff02::1',
                             '::', '::1', '::ffff:192.0.2.9', '198.51.100.9'))
        return 'gateway', ipaddress.ip_address(text).packed

    def any_mtu(self, x):
        if x.random() < .9:
            return []
        items = [('mtu', x.choice((68, 1279, 1280, 1400, 65520)))]
        return items + ([('mtu-locked', None)] if x.random() < .3 else [])

    def new_route(self, x, fib):
        addr, plen = self.any_prefix(x, fib)
        items = [('dst', addr), ('plen', plen)]
        if x.random() < .4:
            items.append(('metric', x.choice((0, 1, 2, 3, 0xffffffff))))
        if x.random() < .3:
            items.append(('protocol', x.choice((3, 4, 109, 255))))
        if x.random() < .3:
            items.append(('generation', x.choice((0, 1, 2, 0xffffffff))))
        if x.random() < .3 or fib not in self.model.ports.values():
            items.append(('type', x.choice((2, 6, 7, 8, 9))))
            if x.random() < .98:
                return items
        elif x.random() < .02:
            items.append(('type', x.randrange(256)))
        inside = [hop for hop, each in self.model.hops.items()
                  if self.model.ports.get(each.ifindex) == fib or
                  each.members and all(
                      self.model.ports.get(self.model.hops[member].ifindex)
                      == fib for member in each.members)]
        if inside and x.random() < .4:
            hop = [('id', x.choice(inside))]
        elif x.random() < .2:
            hop = [('group', [('member', self.any_way(x, fib) + (
                [('weight', x.choice((1, 2, 7, 256)))]
                if x.random() < .5 else []))
                for _ in range(x.choice((0, 1, 2, 2, 3, 5)))])]
        elif x.random() < .04:
            hop = x.choice(([self.any_gateway(x)], [('id', self.any_hop(x))],
                            [('id', 1)] + self.any_way(x, fib), []))
        elif x.random() < .05:
            hop = self.any_way(x, leads=True)
            items.append(('flags', MFIB_ROUTE_F_FOREIGN))
        else:
            hop = self.any_way(x, fib, leads=True)
        return items + [('nexthop', hop + self.any_mtu(x))]

    def any_prefix(self, x, fib):
        known = self.model.fibs.get(fib)
        if known and known.draft and x.random() < .5:
            known = known.draft
        if known and known.routes and x.random() < .4:
            return x.choice(list(known.routes))
        width = x.choice((32, 32, 128))
        plen = x.choice((0, 8, 12, 16, 24, 31, 32, width,
                         x.randrange(width + 1)))
        addr = x.choice((10 << 24, 0xc0000200, x.getrandbits(31)))
        if width == 128:
            addr = x.choice((0x20010db8 << 96, 0x3fff << 112,
                             x.getrandbits(128) | 1 << 125))
        addr ^= x.getrandbits(16) << (width - 24)
        if x.random() < .99:
            addr &= ~((1 << (width - plen)) - 1)
        return addr.to_bytes(width // 8, 'big'), plen

    def known_route(self, x, fib):
        addr, plen = self.any_prefix(x, fib)
        items = [('dst', addr), ('plen', plen)]
        of = self.model.fibs.get(fib)
        metrics = of and (of.routes.get((addr, plen)) or of.draft and
                          of.draft.routes.get((addr, plen)))
        if metrics and x.random() < .8:
            metric, route = x.choice(list(metrics.items()))
            more = [('metric', metric), ('type', route.kind),
                    ('protocol', route.proto),
                    ('generation', route.generation)]
            if route.hop:
                more.append(('nexthop', [('id', route.hop)]))
            elif route.via() and route.via()[1]:
                more.append(('nexthop', [('gateway', route.via()[1])]))
            items += x.sample(more, x.randrange(len(more) + 1))
        return items

    def any_address(self, x, fib):
        return [('dst', self.any_prefix(x, fib)[0])]

    # ---- what came of them ----

    def judge(self, request, error, replies):
        code = error.errno if error else 0
        tb = dict(request.contents)
        name = request.operation.name
        if request.dump:
            ends = self.dump_ends(name, tb)
        elif name in CHANGES:
            self.judge_change(request, error, tb)
            return
        else:
            ends, apply = self.single(request, name, tb)
            if not code and apply:
                apply()
        if code not in ends:
            raise AssertionError(f'it may end with {ends}')
        if not request.dump and name.endswith(('get', 'lookup')):
            same(len(replies), 0 if code else 1, 'number of replies')

    def dump_ends(self, name, tb):
        if {'fib', 'nexthop', 'draft'} & set(tb):
            return INVALID
        if name == 'route-get' and not self.model.filter(tb):
            return INVALID
        if tb.get('fib-id') in self.model.fibs or 'fib-id' not in tb:
            return {0}
        return {errno.ENOENT}

    def single(self, request, name, tb):
        """How a request about one object may end, and what it does then."""
        kind = name.partition('-')[0]
        if kind == 'port':
            return self.port_set(tb), None
        act = getattr(self.model, name.replace('-', '_'))
        if kind == 'draft':
            if 'fib-id' not in tb:
                return INVALID, None
            if tb['fib-id'] not in self.model.fibs:
                return {errno.ENOENT}, None
            return act(self.model.fibs[tb['fib-id']])
        if kind not in tb or {'family', 'select', 'stale'} & set(tb):
            return INVALID, None
        inner = dict(tb[kind])
        if kind != 'route':
            if 'id' not in inner:
                return INVALID, None
            return act(request.flags, inner)
        if not self.model.prefix(inner) or 'fib-id' not in tb:
            return INVALID, None
        of = self.model.table(tb)
        # only the socket that began a draft has it
        if not of or 'draft' in tb and request.weak:
            return {errno.ENOENT}, None
        return act(request.flags, of, inner)

    def port_set(self, tb):
        port = dict(tb.get('port', ()))
        if 'ifindex' not in port:
            return INVALID
        return {0 if port['ifindex'] in self.model.ports else errno.ENODEV}

    def judge_change(self, request, error, tb):
        name, code = request.operation.name, error.errno if error else 0
        kind = CHANGES[name]
        if name == 'route-del':
            if request.flags & NLM_F_BULK:
                self.judge_flush(code, tb)
                return
            if {'family', 'select', 'stale'} & set(tb):
                same(code, errno.EINVAL, 'end')
                return
        objects = [dict(value) for what, value in request.contents
                   if what == kind]
        first = ()
        applied = struct.unpack('=I', error.cookie)[0] \
            if error and error.cookie else 0
        if kind == 'route':
            if 'fib-id' not in tb:
                same((code, applied), (errno.EINVAL, 0), 'end')
                return
            of = self.model.table(tb)
            if not of:
                same((code, applied), (errno.ENOENT, 0), 'end')
                return
            first = of,
        if not objects:
            same((code, applied), (errno.EINVAL, 0), 'end')
            return
        act = getattr(self.model, name.replace('-', '_'))
        for each in objects[:applied] if code else objects:
            ends, apply = act(request.flags, *first, each)
            if 0 not in ends:
                raise AssertionError(f'{each} was taken, not {ends}')
            apply()
        if code:
            same(applied < len(objects), True, 'the one that failed is left')
            ends, _ = act(request.flags, *first, objects[applied])
            if code not in ends:
                raise AssertionError(
                    f'{objects[applied]} may end with {ends}')

    def judge_flush(self, code, tb):
        of = self.model.table(tb)
        if 'fib-id' not in tb or not self.model.filter(tb):
            same(code, errno.EINVAL, 'end')
        elif not of:
            same(code, errno.ENOENT, 'end')
        else:
            same(code, 0, 'end')
            self.model.route_flush(of, tb)

    # ---- what else happens ----

    def disturb(self, x):
        port = x.choice(list(PORTS))
        change = x.choice((
            lambda: self.r.up(port, False), lambda: self.r.master(port),
            lambda: self.r.delete(port), lambda: self.r.delete('fib20'),
            lambda: self.r.master(port, 'fib20'),
            lambda: self.any_link(x), lambda: self.any_link(x)))
        attempt(change)
        self.model.sync(self.m)
        if x.random() < .5:
            self.restore()
            self.model.sync(self.m)

    def any_link(self, x):
        """A device of kind mfib; that of a FIB is found by the name."""
        data = x.choice((attr(IFLA_MFIB_ID, self.any_fib(x)), None, b'',
                         attr(IFLA_MFIB_ID, x.randbytes(x.randrange(9))),
                         attr(x.randrange(9), x.randbytes(4)),
                         x.randbytes(x.randrange(20))))
        name = f'l{x.randrange(3)}'
        if name in {name for _, name in socket.if_nameindex()}:
            x.choice((lambda: self.r.delete(name),
                      lambda: self.r.change(name, 'mfib', data or b'')))()
        else:
            self.r.add(name, 'mfib', data, up=x.random() < .5)

    def settle(self):
        """The devices that mfib chose for gateways become known."""
        for of, (dst, plen), metric, known in self.model.every_route():
            # those of a draft do when it is committed
            if known.is_vague() and not of.of:
                got = self.m.route(of.id,
                                   f'{ipaddress.ip_address(dst)}/{plen}',
                                   metric=metric)
                devices = [socket.if_nametoindex(hop[1])
                           for hop in got['hops']] if known.several else \
                    [got['ifindex']]
                known.hops = [(found, *hop[1:]) for found, hop in
                              zip(devices, known.hops)]

    def check(self):
        self.model.check(self.m)
        self.mirror.check()


def check_end(m):
    """All is consistent, can be deleted, and memory is as it was."""
    for fib in m.fibs():
        m.fib_check(fib)
    for fib in m.fibs():
        m.fib_del(fib)
    for hop in m.nexthops():
        m.nexthop_del(hop)
    same((m.fibs(), m.nexthops(), m.routes()), ({}, {}, []))
    m.fib_new(10)
    empty = m.fib(10)[MFIB_FIB_A_BYTES]
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    same(m.lookup(10, '10.0.0.1')['dst'], '10.0.0.0/8')
    m.route_del(10, route('10.0.0.0/8'))
    same(m.fib(10)[MFIB_FIB_A_BYTES], empty)
    m.fib_del(10)


def empty_out(m):
    """Deletes what is in the FIBs, and sees that counters say so."""
    for fib, dst, plen, metric, _ in list(routes(m)):
        m.route_del(fib, route(f'{ipaddress.ip_address(dst)}/{plen}',
                               metric=metric))
    for hop, values in m.nexthops().items():
        same(number(values[MFIB_NEXTHOP_A_ROUTES]), 0,
             f'routes of next hop {hop}')
    _, left = ktap.poll('FIBs count their routes', lambda: counted(m))
    same([each for each in left if each[-1]], [], 'what is left')


@test
def requests_and_their_answers():
    def requests(seed):
        target = Target()
        fuzzer = fuzz.Fuzzer(target, seed)
        fuzzer.run(MESSAGES)
        fuzzer.check_variety()
        empty_out(target.m)
        check_end(target.m)

    fuzz.rounds(requests, .7)


@test
def many_processes_at_once():
    def links(end):
        own = rtnl.Rtnl()
        while time.monotonic() < end:
            for change in lambda: own.up('p1', False), lambda: own.up('p1'), \
                    lambda: own.master('p2'), \
                    lambda: own.master('p2', 'fib10'), \
                    lambda: own.delete('fib20'), \
                    lambda: bed(20, r=own):
                attempt(change)

    def processes(seed):
        target = Target()
        end = time.monotonic() + 5
        pids = [ktap.child(lambda: links(end))]
        for i in range(3):
            pids.append(ktap.child(lambda: fuzz.Fuzzer(
                target, seed + i, alone=False).run(1e9, 5)))
        same([ktap.wait(pid) for pid in pids], [0] * 4, 'how they ended')
        check_end(target.m)

    fuzz.rounds(processes, .2)


@test
def namespaces_that_go_while_they_are_used():
    def namespace(seed):
        for i in range(4):
            def inside():
                ktap.unshare(ktap.CLONE_NEWNET)
                fuzz.Fuzzer(Target(), seed + i).run(50)

            ktap.in_child(inside)

    fuzz.rounds(namespace, .1)


if __name__ == '__main__':
    Mfib()  # loads the module
    print(f'# CGR_SEED={fuzz.SEED}')
    ktap.main(fuzz.SECONDS + 240)
