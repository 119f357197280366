# SPDX-License-Identifier: GPL-2.0
"""The mfib family, by name: constants from the uapi header, and requests."""
import errno
import ipaddress
import re
import socket
import struct

import genl
import rtnl
from genl import (NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE, attr,
                  nest)

ADD = NLM_F_CREATE | NLM_F_EXCL
REPLACE = NLM_F_CREATE | NLM_F_REPLACE
CHANGE = NLM_F_REPLACE

AF_INET = socket.AF_INET
AF_INET6 = socket.AF_INET6
RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST = 1, 2, 3, 4
RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW, RTN_NAT = range(6, 11)


# no number stands twice
UAPI = genl.load_uapi('mfib')
for _constants in UAPI.values():
    globals().update(_constants)


def gateway(addr):
    return attr(MFIB_NEXTHOP_A_GATEWAY, ipaddress.ip_address(addr).packed)


def via(addr=None, dev=None, ifindex=None, nhid=None):
    """The contents of a next hop."""
    attrs = b''
    if nhid is not None:
        attrs += attr(MFIB_NEXTHOP_A_ID, nhid)
    if addr:
        attrs += gateway(addr)
    if dev:
        ifindex = socket.if_nametoindex(dev)
    if ifindex is not None:
        attrs += attr(MFIB_NEXTHOP_A_IFINDEX, ifindex)
    return attrs


def member(nhid, weight=None, backup=False):
    """One MFIB_GROUP_A_MEMBER."""
    attrs = attr(MFIB_MEMBER_A_ID, nhid)
    if weight is not None:
        attrs += attr(MFIB_MEMBER_A_WEIGHT, struct.pack('H', weight))
    if backup:
        attrs += attr(MFIB_MEMBER_A_BACKUP, b'')
    return nest(MFIB_GROUP_A_MEMBER, attrs)


def group(nhid, *members, buckets=None):
    """The contents of a group; a member is an id, or of member()."""
    attrs = attr(MFIB_NEXTHOP_A_ID, nhid)
    attrs += nest(MFIB_NEXTHOP_A_GROUP,
                  *(member(x) if isinstance(x, int) else x for x in members))
    if buckets is not None:
        attrs += attr(MFIB_NEXTHOP_A_BUCKETS, buckets)
    return attrs


def hops(*members):
    """The contents of a next hop without an id that has members, each
    (gateway, device, weight), of which some may be missing or None."""
    nests = []
    for addr, dev, weight in (x + (None,) * (3 - len(x)) for x in members):
        attrs = b''
        if addr:
            attrs += attr(MFIB_MEMBER_A_GATEWAY,
                          ipaddress.ip_address(addr).packed)
        if dev:
            attrs += attr(MFIB_MEMBER_A_IFINDEX, socket.if_nametoindex(dev))
        if weight is not None:
            attrs += attr(MFIB_MEMBER_A_WEIGHT, struct.pack('H', weight))
        nests.append(nest(MFIB_GROUP_A_MEMBER, attrs))
    return nest(MFIB_NEXTHOP_A_GROUP, *nests)


def route(prefix, nexthop=None, metric=None, kind=None, proto=None,
          generation=None, flags=None):
    """One MFIB_A_ROUTE."""
    addr, _, plen = prefix.partition('/')
    attrs = attr(MFIB_ROUTE_A_DST, ipaddress.ip_address(addr).packed)
    if plen:
        attrs += attr(MFIB_ROUTE_A_PLEN, bytes([int(plen)]))
    if metric is not None:
        attrs += attr(MFIB_ROUTE_A_METRIC, metric)
    if kind is not None:
        attrs += attr(MFIB_ROUTE_A_TYPE, bytes([kind]))
    if proto is not None:
        attrs += attr(MFIB_ROUTE_A_PROTOCOL, bytes([proto]))
    if generation is not None:
        attrs += attr(MFIB_ROUTE_A_GENERATION, generation)
    if flags is not None:
        attrs += attr(MFIB_ROUTE_A_FLAGS, flags)
    if nexthop is not None:
        attrs += nest(MFIB_ROUTE_A_NEXTHOP, nexthop)
    return nest(MFIB_A_ROUTE, attrs)


