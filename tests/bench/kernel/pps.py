# SPDX-License-Identifier: GPL-2.0-only
"""Packets per second through plain routing, a VRF and mfib.

A repetition sends the packets of all files of keys, a file by every contestant in turn, so that no destination is in the
processor's cache because it has just been forwarded to. It takes the median of the files. Net is without building and freeing
the packet.
"""
import glob
import statistics
import sys

from forwarding import F_CHECK, F_LIST, F_NULL, OUT, say
from load import contestant, end

REPEAT = 5


def check(bench, contestants, paths):
    """Sees that the same frames leave, whoever forwards."""
    for path in paths:
        bench.keys(path)
        digests = {bench.run(who, F_CHECK)[1] for who in contestants}
        if len(digests) != 1:
            sys.exit(f'{path}: not all forward the same')


def repetition(bench, contestants, paths, flags):
    """Nanoseconds per packet: [gross of each contestant], and what building and freeing takes."""
    gross = [[] for _ in contestants]
    null = []
    for path in paths:
        bench.keys(path)
        null.append(bench.run(contestants[0], flags | F_NULL)[0])
        for times, who in zip(gross, contestants):
            times.append(bench.run(who, flags)[0])
    return [statistics.median(times) for times in gross], statistics.median(null)


def measure(bench, family, table, keys, what):
    name = f'kernel.forward.v{family}.{what}'
    paths = sorted(glob.glob(f'{OUT}/{keys}.{family}.[0-9]*'))
    contestants = [contestant(kind, family, table) for kind in ('plain', 'vrf', 'vrf-tuned', 'mfib')]
    check(bench, contestants, paths)
    for _ in range(REPEAT):
        for suffix, flags in ('', 0), ('.list', F_LIST):
            gross, null = repetition(bench, contestants, paths, flags)
            for who, elapsed in zip(contestants, gross):
                print(f'sample {name}{suffix}.net {who.kind} kpps {1e6 / (elapsed - null):.1f}')
                print(f'sample {name}{suffix}.gross {who.kind} kpps {1e6 / elapsed:.1f}', flush=True)
    for who in contestants:
        end(who)
    say(f'{name}: measured')
    print(f'note {name}: to build and free a packet takes {null:.0f} ns')
