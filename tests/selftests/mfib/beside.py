#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Readers beside a writer: packets, lookups and dumps while routes change.

Whatever the writer does, an address must find its longest match from before or
from after a change, and no third one. So there are addresses that some route
forwards all the time, through one of the devices `good` and `other`, and routes
that come and go: shorter ones through `wrong`, and longer ones. Not one packet
may leave through `wrong`, and none may find no route. Thousands of other
prefixes come and go meanwhile, for the tree to take all its forms. So does, in
tests of its own, a port with its routes, and the whole FIB in turn with one
that has the same routes through `wrong`; without a FIB there is no route.
CGR_LONG=N has each test go on N times as long.
"""
import ipaddress
import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
from genl import NLM_F_ACK
from ktap import same, test
from mfib import *
from mfib import bed
from packet import DISCARD, frame, mac_of, sent, switch_on, tap, wire

SECONDS = 6 * ktap.LONG
BURSTS = 16
CHANGES = 40
DEVICES = 'good', 'other', 'wrong'

# (dst, device) or (dst, None) for either one of `good` and `other`
ALWAYS = {
    4: [('10.1.1.0/24', 'good'), ('10.2.0.0/16', 'other'),
        ('10.3.1.0/24', None), ('76.0.0.0/6', 'good'),
        ('96.0.0.0/5', 'other')],
    6: [('2001:db8:101::/48', 'good'), ('2001:db8:2::/47', 'other'),
        ('2001:db8:3:1::/64', None), ('4000::/3', 'good'),
        ('6000::/5', 'other')],
}
ADDRESSES = {
    4: ['10.1.1.1', '10.2.1.1', '10.3.1.1', '77.1.1.1', '97.1.1.1'],
    6: ['2001:db8:101::1', '2001:db8:2:1::1', '2001:db8:3:1::1',
        '5001:db8:1::1'],
}
SOMETIMES = {
    4: [('10.0.0.0/8', 'wrong'), ('10.1.0.0/16', 'wrong'),
        ('10.1.0.0/23', 'wrong'), ('0.0.0.0/0', 'wrong'),
        ('64.0.0.0/2', 'wrong'), ('10.3.0.0/18', 'wrong'),
        ('10.2.1.0/24', 'good'), ('10.2.1.0/26', 'good'),
        ('10.2.1.1/32', 'other'), ('77.0.0.0/13', 'other'),
        ('77.1.1.0/25', 'good'), ('76.0.0.0/7', 'other')],
    6: [('2001:db8::/32', 'wrong'), ('2001:db8:100::/40', 'wrong'),
        ('2000::/4', 'wrong'), ('::/0', 'wrong'), ('4000::/2', 'wrong'),
        ('2001:db8:3::/48', 'other'), ('2001:db8:2:1::/64', 'good'),
        ('2001:db8:2:1::1/128', 'other'), ('2001:db8:2::/48', 'good'),
        ('5001:db8::/33', 'other'), ('5001:db8:1::/50', 'good'),
        ('5000::/12', 'other')],
}
# longer than all others, through a port that comes and goes
THROUGH_PORT = {
    4: ['10.1.1.1/32', '10.3.1.0/25', '97.1.1.0/24'],
    6: ['2001:db8:101::1/128', '2001:db8:3:1::/65', '5001:db8:1::/64'],
}
FILLERS = 9000
FILLERS_OF_A_FIB = 600


def fillers(version):
    """Prefixes that no address of ours is in, many next to one that is."""
    for i in range(FILLERS):
        if version == 4 and i < 240:
            yield f'10.1.1.{i + 4}/32'
        elif version == 4 and i < 3000:
            yield f'10.2.{2 + i // 16 % 250}.{i % 16 * 16}/28'
        elif version == 4:
            yield f'77.{i // 256 + 8}.{i % 256}.0/24'
        elif i < 3000:
            yield f'2001:db8:101:{i + 1:x}::/64'
        elif i < 6000:
            yield f'2001:db8:3:1:{i:x}::/80'
        else:
            yield f'5001:{i:x}::/32'


def make_bed():
    r = bed(10, *DEVICES)
    switch_on('ipv4/ip_forward', 'ipv6/conf/all/forwarding')
    wire(r, 'rx', 'tx', 'fib10')
    return r


def without_route(m):
    stats = numbers(m.fibs()[10][MFIB_FIB_A_STATS])
    return stats[MFIB_STAT_A_NOROUTE]


def ours(sock, version):
    """Where packets of ours go that a device has sent, not the kernel's."""
    seen = []
    while True:
        try:
            packet = sock.recv(2048, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return seen
        except OSError as error:  # the device was down for a moment
            same(error.errno, errno.ENETDOWN)
            continue
        head = 20 if version == 4 else 40
        if packet[head + 2:head + 4] == struct.pack('!H', DISCARD):
            seen.append(str(ipaddress.ip_address(
                packet[16:20] if version == 4 else packet[24:40])))


def send_on(frames):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind(('tx', 0))
    while True:
        for one in frames:
            try:
                sock.send(one)
            except BlockingIOError:
                pass
            except OSError as error:  # the device's queue is full
                same(error.errno, errno.ENOBUFS)


def look_up_on(version):
    m, wrong = Mfib(), socket.if_nametoindex('wrong')
    while True:
        for addr in ADDRESSES[version]:
            same(m.lookup(10, addr)['ifindex'] != wrong, True, addr)


def dump_on(version):
    m = Mfib()
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    while True:
        seen = [x['dst'] for x in m.routes(10, family)]
        for dst, _ in ALWAYS[version]:
            same(seen.count(dst), 1, f'how often the dump has {dst}')


def look_up_if_there(version):
    """While the FIB comes and goes."""
    m, wrong = Mfib(), socket.if_nametoindex('wrong')
    while True:
        for addr in ADDRESSES[version]:
            try:
                same(m.lookup(10, addr)['ifindex'] != wrong, True, addr)
            except genl.Error as error:
                same(error.errno in (errno.ENOENT, errno.ENETUNREACH), True,
                     f'{error!r} is that there is no FIB or route')


def dump_if_there(version):
    m, wrong = Mfib(), socket.if_nametoindex('wrong')
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    while True:
        try:
            for seen in m.routes(10, family):
                same(seen.get('ifindex') != wrong, True, seen['dst'])
        except genl.Error as error:
            same(error.errno, errno.ENOENT, repr(error))


class Writer:
    """Sends bursts of changes at random. Each ends where it began."""

    def __init__(self, version):
        self.m = Mfib()
        self.random = random.Random(version)
        self.always = ALWAYS[version]
        self.sometimes = SOMETIMES[version]
        self.fillers = [route(dst, kind=RTN_BLACKHOLE)
                        for dst in fillers(version)]
        self.bursts = [list(self.burst()) for _ in range(BURSTS)]

    def begin(self):
        self.m.route_new(10, *(route(dst, via(dev=device or 'good'))
                               for dst, device in self.always))

    def burst(self):
        """The requests of a burst: command, flags, payload."""
        def request(routes, flags=None):
            cmd = MFIB_CMD_ROUTE_DEL if flags is None else MFIB_CMD_ROUTE_NEW
            return cmd, flags or 0, fib_id(10) + b''.join(routes)

        present = set()
        for _ in range(CHANGES):
            some = set(self.random.sample(self.sometimes, 2))
            if some - present:
                yield request([route(dst, via(dev=name))
                               for dst, name in some - present], ADD)
            if some & present:
                yield request([route(dst) for dst, _ in some & present])
            present ^= some
            yield request([route(dst, via(dev=self.random.choice(DEVICES[:2])))
                           for dst, name in self.always if not name], CHANGE)
        if present:
            yield request([route(dst) for dst, _ in present])

    def change(self):
        """All messages of a burst go in one system call."""
        *most, last = self.random.choice(self.bursts)
        data = [self.m.message(cmd, flags, payload)
                for cmd, flags, payload in most]
        cmd, flags, payload = last
        data.append(self.m.message(cmd, flags | NLM_F_ACK, payload))
        self.m.sock.send(b''.join(data))
        list(self.m.receive())

    def run(self, rounds, also):
        """At least so many rounds, and `also` after each step."""
        end = time.monotonic() + SECONDS
        done = 0
        while done < rounds or time.monotonic() < end:
            for request in self.m.route_new, self.m.route_del:
                for i in range(0, FILLERS, 300):
                    request(10, *self.fillers[i:i + 300])
                    self.change()
                    also()
            done += 1
        print(f'# {done} times all forms')


def port_that_goes(r, m, version):
    """Steps of a port's life: with routes, released, deleted."""
    while True:
        r.add('port', 'dummy', up=True)
        for _ in range(2):
            r.master('port', 'fib10')
            m.route_new(10, *(route(dst, via(dev='port'))
                              for dst in THROUGH_PORT[version]))
            yield
            r.master('port')
            yield
        r.master('port', 'fib10')
        m.route_new(10, *(route(dst, via(dev='port'))
                          for dst in THROUGH_PORT[version]))
        yield
        r.delete('port')


class Readers:
    """Processes that look at the FIB, and packets on their way through it."""

    def __init__(self, r, version, *functions):
        self.r, self.version = r, version
        mac = mac_of(r, 'rx')
        frames = [frame(mac, dst) for dst in ADDRESSES[version]]
        self.sent = {name: sent(r, name) for name in DEVICES}
        self.wrong = tap('wrong')
        self.pids = [ktap.child(lambda: send_on(frames))]
        self.pids += [ktap.child(lambda f=f: f(version)) for f in functions]

    def end(self):
        for pid in self.pids:
            same(os.waitpid(pid, os.WNOHANG), (0, 0), 'a reader that has ended')
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        same(ours(self.wrong, self.version), [], 'packets through `wrong`')
        for name in 'good', 'other':
            same(sent(self.r, name) - self.sent[name] > 100, True,
                 f'{name} has sent')


def beside(version, rounds=2, also=lambda r, m, version: iter(int, 1)):
    """While routes change, and what the steps of `also` do."""
    r, m = make_bed(), Mfib()
    steps = also(r, m, version)
    writer = Writer(version)
    writer.begin()
    lost = without_route(m)
    readers = Readers(r, version, look_up_on, dump_on)
    writer.run(rounds, lambda: next(steps))
    readers.end()
    same(without_route(m) - lost, 0, 'packets without a route')


class Fibs:
    """FIB 10 and, in turn with it, FIB 20 with the same routes elsewhere."""

    def __init__(self, r, version):
        self.r, self.m = r, Mfib()
        always = [(dst, device or 'good') for dst, device in ALWAYS[version]]
        fill = list(fillers(version))[:FILLERS_OF_A_FIB]
        self.routes = {
            10: [route(dst, via(dev=device)) for dst, device in always] +
                [route(dst, via(dev='other')) for dst in fill],
            20: [route(dst, via(dev='wrong')) for dst, _ in always] +
                [route(dst, via(dev='wrong')) for dst in fill],
        }
        self.ports = {10: ['rx', 'good', 'other'], 20: ['wrong']}

    def add(self, fib):
        self.r.add(f'fib{fib}', 'mfib', attr(IFLA_MFIB_ID, fib), up=True)
        for port in self.ports[fib]:
            self.r.master(port, f'fib{fib}')
        self.fill(fib)

    def fill(self, fib):
        for i in range(0, len(self.routes[fib]), 300):
            self.m.route_new(fib, *self.routes[fib][i:i + 300])

    def withdraw(self, fib):
        """All there is, in as few messages as can be."""
        same(len(self.routes[fib]) < 1000, True)
        self.m.route_del(fib, *self.routes[fib])

    def replace(self, fib):
        self.m.route_new(fib, *self.routes[fib], flags=REPLACE)

    def run(self):
        end = time.monotonic() + SECONDS
        rounds = 0
        remove = [self.m.fib_del, lambda fib: self.r.delete(f'fib{fib}')]
        while rounds < 4 or time.monotonic() < end:
            for fib in 10, 20:
                self.withdraw(fib)
                self.fill(fib)
                self.replace(fib)
                remove[rounds % 2](fib)
                self.add(30 - fib)
            rounds += 1
        print(f'# {rounds} times another FIB')


def beside_fibs(version):
    """While FIBs are emptied, filled, deleted and added."""
    r = make_bed()
    fibs = Fibs(r, version)
    r.master('wrong')
    fibs.fill(10)
    readers = Readers(r, version, look_up_if_there, dump_if_there)
    fibs.run()
    readers.end()


@test
def ipv4_readers():
    beside(4)


@test
def ipv6_readers():
    beside(6)


@test
def ipv4_readers_and_a_port_that_goes():
    beside(4, 1, port_that_goes)


@test
def ipv6_readers_and_a_port_that_goes():
    beside(6, 1, port_that_goes)


@test
def ipv4_readers_and_a_fib_that_goes():
    beside_fibs(4)


@test
def ipv6_readers_and_a_fib_that_goes():
    beside_fibs(6)


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main(SECONDS + 120)
