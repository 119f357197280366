#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Certificates, revocation, modes, checks and who may ask for them."""
import ctypes
import errno
import hashlib
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import genl
import ktap
from digsig import *
from ktap import test

digsig = begin()
events = Events(digsig)
folder = tempfile.mkdtemp(prefix='digsig-')
random.seed(1)

good, other = read(made('good.der')), read(made('other.der'))


def copy(name='answer', to=None):
    return shutil.copy(made(name), os.path.join(folder, to or name))


def refused_because(code, word, function, *args, **keywords):
    """It fails, and the sentence says why."""
    error = refused(code, function, *args, **keywords)
    if word not in error.msg:
        raise AssertionError(f'{word!r} is not in {error.msg!r}')
    return error


@test
def certificates_are_added_and_removed():
    path = sign(copy(to='by-other'), key=OTHER)
    same(set(digsig.keys()), {fingerprint(good)}, 'certificates')
    refused_because(errno.EEXIST, 'already', digsig.key_add, good)
    with enforcing(digsig, 'exec'):
        refused(errno.EPERM, execute, path)
        digsig.key_add(other)
        same(execute(path), ANSWER)
        same(len(digsig.keys()), 2, 'certificates')
        if 'other' not in digsig.keys()[fingerprint(other)]:
            raise AssertionError(digsig.keys())
        digsig.key_del(fingerprint(other))
        refused(errno.EPERM, execute, path)
    refused_because(errno.ENOENT, 'no such', digsig.key_del,
                    fingerprint(other))


@test
def renewed_certificate_is_another_one():
    """It has the same subject and key. What the old one signed is trusted as
    long as the old one is."""
    path, renewed = sign(copy(to='by-the-old')), read(made('renewed.der'))
    digsig.key_add(renewed)
    try:
        same(set(digsig.keys()), {fingerprint(good), fingerprint(renewed)},
             'certificates')
        with enforcing(digsig, 'exec'):
            same(execute(path), ANSWER)
            digsig.key_del(fingerprint(renewed))
            same(execute(path), ANSWER, 'without the renewed one')
            digsig.key_add(renewed)
            digsig.key_del(fingerprint(good))
            refused(errno.EPERM, execute, path)
            digsig.key_add(good)
            same(execute(path), ANSWER, 'trusted again')
    finally:
        digsig.key_del(fingerprint(renewed))


@test
def certificates_that_are_not_taken():
    for name in 'wrong-usage', 'wrong-purpose':
        refused_because(errno.EKEYREJECTED, 'usage', digsig.key_add,
                        read(made(name + '.der')))
    refused_because(errno.EBADMSG, 'DER', digsig.key_add,
                    read(made('good.pem')))
    refused(errno.EBADMSG, digsig.key_add, b'')
    refused(errno.EBADMSG, digsig.key_add, other[:-1])
    refused(errno.EBADMSG, digsig.key_add, other + b'\0')
    refused(errno.ERANGE, digsig.key_add, bytes(65001))
    now = time.time()
    time.clock_settime(time.CLOCK_REALTIME, now + 20 * 365 * 86400)
    try:
        refused_because(errno.EKEYEXPIRED, 'expired', digsig.key_add, other)
    finally:
        time.clock_settime(time.CLOCK_REALTIME, now)
    for _ in range(500):
        broken = bytearray(other)
        for _ in range(random.randint(1, 4)):
            broken[random.randrange(len(broken))] = random.randrange(256)
        broken = bytes(broken[:random.choice([len(broken),
                                              random.randrange(len(broken))])])
        try:
            digsig.key_add(broken)
            digsig.key_del(fingerprint(broken))
        except OSError:
            pass
    same(set(digsig.keys()), {fingerprint(good)}, 'certificates')


@test
def modes():
    hooks = digsig.hooks()
    optional = {hook for hook, attrs in hooks.items()
                if attrs[DIGSIG_HOOK_A_FLAGS] & DIGSIG_HOOK_F_OPTIONAL}
    same(optional, {DIGSIG_HOOK_SCRIPT, DIGSIG_HOOK_ANON, DIGSIG_HOOK_FIRMWARE,
                    DIGSIG_HOOK_INITRAMFS}, 'optional hooks')
    same(len(hooks), len(HOOKS), 'hooks')
    digsig.mode(DIGSIG_MODE_OFF)
    for hook, attrs in digsig.hooks().items():
        same(attrs[DIGSIG_HOOK_A_MODE], DIGSIG_MODE_OFF, hook)
    digsig.mode(DIGSIG_MODE_AUDIT, exec=DIGSIG_MODE_OFF)
    for hook, attrs in digsig.hooks().items():
        same(attrs[DIGSIG_HOOK_A_MODE], DIGSIG_MODE_AUDIT if hook not in
             optional | {DIGSIG_HOOK_EXEC} else DIGSIG_MODE_OFF, hook)
    # all or nothing
    refused(errno.ERANGE, digsig.mode, DIGSIG_MODE_OFF, exec=3)
    same(digsig.hooks()[DIGSIG_HOOK_MMAP][DIGSIG_HOOK_A_MODE],
         DIGSIG_MODE_AUDIT)
    digsig.mode(DIGSIG_MODE_AUDIT)


