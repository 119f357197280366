# SPDX-License-Identifier: GPL-2.0
"""Nodes of tipc for tests: network namespaces of one kernel, with a cable."""
import fcntl
import os
import socket
import struct
import subprocess

import genl
import ktap
import tipc

SIOCGETLINKNAME, SIOCGETNODEID = 0x89e0, 0x89e1
NODE_STATE, LINK_STATE = 0, 2

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
BEARER_ENABLE, NET_SET = 3, 15
NLA_BEARER, NLA_NET = 1, 7
BEARER_NAME, BEARER_PROP = 1, 2
NODEID, NODEID_W1 = 3, 4
PROP_TOL = 2

# ms of silence that are borne: so much that a busy host does not make links fail
TOLERANCE = min(1500 * ktap.SLOWNESS, 30000)


class Node:
    """A network namespace. What is made inside of `with node:` is there."""

    def __init__(self, name):
        self.name = name
        home = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        ktap.unshare(ktap.CLONE_NEWNET)
        self.fd = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
        ktap.setns(home)
        os.close(home)
        self.homes = []

    def __enter__(self):
        self.homes.append(os.open('/proc/thread-self/ns/net', os.O_RDONLY))
        ktap.setns(self.fd)
        return self

    def __exit__(self, *_):
        home = self.homes.pop()
        ktap.setns(home)
        os.close(home)

    def run(self, *words):
        """A command in there; returns what it printed."""
        with self:
            return subprocess.run(' '.join(words).split(), check=True,
                                  stdout=subprocess.PIPE, text=True).stdout

    def sock(self, *args, **kwargs):
        with self:
            return tipc.sock(*args, **kwargs)

    def topology(self):
        with self:
            return tipc.Topology()

    def _flags(self, device, change):
        """Changes the flags of a device, sooner than a command would."""
        with self, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            request = struct.pack('16sH22x', device.encode(), 0)
            flags = struct.unpack_from('=H', fcntl.ioctl(s, SIOCGIFFLAGS,
                                                         request), 16)[0]
            fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack(
                '16sH22x', device.encode(), change(flags)))

    def up(self, device):
        self._flags(device, lambda flags: flags | IFF_UP)

    def down(self, device):
        self._flags(device, lambda flags: flags & ~IFF_UP)

    def identify(self, text):
        """Gives it an identity."""
        words = struct.unpack('=QQ', text.encode().ljust(16, b'\0'))
        with self:
            channel = genl.Family('TIPCv2')
        channel.request(NET_SET, 0, genl.nest(
            NLA_NET, *(genl.attr(kind, struct.pack('=Q', word))
                       for kind, word in zip((NODEID, NODEID_W1), words))))
        channel.close()

    def address(self):
        """Its address, 0 as long as it has none."""
        with self.sock() as s:
            return s.getsockname()[1]

    def enable(self, device, tolerance=TOLERANCE):
        attrs = [genl.attr(BEARER_NAME, f'eth:{device}')]
        if tolerance:
            attrs.append(genl.nest(BEARER_PROP, genl.attr(PROP_TOL, tolerance)))
        with self:
            channel = genl.Family('TIPCv2')
        channel.request(BEARER_ENABLE, 0, genl.nest(NLA_BEARER, *attrs))
        channel.close()

    def disable(self, device):
        self.run(f'tipc bearer disable media eth device {device}')

    def netem(self, device, *words):
        """What happens to packets that it sends; nothing to end that."""
        if words:
            self.run(f'tc qdisc replace dev {device} root netem limit 100000',
                     *words)
        else:
            self.run(f'tc qdisc del dev {device} root')

    def knows(self, other):
        """Whether it has heard that another node is there."""
        with self.topology().sock as s:
            s.send(struct.pack('=5I8s', NODE_STATE, other, other, 0, 1, b''))
            return struct.unpack_from('=I', s.recv(48))[0] == tipc.PUBLISHED


def cable(a, b, device_a='va', device_b='vb', mtu=1500):
    """A pair of devices between two nodes."""
    subprocess.run(['ip', 'link', 'add', device_a, 'mtu', str(mtu),
                    'netns', f'/proc/self/fd/{a.fd}', 'type', 'veth',
                    'peer', device_b, 'mtu', str(mtu),
                    'netns', f'/proc/self/fd/{b.fd}'],
                   check=True, pass_fds=(a.fd, b.fd))
    a.up(device_a)
    b.up(device_b)


def met(a, b, seconds=20):
    """Waits until two nodes know each other."""
    ktap.poll('both have an address', lambda: a.address() and b.address(),
              seconds)
    ktap.poll('they know each other',
              lambda: a.knows(b.address()) and b.knows(a.address()), seconds)


def two(tolerance=TOLERANCE, mtu=1500):
    """Two nodes that know each other."""
    a, b = Node('a'), Node('b')
    cable(a, b, mtu=mtu)
    a.enable('va', tolerance)
    b.enable('vb', tolerance)
    met(a, b)
    return a, b
