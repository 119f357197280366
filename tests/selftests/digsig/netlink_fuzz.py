#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Messages out of digsig's specification, right ones and broken ones.

Each answer must be one that a model allows, and what there is afterwards what
the model has. The module is loaded for recovery, so that the guest can go on
whatever modes are asked for; and no request locks it, for the others would only
be refused then. CGR_SEED and CGR_SECONDS: see lib/fuzz.py.
"""
import contextlib
import errno
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import fuzz
import ktap
from digsig import *
from ktap import same, test

MESSAGES = 1500
RULES_MAX = 64
CERTIFICATES = ['good', 'other', 'wrong-usage', 'wrong-purpose']
HASHES = 32, 48, 64
INVALID = {errno.EINVAL, errno.ERANGE}
LOOKUP = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EACCES,
          errno.ELOOP}
OPEN = LOOKUP | {0, errno.EINVAL, errno.EBADF, errno.EISDIR, errno.ENXIO,
                 errno.ENODEV}
WEIGHTS = {'status-get': 3, 'mode-set': 4, 'fs-add': 6, 'fs-del': 4,
           'fs-get': 2, 'key-add': 5, 'key-del': 4, 'key-get': 2,
           'revoke': 3, 'revoke-get': 2, 'check': 5, 'cache-flush': 2}

folder = tempfile.mkdtemp(prefix='digsig-')
files = [shutil.copy(made('answer'), folder + '/plain'),
         sign(shutil.copy(made('answer'), folder + '/signed'))]
files.append(tamper(shutil.copy(files[1], folder + '/tampered')))
certificates = {fingerprint(der): der for der in
                (read(made(name + '.der')) for name in CERTIFICATES)}
GOOD_ONES = [fingerprint(read(made(name + '.der')))
             for name in ('good', 'other')]
PATHS = [folder, '/', '/proc', '/sys', '/dev', '/none', files[0] + '/x', '']
TYPES = ['tmpfs', 'ext4', '9p', 'none', 'x' * 40, '']


class Unlocking(fuzz.message.Message):
    """A message that does not lock anything, however it is spoilt."""
    def encode(self, seq):
        data = super().encode(seq)
        if data[16:17] == bytes([DIGSIG_CMD_LOCK]):
            data = data[:16] + bytes([DIGSIG_CMD_STATUS_GET]) + data[17:]
        return data


fuzz.message.Message = Unlocking


class Target(fuzz.Target):
    spec = 'digsig.yaml'
    answers = fuzz.Target.answers | OPEN | {
        errno.EBADMSG, errno.EKEYEXPIRED, errno.EKEYREVOKED,
        errno.EKEYREJECTED, errno.ENOPKG, errno.ENOSPC}

    def __init__(self):
        self.d = Digsig()
        self.sync()

    def sync(self):
        """The model is what there is."""
        self.modes = {hook: each[DIGSIG_HOOK_A_MODE]
                      for hook, each in self.d.hooks().items()}
        self.optional = {hook for hook, each in self.d.hooks().items()
                         if each[DIGSIG_HOOK_A_FLAGS] &
                         DIGSIG_HOOK_F_OPTIONAL}
        self.keys = set(self.d.keys())
        self.revoked = {(kind == DIGSIG_REVOCATION_A_FINGERPRINT, digest)
                        for kind, digest in self.d.revoked()}
        # what a rule for a mount says of it leads to no path
        self.mounts = {}
        for path in PATHS:
            with contextlib.suppress(OSError):
                self.d.unexempt(path=path)
        self.types = {rule[DIGSIG_FS_A_TYPE][:-1]:
                      number(rule[DIGSIG_FS_A_RULE])
                      for rule in self.d.rules() if DIGSIG_FS_A_TYPE in rule}

    # ---- requests ----

    def operation(self, x):
        return x.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]

    def flags(self, x, operation):
        return 0

    def message(self, x, operation, dump):
        make = {'mode-set': self.any_modes, 'fs-add': self.any_rule,
                'fs-del': self.any_filesystem, 'key-add': self.any_certificate,
                'key-del': self.any_key, 'revoke': self.any_revocation,
                'check': self.any_file}.get(operation.name)
        return make(x) if make and x.random() < .95 else []

    def any_modes(self, x):
        items = [('mode', self.any_mode(x))] if x.random() < .5 else []
        for _ in range(x.choice((0, 1, 1, 2, 30))):
            hook = [('id', x.randrange(13)), ('mode', self.any_mode(x))]
            if x.random() < .05:
                hook.pop(x.randrange(2))
            items.append(('hook', hook))
        return items

    def any_mode(self, x):
        return x.choices((0, 1, 2, 3, 255), (20, 20, 3, 1, 1))[0]

    def any_rule(self, x):
        rule = [('rule', x.choices((0, 1, 2), (10, 10, 1))[0])] \
            if x.random() < .97 else []
        (name, value), = self.any_filesystem(x)
        return [(name, value + rule)]

    def any_filesystem(self, x):
        items = []
        if x.random() < .5:
            name = x.choice(TYPES) if x.random() < .6 else \
                f't{x.randrange(80)}'
            items.append(('type', name))
        if not items or x.random() < .03:
            items.append(('path', x.choice(PATHS)))
        return [('fs', items)]

    def any_certificate(self, x):
        der = certificates[x.choice(list(certificates))]
        if x.random() < .3:
            at = x.randrange(len(der))
            der = x.choice((der[:at], der + b'x', b'', x.randbytes(300),
                            der[:at] + x.randbytes(1) + der[at + 1:]))
        return [('key', [('certificate', der)])]

    def any_key(self, x):
        return [('key', [('fingerprint', self.any_fingerprint(x))])]

    def any_fingerprint(self, x):
        if x.random() < .7:
            return x.choice(GOOD_ONES)
        return x.randbytes(x.choice((32, 32, 32, 31, 0)))

    def any_revocation(self, x):
        if x.random() < .4:
            value = bytes([x.randrange(4)]) * x.choice((32, 32, 48, 33))
            return [('revocation', [('fingerprint', value)])]
        size = x.choice(HASHES + (0, 65, 40))
        value = bytes([x.randrange(20)]) * size
        return [('revocation', [('digest', value)])]

    def any_file(self, x):
        items = []
        if x.random() < .7:
            items.append(('path', x.choice(files + PATHS)))
        if not items or x.random() < .03:
            items.append(('fd', x.choice((0, 1, 3, 1000, 0xffffffff))))
        return [('check', items)]

    # ---- what came of them ----

    def judge(self, request, error, replies):
        code = error.errno if error else 0
        if error and any(word in error.msg
                         for word in ('genlmsghdr', 'nlmsg_flags')):
            return  # what is reserved in headers
        if request.weak:
            # lengths are looked at before rights
            same(code in (errno.EPERM, errno.ERANGE), True, 'end')
            return
        tb = dict(request.contents)
        name = request.operation.name
        if request.dump or name in ('status-get', 'cache-flush', 'lock'):
            same(code, 0, 'end')
            return
        ends, apply = getattr(self, 'do_' + name.replace('-', '_'))(tb,
                                                                 request)
        if code not in ends:
            raise AssertionError(f'it may end with {ends}')
        if not code and apply:
            apply()
        same(len(replies), name == 'check' and not code, 'number of replies')

    def do_mode_set(self, tb, request):
        modes, hooks = dict(self.modes), []
        for name, value in request.contents:
            if name == 'hook':
                hooks.append(dict(value))
        every = [tb['mode']] if 'mode' in tb else []
        if any(mode > 2 for mode in every) or \
                any(hook.get('mode', 0) > 2 or hook.get('id', 0) > 12
                    for hook in hooks):
            return INVALID, None
        if not every and not hooks or \
                any(len(hook.keys() & {'id', 'mode'}) < 2 for hook in hooks):
            return {errno.EINVAL}, None
        for hook in modes:
            if every and hook not in self.optional:
                modes[hook] = every[0]
        for hook in hooks:
            modes[hook['id']] = hook['mode']
        if DIGSIG_MODE_ENFORCE in modes.values():
            return {errno.EPERM}, None
        return {0}, lambda: setattr(self, 'modes', modes)

    def filesystem(self, inner):
        """(ends, where rules are, key)"""
        if ('type' in inner) == ('path' in inner):
            return INVALID, None, None
        if 'type' in inner:
            name = inner['type'].split(b'\0')[0]
            if not name or len(name) > 31:
                return INVALID, None, None
            return None, self.types, name
        try:
            return None, self.mounts, os.stat(
                inner['path'].split(b'\0')[0]).st_dev
        except OSError:
            return LOOKUP | INVALID, None, None

    def do_fs_add(self, tb, request):
        inner = dict(tb.get('fs', ()))
        if 'rule' not in inner or inner['rule'] > 1:
            return INVALID, None
        ends, rules, key = self.filesystem(inner)
        if ends:
            return ends, None
        if key in rules:
            return {errno.EEXIST}, None
        if len(self.types) + len(self.mounts) >= RULES_MAX:
            return {errno.ENOSPC}, None
        return {0}, lambda: rules.update({key: inner['rule']})

    def do_fs_del(self, tb, request):
        inner = dict(tb.get('fs', ()))
        if 'rule' in inner:
            return INVALID, None
        ends, rules, key = self.filesystem(inner)
        if ends:
            return ends, None
        if key not in rules:
            return {errno.ENOENT}, None
        return {0}, lambda: rules.pop(key)

    def do_key_add(self, tb, request):
        inner = dict(tb.get('key', ()))
        if set(inner) != {'certificate'}:
            return INVALID, None
        der = inner['certificate']
        which = fingerprint(der)
        if which in self.keys:
            return {errno.EEXIST}, None
        if (True, which) in self.revoked:
            return {errno.EKEYREVOKED}, None
        if which in GOOD_ONES:
            return {0}, lambda: self.keys.add(which)
        if which in certificates:
            return {errno.EKEYREJECTED}, None
        # a change may be in what nobody looks at
        return {0, errno.EBADMSG, errno.EKEYREJECTED, errno.EKEYEXPIRED,
                errno.ENOPKG} | INVALID, self.sync

    def do_key_del(self, tb, request):
        inner = dict(tb.get('key', ()))
        if set(inner) != {'fingerprint'} or len(inner['fingerprint']) != 32:
            return INVALID, None
        fingerprint = inner['fingerprint']
        if fingerprint not in self.keys:
            return {errno.ENOENT}, None
        return {0}, lambda: self.keys.remove(fingerprint)

    def do_revoke(self, tb, request):
        inner = dict(tb.get('revocation', ()))
        if len(inner) != 1:
            return INVALID, None
        (kind, digest), = inner.items()
        certificate = kind == 'fingerprint'
        if len(digest) not in ((32,) if certificate else HASHES):
            return INVALID, None
        if (certificate, digest) in self.revoked:
            return {errno.EEXIST}, None

        def apply():
            self.revoked.add((certificate, digest))
            if certificate:
                self.keys.discard(digest)
        return {0}, apply

    def do_check(self, tb, request):
        inner = dict(tb.get('check', ()))
        if len(inner) != 1:
            return INVALID, None
        if inner.get('path', b'').split(b'\0')[0] in map(os.fsencode, files):
            return {0}, None
        return OPEN | INVALID, None

    def check(self):
        same({hook: each[DIGSIG_HOOK_A_MODE]
              for hook, each in self.d.hooks().items()}, self.modes, 'modes')
        same(set(self.d.keys()), self.keys, 'certificates')
        same({(kind == DIGSIG_REVOCATION_A_FINGERPRINT, digest)
              for kind, digest in self.d.revoked()}, self.revoked, 'revoked')
        rules = self.d.rules()
        same({rule[DIGSIG_FS_A_TYPE][:-1]: number(rule[DIGSIG_FS_A_RULE])
              for rule in rules if DIGSIG_FS_A_TYPE in rule}, self.types,
             'rules for types')
        same(len(rules), len(self.types) + len(self.mounts), 'rules')
        status = self.d.status()
        same((status[DIGSIG_STATUS_A_KEYS], status[DIGSIG_STATUS_A_REVOKED]),
             (len(self.keys), len(self.revoked)), 'counters')

    def empty(self):
        for fingerprint in self.d.keys():
            self.d.key_del(fingerprint)
        for name in list(self.types):
            self.d.fs(DIGSIG_CMD_FS_DEL, type=os.fsdecode(name))
        self.sync()
        same((self.keys, self.types, self.d.rules()), (set(), {}, []), 'left')


def at_home(function):
    """The family is in the first network namespace alone."""
    ktap.setns(os.open('/proc/1/ns/net', os.O_RDONLY))
    function()


@test
def requests_and_their_answers():
    def requests(seed):
        def inside():
            target = Target()
            fuzzer = fuzz.Fuzzer(target, seed)
            fuzzer.run(MESSAGES)
            fuzzer.check_variety()
            target.empty()
        at_home(inside)

    fuzz.rounds(requests, .7)


@test
def many_processes_at_once():
    program = sign(shutil.copy(made('answer'), folder + '/busy'))

    def programs(end):
        while time.monotonic() < end:
            same(execute(program), ANSWER)

    def processes(seed):
        def inside():
            end = time.monotonic() + 5
            pids = [ktap.child(lambda: programs(end))]
            for i in range(3):
                pids.append(ktap.child(lambda: fuzz.Fuzzer(
                    Target(), seed + i, alone=False).run(1e9, 5)))
            same([ktap.wait(pid) for pid in pids], [0] * 4, 'how they ended')
            target = Target()
            target.check()
            target.empty()
        at_home(inside)

    fuzz.rounds(processes, .3)


if __name__ == '__main__':
    unload()
    load(recovery=1)
    print(f'# CGR_SEED={fuzz.SEED}')
    try:
        ktap.main(fuzz.SECONDS + 200, namespace=False)
    finally:
        # the next one may want to enforce something
        unload()
