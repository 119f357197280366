#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Notifications: every change is told, in order, to those it concerns."""
import errno
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from genl import attr
from ktap import CLONE_NEWNET, in_child, same, test, unshare
from listener import Listener, Lost, Mirror
from mfib import *
from mfib import bed, fib_nest, refused
from rtnl import Rtnl

NLM_F_ECHO = 8


def blackholes(n, **more):
    return [route(f'10.{i >> 8}.{i & 255}.0/24', kind=RTN_BLACKHOLE, **more)
            for i in range(n)]


def is_followed(event):
    """What a FIB follows comes when there is time."""
    return event.what.startswith('route') and \
        decode(event.object)['followed']


@test
def fib():
    m, l = Mfib(), Listener()
    m.fib_new(10)
    l.expect('+fib 10')
    m.fib_new(10, CHANGE, max_routes=1)
    l.expect('+fib 10')
    m.fib_new(20, max_routes=9)
    m.fib_del(10)
    m.fib_del(20)
    l.expect('+fib 20', '-fib 10', '-fib 20')


@test
def fib_becomes_full():
    m, l = Mfib(), Listener()
    m.fib_new(10, max_routes=2)
    m.route_new(10, *blackholes(2))
    l.expect('+fib 10', '+route 10 10.0.0.0/24 0 active',
             '+route 10 10.0.1.0/24 0 active', '+fib 10 full')
    refused(errno.ENOSPC, 'full', m.route_new, 10,
            route('11.0.0.0/8', kind=RTN_BLACKHOLE))
    m.route_del(10, route('10.0.0.0/24'))
    l.expect('-route 10 10.0.0.0/24 0 active', '+fib 10')
    m.fib_new(10, CHANGE, max_routes=1)
    l.expect('+fib 10 full')
    m.fib_new(10, CHANGE, max_routes=0)
    l.expect('+fib 10')


@test
def fib_has_as_many_routes_as_it_warns_of():
    m, l = Mfib(), Listener()
    m.fib_new(10, max_routes=3, warn_routes=2)
    m.route_new(10, *blackholes(3))
    l.expect('+fib 10', '+route 10 10.0.0.0/24 0 active',
             '+route 10 10.0.1.0/24 0 active', '+fib 10 high',
             '+route 10 10.0.2.0/24 0 active', '+fib 10 full high')
    # replaced, it is none more
    m.route_new(10, route('10.0.2.0/24', kind=RTN_PROHIBIT), flags=CHANGE)
    l.expect('+route 10 10.0.2.0/24 0 active')
    m.route_del(10, route('10.0.0.0/24'))
    l.expect('-route 10 10.0.0.0/24 0 active', '+fib 10 high')
    m.route_del(10, route('10.0.1.0/24'))
    l.expect('-route 10 10.0.1.0/24 0 active', '+fib 10')
    m.fib_new(10, CHANGE, warn_routes=1)
    l.expect('+fib 10 high')
    m.fib_new(10, CHANGE, warn_routes=0)
    l.expect('+fib 10')


@test
def fib_with_device():
    r, l = Rtnl(), Listener()
    bed(10, r=r)
    l.expect('+fib 10', '+fib 10 dev')
    r.delete('fib10')
    l.expect('-fib 10')
    m = Mfib()
    m.fib_new(10)
    bed(10, r=r)
    l.expect('+fib 10', '+fib 10 dev')
    r.delete('fib10')
    l.expect('+fib 10')
    bed(10, r=r)
    m.fib_del(10)
    l.expect('+fib 10 dev', '-fib 10')


@test
def fib_takes_its_routes_along():
    m, l = Mfib(), Listener()
    m.fib_new(10)
    m.route_new(10, *blackholes(2), route('2001:db8::/32', kind=RTN_THROW),
                *blackholes(1, metric=5))
    l.hear()
    m.fib_del(10)
    l.expect('-route 10 10.0.0.0/24 0 active', '-route 10 10.0.0.0/24 5',
             '-route 10 10.0.1.0/24 0 active',
             '-route 10 2001:db8::/32 0 active', '-fib 10')


