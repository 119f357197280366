#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Signatures with elliptic curves, programs of 32 bits, and a certificate
that is revoked while what it signed runs."""
import errno
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from ktap import test

digsig = begin()
events = Events(digsig)
denied = events.denied
folder = tempfile.mkdtemp(prefix='digsig-')

# Debian's 6.1 is built without CRYPTO_ECDSA
CURVES = tuple(map(int, os.uname().release.split('.')[:2])) >= (6, 12)


def copy(name='answer', to='copy'):
    """A new file: writing to an old one would leave its attribute."""
    path = os.path.join(folder, to)
    if os.path.exists(path):
        os.unlink(path)
    return shutil.copy(made(name), path)


def curve(name, *digests):
    der = read(made(name + '.der'))
    if CURVES:
        digsig.key_add(der)
    else:
        error = refused(errno.ENOPKG, digsig.key_add, der)
        if 'algorithm' not in error.msg:
            raise AssertionError(error.msg)
    for place in 'elf', 'xattr':
        for digest in digests:
            path = sign(copy(), key=name, place=place, digest=digest)
            with enforcing(digsig, 'exec', 'mmap'):
                if CURVES:
                    same(execute(path), ANSWER)
                    tamper(path)
                    denied(path, DIGSIG_CAUSE_TAMPERED)
                else:
                    denied(path, DIGSIG_CAUSE_NO_KEY)


@test
def curve_p256():
    curve('p256', 'sha256')


@test
def curve_p384():
    curve('p384', 'sha384', 'sha512')


@test
def program_of_32_bits():
    path = copy('answer32')
    attack(digsig, events, 'exec', DIGSIG_CAUSE_UNSIGNED,
           lambda: execute(path))
    for place, number_of in (('xattr', DIGSIG_PLACEMENT_FILE),
                             ('elf', DIGSIG_PLACEMENT_ELF)):
        path = sign(copy('answer32'), place=place)
        same(number(digsig.check(path)[DIGSIG_CHECK_A_PLACEMENT]), number_of)
        with enforcing(digsig, 'exec', 'mmap'):
            same(execute(path), ANSWER)
            tamper(path)
            denied(path, DIGSIG_CAUSE_TAMPERED)


@test
def a_certificate_is_revoked_while_it_is_in_use():
    """What runs goes on. It is not started again, nor mapped again."""
    digsig.key_add(read(made('leaving.der')))
    path = sign(copy(to='leaving'), key='leaving', place='xattr')
    stays = sign(copy(to='stays'))
    with enforcing(digsig, 'exec', 'mmap'):
        same(execute(path), ANSWER)
        fd = os.open(path, os.O_RDONLY)
        address = memory(fd, PROT_READ | PROT_EXEC)
        digsig.revoke(DIGSIG_REVOCATION_A_FINGERPRINT,
                      fingerprint(read(made('leaving.der'))))
        same(libc.memcmp(ctypes.c_void_p(address), b'\x7fELF', 4), 0)
        events.take()
        refused(errno.EPERM, memory, fd, PROT_READ | PROT_EXEC)
        events.wait(DIGSIG_HOOK_MMAP, DIGSIG_CAUSE_REVOKED_KEY,
                    DIGSIG_MODE_ENFORCE)
        denied(path, DIGSIG_CAUSE_REVOKED_KEY)
        same(execute(stays), ANSWER)
        # who holds the key cannot make it good again
        denied(sign(copy(to='again'), key='leaving'), DIGSIG_CAUSE_REVOKED_KEY)
    refused(errno.EKEYREVOKED, digsig.key_add, read(made('leaving.der')))
    # signed by another one it is
    sign(path)
    with enforcing(digsig, 'exec', 'mmap'):
        same(execute(path), ANSWER)
    os.close(fd)


ktap.main(120, namespace=False)
