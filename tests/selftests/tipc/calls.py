#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Socket calls on one node, and what came of each: a transcript to compare.

Run with one module and with another; what a user could notice is in the lines.
Port numbers are named in the order in which they are met. Each scenario runs in
a process and a network namespace of its own, several at a time; arguments select
some by name.
"""
import ctypes
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap

RDM, DGRAM = socket.SOCK_RDM, socket.SOCK_DGRAM
STREAM, SEQ = socket.SOCK_STREAM, socket.SOCK_SEQPACKET
KINDS = {'rdm': RDM, 'dgram': DGRAM, 'stream': STREAM, 'seqpacket': SEQ}
RANGE, NAME, ID = 1, 2, 3
CLUSTER, NODE = 2, 3
SOL = 271
IMPORTANCE, SRC_DROP, DST_DROP, CONN_TIMEOUT = 127, 128, 129, 130
NODE_DEPTH, SOCK_DEPTH, MCAST_BCAST, MCAST_RCAST = 131, 132, 133, 134
GROUP_JOIN, GROUP_LEAVE, RECVQ_USED, NODELAY = 135, 136, 137, 138
DONTWAIT = socket.MSG_DONTWAIT

# Scenarios at a time: they wait for most of it.
TOGETHER = 8

# A call that takes so long blocks.
BLOCKS = 1.5

libc = ctypes.CDLL(None, use_errno=True)
scenarios = []
ports = {}


def scenario(function):
    scenarios.append(function)
    return function


def port(ref):
    """A port's number under a name that is the same in every run."""
    if not ref:
        return '0'
    return ports.setdefault(ref, f'p{len(ports) + 1}')


def service(kind, instance, domain=0, scope=CLUSTER):
    return struct.pack('=HBbIII', 30, NAME, scope, kind, instance, domain)


def span(kind, lower, upper, scope=CLUSTER):
    return struct.pack('=HBbIII', 30, RANGE, scope, kind, lower, upper)


def ident(ref, node=0, scope=0):
    return struct.pack('=HBbIII', 30, ID, scope, ref, node, 0)


def shown(raw):
    """An address as text."""
    if len(raw) < 16:
        return f'address of {len(raw)} bytes' if raw else 'no address'
    family, kind, scope, a, b, c = struct.unpack_from('=HBbIII', raw)
    if family != 30:
        return f'address of family {family}'
    if kind == ID:
        return f'id({port(a)} node {b}) scope {scope}'
    word = {RANGE: 'range', NAME: 'name'}.get(kind, f'kind {kind}')
    return f'{word}({a} {b} {c}) scope {scope}'


def gist(data):
    """Data as text, if it is long as its ends and its length."""
    if len(data) <= 40:
        return repr(bytes(data))
    return f'{bytes(data[:8])!r}...{bytes(data[-8:])!r} ({len(data)})'


class Stuck(Exception):
    pass


def too_long(*_):
    raise Stuck


def attempt(what, function, seconds=BLOCKS):
    """Calls a function and prints what came of it; returns that or None."""
    signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds * ktap.SLOWNESS)
    result = None
    try:
        result = function()
        text = '' if result is None else f' = {result}'
    except OSError as e:
        text = f' = {errno.errorcode.get(e.errno, e.errno)}'
    except Stuck:
        text = ' blocks'
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    print(f'    {what}{text}')
    return result


class Message(ctypes.Structure):
    _fields_ = [('name', ctypes.c_void_p), ('namelen', ctypes.c_uint32),
                ('iov', ctypes.c_void_p), ('iovlen', ctypes.c_size_t),
                ('control', ctypes.c_void_p), ('controllen', ctypes.c_size_t),
                ('flags', ctypes.c_int)]


class Vec(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('len', ctypes.c_size_t)]


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), '')
    return result


