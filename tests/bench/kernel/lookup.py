# SPDX-License-Identifier: GPL-2.0-only
"""Lookups in mfib's structure and in the kernel's tables, through /dev/cgr-lpmbench."""
import array
import ctypes
import fcntl
import glob
import os
import statistics
import struct
import sys

from forwarding import OUT, TABLE, module, run, say
from load import contestant, end
from memory import Growth

MFIB, MFIB_BULK, KERNEL = range(3)
CHUNK = 512
ROUNDS = 2
WIDTH = {4: 32, 6: 128}
ROUTE_SIZE = 24
FILL = struct.Struct('=QIIIIQ')
RUN = struct.Struct('=iIIIIIQQ')
IOC_FILL = 3 << 30 | FILL.size << 16 | ord('c') << 8 | 2
IOC_RUN = 1 << 30 | RUN.size << 16 | ord('c') << 8 | 3
# the last 32 bits
GATEWAYS = {4: 198 << 24 | 19 << 16 | 1 << 8, 6: 1 << 16}


def address(buffer):
    return buffer.buffer_info()[0]


class Bench:
    def __init__(self):
        run('insmod', module('cgr_lpmbench'))
        self.file = os.open('/dev/cgr-lpmbench', os.O_RDWR)
        self.count = 0

    def keys(self, path):
        with open(path, 'rb') as file:
            self.count = os.write(self.file, file.read()) // 16

    def fill(self, family, path=None, tables=0):
        """Makes tables of mfib's, each with the routes of a file. Returns the seconds it took."""
        data = b''
        if path:
            with open(path, 'rb') as file:
                data = file.read()
        routes = ctypes.create_string_buffer(data)
        fill = bytearray(FILL.pack(ctypes.addressof(routes), len(data) // ROUTE_SIZE, tables, WIDTH[family], 0, 0))
        fcntl.ioctl(self.file, IOC_FILL, fill)
        return FILL.unpack(fill)[-1] / 1e9

    def _run(self, who, family, fd, first, tables, answers, times):
        fcntl.ioctl(self.file, IOC_RUN, RUN.pack(fd, who, WIDTH[family], tables, first, GATEWAYS[family], answers, times))

    def answers(self, who, family, fd=-1, first=0, tables=1):
        result = array.array('I', bytes(4 * self.count))
        self._run(who, family, fd, first, tables, address(result), 0)
        return result

    def time(self, who, family, fd=-1, first=0, tables=1):
        """Nanoseconds per lookup: the mean of the middle half of all chunks, for others may have had the processor in some."""
        times = array.array('Q', bytes(8 * -(-self.count // CHUNK)))
        self._run(who, family, fd, first, tables, 0, address(times))
        quarter = len(times) // 4
        return statistics.mean(sorted(times)[quarter:len(times) - quarter]) / CHUNK

    def compare(self, what, family, fd, first=0, tables=1):
        """Sees that all answer the same. Returns how many of the keys had a route."""
        theirs = self.answers(KERNEL, family, fd, first, tables)
        for who in (MFIB, MFIB_BULK) if tables == 1 else (MFIB,):
            ours = self.answers(who, family, tables=tables)
            if ours != theirs:
                sys.exit(f'{what}: {sum(a != b for a, b in zip(ours, theirs))} of {self.count} answers differ')
        return sum(map(bool, theirs)) / self.count


def passes(bench, family, fd, pattern):
    """A repetition is a pass of each contestant over the addresses of a file, those of the kernel between ours."""
    rival = 'fib_trie' if family == 4 else 'fib6'
    name = f'kernel.lookup.v{family}.full.{pattern}'
    turns = (('single', 'mfib', MFIB), ('single', rival, KERNEL), ('bulk', 'mfib', MFIB_BULK), ('bulk', rival, KERNEL))
    for path in sorted(glob.glob(f'{OUT}/lookup.{family}.{pattern}.*')):
        bench.keys(path)
        hit = bench.compare(name, family, fd, TABLE)
        for _ in range(ROUNDS):
            for suffix, kind, who in turns:
                print(f'sample {name}.{suffix} {kind} ns {bench.time(who, family, fd, TABLE):.2f}', flush=True)
    say(f'{name}: measured')
    print(f'note {name}: {100 * hit:.1f} % of the addresses have a route')


def measure(bench, family):
    vrf = contestant('vrf', family, 'full')
    with Growth() as memory:
        bench.fill(family, f'{OUT}/full.{family}.table', 1)
    routes = os.path.getsize(f'{OUT}/full.{family}.table') // ROUTE_SIZE
    print(f'note IPv{family}: mfib\'s structure alone takes {memory.bytes / routes:.1f} bytes per route')
    for pattern in 'covered', 'random':
        passes(bench, family, vrf.fd, pattern)
    bench.fill(family)
    end(vrf)