@test
def routes():
    m, l = Mfib(), Listener()
    m.fib_new(10)
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    m.route_new(10, route('10.0.0.0/8', kind=RTN_PROHIBIT), flags=CHANGE)
    m.route_del(10, route('10.0.0.0/8'))
    l.expect('+fib 10', '+route 10 10.0.0.0/8 0 active',
             '+route 10 10.0.0.0/8 0 active', '-route 10 10.0.0.0/8 0 active')


@test
def routes_of_a_prefix():
    """One that begins or ceases to forward because of another is told of."""
    m, l = Mfib(), Listener()
    m.fib_new(10)
    l.hear()
    for metric, wanted in (5, ['+route 10 10.0.0.0/8 5 active']), \
            (9, ['+route 10 10.0.0.0/8 9']), \
            (1, ['+route 10 10.0.0.0/8 1 active', '+route 10 10.0.0.0/8 5']):
        m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE,
                              metric=metric))
        l.expect(*wanted)
    m.route_new(10, route('10.0.0.0/8', kind=RTN_PROHIBIT, metric=5),
                flags=CHANGE)
    l.expect('+route 10 10.0.0.0/8 5')
    for metric, wanted in (
            (1, ['-route 10 10.0.0.0/8 1 active',
                 '+route 10 10.0.0.0/8 5 active']),
            (9, ['-route 10 10.0.0.0/8 9']),
            (5, ['-route 10 10.0.0.0/8 5 active'])):
        m.route_del(10, route('10.0.0.0/8', metric=metric))
        l.expect(*wanted)


@test
def nexthops():
    r, m, l = bed(10, 'p1', 'p2'), Mfib(), Listener()
    l.quiet()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    m.nexthop_new(via('192.0.2.8', 'p2', nhid=4), CHANGE)
    l.expect('+nexthop 4', '+nexthop 4')
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)))
    l.expect('+route 10 10.0.0.0/8 0 active')
    m.nexthop_del(4)
    l.expect('-route 10 10.0.0.0/8 0 active', '-nexthop 4')


@test
def link_goes_down_and_up():
    """Next hops die and live, and routes take over from each other."""
    r, m, l = bed(10, 'p1', 'p2'), Mfib(), Listener()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                route('10.0.0.0/8', via(dev='p2'), metric=7))
    l.quiet()
    r.up('p1', False)
    l.expect('+nexthop 4 dead', '+route 10 10.0.0.0/8 0',
             '+route 10 10.0.0.0/8 7 active', ignore=is_followed)
    r.up('p2', False)
    # the next hop without a name tells for its route
    l.expect('+nexthop 0 dead', '+route 10 10.0.0.0/8 7',
             '+route 10 10.0.0.0/8 0 active', ignore=is_followed)
    r.up('p1')
    l.expect('+nexthop 4', ignore=is_followed)
    r.up('p2')
    l.expect('+nexthop 0', ignore=is_followed)


@test
def nexthop_replacement_makes_another_route_forward():
    r, m, l = bed(10, 'p1', 'p2'), Mfib(), Listener()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)),
                route('10.0.0.0/8', kind=RTN_BLACKHOLE, metric=7))
    r.up('p2', False)
    l.quiet()
    m.nexthop_new(via('192.0.2.9', 'p2', nhid=4), CHANGE)
    l.expect('+nexthop 4 dead', '+route 10 10.0.0.0/8 0',
             '+route 10 10.0.0.0/8 7 active')


@test
def ports():
    r, l = bed(10), Listener()
    r.add('p1', 'dummy')
    l.quiet()
    r.master('p1', 'fib10')
    l.expect('+port 10', ignore=is_followed)
    m = Mfib()
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)))
    l.expect('+nexthop 4 dead', '+route 10 10.0.0.0/8 0 active',
             ignore=is_followed)
    r.master('p1')
    l.expect('-route 10 10.0.0.0/8 0 active', '-port 10', ignore=is_followed)