class Sock:
    """A socket whose calls are printed."""

    def __init__(self, name, kind=RDM, sock=None):
        self.name = name
        self.sock = sock or socket.socket(30, kind)
        self.fd = self.sock.fileno()
        self.sock.setblocking(True)

    def call(self, what, function, seconds=BLOCKS):
        return attempt(f'{self.name}.{what}', function, seconds)

    def bind(self, address, length=None):
        what = f'bind {shown(address)}' + (f' len {length}' if length else '')
        length = len(address) if length is None else length
        self.call(what, lambda: checked(
            libc.bind(self.fd, address, length)) and None)

    def unbind_all(self):
        self.call('bind nothing', lambda: checked(
            libc.bind(self.fd, None, 0)) and None)

    def connect(self, address, length=None):
        self.call(f'connect {shown(address)}', lambda: checked(
            libc.connect(self.fd, address, length or len(address))) and None)

    def listen(self, backlog=5):
        self.call(f'listen {backlog}', lambda: checked(
            libc.listen(self.fd, backlog)) and None)

    def accept(self, name, flags=0):
        raw = ctypes.create_string_buffer(64)
        size = ctypes.c_uint32(64)
        fds = []

        def go():
            fds.append(checked(libc.accept4(self.fd, raw, ctypes.byref(size),
                                            flags)))
            return shown(raw.raw[:size.value])
        self.call('accept', go)
        if not fds:
            return None
        return Sock(name, sock=socket.socket(fileno=fds[0]))

    def _name(self, which):
        raw = ctypes.create_string_buffer(64)
        size = ctypes.c_uint32(64)
        checked(getattr(libc, which)(self.fd, raw, ctypes.byref(size)))
        return raw.raw[:size.value]

    def me(self):
        """Its own address, not printed."""
        return self._name('getsockname')

    def ref(self):
        return struct.unpack_from('=4xI', self.me())[0]

    def getsockname(self):
        self.call('getsockname', lambda: shown(self._name('getsockname')))

    def getpeername(self):
        self.call('getpeername', lambda: shown(self._name('getpeername')))

    def send(self, data, address=None, flags=0, length=None):
        where = f' to {shown(address)}' if address else ''
        what = f'send {gist(data)}{where}' + (f' flags {flags:#x}' if flags
                                               else '')
        if length is not None:
            what += f' len {length}'
        size = 0 if address is None else \
            len(address) if length is None else length
        return self.call(what, lambda: checked(libc.sendto(
            self.fd, bytes(data), ctypes.c_size_t(len(data)),
            flags | socket.MSG_NOSIGNAL, address, size)))

    def fill(self, data, address=None, limit=5000, flags=DONTWAIT):
        """Sends until it is refused; how often it could is not printed."""
        count, size = 0, len(address or b'')
        while count < limit and libc.sendto(
                self.fd, data, ctypes.c_size_t(len(data)),
                flags | socket.MSG_NOSIGNAL, address, size) >= 0:
            count += 1
        return count, errno.errorcode.get(ctypes.get_errno()) \
            if count < limit else None

    def recv(self, size=70000, flags=0, control=4096, seconds=BLOCKS):
        data = ctypes.create_string_buffer(max(size, 1))
        name = ctypes.create_string_buffer(64)
        aux = ctypes.create_string_buffer(max(control, 1))
        vec = Vec(ctypes.addressof(data), size)
        message = Message(ctypes.addressof(name), 64, ctypes.addressof(vec), 1,
                          ctypes.addressof(aux), control, 0)

        def go():
            n = checked(libc.recvmsg(self.fd, ctypes.byref(message), flags))
            text = f'{n} {gist(data.raw[:min(n, size)])} from ' \
                f'{shown(name.raw[:message.namelen])}'
            if message.namelen > 16:
                text += f' and {shown(name.raw[16:message.namelen])}'
            if message.flags & ~DONTWAIT:
                text += f' flags {message.flags & ~DONTWAIT:#x}'
            return text + aux_text(aux.raw[:message.controllen])
        what = f'recv {size}' + (f' flags {flags:#x}' if flags else '')
        return self.call(what, go, seconds)

    def get(self, option, size=4, level=SOL):
        def go():
            value = ctypes.create_string_buffer(64)
            length = ctypes.c_uint32(size)
            checked(libc.getsockopt(self.fd, level, option, value,
                                    ctypes.byref(length)))
            return list(value.raw[:length.value]) if length.value != 4 else \
                struct.unpack('=I', value.raw[:4])[0]
        self.call(f'get {option}' + (f' size {size}' if size != 4 else ''), go)

    def set(self, option, value=None, level=SOL):
        raw = struct.pack('=I', value) if isinstance(value, int) else value

        def go():
            checked(libc.setsockopt(self.fd, level, option, raw,
                                    len(raw or b'')))
        self.call(f'set {option} {value!r}', go)

    def shutdown(self, how=socket.SHUT_RDWR):
        self.call(f'shutdown {how}',
                  lambda: checked(libc.shutdown(self.fd, how)) and None)

    def poll(self, milliseconds=0):
        bits = {select.POLLIN: 'IN', select.POLLOUT: 'OUT',
                select.POLLERR: 'ERR', select.POLLHUP: 'HUP',
                select.POLLRDHUP: 'RDHUP', select.POLLRDNORM: 'RDNORM',
                select.POLLPRI: 'PRI', select.POLLWRNORM: 'WRNORM',
                select.POLLWRBAND: 'WRBAND', select.POLLRDBAND: 'RDBAND'}

        def go():
            p = select.poll()
            p.register(self.fd, sum(bits))
            found = p.poll(milliseconds)
            got = found[0][1] if found else 0
            return ' '.join(bits[b] for b in sorted(bits) if got & b) or '-'
        self.call('poll', go)

    def close(self):
        self.call('close', lambda: self.sock.close())


def aux_text(raw):
    """Ancillary data as text."""
    text = ''
    while len(raw) >= 16:
        size, level, kind = struct.unpack_from('=Qii', raw)
        if size < 16:
            break
        data = raw[16:size]
        if (level, kind) == (SOL, 1):
            text += f' errinfo {struct.unpack("=II", data)}'
        elif (level, kind) == (SOL, 2):
            text += f' retdata {gist(data)}'
        elif (level, kind) == (SOL, 3):
            text += f' destname {struct.unpack("=III", data)}'
        else:
            text += f' cmsg {level} {kind} {len(data)}'
        raw = raw[(size + 7) & ~7:]
    return text


def both(name1, name2, kind):
    """A connected pair: the server's end and the client's."""
    listener = Sock('listener', kind)
    libc.bind(listener.fd, service(1000, 1), 16)
    libc.listen(listener.fd, 5)
    client = socket.socket(30, kind)
    client.setblocking(False)
    libc.connect(client.fileno(), service(1000, 1), 16)
    server, _ = listener.sock.accept()
    client.setblocking(True)
    listener.sock.close()
    return Sock(name1, sock=server), Sock(name2, sock=client)


