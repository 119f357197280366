#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""zone_talk.py serve TAG ADDRESS... | ask ADDRESS SOURCE-PORT [DEVICE [SOURCE]] | fragment ADDRESS SOURCE first|last TAG - for zone.sh.

serve answers datagrams to port 5000 with TAG and what came, ask prints the answer, fragment sends a half of a datagram."""
import os
import select
import socket
import struct
import sys

PORT = 5000


def udp(address, port, device=None):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if device:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    sock.bind((address, port))
    return sock


def serve(tag, *addresses):
    socks = [udp(address, PORT) for address in addresses]
    print('ready', flush=True)
    while True:
        for sock in select.select(socks, [], [])[0]:
            data, peer = sock.recvfrom(65536)
            print(data[:1].decode(), len(data), flush=True)
            sock.sendto(tag.encode() + b' ' + data, peer)


def ask(address, port, device=None, source=None):
    sock = udp(source or ('::' if ':' in address else '0.0.0.0'), int(port), device)
    sock.settimeout(3 * int(os.environ.get('CGR_SLOWNESS', 1)))
    sock.connect((address, PORT))
    sock.send(b'hello')
    print(sock.recv(65536).decode())


def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff or 0xffff


def fragment(address, source, half, tag):
    family = socket.AF_INET6 if ':' in address else socket.AF_INET
    ends = socket.inet_pton(family, source) + socket.inet_pton(family, address)
    data = tag.encode() * 800
    header = struct.pack('!HHHH', 4000, PORT, 8 + len(data), 0)
    pseudo = ends + struct.pack('!II', len(header + data), socket.IPPROTO_UDP)
    header = header[:6] + struct.pack('!H', checksum(pseudo + header + data))
    whole = header + data
    part = whole[:400] if half == 'first' else whole[400:]
    offset, more = (0, 1) if half == 'first' else (400, 0)
    if family == socket.AF_INET6:
        head = struct.pack('!IHBB', 6 << 28, 8 + len(part), socket.IPPROTO_FRAGMENT, 64) + ends
        head += struct.pack('!BBHI', socket.IPPROTO_UDP, 0, offset | more, 0x1234)
    else:
        head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(part), 0x1234, more << 13 | offset >> 3, 64, socket.IPPROTO_UDP, 0) + ends
    sock = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sock.sendto(head + part, (address, 0))


{'serve': serve, 'ask': ask, 'fragment': fragment}[sys.argv[1]](*sys.argv[2:])