@test
def nothing_is_enforced_without_a_certificate():
    digsig.key_del(fingerprint(good))
    try:
        refused_because(errno.ENOKEY, 'certificate', digsig.mode,
                        DIGSIG_MODE_ENFORCE)
    finally:
        digsig.key_add(good)


@test
def a_check_has_no_effect():
    path = sign(copy(to='checked'), digest='sha384')
    unsigned = copy(to='unchecked')
    digsig.flush()
    events.take()
    before = digsig.hooks(), digsig.status()[DIGSIG_STATUS_A_CACHE_ENTRIES]
    answer = digsig.check(path)
    same(number(answer[DIGSIG_CHECK_A_CAUSE]), DIGSIG_CAUSE_NONE, 'cause')
    same(number(answer[DIGSIG_CHECK_A_PLACEMENT]), DIGSIG_PLACEMENT_ELF)
    same(len(answer[DIGSIG_CHECK_A_DIGEST]), 48, 'size of the digest')
    with open(path, 'rb') as file:
        same(digsig.check(fd=file.fileno()), answer)
    same(digsig.cause(unsigned), 'DIGSIG_CAUSE_UNSIGNED')
    # our own shell commands, on an exempt filesystem
    answer = digsig.check('/bin/true')
    same(number(answer[DIGSIG_CHECK_A_FLAGS]), DIGSIG_CHECK_F_EXEMPT)
    same((digsig.hooks(), digsig.status()[DIGSIG_STATUS_A_CACHE_ENTRIES]),
         before, 'state')
    same(events.take(), [], 'events')
    execute(path)
    same(number(digsig.check(path)[DIGSIG_CHECK_A_FLAGS]),
         DIGSIG_CHECK_F_CACHED)
    refused_because(errno.ENOENT, 'opened', digsig.check, '/none')
    refused(errno.EBADF, digsig.check, fd=9999)
    refused_because(errno.EINVAL, 'regular', digsig.check, folder)
    refused_because(errno.EINVAL, 'one of them', digsig.check)


def attribute(path, record):
    os.setxattr(path, 'security.digsig', record)
    return digsig.cause(path)


@test
def malformed_records():
    path = sign(copy(to='record'), place='xattr')
    record = os.getxattr(path, 'security.digsig')
    length, = struct.unpack_from('<I', record, 12)
    same(attribute(path, record), 'DIGSIG_CAUSE_NONE')
    for at, value in (0, 0), (8, 2), (9, 0), (9, 4), (11, 1):
        changed = bytearray(record)
        changed[at] = value
        same(attribute(path, bytes(changed)), 'DIGSIG_CAUSE_MALFORMED', at)
    for wrong in 0, 16385, 1 << 31, (1 << 32) - 1, len(record):
        same(attribute(path, record[:12] + struct.pack('<I', wrong) +
                       record[16:]), 'DIGSIG_CAUSE_MALFORMED', wrong)
    for size in 1, 15, 16, 16 + length - 1:
        same(attribute(path, record[:size]), 'DIGSIG_CAUSE_MALFORMED', size)
    same(attribute(path, record.ljust(16449, b'\0')), 'DIGSIG_CAUSE_MALFORMED')
    same(attribute(path, record[:-1] + b'\1' if len(record) > 16 + length
                   else record + b'\1'), 'DIGSIG_CAUSE_MALFORMED')
    # the digest is of another kind than the signature says
    changed = bytearray(record)
    changed[9] = 2
    same(attribute(path, bytes(changed)), 'DIGSIG_CAUSE_TAMPERED')
    for cms in b'\x30\0', bytes(300), b'\x30\x84\xff\xff\xff\xff' + bytes(50):
        same(attribute(path, record[:12] + struct.pack('<I', len(cms)) + cms),
             'DIGSIG_CAUSE_BAD_CMS')
    # of the container the kernel ignores some bits, of the signature none
    for at in [random.randrange(16, 16 + length) for _ in range(300)] + \
            [random.randrange(16 + length - 256, 16 + length)
             for _ in range(100)]:
        changed = bytearray(record)
        changed[at] ^= 1 << random.randrange(8)
        cause = attribute(path, bytes(changed))
        if at >= 16 + length - 256 and cause == 'DIGSIG_CAUSE_NONE':
            raise AssertionError(f'a changed signature is good, byte {at}')
    same(attribute(path, record), 'DIGSIG_CAUSE_NONE')