@scenario
def kinds():
    for name, kind in KINDS.items():
        for protocol in 0, 1:
            attempt(f'socket {name} {protocol}',
                    lambda: socket.socket(30, kind, protocol).close())
    attempt('socket raw', lambda: socket.socket(30, socket.SOCK_RAW).close())
    attempt('socket 7', lambda: socket.socket(30, 7).close())
    for name, kind in KINDS.items():
        s = Sock(name, kind)
        s.getsockname()
        s.getpeername()
        s.poll()
        for option in IMPORTANCE, SRC_DROP, DST_DROP, CONN_TIMEOUT, \
                NODE_DEPTH, SOCK_DEPTH, MCAST_BCAST, MCAST_RCAST, \
                GROUP_JOIN, GROUP_LEAVE, RECVQ_USED, NODELAY, 126, 139:
            s.get(option)
        for option in 3, 4, 38, 39:  # TYPE ERROR PROTOCOL DOMAIN
            s.get(option, level=socket.SOL_SOCKET)
        s.recv(flags=DONTWAIT)
        s.close()


@scenario
def options():
    for name, kind in KINDS.items():
        s = Sock(name, kind)
        for option, values in (
                (IMPORTANCE, (0, 1, 3, 4, 0xffffffff)),
                (SRC_DROP, (0, 1, 2)), (DST_DROP, (1, 0, 7)),
                (CONN_TIMEOUT, (0, 1, 3, 8000, 0xffffffff)),
                (NODE_DEPTH, (1,)), (SOCK_DEPTH, (1,)), (RECVQ_USED, (1,)),
                (NODELAY, (1, 0, 5))):
            for value in values:
                s.set(option, value)
                s.get(option)
            for short in b'', b'\1', b'\1\0', b'\1\0\0\0\0\0\0\0':
                s.set(option, short)
        for option in MCAST_BCAST, MCAST_RCAST, GROUP_LEAVE:
            s.set(option)
            s.set(option, 1)
        s.set(GROUP_JOIN, b'\0' * 8)
        s.set(1, 1, level=6)
        s.get(1, level=6)
        s.set(1, 1, level=0)
        s.set(200, 1)
        s.get(IMPORTANCE, 1)
        s.get(IMPORTANCE, 3)
        s.get(IMPORTANCE, 0)
        s.get(IMPORTANCE, 16)
        s.close()


@scenario
def binding():
    for name, kind in KINDS.items():
        s = Sock(name, kind)
        s.bind(service(1000, 1))
        s.bind(span(1000, 5, 9))
        s.bind(span(1000, 5, 9))
        s.bind(span(1000, 9, 5))
        s.bind(span(1000, 0, 0xffffffff))
        s.bind(service(1000, 2, 0, NODE))
        s.bind(service(1000, 2, 7))
        for scope in 0, 1, 2, 3, 4, -1, -2, -3, 127, -128:
            s.bind(service(1001, 1, 0, scope))
        for kind_ in 0, 1, 2, 3, 62, 63, 64, 0xffffffff:
            s.bind(service(kind_, 9))
            s.bind(span(kind_, 9, 9, -2))
        s.bind(ident(1))
        s.bind(ident(0))
        for length in 0, 1, 2, 3, 4, 8, 12, 15, 17, 20:
            s.bind(service(1002, 1) + bytes(8), length)
        s.bind(b'\2\0' + service(1002, 1)[2:])
        s.bind(b'\0\0' + service(1002, 1)[2:])
        for addrtype in 0, 4, 255:
            s.bind(bytes([30, 0, addrtype]) + service(1002, 1)[3:])
        s.bind(service(1000, 1, 0, -2))
        s.bind(service(1000, 1, 0, -2))
        s.bind(span(1000, 5, 9, -2))
        s.bind(span(1000, 5, 8, -2))
        s.unbind_all()
        s.bind(span(1000, 0, 0xffffffff, -2))
        s.bind(service(1000, 77))
        s.getsockname()
        s.close()


@scenario
def unbinding():
    a, b = Sock('a'), Sock('b')
    a.bind(span(1000, 1, 9))
    b.send(b'one', service(1000, 5))
    a.recv()
    a.bind(span(1000, 1, 8, -2))
    a.bind(span(1000, 1, 9, -3))
    b.send(b'two', service(1000, 5))
    b.recv(flags=DONTWAIT)
    a.recv(flags=DONTWAIT)
    a.bind(service(1000, 5, 0, NODE))
    a.bind(service(1000, 5, 0, CLUSTER))
    a.bind(service(1000, 5, 0, -2))
    b.send(b'three', service(1000, 5))
    a.recv(flags=DONTWAIT)
    a.bind(service(1000, 5, 0, -3))
    b.send(b'four', service(1000, 5))
    b.recv(flags=DONTWAIT)
    a.close()


