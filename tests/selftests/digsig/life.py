#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Loading and unloading: its parameters, and under load."""
import ctypes
import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from ktap import test

folder = tempfile.mkdtemp(prefix='digsig-')
ROUNDS = 3


def copy(to):
    return shutil.copy(made('answer'), os.path.join(folder, to))


# Loading asks for the modules of all algorithms, a dozen times. What there is
# has come with the first time; starting modprobe again and again would take
# most of the time here, and proves nothing about digsig.
load()
unload()
MODPROBE = '/proc/sys/kernel/modprobe'
modprobe = read(MODPROBE)


put(MODPROBE, b'\n')


def modes():
    return {hook: attrs[DIGSIG_HOOK_A_MODE]
            for hook, attrs in Digsig().hooks().items()}


@test
def it_begins_in_audit():
    load()
    same(modes()[DIGSIG_HOOK_EXEC], DIGSIG_MODE_AUDIT)
    same(modes()[DIGSIG_HOOK_ANON], DIGSIG_MODE_OFF)
    same(Digsig().status()[DIGSIG_STATUS_A_KEYS], 0, 'certificates')
    unload()


@test
def a_certificate_from_a_file():
    load(certificate=made('good.der'))
    same(len(Digsig().keys()), 1, 'certificates')
    same(modes()[DIGSIG_HOOK_EXEC], DIGSIG_MODE_AUDIT)
    unload()
    for bad in '/none', made('good.pem'), made('wrong-usage.der'):
        try:
            load(certificate=bad)
        except subprocess.CalledProcessError:
            continue
        raise AssertionError(f'{bad} was taken')


@test
def enforcing_from_the_start():
    """Nothing that is on the guest's own root would run any more, so the test
    itself must not start anything that is not signed."""
    try:
        load(enforce=1)
    except subprocess.CalledProcessError:
        pass
    else:
        raise AssertionError('it enforces without a certificate')
    signed, unsigned = sign(copy('signed')), copy('unsigned')
    load(enforce=1, certificate=made('good.der'))
    digsig = Digsig()
    try:
        same(modes()[DIGSIG_HOOK_EXEC], DIGSIG_MODE_ENFORCE)
        same(execute(signed), ANSWER)
        refused(errno.EPERM, execute, unsigned)
        refused(errno.EPERM, execute, '/bin/true')
    finally:
        digsig.mode(DIGSIG_MODE_AUDIT)
    unload()


@test
def recovery():
    """By the kernel's command line, from where modprobe takes parameters."""
    line = write(os.path.join(folder, 'cmdline'),
                 read('/proc/cmdline').rstrip() + b' cgr_digsig.recovery=1\n')
    subprocess.run(['mount', '--bind', line, '/proc/cmdline'], check=True)
    try:
        load(enforce=1, certificate=made('good.der'))
    finally:
        subprocess.run(['umount', '/proc/cmdline'], check=True)
    digsig = Digsig()
    same(modes()[DIGSIG_HOOK_EXEC], DIGSIG_MODE_AUDIT)
    same(digsig.status()[DIGSIG_STATUS_A_FLAGS], DIGSIG_STATUS_F_RECOVERY)
    error = refused(errno.EPERM, digsig.mode, DIGSIG_MODE_ENFORCE)
    if 'recovery' not in error.msg:
        raise AssertionError(error.msg)
    same(execute('/bin/true'), 0)
    unload()


@test
def few_verdicts():
    """More files than the cache may have verdicts about."""
    load(cache_max=4)
    digsig = begin()
    program = sign(copy('0'))
    with enforcing(digsig, 'exec', 'mmap'):
        for i in range(12):
            path = write(os.path.join(folder, str(i)), read(program))
            same(execute(path), ANSWER)
        same(execute(path), ANSWER)
    entries = digsig.status()[DIGSIG_STATUS_A_CACHE_ENTRIES]
    if entries > 4:
        raise AssertionError(f'{entries} verdicts')
    unload()


def spin(action):
    """A process that does something until it is killed."""
    pid = os.fork()
    if not pid:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        while True:
            try:
                action()
            except OSError:
                pass
    return pid


@test
def unloaded_under_load():
    program = sign(copy('busy'))
    code = sign(write(os.path.join(folder, 'code'), CODE.ljust(4096, b'\0')))

    def map_it():
        fd = os.open(code, os.O_RDONLY)
        libc.munmap(ctypes.c_void_p(memory(fd, PROT_READ | PROT_EXEC)), 4096)
        os.close(fd)

    def write_it():
        os.close(os.open(code, os.O_RDWR))
    load()
    begin()
    unload()
    busy = [spin(action) for action in (lambda: execute(program), map_it,
                                        write_it, map_it)]
    try:
        for _ in range(ROUNDS):
            load()
            digsig = begin()
            with enforcing(digsig, 'exec', 'mmap', 'write', 'mprotect'):
                same(execute(program), ANSWER)
                before = digsig.status()[DIGSIG_STATUS_A_CACHE_HITS]
                ktap.poll('it is busy', lambda: digsig.status()[
                    DIGSIG_STATUS_A_CACHE_HITS] > before + 5, 20)
            digsig.close()
            unload()
    finally:
        for pid in busy:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    same(execute(program), ANSWER)


@test
def while_everything_is_changed():
    """Verdicts, certificates and rules come and go while programs run."""
    program = sign(copy('steady'))
    digsig = begin()
    with enforcing(digsig, 'exec', 'mmap'):
        failed = os.path.join(folder, 'failed')

        def run():
            try:
                if execute(program) == ANSWER:
                    return
            except OSError:
                pass
            write(failed, b'')
        busy = [spin(run) for _ in range(3)]
        other = read(made('other.der'))
        try:
            for _ in range(20):
                digsig.flush()
                digsig.key_add(other)
                digsig.exempt(type='none')
                digsig.unexempt(type='none')
                digsig.key_del(max(digsig.keys(), key=lambda key:
                                   'other' in digsig.keys()[key]))
        finally:
            for pid in busy:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        same(os.path.exists(failed), False, 'a signed program was denied')


try:
    ktap.main(200, namespace=False)
finally:
    put(MODPROBE, modprobe)
