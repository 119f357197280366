#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tracepoints: decisions, verifications and the cache, as tracefs shows them."""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from ktap import test

TRACING = '/sys/kernel/tracing/'
EVENTS = TRACING + 'events/digsig/'

digsig = begin()
folder = tempfile.mkdtemp(prefix='digsig-')
if not os.path.exists(TRACING + 'trace'):
    subprocess.run(['mount', '-t', 'tracefs', 'none', TRACING], check=True)


def copy(to):
    return shutil.copy(made('answer'), os.path.join(folder, to))


def traced(function, path):
    """[(event, {field: value})] about a file while a function runs."""
    status = os.stat(path)
    device = f'{os.major(status.st_dev)}:{os.minor(status.st_dev)}'
    put(TRACING + 'trace', b'')
    put(EVENTS + 'enable', b'1')
    try:
        function()
    finally:
        put(EVENTS + 'enable', b'0')
    events = []
    for line in read(TRACING + 'trace').decode().splitlines():
        if ': digsig_' not in line:
            continue
        name, text = line[line.index(': digsig_') + 9:].split(': ')
        fields = dict(part.split('=') for part in text.split())
        if (fields.pop('dev'), int(fields.pop('ino'))) == \
                (device, status.st_ino):
            events.append((name, fields))
    return events


def verdict(hook, cause, denied):
    return 'verdict', {'hook': hook, 'cause': cause, 'denied': denied}


def verify(path, place, cause):
    return 'verify', {'size': str(os.stat(path).st_size), 'place': place,
                      'cause': cause}


def cache(what):
    return 'cache', {'what': what}


@test
def a_program_that_is_signed():
    path = sign(copy('signed'))
    digsig.mode(mmap=DIGSIG_MODE_OFF)
    with enforcing(digsig, 'exec'):
        same(traced(lambda: execute(path), path),
             [verify(path, 'elf', 'none'), cache('add'),
              verdict('exec', 'none', '0')], 'the first time')
        same(traced(lambda: execute(path), path),
             [cache('hit'), verdict('exec', 'none', '0')], 'the second time')
        same(traced(lambda: os.close(os.open(path, os.O_RDWR)), path),
             [cache('drop')], 'opened for writing')
        execute(path)
        same(traced(digsig.flush, path), [cache('drop')], 'flushed')
    digsig.mode(mmap=DIGSIG_MODE_AUDIT)


@test
def a_program_that_is_not():
    path = copy('unsigned')
    digsig.mode(mmap=DIGSIG_MODE_OFF)
    same(traced(lambda: execute(path), path),
         [verify(path, 'none', 'unsigned'), cache('drop'),
          verdict('exec', 'unsigned', '0')], 'in audit')
    with enforcing(digsig, 'exec'):
        same(traced(lambda: refused(1, execute, path), path),
             [verify(path, 'none', 'unsigned'), cache('drop'),
              verdict('exec', 'unsigned', '1')], 'enforced')
    tamper(sign(path, place='xattr'))
    with enforcing(digsig, 'exec'):
        same(traced(lambda: refused(1, execute, path), path)[0],
             verify(path, 'file', 'tampered'), 'changed')
    digsig.mode(exec=DIGSIG_MODE_OFF)
    same(traced(lambda: execute(path), path), [], 'off')
    digsig.mode(exec=DIGSIG_MODE_AUDIT, mmap=DIGSIG_MODE_AUDIT)


@test
def filters_know_names():
    path = sign(copy('filtered'))
    put(EVENTS + 'digsig_verdict/filter', b'hook == "mmap"')
    try:
        seen = traced(lambda: execute(path), path)
    finally:
        put(EVENTS + 'digsig_verdict/filter', b'0')
    same({fields['hook'] for name, fields in seen if name == 'verdict'},
         {'mmap'}, 'hooks')


ktap.main(60, namespace=False)