@scenario
def datagrams():
    for name, kind in (('rdm', RDM), ('dgram', DGRAM)):
        a, b = Sock(name + ' a', kind), Sock(name + ' b', kind)
        a.bind(service(1000, 1))
        a.getsockname()
        b.getsockname()
        b.send(b'hello', service(1000, 1))
        a.poll()
        a.get(SOCK_DEPTH)
        a.recv()
        a.poll()
        b.send(b'direct', a.me())
        a.recv()
        b.send(b'', a.me())
        a.recv()
        b.send(b'', service(1000, 1))
        a.recv()
        b.send(b'range', span(1000, 0, 5))
        a.recv()
        b.send(b'range', span(1000, 2, 5))
        b.recv(flags=DONTWAIT)
        b.send(b'domain', service(1000, 1, 1))
        b.recv(flags=DONTWAIT)
        b.send(b'nobody', service(1000, 2))
        b.poll()
        b.recv()
        b.send(b'nobody', service(999, 2))
        b.recv(flags=DONTWAIT)
        b.send(b'dead port', ident(12345))
        b.recv(flags=DONTWAIT)
        b.send(b'no node', ident(12345, 0x1001002))
        b.recv(flags=DONTWAIT)
        b.send(b'no port', ident(0, 0))
        b.recv(flags=DONTWAIT)
        b.send(b'no address')
        b.send(b'peek', a.me())
        a.recv(flags=socket.MSG_PEEK)
        a.recv(2, flags=socket.MSG_PEEK)
        a.recv(2, flags=socket.MSG_TRUNC)
        a.recv(flags=DONTWAIT)
        b.send(b'cut', a.me())
        a.recv(2)
        a.recv(flags=DONTWAIT)
        b.send(b'zero', a.me())
        a.recv(0)
        a.recv(flags=DONTWAIT)
        b.send(b'self', b.me())
        b.recv()
        a.send(b'self', service(1000, 1))
        a.recv()
        a.recv(flags=socket.MSG_OOB)
        b.send(b'oob', a.me(), flags=socket.MSG_OOB)
        a.recv(flags=DONTWAIT)
        for size in 1023, 1024, 1025, 65999, 66000, 66001, 70000:
            b.send(b'x' * size, a.me())
            a.recv(flags=DONTWAIT)
        for length in 1, 2, 4, 12, 15, 17, 100:
            b.send(b'length', service(1000, 1) + bytes(120), length=length)
            a.recv(flags=DONTWAIT)
        b.send(b'family', b'\2\0' + service(1000, 1)[2:])
        for addrtype in 0, 4, 255:
            b.send(b'type', bytes([30, 0, addrtype]) + service(1000, 1)[3:])
        b.send(b'more', a.me(), flags=socket.MSG_MORE)
        a.recv(flags=DONTWAIT)
        a.listen()
        a.accept('c')
        a.shutdown()
        b.send(b'after shutdown', a.me())
        a.recv(flags=DONTWAIT)
        a.close()
        b.send(b'closed', service(1000, 1))
        b.recv(flags=DONTWAIT)
        b.close()


@scenario
def scopes():
    """A message's lookup scope and domain against a binding's scope."""
    for scope in NODE, CLUSTER:
        a, b = Sock(f'a{scope}'), Sock('b')
        a.bind(service(1000, 1, 0, scope))
        for lookup in 0, 1, 2, 3, 4, -1:
            b.send(b'name', service(1000, 1, 0, lookup))
            a.recv(flags=DONTWAIT)
            b.send(b'range', span(1000, 1, 1, lookup))
            a.recv(flags=DONTWAIT)
        for domain in 1, 0x1001000, 0x1001001, 0xffffffff:
            b.send(b'domain', service(1000, 1, domain))
            a.recv(flags=DONTWAIT)
            b.recv(flags=DONTWAIT)
        a.close()


@scenario
def returned():
    """Messages that nobody takes come back, or not."""
    for name, kind in (('rdm', RDM), ('dgram', DGRAM)):
        for drop in None, 0, 1:
            a, b = Sock(f'{name} a', kind), Sock(f'{name} b', kind)
            if drop is not None:
                b.set(DST_DROP, drop)
            b.send(b'gone', service(1000, 1))
            b.recv(flags=DONTWAIT)
            b.send(b'gone' * 1000, service(1000, 1))
            b.recv(flags=DONTWAIT)
            a.bind(service(1000, 2))
            b.send(b'unread', service(1000, 2))
            b.send(b'u' * 1500, a.me())
            a.close()
            b.poll()
            b.recv(flags=DONTWAIT | socket.MSG_PEEK)
            b.recv(flags=DONTWAIT)
            b.recv(flags=DONTWAIT)
            b.send(b'gone', ident(999))
            b.recv(flags=DONTWAIT, control=0)
            b.send(b'gone', ident(999))
            b.recv(2, flags=DONTWAIT, control=32)
            b.send(b'', ident(999))
            b.recv(flags=DONTWAIT)
            b.close()


@scenario
def multicast():
    socks = [Sock(f's{i}') for i in range(4)]
    socks[0].bind(span(1000, 1, 5))
    socks[0].bind(span(1000, 4, 9))
    socks[1].bind(service(1000, 5, 0, NODE))
    socks[2].bind(span(1000, 10, 20))
    socks[3].bind(span(1001, 1, 5))
    for s in socks:
        s.sock.setblocking(False)
    for lower, upper in (1, 1), (5, 5), (0, 0xffffffff), (9, 10), (21, 30), \
            (10, 9):
        socks[3].send(b'all', span(1000, lower, upper))
        for s in socks:
            s.recv()
            s.recv()
    for option in MCAST_BCAST, MCAST_RCAST:
        socks[3].set(option)
        socks[3].send(b'all', span(1000, 0, 100))
        for s in socks:
            s.recv()
    socks[3].send(b'y' * 66000, span(1000, 0, 100))
    for s in socks:
        s.recv()


@scenario
def turns():
    """Several sockets on a name take turns."""
    socks = [Sock(f's{i}') for i in range(3)]
    b = Sock('b')
    for s in socks:
        s.bind(span(1000, 1, 9))
    for _ in range(9):
        b.send(b'turn', service(1000, 5))
    for s in socks:
        s.get(SOCK_DEPTH)


