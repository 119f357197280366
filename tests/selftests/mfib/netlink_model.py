# SPDX-License-Identifier: GPL-2.0
"""What FIBs, next hops and routes there are after which requests: a model of
mfib, which says too how a request may end.

Routes that a FIB follows from the kernel's tables are not in it; where they
matter it allows for both ends.
"""
import errno
import ipaddress
import socket

import ktap
from genl import NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE
from ktap import same
from mfib import *

RESERVED = 0, 253, 254, 255
ALONE = RTN_LOCAL, RTN_BLACKHOLE, RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW
BOOT = 3  # RTPROT_BOOT
GOOD = {0}


def fails(*codes):
    return set(codes)


INVALID = fails(errno.EINVAL)
WIDTH = {4: 32, 16: 128}


def is_clean(addr, plen):
    rest = 8 * len(addr) - plen
    return not int.from_bytes(addr, 'big') & ((1 << rest) - 1)


def family_of(prefix):
    return socket.AF_INET if len(prefix[0]) == 4 else socket.AF_INET6


def covers(prefix, other):
    """Whether all addresses of another prefix of the same family are in this."""
    (addr, plen), (inner, inner_plen) = prefix, other
    differ = int.from_bytes(addr, 'big') ^ int.from_bytes(inner, 'big')
    return plen <= inner_plen and not differ >> (8 * len(addr) - plen)


def is_routed(addr, plen):
    """Whether FIBs have routes to such destinations."""
    at = ipaddress.ip_address(addr)
    if len(addr) == 4:
        return plen < 4 or not at.is_multicast
    return not plen or not (at.is_multicast or at.is_link_local)


def is_unicast(addr):
    """Whether it may be a gateway."""
    if len(addr) == 4:
        return addr[0] not in (0, 127) and not 224 <= addr[0] < 240 and \
            addr != b'\xff' * 4
    at = ipaddress.IPv6Address(addr)
    return not (at.is_multicast or at.is_loopback or at.ipv4_mapped or
                at == ipaddress.IPv6Address('::'))


NO_MTU = 0, False
# what says where packets go, but for the id and the members of a group
PLACE = {'ifindex', 'gateway', 'fib-id', 'mtu', 'mtu-locked'}


def mtu_of(tb):
    """(MTU, whether it is locked) of a next hop, None if that is wrong."""
    if 'mtu-locked' in tb and 'mtu' not in tb:
        return None
    return tb.get('mtu', 0), 'mtu-locked' in tb


def is_short(mtu):
    """Whether IPv6 needs a longer one."""
    return 0 < mtu[0] < 1280


class Hop:
    """A named next hop; has6 is that a route of IPv6 used it once. A group has
    members, {id: (weight, whether it is a backup)}."""

    def __init__(self, ifindex=None, gateway=None, members=None):
        self.ifindex = ifindex
        self.gateway = gateway
        self.members = members
        self.mtu = NO_MTU
        self.has6 = False


class Route:
    """hop is the id of a named next hop, hops are anonymous ones: (ifindex,
    gateway, weight) each, with an ifindex of None where mfib chose the
    device. several is that they are a group, foreign that they may lead out of
    the FIB."""

    def __init__(self, kind, proto, generation, hop=None, hops=()):
        self.kind = kind
        self.proto = proto
        self.generation = generation
        self.hop = hop
        self.hops = list(hops)
        self.several = False
        self.foreign = False
        self.mtu = NO_MTU   # of the anonymous ones

    def via(self):
        """(ifindex, gateway) of the only one."""
        return self.hops[0][:2] if self.hops and not self.several else None

    def is_vague(self):
        return any(hop[0] is None for hop in self.hops)


class Fib:
    """A FIB, or the draft of one."""

    def __init__(self, number, of=None):
        self.id = number
        self.of = of        # the FIB that it is the draft of
        self.draft = None
        self.most = 0
        self.device = None
        self.routes = {}    # (address, length) -> {metric: Route}

    def is_full(self):
        most = (self.of or self).most
        return most and len(self) >= most

    def __bool__(self):
        return True         # without routes, too

    def __len__(self):
        return sum(map(len, self.routes.values()))


