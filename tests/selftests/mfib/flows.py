#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Packets of many flows.

flows.py probe [dev=DEV] ADDRESS...: pings each, prints "ADDRESS TTL" of each
answer, or that there was none.
flows.py ports ADDRESS N: sends N packets of UDP, each from another port.
flows.py errors ADDRESS FROM ABOUT N: sends N errors about packets from ADDRESS
to ABOUT, as if a router on the way, FROM, had sent them.
"""
import os
import select
import socket
import struct
import sys
import time

SLOWNESS = int(os.environ.get('CGR_SLOWNESS', 1))
IPV6_HDRINCL, IPV6_RECVHOPLIMIT = 36, 51


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def pack(address):
    return socket.inet_pton(family_of(address), address)


def family_of(address):
    return socket.AF_INET6 if ':' in address else socket.AF_INET


def raw(family):
    proto = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else \
        socket.IPPROTO_ICMP
    return socket.socket(family, socket.SOCK_RAW, proto)


def ping4(number):
    body = struct.pack('!BBHHH', 8, 0, 0, os.getpid() & 0xffff, number)
    return body[:2] + struct.pack('!H', checksum(body)) + body[4:]


def ping6(number):
    # the kernel sums it up
    return struct.pack('!BBHHH', 128, 0, 0, os.getpid() & 0xffff, number)


def probe(addresses):
    v4, v6 = raw(socket.AF_INET), raw(socket.AF_INET6)
    v6.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1)
    if addresses[0].startswith('dev='):
        dev = addresses.pop(0)[len('dev='):].encode()
        for sock in v4, v6:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, dev)
    found = {}
    end = time.monotonic() + 5 * SLOWNESS
    while len(found) < len(addresses) and time.monotonic() < end:
        for number, address in enumerate(addresses):
            if address in found:
                continue
            if family_of(address) == socket.AF_INET:
                v4.sendto(ping4(number), (address, 0))
            else:
                v6.sendto(ping6(number), (address, 0))
            collect(v4, v6, found, 0)
        # what is lost while neighbours are asked for is asked again
        collect(v4, v6, found, 0.2 * SLOWNESS)
    for address in addresses:
        print(address, found.get(address, 'nobody'))


def collect(v4, v6, found, seconds):
    ident = os.getpid() & 0xffff
    while ready := select.select([v4, v6], [], [], seconds)[0]:
        for sock in ready:
            data, control, _, sender = sock.recvmsg(4096, 256)
            if sock is v4:
                ttl, data, answer = data[8], data[20:], 0
            else:
                ttl, answer = struct.unpack('=I', control[0][2])[0], 129
            if data[0] == answer and \
                    struct.unpack_from('!H', data, 4)[0] == ident:
                found[sender[0]] = ttl


def ports(address, number):
    for port in range(20000, 20000 + number):
        with socket.socket(family_of(address), socket.SOCK_DGRAM) as sock:
            sock.bind(('', port))
            sock.sendto(b'x', (address, 9))


def header(source, target, proto, length):
    if family_of(source) == socket.AF_INET6:
        return struct.pack('!IHBB', 6 << 28, length, proto, 64) + \
            pack(source) + pack(target)
    return struct.pack('!BBHHHBBH', 0x45, 0, 20 + length, 1, 0, 64, proto,
                       0) + pack(source) + pack(target)


def errors(address, sender, about, number):
    family = family_of(address)
    # as if it had answered a ping
    if family == socket.AF_INET:
        inner = header(address, about, socket.IPPROTO_ICMP, 8) + bytes(8)
        body = struct.pack('!BBHHH', 3, 4, 0, 0, 1400) + inner
        proto, pseudo = socket.IPPROTO_ICMP, b''
    else:
        inner = header(address, about, socket.IPPROTO_ICMPV6, 8) + \
            struct.pack('!BBHI', 129, 0, 0, 0)
        body = struct.pack('!BBHI', 2, 0, 0, 1400) + inner
        proto = socket.IPPROTO_ICMPV6
        pseudo = pack(sender) + pack(address) + \
            struct.pack('!II', len(body), proto)
    body = body[:2] + struct.pack('!H', checksum(pseudo + body)) + body[4:]
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW) as sock:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_HDRINCL, 1)
        for _ in range(number):
            sock.sendto(header(sender, address, proto, len(body)) + body,
                        (address, 0))


if __name__ == '__main__':
    what, *args = sys.argv[1:]
    if what == 'probe':
        probe(args)
    elif what == 'ports':
        ports(args[0], int(args[1]))
    else:
        errors(*args[:3], int(args[3]))