@test
def a_cms_with_a_certificate_of_its_own():
    path = sign(copy(to='chain'), place='xattr')
    record = os.getxattr(path, 'security.digsig')
    statement = os.path.join(folder, 'statement')
    write(statement, b'digsig-v1 file sha256:' +
          hashlib.sha256(read(path)).digest())

    def cms(*options):
        subprocess.run(['openssl', 'cms', '-sign', '-binary', '-noattr', '-md',
                        'sha256', '-outform', 'DER', '-in', statement,
                        '-signer', made('good.pem'), '-inkey',
                        made('good.key'), '-out', statement + '.cms',
                        *options], check=True)
        der = read(statement + '.cms')
        return record[:12] + struct.pack('<I', len(der)) + der
    same(attribute(path, cms('-nocerts')), 'DIGSIG_CAUSE_NONE',
         'what openssl signs')
    same(attribute(path, cms()), 'DIGSIG_CAUSE_BAD_CMS')


@test
def malformed_notes():
    path = sign(copy(to='note'), place='elf')
    content = read(path)
    same(digsig.cause(path), 'DIGSIG_CAUSE_NONE')
    at = content.rindex(b'\x7fDIGSIG\0')
    answer = digsig.check(write(path, content[:at] + b'?' + content[at + 1:]))
    same(CAUSES[number(answer[DIGSIG_CHECK_A_CAUSE])],
         'DIGSIG_CAUSE_MALFORMED')
    if not text(answer[DIGSIG_CHECK_A_WHY]):
        raise AssertionError('it does not say why')
    for size in len(content) - 1, at, at - 30, len(content) + 1:
        write(path, content[:size].ljust(size, b'\0'))
        if digsig.cause(path) == 'DIGSIG_CAUSE_NONE':
            raise AssertionError(f'{size} bytes of {len(content)}')
    # of the container the kernel ignores some bits, see above
    length, = struct.unpack_from('<I', content, at + 12)
    container = range(at + 16, at + 16 + length - 256)
    for byte in [random.randrange(len(content)) for _ in range(200)]:
        if byte in container:
            continue
        changed = bytearray(content)
        changed[byte] ^= 1 << random.randrange(8)
        if digsig.cause(write(path, bytes(changed))) == 'DIGSIG_CAUSE_NONE':
            raise AssertionError(f'one bit is another, byte {byte}')


@test
def what_needs_rights():
    def ask():
        # a dump's error comes without a sentence on some kernels
        for request in digsig.keys, digsig.revoked, digsig.rules:
            refused(errno.EPERM, request)
        for request in (digsig.status, digsig.flush, digsig.lock,
                        lambda: digsig.check('/bin/true'),
                        lambda: digsig.key_add(other),
                        lambda: digsig.key_del(fingerprint(good)),
                        lambda: digsig.mode(DIGSIG_MODE_OFF),
                        lambda: digsig.exempt(type='tmpfs')):
            refused_because(errno.EPERM, 'CAP_MAC_ADMIN', request)
        return 1

    def user():
        os.setuid(65534)
        return ask()

    def namespace():
        ktap.unshare(ktap.CLONE_NEWUSER)
        return ask()
    for way in user, namespace:
        same(attempt(way), 1)

    def listener():
        os.setuid(65534)
        genl.Family('digsig').sock.setsockopt(
            genl.SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, digsig.group)
    refused(errno.EPERM, attempt, listener)

    def elsewhere():
        ktap.unshare(ktap.CLONE_NEWNET)
        genl.Family('digsig')
    refused(errno.ENOENT, attempt, elsewhere)


