# SPDX-License-Identifier: GPL-2.0
"""What the specification of a generic netlink family (Documentation/netlink/
specs) says of messages: their contents, and whether the kernel takes them.

A message's contents are a list of (name, value) here. A value is an int, bytes,
str, None of a flag, or such a list of a nest.
"""
import struct

import yaml

NLA_F_NESTED = 0x8000
NLA_TYPE_MASK = 0x3fff
SIZES = {'u8': 1, 'u16': 2, 'u32': 4, 'u64': 8,
         's8': 1, 's16': 2, 's32': 4, 's64': 8}


def mask(entries):
    """The bits of flags."""
    result, bit = 0, -1
    for entry in entries:
        bit = entry.get('value', bit + 1)
        result |= 1 << bit
    return result


class Attribute:
    """One attribute of a set; low and high bound a number, least and most the
    length of anything else."""

    def __init__(self, entry, number, masks):
        checks = entry.get('checks', {})
        self.name = entry['name']
        self.number = number
        self.kind = entry['type']
        self.size = SIZES.get(self.kind)
        self.group = entry.get('nested-attributes')
        self.multi = entry.get('multi-attr', False)
        self.low = checks.get('min', 0)
        self.high = checks.get('max')
        if self.high is None and self.size:
            self.high = (1 << 8 * self.size) - 1
        self.least = checks.get('exact-len', checks.get('min-len', 0))
        self.most = checks.get('exact-len', checks.get('max-len'))
        self.enum = entry.get('enum')
        self.mask = masks.get(checks.get('flags-mask'))
        # tests/ynl sees that the kernel has no policy for such a one
        self.output = self.kind == 'pad' or \
            'Output only' in entry.get('doc', '')

    def refuses(self, payload, output=False):
        """Why strict validation does not take a payload, if it is no nest."""
        length = len(payload)
        if self.size:
            if length != self.size:
                return 'length'
            if not self.low <= int.from_bytes(payload, 'little') <= self.high:
                return 'range'
            if self.mask is not None and not output and \
                    int.from_bytes(payload, 'little') & ~self.mask:
                return 'flags'
        elif self.kind == 'flag' and length:
            return 'length'
        elif self.kind == 'string' and b'\0' not in payload:
            return 'end of a string'
        elif self.kind in ('string', 'binary'):
            length -= self.kind == 'string'
            if length < self.least or \
                    self.most is not None and length > self.most:
                return 'length'
        return None


class Group:
    """An attribute set."""

    def __init__(self, entry, masks):
        self.name = entry['name']
        self.by_name, self.by_number = {}, {}
        number = 0
        for each in entry['attributes']:
            number = each.get('value', number + 1)
            attribute = Attribute(each, number, masks)
            self.by_name[attribute.name] = attribute
            self.by_number[number] = attribute


class Operation:
    """A command; do and dump are the names of what a request may have, None
    if there is no such request."""

    def __init__(self, entry, number):
        self.name = entry['name']
        self.number = number
        self.group = entry['attribute-set']
        self.admin = bool({'admin-perm', 'uns-admin-perm'} &
                          set(entry.get('flags', ())))
        self.lax = entry.get('dont-validate', [])
        self.do, self.dump = (
            entry[how].get('request', {}).get('attributes', [])
            if how in entry else None for how in ('do', 'dump'))
        self.names = set(self.do or ()) | set(self.dump or ())


class Spec:
    def __init__(self, path):
        with open(path) as file:
            spec = yaml.safe_load(file)
        self.family = spec['name']
        masks = {entry['name']: mask(entry['entries'])
                 for entry in spec.get('definitions', ())
                 if entry['type'] == 'flags'}
        self.groups = {entry['name']: Group(entry, masks)
                       for entry in spec['attribute-sets']}
        self.operations = {}
        number = 0
        for entry in spec['operations']['list']:
            number = entry.get('value', number + 1)
            self.operations[number] = Operation(entry, number)
        self.enums = {entry['name']: len(entry['entries'])
                      for entry in spec.get('definitions', ())
                      if entry['type'] == 'enum'}

    def operation(self, name):
        return next(each for each in self.operations.values()
                    if each.name == name)

    def refuses(self, data, group, names=None, output=False):
        """Why strict validation does not take attributes, None if it does.

        Of the outermost ones only names are taken, if given; those that are
        in answers only are not, unless output is set.
        """
        group = self.groups[group]
        while len(data) >= 4:
            length, kind = struct.unpack_from('=HH', data)
            if not 4 <= length <= len(data):
                break
            payload, data = data[4:length], data[(length + 3) & ~3:]
            attribute = group.by_number.get(kind & NLA_TYPE_MASK)
            if not attribute or not output and attribute.output or \
                    names is not None and attribute.name not in names:
                return f'attribute {kind & NLA_TYPE_MASK} in {group.name}'
            if bool(kind & NLA_F_NESTED) != (attribute.kind == 'nest'):
                return f'NLA_F_NESTED of {attribute.name}'
            why = self.refuses(payload, attribute.group, output=output) \
                if attribute.kind == 'nest' else attribute.refuses(payload, output)
            if why:
                return f'{attribute.name}: {why}'
        return f'{len(data)} bytes behind the attributes' if data else None

    def decode(self, data, group):
        """Contents of attributes that are well-formed."""
        group, items = self.groups[group], []
        while len(data) >= 4:
            length, kind = struct.unpack_from('=HH', data)
            payload, data = data[4:length], data[(length + 3) & ~3:]
            attribute = group.by_number[kind & NLA_TYPE_MASK]
            items.append((attribute.name, self.value(attribute, payload)))
        return items

    def value(self, attribute, payload):
        if attribute.kind == 'nest':
            return self.decode(payload, attribute.group)
        if attribute.size:
            return int.from_bytes(payload, 'little')
        if attribute.kind == 'flag':
            return None
        return payload
