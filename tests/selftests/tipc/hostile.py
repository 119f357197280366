#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A node of ours, and one that the test plays with a raw socket: what ours says on
the wire, links that begin again, and a peer that means harm. Whatever it sends, the
node goes on to work, for it and for others."""
import errno
import os
import random
import select
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
from ktap import poll, same, test
from tipc import *
from tipc import port, to
from tipc_node import LINK_STATE, Node, cable, met
from tipc_peer import *
from tipc_peer import Peer, message

SERVICE, PEERS = 1000, 2000


def alone(tolerance=1500):
    """A node of ours and a peer with a link between them."""
    a, b = Node('a'), Node('b')
    cable(a, b)
    a.enable('va', tolerance)
    peer = Peer(b, tolerance=tolerance)
    peer.meet()
    return a, peer


def cgr(node, command):
    """Of the family tipc_cgr: counters of the first bearer (2) or link (3)."""
    with node:
        channel = genl.Family('tipc_cgr')
    attrs = dict(genl.parse(channel.dump(command)[0][1][0][1]))
    channel.close()
    return {kind: struct.unpack('=Q', value)[0] for kind, value in
            genl.parse(attrs[10 if command == 2 else 17]) if len(value) == 8}


def bearer_counts(node):
    return cgr(node, 2)


def link_counts(node):
    return cgr(node, 3)


MALFORMED = 6


def linked(a, peer):
    """Whether the node tells that the link is up."""
    with a.topology().sock as s:
        s.send(struct.pack('=5I8s', LINK_STATE, peer.addr, peer.addr, 0, 1,
                           b''))
        return struct.unpack_from('=I', s.recv(48))[0] == PUBLISHED


def echo(a, peer, server, what=b'still there'):
    """The peer asks a socket, which answers. Only a link that has begun again, since
    the test was too slow, is a reason to ask once more."""
    begun = None

    def served():
        nonlocal begun
        if begun != len(peer.starts):
            peer.settle()
            begun = len(peer.starts)
            peer.send(0, DIRECT, 32, what, orig_port=77,
                      dest_port=port(server))
        if readable_now(server):
            data, sender = server.recvfrom(100)
            same(data, what)
            same(sender[1:3], (peer.addr, 77))
            server.sendto(data, sender)
        return peer.taken(lambda m: m.user <= 3 and m.dest_port == 77 and
                          m.body == what and not m.error)

    peer.until('an answer', served)


def readable_now(s):
    return bool(select.select([s], [], [], 0)[0])


@test
def what_is_said_on_the_wire():
    a, peer = alone()
    for msg in peer.starts:
        same(msg.body, b'va'.ljust(16, b'\0'), 'name of the device')
        same(msg.tolerance, 1500)
        same(msg.max_pkt, 375)
    server = a.sock(RDM, (SERVICE, 1, 1))
    peer.until('the name', lambda: (SERVICE, 1, 1) in peer.names)
    echo(a, peer, server)
    server.close()
    peer.until('no name', lambda: (SERVICE, 1, 1) not in peer.names)


def connected(a, peer, kind):
    """A connection of a program to a service of the peer's."""
    peer.publish(PEERS, 1, 1, 88)
    t = a.topology()
    t.subscribe(PEERS, 1, 1)
    same(t.event()[0], PUBLISHED)
    client = a.sock(kind)
    client.setblocking(False)
    same(client.connect_ex(to(PEERS, 1)), errno.EINPROGRESS)
    syn = peer.until('SYN', lambda: peer.taken(lambda m: m.syn))
    same((syn.user, syn.type, syn.name_type), (0, NAMED, PEERS))
    peer.send(0, CONN, 24, orig_port=99, dest_port=syn.orig_port)
    peer.settle()
    client.settimeout(20 * ktap.SLOWNESS)
    return client, syn.orig_port