@scenario
def overlaps():
    """Who is found where ranges overlap."""
    b = Sock('b')
    for ranges in ((1, 10), (5, 20)), ((5, 20), (1, 10)), \
            ((1, 100), (50, 50)), ((50, 50), (1, 100)), \
            ((1, 10), (1, 20), (5, 5)), ((5, 5), (4, 6), (3, 7), (0, 90)):
        socks = []
        for i, (lower, upper) in enumerate(ranges):
            socks.append(Sock(f's{i}'))
            socks[-1].bind(span(1000, lower, upper))
        for instance in 5, 7, 50:
            for _ in range(4):
                libc.sendto(b.fd, b'turn', 4, 0, service(1000, instance), 16)
            print(f'    instance {instance}')
            for s in socks:
                s.get(SOCK_DEPTH)
                while select.select([s.sock], [], [], 0)[0]:
                    s.sock.recv(10)
        for s in socks:
            s.close()
        while select.select([b.sock], [], [], 0)[0]:
            b.sock.recvmsg(10, 100)


@scenario
def connected_datagrams():
    for name, kind in (('rdm', RDM), ('dgram', DGRAM)):
        a, b = Sock(f'{name} a', kind), Sock(f'{name} b', kind)
        a.bind(service(1000, 1))
        b.connect(service(1000, 1))
        b.getpeername()
        b.send(b'default')
        a.recv(flags=DONTWAIT)
        b.send(b'other', a.me())
        a.recv(flags=DONTWAIT)
        b.connect(a.me())
        b.send(b'default')
        a.recv(flags=DONTWAIT)
        b.connect(span(1000, 0, 9))
        b.send(b'default')
        a.recv(flags=DONTWAIT)
        b.connect(b'\0\0' + bytes(14))
        b.send(b'none')
        b.connect(b'\0\0', 2)
        b.connect(b'\2\0' + bytes(14))
        b.connect(service(1000, 1)[:12])
        a.close()
        b.close()


@scenario
def connecting():
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        l, c = Sock(f'{name} l', kind), Sock(f'{name} c', kind)
        l.bind(service(1000, 1))
        l.getsockname()
        c.connect(service(1000, 2))
        c.poll()
        c.connect(service(1000, 1))
        l.poll()
        l.listen()
        l.listen(0)
        l.listen(-1)
        l.poll()
        l.send(b'listener', service(1000, 1))
        l.connect(service(1000, 1))
        l.recv(flags=DONTWAIT)
        l.getpeername()
        c2 = Sock(f'{name} c2', kind)
        c2.sock.setblocking(False)
        c2.connect(service(1000, 1))
        c2.connect(service(1000, 1))
        c2.poll()
        c2.send(b'early')
        c2.recv()
        c2.getpeername()
        l.poll()
        s = l.accept('s')
        c2.poll()
        c2.connect(service(1000, 1))
        c2.getpeername()
        if s:
            s.getpeername()
            s.getsockname()
            s.poll()
            s.send(b'to client')
            c2.recv()
            c2.send(b'to server')
            s.recv()
            s.bind(service(1000, 9))
            s.listen()
            s.connect(service(1000, 1))
            s.send(b'with address', l.me())
            c2.recv(flags=DONTWAIT)
            c2.close()
            s.poll()
            s.send(b'gone')
            s.recv()
            s.recv()
            s.getpeername()
            s.get(4, level=socket.SOL_SOCKET)
            s.close()
        l.sock.setblocking(False)
        l.accept('none')
        l.shutdown()
        l.poll()
        l.close()
        x = Sock(f'{name} x', kind)
        x.connect(ident(12345))
        x.connect(ident(12345, 0x1001002))
        x.connect(span(1000, 1, 1))
        x.connect(service(1000, 1)[:12])
        x.connect(b'\0\0' + bytes(14))
        x.connect(b'\2\0' + bytes(14))
        x.send(b'unconnected')
        x.recv(flags=DONTWAIT)
        x.shutdown()
        x.poll()


@scenario
def connect_blocks():
    """connect() returns when the peer accepts, or after a while."""
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        l, c = Sock(f'{name} l', kind), Sock(f'{name} c', kind)
        l.bind(service(1000, 1))
        l.listen()
        c.set(CONN_TIMEOUT, 200)
        c.connect(service(1000, 1))
        c.poll()
        c.get(4, level=socket.SOL_SOCKET)
        c.connect(service(1000, 1))
        l.poll()
        s = l.accept('s')
        if s:
            s.poll()
            s.recv(flags=DONTWAIT)
            s.send(b'late')
            s.poll()
            s.recv(flags=DONTWAIT)
            s.close()
        c.recv(flags=DONTWAIT)
        pid = os.fork()
        if not pid:
            d = socket.socket(30, kind)
            status = libc.connect(d.fileno(), service(1000, 1), 16)
            os._exit(0 if not status and d.send(b'connected') == 9 else 1)
        l.poll(2000)
        s = l.accept('s2')
        if s:
            s.recv()
        print(f'    client ended with {os.waitstatus_to_exitcode(os.wait()[1])}')
        if s:
            s.recv()
            s.poll()


