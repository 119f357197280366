# SPDX-License-Identifier: GPL-2.0
"""What tests need of rtnetlink: links, addresses and a link's attributes."""
import ipaddress
import socket
import struct

import genl
from genl import NLM_F_CREATE, NLM_F_EXCL, attr, nest

NETLINK_ROUTE = 0
RTM_NEWLINK = 16
RTM_DELLINK = 17
RTM_GETLINK = 18
RTM_NEWADDR = 20
RTM_DELADDR = 21

IFLA_ADDRESS = 1
IFLA_IFNAME = 3
IFLA_MTU = 4
IFLA_LINK = 5
IFLA_MASTER = 10
IFLA_LINKINFO = 18
IFLA_NET_NS_FD = 28
IFLA_INFO_KIND = 1
IFLA_INFO_DATA = 2
IFLA_VRF_TABLE = 1

IFF_UP = 1


class Rtnl(genl.Socket):
    header = 16

    def __init__(self):
        super().__init__(NETLINK_ROUTE)

    def request(self, kind, flags, body):
        self.sock.send(self.frame(kind, flags | genl.NLM_F_ACK, body))
        return list(self.receive())

    def link(self, kind, flags, index=0, up=None, attrs=b''):
        """A request about a link, by index or by the attributes."""
        body = struct.pack('=BxHiII', 0, 0, index, IFF_UP if up else 0,
                           0 if up is None else IFF_UP)
        return self.request(kind, flags, body + attrs)

    def add(self, name, kind, data=None, up=False):
        """Adds a link; data is its IFLA_INFO_DATA."""
        info = attr(IFLA_INFO_KIND, kind.encode())
        if data is not None:
            info += nest(IFLA_INFO_DATA, data)
        self.link(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, up=up,
                  attrs=attr(IFLA_IFNAME, name) + nest(IFLA_LINKINFO, info))
        return socket.if_nametoindex(name)

    def change(self, name, kind, data):
        info = attr(IFLA_INFO_KIND, kind.encode()) + nest(IFLA_INFO_DATA, data)
        self.link(RTM_NEWLINK, 0, socket.if_nametoindex(name),
                  attrs=nest(IFLA_LINKINFO, info))

    def delete(self, name):
        self.link(RTM_DELLINK, 0, socket.if_nametoindex(name))

    def up(self, name, up=True):
        self.link(RTM_NEWLINK, 0, socket.if_nametoindex(name), up=up)

    def set(self, name, kind, value):
        """Sets one attribute of a link, IFLA_MTU and the like."""
        self.link(RTM_NEWLINK, 0, socket.if_nametoindex(name),
                  attrs=attr(kind, value))

    def move(self, name, netns):
        """Moves a link to the namespace of a descriptor."""
        self.set(name, IFLA_NET_NS_FD, netns)

    def master(self, name, master=None):
        """Makes a link the port of another one, or of none."""
        self.set(name, IFLA_MASTER,
                 socket.if_nametoindex(master) if master else 0)

    def data(self, name):
        """The IFLA_INFO_DATA of a link as {type: payload}."""
        (_, attrs), = self.link(RTM_GETLINK, 0, socket.if_nametoindex(name))
        info = dict(genl.parse(dict(attrs)[IFLA_LINKINFO]))
        return dict(genl.parse(info[IFLA_INFO_DATA]))

    def address(self, name, prefix, kind=RTM_NEWADDR):
        """Adds an address like 192.0.2.1/24, or deletes it (RTM_DELADDR)."""
        at = ipaddress.ip_interface(prefix)
        flags = NLM_F_CREATE | NLM_F_EXCL if kind == RTM_NEWADDR else 0
        family = socket.AF_INET if at.version == 4 else socket.AF_INET6
        # IFA_F_NODAD, IFA_LOCAL and IFA_ADDRESS
        self.request(kind, flags,
                     struct.pack('=BBBBi', family, at.network.prefixlen, 2, 0,
                                 socket.if_nametoindex(name)) +
                     attr(2, at.ip.packed) + attr(1, at.ip.packed))