@test
def long_messages_on_a_connection():
    """They are cut, and each piece says which node it is for: receive() looks."""
    a, peer = alone()
    for kind in SEQ, STREAM:
        client, ref = connected(a, peer, kind)
        data = os.urandom(20000)
        client.sendall(data)
        whole = b''
        while len(whole) < 24 + len(data):
            piece = peer.until('a fragment', lambda: peer.taken(
                lambda m: m.user == FRAGMENT))
            whole += piece.body
        same(whole[24:] == data, True, 'the message as it was')
        # and a long one from there
        big = message(0, CONN, 24, data, prev_node=peer.addr, orig_port=99,
                      dest_port=ref)
        for i in range(0, len(big), 1400):
            peer.send(FRAGMENT, FIRST if not i else
                      LAST if i + 1400 >= len(big) else NEXT, 40,
                      big[i:i + 1400], fragment_no=i // 1400 + 1,
                      fragment_msg=5)
        got = b''
        while len(got) < len(data):
            peer.drain()
            got += client.recv(70000)
        same(got == data, True, 'the message from there as it was')
        client.close()
        peer.until('the end', lambda: peer.taken(lambda m: m.error))
        peer.publish(PEERS, 1, 1, 88, withdraw=True)
        peer.settle()


def given_up(a, peer):
    """The peer is silent until our node has had enough."""
    poll('the link is given up', lambda: not linked(a, peer), 20)
    peer.ignore()
    peer.starts.clear()
    peer.up = False


@test
def link_begins_again():
    """However the peer begins again: with RESET, as mainline does with an ACTIVATE
    for the session before, in a new life, or after silence."""
    a, peer = alone()
    server = a.sock(RDM, (SERVICE, 1, 1))
    ours = peer.other_session
    for _ in range(3):
        peer.begin_again()
        peer.protocol(RESET)
        peer.meet()
        echo(a, peer, server)
    same(peer.other_session != ours, True, 'our session is a new one')

    # mainline answers the first RESET after a failure with the session before
    given_up(a, peer)
    peer.begin_again()
    peer.mute = True
    peer.protocol(ACTIVATE)
    peer.until('ACTIVATE', lambda: any(msg.type == ACTIVATE
                                       for msg in peer.starts), 5)
    peer.mute = False
    peer.meet()
    echo(a, peer, server)

    # another life, with sessions that are behind; and one that is ahead of ours
    for session in 1, 40000:
        given_up(a, peer)
        peer.forget()
        peer.session = session
        peer.protocol(RESET)
        peer.meet()
        echo(a, peer, server)


@test
def tolerance_of_the_peer():
    """It holds at once, and also when the link begins again."""
    a, peer = alone()

    def shown():
        name = a.run('tipc link list').partition(':  ')[0].rsplit(': ', 1)[0]
        return int(a.run(f'tipc link get tolerance link {name}'))

    same(shown(), 1500)
    peer.protocol(STATE, tolerance=700)
    peer.settle()
    same(shown(), 700)
    peer.tolerance = 0
    peer.begin_again()
    peer.protocol(RESET)
    peer.meet()
    same(shown(), 700)
    # what is out of range changes nothing
    for wrong in 1, 29, 30001, 65535:
        peer.protocol(STATE, tolerance=wrong)
    peer.settle()
    same(shown(), 700)
    peer.tolerance = 2000
    peer.begin_again()
    peer.protocol(RESET)
    peer.meet()
    same(shown(), 2000)


@test
def each_user_and_type():
    """With headers and sizes of all kinds, cut off anywhere, numbered or not."""
    a, peer = alone()
    server = a.sock(RDM, (SERVICE, 1, 1))
    before = bearer_counts(a)[MALFORMED]
    rng = random.Random(1)
    for user in range(16):
        for kind in range(8):
            for hdr_size in 24, 28, 32, 40, 44, 60:
                body = rng.randbytes(rng.choice((0, 1, 19, 20, 100, 1400)))
                whole = message(user, kind, hdr_size, body, **peer.addressed(
                    orig_port=77, dest_port=rng.choice((0, port(server))),
                    session=peer.session, seqno=peer.next,
                    nonseq=int(user == CONFIG or not rng.randrange(8))))
                # what a link does with good ones is another test
                if user == PROTOCOL:
                    whole = whole[:20] + bytes(2) + whole[22:]
                for data in (whole, whole[:rng.randrange(len(whole))],
                             whole[:2] + struct.pack('>H', rng.randrange(
                                 0x10000)) + whole[4:]):
                    peer.numbered(data)
            peer.drain()
            if peer.up:
                peer.settle()
    peer.meet()
    echo(a, peer, server)
    if bearer_counts(a)[MALFORMED] < before + 500:
        raise AssertionError(f'{bearer_counts(a)} are too few malformed ones')


