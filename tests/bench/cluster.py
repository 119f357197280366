# SPDX-License-Identifier: GPL-2.0-only
"""What the benches of tipc share: who talks, and across what. For guests, which are called with OUT.

The contestants are ours, mainline's tipc and TCP, in one kernel. Only one of the two modules can be loaded: they take turns, and
each turn begins with two new namespaces, a pair of devices between them, and a link.

Mainline's knows by a number in what nodes say at discovery that another one is a namespace of the same kernel, and then hands it
all messages without a packet. A rule of nftables at both devices makes that number 0. It is there for all contestants.
"""
import json
import os
import subprocess
import sys

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../selftests/lib'))
import mainline
import tipc_node
from ktap import poll

OUT = sys.argv[1]
CLIENT, SERVER = '198.18.0.1/24', '198.18.0.2/24'
OFFLOADS = 'tso', 'gso', 'gro'
# a packet of discovery, and the number in it
RULES = '''table netdev bench {{
	chain in {{
		type filter hook ingress device {device} priority 0
		meta protocol 0x88ca @nh,3,4 13 @nh,416,32 set 0
	}}
}}'''


def say(text):
    print(f'# {text}', flush=True)


def run(*words, **options):
    result = subprocess.run(words, text=True, stdout=subprocess.PIPE, check=False, **options)
    if result.returncode:
        sys.exit(f'{" ".join(words)}: status {result.returncode}')
    return result.stdout


def loaded():
    with open('/proc/modules', encoding='ascii') as modules:
        return any(line.split()[0] == 'tipc' for line in modules)


class Pair:
    """Two nodes and what is between them: what a turn of a contestant begins with, and ends."""

    def __init__(self, contestant):
        self.contestant = contestant
        self.net = 'tcp' if contestant == 'tcp' else 'tipc'
        {'cgr': lambda: run('modprobe', 'tipc'), 'mainline': mainline.load, 'tcp': lambda: None}[contestant]()
        if contestant == 'cgr':
            run('cgr', 'tipc')  # which fails if it is not ours
        self.a, self.b = self.nodes = tipc_node.Node('a'), tipc_node.Node('b')
        self.cable()
        for node, device, address in zip(self.nodes, ('va', 'vb'), (CLIENT, SERVER)):
            with node:
                run('nft', '-f', '-', input=RULES.format(device=device))
                run('ip', 'address', 'add', address, 'dev', device)
        if self.net == 'tipc':
            self.a.enable('va')
            self.b.enable('vb')
            tipc_node.met(self.a, self.b)

    def cable(self):
        tipc_node.cable(*self.nodes)

    def offloads(self, state):
        for node, device in zip(self.nodes, ('va', 'vb')):
            node.run(f'ethtool -K {device}', *(f'{what} {state}' for what in OFFLOADS))

    def crossed(self):
        """How many bytes the client's device has sent and received."""
        stats = json.loads(self.a.run('ip -s -j link show dev va'))[0]['stats64']
        return stats['tx']['bytes'] + stats['rx']['bytes']

    def measure(self, case, count, least=0):
        """Runs msgbench. Returns [(value, checksum)]. So many bytes, at least, must have gone across the link each time."""
        before = self.crossed()
        lines = run(f'{OUT}/msgbench', self.net, case, str(count), str(self.a.fd), str(self.b.fd),
                    pass_fds=(self.a.fd, self.b.fd)).splitlines()
        crossed = self.crossed() - before
        if crossed < least * count:
            sys.exit(f'{self.contestant}, {case}: only {crossed} bytes went across the link')
        return [(float(value), digest) for value, _, digest in map(str.split, lines)]

    def end(self):
        if self.net == 'tipc':
            self.a.disable('va')
            self.b.disable('vb')
        for node in self.nodes:
            os.close(node.fd)
        if loaded():
            poll('nobody uses the module', lambda: not subprocess.run(
                ['rmmod', 'tipc'], stderr=subprocess.DEVNULL, check=False).returncode, 60)


class Digests:
    """Sees that all contestants have received the same."""

    def __init__(self):
        self.first = {}

    def check(self, name, who, digest):
        if self.first.setdefault(name, digest) != digest:
            sys.exit(f'{name}: {who} has not received the same as those before')


def turns(contestants, rounds):
    """(number of the round, contestant): each round in the reverse order of the one before."""
    for number in range(rounds):
        for who in contestants[::-1 if number % 2 else 1]:
            yield number, who