class Model:
    def __init__(self, vrfs=()):
        self.fibs = {}
        self.hops = {}
        self.ports = {}     # ifindex -> FIB
        self.devices = set()
        self.loopback = socket.if_nametoindex('lo')
        self.vrfs = vrfs

    def table(self, tb):
        """The FIB or draft that a request about routes names, or None."""
        of = self.fibs.get(tb.get('fib-id'))
        return of and of.draft if 'draft' in tb else of

    def every_route(self):
        """Those of drafts, too."""
        for fib in self.fibs.values():
            for of in (fib, fib.draft) if fib.draft else (fib,):
                for prefix, metrics in of.routes.items():
                    for metric, route in metrics.items():
                        yield of, prefix, metric, route

    def drop(self, unwanted):
        """Deletes the routes for which unwanted(route) is true."""
        for of, prefix, metric, route in list(self.every_route()):
            if unwanted(route):
                self.forget(of, prefix, metric)

    @staticmethod
    def forget(of, prefix, metric):
        del of.routes[prefix][metric]
        if not of.routes[prefix]:
            del of.routes[prefix]

    # ---- requests: each returns how it may end, and a function for the case
    # ---- that it ends well

    def fib_new(self, flags, tb):
        fib = tb['id']
        if fib in self.fibs:
            if not flags & NLM_F_REPLACE:
                return fails(errno.EEXIST), None
        elif not flags & NLM_F_CREATE:
            return fails(errno.ENOENT), None
        elif fib in RESERVED:
            return INVALID, None
        elif fib in self.vrfs:
            return fails(errno.EBUSY), None

        def apply():
            self.fibs.setdefault(fib, Fib(fib))
            if 'max-routes' in tb:
                self.fibs[fib].most = tb['max-routes']

        return GOOD, apply

    def named_fib(self, tb):
        """How a request ends that names a FIB by its id alone."""
        if {'max-routes', 'warn-routes', 'follow'} & set(tb):
            return INVALID
        return GOOD if tb['id'] in self.fibs else fails(errno.ENOENT)

    def fib_del(self, _, tb):
        return self.named_fib(tb), lambda: self.delete_fib(tb['id'])

    def delete_fib(self, fib):
        """A FIB goes with its device, and that with what leads through it."""
        for port in [port for port, of in self.ports.items() if of == fib]:
            self.leave(port)
            del self.ports[port]
        device = self.fibs.pop(fib).device
        self.devices.discard(device)
        if device is None:
            return
        self.drop(lambda route: not route.several and route.hops and
                  route.hops[0][0] == device)
        for hop, each in list(self.hops.items()):
            if each.ifindex == device:
                self.delete_hop(hop)

    def leave(self, port):
        """If foreign routes lead through a port, they go when that leaves its
        FIB; and its next hops leave groups that have routes."""
        through = {hop for hop, each in self.hops.items()
                   if each.ifindex == port}
        over = through | {group for group, each in self.hops.items()
                          if through & set(each.members or ())}
        foreign = [route for *_, route in self.every_route() if route.foreign]
        if not any(route.hop in over or
                   port in {hop[0] for hop in route.hops}
                   for route in foreign):
            return
        for group, each in self.hops.items():
            if each.members and self.users(group):
                for hop in through:
                    each.members.pop(hop, None)
        for *_, route in self.every_route():
            if route.several:
                route.hops = [hop for hop in route.hops if hop[0] != port]
        self.drop(lambda route: self.is_empty(route) or route.foreign and (
            route.hop in through or
            not route.several and port in {hop[0] for hop in route.hops}))

    def is_empty(self, route):
        """Whether a route's group has no members any more."""
        return route.several and not route.hops or bool(
            route.hop) and self.hops[route.hop].members == {}

    def delete_hop(self, hop):
        """A next hop leaves its groups, and takes routes along."""
        del self.hops[hop]
        for each in self.hops.values():
            if each.members:
                each.members.pop(hop, None)
        self.drop(lambda route: route.hop and (
            route.hop == hop or self.hops[route.hop].members == {}))

    def fib_get(self, _, tb):
        return self.named_fib(tb), None

    fib_check = fib_get

    def draft_new(self, of):
        def apply():
            of.draft = Fib(of.id, of)

        return fails(errno.EBUSY) if of.draft else GOOD, apply

    def draft_del(self, of):
        def apply():
            of.draft = None

        return GOOD if of.draft else fails(errno.ENOENT), apply

    def draft_commit(self, of):
        def apply():
            of.routes, of.draft = of.draft.routes, None

        return GOOD if of.draft else fails(errno.ENOENT), apply

    def leads(self, ifindex):
        """The FIB whose device that is, None if there is none."""
        return next((fib for fib, of in self.fibs.items()
                     if of.device == ifindex), None)

    def check_hop(self, ifindex, gateway, mtu):
        if ifindex == self.loopback or gateway and (
                not is_unicast(gateway) or self.leads(ifindex) is not None):
            return INVALID
        if mtu[0] and ifindex and self.leads(ifindex) is not None:
            return INVALID
        return GOOD

    def nexthop_new(self, flags, tb):
        gateway, ifindex = tb.get('gateway'), tb.get('ifindex')
        known = self.hops.get(tb.get('id'))
        if 'id' not in tb:
            return INVALID, None
        if known and not flags & NLM_F_REPLACE:
            return fails(errno.EEXIST), None
        if not known and not flags & NLM_F_CREATE:
            return fails(errno.ENOENT), None
        if 'group' in tb:
            return self.group_new(tb, known)
        mtu = mtu_of(tb)
        if mtu is None or ifindex is None and 'fib-id' not in tb or 'buckets' in tb or \
                known and known.members is not None:
            return INVALID, None
        if gateway is not None and len(gateway) not in WIDTH:
            return INVALID, None
        ends, ifindex = self.find_device(tb)
        if ends != GOOD:
            return ends, None
        if known and not self.may_replace(tb['id'], known.ifindex, ifindex):
            return fails(errno.EXDEV), None
        if known and known.has6 and (gateway and len(gateway) == 4 or
                                     is_short(mtu)):
            return INVALID, None
        if known and self.leads(ifindex) is not None and any(
                tb['id'] in (each.members or {})
                for each in self.hops.values()):
            return INVALID, None

        def apply():
            if known:
                known.ifindex, known.gateway = ifindex, gateway
            else:
                self.hops[tb['id']] = Hop(ifindex, gateway)
            self.hops[tb['id']].mtu = mtu

        return self.check_hop(ifindex, gateway, mtu), apply

    def find_device(self, tb):
        """How the search for the device of a next hop ends, and the device."""
        if 'fib-id' not in tb:
            ifindex = tb['ifindex']
            return (GOOD if ifindex in self.devices else
                    fails(errno.ENODEV)), ifindex
        if 'ifindex' in tb or 'gateway' in tb:
            return INVALID, None
        if tb['fib-id'] not in self.fibs:
            return fails(errno.ENOENT), None
        ifindex = self.fibs[tb['fib-id']].device
        return (fails(errno.ENODEV) if ifindex is None else GOOD), ifindex

    def may_replace(self, hop, here, there):
        """Whether a next hop may have another device, if it has routes."""
        if here == there or not self.in_use(hop):
            return True
        if (self.leads(here) is None) != (self.leads(there) is None):
            return False
        return not self.is_bound(hop) or self.may_move(here, there)

    def is_bound(self, hop):
        """Whether routes use it that may not lead out of their FIB, also
        through a group."""
        return any(not route.foreign and route.hop and (
            route.hop == hop or hop in (self.hops[route.hop].members or {}))
            for *_, route in self.every_route())

    def may_move(self, here, there):
        """Whether routes may lead through another device instead."""
        master = self.ports.get(here)
        return here == there or \
            master is not None and self.ports.get(there) == master

    def group_new(self, tb, known):
        if PLACE & set(tb) or known and known.members is None:
            return INVALID, None
        entries = []
        for _, nest in tb['group']:
            one = dict(nest)
            if 'id' not in one:
                return INVALID, None
            if one['id'] not in self.hops:
                return fails(errno.ENOENT), None
            if len(entries) == 64:
                return fails(errno.E2BIG), None
            entries.append((one['id'], one.get('weight', 1), 'backup' in one))
        hops = [self.hops[entry[0]] for entry in entries]
        if known and self.users(tb['id']):
            if not entries:
                return INVALID, None
            first = next(iter(known.members))
            if not all(hop.members is not None or
                       self.may_replace(first, self.hops[first].ifindex,
                                        hop.ifindex) for hop in hops):
                return fails(errno.EXDEV), None
        members = {hop: (weight, backup) for hop, weight, backup in entries}
        if len(members) < len(entries) or \
                any(hop.members is not None or
                    self.leads(hop.ifindex) is not None for hop in hops) or \
                tb.get('buckets', 1 << 16) < sum(x[1] for x in entries):
            return INVALID, None
        if known and known.has6 and not self.enable6(hops):
            return INVALID, None

        def apply():
            self.hops.setdefault(tb['id'], Hop()).members = members

        return GOOD, apply

    @staticmethod
    def enable6(hops):
        """Routes of IPv6 are to use next hops, one after the other."""
        for hop in hops:
            if hop.gateway and len(hop.gateway) == 4 or is_short(hop.mtu):
                return False
            hop.has6 = True
        return True

    def users(self, hop):
        return sum(route.hop == hop for *_, route in self.every_route())

    def in_use(self, hop):
        """Also through a group."""
        return self.users(hop) or any(
            hop in (each.members or {}) and self.users(group)
            for group, each in self.hops.items())

    def named_hop(self, tb):
        if 'id' not in tb or (PLACE | {'group', 'buckets'}) & set(tb):
            return INVALID
        return GOOD if tb['id'] in self.hops else fails(errno.ENOENT)

    def nexthop_get(self, _, tb):
        return self.named_hop(tb), None

    def nexthop_del(self, _, tb):
        return self.named_hop(tb), lambda: self.delete_hop(tb['id'])

    @staticmethod
    def prefix(tb):
        """(address, length) of a route's attributes, None if they are wrong."""
        addr = tb.get('dst')
        if addr is None or len(addr) not in WIDTH:
            return None
        plen = tb.get('plen', WIDTH[len(addr)])
        if plen > WIDTH[len(addr)] or not is_clean(addr, plen):
            return None
        return addr, plen

    def route_new(self, flags, of, tb):
        prefix, hop = self.prefix(tb), tb.get('nexthop')
        kind, metric = tb.get('type', RTN_UNICAST), tb.get('metric', 0)
        if not prefix or not is_routed(*prefix):
            return INVALID, None
        to = None
        if flags & NLM_F_APPEND:
            to = of.routes.get(prefix, {}).get(metric)
            if flags & (NLM_F_EXCL | NLM_F_REPLACE) or hop is None:
                return INVALID, None
            if to and to.kind != RTN_UNICAST:
                return fails(errno.EEXIST), None
        if kind not in ALONE + (RTN_UNICAST,):
            return fails(errno.EOPNOTSUPP), None
        foreign = bool(tb.get('flags')) or bool(to and to.foreign)
        if (kind == RTN_UNICAST) != (hop is not None) or \
                kind != RTN_UNICAST and foreign:
            return INVALID, None
        ends, route = GOOD, Route(
            kind, tb.get('protocol', to.proto if to else BOOT),
            tb.get('generation', to.generation if to else 0))
        route.foreign = foreign
        if hop is not None:
            ends = self.use_hop(of.id, dict(hop), prefix, route, to)
        if 0 in ends and not to:
            known = metric in of.routes.get(prefix, {})
            if known and not flags & NLM_F_REPLACE:
                ends = ends - GOOD | fails(errno.EEXIST)
            elif not known and not flags & NLM_F_CREATE:
                ends = ends - GOOD | fails(errno.ENOENT)
            elif not known and of.is_full():
                ends = ends - GOOD | fails(errno.ENOSPC)

        def apply():
            of.routes.setdefault(prefix, {})[metric] = route

        return ends, apply

    def use_hop(self, fib, hop, prefix, route, to):
        """How the use of a next hop may end, which perhaps joins those of
        another route; puts it into the route."""
        if 'buckets' in hop:
            return INVALID
        if 'id' not in hop:
            return self.use_hops(fib, hop, prefix, route, to)
        known = self.hops.get(hop['id'])
        if to or (PLACE | {'group'}) & set(hop):
            return INVALID
        if not known:
            return fails(errno.ENOENT)
        route.hop = hop['id']
        if known.members is not None:
            return self.use_group(fib, known, prefix, route.foreign)
        ends = self.use_device(fib, known.ifindex, route)
        if ends != GOOD:
            return ends
        if len(prefix[0]) == 16 and (
                known.gateway and len(known.gateway) == 4 or
                is_short(known.mtu)):
            return INVALID
        if len(prefix[0]) == 16:
            known.has6 = True
        return GOOD

    def use_device(self, fib, ifindex, route):
        """How the use of a device by a route of a FIB may end."""
        leads = self.leads(ifindex)
        if leads == fib:
            return INVALID
        if leads is not None:
            route.foreign = True
        return GOOD if route.foreign or self.ports.get(ifindex) == fib else \
            fails(errno.EXDEV)

    def use_hops(self, fib, hop, prefix, route, to):
        """The same for anonymous ones."""
        mtu = mtu_of(hop)
        if mtu is None or to and (to.hop or mtu[0] and mtu != to.mtu):
            return INVALID
        route.mtu = to.mtu if to else mtu
        ends, route.hops = GOOD, list(to.hops) if to else []
        if 'group' not in hop:
            several = [hop]
        elif {'ifindex', 'gateway', 'fib-id'} & set(hop) or \
                not hop['group']:
            return INVALID
        else:
            several = [dict(nest) for _, nest in hop['group']]
        for one in several:
            new, ifindex = self.check_way(fib, one, route)
            ends = new | ends - GOOD if ends != GOOD else new
            if 0 not in ends:
                return ends
            if len(route.hops) == 64:
                return ends - GOOD | fails(errno.E2BIG)
            route.hops.append((ifindex, one.get('gateway'),
                               one.get('weight', 1)))
        route.several = len(route.hops) > 1
        if route.several and any(self.leads(hop[0]) is not None
                                 for hop in route.hops if hop[0]):
            return ends - GOOD | INVALID
        if not route.several:
            # one alone has nobody to weigh against
            route.hops = [route.hops[0][:2] + (1,)]
        if len({one[:2] for one in route.hops}) < len(route.hops) or \
                len(prefix[0]) == 16 and (is_short(route.mtu) or any(
                    gateway and len(gateway) == 4
                    for _, gateway, _ in route.hops)):
            return ends - GOOD | INVALID
        if route.several and route.is_vague():
            # two may turn out to be the same
            ends = ends | INVALID
        return ends

    def check_way(self, fib, one, route):
        """How the use of one device and gateway, or of a FIB, may end; and the
        device."""
        ifindex, gateway = one.get('ifindex'), one.get('gateway')
        if 'id' in one or 'backup' in one or \
                gateway is not None and len(gateway) not in WIDTH:
            return INVALID, None
        if ifindex is None and 'fib-id' not in one:
            if gateway is None:
                return INVALID, None
            # depends on what the FIB has there, routes that it follows too
            more = fails(errno.ENETUNREACH, errno.EXDEV)
            return more | self.check_hop(ifindex, gateway, route.mtu), None
        ends, ifindex = self.find_device(one)
        if ends == GOOD:
            ends = self.use_device(fib, ifindex, route)
        if ends == GOOD:
            ends = self.check_hop(ifindex, gateway, route.mtu)
        return ends, ifindex

    def use_group(self, fib, group, prefix, foreign):
        hops = [self.hops[member] for member in group.members]
        if not hops:
            return INVALID
        if not foreign and any(self.ports.get(hop.ifindex) != fib
                               for hop in hops):
            return fails(errno.EXDEV)
        if len(prefix[0]) == 16 and not group.has6:
            group.has6 = self.enable6(hops)
            if not group.has6:
                return INVALID
        return GOOD

    def which(self, tb, stale=False):
        """A function that says whether (metric, route) is meant, None if the
        request is wrong."""
        hop = tb.get('nexthop')
        if tb.get('type') == 0:
            return None
        if hop is not None:
            hop = dict(hop)
            gateway = hop.get('gateway')
            if not hop or gateway is not None and \
                    len(gateway) not in WIDTH or \
                    'group' in hop or 'buckets' in hop or mtu_of(hop) is None:
                return None

        def matches(metric, route):
            if tb.get('flags') and not route.foreign:
                return False
            if tb.get('metric', metric) != metric or \
                    tb.get('type', route.kind) != route.kind or \
                    tb.get('protocol', route.proto) != route.proto:
                return False
            if 'generation' in tb and \
                    (tb['generation'] == route.generation) == stale:
                return False
            if hop is None:
                return True
            if route.kind != RTN_UNICAST:
                return False
            if 'mtu' in hop and mtu_of(hop) != (
                    self.hops[route.hop].mtu if route.hop else route.mtu):
                return False
            if route.several:
                return not {'id', 'ifindex', 'gateway', 'fib-id'} & set(hop)
            ifindex, gateway = route.via() or (
                self.hops[route.hop].ifindex, self.hops[route.hop].gateway)
            if 'fib-id' in hop and self.leads(ifindex) != hop['fib-id']:
                return False
            return hop.get('id', route.hop) == route.hop and \
                hop.get('gateway', gateway) == gateway and \
                (hop.get('ifindex', ifindex) == ifindex or
                 ifindex is None and not route.hop)

        return matches

    def find(self, of, tb):
        """How a request ends that names a route, and which metric it has."""
        prefix, matches = self.prefix(tb), self.which(tb)
        if not prefix or not matches:
            return INVALID, None
        metrics = of.routes.get(prefix, {})
        for metric in sorted(metrics):
            if matches(metric, metrics[metric]):
                return GOOD, metric
        return fails(errno.ENOENT), None

    def filter(self, tb):
        """A function that says whether a filter lets through ((address,
        length), metric, route), None if the filter is wrong."""
        inner = dict(tb.get('route', ()))
        family, select = tb.get('family'), tb.get('select')
        stale = 'stale' in tb
        matches = self.which(inner, stale)
        if stale and 'generation' not in inner:
            return None
        if family not in (None, socket.AF_INET, socket.AF_INET6) or \
                not matches:
            return None
        if 'dst' not in inner:
            if select is not None or 'plen' in inner:
                return None
            return lambda prefix, metric, route: \
                (family is None or family == family_of(prefix)) and \
                matches(metric, route)
        wanted = self.prefix(inner)
        if not wanted or family not in (None, family_of(wanted)):
            return None

        def fits(prefix, metric, route):
            if len(prefix[0]) != len(wanted[0]) or not matches(metric, route):
                return False
            if select == MFIB_SELECT_COVERED:
                return covers(wanted, prefix)
            if select == MFIB_SELECT_COVERING:
                return covers(prefix, wanted)
            return prefix == wanted

        return fits

    def route_flush(self, of, tb):
        """Deletes what a filter lets through."""
        fits = self.filter(tb)
        for at, prefix, metric, route in list(self.every_route()):
            if at is of and fits(prefix, metric, route):
                self.forget(of, prefix, metric)

    def route_del(self, _, of, tb):
        ends, metric = self.find(of, tb)
        if ends == fails(errno.ENOENT):
            # one that is followed is not to be deleted
            ends = fails(errno.ENOENT, errno.EPERM)
        return ends, lambda: self.forget(of, self.prefix(tb), metric)

    def route_get(self, _, of, tb):
        ends, _ = self.find(of, tb)
        if ends == fails(errno.ENOENT):
            ends = ends | GOOD
        return ends, None

    def route_lookup(self, _, of, tb):
        prefix = self.prefix(tb)
        if not prefix or prefix[1] != WIDTH[len(prefix[0])] or \
                {'metric', 'type', 'protocol', 'generation',
                 'nexthop'} & set(tb):
            return INVALID, None
        if self.match(of, prefix[0]) is None:
            return fails(0, errno.ENETUNREACH), None
        return GOOD, None

    def match(self, of, addr):
        """The length of the longest prefix of an address."""
        width = WIDTH[len(addr)]
        number = int.from_bytes(addr, 'big')
        return max((plen for (dst, plen) in of.routes
                    if len(dst) == len(addr) and not
                    (number ^ int.from_bytes(dst, 'big')) >> (width - plen)),
                   default=None)

    # ---- what the kernel has ----

    def sync(self, m):
        """Takes over what is there after something else than a request: ports
        and devices, and that routes, next hops and FIBs went. Drafts, which
        cannot be read, are discarded."""
        self.devices = {index for index, _ in socket.if_nameindex()}
        self.ports = {number(port[MFIB_PORT_A_IFINDEX]):
                      number(port[MFIB_PORT_A_FIB_ID])
                      for port in ports(m)}
        fibs, hops = m.fibs(), m.nexthops()
        # a FIB that came with its device, and goes with it
        for fib, values in fibs.items():
            device = values.get(MFIB_FIB_A_IFINDEX)
            of = self.fibs.setdefault(fib, Fib(fib))
            of.device = device and number(device)
            of.draft = None
            if MFIB_FIB_A_DRAFT in values:
                m.request(MFIB_CMD_DRAFT_DEL, 0, fib_id(fib))
        self.fibs = {fib: each for fib, each in self.fibs.items()
                     if fib in fibs}
        gone = set(self.hops) - set(hops)
        self.drop(lambda route: route.hop in gone)
        self.hops = {hop: each for hop, each in self.hops.items()
                     if hop in hops}
        for hop, each in self.hops.items():
            if each.members is not None:
                left = m.group(hop)['members']
                same(set(left) - set(each.members), set(), 'new members')
                each.members = {member: how for member, how in
                                each.members.items() if member in left}
        left = {(fib, dst, plen, metric): values
                for fib, dst, plen, metric, values in routes(m)}
        for of, prefix, metric, route in self.every_route():
            if route.several and route.foreign:
                found = {hop[:2] for hop in members(
                    left.get((of.id, *prefix, metric), {}))}
                route.hops = [hop for hop in route.hops if hop[0] is None or
                              hop[:2] in found]
            elif route.several:
                route.hops = [hop for hop in route.hops if hop[0] is None or
                              self.ports.get(hop[0]) == of.id]
        for of, prefix, metric, route in list(self.every_route()):
            if (of.id, *prefix, metric) not in left:
                same(route.kind, RTN_UNICAST, 'type of a route that went')
                self.forget(of, prefix, metric)

    def check(self, m):
        """The kernel must have what the model has."""
        fibs, listed = ktap.poll('FIBs count their routes', lambda: counted(m))
        hops = m.nexthops()
        same(sorted(fibs), sorted(self.fibs), 'FIBs')
        same(sorted(hops), sorted(self.hops), 'next hops')
        uses = dict.fromkeys(hops, 0)
        wanted = {}
        for of, (dst, plen), metric, route in self.every_route():
            if route.hop:
                uses[route.hop] += 1
            if not of.of:
                wanted[of.id, dst, plen, metric] = route
        for fib, dst, plen, metric, got in listed:
            if got is None:
                continue  # followed
            route = wanted.pop((fib, dst, plen, metric), None)
            what = f'{ipaddress.ip_address(dst)}/{plen} metric {metric}'
            same(route is not None, True, f'FIB {fib} should have {what}')
            self.check_route(route, got, f'{what} of FIB {fib}')
        same(wanted, {}, 'routes that are missing')
        for hop, values in hops.items():
            known = self.hops[hop]
            ifindex = values.get(MFIB_NEXTHOP_A_IFINDEX)
            same((ifindex and number(ifindex),
                  values.get(MFIB_NEXTHOP_A_GATEWAY),
                  number(values[MFIB_NEXTHOP_A_ROUTES]),
                  MFIB_NEXTHOP_A_GROUP in values, mtu(values)),
                 (known.ifindex, known.gateway, uses[hop],
                  known.members is not None, known.mtu), f'next hop {hop}')
            if known.members is not None:
                same([(member, (how['weight'], how['backup'])) for member, how
                      in m.group(hop)['members'].items()],
                     list(known.members.items()), f'members of {hop}')
        for fib, values in fibs.items():
            same(number(values[MFIB_FIB_A_MAX_ROUTES]), self.fibs[fib].most,
                 f'limit of FIB {fib}')
            draft = self.fibs[fib].draft
            same(MFIB_FIB_A_DRAFT in values and
                 number(values[MFIB_FIB_A_DRAFT]),
                 draft is not None and len(draft),
                 f'routes of the draft of FIB {fib}')
            m.fib_check(fib)

    def check_route(self, route, got, what):
        same(number(got[MFIB_ROUTE_A_TYPE]), route.kind, f'type of {what}')
        same(number(got[MFIB_ROUTE_A_PROTOCOL]), route.proto,
             f'protocol of {what}')
        same(number(got.get(MFIB_ROUTE_A_GENERATION, b'')), route.generation,
             f'generation of {what}')
        same(bool(number(got[MFIB_ROUTE_A_FLAGS]) & MFIB_ROUTE_F_FOREIGN),
             route.foreign, f'whether {what} is foreign')
        hop = dict(genl.parse(got.get(MFIB_ROUTE_A_NEXTHOP, b'')))
        if route.kind != RTN_UNICAST:
            same(hop, {}, f'next hop of {what}')
            return
        if route.hop:
            same(number(hop[MFIB_NEXTHOP_A_ID]), route.hop,
                 f'id of the next hop of {what}')
            return
        same(MFIB_NEXTHOP_A_GROUP in hop, route.several, f'group of {what}')
        same(mtu(hop), route.mtu, f'MTU of {what}')
        if route.several:
            got = members(got)
        else:
            same(number(hop.get(MFIB_NEXTHOP_A_FIB_ID, b'')) or None,
                 self.leads(route.hops[0][0]), f'FIB that {what} leads to')
            got = [(number(hop[MFIB_NEXTHOP_A_IFINDEX]),
                    hop.get(MFIB_NEXTHOP_A_GATEWAY), 1)]
        # the devices that mfib chose become known
        if len(got) == len(route.hops):
            route.hops = [(found if known is None else known, *rest) for
                          (found, *_), (known, *rest) in zip(got, route.hops)]
        same(got, route.hops, f'next hops of {what}')