@test
def each_header_size_and_length():
    """Also those that are too small for a header at all."""
    a, peer = alone()
    server = a.sock(RDM, (SERVICE, 1, 1))
    before = bearer_counts(a)[MALFORMED]
    for user in range(16):
        for words in range(16):
            for size in 0, 1, 23, 24, 39, 40, 41, 66061, 0x1ffff:
                data = bytearray(message(user, 0, 60, bytes(40),
                                         **peer.addressed()))
                first, = struct.unpack_from('>I', data)
                first = first & ~(0xf << 21 | 0x1ffff) | words << 21 | size
                struct.pack_into('>I', data, 0, first)
                if user != PROTOCOL and user != CONFIG:
                    peer.numbered(data)
                else:
                    peer.frame(bytes(data))
        peer.drain()
        peer.settle()
    for length in range(60):
        peer.frame(bytes(length))
        peer.frame(b'\xff' * length)
    for version in 0, 1, 3, 4, 5, 6, 7:
        peer.frame(message(0, 0, 60, bytes(40), version=version))
    echo(a, peer, server)
    if bearer_counts(a)[MALFORMED] < before + 1000:
        raise AssertionError(f'{bearer_counts(a)} are too few malformed ones')


@test
def bundles_and_fragments():
    """Of which nothing fits: sizes, numbers, order, and what must not be inside."""
    a, peer = alone()
    server = a.sock(RDM, (SERVICE, 1, 1))
    ref = port(server)

    def data(body, **fields):
        return message(0, DIRECT, 32, body, **peer.addressed(
            orig_port=77, dest_port=ref, **fields))

    def fragment(kind, body, number, which=1):
        peer.send(FRAGMENT, kind, 40, body, fragment_no=number,
                  fragment_msg=which)

    honest = data(b'x' * 40)
    bundles = [b'', b'\0' * 3, b'\0' * 24, b'\xff' * 100, honest[:-1],
               data(b'x', size=0), data(b'x', size=23), data(b'x', size=5000),
               data(b'x', hdr_words=0), data(b'x', hdr_words=15)]
    bundles += [message(user, 0, 40, bytes(40), **peer.addressed())
                for user in range(5, 16)]
    inner = honest
    for _ in range(20):
        inner = message(BUNDLE, 0, 40, inner, **peer.addressed())
    bundles.append(inner)
    for body in bundles:
        for count in 0, 1, 0xffff:
            peer.send(BUNDLE, 0, 40, body, msg_count=count)
    peer.settle()
    for size in 0, 23, 24, 100, 1432, 66060, 66061, 0x1ffff:
        for words in 0, 5, 6, 8, 15:
            first = data(b'x' * 1400, size=size, hdr_words=words)
            fragment(FIRST, first, 1)
            fragment(LAST, b'y' * 100, 2)
    for steps in (((NEXT, 1), (LAST, 2)), ((LAST, 1),), ((FIRST, 1),) * 5,
                  ((FIRST, 1), (NEXT, 3), (LAST, 2)), ((FIRST, 9), (LAST, 0)),
                  ((FIRST, 1), (LAST, 2), (LAST, 3))):
        for kind, number in steps:
            fragment(kind, data(b'x' * 1400, size=3000) if kind == FIRST
                     else b'y' * 1000, number)
    # pieces that never end: no more than the message that was begun
    fragment(FIRST, data(b'x' * 1400, size=66000), 1)
    for number in range(2, 300):
        fragment(NEXT, b'y' * 1400, number)
        if number % 16 == 0:
            peer.drain()
    peer.settle()
    while readable_now(server):
        server.recv(70000)
    echo(a, peer, server)
    # one that is in order, behind all that
    whole = data(b'z' * 3000)
    fragment(FIRST, whole[:1400], 1, 9)
    fragment(NEXT, whole[1400:2800], 2, 9)
    fragment(LAST, whole[2800:], 3, 9)
    server.settimeout(20 * ktap.SLOWNESS)
    same(server.recv(70000), b'z' * 3000)