@scenario
def refused():
    """A connect that is turned down, and a listener that goes."""
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        r = Sock(f'{name} rdm')
        r.bind(service(1002, 1))
        c = Sock(f'{name} c', kind)
        c.connect(service(1002, 1))
        r.recv(flags=DONTWAIT)
        c2 = Sock(f'{name} c2', kind)
        c2.sock.setblocking(False)
        l = Sock(f'{name} l', kind)
        l.bind(service(1000, 1))
        l.listen()
        c2.connect(service(1000, 1))
        l.close()
        c2.poll()
        c2.get(4, level=socket.SOL_SOCKET)
        c2.connect(service(1000, 1))
        c2.recv()
        c2.send(b'after')
        other = {STREAM: SEQ, SEQ: STREAM}[kind]
        l = Sock(f'{name} other', other)
        l.bind(service(1000, 1))
        l.listen()
        c3 = Sock(f'{name} c3', kind)
        c3.sock.setblocking(False)
        c3.connect(service(1000, 1))
        s = l.accept('s')
        c3.poll()
        if s:
            c3.send(b'crossed')
            s.recv(flags=DONTWAIT)
            s.close()
        c3.close()
        l.close()
        c4 = Sock(f'{name} c4', kind)
        unlistened = Sock(f'{name} unlistened', kind)
        unlistened.bind(service(1003, 1))
        c4.connect(service(1003, 1))
        unlistened.poll()


@scenario
def implied():
    """A connection set up by its first message."""
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        l, c = Sock(f'{name} l', kind), Sock(f'{name} c', kind)
        l.bind(service(1000, 1))
        l.listen()
        c.send(b'first', service(1000, 1))
        c.poll()
        c.getpeername()
        c.send(b'second', flags=DONTWAIT)
        c.recv(flags=DONTWAIT)
        l.poll()
        s = l.accept('s')
        c.poll()
        c.send(b'third', flags=DONTWAIT)
        if s:
            s.recv(flags=DONTWAIT)
            s.recv(flags=DONTWAIT)
            s.send(b'answer')
            c.poll()
            c.recv()
            c.send(b'fourth')
            s.recv()
            s.close()
            c.recv()
            c.recv()
        c.close()
        d = Sock(f'{name} d', kind)
        d.send(b'nobody', service(1005, 1))
        d.poll()
        d.recv(flags=DONTWAIT)
        d.send(b'again', service(1005, 1))
        d.recv(flags=DONTWAIT)
        e = Sock(f'{name} e', kind)
        e.send(b'z' * 66001, service(1000, 1))
        e.send(b'z' * 3000, service(1000, 1))
        s = l.accept('s')
        if s:
            s.recv(flags=DONTWAIT)
        f = Sock(f'{name} f', kind)
        f.send(b'', service(1000, 1))
        s = l.accept('s')
        if s:
            s.recv(flags=DONTWAIT)


@scenario
def stream():
    s, c = both('s', 'c', STREAM)
    c.send(b'abc')
    c.send(b'def')
    s.recv(2)
    s.recv(1)
    s.recv(10)
    c.send(b'')
    s.recv(flags=DONTWAIT)
    c.send(b'abc')
    c.send(b'def')
    s.recv(10, flags=socket.MSG_PEEK)
    s.recv(4, flags=socket.MSG_WAITALL)
    s.recv(10)
    c.send(b'123456')
    s.recv(3, flags=socket.MSG_TRUNC)
    s.recv(3)
    pid = os.fork()
    if not pid:
        c.sock.sendall(bytes(range(256)) * 4096)
        os._exit(0)
    got = b''
    while len(got) < 1 << 20:
        got += s.sock.recv(70000)
    print(f'    a megabyte arrived: {got == bytes(range(256)) * 4096}')
    os.wait()
    c.send(b'last')
    c.shutdown()
    s.poll()
    s.recv()
    s.recv()
    s.send(b'back')
    c.recv(flags=DONTWAIT)
    c.send(b'after')


@scenario
def seqpacket():
    s, c = both('s', 'c', SEQ)
    c.send(b'abc')
    c.send(b'def')
    s.recv(2)
    s.recv(10)
    c.send(b'')
    s.recv(flags=DONTWAIT)
    c.send(b'peek')
    s.recv(2, flags=socket.MSG_PEEK)
    s.recv(2, flags=socket.MSG_TRUNC)
    s.recv(flags=DONTWAIT)
    for size in 65999, 66000, 66001:
        c.send(b'q' * size)
        s.recv(flags=DONTWAIT)
    c.send(b'waitall')
    s.recv(100, flags=socket.MSG_WAITALL)
    c.send(b'last')
    c.close()
    s.poll()
    s.recv()
    s.recv()
    s.recv()
    s.send(b'back')
    s.poll()


@scenario
def ends():
    """How a connection's end looks from either side."""
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        for how in 0, 1, 2, 3, 9:
            s, c = both(f'{name} s', f'{name} c', kind)
            s.send(b'unread')
            c.send(b'unread too')
            c.shutdown(how)
            c.poll()
            s.poll()
            c.recv(flags=DONTWAIT)
            c.recv(flags=DONTWAIT)
            c.send(b'more', flags=DONTWAIT)
            s.recv(flags=DONTWAIT)
            s.recv(flags=DONTWAIT)
            s.send(b'more', flags=DONTWAIT)
            c.recv(flags=DONTWAIT)
            s.shutdown(how)
            c.getpeername()
            s.getpeername()
            s.get(4, level=socket.SOL_SOCKET)
            s.close()
            c.close()
        s, c = both(f'{name} s', f'{name} c', kind)
        c.send(b'unread')
        s.close()
        c.poll()
        c.recv(flags=DONTWAIT)
        c.recv(flags=DONTWAIT)
        c.send(b'more')


