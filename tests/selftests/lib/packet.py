# SPDX-License-Identifier: GPL-2.0
"""Packets that tests make themselves, and a wire into a port to send them on."""
import ipaddress
import socket
import struct

import genl
import rtnl
from genl import NLM_F_CREATE, NLM_F_EXCL, attr, nest

ETH_P_ALL = 3
ETH_P_IP = 0x800
ETH_P_IPV6 = 0x86dd
DISCARD = 9  # a port of UDP
IFLA_STATS64 = 23
VETH_INFO_PEER = 1


def switch_on(*settings):
    for setting in settings:
        with open(f'/proc/sys/net/{setting}', 'w') as file:
            file.write('1')


def wire(r, port, far, master=None):
    """A pair of devices, of which one is a port; what is sent on the other
    comes in by it."""
    info = attr(rtnl.IFLA_INFO_KIND, 'veth') + nest(
        rtnl.IFLA_INFO_DATA,
        attr(VETH_INFO_PEER, bytes(16) + attr(rtnl.IFLA_IFNAME, far)))
    r.link(rtnl.RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, up=True,
           attrs=attr(rtnl.IFLA_IFNAME, port) + nest(rtnl.IFLA_LINKINFO, info))
    r.up(far)
    if master:
        r.master(port, master)


def link_attrs(r, name):
    (_, attrs), = r.link(rtnl.RTM_GETLINK, 0, socket.if_nametoindex(name))
    return dict(attrs)


def mac_of(r, name):
    return link_attrs(r, name)[rtnl.IFLA_ADDRESS]


def sent(r, name):
    """The number of packets that a device has sent."""
    return struct.unpack('=QQ', link_attrs(r, name)[IFLA_STATS64][:16])[1]


def tap(name):
    """A socket that sees what a device sends and receives, without headers of
    the link."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
    sock.bind((name, ETH_P_ALL))
    return sock


def checksum(data):
    """The Internet's, RFC 1071."""
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ethernet(mac, payload, kind):
    return mac + b'\x02' + bytes(5) + struct.pack('!H', kind) + payload


def ipv4(src, dst, payload, ttl=64, proto=socket.IPPROTO_UDP, options=b'',
         tos=0, frag=0):
    """A packet; options fill whole words, frag is flags and offset."""
    words = 5 + len(options) // 4
    head = struct.pack('!BBHHHBBH', 0x40 | words, tos,
                       words * 4 + len(payload), 1, frag, ttl, proto, 0)
    head += ipaddress.IPv4Address(src).packed
    head += ipaddress.IPv4Address(dst).packed + options
    return (head[:10] + struct.pack('!H', checksum(head)) + head[12:] +
            payload)


def ipv6(src, dst, payload, ttl=64, proto=socket.IPPROTO_UDP, tos=0):
    return (struct.pack('!IHBB', 6 << 28 | tos << 20, len(payload), proto,
                        ttl) +
            ipaddress.IPv6Address(src).packed +
            ipaddress.IPv6Address(dst).packed + payload)


def udp(payload=b'', sport=1024, dport=DISCARD):
    return struct.pack('!HHHH', sport, dport, 8 + len(payload), 0) + payload


def frame(mac, dst):
    """An Ethernet frame with an empty UDP packet to an address."""
    dst = ipaddress.ip_address(dst)
    if dst.version == 4:
        return ethernet(mac, ipv4('198.51.100.9', dst, udp()), ETH_P_IP)
    return ethernet(mac, ipv6('2001:db8:ffff::9', dst, udp()), ETH_P_IPV6)
