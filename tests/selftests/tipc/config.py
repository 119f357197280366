#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Configuration: what iproute2's tipc shows and changes, what happens to devices
that are bearers, and what the family answers to who means it harm."""
import errno
import json
import os
import resource
import socket
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
import tipc_node
from genl import NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, Error, Family, attr, nest, parse
from ktap import poll, same, test
from tipc_node import cable

# commands of TIPCv2, nests at its top level, and what is in them
(BEARER_DISABLE, BEARER_ENABLE, BEARER_GET, BEARER_SET, SOCK_GET, PUBL_GET,
 LINK_GET, LINK_SET, LINK_RESET_STATS, MEDIA_GET, MEDIA_SET, NODE_GET, NET_GET,
 NET_SET, NAME_TABLE_GET, MON_SET, MON_GET, MON_PEER_GET, PEER_REMOVE,
 BEARER_ADD, UDP_GET_REMOTEIP, KEY_SET, KEY_FLUSH,
 ADDR_LEGACY_GET) = range(2, 26)
BEARER, SOCK, PUBL, LINK, MEDIA, NODE, NET = range(1, 8)
NAME, PROP = 1, 2
LINK_NAME, LINK_UP, LINK_PROP = 1, 5, 7
PRIO, TOL, WIN, MTU = range(1, 5)
NET_ID, NET_ADDR, NET_NODEID, NET_NODEID_W1 = range(1, 5)
CHANGES = (BEARER_DISABLE, BEARER_ENABLE, BEARER_SET, LINK_SET,
           LINK_RESET_STATS, MEDIA_SET, NET_SET, PEER_REMOVE)
REFUSED = (MON_SET, MON_GET, MON_PEER_GET, BEARER_ADD, UDP_GET_REMOTEIP,
           KEY_SET, KEY_FLUSH)
DUMPS = (BEARER_GET, SOCK_GET, LINK_GET, MEDIA_GET, NODE_GET, NET_GET,
         NAME_TABLE_GET)


class Node(tipc_node.Node):
    """A node with one device."""

    def __init__(self, name):
        super().__init__(name)
        self.dev = f'v{name}'

    def tool(self, *words, fails=False, keep=()):
        """A command in there, that succeeds or fails."""
        with self:
            done = subprocess.run(words, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True,
                                  check=False, pass_fds=keep)
        if bool(done.returncode) != fails:
            raise AssertionError(f'{" ".join(words)}: {done.returncode}\n'
                                 f'{done.stdout}')
        return done.stdout

    def tipc(self, words, fails=False):
        return self.tool('tipc', *words.split(), fails=fails)

    def refused(self, words):
        return self.tipc(words, fails=True)

    def ip(self, words):
        return self.tool('ip', *words.split())

    def link(self):
        """Name of the only link, and whether it is up."""
        channel = self.family()
        links = [dict(parse(attrs[0][1]))
                 for _, attrs in channel.dump(LINK_GET)]
        channel.close()
        if not links:
            return None, None
        return links[0][LINK_NAME][:-1].decode(), LINK_UP in links[0]

    def enable(self, *_):
        super().enable(self.dev, None)

    def family(self, name='TIPCv2'):
        """A netlink socket in the namespace."""
        with self:
            return Family(name)

    def enter(self):
        ktap.setns(self.fd)


def two(up=True):
    """Two nodes with a cable in between."""
    a, b = Node('a'), Node('b')
    cable(a, b)
    if up:
        a.identify('alpha')
        b.identify('beta')
        a.enable()
        b.enable()
        poll('link up', lambda: a.link()[1] and b.link()[1])
    return a, b


def fields(text):
    return [line.split() for line in text.splitlines()]


@test
def identity_and_cluster():
    a, _ = two(up=False)
    same(a.tipc('node get clusterid'), '4711\n')
    a.tipc('node set clusterid 4712')
    a.tipc('node set identity alpha')
    same(a.tipc('node get clusterid'), '4712\n')
    same(fields(a.tipc('node get identity')),
         [['Node', 'Identity', 'Hash'], ['alpha', '00000000']])
    a.refused('node set clusterid 0')
    a.refused('node set clusterid 10000')
    same(a.tipc('node get clusterid'), '4712\n')
    a.enable()
    # what others may have heard is not changed any more
    for words in 'clusterid 4711', 'identity gamma', 'address 1.1.1':
        if 'before the first bearer' not in a.refused(f'node set {words}'):
            raise AssertionError(f'the reason is missing: {words}')
    poll('address', lambda: a.tipc('node get address') != '00000000\n')


@test
def address_by_hand():
    """It holds at once, and names the node."""
    a, b = two(up=False)
    a.tipc('node set address 1.1.1')
    same(a.tipc('node get address'), '01001001\n')
    same(fields(a.tipc('node get identity'))[1], ['1001001', '01001001'])
    a.refused('node set address 1.1.2')
    poll('its state is published',
          lambda: '16781313' in a.tipc('nametable show'))
    a.enable()
    b.enable()
    poll('link up', lambda: b.link()[1])
    same(b.link()[0].partition('-')[2], '1001001:va')


@test
def what_the_tool_shows():
    a, b = two()
    same(a.link()[0], 'alpha:va-beta:vb')
    same(b.link()[0], 'beta:vb-alpha:va')
    address = b.tipc('node get address').strip()
    same(fields(a.tipc('node list'))[1:], [['beta', address, 'up']])
    same(a.tipc('bearer list'), 'eth:va\n')
    same(a.tipc('media list'), 'eth\n')
    same(json.loads(a.tipc('-j link list')), [{'alpha:va-beta:vb': 'up'}])

    a.enter()
    s = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    s.bind((1, 1000, 3, 7, 2))
    wanted = ['1000', '3', '7', 'cluster', 'alpha']

    def shown_port(node):
        """Of the socket, as the node shows it."""
        for row in fields(node.tipc('nametable show')):
            if row[:4] + row[5:] == wanted:
                return row[4]
        return None

    for node in a, b:
        poll('the name', lambda at=node: shown_port(at))
    port = shown_port(a)
    same(shown_port(b), port)
    shown = a.tipc('socket list')
    if f'socket {port}' not in shown or 'bound to {1000,3,7}' not in \
            ' '.join(shown.split()):
        raise AssertionError(shown)


def stat(node):
    return json.loads(node.tipc('-j link stat show'))[0]


@test
def statistics_count():
    a, b = two()
    a.enter()
    receiver = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    receiver.bind((1, 1000, 1, 1, 2))
    b.enter()
    poll('the name', lambda: '1000' in b.tipc('nametable show'))
    sender = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    before = stat(b)
    for _ in range(20):
        sender.sendto(bytes(66000), (2, 1000, 1, 0))
        same(len(receiver.recv(66000)), 66000)
    after = stat(b)
    same(after['tx packets']['fragmented'] -
         before['tx packets']['fragmented'], 20)
    fragments = after['tx packets']['fragments']
    if fragments < 20 * 44:
        raise AssertionError(f'{fragments} fragments')
    same(stat(a)['rx packets']['fragmented'], 20)
    for part in 'MTU:1500', 'Priority:10', 'Tolerance:1500 ms', 'ACTIVE':
        if part not in b.tipc('link stat show'):
            raise AssertionError(f'{part} is missing')
    b.tipc(f'link stat reset link {b.link()[0]}')
    same(stat(b)['tx packets']['fragments'], 0)
    same(stat(a)['rx packets']['fragmented'], 20, 'the other end')
    # ... and the link did not mind
    sender.sendto(b'x', (2, 1000, 1, 0))
    same(receiver.recv(10), b'x')


def get(node, what, where):
    return int(node.tipc(f'{what} get {where}'))


@test
def properties():
    """From media to bearers to links, each as it was when the other was made."""
    a, b = two(up=False)
    wanted = {'priority': 7, 'tolerance': 800, 'window': 100}
    for name, value in wanted.items():
        a.tipc(f'media set {name} {value} media eth')
        same(get(a, 'media', f'{name} media eth'), value)
        # each namespace has its own
        if get(b, 'media', f'{name} media eth') == value:
            raise AssertionError(f'{name} is shared')
    a.tipc('bearer enable priority 9 media eth device va')
    wanted['priority'] = 9
    for name, value in wanted.items():
        same(get(a, 'bearer', f'{name} media eth device va'), value)
    a.tipc('bearer set window 60 media eth device va')
    same(get(a, 'bearer', 'window media eth device va'), 60)
    b.tipc('media set tolerance 500 media eth')
    b.enable()
    poll('link up', lambda: a.link()[1] and b.link()[1])
    name = a.link()[0]
    same(get(a, 'link', f'window link {name}'), 60)
    # the greater one of both ends
    same(get(a, 'link', f'tolerance link {name}'), 800)
    same(get(b, 'link', f'tolerance link {b.link()[0]}'), 800)
    same(get(b, 'link', f'priority link {b.link()[0]}'), 10)


@test
def a_window_that_sets():
    a, b = two()
    name = a.link()[0]
    for window in 500, 16, 8191:
        a.tipc(f'link set window {window} link {name}')
        same(get(a, 'link', f'window link {name}'), window)
        same(stat(a)['window'], window)
    same(get(b, 'link', f'window link {b.link()[0]}'), 50, 'the other end')


@test
def a_tolerance_is_told():
    a, b = two()
    ups = counter(a, 'up')
    for tolerance in 3000, 2000:
        a.tipc(f'link set tolerance {tolerance} link {a.link()[0]}')
        for node in a, b:
            poll('tolerance', lambda at=node: tolerance ==
                  get(at, 'link', f'tolerance link {at.link()[0]}'))
    same(counter(a, 'up'), ups, 'times that the link came up')


@test
def what_is_out_of_range():
    a, _ = two()
    link = f'link {a.link()[0]}'
    for what, where in ('link', link), ('bearer', 'media eth device va'), \
            ('media', 'media eth'):
        for prop in 'priority 32', 'tolerance 29', 'tolerance 30001', \
                'window 15', 'window 8192':
            a.refused(f'{what} set {prop} {where}')
        a.tipc(f'{what} set tolerance 30 {where}')
        a.tipc(f'{what} set tolerance 30000 {where}')
    same(get(a, 'link', f'priority {link}'), 10)


@test
def what_there_is_not():
    """It says what, and what to do instead."""
    a, _ = two()
    for words, why in (
            ('link monitor get threshold', 'no link monitor'),
            ('link monitor set threshold 5', 'no link monitor'),
            ('link get broadcast', 'no broadcast link'),
            ('link set broadcast REPLICAST', 'no broadcast link'),
            ('node flush key', 'MACsec'),
            ('node set key this_is_a_key16_salt', 'MACsec'),
            ('bearer enable media udp name x localip 127.0.0.1',
             'no bearers over UDP'),
            ('bearer add media udp name x remoteip 127.0.0.1',
             'no bearers over UDP'),
            ('bearer enable media ib device va', 'eth:DEVICE'),
            ('bearer disable media eth device lo', 'no bearer'),
            ('bearer enable media eth device lo', 'Ethernet'),
            ('bearer enable media eth device va', 'already'),
            ('bearer enable media eth device none', 'no such device'),
            ('link get window link x:y-z:w', 'no such link'),
            ('peer remove identity nobody', 'no such node'),
            ('peer remove identity beta', 'is up')):
        answer = a.refused(words)
        if why not in answer:
            raise AssertionError(f'{words}: {answer}')
    for words in 'link monitor summary', 'link monitor list':
        if 'not supported' not in a.refused(words):
            raise AssertionError(words)


@test
def removing_a_peer():
    a, b = two()
    b.ip('link set vb down')
    poll('link down', lambda: a.link()[1] is False)
    same(fields(a.tipc('node list'))[1][2], 'down')
    a.tipc('peer remove identity beta')
    same(fields(a.tipc('node list'))[1:], [])
    same(a.link(), (None, None))
    b.ip('link set vb up')
    poll('it is found again', lambda: a.link()[1])
    b.tipc('bearer disable media eth device vb')
    poll('link down', lambda: a.link()[1] is False)
    address = fields(a.tipc('node list'))[1][1]
    f = a.family()
    f.request(PEER_REMOVE, 0, nest(NET, attr(NET_ADDR, int(address, 16))))
    same(a.link(), (None, None))


def counter(node, what, bearer=False):
    """Of the family tipc_cgr: how often the link came up, or packets that the
    bearer dropped as malformed."""
    answer, = node.family('tipc_cgr').dump(2 if bearer else 3)
    (_, inner), = answer[1]
    stats = dict(parse(dict(parse(inner))[10 if bearer else 17]))
    return struct.unpack('=Q', stats[{'up': 31, 'malformed': 6}[what]])[0]


@test
def drops_are_counted():
    a, b = two()
    same(counter(b, 'malformed', True), 0)
    a.enter()
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    raw.bind(('va', 0))
    for _ in range(5):
        raw.send(b'\xff' * 12 + b'\x88\xca' + b'\xff' * 50)
    poll('they are counted', lambda: counter(b, 'malformed', True) == 5)
    same(b.link()[1], True)


@test
def a_smaller_mtu():
    """The link agrees on it anew, and messages get through."""
    a, b = two()
    for mtu in 1000, 1400:
        a.ip(f'link set va mtu {mtu}')
        b.ip(f'link set vb mtu {mtu}')
        for node in a, b:
            poll('link up', lambda at=node: at.link()[1] and
                  stat(at)['mtu'] <= mtu)
    same(stat(a)['mtu'], 1000, 'nothing forced it to have more')
    a.ip('link set va mtu 68')
    same(a.tipc('bearer list'), '', 'bearers after an MTU of 68')


@test
def lost_carrier():
    """The link is down at once, not after its tolerance, and comes back."""
    a, b = two()
    for node in a, b:
        node.tipc(f'link set tolerance 30000 link {node.link()[0]}')
    for _ in range(3):
        a.ip('link set va down')
        poll('link down', lambda: not a.link()[1] and not b.link()[1], 10)
        a.ip('link set va up')
        poll('link up', lambda: a.link()[1] and b.link()[1])


@test
def another_mac_address():
    """The peer is told it, so that the link stays up."""
    a, b = two()
    ups = counter(b, 'up')
    a.ip('link set va address 02:00:00:00:00:77')
    a.enter()
    receiver = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    receiver.bind((1, 1000, 1, 1, 2))
    b.enter()
    poll('the name', lambda: '1000' in b.tipc('nametable show'))
    sender = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    sender.sendto(b'x', (2, 1000, 1, 0))
    receiver.settimeout(10 * ktap.SLOWNESS)
    same(receiver.recv(10), b'x')
    same(counter(b, 'up'), ups, 'times that the link came up')


@test
def devices_that_go():
    """Deleted, renamed, moved: the bearer ends, and can be made again."""
    a, b = two()
    a.ip('link set va down')
    a.ip('link set va name vx')
    same(a.tipc('bearer list'), '')
    poll('link down', lambda: b.link()[1] is False)
    a.ip('link set vx name va')
    a.ip('link set va up')
    a.enable()
    poll('link up', lambda: b.link()[1])
    c = Node('c')
    a.tool('ip', 'link', 'set', 'va', 'netns', f'/proc/self/fd/{c.fd}',
           keep=(c.fd,))
    same(a.tipc('bearer list'), '')
    poll('link down', lambda: b.link()[1] is False)
    same(c.tipc('bearer list'), '')
    c.up('va')
    c.tipc('bearer enable media eth device va')
    poll('a link to c', lambda: 'up' in b.tipc('link list'))
    c.ip('link delete va')
    same(b.tipc('bearer list'), '')
    same(c.tipc('bearer list'), '')


def code(function, *args):
    try:
        function(*args)
    except Error as e:
        return e.errno
    return 0


@test
def dumps_say_that_something_changed():
    """At their end, so that a reader has seen all else by then, each once."""
    a, _ = two(up=False)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    a.enter()
    s = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    for i in range(2000):
        s.bind((1, 1000, i, i, 2))
    kept = [socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
            for _ in range(2000)]
    f = Family('TIPCv2')

    def names(attrs):
        publ = dict(parse(dict(parse(attrs[0][1]))[1]))
        kind, lower = (struct.unpack('=I', publ[i])[0] for i in (1, 2))
        return lower if kind == 1000 else None

    def sockets(attrs):
        return struct.unpack('=I', dict(parse(attrs[0][1]))[2])[0]

    refs = {each.getsockname()[2] for each in kept}
    for cmd, of, wanted, change in (
            (NAME_TABLE_GET, names, set(range(2000)),
             lambda: s.bind((1, 1000, 9999, 9999, 2))),
            (SOCK_GET, sockets, refs, lambda: kept.append(
                socket.socket(socket.AF_TIPC, socket.SOCK_RDM)))):
        for changes in False, True:
            f.send(cmd, NLM_F_DUMP, b'')
            answers, seen = f.receive(), []
            for n, (flags, attrs) in enumerate(answers):
                same(flags & NLM_F_DUMP_INTR, 0)
                seen.append(of(attrs))
                if n == 5 and changes:
                    change()
            same(bool(f.flags & NLM_F_DUMP_INTR), changes,
                 f'command {cmd} says that something has changed')
            same(wanted - set(seen), set(), 'not seen')
            if cmd == NAME_TABLE_GET:
                same(len([i for i in seen if i in wanted]), len(wanted))


@test
def wrong_lengths():
    """Each attribute with each length, in each command: no more than an error."""
    a, _ = two()
    f = a.family()
    link = a.link()[0]
    for cmd in CHANGES + (BEARER_GET, LINK_GET, MEDIA_GET):
        for top in range(1, 11):
            # in one datagram, of which the last answer is waited for
            f.sock.send(b''.join(
                f.message(cmd, NLM_F_ACK, nest(top, attr(inner, bytes(length))))
                for inner in range(0, 12)
                for length in (0, 1, 3, 4, 5, 8, 31, 69, 300)))
            code(lambda: list(f.receive()))
    for cmd in CHANGES:
        same(code(f.request, cmd, 0), errno.EINVAL, f'command {cmd}, empty')
        for body in (b'\4\0\1\0', b'\xff\xff\1\0', b'\3\0\1\0', b'\0' * 4,
                     attr(NET, b'\x50\0\1\0'), attr(LINK, b'\4'),
                     attr(BEARER, attr(PROP, attr(TOL, b'\1\2'))),
                     b''.join(attr(i, b'\xff' * 60) for i in range(1, 11))):
            if not code(f.request, cmd, 0, body):
                raise AssertionError(f'command {cmd} took {body}')
    for value in b'\1', b'\1\0', b'\1\0\0', b'\1\0\0\0\0', bytes(8):
        for cmd, top, name, prop, its in (
                (LINK_SET, LINK, attr(LINK_NAME, link), LINK_PROP, WIN),
                (BEARER_SET, BEARER, attr(NAME, 'eth:va'), PROP, TOL),
                (MEDIA_SET, MEDIA, attr(NAME, 'eth'), PROP, PRIO)):
            same(code(f.request, cmd, 0,
                      nest(top, name, nest(prop, attr(its, value)))) in
                 (errno.EINVAL, errno.ERANGE), True, f'{cmd} with {value}')
    for name in b'eth', b'', b'\xff' * 400, b'eth:' + b'x' * 40 + b'\0':
        same(code(f.request, BEARER_ENABLE, 0,
                  nest(BEARER, attr(NAME, name))) != 0, True, str(name))
    same(a.link(), (link, True))
    same(stat(a)['window'], 50)


@test
def nests_without_their_flag():
    """As programs for mainline send them."""
    a, _ = two()
    f = a.family()
    f.request(LINK_SET, 0, attr(LINK, attr(LINK_NAME, a.link()[0]) +
                                attr(LINK_PROP, attr(WIN, 77))))
    same(stat(a)['window'], 77)


@test
def what_is_refused_says_why():
    f = two(up=False)[0].family()
    for cmd in REFUSED:
        try:
            f.request(cmd, 0)
        except Error as e:
            same(e.errno, errno.EOPNOTSUPP)
            if not e.msg:
                raise AssertionError(f'command {cmd} without a sentence') \
                    from e
        else:
            raise AssertionError(f'command {cmd}')
        same(code(f.dump, cmd), errno.EOPNOTSUPP)
    same(len(f.request(ADDR_LEGACY_GET, 0)), 1)


@test
def nobody_else_configures():
    """Reading is for all, changing for CAP_NET_ADMIN over the namespace."""
    a, _ = two()
    a.enter()

    def unprivileged():
        os.setgid(65534)
        os.setuid(65534)
        f = Family('TIPCv2')
        for cmd in CHANGES:
            same(code(f.request, cmd, 0, nest(NET, attr(NET_ID, 1))),
                 errno.EPERM, f'command {cmd}')
        for cmd in DUMPS:
            f.dump(cmd)
        # root of another user namespace is nobody here
        ktap.unshare(ktap.CLONE_NEWUSER)
        for cmd in CHANGES:
            same(code(f.request, cmd, 0, nest(NET, attr(NET_ID, 1))),
                 errno.EPERM, f'command {cmd} in a user namespace')
        # but in a network namespace of its own it may
        ktap.unshare(ktap.CLONE_NEWNET)
        f = Family('TIPCv2')
        f.request(NET_SET, 0, nest(NET, attr(NET_ID, 5)))

    ktap.in_child(unprivileged)
    same(a.tipc('node get clusterid'), '4711\n')


@test
def events_under_traffic():
    """Devices and bearers that come and go while messages do."""
    a, b = two()
    a.enter()
    receiver = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    receiver.bind((1, 1000, 1, 1, 2))
    b.enter()
    flood = ktap.child(lambda: send_for_ever())
    for _ in range(4):
        a.ip('link set va mtu 1200')
        b.tipc('bearer disable media eth device vb')
        b.enable()
        a.ip('link set va down')
        a.ip('link set va mtu 1500')
        a.ip('link set va up')
        a.family().dump(LINK_GET)
        poll('link up', lambda: a.link()[1] and b.link()[1])
    os.kill(flood, 9)
    os.waitpid(flood, 0)
    # namespaces go with bearers up
    receiver.close()


def send_for_ever():
    s = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    while True:
        try:
            s.sendto(bytes(5000), (2, 1000, 1, 0))
        except OSError:
            pass


if __name__ == '__main__':
    subprocess.run(['modprobe', 'tipc'], check=True)
    ktap.main(seconds=120)
