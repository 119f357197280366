# SPDX-License-Identifier: GPL-2.0-only
"""Many FIBs of a thousand routes each, against as many VRFs and tables of theirs. IPv4."""
import glob
import os
import time

import lookup
from forwarding import OUT, run, say
from memory import Growth

COUNTS = 1, 100, 1000, 10000
FIRST = 1000
ROUTES = f'{OUT}/small.4.routes'
ADDRESS = '198.18.0.1/24'
# seconds that the creation of one kind may take, and again its routes
PATIENCE = 60
STEP = 100


class Devices:
    """A network namespace with a FIB or VRF per number, each with a device and a port."""

    def __init__(self, kind):
        self.kind = kind
        self.name = f'{kind}-many'
        run('ip', 'netns', 'add', self.name)
        self.fd = os.open(f'/run/netns/{self.name}', os.O_RDONLY)
        self.inside('sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1')

    def inside(self, *command, **stdin):
        return run('ip', 'netns', 'exec', self.name, *command, **stdin)

    def ip(self, lines):
        self.inside('ip', '-batch', '-', stdin=''.join(f'{line}\n' for line in lines))

    def create(self, count):
        """Returns (how many were created in time, seconds that took)."""
        start = time.monotonic()
        for done in range(0, count, STEP):
            if time.monotonic() - start > PATIENCE:
                return done, time.monotonic() - start
            ids = range(FIRST + done, FIRST + min(done + STEP, count))
            if self.kind == 'mfib':
                self.inside('cgr', '-batch', '-', stdin=''.join(f'fib add {n} dev m{n}\n' for n in ids))
            else:
                self.ip(f'link add m{n} type vrf table {n}' for n in ids)
            self.ip(f'link set m{n} up' for n in ids)
        return count, time.monotonic() - start

    def ports(self, count):
        """They have an address, or else the kernel searches all devices for one to give each route."""
        for first in range(FIRST, FIRST + count, STEP):
            ids = range(first, min(first + STEP, FIRST + count))
            self.ip(line for n in ids for line in (
                f'link add p{n} type dummy', f'link set p{n} master m{n} up', f'address add {ADDRESS} dev p{n}'))
            if self.kind == 'mfib':
                self.inside('cgr', '-batch', '-', stdin=''.join(f'nexthop add {n} dev p{n}\n' for n in ids))

    def load(self, count):
        """Returns (how many got their routes in time, routes, nanoseconds)."""
        options = ['-m'] if self.kind == 'mfib' else []
        routes = elapsed = 0
        for done in range(0, count, STEP):
            if elapsed > PATIENCE * 1e9:
                return done, routes, elapsed
            tables = f'{FIRST + done}-{FIRST + min(done + STEP, count) - 1}'
            words = self.inside(f'{OUT}/rtload', *options, tables, 'p%', '0.0.0.0', ROUTES).split()
            routes += int(words[0])
            elapsed += int(words[1])
        return count, routes, elapsed

    def end(self):
        os.close(self.fd)
        run('ip', 'netns', 'del', self.name)


def look_up(bench, name, fd, count):
    """In mfib's structures and in the tables of VRFs, a random one for each address."""
    bench.fill(4, f'{OUT}/small.4.table', count)
    for path in sorted(glob.glob(f'{OUT}/small.4.[0-9]*')):
        bench.keys(path)
        bench.compare(name, 4, fd, FIRST, count)
        for kind, who in ('mfib', lookup.MFIB), ('vrf', lookup.KERNEL):
            print(f'sample {name}.lookup {kind} ns {bench.time(who, 4, fd, FIRST, count):.2f}', flush=True)
    bench.fill(4)


def measure_one(bench, count):
    name = f'kernel.many.{count}'
    for kind in 'mfib', 'vrf':
        who = Devices(kind)
        with Growth() as memory:
            made, seconds = who.create(count)
        who.ports(made)
        with Growth() as growth:
            loaded, routes, elapsed = who.load(made)
        if loaded < count:
            print(f'note {name}: {made} of {kind} were created, {loaded} got routes: more take too long')
        if count > 1:
            print(f'sample {name}.create {kind} us/FIB {seconds / made * 1e6:.1f}')
            print(f'sample {name}.device {kind} KiB/FIB {memory.bytes / made / 1024:.2f}')
            print(f'sample {name}.routes {kind} KiB/FIB {growth.bytes / loaded / 1024:.2f}')
        print(f'sample {name}.load {kind} routes/s {routes / elapsed * 1e9:.0f}', flush=True)
        if kind == 'vrf':
            look_up(bench, name, who.fd, loaded)
        # the guest's end is near, and the kernel takes minutes to delete many devices
        if count != COUNTS[-1] or kind != 'vrf':
            who.end()
        say(f'{name}: {loaded} of {kind} measured')


def measure(bench):
    for count in COUNTS:
        measure_one(bench, count)
