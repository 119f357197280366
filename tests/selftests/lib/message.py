# SPDX-License-Identifier: GPL-2.0
"""Netlink messages as trees of attributes, and all the ways to spoil one.

A way is a function way(x, message) that breaks a message in one way with the
random numbers x; it returns False if the message has nothing to break so.
"""
import struct
import sys

from genl import NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST
from spec import NLA_F_NESTED

NLA_F_NET_BYTEORDER = 0x4000
GENL_ID_CTRL = 16
MOST = 0xfff0   # bytes in an attribute

sys.setrecursionlimit(10000)    # nests may be deep


class Node:
    """An attribute: bytes, or a list of others; stretch is what its header
    says too much."""

    def __init__(self, kind, value, attribute=None):
        self.kind = kind
        self.value = value
        self.attribute = attribute  # of the specification
        self.stretch = 0

    def __bytes__(self):
        payload = self.value if isinstance(self.value, bytes) else \
            b''.join(map(bytes, self.value))
        payload = payload[:MOST]
        length = max(0, min(4 + len(payload) + self.stretch, 0xffff))
        data = struct.pack('=HH', length, self.kind) + payload
        return data + bytes(-len(data) % 4)

    def copy(self):
        value = self.value
        if isinstance(value, list):
            value = [each.copy() for each in value]
        return Node(self.kind, value, self.attribute)


def build(spec, group, items):
    """Nodes of contents, see spec.py."""
    nodes = []
    for name, value in items:
        attribute = spec.groups[group].by_name[name]
        kind = attribute.number
        if attribute.kind == 'nest':
            kind |= NLA_F_NESTED
            value = build(spec, attribute.group, value)
        elif attribute.size:
            value = (value & (1 << 8 * attribute.size) - 1).to_bytes(
                attribute.size, 'little')
        elif value is None:
            value = b''
        elif isinstance(value, str):
            value = value.encode() + b'\0'
        nodes.append(Node(kind, value, attribute))
    return nodes


class Message:
    """A request before it becomes bytes."""

    def __init__(self, spec, family, operation, flags, items):
        self.spec = spec
        self.group = spec.groups[operation.group]
        self.nodes = build(spec, operation.group, items)
        self.type = family
        self.flags = NLM_F_REQUEST | NLM_F_ACK | flags
        self.cmd = operation.number
        self.version = 1
        self.reserved = 0
        self.stretch = 0    # what the netlink header says too much
        self.weak = False   # is sent without privileges
        self.spoil = []     # functions of the bytes behind the header
        self.broken = []    # names of the ways taken

    def encode(self, seq):
        body = struct.pack('=BBH', self.cmd, self.version, self.reserved)
        body += b''.join(map(bytes, self.nodes))
        for spoil in self.spoil:
            body = spoil(body)
        data = struct.pack('=IHHII', max(0, 16 + len(body) + self.stretch),
                           self.type, self.flags, seq, 0) + body
        return data + bytes(-len(data) % 4)

    def places(self, nodes=None):
        """All (list, index) of attributes, inner ones too."""
        nodes = self.nodes if nodes is None else nodes
        for i, node in enumerate(nodes):
            yield nodes, i
            if isinstance(node.value, list):
                yield from self.places(node.value)

    def pick(self, x, wanted=lambda node: True):
        places = [place for place in self.places()
                  if wanted(place[0][place[1]])]
        return x.choice(places) if places else (None, None)

    def groups(self):
        """All (list, group) of attributes, of a nest or of the message."""
        yield self.nodes, self.group
        for nodes, i in self.places():
            node = nodes[i]
            if isinstance(node.value, list) and node.attribute:
                yield node.value, self.spec.groups[node.attribute.group]


def is_plain(node):
    return isinstance(node.value, bytes)


def is_nest(node):
    return not is_plain(node)


def wrong_length(x, m):
    nodes, i = m.pick(x, is_plain)
    if nodes is None:
        return False
    value = nodes[i].value
    length = x.choice((0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 64, 1000))
    nodes[i].value = (value + x.randbytes(1000))[:length]
    return len(value) != length


def out_of_range(x, m):
    nodes, i = m.pick(x, lambda node: is_plain(node) and node.attribute and
                      node.attribute.size)
    if nodes is None:
        return False
    attribute = nodes[i].attribute
    top = (1 << 8 * attribute.size) - 1
    value = x.choice((0, 1, attribute.low - 1, attribute.high + 1, top,
                      top >> 1, top - 1, x.randrange(top + 1)))
    nodes[i].value = (value & top).to_bytes(attribute.size, 'little')


def missing(x, m):
    nodes, i = m.pick(x)
    if nodes is None:
        return False
    del nodes[i]


