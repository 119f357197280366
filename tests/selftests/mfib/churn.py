#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Everything comes and goes again and again, in a crowd.

Each test changes one kind of thing round after round: ports, FIBs, devices,
namespaces, the module. A crowd makes use of it meanwhile: packets come in and
are forwarded or wait for a neighbour who is silent, local sockets send, routes
are loaded by the hundred, and others dump, look up and check. After each round
the router forwards as before. At the end every device can be removed, which
nobody could while anything refers to it.

CGR_LONG=N goes N times as many rounds.
"""
import functools
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
import packet
import rtnl
from genl import NLM_F_CREATE, NLM_F_DUMP, attr, nest
from ktap import CLONE_NEWNET, poll, same, test
from mfib import *
from mfib import bed, refused
from packet import DISCARD, frame, switch_on, tap
from rtnl import Rtnl

SO_RCVBUFFORCE = 33
IFLA_VLAN_ID = 1
ROUNDS = 3 * ktap.LONG
FIBS = 10, 20
MAC = bytes.fromhex('020000000010')
PROC = 'route', 'ipv6_route', 'fib_trie', 'rt_cache', 'dev', 'arp', 'udp6'

# What a socket may say whose device or route goes. None is of a name that no
# device has, says Python.
LOST = (errno.ENODEV, errno.ENXIO, errno.ENETDOWN, errno.ENETUNREACH,
        errno.EHOSTUNREACH, errno.EHOSTDOWN, errno.ENOBUFS, errno.EAGAIN,
        errno.EADDRNOTAVAIL, errno.EINVAL, None)


def here():
    """The names of the links of this namespace."""
    return {name for _, name in socket.if_nameindex()}


class Router:
    """FIBs with a device fib<id> and two ports each: packets come in by in<id>,
    whose other end is tx<id>, and leave by out<id>."""

    def __init__(self):
        self.r, self.m = Rtnl(), Mfib()
        switch_on('ipv4/ip_forward', 'ipv6/conf/all/forwarding')

    def build(self, fib):
        """Adds what is missing."""
        r, links = self.r, here()
        dev, rx, tx, out = (f'{name}{fib}' for name in ('fib', 'in', 'tx',
                                                        'out'))
        if dev not in links:
            r.add(dev, 'mfib', attr(IFLA_MFIB_ID, fib), up=True)
        if rx not in links:
            packet.wire(r, rx, tx, dev)
            r.set(rx, rtnl.IFLA_ADDRESS, MAC)
        if out not in links:
            r.add(out, 'dummy', up=True)
        for name in rx, out:
            r.master(name, dev)
            r.up(name)
        for name, n in (dev, 0), (rx, 1), (out, 2):
            for prefix in f'10.{fib}.{n}.1/24', f'2001:db8:{fib}:{n}::1/64':
                try:
                    r.address(name, prefix)
                except genl.Error as error:
                    same(error.errno, errno.EEXIST)
        self.m.route_new(
            fib, route('0.0.0.0/0', via(dev=out)), route('::/0', via(dev=out)),
            *(route(dst, via(addr, rx)) for dst, addr in silent(fib)),
            flags=REPLACE)

    def forwards(self, fib):
        """Packets of both versions go in and come out."""
        def goes_through():
            try:
                wire.send(frame(MAC, dst))
            except OSError as error:
                same(error.errno, errno.ENOBUFS)
            return came(seen, version, dst)

        with tap(f'out{fib}') as seen, wire_end(f'tx{fib}') as wire:
            seen.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 23)
            for version, dst in enumerate(('198.18.1.1', '2001:db8:ffff::1')):
                poll(f'FIB {fib} forwards to {dst}', goes_through, 30)

    def works(self):
        for fib in FIBS:
            self.forwards(fib)
            self.m.fib_check(fib)


def silent(fib):
    """Destinations behind gateways who never answer."""
    return (('198.19.0.0/16', f'10.{fib}.1.99'),
            ('2001:db8:fffe::/48', f'2001:db8:{fib}:1::99'))


def wire_end(name):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind((name, 0))
    return sock


def came(sock, version, dst):
    """Whether a packet of ours to an address has been sent."""
    head, at, length = ((20, 16, 4), (40, 24, 16))[version]
    while True:
        try:
            data = sock.recv(2048, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        if data[head + 2:head + 4] == DISCARD.to_bytes(2, 'big') and \
                data[at:at + length] == ipaddress.ip_address(dst).packed:
            return True


# ---- the crowd ----

def again(body):
    """Does something over and over, though what it works with may go. On a
    slow machine it must leave time for packets to be forwarded, too."""
    os.nice(19)
    while True:
        try:
            body()
        except TimeoutError:
            raise  # a request without an answer
        except genl.Error as error:
            # the family itself goes without a word, and so is a dump refused
            # while the module goes
            same(error.errno in (errno.ENOENT, errno.EPROTONOSUPPORT) or
                 error.msg != '', True, f'{error!r} says why')
        except OSError as error:
            same(error.errno in LOST, True, repr(error))
        time.sleep(0.03)


def packets_come_in(fib):
    frames = [frame(MAC, dst) for dst in
              ('198.18.0.1', '198.19.0.1', '2001:db8:ffff::2',
               '2001:db8:fffe::2', f'10.{fib}.0.1', f'2001:db8:{fib}::1')]

    def send():
        with wire_end(f'tx{fib}') as wire:
            for one in frames:
                wire.send(one)

    again(send)


def sockets_send(fib):
    """Also those that are older than the device they are bound to."""
    kept = []

    def send():
        for family, dst in (AF_INET, '198.18.0.5'), (AF_INET, '198.19.0.5'), \
                (AF_INET6, '2001:db8:ffff::5'), (AF_INET6, '2001:db8:fffe::5'):
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                            f'fib{fib}'.encode())
            sock.connect((dst, DISCARD))
            kept.append(sock)
        for sock in kept:
            try:
                sock.send(b'packet')
            except OSError as error:
                same(error.errno in LOST, True, repr(error))
        while len(kept) > 12:
            kept.pop(0).close()

    again(send)


def readers_dump():
    def read():
        m = Mfib()
        m.ports()
        m.nexthops()
        m.routes()
        for fib in m.fibs():
            m.lookup(fib, '198.18.0.1')
            m.lookup(fib, '2001:db8:ffff::1')

    again(read)


def readers_leave():
    """With a dump that is not read to its end."""
    def leave():
        m = Mfib()
        m.room = 4096
        m.send(MFIB_CMD_ROUTE_GET, NLM_F_DUMP, b'')
        next(m.receive(), None)
        m.close()

    again(leave)


def operators_check():
    def check():
        m = Mfib()
        for fib in m.fibs():
            m.fib_check(fib)
        for name in PROC:
            with open(f'/proc/net/{name}') as file:
                file.read()
        subprocess.run(['cgr', 'fib', 'check'], capture_output=True)

    again(check)


def routes_load(fib):
    some = [f'172.16.{i}.0/24' for i in range(100)]
    some += [f'2001:db8:aaaa:{i:x}::/64' for i in range(100)]

    def load():
        m = Mfib()
        m.nexthop_new(via(f'10.{fib}.1.98', f'in{fib}', nhid=fib),
                      flags=REPLACE)
        m.route_new(fib, *(route(dst, via(dev=f'out{fib}')) for dst in some),
                    flags=REPLACE)
        m.route_new(fib, route('172.31.0.0/16', via(nhid=fib)),
                    *(route(dst, via(f'2001:db8:{fib}:1::98', f'in{fib}'),
                            metric=5) for dst in some), flags=REPLACE)
        m.route_del(fib, *(route(dst, metric=0) for dst in some))

    again(load)


def gather(*fibs):
    """Brings a crowd to these FIBs; returns its processes, {number: name}."""
    people = [(one.__name__, one)
              for one in (readers_dump, readers_leave, operators_check)]
    people += [(f'{one.__name__} {fib}', functools.partial(one, fib))
               for one in (packets_come_in, sockets_send, routes_load)
               for fib in fibs]
    return {ktap.child(one): name for name, one in people}


def disperse(people):
    """Sends a crowd away; returns who had gone before, for he has failed."""
    missing = [name for pid, name in people.items()
               if os.waitpid(pid, os.WNOHANG) != (0, 0)]
    for pid, name in people.items():
        if name not in missing:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return missing


def crowded(change):
    """Calls change(router) round after round, in a crowd."""
    router = Router()
    for fib in FIBS:
        router.build(fib)
    router.works()
    people = gather(*FIBS)
    try:
        for _ in range(ROUNDS):
            change(router)
            for fib in FIBS:
                router.build(fib)
            router.works()
    finally:
        missing = disperse(people)
    same(missing, [], 'who failed')
    for name in sorted(here() - {'lo'}):
        if name in here():
            router.r.delete(name)
    same(router.m.fibs(), {}, 'FIBs without devices')
    same(router.m.nexthops(), {}, 'next hops without devices')


def new_namespace():
    """One that nobody is in: a descriptor, and rtnetlink in there."""
    with open('/proc/thread-self/ns/net') as back:
        ktap.unshare(CLONE_NEWNET)
        fd = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        r = Rtnl()
        ktap.setns(back.fileno())
    return fd, r


def add_vlan(r, name, link):
    info = attr(rtnl.IFLA_INFO_KIND, b'vlan') + nest(
        rtnl.IFLA_INFO_DATA, attr(IFLA_VLAN_ID, b'\x01\x00'))
    r.link(rtnl.RTM_NEWLINK, NLM_F_CREATE, up=True,
           attrs=attr(rtnl.IFLA_IFNAME, name) +
           attr(rtnl.IFLA_LINK, socket.if_nametoindex(link)) +
           nest(rtnl.IFLA_LINKINFO, info))


def unload():
    """As soon as nobody is in the module: what rmmod says until then."""
    def try_it():
        done = subprocess.run(['rmmod', 'mfib'], capture_output=True, text=True)
        return not done.returncode or answers.add(done.stderr.strip())

    answers = set()
    poll('the module can be unloaded', try_it, 60)
    return answers


# ---- what comes and goes ----

@test
def ports_change_their_fib():
    def change(router):
        for name in 'in10', 'out10':
            for master in None, 'fib20', 'fib10':
                router.r.master(name, master)

    crowded(change)


@test
def links_go_down_and_get_names():
    def change(router):
        for name in 'in10', 'out10', 'fib10':
            router.r.up(name, False)
            router.r.set(name, rtnl.IFLA_IFNAME, 'new')
            router.r.up('new')
            router.r.up('new', False)
            router.r.set('new', rtnl.IFLA_IFNAME, name)
            router.r.up(name)

    crowded(change)


@test
def ports_are_deleted():
    """By themselves, or since the other end of the wire is."""
    def change(router):
        for name in 'in10', 'out10', 'tx20':
            router.r.delete(name)

    crowded(change)


@test
def ports_are_refused():
    """By the core, after mfib has taken them, for there are too many links on
    top of each other. Somebody flushes the FIB's table meanwhile, and mfib goes
    through the ports to see what is missing."""
    def change(router):
        if 'vlan7' not in here():
            router.r.add('vlan0', 'dummy', up=True)
            for i in range(1, 8):
                add_vlan(router.r, f'vlan{i}', f'vlan{i - 1}')
        flush = subprocess.Popen(['ip', 'route', 'flush', 'table', '10'])
        for _ in range(50):
            refused(errno.EMLINK, '', router.r.master, 'vlan7', 'fib10')
        flush.wait()
        same(len(router.m.ports(10)), 2, 'ports')

    crowded(change)


@test
def ports_move_to_other_namespaces():
    """And back, or end with the namespace. A FIB's device has to stay."""
    def change(router):
        fd, far = new_namespace()
        with open('/proc/thread-self/ns/net') as back:
            for name in 'in10', 'out10':
                router.r.move(name, fd)
                far.link(rtnl.RTM_NEWLINK, 0,
                         attrs=attr(rtnl.IFLA_IFNAME, name) +
                         attr(rtnl.IFLA_NET_NS_FD, back.fileno()))
        refused(errno.EINVAL, '', router.r.move, 'fib10', fd)
        for fib in FIBS:
            router.build(fib)
        for name in 'in10', 'out20':
            router.r.move(name, fd)
        far.close()
        os.close(fd)
        poll('the wire is gone', lambda: 'tx10' not in here(), 30)

    crowded(change)