@test
def device_is_deleted():
    r, m, l = bed(10, 'p1'), Mfib(), Listener()
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)))
    l.quiet()
    r.delete('p1')
    l.expect('+nexthop 4 dead', '-route 10 10.0.0.0/8 0 active', '-port 10',
             '-nexthop 4 dead', ignore=is_followed)


@test
def device_moves_away():
    r, m, l = bed(10, 'p1'), Mfib(), Listener()
    m.nexthop_new(via(dev='p1', nhid=4))
    l.quiet()
    here = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
    unshare(CLONE_NEWNET)
    there = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
    ktap.setns(here)
    r.move('p1', there)
    l.expect('+nexthop 4 dead', '-port 10', '-nexthop 4 dead',
             ignore=is_followed)


@test
def fib_device_is_deleted():
    """What remains of a FIB without its device."""
    r, m, l = Rtnl(), Mfib(), Listener()
    m.fib_new(10)
    bed(10, 'p1', r=r)
    m.route_new(10, route('10.0.0.0/8', via(dev='p1')),
                route('11.0.0.0/8', kind=RTN_BLACKHOLE))
    l.quiet()
    r.delete('fib10')
    l.expect('-route 10 10.0.0.0/8 0 active', '+fib 10', '-port 10',
             ignore=lambda event: is_followed(event) or
             event.short() == '+nexthop 0 dead')
    same([at['dst'] for at in m.routes(10)], ['11.0.0.0/8'])


@test
def followed_routes():
    r, l = bed(10, 'p1'), Listener()
    l.quiet()
    r.address('p1', '192.0.2.1/24')
    told = {event.short() for event in l.quiet()}
    same({'+route 10 192.0.2.0/24 0 active',
          '+route 10 192.0.2.1/32 0 active'} <= told, True, f'in {told}')