def fib_id(fib):
    return attr(MFIB_A_FIB_ID, fib)


class Mfib(genl.Family):
    def __init__(self):
        super().__init__('mfib')

    def fib_new(self, fib, flags=ADD, max_routes=None, warn_routes=None):
        attrs = attr(MFIB_FIB_A_ID, fib)
        if max_routes is not None:
            attrs += attr(MFIB_FIB_A_MAX_ROUTES, max_routes)
        if warn_routes is not None:
            attrs += attr(MFIB_FIB_A_WARN_ROUTES, warn_routes)
        return self.request(MFIB_CMD_FIB_NEW, flags, nest(MFIB_A_FIB, attrs))

    def fib_del(self, fib):
        return self.request(MFIB_CMD_FIB_DEL, 0,
                            nest(MFIB_A_FIB, attr(MFIB_FIB_A_ID, fib)))

    def fib(self, fib):
        """{attribute: value} of a FIB."""
        (_, attrs), = self.request(MFIB_CMD_FIB_GET, 0,
                                   nest(MFIB_A_FIB, attr(MFIB_FIB_A_ID, fib)))
        return numbers(dict(attrs)[MFIB_A_FIB])

    def trees(self, fib):
        """[{attribute: value}] of the trees of a FIB, IPv4 and IPv6."""
        (_, attrs), = self.request(MFIB_CMD_FIB_GET, 0,
                                   nest(MFIB_A_FIB, attr(MFIB_FIB_A_ID, fib)))
        values = dict(genl.parse(dict(attrs)[MFIB_A_FIB]))
        return [{kind: value for kind, value in numbers(values[tree]).items()
                 if kind != MFIB_TREE_A_PAD}
                for tree in (MFIB_FIB_A_TREE4, MFIB_FIB_A_TREE6)]

    def fib_check(self, fib):
        return self.request(MFIB_CMD_FIB_CHECK, 0,
                            nest(MFIB_A_FIB, attr(MFIB_FIB_A_ID, fib)))

    def change_seq(self, fib):
        """The change sequence, with an answer about a FIB."""
        (_, attrs), = self.request(MFIB_CMD_FIB_GET, 0,
                                   nest(MFIB_A_FIB, attr(MFIB_FIB_A_ID, fib)))
        return number(dict(attrs)[MFIB_A_SEQ])

    def fibs(self):
        """{id: {attribute: value}} of all FIBs."""
        result = {}
        for _, attrs in self.dump(MFIB_CMD_FIB_GET):
            values = dict(genl.parse(dict(attrs)[MFIB_A_FIB]))
            result[number(values[MFIB_FIB_A_ID])] = values
        return result

    def ports(self, fib=None):
        """[(FIB, interface index)] of all ports, or of those of one FIB."""
        result = []
        for _, attrs in self.dump(MFIB_CMD_PORT_GET,
                                  b'' if fib is None else fib_id(fib)):
            values = dict(genl.parse(dict(attrs)[MFIB_A_PORT]))
            result.append((number(values[MFIB_PORT_A_FIB_ID]),
                           number(values[MFIB_PORT_A_IFINDEX])))
        return result

    def port_set(self, ifindex, *attrs):
        return self.request(MFIB_CMD_PORT_SET, 0, nest(
            MFIB_A_PORT, attr(MFIB_PORT_A_IFINDEX, ifindex), *attrs))

    def nexthop_new(self, nexthop, flags=ADD):
        return self.request(MFIB_CMD_NEXTHOP_NEW, flags,
                            nest(MFIB_A_NEXTHOP, nexthop))

    def nexthop_del(self, nhid):
        return self.request(MFIB_CMD_NEXTHOP_DEL, 0,
                            nest(MFIB_A_NEXTHOP,
                                 attr(MFIB_NEXTHOP_A_ID, nhid)))

    def nexthop(self, nhid):
        """{attribute: value} of a named next hop."""
        (_, attrs), = self.request(MFIB_CMD_NEXTHOP_GET, 0,
                                   nest(MFIB_A_NEXTHOP,
                                        attr(MFIB_NEXTHOP_A_ID, nhid)))
        values = dict(genl.parse(dict(attrs)[MFIB_A_NEXTHOP]))
        return {kind: value if kind == MFIB_NEXTHOP_A_GATEWAY else
                number(value) for kind, value in values.items()}

    def group(self, nhid):
        """A group as {'id': ..., 'members': {id: {...}}}."""
        (_, attrs), = self.request(MFIB_CMD_NEXTHOP_GET, 0,
                                   nest(MFIB_A_NEXTHOP,
                                        attr(MFIB_NEXTHOP_A_ID, nhid)))
        return decode_group(dict(attrs)[MFIB_A_NEXTHOP])

    def nexthops(self):
        """{id: {attribute: value}} of all named next hops."""
        result = {}
        for _, attrs in self.dump(MFIB_CMD_NEXTHOP_GET):
            values = dict(genl.parse(dict(attrs)[MFIB_A_NEXTHOP]))
            result[number(values[MFIB_NEXTHOP_A_ID])] = values
        return result

    def route_new(self, fib, *routes, flags=ADD):
        return self.request(MFIB_CMD_ROUTE_NEW, flags,
                            fib_id(fib) + b''.join(routes))

    def route_del(self, fib, *routes):
        return self.request(MFIB_CMD_ROUTE_DEL, 0,
                            fib_id(fib) + b''.join(routes))

    def route(self, fib, prefix, **which):
        """The route of a prefix, see decode()."""
        (_, attrs), = self.request(MFIB_CMD_ROUTE_GET, 0,
                                   fib_id(fib) + route(prefix, **which))
        return decode(dict(attrs)[MFIB_A_ROUTE])

    def lookup(self, fib, addr):
        """The route that forwards an address, see decode()."""
        (_, attrs), = self.request(MFIB_CMD_ROUTE_LOOKUP, 0,
                                   fib_id(fib) + route(addr))
        return decode(dict(attrs)[MFIB_A_ROUTE])

    def routes(self, fib=None, family=None):
        """All routes, see decode(), in the kernel's order."""
        payload = b''
        if fib is not None:
            payload += fib_id(fib)
        if family is not None:
            payload += attr(MFIB_A_FAMILY, bytes([family]))
        return [decode(dict(attrs)[MFIB_A_ROUTE])
                for _, attrs in self.dump(MFIB_CMD_ROUTE_GET, payload)]