@test
def names_that_are_none():
    """Ranges upside down, reserved types, twice, never published, too long."""
    a, peer = alone()
    server = a.sock(RDM, (SERVICE, 1, 1))
    for kind in 0, 1, 2, 63, 64, 1000, 0xffffffff:
        for lower, upper in (5, 4), (0xffffffff, 0), (0, 0xffffffff):
            for what in 0, 1:
                peer.send(NAMES, what, 40, struct.pack(
                    '>5I', kind, lower, upper, 0, 0) * 3)
                peer.send(NAMES, what, 40, struct.pack(
                    '>5I', kind, lower, upper, 0, 0)[:-1])
    peer.settle()
    for number in range(100):
        peer.publish(PEERS, number, number + 10, 88, number)
        peer.publish(PEERS, number, number + 10, 88, number)
    peer.settle()
    echo(a, peer, server)
    # all of them go with the node
    t = a.topology()
    t.subscribe(PEERS, 0, 0xffffffff)
    events = [t.event()[0] for _ in range(100)]
    same(events, [PUBLISHED] * 100)
    peer.protocol(RESET, stopping=1, session=peer.session + 1)
    same([t.event()[0] for _ in range(100)], [WITHDRAWN] * 100)


@test
def connections_that_are_none():
    """Acknowledgments for nothing, errors from nowhere, subscriptions that make no
    sense, and many of them."""
    a, peer = alone()
    server = a.sock(RDM, (SERVICE, 1, 1))
    client, ref = connected(a, peer, SEQ)
    for dest in 0, ref, port(server), 12345:
        for kind in range(4):
            for acked in 0, 1, 0xffff:
                peer.send(MANAGER, kind, 40, orig_port=1, dest_port=dest,
                          conn_ack=acked, conn_window=acked)
        for error in range(16):
            peer.send(0, CONN, 24, b'x', orig_port=1, dest_port=dest,
                      error=error)
    for acked in 1, 0xffff:
        peer.send(MANAGER, 2, 40, orig_port=99, dest_port=ref,
                  conn_ack=acked, conn_window=1000)
    peer.settle()
    client.send(b'still connected')
    peer.until('it', lambda: peer.taken(lambda m: m.body == b'still connected'))
    for i in range(200):
        peer.send(0, NAMED, 40, bytes(i % 60), syn=1, scope=2,
                  orig_port=1000 + i, name_type=1, name_lower=1)
        if i % 16 == 0:
            peer.drain()
    # ports of the server's connections are in its answers
    refs = []
    for i in range(200):
        msg = peer.taken(lambda m: m.user <= 3 and 1000 <= m.dest_port < 1200)
        if not msg:
            peer.settle()
            continue
        refs.append((msg.orig_port, msg.dest_port))
    for there, here in refs:
        for body in (b'x', struct.pack('=5I8s', 1, 9, 0, 0, 1, b''),
                     struct.pack('=5I8s', 1, 0, 9, 0, 7, b'')):
            peer.send(0, CONN, 24, body, orig_port=here, dest_port=there)
        peer.drain()
    peer.settle()
    echo(a, peer, server)


@test
def states_that_lie():
    """Acknowledgments and gaps of what was never sent, and resets of all kinds."""
    a, peer = alone()
    server = a.sock(RDM, (SERVICE, 1, 1))
    for ack in 0, 1, 100, 0x7fff, 0x8000, 0xffff:
        for gap in 0, 1, 8191:
            for nxt in 0, 1, 0x7fff, 0xffff:
                peer.protocol(STATE, ack=ack, gap=gap, probe=1,
                              next_sent=peer.next if nxt > 1 and ack else nxt)
        peer.drain()
    peer.settle()
    echo(a, peer, server)
    for kind in RESET, ACTIVATE:
        for fields in ({'max_pkt': 0}, {'max_pkt': 0xffff}, {'prio': 31},
                       {'tolerance': 0xffff}, {'tolerance': 1}):
            peer.begin_again()
            peer.protocol(kind, **fields)
            peer.drain()
    for session in range(0, 0x10000, 997):
        peer.protocol(RESET, session=session)
        peer.protocol(ACTIVATE, session=session, peer_session=session)
        peer.drain()
    peer.session = 0
    poll('it has had enough', lambda: peer.drain() or not linked(a, peer),
         30)
    peer.forget()
    peer.meet()
    echo(a, peer, server)


