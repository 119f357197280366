# SPDX-License-Identifier: GPL-2.0
"""Listening to what changes, and a mirror that is kept by nothing else."""
import errno
import select
import socket
import struct
import time

import genl
import ktap
from genl import attr
from ktap import same
from mfib import *

NETLINK_ADD_MEMBERSHIP = 1
CTRL_CMD_GETFAMILY = 3
CTRL_ATTR_FAMILY_NAME, CTRL_ATTR_MCAST_GROUPS = 2, 7
CTRL_ATTR_MCAST_GRP_NAME, CTRL_ATTR_MCAST_GRP_ID = 1, 2

NAMES = {number: name[len('MFIB_CMD_'):-len('_NTF')].lower().replace('_', '-')
         for name, number in UAPI['mfib_cmd'].items() if name.endswith('_NTF')}


def group(name):
    """The number of a group of the family."""
    control = genl.Family('nlctrl')
    (_, attrs), = control.request(CTRL_CMD_GETFAMILY, 0,
                                  attr(CTRL_ATTR_FAMILY_NAME, 'mfib'))
    for _, one in genl.parse(dict(attrs)[CTRL_ATTR_MCAST_GROUPS]):
        values = dict(genl.parse(one))
        if values[CTRL_ATTR_MCAST_GRP_NAME] == name.encode() + b'\0':
            return number(values[CTRL_ATTR_MCAST_GRP_ID])
    raise AssertionError(f'the family has no group {name}')


class Event:
    """A notification: what happened to what, its number, and the port and
    sequence number of the request that caused it."""

    def __init__(self, data):
        _, _, self.flags, self.request, self.port, self.cmd = \
            struct.unpack_from('=IHHIIB', data)
        self.what = NAMES[self.cmd]
        attrs = [each for each in genl.parse(data[20:])
                 if each[0] != MFIB_A_PAD]
        same(attrs[0][0], MFIB_A_SEQ, 'first attribute')
        self.seq = number(attrs[0][1])
        values = dict(attrs)
        self.fib = values.get(MFIB_A_FIB_ID) and number(values[MFIB_A_FIB_ID])
        (self.object,) = (values[kind] for kind in (
            MFIB_A_FIB, MFIB_A_PORT, MFIB_A_NEXTHOP, MFIB_A_ROUTE)
            if kind in values)

    def __repr__(self):
        return f'{self.seq} {self.short()}'

    def short(self):
        """What happened, to what, in words."""
        gone = '-' if self.what.endswith('del') else '+'
        kind = self.what[:-len('-new')]
        if kind == 'route':
            at = decode(self.object)
            text = f'{self.fib} {at["dst"]} {at["metric"]}'
            text += ' active' if at['active'] else ''
            return f'{gone}route {text}'
        values = dict(genl.parse(self.object))
        if kind == 'fib':
            text = f'{number(values[MFIB_FIB_A_ID])}'
            if MFIB_FIB_A_IFINDEX in values:
                text += ' dev'
            if number(values[MFIB_FIB_A_FLAGS]) & MFIB_FIB_F_FULL:
                text += ' full'
            if number(values[MFIB_FIB_A_FLAGS]) & MFIB_FIB_F_HIGH:
                text += ' high'
        elif kind == 'port':
            text = f'{number(values[MFIB_PORT_A_FIB_ID])}'
        else:
            text = f'{number(values.get(MFIB_NEXTHOP_A_ID, b""))}'
            if number(values[MFIB_NEXTHOP_A_FLAGS]) & MFIB_NEXTHOP_F_DEAD:
                text += ' dead'
        return f'{gone}{kind} {text}'


class Lost(Exception):
    """The kernel could not deliver all."""


class Listener:
    """Is told of every change in the namespace."""

    def __init__(self, room=None):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  genl.NETLINK_GENERIC)
        self.sock.setsockopt(socket.SOL_SOCKET, *(
            (socket.SO_RCVBUF, room) if room else (33, 1 << 24)))
        self.sock.bind((0, 0))
        self.sock.setsockopt(genl.SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                             group('notify'))
        self.sock.setblocking(False)
        self.last = None

    def hear(self):
        """What has been told since; none of it may be missing."""
        events = []
        while select.select([self.sock], [], [], 0)[0]:
            try:
                data = self.sock.recv(1 << 20)
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                self.last = None
                raise Lost from None
            while data:
                length, = struct.unpack_from('=I', data)
                event, data = Event(data[:length]), data[(length + 3) & ~3:]
                if self.last is not None:
                    same(event.seq, self.last + 1, f'number of {event}')
                self.last = event.seq
                events.append(event)
        return events

    def forget(self):
        """Drops what has been told, after a loss."""
        while select.select([self.sock], [], [], 0)[0]:
            try:
                self.sock.recv(1 << 20)
            except OSError as error:
                same(error.errno, errno.ENOBUFS)
        self.last = None

    def expect(self, *wanted, ignore=lambda event: False):
        """Waits for certain events, in this order, and no others."""
        got = []
        end = time.monotonic() + 5 * ktap.SLOWNESS
        while len(got) < len(wanted) and time.monotonic() < end:
            got.extend(e for e in self.hear() if not ignore(e))
            select.select([self.sock], [], [], 0.1)
        same([event.short() for event in got], list(wanted), 'events')
        return got

    def quiet(self):
        """Takes what the kernel does by itself, until it is done."""
        events, calm = [], 0
        while calm < 3:
            more = self.hear()
            events += more
            calm = 0 if more else calm + 1
            select.select([self.sock], [], [], 0.05 * ktap.SLOWNESS)
        return events


