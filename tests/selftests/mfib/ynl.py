#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The kernel's own client (tools/net/ynl), which knows of the family what its
specification says and nothing else.

The last test sees that all operations and attributes of the specification were
used by the others.
"""
import errno
import functools
import ipaddress
import json
import mmap
import os
import re
import socket
import subprocess
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, '../../..')
YNL = os.path.join(TOP, 'build/ynl')
sys.path.insert(0, os.path.join(HERE, '../lib'))
sys.path.insert(1, os.path.join(YNL, 'tools/net/ynl'))

import ktap
from genl import (NLM_F_APPEND, NLM_F_BULK, NLM_F_CREATE, NLM_F_EXCL,
                  NLM_F_REPLACE)
from ktap import poll, same, test
from mfib import (RTN_BLACKHOLE, RTN_LOCAL, RTN_PROHIBIT, RTN_THROW,
                  RTN_UNREACHABLE, Mfib, bed)

try:
    from lib import NlError, SpecFamily, YnlFamily
except ImportError as missing:
    sys.exit(f'{missing}: the client is fetched by tests/vm/fetch/ynl')

# the other loader takes seconds for each client, in an emulator
yaml.safe_load = functools.partial(yaml.load, Loader=yaml.CSafeLoader)

SPECS = os.path.join(TOP, 'Documentation/netlink/specs')
SPEC = os.path.join(SPECS, 'mfib.yaml')
SCHEMA = os.path.join(YNL, 'Documentation/netlink/genetlink.yaml')
CLI = os.path.join(YNL, 'tools/net/ynl/cli.py')

ADD = [NLM_F_CREATE, NLM_F_EXCL]
REPLACE = [NLM_F_CREATE, NLM_F_REPLACE]
CHANGE = [NLM_F_REPLACE]
APPEND = [NLM_F_CREATE, NLM_F_APPEND]
BULK = [NLM_F_BULK]
NLM_F_ECHO = 8


# ---- what was used ----

spec = SpecFamily(SPEC, SCHEMA)
# no message has those of links, and not every kernel pads
PARTS = [(mode, op.name) for op in spec.msgs.values() for mode in op.modes] + \
    [(group.name, name) for group in spec.attr_sets.values()
     if group.name != 'link' for name, attribute in group.items()
     if attribute.type != 'pad']
# each test is a process of its own
used = mmap.mmap(-1, len(PARTS))


def use(*part):
    used[PARTS.index(part)] = 1


def use_attributes(group, values):
    """Takes the padding out, too."""
    values.pop('pad', None)
    for name, value in values.items():
        use(group, name)
        attribute = spec.attr_sets[group][name]
        if attribute.type == 'nest':
            for one in value if isinstance(value, list) else [value]:
                use_attributes(attribute['nested-attributes'], one)


class Client(YnlFamily):
    def __init__(self):
        # it knows no padding; what else it does not know fails in use()
        super().__init__(SPEC, '', process_unknown=True)

    def do(self, method, vals, flags=None):
        answer = super().do(method, vals, flags)
        use('do', method)
        use_attributes('top', vals)
        use_attributes('top', answer or {})
        return answer

    def dump(self, method, vals=None):
        answers = super().dump(method, vals or {})
        use('dump', method)
        use_attributes('top', vals or {})
        for answer in answers:
            use_attributes('top', answer)
        return answers

    def heard(self):
        """[(name, contents)] of the notifications that have come."""
        self.check_ntf()
        events = [(event['name'], event['msg'])
                  for event in self.async_msg_queue]
        self.async_msg_queue.clear()
        for name, contents in events:
            use('event', name)
            use_attributes('top', contents)
        return events

    def add(self, fib, *routes, flags=None):
        self.do('route-new', {'fib-id': fib, 'route': list(routes)},
                flags or ADD)

    def routes(self, **which):
        """The routes of a dump, as DST/PLEN METRIC."""
        return [short(route) for answer in self.dump('route-get', which)
                for route in answer['route']]


def packed(addr):
    return ipaddress.ip_address(addr).packed


def route(prefix, **more):
    addr, _, plen = prefix.partition('/')
    return {'dst': packed(addr), **({'plen': int(plen)} if plen else {}),
            **more}


def via(addr=None, dev=None, **more):
    if addr:
        more['gateway'] = packed(addr)
    if dev:
        more['ifindex'] = socket.if_nametoindex(dev)
    return more


def short(values):
    return f'{values["dst"]}/{values["plen"]} {values["metric"]}'


def has(got, **wanted):
    """Some values of an answer; a name has _ where the specification has -."""
    wanted = {name.replace('_', '-'): value for name, value in wanted.items()}
    same({name: got.get(name) for name in wanted}, wanted)


def refused(code, text, attribute, call, *args, **kwargs):
    """A request must fail with an errno, a sentence and because of an
    attribute; returns what else the client knows."""
    try:
        call(*args, **kwargs)
    except NlError as error:
        extack = error.nl_msg.extack or {}
        same(error.error, code, 'errno')
        if not re.search(text, extack.get('msg', '')):
            raise AssertionError(f'wanted "{text}", got {extack}') from None
        same(extack.get('bad-attr'), attribute, 'attribute')
        return extack
    raise AssertionError(f'wanted {errno.errorcode[code]}, got success')


# ---- tests ----

@test
def specifications_are_valid():
    for name in sorted(os.listdir(SPECS)):
        same(SpecFamily(os.path.join(SPECS, name), SCHEMA).name + '.yaml',
             name)


@test
def fibs():
    bed(20, 'p1')
    c = Client()
    c.do('fib-new', {'fib': {'id': 10, 'max-routes': 2, 'warn-routes': 1}},
         ADD)
    got = c.do('fib-get', {'fib': {'id': 10}})
    same(sorted(got), ['fib', 'seq'])
    has(got['fib'], id=10, max_routes=2, warn_routes=1, routes4=0, routes6=0,
        flags=set(), ifindex=None, stats=None, draft=None)
    c.add(10, route('10.0.0.0/8', type='blackhole'))
    got = c.do('fib-get', {'fib': {'id': 10}})['fib']
    has(got, routes4=1, flags={'high'})
    c.add(10, route('2001:db8::/32', type='throw'))
    got = c.do('fib-get', {'fib': {'id': 10}})['fib']
    has(got, routes4=1, routes6=1, flags={'full', 'high'})
    for tree in got['tree4'], got['tree6']:
        has(tree, prefixes=1, form='array')
    same(sum(tree[f'{kind}-bytes'] for tree in (got['tree4'], got['tree6'])
             for kind in ('lookup', 'writer')), got['bytes'])
    c.do('fib-new', {'fib': {'id': 10, 'max-routes': 0}}, CHANGE)
    has(c.do('fib-get', {'fib': {'id': 10}})['fib'], max_routes=0,
        warn_routes=1, flags={'high'})

    c.do('fib-new', {'fib': {'id': 20, 'follow': 'all'}}, REPLACE)
    fibs = [answer['fib'] for answer in c.dump('fib-get')]
    same([fib['id'] for fib in fibs], [10, 20])
    has(fibs[1], follow='all', ifindex=socket.if_nametoindex('fib20'))
    same({name for name in spec.attr_sets['stat'] if name != 'pad'},
         set(fibs[1]['stats']))
    c.do('fib-check', {'fib': {'id': 10}})
    for fib in 10, 20:
        c.do('fib-del', {'fib': {'id': fib}})
    same(c.dump('fib-get'), [])


@test
def ports():
    r = bed(10, 'p1', 'p2')
    bed(20, 'p3', r=r)
    c = Client()
    p1, p2, p3 = map(socket.if_nametoindex, ('p1', 'p2', 'p3'))
    c.do('port-set', {'port': {'ifindex': p2, 'rpf': 'strict'}})
    c.do('port-set', {'port': {'ifindex': p3, 'rpf': 'loose'}})

    def show(**which):
        return [(port['fib-id'], port['ifindex'], port['rpf'])
                for port in (answer['port']
                             for answer in c.dump('port-get', which))]

    same(show(), [(10, p1, 'none'), (10, p2, 'strict'), (20, p3, 'loose')])
    same(show(**{'fib-id': 20}), [(20, p3, 'loose')])
    same(c.dump('port-get')[0]['port']['stats']['rpf'], 0)


@test
def nexthops():
    bed(20, r=bed(10, 'p1', 'p2'))
    c = Client()
    p1, p2, fib20 = map(socket.if_nametoindex, ('p1', 'p2', 'fib20'))
    c.do('nexthop-new', {'nexthop': [via('192.0.2.1', 'p1', id=1),
                                     via('2001:db8::1', 'p2', id=2),
                                     {'id': 3, 'fib-id': 20}]}, ADD)
    same(sorted(c.do('nexthop-get', {'nexthop': {'id': 1}})),
         ['nexthop', 'seq'])
    got = [hop for answer in c.dump('nexthop-get')
           for hop in answer['nexthop']]
    same(len(got), 3)
    has(got[0], id=1, ifindex=p1, gateway='192.0.2.1', flags=set(), routes=0)
    has(got[1], id=2, ifindex=p2, gateway='2001:db8::1', flags=set())
    has(got[2], id=3, ifindex=fib20, fib_id=20, gateway=None)
    c.do('nexthop-new', {'nexthop': via('192.0.2.2', 'p2', id=1, mtu=1400)},
         CHANGE)
    (got,) = c.do('nexthop-get', {'nexthop': {'id': 1}})['nexthop']
    has(got, ifindex=p2, gateway='192.0.2.2', mtu=1400, mtu_locked=None)
    c.do('nexthop-new', {'nexthop': via('192.0.2.2', 'p2', id=1, mtu=1300,
                                        **{'mtu-locked': True})}, CHANGE)
    (got,) = c.do('nexthop-get', {'nexthop': {'id': 1}})['nexthop']
    has(got, mtu=1300, mtu_locked=True)
    c.do('nexthop-del', {'nexthop': [{'id': 1}, {'id': 3}]})
    same([answer['nexthop'][0]['id'] for answer in c.dump('nexthop-get')], [2])


@test
def group():
    r, c = bed(10, 'p1', 'p2', 'p3'), Client()
    c.do('nexthop-new', {'nexthop': [
        via('192.0.2.1', 'p1', id=1), via('192.0.2.2', 'p2', id=2),
        via('192.0.2.3', 'p3', id=3),
        {'id': 9, 'buckets': 8, 'group': {'member': [
            {'id': 1, 'weight': 3}, {'id': 2}, {'id': 3, 'backup': True}]}},
    ]}, ADD)

    def members():
        (hop,) = c.do('nexthop-get', {'nexthop': {'id': 9}})['nexthop']
        has(hop, id=9, buckets=8, flags=set(), ifindex=None)
        return [(one['id'], one['weight'], one.get('backup'), one['buckets'],
                 one['flags']) for one in hop['group']['member']]

    same(members(), [(1, 3, None, 6, set()), (2, 1, None, 2, set()),
                     (3, 1, True, 0, set())])
    r.up('p1', False)
    same(members(), [(1, 3, None, 0, {'dead'}), (2, 1, None, 8, set()),
                     (3, 1, True, 0, set())])


# of those without a next hop
KINDS = {'local': RTN_LOCAL, 'blackhole': RTN_BLACKHOLE,
         'unreachable': RTN_UNREACHABLE, 'prohibit': RTN_PROHIBIT,
         'throw': RTN_THROW}


@test
def routes():
    bed(10, 'p1', 'p2')
    c = Client()
    p1, p2 = map(socket.if_nametoindex, ('p1', 'p2'))
    c.do('nexthop-new', {'nexthop': via('192.0.2.9', 'p1', id=4)}, ADD)
    for addr, plen in ('10.0.0.0', 8), ('2001:db8::', 32):
        prefix = f'{addr}/{plen}'
        c.add(10, *(route(prefix, metric=metric, type=kind, protocol=99)
                          for metric, kind in enumerate(KINDS)))
        got = [answer['route'][0] for answer in c.dump('route-get', {
            'fib-id': 10, 'route': route(prefix, protocol=99)})]
        for metric, (one, kind) in enumerate(zip(got, KINDS)):
            same(one, {'dst': addr, 'plen': plen, 'metric': metric,
                       'type': kind, 'protocol': 99,
                       'flags': set() if metric else {'active'}})
        same(len(got), len(KINDS))
        # no name stands for another's number
        same([one['type'] for one in Mfib().routes(10)
              if one['dst'] == prefix], list(KINDS.values()))

        def get(metric):
            answer = c.do('route-get', {
                'fib-id': 10, 'route': route(prefix, metric=metric)})
            same(answer['fib-id'], 10)
            (one,) = answer['route']
            return one

        # a next hop of its own, one by number, and several
        c.add(10, route(prefix, metric=10, generation=7,
                              nexthop=via('2001:db8::9', 'p1')),
                    route(prefix, metric=11, nexthop={'id': 4})
                    if plen == 8 else route(prefix, metric=11,
                                            nexthop=via(dev='p1')),
                    route(prefix, metric=12, nexthop={'group': {'member': [
                        via('2001:db8::7', 'p1', weight=2),
                        via('2001:db8::8', 'p2')]}}))
        has(get(10), type='unicast', protocol=3, generation=7, flags=set())
        has(get(10)['nexthop'], ifindex=p1, gateway='2001:db8::9',
            flags=set(), id=None)
        has(get(11)['nexthop'], ifindex=p1, id=4 if plen == 8 else None)
        members = get(12)['nexthop']['group']['member']
        same([(one['gateway'], one['ifindex'], one['weight'])
              for one in members],
             [('2001:db8::7', p1, 2), ('2001:db8::8', p2, 1)])
        # replaced, and one next hop more
        c.add(10, route(prefix, metric=10, type='prohibit'),
                    flags=CHANGE)
        has(get(10), type='prohibit', nexthop=None)
        c.add(10, route(prefix, metric=12,
                              nexthop=via('2001:db8::6', 'p2')), flags=APPEND)
        same(sorted(one['gateway'] for one in
                    get(12)['nexthop']['group']['member']),
             ['2001:db8::6', '2001:db8::7', '2001:db8::8'])
        c.do('route-del', {'fib-id': 10, 'route': [
            route(prefix, metric=metric) for metric in (0, 2)]})
        has(get(1), type='blackhole', flags={'active'})

    (one,) = c.do('route-lookup', {'fib-id': 10,
                                   'route': route('10.1.2.3')})['route']
    same((short(one), one['type']), ('10.0.0.0/8 1', 'blackhole'))
    has(c.do('nexthop-get', {'nexthop': {'id': 4}})['nexthop'][0], routes=1)


@test
def route_that_leads_out_of_the_fib():
    bed(20, 'p2', r=bed(10, 'p1'))
    c = Client()
    c.add(10, route('10.0.0.0/8', flags=['foreign'],
                          nexthop=via('192.0.2.1', 'p2')),
                route('11.0.0.0/8', nexthop={'fib-id': 20}))
    for addr in '10.0.0.1', '11.0.0.1':
        (one,) = c.do('route-lookup', {'fib-id': 10,
                                       'route': route(addr)})['route']
        has(one, flags={'active', 'foreign'})
    same(one['nexthop']['fib-id'], 20)


@test
def followed_routes():
    r, c = bed(10, 'p1'), Client()
    c.do('fib-new', {'fib': {'id': 10, 'follow': 'all'}}, CHANGE)
    r.address('p1', '192.0.2.1/24')
    for command in 'nexthop add id 7 via 192.0.2.9 dev p1', \
            'route add 10.0.0.0/8 nhid 7 table 10', \
            'route add 11.0.0.0/8 via 192.0.2.9 dev p1 tos 4 table 10':
        subprocess.run(['ip', *command.split()], check=True)

    def get(prefix):
        try:
            return c.do('route-get', {'fib-id': 10,
                                      'route': route(prefix)})['route'][0]
        except NlError:
            return None

    got = poll('the route is followed', lambda: get('10.0.0.0/8'))
    has(got, flags={'active', 'followed'})
    has(got['nexthop'], object=7, gateway='192.0.2.9')
    got = poll('the route is followed', lambda: get('11.0.0.0/8'))
    has(got, flags={'active', 'followed', 'trap'}, nexthop=None)
    got = poll('the address is followed', lambda: get('192.0.2.1/32'))
    has(got, type='local')
    has(poll('so is its broadcast', lambda: get('192.0.2.255/32')),
        type='broadcast')


def filled(c):
    c.do('fib-new', {'fib': {'id': 10}}, ADD)
    c.add(10, *(
        route(prefix, type=kind, generation=generation)
        for prefix, kind, generation in (
            ('10.0.0.0/8', 'blackhole', 1), ('10.1.0.0/16', 'throw', 2),
            ('10.1.2.0/24', 'blackhole', 2), ('11.0.0.0/8', 'blackhole', 1),
            ('2001:db8::/32', 'blackhole', 2))))


@test
def filters():
    c = Client()
    filled(c)
    ten = {'fib-id': 10}
    same(c.routes(**ten), ['10.0.0.0/8 0', '10.1.0.0/16 0', '10.1.2.0/24 0',
                           '11.0.0.0/8 0', '2001:db8::/32 0'])
    same(c.routes(**ten, family=socket.AF_INET6), ['2001:db8::/32 0'])
    inner = route('10.1.0.0/16')
    for select, wanted in ('exact', [1]), ('covered', [1, 2]), \
            ('covering', [1, 0]):
        same(c.routes(**ten, select=select, route=inner),
             [c.routes(**ten)[i] for i in wanted], select)
    same(c.routes(route={'type': 'throw'}), ['10.1.0.0/16 0'])
    same(c.routes(**ten, stale=True, route={'generation': 2}),
         ['10.0.0.0/8 0', '11.0.0.0/8 0'])


@test
def bulk():
    c = Client()
    filled(c)
    c.do('route-del', {'fib-id': 10, 'select': 'covered',
                       'route': route('10.1.0.0/16')}, BULK)
    same(c.routes(), ['10.0.0.0/8 0', '11.0.0.0/8 0', '2001:db8::/32 0'])
    c.do('route-del', {'fib-id': 10, 'stale': True, 'route': {'generation': 1},
                       'family': socket.AF_INET6}, BULK)
    same(c.routes(), ['10.0.0.0/8 0', '11.0.0.0/8 0'])
    # several requests at once
    c.do_multi([('route-del', {'fib-id': 10, 'route': route(prefix)}, [])
                for prefix in ('10.0.0.0/8', '11.0.0.0/8')])
    same(c.routes(), [])


@test
def long_dump():
    """One of many messages, in answers to many calls."""
    c = Client()
    c.do('fib-new', {'fib': {'id': 10}}, ADD)
    c.add(10, *(route(f'10.{i >> 8}.{i & 255}.0/24', type='blackhole')
                      for i in range(1000)))
    same(c.routes(), [f'10.{i >> 8}.{i & 255}.0/24 0' for i in range(1000)])


@test
def draft():
    c = Client()
    filled(c)
    ten = {'fib-id': 10}
    c.do('draft-new', ten)
    c.do('draft-del', ten)
    c.do('draft-new', ten)
    c.do('route-new', {**ten, 'draft': True, 'route': [
        route('172.16.0.0/12', type='prohibit'),
        route('192.168.0.0/16', type='prohibit')]}, ADD)
    c.do('route-del', {**ten, 'draft': True, 'route': route('192.168.0.0/16')})
    has(c.do('fib-get', {'fib': {'id': 10}})['fib'], draft=1, routes4=4)
    for method, which in ('route-get', '172.16.0.0/12'), \
            ('route-lookup', '172.16.0.1'):
        same([short(one) for one in c.do(method, {
            **ten, 'draft': True, 'route': route(which)})['route']],
             ['172.16.0.0/12 0'])
    c.do('draft-commit', ten)
    same(c.routes(), ['172.16.0.0/12 0'])


@test
def errors():
    bed(10, 'p1')
    c = Client()
    refused(errno.ENOENT, 'no such route', None, c.do, 'route-get',
            {'fib-id': 10, 'route': route('10.0.0.0/8')})
    refused(errno.EINVAL, 'bits', '.route.dst', c.add, 10,
            route('10.0.0.1/8', type='blackhole'))
    refused(errno.EINVAL, 'no next hop', '.route.nexthop', c.add, 10,
            route('10.0.0.0/8', type='blackhole', nexthop=via(dev='p1')))
    # behind one that was added
    extack = refused(
        errno.EINVAL, 'bits', '.route.dst', c.add, 10,
        route('10.0.0.0/8', type='blackhole'),
        route('10.0.0.1/8', type='blackhole'))
    (cookie,) = extack['unknown']
    same(cookie.as_scalar('u32'), 1, 'objects that were applied')
    refused(errno.EEXIST, 'exist|has a|is a', '.route', c.add, 10,
            route('10.0.0.0/8', type='throw'))
    extack = refused(errno.ERANGE, 'range', '.port.rpf', c.do, 'port-set', {
        'port': {'ifindex': socket.if_nametoindex('p1'), 'rpf': 3}})
    has(extack['policy'], type='u8', max_value=2)
    refused(errno.EINVAL, 'reserved bit', '.route.flags', c.add, 10,
            route('11.0.0.0/8', type='throw', flags=['active']))


@test
def notifications():
    r = bed(10)
    r.add('p1', 'dummy', up=True)
    c, listener = Client(), Client()
    listener.ntf_subscribe('notify')
    p1 = socket.if_nametoindex('p1')
    r.master('p1', 'fib10')
    c.do('port-set', {'port': {'ifindex': p1, 'rpf': 'loose'}})
    c.do('fib-new', {'fib': {'id': 20}}, ADD)
    c.do('nexthop-new', {'nexthop': via('192.0.2.1', 'p1', id=1)}, ADD)
    c.add(10, route('10.0.0.0/8', nexthop={'id': 1}))
    r.up('p1', False)
    c.do('nexthop-del', {'nexthop': {'id': 1}})
    c.do('fib-del', {'fib': {'id': 20}})
    r.master('p1')
    # what the kernel has of its own comes when there is time
    events, mine = [], []

    def all_here():
        events.extend(listener.heard())
        return any(name == 'port-del-ntf' for name, _ in events)

    poll('the last notification', all_here)
    numbers = [contents['seq'] for _, contents in events]
    same(numbers, list(range(numbers[0], numbers[0] + len(numbers))))
    for name, contents in events:
        kind = name[:name.index('-')]
        what = contents[kind]
        if kind == 'port':
            mine.append((name, what['fib-id'], what['ifindex'], what['rpf']))
        elif kind == 'fib':
            mine.append((name, what['id']))
        elif kind == 'nexthop':
            mine.append((name, what[0]['id'], what[0]['flags']))
        elif 'followed' not in what[0]['flags']:
            mine.append((name, short(what[0]), what[0]['flags']))
    same(mine, [
        ('port-new-ntf', 10, p1, 'none'), ('port-new-ntf', 10, p1, 'loose'),
        ('fib-new-ntf', 20), ('nexthop-new-ntf', 1, set()),
        ('route-new-ntf', '10.0.0.0/8 0', {'active'}),
        ('nexthop-new-ntf', 1, {'dead'}),
        ('route-del-ntf', '10.0.0.0/8 0', {'active'}),
        ('nexthop-del-ntf', 1, {'dead'}), ('fib-del-ntf', 20),
        ('port-del-ntf', 10, p1, 'loose')])
    # who asks for them gets those of a request with its answer
    c.do('fib-new', {'fib': {'id': 30}}, ADD + [NLM_F_ECHO])
    same([(name, contents['fib']['id']) for name, contents in c.heard()],
         [('fib-new-ntf', 30)])


@test
def command_line():
    def cli(*args):
        return subprocess.run([CLI, '--spec', SPEC, '--schema', SCHEMA,
                               '--output-json', *args], text=True,
                              stdout=subprocess.PIPE)

    new = {'fib-id': 10, 'route': {'dst': '0a000000', 'plen': 8,
                                   'type': 'prohibit'}}
    same(cli('--create', '--excl', '--multi', 'fib-new', '{"fib": {"id": 10}}',
             '--multi', 'route-new', json.dumps(new)).returncode, 0)
    (answer,) = json.loads(cli('--dump', 'route-get').stdout)
    same(answer['route'], [{'dst': '10.0.0.0', 'plen': 8, 'metric': 0,
                            'type': 'prohibit', 'protocol': 3,
                            'flags': ['active']}])
    failed = cli('--do', 'fib-del', '--json', '{"fib": {"id": 11}}')
    same((failed.returncode, 'no FIB with this id' in failed.stdout),
         (1, True))


@test
def all_of_the_specification_was_used():
    """By the tests above; fails if these were not all run."""
    same([part for i, part in enumerate(PARTS) if not used[i]], [])


# the client looks for the family without having the kernel load it
Mfib()
ktap.main()