def mtu(values):
    return (number(values.get(MFIB_NEXTHOP_A_MTU, b'')),
            MFIB_NEXTHOP_A_MTU_LOCKED in values)


def members(values):
    """(ifindex, gateway, weight) of each member of a route's own group."""
    hop = dict(genl.parse(values.get(MFIB_ROUTE_A_NEXTHOP, b'')))
    several = [dict(genl.parse(nested)) for _, nested in
               genl.parse(hop.get(MFIB_NEXTHOP_A_GROUP, b''))]
    return [(number(x[MFIB_MEMBER_A_IFINDEX]), x.get(MFIB_MEMBER_A_GATEWAY),
             number(x[MFIB_MEMBER_A_WEIGHT])) for x in several]


def counted(m):
    """FIBs and routes, if the ones' numbers are those of the others. They need
    not be while what a FIB follows changes."""
    fibs, listed = m.fibs(), list(routes(m, True))
    numbers = dict.fromkeys(fibs, 0)
    for fib, *_ in listed:
        numbers[fib] = numbers.get(fib, 0) + 1
    right = numbers == {fib: number(values[MFIB_FIB_A_ROUTES4]) +
                        number(values[MFIB_FIB_A_ROUTES6])
                        for fib, values in fibs.items()}
    return right and (fibs, listed)


def ports(m):
    return [dict(genl.parse(dict(attrs)[MFIB_A_PORT]))
            for _, attrs in m.dump(MFIB_CMD_PORT_GET)]


def routes(m, followed=False):
    """(FIB, address, length, metric, attributes) of all routes; of those that
    are followed, if they are wanted, without the attributes."""
    for _, attrs in m.dump(MFIB_CMD_ROUTE_GET):
        attrs = dict(attrs)
        values = dict(genl.parse(attrs[MFIB_A_ROUTE]))
        own = not number(values[MFIB_ROUTE_A_FLAGS]) & MFIB_ROUTE_F_FOLLOWED
        if own or followed:
            yield (number(attrs[MFIB_A_FIB_ID]), values[MFIB_ROUTE_A_DST],
                   number(values[MFIB_ROUTE_A_PLEN]),
                   number(values[MFIB_ROUTE_A_METRIC]),
                   values if own else None)