def number(payload):
    return int.from_bytes(payload, 'little')


def numbers(payload):
    """{attribute: value} of a nest of numbers."""
    return {kind: number(value) for kind, value in genl.parse(payload)}


def decode(payload):
    """A route as {'dst': '10.0.0.0/8', 'metric': 0, ...}."""
    values = dict(genl.parse(payload))
    dst = ipaddress.ip_address(values[MFIB_ROUTE_A_DST])
    result = {
        'dst': f'{dst}/{number(values[MFIB_ROUTE_A_PLEN])}',
        'metric': number(values[MFIB_ROUTE_A_METRIC]),
        'type': number(values[MFIB_ROUTE_A_TYPE]),
        'protocol': number(values[MFIB_ROUTE_A_PROTOCOL]),
        'active': bool(number(values[MFIB_ROUTE_A_FLAGS]) & 1),
        'followed': bool(number(values[MFIB_ROUTE_A_FLAGS]) & 2),
    }
    if MFIB_ROUTE_A_GENERATION in values:
        result['generation'] = number(values[MFIB_ROUTE_A_GENERATION])
    if MFIB_ROUTE_A_NEXTHOP in values:
        hop = dict(genl.parse(values[MFIB_ROUTE_A_NEXTHOP]))
        if MFIB_NEXTHOP_A_IFINDEX in hop:
            result['ifindex'] = number(hop[MFIB_NEXTHOP_A_IFINDEX])
        result['dead'] = bool(number(hop[MFIB_NEXTHOP_A_FLAGS]) & 1)
        if MFIB_NEXTHOP_A_GATEWAY in hop:
            result['via'] = str(ipaddress.ip_address(
                hop[MFIB_NEXTHOP_A_GATEWAY]))
        if MFIB_NEXTHOP_A_ID in hop:
            result['nhid'] = number(hop[MFIB_NEXTHOP_A_ID])
        if MFIB_NEXTHOP_A_GROUP in hop:
            result['hops'] = [decode_hop(nested) for _, nested in
                              genl.parse(hop[MFIB_NEXTHOP_A_GROUP])]
    return result