@test
def numbers_wrap():
    """After 65536 packets the link goes on."""
    a, peer = alone()
    server = a.sock(RDM, (SERVICE, 1, 1))
    data = bytearray(message(0, DIRECT, 32, b'x', **peer.addressed(
        orig_port=77, dest_port=1, dest_droppable=1)))
    head = peer.other_mac + peer.mac + struct.pack('>H', ETHERTYPE)
    for number in range(66000):
        struct.pack_into('>HH', data, 8, peer.expected - 1 & 0xffff,
                         peer.next & 0xffff)
        peer.next += 1
        peer.raw.send(head + data)
        if number % 64 == 0:
            peer.drain()
        if number % 2048 == 0:
            peer.settle()
    peer.settle()
    echo(a, peer, server)


def others():
    """A node of ours, an honest one, and one that is not: on other cables. A slow
    kernel has time to work through what the last one sends."""
    a, b, c = Node('a'), Node('b'), Node('c')
    cable(a, b)
    cable(a, c, 'wa', 'wc')
    for node, device in (a, 'va'), (a, 'wa'), (c, 'wc'):
        node.enable(device, 1500 * ktap.SLOWNESS)
    met(a, c)
    return a, Peer(b), c


@test
def others_are_not_disturbed():
    """While one peer sends whatever comes to its mind."""
    a, peer, c = others()
    peer.meet()
    server = a.sock(RDM, (SERVICE, 1, 1))
    poll('the name', lambda: str(SERVICE) in c.run('tipc nametable show'))
    client = c.sock()
    links = c.topology()
    links.subscribe(LINK_STATE, a.address(), a.address())
    same(links.event()[0], PUBLISHED)
    for s in server, client:
        s.settimeout(20 * ktap.SLOWNESS)
    rng = random.Random(2)
    for turn in range(100):
        for _ in range(50):
            data = bytearray(message(
                rng.randrange(16), rng.randrange(8),
                rng.choice((24, 32, 40, 44, 60)),
                rng.randbytes(rng.randrange(300)), **peer.addressed(
                    session=peer.session, seqno=peer.next)))
            for _ in range(rng.randrange(4)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            peer.numbered(data)
        peer.drain()
        client.sendto(b'%d' % turn, to(SERVICE, 1))
        while True:
            got, sender = server.recvfrom(70000)
            if sender[1] == c.address():
                break
        same(got, b'%d' % turn)
    with links.sock:
        same(readable_now(links.sock), False, 'the honest link broke')


@test
def nodes_that_are_made_up():
    """A flood of them fills a table of a certain size, and hurts nobody."""
    a, peer, c = others()
    server = a.sock(RDM, (SERVICE, 1, 1))
    client = c.sock()
    t = c.topology()
    t.subscribe(SERVICE, 1, 1)
    same(t.event()[0], PUBLISHED)

    def made_up(number):
        peer.id = b'made up %d' % number + bytes(8 - len(str(number)))
        while True:
            try:
                return peer.discover(prev_node=0x02000000 + number)
            except OSError as e:  # the device's queue is full
                same(e.errno, errno.ENOBUFS)

    for number in range(6000):
        made_up(number)
    client.sendto(b'still there', to(SERVICE, 1))
    server.settimeout(20 * ktap.SLOWNESS)
    same(server.recv(20), b'still there')
    # and when they are forgotten, there is room for somebody else
    d = Node('d')
    cable(a, d, 'xa', 'xd')
    a.enable('xa')
    d.enable('xd')

    def room():
        made_up(7000)
        return d.address() and a.knows(d.address())

    poll('there is room', room, 60)


if __name__ == '__main__':
    subprocess.run(['modprobe', 'tipc'], check=True)
    ktap.main(seconds=120)