@test
def fibs_are_deleted():
    """With their device, or after it."""
    def change(router):
        router.m.fib_del(10)
        router.m.fib_new(20, REPLACE)
        router.r.delete('fib20')
        router.m.fib_check(20)
        router.m.fib_del(20)

    crowded(change)


@test
def fib_devices_are_deleted():
    """Also together with their ports."""
    def change(router):
        for name in 'fib10', 'fib20', 'in20', 'out20':
            router.r.delete(name)

    crowded(change)


@test
def namespaces_are_deleted():
    """With all that a router has, while packets come in from outside."""
    def live(ready, outside):
        os.setpgid(0, 0)
        ktap.unshare(CLONE_NEWNET)
        inside = Router()
        packet.wire(inside.r, 'in30', 'tx30')
        inside.r.set('in30', rtnl.IFLA_ADDRESS, MAC)
        inside.build(30)
        inside.m.fib_new(40)
        inside.m.route_new(40, route('::/0', kind=RTN_BLACKHOLE))
        inside.forwards(30)
        inside.r.move('tx30', outside)
        gather(30)
        os.write(ready, b'.')
        signal.pause()

    def change(router):
        begin, ready = os.pipe()
        with open('/proc/thread-self/ns/net') as outside:
            pid = ktap.child(lambda: live(ready, outside.fileno()))
        os.close(ready)
        same(os.read(begin, 1), b'.', 'what the other router says')
        os.close(begin)
        router.r.up('tx30')
        with wire_end('tx30') as wire:
            for _ in range(200):
                wire.send(frame(MAC, '198.18.0.1'))
                wire.send(frame(MAC, '2001:db8:fffe::1'))
            os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        poll('the wire is gone', lambda: 'tx30' not in here(), 60)

    crowded(change)


@test
def module_is_unloaded():
    """It refuses while a dump is read, and takes all that it made along."""
    def change(router):
        for answer in unload():
            # or so says the kernel, if rmmod does not see it before
            same('in use' in answer or 'temporarily unavailable' in answer,
                 True, answer)
        same(here() & {'fib10', 'fib20'}, set(), 'devices without a driver')
        router.m = Mfib()  # loads it, if nobody has

    crowded(change)


@test
def module_is_in_use_while_a_dump_is_not_read():
    r, m = bed(10, 'p1'), Mfib()
    for i in range(10):
        m.route_new(10, *(route(f'10.{i}.{j}.0/24', via(dev='p1'))
                          for j in range(250)))
    reader = Mfib()
    reader.room = 4096
    reader.send(MFIB_CMD_ROUTE_GET, NLM_F_DUMP, b'')
    next(reader.receive())
    done = subprocess.run(['rmmod', 'mfib'], capture_output=True, text=True)
    same((done.returncode, 'in use' in done.stderr), (1, True), done.stderr)
    m.fib_check(10)
    reader.close()
    unload()
    same(here() & {'fib10'}, set(), 'devices without a driver')
    Mfib()


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main(seconds=120 * ktap.LONG)