def doubled(x, m):
    nodes, i = m.pick(x)
    if nodes is None:
        return False
    twin = nodes[i].copy()
    if is_plain(twin) and x.random() < .5:
        twin.value = x.randbytes(len(twin.value))
    nodes.insert(x.randrange(len(nodes) + 1), twin)


def shuffled(x, m):
    lists = [nodes for nodes, _ in m.groups() if len(nodes) > 1]
    if not lists:
        return False
    x.shuffle(x.choice(lists))


def elsewhere(x, m):
    """An attribute in a nest it does not belong to."""
    nodes, i = m.pick(x)
    if nodes is None:
        return False
    node = nodes.pop(i)
    x.choice([into for into, _ in m.groups()]).append(node)


def nest_without_flag(x, m):
    nodes, i = m.pick(x, is_nest)
    if nodes is None:
        return False
    nodes[i].kind &= ~NLA_F_NESTED


def flag_without_nest(x, m):
    nodes, i = m.pick(x, is_plain)
    if nodes is None:
        return False
    nodes[i].kind |= NLA_F_NESTED


def network_byte_order(x, m):
    nodes, i = m.pick(x)
    if nodes is None:
        return False
    nodes[i].kind |= NLA_F_NET_BYTEORDER


def too_deep(x, m):
    nodes, i = m.pick(x)
    if nodes is None:
        return False
    kind = nodes[i].kind | NLA_F_NESTED
    for _ in range(x.choice((1, 2, 5, 20, 100))):
        nodes[i] = Node(kind, [nodes[i]])


def unknown(x, m):
    nodes, group = x.choice(list(m.groups()))
    number = x.choice((0, max(group.by_number) + 1, 64, 255, 0x3fff,
                       x.randrange(0x4000)))
    nodes.insert(x.randrange(len(nodes) + 1),
                 Node(number | x.choice((0, NLA_F_NESTED)),
                      x.randbytes(x.choice((0, 1, 4, 8)))))


def of_answers(x, m):
    """An attribute that is known, but not taken here."""
    nodes, group = x.choice(list(m.groups()))
    attribute = x.choice(list(group.by_number.values()))
    nested = NLA_F_NESTED if attribute.kind == 'nest' else 0
    nodes.append(Node(attribute.number | nested,
                      bytes(attribute.size or 0), attribute))


def emptied(x, m):
    nodes, i = m.pick(x)
    if nodes is None:
        return False
    nodes[i].value = b'' if is_plain(nodes[i]) else []


def lying_length(x, m):
    nodes, i = m.pick(x)
    if nodes is None:
        return False
    nodes[i].stretch = x.choice((-8, -4, -3, -1, 1, 3, 4, 8, 100, 0xffff,
                                 -0xffff))


def truncated(x, m):
    at = x.random()
    m.spoil.append(lambda body: body[:int(len(body) * at)])


def leftover(x, m):
    more = x.randbytes(x.choice((1, 2, 3, 4, 5, 8, 50)))
    m.spoil.append(lambda body: body + more)


def flipped(x, m):
    bits = [(x.random(), x.randrange(8)) for _ in range(x.choice((1, 1, 5)))]

    def spoil(body):
        body = bytearray(body)
        for at, bit in bits:
            if body:
                body[int(len(body) * at)] ^= 1 << bit
        return bytes(body)

    m.spoil.append(spoil)


def noise(x, m):
    length = x.randrange(200)
    data = x.randbytes(length)
    m.spoil.append(lambda body: body[:4] + data)


def wrong_flags(x, m):
    m.flags = x.getrandbits(16)
    if x.random() < .9:
        m.flags |= NLM_F_REQUEST


def dumped(x, m):
    """A dump where none is meant, or none where one is."""
    m.flags ^= NLM_F_DUMP


def wrong_command(x, m):
    m.cmd = x.choice((0, max(m.spec.operations) + 1, 255, x.randrange(256),
                      x.choice(list(m.spec.operations))))


def wrong_header(x, m):
    m.version = x.randrange(256)
    m.reserved = x.choice((0, 1, 0xffff))


def wrong_frame(x, m):
    if x.random() < .3:
        # control messages, the controller, and nobody
        m.type = x.choice((0, 1, 2, 3, 15, GENL_ID_CTRL, 0x7777))
    else:
        m.stretch = x.choice((-1000, -20, -17, -4, -1, 1, 4, 100, 1 << 20))


def unprivileged(x, m):
    m.weak = True


WAYS = [wrong_length, out_of_range, missing, doubled, shuffled, elsewhere,
        nest_without_flag, flag_without_nest, network_byte_order, too_deep,
        unknown, of_answers, emptied, lying_length, truncated, leftover,
        flipped, noise, wrong_flags, dumped, wrong_command, wrong_header,
        wrong_frame, unprivileged]