class Mirror:
    """FIBs, ports, next hops and routes, as the events have them."""

    def __init__(self, m):
        self.m = m
        self.listener = Listener()
        self.objects = self.read()

    def key(self, kind, fib, data):
        values = dict(genl.parse(data))
        if kind == MFIB_A_FIB:
            return kind, number(values[MFIB_FIB_A_ID])
        if kind == MFIB_A_PORT:
            return kind, number(values[MFIB_PORT_A_IFINDEX])
        if kind == MFIB_A_NEXTHOP:
            return kind, number(values[MFIB_NEXTHOP_A_ID])
        return (kind, fib, values[MFIB_ROUTE_A_DST],
                values[MFIB_ROUTE_A_PLEN], values[MFIB_ROUTE_A_METRIC],
                number(values[MFIB_ROUTE_A_FLAGS]) & MFIB_ROUTE_F_FOLLOWED)

    def contents(self, kind, data):
        """What events tell: no counters, and of a route's next hop only who it
        is, for it has events of its own."""
        values = dict(genl.parse(data))
        if kind == MFIB_A_FIB:
            return values[MFIB_FIB_A_MAX_ROUTES], \
                values[MFIB_FIB_A_FLAGS], values.get(MFIB_FIB_A_IFINDEX)
        if kind == MFIB_A_PORT:
            return values[MFIB_PORT_A_FIB_ID], values[MFIB_PORT_A_RPF]
        if kind == MFIB_A_NEXTHOP:
            values.pop(MFIB_NEXTHOP_A_ROUTES)
            return sorted(values.items())
        hop = dict(genl.parse(values.get(MFIB_ROUTE_A_NEXTHOP, b'')))
        who = hop.get(MFIB_NEXTHOP_A_ID) or (
            hop.get(MFIB_NEXTHOP_A_IFINDEX), hop.get(MFIB_NEXTHOP_A_GATEWAY))
        if MFIB_NEXTHOP_A_OBJECT in hop:
            who = 'object', hop[MFIB_NEXTHOP_A_OBJECT]
        elif MFIB_NEXTHOP_A_GROUP in hop and MFIB_NEXTHOP_A_ID not in hop:
            members = (dict(genl.parse(nested)) for _, nested in
                       genl.parse(hop[MFIB_NEXTHOP_A_GROUP]))
            who = [(number(x[MFIB_MEMBER_A_IFINDEX]),
                    x.get(MFIB_MEMBER_A_GATEWAY), x[MFIB_MEMBER_A_WEIGHT])
                   for x in members]
        return values[MFIB_ROUTE_A_TYPE], values[MFIB_ROUTE_A_PROTOCOL], \
            values[MFIB_ROUTE_A_FLAGS], who

    def read(self):
        """What the kernel has."""
        objects = {}
        for cmd, kind in (MFIB_CMD_FIB_GET, MFIB_A_FIB), \
                (MFIB_CMD_PORT_GET, MFIB_A_PORT), \
                (MFIB_CMD_NEXTHOP_GET, MFIB_A_NEXTHOP), \
                (MFIB_CMD_ROUTE_GET, MFIB_A_ROUTE):
            for _, attrs in self.m.dump(cmd):
                values = dict(attrs)
                fib = values.get(MFIB_A_FIB_ID)
                key = self.key(kind, fib and number(fib), values[kind])
                objects[key] = self.contents(kind, values[kind])
        return objects

    def follow(self):
        for event in self.listener.hear():
            kind = {'fib': MFIB_A_FIB, 'port': MFIB_A_PORT,
                    'nexthop': MFIB_A_NEXTHOP,
                    'route': MFIB_A_ROUTE}[event.what[:-len('-new')]]
            if kind == MFIB_A_NEXTHOP and \
                    MFIB_NEXTHOP_A_ID not in dict(genl.parse(event.object)):
                continue
            key = self.key(kind, event.fib, event.object)
            if event.what.endswith('new'):
                # routes of other FIBs through what becomes a port are gone
                if kind == MFIB_A_PORT and key not in self.objects:
                    self.port_gone(key[1])
                self.objects[key] = self.contents(kind, event.object)
            elif key not in self.objects:
                raise AssertionError(f'{event} is about nothing known')
            else:
                del self.objects[key]
                if kind == MFIB_A_PORT:
                    self.port_gone(key[1])

    def port_gone(self, ifindex):
        """Routes with several next hops lose those through the port."""
        for (kind, *_), contents in self.objects.items():
            if kind == MFIB_A_ROUTE and isinstance(contents[-1], list):
                contents[-1][:] = [hop for hop in contents[-1]
                                   if hop[0] != ifindex]

    def check(self):
        """What was told must be what is there."""
        def agrees():
            # what a FIB follows may change in between
            there = self.read()
            self.follow()
            return self.objects == there

        if agrees():
            return
        try:
            ktap.poll('the events tell what is there', agrees)
        except AssertionError:
            there = self.read()
            self.follow()
            differ = {key: (self.objects.get(key), there.get(key))
                      for key in self.objects.keys() | there.keys()
                      if self.objects.get(key) != there.get(key)}
            raise AssertionError(f'told, there: {differ}') from None