@test
def what_fails_is_not_told():
    r, m, l = bed(10, 'p1'), Mfib(), Listener()
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    l.quiet()
    refused(errno.EEXIST, '', m.fib_new, 10)
    refused(errno.EINVAL, '', m.fib_new, 254)
    refused(errno.ENOENT, '', m.fib_del, 11)
    refused(errno.EEXIST, '', m.nexthop_new, via(dev='p1', nhid=4))
    refused(errno.EINVAL, '', m.nexthop_new, via('127.0.0.1', 'p1', nhid=5))
    refused(errno.ENOENT, '', m.nexthop_del, 5)
    refused(errno.EEXIST, '', m.route_new, 10,
            route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    refused(errno.ENOENT, '', m.route_del, 10, route('10.0.0.0/9'))
    refused(errno.EOPNOTSUPP, '', r.master, 'lo', 'fib10')
    refused(errno.EEXIST, '', bed, 10)
    m.fibs(), m.routes(), m.fib_check(10)
    same(l.quiet(), [])


@test
def bulk_is_told_up_to_where_it_fails():
    m, l = Mfib(), Listener()
    m.fib_new(10)
    l.hear()
    many = blackholes(3)
    refused(errno.EEXIST, '', m.route_new, 10, *many, many[0], many[2])
    l.expect('+route 10 10.0.0.0/24 0 active',
             '+route 10 10.0.1.0/24 0 active',
             '+route 10 10.0.2.0/24 0 active')


@test
def number_is_that_of_answers():
    """The last event of a request has the number that answers have from then
    on, and who caused it."""
    m, l = Mfib(), Listener()
    m.fib_new(10)
    for change in lambda: m.route_new(10, *blackholes(100)), \
            lambda: m.fib_new(10, CHANGE, max_routes=500), \
            lambda: m.route_del(10, route('10.0.0.0/24')):
        change()
        request = m.seq
        events = l.hear()
        same(m.change_seq(10), events[-1].seq)
        same({(event.request, event.port) for event in events[-1:]},
             {(request, m.sock.getsockname()[0])}, 'who caused it')


@test
def echo():
    """Who asks for it hears what the request did, without listening."""
    m = Mfib()
    answers = m.request(MFIB_CMD_FIB_NEW, ADD | NLM_F_ECHO,
                        fib_nest(attr(MFIB_FIB_A_ID, 10)))
    same([dict(attrs).keys() >= {MFIB_A_SEQ, MFIB_A_FIB}
          for _, attrs in answers], [True])
    l = Listener()
    answers = m.request(MFIB_CMD_ROUTE_NEW, ADD | NLM_F_ECHO,
                        fib_id(10) + b''.join(blackholes(50)))
    same([decode(dict(attrs)[MFIB_A_ROUTE])['dst'] for _, attrs in answers],
         [f'10.0.{i}.0/24' for i in range(50)])
    same(len(l.hear()), 50, 'events that others hear')
    same(m.route_del(10, route('10.0.0.0/24')), [], 'answers without echo')


@test
def anybody_may_listen():
    m = Mfib()

    def nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        l = Listener(room=1 << 16)
        os.write(ready[1], b'x')
        l.expect('+fib 10')

    ready = os.pipe()
    pid = ktap.child(nobody)
    os.read(ready[0], 1)
    m.fib_new(10)
    same(ktap.wait(pid), 0, 'status of the listener')


@test
def namespaces_do_not_hear_each_other():
    m, l = Mfib(), Listener()

    def inside():
        unshare(CLONE_NEWNET)
        other, own = Mfib(), Listener()
        other.fib_new(20)
        own.expect('+fib 20')
        m.fib_new(10)  # outside
        same(own.quiet(), [])

    in_child(inside)
    l.expect('+fib 10')


@test
def overrun_is_told():
    """A listener that is too slow gets an error, and sees the hole; whoever
    listens beside it does not."""
    m, slow, l = Mfib(), Listener(room=4096), Listener()
    m.fib_new(10)
    slow.expect('+fib 10')
    last = slow.last
    for i in range(50):
        m.route_new(10, *blackholes(100))
        m.route_del(10, *blackholes(100))
    try:
        slow.hear()
    except Lost:
        pass
    else:
        raise AssertionError('no error after an overrun')
    slow.forget()
    m.fib_new(20)
    slow.expect('+fib 20')
    same(slow.last - last > 10000, True, 'the hole')
    same(len(l.hear()), 1 + 10000 + 1, 'events that another one heard')


@test
def bulk_is_told_in_few_messages():
    m, l = Mfib(), Listener()
    m.fib_new(10)
    l.hear()
    m.route_new(10, *blackholes(1000))
    datagrams, events = 0, 0
    while True:
        try:
            data = l.sock.recv(1 << 20)
        except BlockingIOError:
            break
        datagrams += 1
        while data:
            length = int.from_bytes(data[:4], 'little')
            events, data = events + 1, data[(length + 3) & ~3:]
    same(events, 1000)
    same(datagrams <= 100, True, f'{datagrams} messages')


@test
def events_make_a_mirror():
    """Who knows the state at a moment and hears all since knows it for ever."""
    r, m = bed(10, 'p1', 'p2'), Mfib()
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    m.route_new(10, *blackholes(30), route('11.0.0.0/8', via(nhid=4)),
                route('11.0.0.0/8', via(dev='p2'), metric=3))
    mirror = Mirror(m)
    for change in (
            lambda: r.address('p1', '192.0.2.1/24'),
            lambda: r.up('p1', False), lambda: r.up('p1'),
            lambda: m.route_new(10, *blackholes(40), flags=REPLACE),
            lambda: m.fib_new(20, max_routes=3),
            lambda: m.route_new(20, *blackholes(3)),
            lambda: m.nexthop_new(via(dev='p2', nhid=4), CHANGE),
            lambda: r.master('p2'), lambda: r.master('p2', 'fib10'),
            lambda: r.address('p1', '192.0.2.1/24', 21),
            lambda: r.delete('p1'), lambda: m.fib_del(20),
            lambda: r.delete('fib10')):
        change()
        mirror.check()


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