@scenario
def flow():
    """A sender is held up, and let go on."""
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        for size in 1, 1000, 10000, 66000:
            s, c = both(f'{name} s', f'{name} c', kind)
            count, why = c.fill(b'f' * size)
            print(f'    {name} {size}: then {why}')
            c.poll()
            total = 0
            while select.select([s.sock], [], [], 0)[0]:
                total += len(s.sock.recv(100000))
            print(f'    all arrived: {total == count * size}')
            c.poll()
            c.send(b'on')
            s.recv()


@scenario
def overload():
    for name, kind in (('rdm', RDM), ('dgram', DGRAM)):
        for importance in 0, 1, 2, 3:
            a, b = Sock(f'{name} a', kind), Sock(f'{name} b', kind)
            a.bind(service(1000, 1))
            b.set(IMPORTANCE, importance)
            count, why = b.fill(b'o' * 1000, service(1000, 1), limit=1500)
            print(f'    sent {count} then {why}')
            b.recv(flags=DONTWAIT)
            b.poll()
            a.close()
            b.close()


@scenario
def pairs():
    for name, kind in KINDS.items():
        def go():
            x, y = socket.socketpair(30, kind)
            return Sock('x', sock=x), Sock('y', sock=y)
        fds = (ctypes.c_int * 2)()
        attempt(f'socketpair {name}', lambda: checked(
            libc.socketpair(30, kind, 0, fds)) and None)
        if not fds[0]:
            continue
        x = Sock('x', sock=socket.socket(fileno=fds[0]))
        y = Sock('y', sock=socket.socket(fileno=fds[1]))
        x.getsockname()
        x.getpeername()
        y.getpeername()
        x.send(b'to y')
        y.recv()
        y.send(b'to x')
        x.recv()
        x.poll()
        x.close()
        y.poll()
        y.recv(flags=DONTWAIT)
        y.send(b'gone')
        y.recv(flags=DONTWAIT)


@scenario
def ioctls():
    s = Sock('s')

    def ioctl(number, size):
        buffer = bytearray(size)
        fcntl.ioctl(s.fd, number, buffer)
        return bytes(buffer)
    s.call('linkname', lambda: ioctl(0x89e0, 76))
    s.call('nodeid', lambda: ioctl(0x89e1, 20))
    s.call('private 2', lambda: ioctl(0x89e2, 20))
    s.call('inq', lambda: ioctl(0x541b, 4))
    s.call('outq', lambda: ioctl(0x5411, 4))
    s.call('timestamp', lambda: ioctl(0x8906, 16))


def subscribe(kind, lower, upper, timeout=0xffffffff, filters=1, order='=',
              handle=b'handle!\0'):
    return struct.pack(order + '5I8s', kind, lower, upper, timeout, filters,
                       handle)


def event(data, order='='):
    if len(data) != 48:
        return f'{len(data)} bytes'
    what, lower, upper, ref, node, *sub = struct.unpack(order + '10I8s', data)
    return f'event {what} [{lower} {upper}] {port(ref)} node {node} of {sub}'


def events(s, seconds=0.5, order='='):
    """Prints the events that arrive in a while."""
    s.sock.settimeout(seconds * ktap.SLOWNESS)
    got, end = [], ''
    while True:
        try:
            data = s.sock.recv(1000)
        except TimeoutError:
            break
        except OSError as e:
            end = errno.errorcode[e.errno]
            break
        if not data:
            end = 'end'
            break
        got += [data[i:i + 48] for i in range(0, len(data), 48)]
    # which of several subscriptions is told first is nobody's business
    for data in sorted(got, key=lambda data: data[20:]):
        print(f'    {s.name}: {event(data, order)}')
    if end:
        print(f'    {s.name}: {end}')


TOP = service(1, 1)


@scenario
def topology():
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        t = Sock(f'{name} t', kind)
        t.connect(TOP)
        a, b = Sock('a'), Sock('b')
        a.getsockname()
        b.getsockname()
        a.bind(span(1000, 1, 9))
        for filters in 1, 2, 0:
            t.send(subscribe(1000, 3, 20, filters=filters))
        events(t)
        b.bind(span(1000, 1, 9))
        events(t)
        b.bind(span(1000, 20, 30, NODE))
        b.bind(span(1000, 21, 30))
        events(t)
        a.close()
        events(t)
        b.close()
        events(t)
        t.send(subscribe(1000, 3, 20, filters=5))
        t.send(subscribe(1000, 3, 20, filters=6))
        events(t)
        b = Sock('b')
        b.bind(span(1000, 3, 3))
        events(t)
        t.send(subscribe(1001, 1, 1, timeout=100))
        t.send(subscribe(1001, 1, 1, timeout=0, filters=2))
        events(t)
        t.shutdown()
        events(t)
        t.close()


@scenario
def topology_other_order():
    t = Sock('t', SEQ)
    t.connect(TOP)
    a = Sock('a')
    a.getsockname()
    order = '>' if sys.byteorder == 'little' else '<'
    t.send(subscribe(1000, 3, 20, order=order))
    a.bind(span(1000, 1, 9))
    events(t, order=order)
    t.send(subscribe(1000, 3, 20, order=order, filters=5))
    events(t)
    a.bind(span(1000, 5, 5))
    events(t, order=order)
    t.send(subscribe(1000, 3, 20, timeout=50, order=order))
    events(t, order=order)


