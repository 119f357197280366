# SPDX-License-Identifier: GPL-2.0-only
"""Loading the full table through netlink and changing it: mfib's FIB against a VRF's table. The memory it takes goes with it."""
import os

from forwarding import TABLE, Contestant, gateway, run, say
from memory import Growth

LOADS = 3
UPDATES = 5
CHANGES = 20000


def load(who):
    """Loads the table by rtload. Returns (routes, nanoseconds)."""
    options = {'mfib': ['-m'], 'vrf-nhid': ['-n']}.get(who.kind, [])
    return who.rtload(254 if who.kind == 'plain' else TABLE, *options)


def nexthops(who):
    """What routes are to name by number."""
    if who.kind == 'mfib':
        who.nexthops_mfib()
    if who.kind == 'vrf-nhid':
        who.ip(*(f'nexthop add id {n} via {gateway(who.family, n)} dev out' for n in range(1, who.hops + 1)))


def contestant(kind, family, table):
    """One that is ready to forward. vrf-tuned is a VRF with what the kernel's documentation advises in addition."""
    who = Contestant(kind, family, table)
    who.setup()
    nexthops(who)
    load(who)
    if kind == 'vrf-tuned':
        who.tune()
    return who


def end(who):
    """Deletes a namespace, after its routes: the kernel deletes it later, and gives no sign when it has."""
    os.close(who.fd)
    run('ip', '-n', who.name, 'link', 'del', 'out')
    run('ip', 'netns', 'del', who.name)


def fill(family):
    """Loads the table of new VRFs and of a new FIB some times. Returns the last ones: the VRF, and the FIB."""
    rival = 'fib_trie' if family == 4 else 'fib6'
    for turn in range(LOADS):
        contestants = {}
        for kind in 'vrf', 'vrf-nhid', 'mfib':
            who = contestants[kind] = Contestant(kind, family, 'full')
            who.setup()
            nexthops(who)
            with Growth() as memory:
                routes, elapsed = load(who)
            print(f'sample kernel.load.v{family}.full {kind} routes/s {routes / elapsed * 1e9:.0f}')
            print(f'sample kernel.memory.v{family}.full {kind.replace("vrf", rival)} bytes/route {memory.bytes / routes:.2f}')
            parts = ', '.join(f'{name} {size / routes:.1f}' for name, size in memory.parts.items())
            say(f'IPv{family}, {kind}: {routes} routes loaded, {turn + 1} of {LOADS}; bytes per route: {parts}')
            if turn == 0:
                print(f'note IPv{family}, {kind}: {routes} routes; bytes per route: {parts}', flush=True)
            if turn < LOADS - 1 or kind == 'vrf-nhid':
                end(who)
    return contestants['vrf'], contestants['mfib']


def update(family, contestants):
    for _ in range(UPDATES):
        for who in contestants:
            for what, count, option in ('single', CHANGES, ['-s']), ('many', 10 * CHANGES, []):
                options = option + (['-m'] if who.kind == 'mfib' else [])
                changes, elapsed = who.rtload(TABLE, *options, '-u', str(count))
                print(f'sample kernel.update.v{family}.full.{what} {who.kind} changes/s {changes / elapsed * 1e9:.0f}', flush=True)
    say(f'IPv{family}: updates measured')


def measure(family):
    contestants = fill(family)
    update(family, contestants)
    for who in contestants:
        end(who)
