#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The netlink family: who may do what."""
import errno
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from ktap import same, test
from mfib import *
from mfib import bed, refused, u8
from rtnl import Rtnl


def check_reader():
    """This process may read and not change."""
    m = Mfib()
    same(set(m.fibs()), {10})
    same(m.fib(10)[MFIB_FIB_A_ROUTES4], 1)
    same(len(m.routes(10)), 1)
    same(m.lookup(10, '10.0.0.1')['dst'], '10.0.0.0/8')
    same(list(m.nexthops()), [4])
    for change in lambda: m.fib_new(20), lambda: m.fib_del(10), \
            lambda: m.nexthop_new(via(ifindex=1, nhid=5)), \
            lambda: m.nexthop_del(4), \
            lambda: m.route_new(10, route('11.0.0.0/8', kind=RTN_BLACKHOLE)), \
            lambda: m.route_del(10, route('10.0.0.0/8')), \
            lambda: m.fib_check(10), lambda: m.fib_check(77), \
            lambda: m.port_set(1, u8(MFIB_PORT_A_RPF, 1)):
        refused(errno.EPERM, '', change)


def prepare_reader():
    r, m = Rtnl(), Mfib()
    r.add('p1', 'dummy')
    m.fib_new(10)
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', kind=RTN_BLACKHOLE))
    return m


@test
def unprivileged_user():
    m = prepare_reader()

    def nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        check_reader()
        # nor does a socket help that somebody else has opened
        refused(errno.EPERM, '', m.fib_del, 10)
        refused(errno.EPERM, '', m.fib_check, 10)

    ktap.in_child(nobody)
    same(set(m.fibs()), {10})


@test
def user_namespace_that_owns_nothing():
    m = prepare_reader()

    def stranger():
        ktap.unshare(ktap.CLONE_NEWUSER)
        check_reader()

    ktap.in_child(stranger)
    same(set(m.fibs()), {10})


@test
def user_namespace_with_its_own_network():
    def owner():
        ktap.unshare(ktap.CLONE_NEWUSER | ktap.CLONE_NEWNET)
        r, m = bed(10, 'p1'), Mfib()
        m.route_new(10, route('10.0.0.0/8', via(dev='p1')))
        same(m.lookup(10, '10.0.0.1')['dst'], '10.0.0.0/8')
        m.fib_new(20)
        m.fib_check(10)
        m.fib_del(10)

    ktap.in_child(owner)
    same(Mfib().fibs(), {})


@test
def namespaces_are_apart():
    r, m = bed(10, 'p1'), Mfib()
    m.nexthop_new(via(dev='p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)))

    def inside():
        ktap.unshare(ktap.CLONE_NEWNET)
        other = Mfib()
        same(other.fibs(), {})
        same(other.nexthops(), {})
        same(other.routes(), [])
        refused(errno.ENOENT, 'no FIB', other.lookup, 10, '10.0.0.1')
        bed(10, 'p1')
        other.nexthop_new(via(dev='p1', nhid=4))
        other.route_new(10, route('11.0.0.0/8', via(nhid=4)))
        other.nexthop_del(4)
        other.fib_new(11)
        other.fib_del(10)

    ktap.in_child(inside)
    same(set(m.fibs()), {10})
    same(m.lookup(10, '10.0.0.1')['nhid'], 4)


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
