# SPDX-License-Identifier: GPL-2.0
"""A small generic netlink client: what a test of a family's API needs.

It says exactly what it is told, so that a test can say what no library would.
"""
import os
import re
import socket
import struct

import ktap

NETLINK_GENERIC = 16
SO_SNDBUFFORCE = 32
SOL_NETLINK = 270
NETLINK_CAP_ACK = 10
NETLINK_EXT_ACK = 11
NETLINK_GET_STRICT_CHK = 12

NLM_F_REQUEST = 0x1
NLM_F_MULTI = 0x2
NLM_F_ACK = 0x4
NLM_F_DUMP_INTR = 0x10
NLM_F_REPLACE = 0x100
NLM_F_EXCL = 0x200
NLM_F_BULK = 0x200
NLM_F_CREATE = 0x400
NLM_F_APPEND = 0x800
NLM_F_DUMP = 0x300
NLM_F_CAPPED = 0x100
NLM_F_ACK_TLVS = 0x200

NLMSG_ERROR = 2
NLMSG_DONE = 3
NLA_F_NESTED = 0x8000

NLMSGERR_ATTR_MSG = 1
NLMSGERR_ATTR_OFFS = 2
NLMSGERR_ATTR_COOKIE = 3


def load_uapi(name):
    """Enumerations of a header, {enumeration: {constant: value}}."""
    path = os.path.join(os.path.dirname(__file__),
                        f'../../../include/uapi/linux/{name}.h')
    with open(path) as header:
        text = re.sub(r'/\*.*?\*/', '', header.read(), flags=re.S)
    enums = {}
    for enum, body in re.findall(r'enum (\w+) \{(.*?)\}', text, flags=re.S):
        names = [constant.strip() for constant in body.split(',')]
        enums[enum] = {constant: value for value, constant in enumerate(names)
                       if re.fullmatch('[A-Z]\\w+', constant)}
    for constant, bit in re.findall(r'#define\s+(\w+_F_\w+)\s+\(1U << (\d+)\)',
                                    text):
        enums.setdefault('flags', {})[constant] = 1 << int(bit)
    return enums


def attr(kind, payload=b''):
    """One attribute; a str becomes a C string, an int a u32."""
    if isinstance(payload, int):
        payload = struct.pack('=I', payload)
    elif isinstance(payload, str):
        payload = payload.encode() + b'\0'
    data = struct.pack('=HH', 4 + len(payload), kind) + payload
    return data + bytes(-len(data) % 4)


def nest(kind, *attrs):
    return attr(kind | NLA_F_NESTED, b''.join(attrs))


def parse(data):
    """Attributes as a list of (type, payload)."""
    result = []
    while len(data) >= 4:
        length, kind = struct.unpack_from('=HH', data)
        if length < 4:
            break
        result.append((kind & 0x3fff, data[4:length]))
        data = data[(length + 3) & ~3:]
    return result


def locate(data, *path):
    """Offset of an attribute in data, which is attributes. A path goes inwards:
    (type, n) is the n-th attribute of a type, a plain type the first."""
    start, end = 0, len(data)
    for step in path:
        kind, skip = step if isinstance(step, tuple) else (step, 0)
        while start < end:
            length, found = struct.unpack_from('=HH', data, start)
            if found & 0x3fff == kind:
                if not skip:
                    break
                skip -= 1
            start += (length + 3) & ~3
        else:
            raise LookupError(path)
        at, start, end = start, start + 4, start + length
    return at


class Error(OSError):
    """What the kernel answered: errno, extack sentence, offset of the
    attribute and the cookie."""

    def __init__(self, code, tlvs):
        self.msg = tlvs.get(NLMSGERR_ATTR_MSG, b'\0')[:-1].decode()
        super().__init__(code, f'{os.strerror(code)}: {self.msg}')
        offs = tlvs.get(NLMSGERR_ATTR_OFFS)
        self.offs = struct.unpack('=I', offs)[0] if offs else None
        self.cookie = tlvs.get(NLMSGERR_ATTR_COOKIE)


class Socket:
    """A netlink socket."""
    header = 0      # between the netlink header and the attributes
    room = 1 << 20  # of a receive; the kernel makes a dump's messages so long

    def __init__(self, protocol):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        try:
            self.sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 1 << 23)
        except PermissionError:
            pass  # an unprivileged reader sends little
        for option in NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK:
            self.sock.setsockopt(SOL_NETLINK, option, 1)
        self.sock.bind((0, 0))
        self.sock.settimeout(60 * ktap.SLOWNESS)
        self.seq = 0
        self.cookie = None  # of the last answer without an error
        self.note = ''      # its sentence, a warning that is
        self.flags = 0      # flags of the message that ended the last answer

    def close(self):
        self.sock.close()

    def frame(self, kind, flags, body):
        """A message with its netlink header."""
        self.seq += 1
        data = struct.pack('=IHHII', 16 + len(body), kind,
                           NLM_F_REQUEST | flags, self.seq, 0) + body
        return data + bytes(-len(data) % 4)

    def receive(self):
        """Yields (flags, [(type, payload)]) until the request is answered."""
        while True:
            data = self.sock.recv(self.room)
            while data:
                length, kind, flags, seq, _ = struct.unpack_from('=IHHII', data)
                body, data = data[16:length], data[(length + 3) & ~3:]
                if seq != self.seq:
                    continue
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    code = -struct.unpack_from('=i', body)[0] if body else 0
                    tlvs = {}
                    if flags & NLM_F_ACK_TLVS:
                        at = 20 if kind == NLMSG_ERROR else 4
                        if kind == NLMSG_ERROR and not flags & NLM_F_CAPPED:
                            at = 4 + struct.unpack_from('=I', body, 4)[0]
                        tlvs = dict(parse(body[at:]))
                    self.flags = flags
                    if code:
                        raise Error(code, tlvs)
                    self.cookie = tlvs.get(NLMSGERR_ATTR_COOKIE)
                    self.note = tlvs.get(NLMSGERR_ATTR_MSG, b'\0')[:-1].decode()
                    return
                yield flags, parse(body[self.header:])


class Family(Socket):
    """A socket that talks to one generic netlink family."""
    header = 4

    def __init__(self, name):
        super().__init__(NETLINK_GENERIC)
        self.id = 16  # GENL_ID_CTRL
        (_, attrs), = self.request(3, 0, attr(2, name))
        self.id = struct.unpack('=H', dict(attrs)[1])[0]

    def message(self, cmd, flags, payload, version=1, raw=None):
        """A message; raw replaces everything behind the netlink header."""
        body = raw if raw is not None else \
            struct.pack('=BBH', cmd, version, 0) + payload
        return self.frame(self.id, flags, body)

    def send(self, cmd, flags, payload, version=1, raw=None):
        self.sock.send(self.message(cmd, flags, payload, version, raw))

    def request(self, cmd, flags, payload=b'', raw=None):
        """A request with its acknowledgment; returns the answers."""
        self.send(cmd, flags | NLM_F_ACK, payload, raw=raw)
        return list(self.receive())

    def dump(self, cmd, payload=b''):
        self.send(cmd, NLM_F_DUMP, payload)
        return list(self.receive())