@scenario
def topology_wrong():
    for what, data in (('empty', b''), ('short', b'x' * 27),
                       ('long', subscribe(1000, 1, 1) + b'xxxx'),
                       ('two', subscribe(1000, 1, 1) * 2),
                       ('inverted', subscribe(1000, 2, 1)),
                       ('filter 0', subscribe(1000, 1, 1, filters=0)),
                       ('filter 3', subscribe(1000, 1, 1, filters=3)),
                       ('filter 8', subscribe(1000, 1, 1, filters=9)),
                       ('cancel none', subscribe(1000, 1, 1, filters=4))):
        t = Sock(what, SEQ)
        t.connect(TOP)
        t.send(data)
        a = Sock('a')
        a.getsockname()
        a.bind(service(1000, 1))
        events(t)
        t.send(subscribe(1000, 1, 1))
        events(t)
        a.close()
        t.close()
    d = Sock('rdm')
    d.send(subscribe(1000, 1, 1), TOP)
    d.recv(flags=DONTWAIT)
    i = Sock('implied', SEQ)
    i.send(subscribe(1, 0, 0xffffffff), TOP)
    events(i)


@scenario
def topology_system():
    """What a node tells of itself."""
    t = Sock('t', SEQ)
    t.connect(TOP)
    for kind in 0, 1, 2:
        t.send(subscribe(kind, 0, 0xffffffff))
        events(t)


@scenario
def topology_state():
    """The server's socket as a peer sees it."""
    t = Sock('t', SEQ)
    t.connect(TOP)
    t.getpeername()
    t.poll()
    a = Sock('a')
    a.getsockname()
    a.bind(service(1000, 5))
    for i in range(3):
        t.send(subscribe(1000, 0, 100, handle=struct.pack('=Q', i)))
    events(t)
    t.send(subscribe(1000, 0, 100, filters=5, handle=struct.pack('=Q', 1)))
    events(t)
    a.close()
    events(t)


@scenario
def corners():
    for name, kind in KINDS.items():
        s = Sock(f'{name} fresh', kind)
        s.send(b'nowhere')
        s.shutdown()
        s.poll()
        s = Sock(f'{name} unbound', kind)
        s.listen()
        s.bind(service(1000, 3))
        s.bind(service(1000, 3, 0, -2))
        a = Sock('a', kind)
        a.bind(service(1001, 1))
        a.connect(a.me())
        a.getpeername()
        a.poll()
        b = Sock('b', kind)
        b.connect(service(1000, 9) + bytes(4))
        b.connect(service(1000, 9), 14)
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        l, c = Sock(f'{name} l', kind), Sock(f'{name} c', kind)
        l.bind(service(1000, 1))
        l.listen()
        c.send(b'first', service(1000, 1), flags=DONTWAIT)
        c.poll()
        c.send(b'second', service(1000, 1), flags=DONTWAIT)
        s = l.accept('s')
        s.recv(flags=DONTWAIT)
        l.poll()
        c.send(b'third', flags=DONTWAIT)
        s.recv(flags=DONTWAIT)
        s.close()
        for _ in range(2):
            c.recv(flags=DONTWAIT)
        signal.signal(signal.SIGPIPE, lambda *_: print('    SIGPIPE'))
        c.call('plain send', lambda: os.write(c.fd, b'x'))


@scenario
def wakeups():
    """What wakes a blocked process."""
    for name, kind in (('stream', STREAM), ('seqpacket', SEQ)):
        s, c = both(f'{name} s', f'{name} c', kind)
        pid = os.fork()
        if not pid:
            s.sock.settimeout(2)
            data = s.sock.recv(10)
            os._exit(0 if data == b'wake' else 1)
        c.send(b'wake')
        print(f'    reader {os.waitstatus_to_exitcode(os.wait()[1])}')
        for s_ in s, c:
            s_.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO,
                               struct.pack('=qq', 0, 50000))
            s_.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO,
                               struct.pack('=qq', 0, 50000))
        s.recv()
        count, why = c.fill(b'f' * 66000, flags=0)
        print(f'    writer gave up with {why}')
        l = Sock('l', kind)
        l.bind(service(1001, 1))
        l.listen()
        l.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO,
                          struct.pack('=qq', 0, 50000))
        l.accept('none')
    r = Sock('r')
    r.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO,
                      struct.pack('=qq', 0, 50000))
    r.recv()


def start(function):
    """Begins a scenario; returns its process and where it prints."""
    reader, writer = os.pipe()

    def body():
        os.dup2(writer, 1)
        os.close(writer)
        ktap.unshare(ktap.CLONE_NEWNET)
        function()

    sys.stdout.flush()
    pid = ktap.child(body)
    os.close(writer)
    return pid, reader


def main():
    chosen = [function for function in scenarios
              if len(sys.argv) == 1 or function.__name__ in sys.argv[1:]]
    begun = [start(function) for function in chosen[:TOGETHER]]
    status = 0
    for i, function in enumerate(chosen):
        pid, reader = begun[i]
        print(function.__name__)
        with open(reader, encoding='utf-8') as output:
            print(output.read(), end='')
        ended = ktap.wait(pid)
        if ended:
            print(f'    scenario ended with {ended}')
            status = 1
        if i + TOGETHER < len(chosen):
            begun.append(start(chosen[i + TOGETHER]))
    sys.stdout.flush()
    sys.exit(status)


if __name__ == '__main__':
    main()
