#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Certificates come and go while several processors execute what they
signed."""
import errno
import os
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from ktap import test

digsig = begin()
folder = tempfile.mkdtemp(prefix='digsig-')
other = read(made('other.der'))
FINGERPRINT = fingerprint(other)
ROUNDS = 10 * ktap.LONG


def outcome(path):
    try:
        return execute(path)
    except OSError as error:
        return -error.errno


def crowd(paths, stop):
    """Executes until it is told to stop; it may only run or be denied: before
    the program has replaced the old one, or when it is mapped after that, and
    then the kernel can only kill."""
    seen = set()
    while not os.path.exists(stop):
        for path in paths:
            seen.add(outcome(path))
    same(seen - {-signal.SIGSEGV}, {ANSWER, -errno.EPERM}, 'outcomes')


def keys_change(change):
    """When a change has been answered it holds, whoever was in the middle of
    verifying something: no verdict of before is left."""
    paths = [sign(shutil.copy(made('answer'), f'{folder}/{place}'), key=OTHER,
                  place=place) for place in ('elf', 'xattr')]
    stop = tempfile.mktemp(dir=folder)
    workers = [ktap.child(lambda: crowd(paths, stop))
               for _ in range(2 * os.cpu_count())]
    try:
        with enforcing(digsig, 'exec', 'mmap'):
            for _ in range(ROUNDS):
                same([outcome(path) for path in paths],
                     2 * [-errno.EPERM], 'without the certificate')
                digsig.key_add(other)
                same([outcome(path) for path in paths], 2 * [ANSWER],
                     'with the certificate')
                change()
                digsig.key_del(FINGERPRINT)
            write(stop, b'')
            for worker in workers:
                same(ktap.wait(worker), 0, 'status of one of the crowd')
    finally:
        write(stop, b'')


@test
def a_certificate_comes_and_goes():
    keys_change(lambda: None)


@test
def and_verdicts_are_forgotten_all_the_while():
    keys_change(digsig.flush)


ktap.main(300 * ktap.LONG, namespace=False)
