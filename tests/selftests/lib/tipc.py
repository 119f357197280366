# SPDX-License-Identifier: GPL-2.0
"""AF_TIPC for tests: what the socket module does not say in names."""
import select
import socket
import struct

import ktap

RDM, SEQ, STREAM = socket.SOCK_RDM, socket.SOCK_SEQPACKET, socket.SOCK_STREAM
RANGE, NAME, ID = 1, 2, 3
CLUSTER, NODE = 2, 3
SOL = 271
IMPORTANCE, DEST_DROPPABLE, CONN_TIMEOUT = 127, 129, 130
RECVQ_DEPTH, RECVQ_USED = 132, 137
ERRINFO, RETDATA, DESTNAME = 1, 2, 3
OVERLOAD = 4
PUBLISHED, WITHDRAWN, TIMEOUT = 1, 2, 3
PORTS, SERVICE, CANCEL = 1, 2, 4
FOREVER = 0xffffffff
BLOCK = 1024


def sock(kind=RDM, bound=None):
    """A socket, maybe bound to a range (type, lower, upper)."""
    s = socket.socket(socket.AF_TIPC, kind)
    if bound:
        s.bind((RANGE, *bound, CLUSTER))
    return s


def to(kind, instance):
    """A service address."""
    return NAME, kind, instance, 0


def pair(kind=SEQ):
    """The two ends of a connection."""
    return socket.socketpair(socket.AF_TIPC, kind)


def option(s, name):
    return struct.unpack('=I', s.getsockopt(SOL, name, 4))[0]


def readable(s, seconds=0):
    return bool(select.select([s], [], [], seconds)[0])


def port(s):
    return s.getsockname()[2]


class Topology:
    """A connection to the topology server."""

    def __init__(self):
        self.sock = sock(SEQ)
        self.sock.connect((NAME, 1, 1, 0))
        self.sock.settimeout(10 * ktap.SLOWNESS)

    def subscribe(self, kind, lower, upper, filters=PORTS, timeout=FOREVER,
                  handle=b'cgr'):
        self.sock.send(struct.pack('=5I8s', kind, lower, upper, timeout,
                                   filters, handle))

    def event(self):
        """The next event: what, lower, upper, port."""
        data = self.sock.recv(48)
        ktap.same(len(data), 48, 'length of an event')
        return struct.unpack_from('=4I', data)
