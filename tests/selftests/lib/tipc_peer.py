# SPDX-License-Identifier: GPL-2.0
"""A node of tipc that a test plays itself, with a raw socket: to see what ours
says on the wire, and to say what no honest node would."""
import collections
import select
import socket
import struct
import time

import ktap

ETHERTYPE = 0x88ca
SO_RCVBUFFORCE = 33
NETID = 4711
CAPS = 0x69     # SYN, BLOCK_FLOWCTL, NODE_ID128, LINK_PROTO_SEQNO

BCAST, BUNDLE, PROTOCOL, MANAGER, GROUP, TUNNEL, NAMES, FRAGMENT, CONFIG, \
    CRYPTO = range(5, 15)
STATE, RESET, ACTIVATE = range(3)
CONN, MCAST, NAMED, DIRECT = range(4)
FIRST, NEXT, LAST = range(3)

# word, highest and lowest bit; see Documentation/tipc/protocol.rst
FIELDS = {
    'version': (0, 31, 29), 'user': (0, 28, 25), 'hdr_words': (0, 24, 21),
    'nonseq': (0, 20, 20), 'dest_droppable': (0, 19, 19), 'syn': (0, 17, 17),
    'size': (0, 16, 0), 'type': (1, 31, 29), 'error': (1, 28, 25),
    'scope': (1, 20, 19), 'gap': (1, 28, 16), 'session_valid': (1, 16, 16),
    'peer_session': (1, 15, 0), 'caps': (1, 27, 15), 'node_sig': (1, 14, 0),
    'ack': (2, 31, 16), 'seqno': (2, 15, 0), 'dest_domain': (2, 31, 0),
    'prev_node': (3, 31, 0), 'orig_port': (4, 31, 0), 'netid': (4, 31, 0),
    'next_sent': (4, 15, 0), 'fragment_no': (4, 31, 16),
    'fragment_msg': (4, 15, 0), 'dest_port': (5, 31, 0),
    'session': (5, 31, 16), 'stopping': (5, 13, 13), 'prio': (5, 8, 4),
    'probe': (5, 0, 0), 'orig_node': (6, 31, 0), 'dest_node': (7, 31, 0),
    'name_type': (8, 31, 0), 'name_lower': (9, 31, 0), 'max_pkt': (9, 31, 16),
    'tolerance': (9, 15, 0), 'msg_count': (9, 31, 16),
    'conn_ack': (9, 31, 16), 'conn_window': (9, 15, 0),
    'name_upper': (10, 31, 0),
}


class Message:
    """A message: fields of its header by name, and its body."""

    def __init__(self, data):
        self.data = bytes(data)
        self.hdr_size = self.hdr_words * 4
        self.body = self.data[self.hdr_size:self.size]

    def __getattr__(self, name):
        word, high, low = FIELDS[name]
        value, = struct.unpack_from('>I', self.data, word * 4)
        return value >> low & (1 << high - low + 1) - 1

    @property
    def name(self):
        """Of a device, in RESET and ACTIVATE."""
        return self.body

    def __str__(self):
        if self.user == PROTOCOL:
            return (f'{("STATE", "RESET", "ACTIVATE")[self.type % 3]} session '
                    f'{self.session} of {self.peer_session} ack {self.ack} gap '
                    f'{self.gap} next {self.next_sent} probe {self.probe}')
        return (f'user {self.user} type {self.type} size {self.size} ack '
                f'{self.ack} number {self.seqno}')