def decode_hop(payload):
    """A member without an id as (gateway, device, weight, flags)."""
    hop = dict(genl.parse(payload))
    addr = hop.get(MFIB_MEMBER_A_GATEWAY)
    return (addr and str(ipaddress.ip_address(addr)),
            socket.if_indextoname(number(hop[MFIB_MEMBER_A_IFINDEX])),
            number(hop[MFIB_MEMBER_A_WEIGHT]),
            number(hop[MFIB_MEMBER_A_FLAGS]))


def decode_group(payload):
    """A group as {'id': 9, 'members': {1: {'weight': 1, ...}}, ...}."""
    values = dict(genl.parse(payload))
    members = {}
    for _, nested in genl.parse(values[MFIB_NEXTHOP_A_GROUP]):
        hop = dict(genl.parse(nested))
        members[number(hop[MFIB_MEMBER_A_ID])] = {
            'weight': number(hop[MFIB_MEMBER_A_WEIGHT]),
            'backup': MFIB_MEMBER_A_BACKUP in hop,
            'flags': number(hop[MFIB_MEMBER_A_FLAGS]),
            'buckets': number(hop[MFIB_MEMBER_A_BUCKETS]),
        }
    return {
        'id': number(values[MFIB_NEXTHOP_A_ID]),
        'flags': number(values[MFIB_NEXTHOP_A_FLAGS]),
        'routes': number(values[MFIB_NEXTHOP_A_ROUTES]),
        'buckets': number(values[MFIB_NEXTHOP_A_BUCKETS]),
        'members': members,
    }


def bed(fib=10, *ports, r=None):
    """Makes a FIB with the device fib<id>, and ports of it that are up."""
    r = r or rtnl.Rtnl()
    r.add(f'fib{fib}', 'mfib', attr(IFLA_MFIB_ID, fib), up=True)
    for port in ports:
        r.add(port, 'dummy', up=True)
        r.master(port, f'fib{fib}')
    return r


def refused(code, text, call, *args, **kwargs):
    """A request must fail with an errno and a sentence, a regular expression;
    returns the error."""
    try:
        call(*args, **kwargs)
    except genl.Error as error:
        if error.errno != code or not re.search(text, error.msg):
            raise AssertionError(f'wanted {errno.errorcode[code]} and '
                                 f'"{text}", got {error!r}') from None
        return error
    raise AssertionError(f'wanted {errno.errorcode[code]}, got success')


def at_fault(m, code, text, cmd, flags, payload, *path):
    """A request must fail with an errno and a sentence and because of the
    attribute of a path, see genl.locate(); without one, of none."""
    error = refused(code, text, m.request, cmd, flags, payload)
    wanted = 20 + genl.locate(payload, *path) if path else None
    if error.offs != wanted:
        raise AssertionError(f'{error!r}: offset of the attribute: wanted '
                             f'{wanted}, got {error.offs}')
    return error


# What a request does to an object, by its flags: (if it exists, if not).
EFFECTS = {
    0: (errno.EEXIST, errno.ENOENT),
    NLM_F_EXCL: (errno.EEXIST, errno.ENOENT),
    NLM_F_CREATE: (errno.EEXIST, 0),
    NLM_F_CREATE | NLM_F_EXCL: (errno.EEXIST, 0),
    NLM_F_REPLACE: (0, errno.ENOENT),
    NLM_F_CREATE | NLM_F_REPLACE: (0, 0),
}


def check_effects(create, delete):
    """create(flags) and delete() act on one object, which is not there."""
    for flags, (known, unknown) in EFFECTS.items():
        if unknown:
            refused(unknown, '(?i)no .*(with|to) this', create, flags)
            create(ADD)
        else:
            create(flags)
        if known:
            refused(known, 'exist|has a|is a', create, flags)
        else:
            create(flags)
        delete()


def fib_nest(*attrs):
    return nest(MFIB_A_FIB, *attrs)


def nh_nest(*attrs):
    return nest(MFIB_A_NEXTHOP, *attrs)


def u8(kind, value):
    return attr(kind, bytes([value]))
