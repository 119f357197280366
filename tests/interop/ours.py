#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The end with our tipc: what works with a node of mainline's, in both directions."""
import subprocess
import sys

import traffic
from traffic import CONTROL, MANY, MULTICAST, ANSWERS, OURS, THEIRS
from traffic import ask, device, netem, serve

import ktap
from ktap import poll, same, test
from tipc import *
from tipc import sock, to

BAD = ('loss', '1%'), ('delay', '5ms', '2ms'), \
    ('delay', '2ms', 'reorder', '25%', '50%'), ('duplicate', '10%')


def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def there(seconds=60):
    """Waits until the other end is there; returns the topology server, which tells
    when it is lost."""
    t = Topology()
    t.sock.settimeout(seconds)
    t.subscribe(CONTROL, THEIRS, THEIRS)
    same(t.event()[0], PUBLISHED)
    return t


def both(name, *args):
    """The same from here to there and from there to here."""
    there()
    traffic.TRAFFIC[name](THEIRS, *args)
    ask('traffic', name, *args)


@test
def datagrams():
    both('datagrams', 300, 1000)


@test
def large_datagrams():
    both('datagrams', 50, 65000)


@test
def messages():
    both('messages', 500, 4000)


@test
def large_messages():
    both('messages', 100, 66000)


@test
def stream():
    both('stream', (8 << 20) * ktap.LONG)


@test
def bindings_of_theirs():
    there()
    t = Topology()
    t.sock.settimeout(60)
    t.subscribe(MANY, 0, 999)
    ask('many', 200)
    same(sorted(t.event()[:2] for _ in range(200)),
         [(PUBLISHED, i) for i in range(200)])
    ask('few')
    same(sorted(t.event()[:2] for _ in range(200)),
         [(WITHDRAWN, i) for i in range(200)])


@test
def multicasts():
    there()
    sockets = [sock(RDM, (ANSWERS, 0, 99)), sock(RDM, (ANSWERS, 50, 150))]
    with sock() as s:
        for data in b'short', b'long' * 1500:
            def answered():
                """They may not know yet who is to be answered."""
                s.sendto(data, (RANGE, MULTICAST, 0, 99, CLUSTER))
                for r in sockets:
                    r.settimeout(2)
                try:
                    return [r.recv(70000) for r in sockets]
                except TimeoutError:
                    return None
            same(poll('an answer', answered, 20), [b'back ' + data] * 2)


@test
def bad_network():
    """Nothing is lost, doubled or out of order, and the link stays up."""
    lost = there()
    lost.sock.setblocking(False)

    def stayed():
        try:
            same(lost.event(), None, 'the other end, or the link to it, was lost')
        except BlockingIOError:
            pass
    try:
        for how in BAD:
            print(*how)
            netem(*how)
            ask('netem', *how)
            both('datagrams', 50, 5000)
            both('messages', 300, 4000)
            both('stream', 1 << 20)
            netem()
            ask('netem')
    finally:
        # which may be why something did not arrive
        stayed()


@test
def silence():
    """The other end's device is down for longer than the tolerance: both ends lose
    the link, and it comes up again by itself."""
    t = there()
    ask('pause', 5)
    same(t.event()[0], WITHDRAWN)
    same(t.event()[0], PUBLISHED)
    both('messages', 50, 4000)


@test
def bearer_of_ours_goes_and_comes():
    """Again and again: sessions count up."""
    for _ in range(3):
        t = there()
        run('tipc', 'bearer', 'disable', 'media', 'eth', 'device', device())
        same(t.event()[0], WITHDRAWN)
        run('tipc', 'bearer', 'enable', 'media', 'eth', 'device', device())
        same(t.event()[0], PUBLISHED)
    both('messages', 50, 4000)


@test
def restart_of_theirs():
    """With the module, and without remembering anything."""
    t = there()
    ask('restart')
    same(t.event()[0], WITHDRAWN)
    same(t.event()[0], PUBLISHED)
    both('messages', 50, 4000)


def main():
    run('modprobe', 'virtio_net')
    poll('a device', device, 20)
    run('modprobe', 'tipc')
    run('ip', 'link', 'set', device(), 'up')
    run('tipc', 'bearer', 'enable', 'media', 'eth', 'device', device())
    serve(OURS)
    try:
        ktap.main(seconds=240 + 10 * ktap.LONG, namespace=False)
    finally:
        try:
            there()
            ask('end')
        except Exception as e:
            print('# the other end was not told to end:', repr(e))


if __name__ == '__main__':
    main()