def message(user, kind, hdr_size, body=b'', **fields):
    """A message; what is given as a field replaces what it should be."""
    words = [0] * (hdr_size // 4)
    fields = {'version': 2, 'user': user, 'hdr_words': hdr_size // 4,
              'size': hdr_size + len(body), 'type': kind, **fields}
    for name, value in fields.items():
        word, high, low = FIELDS[name]
        if word < len(words):
            words[word] &= ~((1 << high - low + 1) - 1 << low)
            words[word] |= (value & (1 << high - low + 1) - 1) << low
    return struct.pack(f'>{len(words)}I', *words) + body


class Peer:
    """A node in a namespace, at one end of a cable."""

    def __init__(self, node, device='vb', addr=0x01001001, name='peer',
                 caps=CAPS, tolerance=1500):
        with node:
            self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                     socket.htons(ETHERTYPE))
            self.raw.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 23)
            self.raw.bind((device, ETHERTYPE))
        self.mac = self.raw.getsockname()[4]
        self.addr, self.caps = addr, caps
        self.id = name.encode().ljust(16, b'\0')
        self.device = device.encode().ljust(16, b'\0')
        self.other = self.other_mac = None
        self.session, self.other_session = 7, None
        self.tolerance = tolerance
        self.forget()
        self.mute = False       # RESET and ACTIVATE are not answered
        self.starts = []        # RESET and ACTIVATE of the other node
        self.heard = collections.deque(maxlen=300)  # the last of both
        self.inbox = []         # what came in sequence, but for publications
        self.names = set()      # what is published there

    def forget(self):
        """All about the link. Until it has begun again, what comes is of before."""
        self.up = self.begun = False
        self.next = self.expected = self.state_no = 1
        self.acked = 0

    def begin_again(self):
        """A new session."""
        self.forget()
        self.session = self.session + 1 & 0xffff

    def note(self, who, data):
        """For the report of a test that fails."""
        if len(data) >= 40:
            self.heard.append(f'{time.monotonic():.3f} {who} {Message(data)}')

    def frame(self, data, dest=None):
        self.note('peer:', data)
        self.raw.send((dest or self.other_mac) + self.mac +
                      struct.pack('>H', ETHERTYPE) + data)

    def discover(self, kind=0, dest=None, **fields):
        """Asks who is there, or answers."""
        media = bytes((0, 0, 0, 1)) + self.mac + bytes(22)
        data = message(CONFIG, kind, 60, self.id, **{
            'nonseq': 1, 'caps': self.caps, 'node_sig': 0x1234,
            'prev_node': self.addr, 'netid': NETID,
            'dest_domain': self.other or 0, **fields})
        self.frame(data[:20] + media + data[52:], dest or b'\xff' * 6)

    def protocol(self, kind, **fields):
        """A message of the link protocol."""
        body = b''
        own = {'prev_node': self.addr, 'orig_node': self.addr,
               'dest_node': self.other, 'session': self.session,
               'ack': self.expected - 1, 'next_sent': self.next}
        if kind == STATE:
            own['seqno'] = self.state_no
            self.state_no += 1
        else:
            own.update(prio=10, max_pkt=1500 // 4, tolerance=self.tolerance,
                       seqno=0x8000)
            body = self.device
        if kind == ACTIVATE:
            own.update(session_valid=1, peer_session=self.other_session or 0)
        self.frame(message(PROTOCOL, kind, 40, body, **{**own, **fields}))

    def numbered(self, data):
        """Sends a message, or anything, as the next packet of the link."""
        data = bytearray(data)
        if len(data) >= 12:
            struct.pack_into('>HH', data, 8, self.expected - 1 & 0xffff,
                             self.next & 0xffff)
        self.next += 1
        self.frame(bytes(data))

    def addressed(self, **fields):
        return {'prev_node': self.addr, 'orig_node': self.addr,
                'dest_node': self.other, **fields}

    def send(self, user, kind, hdr_size, body=b'', **fields):
        self.numbered(message(user, kind, hdr_size, body,
                              **self.addressed(**fields)))

    def publish(self, kind, lower, upper, port, key=1, withdraw=False):
        self.send(NAMES, int(withdraw), 40,
                  struct.pack('>5I', kind, lower, upper, port, key))

    def receive(self, seconds):
        """Waits for a frame and answers as an honest node would."""
        if not select.select([self.raw], [], [], seconds)[0]:
            return False
        data = self.raw.recv(70000)
        if data[6:12] == self.mac or len(data) < 14 + 24:
            return True
        msg = Message(data[14:])
        self.note('node:', msg.data)
        if msg.user == CONFIG:
            self.other, self.other_mac = msg.prev_node, data[6:12]
            if msg.type == 0 and msg.prev_node:
                self.discover(1, data[6:12])
            return True
        if msg.prev_node != self.other:
            return True
        if msg.hdr_size > 24:
            ktap.same(msg.dest_node, self.addr, 'the node a packet is for')
        if msg.user == PROTOCOL:
            self.protocol_rcv(msg)
        elif not self.up:
            pass
        elif msg.seqno == self.expected & 0xffff:
            self.expected += 1
            if self.expected % 8 == 0:
                self.protocol(STATE)
            self.unpack(msg)
        else:
            self.tell(msg.seqno)
        return True

    def tell(self, sent):
        """Says what has come, and what is missing in front of a number."""
        gap = sent - self.expected & 0xffff
        self.protocol(STATE, gap=gap if gap < 8192 else 0)

    def protocol_rcv(self, msg):
        if msg.type == STATE:
            if not self.begun or msg.session != self.other_session:
                return
            self.up = True
            self.acked = msg.ack
            if msg.probe or msg.next_sent != self.expected & 0xffff:
                self.tell(msg.next_sent)
            return
        self.starts.append(msg)
        if self.mute:
            return
        if msg.type == RESET and self.up:
            self.begin_again()
        self.other_session, self.begun = msg.session, True
        if msg.type == RESET:
            self.names.clear()
            if not msg.stopping:
                self.protocol(ACTIVATE)
        elif not self.up:
            self.up = True
            self.protocol(STATE)

    def unpack(self, msg):
        if msg.user == BUNDLE:
            rest = msg.body
            while len(rest) >= 24:
                inner = Message(rest)
                self.take(inner)
                rest = rest[inner.size + 3 & ~3:]
        else:
            self.take(msg)

    def take(self, msg):
        if msg.user != NAMES:
            self.inbox.append(msg)
            return
        for i in range(0, len(msg.body) - 19, 20):
            item = struct.unpack_from('>3I', msg.body, i)
            if msg.type:
                self.names.discard(item)
            else:
                self.names.add(item)

    def until(self, what, condition, seconds=20):
        """Goes on answering until something is so; returns what that is."""
        end = time.monotonic() + seconds * ktap.SLOWNESS
        while True:
            result = condition()
            if result:
                return result
            if time.monotonic() > end:
                raise AssertionError('\n'.join(
                    [f'still not so after {seconds} s: {what}', *self.heard]))
            self.receive(0.1)

    def drain(self):
        """Answers what has come, without waiting."""
        while self.receive(0):
            pass

    def ignore(self):
        """Forgets what has come."""
        while select.select([self.raw], [], [], 0)[0]:
            self.raw.recv(70000)

    def meet(self):
        """Brings the link up."""
        def there():
            if not self.other:
                self.discover()
            return self.up

        self.until('the link is up', there)
        # what the other node says first is not for the test
        self.settle()

    def settle(self):
        """Waits until the other node has taken all there was. What it refused has
        left holes among the numbers, which are filled with messages to nobody."""
        nothing = message(0, DIRECT, 32, b'x', **self.addressed(
            dest_port=1, dest_droppable=1))
        while True:
            self.drain()
            self.acked = None
            self.protocol(STATE, probe=1)
            self.until('an answer', lambda: self.up and self.acked is not None)
            missing = self.next - 1 - self.acked & 0xffff
            if not missing:
                return
            last, self.next = self.next, self.next - missing
            while self.next < last:
                self.numbered(nothing)

    def taken(self, condition):
        """The first of what came that is so, and off the queue."""
        for msg in self.inbox:
            if condition(msg):
                self.inbox.remove(msg)
                return msg
        return None