@test
def requests_that_are_wrong():
    request = digsig.request
    for cmd in DIGSIG_CMD_MODE_SET, DIGSIG_CMD_FS_ADD, DIGSIG_CMD_FS_DEL, \
            DIGSIG_CMD_KEY_ADD, DIGSIG_CMD_KEY_DEL, DIGSIG_CMD_REVOKE, \
            DIGSIG_CMD_CHECK:
        refused(errno.EINVAL, request, cmd, 0)
    for cmd in range(1, DIGSIG_CMD_EVENT + 2):
        for _ in range(30):
            junk = bytes(random.randrange(256) for _ in range(
                random.randrange(80)))
            try:
                request(cmd, 0, struct.pack('=HH', 4 + len(junk),
                                            random.randrange(16)) + junk +
                        bytes(-len(junk) % 4))
            except OSError:
                pass
            if cmd in (DIGSIG_CMD_LOCK, DIGSIG_CMD_STATUS_GET,
                       DIGSIG_CMD_CACHE_FLUSH):
                break
        if cmd + 1 == DIGSIG_CMD_LOCK:
            break
    refused_because(errno.EINVAL, 'one of them', digsig.exempt)
    refused_because(errno.EINVAL, 'one of them', digsig.exempt, type='a',
                    path='/')
    refused_because(errno.EINVAL, 'empty', digsig.exempt, type='')
    refused_because(errno.EINVAL, 'empty', digsig.exempt, type='\0x')
    refused_because(errno.EINVAL, 'empty', digsig.exempt, path='')
    refused_because(errno.ENOENT, 'path', digsig.exempt, path='/none')
    refused_because(errno.ENOENT, 'rule', digsig.unexempt, type='none')
    refused_because(errno.EEXIST, 'already', digsig.exempt, type='9p')
    refused(errno.EINVAL, digsig.exempt, type='x' * 32)


@test
def losses_are_counted():
    fd = os.open(copy(to='flood'), os.O_RDONLY)
    events.take()
    before = digsig.status()
    for _ in range(2000):
        libc.munmap(ctypes.c_void_p(memory(fd, PROT_READ | PROT_EXEC)), 4096)

    def settled():
        after = digsig.status()
        counted = after[DIGSIG_STATUS_A_EVENTS] - \
            before[DIGSIG_STATUS_A_EVENTS]
        lost = after[DIGSIG_STATUS_A_EVENTS_LOST] - \
            before[DIGSIG_STATUS_A_EVENTS_LOST]
        seen.extend(number(event[DIGSIG_EVENT_A_SEQ])
                    for event in events.take())
        return counted >= 2000 and lost > 0 and counted == lost + len(seen)
    seen = []
    ktap.poll('every event is reported or counted as lost', settled, 20)
    same(sorted(set(seen)), seen, 'numbers of events')


# What is revoked stays so: from here on the program that tests sign does not
# run any more.

@test
def a_certificate_is_revoked():
    path = sign(copy(to='revoked'), key=OTHER)
    digsig.key_add(other)
    with enforcing(digsig, 'exec'):
        same(execute(path), ANSWER)
        digsig.revoke(DIGSIG_REVOCATION_A_FINGERPRINT, fingerprint(other))
        events.take()
        refused(errno.EPERM, execute, path)
        events.wait(DIGSIG_HOOK_EXEC, DIGSIG_CAUSE_REVOKED_KEY,
                    DIGSIG_MODE_ENFORCE)
    same(set(digsig.keys()), {fingerprint(good)}, 'certificates')
    refused_because(errno.EKEYREVOKED, 'revoked', digsig.key_add, other)
    refused_because(errno.EEXIST, 'already', digsig.revoke,
                    DIGSIG_REVOCATION_A_FINGERPRINT, fingerprint(other))


@test
def a_file_is_revoked():
    for place in 'elf', 'xattr':
        path = sign(copy(to='bad-' + place), place=place)
        with enforcing(digsig, 'exec'):
            same(execute(path), ANSWER)
            digest = digsig.check(path)[DIGSIG_CHECK_A_DIGEST]
            digsig.revoke(DIGSIG_REVOCATION_A_DIGEST, digest)
            events.take()
            refused(errno.EPERM, execute, path)
            events.wait(DIGSIG_HOOK_EXEC, DIGSIG_CAUSE_REVOKED_FILE,
                        DIGSIG_MODE_ENFORCE)
        if (DIGSIG_REVOCATION_A_DIGEST, digest) not in digsig.revoked():
            raise AssertionError(digsig.revoked())
    for size in 0, 31, 33, 63:
        refused_because(errno.EINVAL, '32', digsig.revoke,
                        DIGSIG_REVOCATION_A_DIGEST, bytes(size))


ktap.main(300, namespace=False)
