#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Packets that nobody would send, into ports.

Whatever comes, the router lives, forwards what is in order, and sends nothing
out that is not. They come in by a plain device, by one that gathers packets to
lists and longer ones (GRO), by a VLAN, and as packets that are to be cut up
(GSO). CGR_SEED and CGR_SECONDS say which packets and how long, see lib/fuzz.py.
"""
import ipaddress
import os
import random
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import fuzz
import genl
import ktap
import rtnl
from genl import NLM_F_CREATE, NLM_F_EXCL, attr, nest
from ktap import same, test
from mfib import *
from mfib import bed
from packet import (ETH_P_IP, ETH_P_IPV6, checksum, ethernet,
                    ipv4, ipv6, mac_of, switch_on, tap, udp, wire)

FRAMES = 3000
SOL_PACKET, PACKET_VNET_HDR = 263, 15
IFLA_LINK, IFLA_VLAN_ID = 5, 1
ETH_P_8021Q, ETH_P_8021AD = 0x8100, 0x88a8

ROUTES = {
    4: [('10.1.0.0/16', None), ('10.2.0.0/16', RTN_BLACKHOLE),
        ('10.3.0.0/16', RTN_UNREACHABLE), ('10.4.0.0/16', RTN_PROHIBIT),
        ('10.5.0.0/16', RTN_THROW), ('10.6.0.0/16', RTN_LOCAL)],
    6: [('2001:db8:1::/48', None), ('2001:db8:2::/48', RTN_BLACKHOLE),
        ('2001:db8:3::/48', RTN_UNREACHABLE), ('2001:db8:4::/48', RTN_PROHIBIT),
        ('2001:db8:5::/48', RTN_THROW), ('2001:db8:6::/48', RTN_LOCAL)],
}
ADDRESSES = {
    4: ['10.1.1.1', '10.2.1.1', '10.3.1.1', '10.4.1.1', '10.5.1.1', '10.6.1.1',
        '203.0.113.1', '192.0.2.1', '192.0.2.9', '192.0.2.255', '0.0.0.0',
        '127.0.0.1', '224.0.0.1', '239.1.2.3', '255.255.255.255', '240.0.0.1'],
    6: ['2001:db8:1::1', '2001:db8:2::1', '2001:db8:3::1', '2001:db8:4::1',
        '2001:db8:5::1', '2001:db8:6::1', '3fff::1', '2001:db8::1',
        '2001:db8::9', '2001:db8::', '::', '::1', 'fe80::1', 'ff02::1',
        'ff05::2', '::ffff:10.1.1.1', '64:ff9b::1'],
}
# extension headers that have a length of their own
CHAINED = 0, 43, 60, 135, 139, 140


def any_options(x):
    """Options of IPv4, most of them right."""
    pointer = x.choice((4, 8, x.randrange(256)))
    options = x.choice((
        b'', b'', b'', b'\x01\x01\x01\x00',
        bytes([7, 11, pointer]) + bytes(8) + b'\x00',   # record route
        bytes([68, 12, pointer + 1 & 255, x.randrange(256)]) + bytes(8),
        bytes([131, 7, pointer]) + bytes([10, 1, 1, 1]) + b'\x00',
        bytes([137, 7, pointer]) + bytes([10, 1, 1, 1]) + b'\x00',
        b'\x94\x04\x00\x00',                            # router alert
        x.randbytes(4 * x.randrange(1, 11))))
    return options


def any_transport(x, version):
    """A protocol and its packet."""
    kind = x.randrange(5)
    if kind == 0:
        return socket.IPPROTO_UDP, udp(x.randbytes(x.randrange(64)))
    if kind == 1:
        return socket.IPPROTO_TCP, struct.pack(
            '!HHIIBBHHH', 1024, 80, x.getrandbits(32), 0, 0x50,
            x.getrandbits(6), 1024, 0, 0)
    if kind == 2:
        return x.randrange(256), x.randbytes(x.randrange(64))
    # echo, or an error about something of ours
    proto = socket.IPPROTO_ICMP if version == 4 else socket.IPPROTO_ICMPV6
    head = bytes([x.choice((0, 3, 5, 8, 11, 12, 1, 2, 3, 4, 128, 129, 133, 134,
                            135, 136, 137)), x.randrange(16), 0, 0])
    body = x.randbytes(4)
    if kind == 3:
        body += any_ip(x, version, 1)
    return proto, head[:2] + struct.pack('!H', checksum(head + body)) + body


def any_extensions(x, proto, payload):
    """Extension headers of IPv6 in front of a packet."""
    for _ in range(x.choice((0, 0, 0, 1, 1, 2, 5))):
        kind = x.choice(CHAINED + (44, 51, 59))
        if kind == 44:
            head = struct.pack('!BBHI', proto, 0, x.choice(
                (0, 1, 8, 9, x.getrandbits(16))), 7)
        else:
            words = x.choice((0, 0, 1, 2, x.randrange(256)))
            body = x.choice((b'\x01\x04' + bytes(4), b'\x05\x02\x00\x00\x01\x00',
                             b'\xc2\x04' + x.randbytes(4), x.randbytes(6),
                             bytes([x.randrange(6), x.randrange(4)]) + bytes(4)))
            head = bytes([proto, words]) + body + bytes(8 * min(words, 4))
        proto, payload = kind, head + payload
    return proto, payload


def any_ip(x, version, depth=0):
    src, dst = (x.choice(ADDRESSES[version]) for _ in range(2))
    ttl = x.choice((64, 64, 64, 255, 2, 1, 0))
    proto, payload = any_transport(x, version) if not depth else \
        (socket.IPPROTO_UDP, udp())
    if version == 6:
        proto, payload = any_extensions(x, proto, payload)
        return ipv6(src, dst, payload, ttl, proto, x.randrange(256))
    frag = x.choice((0, 0, 0x4000, 0x2000, 0x2001, 1, 0x1fff, 0x8000))
    return ipv4(src, dst, payload, ttl, proto, any_options(x),
                x.randrange(256), frag)


def break_it(x, packet):
    packet = bytearray(packet)
    for _ in range(x.choice((0, 0, 1, 1, 2, 8))):
        at = x.randrange(min(len(packet), x.choice((8, 40, 2000))))
        packet[at] = x.choice((0, 255, packet[at] ^ 1 << x.randrange(8),
                               x.randrange(256)))
    if x.random() < 0.2:
        del packet[x.randrange(len(packet)):]
    if x.random() < 0.1:
        packet += x.randbytes(x.choice((1, 7, 100)))
    # whoever breaks the header can still get its checksum right
    if x.random() < 0.5 and len(packet) >= 20 and packet[0] >> 4 == 4:
        words = max(5, packet[0] & 15)
        packet[10:12] = bytes(2)
        packet[10:12] = struct.pack('!H', checksum(bytes(packet[:words * 4])))
    return bytes(packet)


def tcp(src, dst, seq, data, flags=0x10):
    """A segment with the right checksum."""
    head = struct.pack('!HHIIBBHHH', 1024, 80, seq, 1, 0x50, flags, 1024, 0, 0)
    ends = b''.join(ipaddress.ip_address(at).packed for at in (src, dst))
    sum_ = checksum(ends + struct.pack('!II', len(head) + len(data),
                                       socket.IPPROTO_TCP) + head + data)
    return head[:16] + struct.pack('!H', sum_) + head[18:] + data


def any_stream(x, version):
    """Segments in order, of which GRO makes one, unless one of them is odd."""
    src, dst = x.choice(ADDRESSES[version]), x.choice(ADDRESSES[version])
    seq, size = x.getrandbits(32), x.choice((1, 100, 1000, 1400))
    packets = []
    for _ in range(x.randrange(2, 20)):
        segment = tcp(src, dst, seq, x.randbytes(size),
                      x.choice((0x10, 0x10, 0x18, 0x11)))
        packets.append(ipv4(src, dst, segment, proto=socket.IPPROTO_TCP,
                            frag=0x4000) if version == 4 else
                       ipv6(src, dst, segment, proto=socket.IPPROTO_TCP))
        seq = seq + size & 0xffffffff
    if x.random() < .5:
        at = x.randrange(len(packets))
        packets[at] = break_it(x, packets[at])
    return packets


def any_fragments(x, version):
    """A packet in pieces; some may be missing, come twice or overlap."""
    src, dst = x.choice(ADDRESSES[version]), x.choice(ADDRESSES[version])
    data = udp(x.randbytes(x.choice((16, 500, 3000))))
    step = x.choice((8, 16, 64, 400, 1024))
    packets, at, ident = [], 0, x.getrandbits(16)
    while at < len(data) and len(packets) < 40:
        more = at + step < len(data)
        piece = data[at:at + step + (x.choice((0, 0, 0, 8)) if more else 0)]
        if version == 4:
            packet = ipv4(src, dst, piece, frag=at >> 3 | more << 13)
            packet = packet[:4] + struct.pack('!H', ident) + packet[6:]
            packet = packet[:10] + bytes(2) + packet[12:]
            packet = packet[:10] + struct.pack(
                '!H', checksum(packet[:20])) + packet[12:]
        else:
            packet = ipv6(src, dst, struct.pack(
                '!BBHI', socket.IPPROTO_UDP, 0, at | more, ident) + piece,
                proto=44)
        packets.append(packet)
        at += step
    if x.random() < .5:
        x.shuffle(packets)
    for _ in range(x.choice((0, 0, 1, 3))):
        at = x.randrange(len(packets))
        packets[at] = x.choice((packets[0], break_it(x, packets[at])))
    return packets


def any_packets(x, version):
    kind = x.random()
    if kind < .1:
        return any_stream(x, version)
    if kind < .2:
        return any_fragments(x, version)
    return [break_it(x, any_ip(x, version))]


def any_frames(x, mac):
    version = x.choice((4, 6))
    kind = ETH_P_IP if version == 4 else ETH_P_IPV6
    dst = x.choice((mac, mac, mac, mac, b'\xff' * 6, b'\x01\x00\x5e\x00\x00\x01',
                    b'\x33\x33\x00\x00\x00\x01', x.randbytes(6)))
    if x.random() < .02:
        kind = x.choice((ETH_P_IP, ETH_P_IPV6, 0x806, ETH_P_8021Q,
                         ETH_P_8021AD, 0x8847))
    for packet in any_packets(x, version):
        at = kind
        # 7 is the port's, 0 only a priority
        for _ in range(x.choice((0, 0, 0, 0, 0, 1, 1, 2))):
            packet = struct.pack('!HH', x.choice((7, 7, 0, 8, 0xffff)),
                                 at) + packet
            at = x.choice((ETH_P_8021Q, ETH_P_8021Q, ETH_P_8021AD))
        if x.random() < .02:
            packet = packet[:x.randrange(len(packet) + 1)]
        yield ethernet(dst, packet, at)


def any_long_frame(x, mac):
    """One with a header of virtio_net, which says how to cut it up."""
    version = x.choice((4, 6))
    src, dst = x.choice(ADDRESSES[version]), x.choice(ADDRESSES[version])
    proto = x.choice((socket.IPPROTO_TCP, socket.IPPROTO_UDP))
    data = x.randbytes(x.choice((1, 100, 1500, 4000, 20000, 60000)))
    packet = tcp(src, dst, 1, data) if proto == socket.IPPROTO_TCP else \
        udp(data)
    packet = ipv4(src, dst, packet, proto=proto) if version == 4 else \
        ipv6(src, dst, packet, proto=proto)
    length = 14 + (20 if version == 4 else 40)
    # TCP of IPv4, UDP that is fragmented, TCP of IPv6, datagrams of UDP
    kind = {4: 1, 6: 4}[version] if proto == socket.IPPROTO_TCP else 5
    header = [1, kind, length + (20 if kind != 5 else 8),
              x.choice((500, 1000, 1400)), length, 16 if kind != 5 else 6]
    for _ in range(x.choice((0, 0, 0, 1, 3))):
        at = x.randrange(len(header))
        header[at] = x.choice((0, 1, 3, 4, 5, 0x81, 255)) if at < 2 else \
            x.choice((0, 1, header[at] ^ 1, header[at] ^ 2, 0xffff,
                      x.getrandbits(16)))
    if x.random() < .2:
        packet = break_it(x, packet)
    return struct.pack('=BBHHHH', *header) + ethernet(
        mac, packet, ETH_P_IP if version == 4 else ETH_P_IPV6)


def command(*words):
    subprocess.run(words, check=True)


class Way:
    """A port and the sockets whose frames come in by it."""

    def __init__(self, r, port, far):
        wire(r, port, far, 'fib10')
        self.mac = mac_of(r, port)
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.sock.bind((far, 0))
        self.long = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.long.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.long.bind((far, 0))

    def send(self, x, n):
        """Sends n frames, or some more."""
        while n > 0:
            if x.random() < .05:
                self.try_to(self.long, any_long_frame(x, self.mac))
                n -= 1
                continue
            for frame in any_frames(x, self.mac):
                self.try_to(self.sock, frame)
                n -= 1

    @staticmethod
    def try_to(sock, frame):
        try:
            sock.send(frame)
        except OSError:
            pass  # too short or too long, or no room on the wire


def make_bed():
    r, m = bed(10, 'out'), Mfib()
    switch_on('ipv4/ip_forward', 'ipv6/conf/all/forwarding')
    plain, gathering = Way(r, 'rx', 'tx'), Way(r, 'gro', 'gtx')
    # what waits in a queue comes in all at once
    command('ethtool', '-K', 'gro', 'gro', 'on')
    command('tc', 'qdisc', 'add', 'dev', 'gtx', 'root', 'netem', 'delay', '1ms',
            'limit', '10000')
    # what is too long is cut up before it is seen
    command('ethtool', '-K', 'out', 'tso', 'off', 'gso', 'off')
    info = attr(rtnl.IFLA_INFO_KIND, 'vlan') + nest(
        rtnl.IFLA_INFO_DATA, attr(IFLA_VLAN_ID, struct.pack('=H', 7)))
    r.link(rtnl.RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, up=True,
           attrs=attr(rtnl.IFLA_IFNAME, 'rx.7') +
           attr(IFLA_LINK, socket.if_nametoindex('rx')) +
           nest(rtnl.IFLA_LINKINFO, info))
    r.master('rx.7', 'fib10')
    r.address('rx', '192.0.2.1/24')
    r.address('rx', '2001:db8::1/64')
    for routes in ROUTES.values():
        m.route_new(10, *(route(dst, None if kind else via(dev='out'),
                                kind=kind) for dst, kind in routes))
    return r, m, [plain, gathering]


FORWARDED = {4: ipaddress.ip_network('10.1.0.0/16'),
             6: ipaddress.ip_network('2001:db8:1::/48')}


def check_sent(packet):
    """What leaves must be fit to."""
    version = packet[0] >> 4
    if version == 4:
        words = packet[0] & 15
        same(checksum(packet[:words * 4]), 0, 'checksum')
        src, dst = packet[12:16], packet[16:20]
        ttl = packet[8]
    else:
        src, dst = packet[8:24], packet[24:40]
        ttl = packet[7]
    src, dst = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    if dst.is_multicast:
        return  # of our own
    same(dst in FORWARDED[version], True, f'{dst} has a way out')
    same(src.is_multicast or src.is_loopback, False, f'{src} is no martian')
    same(ttl > 0, True, 'it may live on')


def drain(sock, mark=b''):
    """Checks all that leaves by `out`; whether a packet with the mark does."""
    found = False
    while True:
        try:
            data, address = sock.recvfrom(1 << 17, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return found
        if address[2] != socket.PACKET_OUTGOING or \
                address[1] not in (ETH_P_IP, ETH_P_IPV6):
            continue
        try:
            check_sent(data)
        except AssertionError as error:
            raise AssertionError(f'{error}: {data[:128].hex()}') from None
        found |= bool(mark) and data.endswith(mark)


def is_forwarded(sock, way, dst, mark):
    """A packet in order must go out of `out`, which `sock` taps."""
    at = ipaddress.ip_address(dst)
    mark = b'mark' + mark.to_bytes(8, 'big')
    packet = udp(mark)
    packet = ethernet(way.mac, ipv4('192.0.2.9', dst, packet), ETH_P_IP) \
        if at.version == 4 else \
        ethernet(way.mac, ipv6('2001:db8::9', dst, packet), ETH_P_IPV6)
    way.sock.send(packet)
    ktap.poll(f'a packet to {dst} is forwarded', lambda: drain(sock, mark))


@test
def packets_that_nobody_would_send():
    def packets(seed):
        r, m, ways = make_bed()
        x = random.Random(seed)
        out = tap('out')
        n = 0
        while n < FRAMES:
            for way in ways:
                way.send(x, 250)
                n += 250
                drain(out)
            for way in ways:
                is_forwarded(out, way, '10.1.2.3', n)
                is_forwarded(out, way, '2001:db8:1::3', n)
        stats = numbers(m.fibs()[10][MFIB_FIB_A_STATS])
        for counter in (MFIB_STAT_A_FORWARD_PACKETS, MFIB_STAT_A_LOCAL_PACKETS,
                        MFIB_STAT_A_NOROUTE, MFIB_STAT_A_UNREACHABLE,
                        MFIB_STAT_A_PROHIBIT, MFIB_STAT_A_BLACKHOLE,
                        MFIB_STAT_A_MARTIAN):
            same(stats[counter] > 0, True, f'some came to counter {counter}')
        m.fib_check(10)
        m.fib_del(10)

    fuzz.rounds(packets, .6)


def try_changes(changes, end):
    """Makes changes in turn; some cannot be made as things are."""
    while time.monotonic() < end:
        for change in changes:
            try:
                change()
            except (genl.Error, OSError):
                pass


@test
def packets_while_things_change():
    """Routes, next hops, ports and the FIB itself come and go."""
    def changes(seed):
        r, m, ways = make_bed()
        end = time.monotonic() + 4

        def change():
            own, at = rtnl.Rtnl(), Mfib()
            try_changes([
                lambda: at.nexthop_new(via(dev='out', nhid=1), REPLACE),
                lambda: at.route_new(10, route('10.1.0.0/16', via(nhid=1)),
                                     route('2001:db8:1::/48', via(nhid=1)),
                                     flags=REPLACE),
                lambda: at.nexthop_new(via('fe80::9', 'out', nhid=1), REPLACE),
                lambda: at.route_new(10, route('10.1.0.0/16', kind=RTN_LOCAL),
                                     flags=REPLACE),
                lambda: own.up('out', False), lambda: own.up('out'),
                lambda: at.nexthop_del(1),
                lambda: own.master('gro'), lambda: own.master('gro', 'fib10'),
                lambda: own.master('out'), lambda: own.master('out', 'fib10'),
                lambda: own.delete('fib10'), lambda: bed(10, r=own),
                lambda: own.master('rx', 'fib10'),
                lambda: own.master('gro', 'fib10'),
                lambda: own.master('out', 'fib10')], end)

        pid = ktap.child(change)
        x = random.Random(seed)
        while time.monotonic() < end:
            for way in ways:
                way.send(x, 20)
        same(ktap.wait(pid), 0, 'how the changes ended')
        for fib in m.fibs():
            m.fib_check(fib)
            m.fib_del(fib)

    fuzz.rounds(changes, .4)


if __name__ == '__main__':
    Mfib()  # loads the module
    print(f'# CGR_SEED={fuzz.SEED}')
    ktap.main(fuzz.SECONDS + 240)
