# SPDX-License-Identifier: GPL-2.0-only
"""What the benches that forward packets share: who forwards, and /dev/cgr-rxbench. For guests, which are called with OUT.

Each contestant gets a network namespace of its own per case, with the same devices, addresses, neighbours and routes: `in`,
where the packets come from, and `out`, a dummy device with a permanent neighbour per next hop.
"""
import fcntl
import os
import struct
import subprocess
import sys

OUT = sys.argv[1]
DATA = os.path.join(OUT, '../../data')
PACKETS = 4096
TABLE = 10

F_NULL, F_CHECK, F_LIST = 1, 2, 4
RUN = struct.Struct('=iI16s16sQQQQ')
IOC_RUN = 3 << 30 | RUN.size << 16 | ord('c') << 8 | 1

PORT = {4: ('198.18.0.1/24', '198.19.0.1/16'), 6: ('2001:2:0:1::1/64', '2001:2:0:2::1/64')}
GATEWAY = {4: '198.19.1.0', 6: '2001:2:0:2::1:0'}


def say(text):
    print(f'# {text}', flush=True)


def run(*command, stdin=None):
    result = subprocess.run(command, input=stdin, text=True, stdout=subprocess.PIPE, check=False)
    if result.returncode:
        sys.exit(f'{" ".join(command)}: status {result.returncode}')
    return result.stdout


def module(name):
    return f'{OUT}/{os.uname().release}/{name}.ko'


def gateway(family, number):
    if family == 4:
        return f'198.19.{1 + number // 256}.{number % 256}'
    return f'{GATEWAY[6][:-1]}{number:x}'


class Contestant:
    """A network namespace that forwards from its `in` to its `out`."""

    def __init__(self, name, family, table):
        self.name = f'{name}-{family}-{table}'
        self.kind = name
        self.family = family
        self.hops = 1 if table == 'one' else 256
        self.routes = f'{OUT}/one.{family}.routes' if table == 'one' else f'{DATA}/full{family}.routes'

    def ip(self, *lines):
        run('ip', f'-{self.family}', '-n', self.name, '-batch', '-', stdin='\n'.join(lines) + '\n')

    def inside(self, *command):
        return run('ip', 'netns', 'exec', self.name, *command)

    def setup(self):
        """All but routes."""
        run('ip', 'netns', 'add', self.name)
        self.fd = os.open(f'/run/netns/{self.name}', os.O_RDONLY)
        self.inside('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1',
                    'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0',
                    # room for an entry per route
                    'net.ipv6.route.max_size=2147483647', 'net.ipv6.route.gc_thresh=2147483647')
        self.ip('link add in address 02:00:00:00:01:01 type dummy', 'link add out address 02:00:00:00:02:01 type dummy')
        getattr(self, 'master_' + self.kind.partition('-')[0])()
        self.ip('link set lo up', 'link set in up', 'link set out up',
                *(f'address add {addr} dev {dev} {"nodad" if self.family == 6 else ""}'
                  for addr, dev in zip(PORT[self.family], ('in', 'out'))),
                *(f'neigh add {gateway(self.family, n)} dev out lladdr 02:00:00:01:{n >> 8:02x}:{n & 255:02x} nud permanent'
                  for n in range(1, self.hops + 1)))

    def load(self):
        count = getattr(self, 'load_' + self.kind)()
        say(f'{self.name}: {count} routes')
        return count

    def master_plain(self):
        pass

    def master_vrf(self):
        self.ip(f'link add red type vrf table {TABLE}', 'link set red up',
                'link set in master red', 'link set out master red')
        self.ip(f'route add table {TABLE} unreachable default metric 4278198272')

    def tune(self):
        """What the kernel's documentation advises for VRFs in addition."""
        self.ip('rule add pref 32765 table local', 'rule del pref 0')

    def master_mfib(self):
        self.inside('cgr', 'fib', 'add', str(TABLE), 'dev', 'red')
        self.ip('link set red up', 'link set in master red', 'link set out master red')

    def nexthops_mfib(self):
        run('ip', 'netns', 'exec', self.name, 'cgr', '-batch', '-', stdin=''.join(
            f'nexthop add {n} via {gateway(self.family, n)} dev out\n' for n in range(1, self.hops + 1)))

    def rtload(self, table, *options):
        """What rtload prints, as numbers."""
        return [int(word) for word in self.inside(f'{OUT}/rtload', *options, str(table), 'out', GATEWAY[self.family],
                                                  self.routes).split()]

    def load_plain(self):
        return self.rtload(254)[0]

    def load_vrf(self):
        return self.rtload(TABLE)[0]

    def load_mfib(self):
        self.nexthops_mfib()
        self.inside('cgr', 'route', 'restore', 'fib', str(TABLE), self.routes)
        return int(run('grep', '-c', 'nhid', self.routes))


class Bench:
    def __init__(self):
        run('insmod', module('cgr_rxbench'))
        self.file = os.open('/dev/cgr-rxbench', os.O_RDWR)

    def keys(self, path):
        with open(path, 'rb') as file:
            os.write(self.file, file.read())

    def run(self, who, flags):
        data = bytearray(RUN.pack(who.fd, flags, b'in', b'out', PACKETS, 0, 0, 0))
        fcntl.ioctl(self.file, IOC_RUN, data)
        _, _, _, _, packets, sent, elapsed, digest = RUN.unpack(data)
        wanted = 0 if flags & F_NULL else packets
        if sent != wanted:
            sys.exit(f'{who.name}: {sent} of {wanted} packets left')
        return elapsed / packets, digest
