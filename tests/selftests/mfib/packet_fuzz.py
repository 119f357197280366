#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Packets that nobody would send, into a port.

Whatever comes, the router lives and forwards what is in order. CGR_SEED and
CGR_SECONDS say which packets and how long.
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

import ktap
from ktap import same, test
from mfib import *
from mfib import bed
from packet import (ETH_P_IP, ETH_P_IPV6, checksum, ethernet,
                    ipv4, ipv6, mac_of, switch_on, tap, udp, wire)

SEED = int(os.environ.get('CGR_SEED', 1))
SECONDS = int(os.environ.get('CGR_SECONDS', 5))

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


def any_frame(x, mac):
    version = x.choice((4, 6))
    packet = break_it(x, any_ip(x, version))
    dst = x.choice((mac, mac, mac, mac, b'\xff' * 6, b'\x01\x00\x5e\x00\x00\x01',
                    b'\x33\x33\x00\x00\x00\x01', x.randbytes(6)))
    kind = ETH_P_IP if version == 4 else ETH_P_IPV6
    if x.random() < 0.02:
        kind = x.choice((ETH_P_IP, ETH_P_IPV6, 0x806, 0x8100, 0x88a8, 0x8847))
    return ethernet(dst, packet, kind)


def make_bed():
    r, m = bed(10, 'out'), Mfib()
    switch_on('ipv4/ip_forward', 'ipv6/conf/all/forwarding')
    wire(r, 'rx', 'tx', 'fib10')
    r.address('rx', '192.0.2.1/24')
    r.address('rx', '2001:db8::1/64')
    for routes in ROUTES.values():
        m.route_new(10, *(route(dst, None if kind else via(dev='out'),
                                kind=kind) for dst, kind in routes))
    return r, m


def is_forwarded(sock, wire_in, mac, dst, mark):
    """Whether a packet in order goes out of `out`, which `sock` taps."""
    at = ipaddress.ip_address(dst)
    packet = udp(mark.to_bytes(8, 'big'))
    packet = ethernet(mac, ipv4('192.0.2.9', dst, packet), ETH_P_IP) \
        if at.version == 4 else \
        ethernet(mac, ipv6('2001:db8::9', dst, packet), ETH_P_IPV6)
    wire_in.send(packet)

    def has_come():
        while True:
            try:
                data = sock.recv(2048, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return False
            if data.endswith(mark.to_bytes(8, 'big')):
                return True

    ktap.poll(f'a packet to {dst} is forwarded', has_come)


@test
def packets_that_nobody_would_send():
    r, m = make_bed()
    x = random.Random(SEED)
    mac = mac_of(r, 'rx')
    wire_in = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire_in.bind(('tx', 0))
    out = tap('out')
    end = time.monotonic() + SECONDS
    n = 0
    while n < 2000 or time.monotonic() < end:
        for _ in range(500):
            try:
                wire_in.send(any_frame(x, mac))
            except OSError:  # too short or too long for the wire
                pass
        n += 500
        is_forwarded(out, wire_in, mac, '10.1.2.3', n)
        is_forwarded(out, wire_in, mac, '2001:db8:1::3', n)
    print(f'# {n} packets')
    stats = numbers(m.fibs()[10][MFIB_FIB_A_STATS])
    for counter in (MFIB_STAT_A_FORWARD_PACKETS, MFIB_STAT_A_LOCAL_PACKETS,
                    MFIB_STAT_A_NOROUTE, MFIB_STAT_A_UNREACHABLE,
                    MFIB_STAT_A_PROHIBIT, MFIB_STAT_A_BLACKHOLE):
        same(stats[counter] > 0, True, f'some came to counter {counter}')


if __name__ == '__main__':
    Mfib()  # loads the module
    print(f'# seed {SEED}')
    ktap.main(SECONDS + 60)
