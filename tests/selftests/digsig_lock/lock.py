#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The lock: nothing is weakened any more, and what is revoked still can be.

Everything of the order that cannot lock anybody out: load, add a certificate,
check, enforce, lock.
"""
import errno
import json
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

digsig = begin()
folder = tempfile.mkdtemp(prefix='digsig-')
program = sign(shutil.copy(made('answer'), folder + '/signed'))
revoked = sign(shutil.copy(made('answer'), folder + '/revoked'),
               digest='sha512')
unsigned = shutil.copy(made('answer'), folder + '/unsigned')


def locked(function, *args, **keywords):
    error = refused(errno.EPERM, function, *args, **keywords)
    if 'locked until the next boot' not in error.msg:
        raise AssertionError(error.msg)


@test
def everything_is_enforced():
    same(digsig.cause(program), 'DIGSIG_CAUSE_NONE')
    digsig.mode(DIGSIG_MODE_ENFORCE)
    same(execute(program), ANSWER)
    refused(errno.EPERM, execute, unsigned)
    # what is exempt still runs: the shell that is to undo it
    same(execute('/bin/true'), 0)


@test
def nothing_can_be_changed_when_it_is_locked():
    digsig.lock()
    digsig.lock()
    same(digsig.status()[DIGSIG_STATUS_A_FLAGS], DIGSIG_STATUS_F_LOCKED)
    locked(digsig.mode, DIGSIG_MODE_OFF)
    locked(digsig.mode, exec=DIGSIG_MODE_AUDIT)
    locked(digsig.key_add, read(made('other.der')))
    locked(digsig.key_del, fingerprint(read(made('good.der'))))
    locked(digsig.exempt, type='tmpfs')
    locked(digsig.unexempt, type='9p')


@test
def the_command_says_so():
    def cgr(*words):
        return subprocess.run(['cgr', *words], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True)
    same(cgr('digsig', 'lock').returncode, 0)
    same(cgr('digsig', 'show').stdout.startswith('locked keys 1 '), True)
    state, = json.loads(cgr('-j', 'digsig', 'show').stdout)
    same((state['locked'], state['recovery']), (True, False))
    for words in (['mode', 'audit'], ['key', 'add', made('other.der')],
                  ['policy', 'del', 'type', '9p']):
        result = cgr('digsig', *words)
        same(result.returncode, 2)
        if 'locked until the next boot' not in result.stderr:
            raise AssertionError(result.stderr)


@test
def the_module_stays():
    result = subprocess.run(['rmmod', 'cgr_digsig'], stderr=subprocess.PIPE)
    same(result.returncode != 0, True, 'rmmod fails')
    refused(errno.EBUSY, write, '/proc/sys/kernel/ftrace_enabled', b'0', 0o644)
    refused(errno.EPERM, execute, unsigned)
    same(execute(program), ANSWER)


@test
def the_keyring_is_out_of_reach():
    """Root may see it, and nothing else."""
    with open('/proc/keys') as file:
        line, = [line for line in file if line.split()[8:9] == ['.digsig:']]
    serial = int(line.split()[0], 16)
    KEYCTL = 250
    unlink, link, clear, setperm, invalidate, revoke, chown, restrict = \
        9, 8, 7, 5, 21, 3, 4, 29
    for command, args in ((clear, ()), (setperm, (0x3f3f3f3f,)),
                          (invalidate, ()), (revoke, ()), (chown, (0, 0)),
                          (restrict, (0, 0))):
        refused(errno.EACCES, syscall, KEYCTL, command, serial, *args)
    refused(errno.EACCES, syscall, KEYCTL, link, -3, serial)


@test
def revoking_and_flushing_go_on():
    same(execute(revoked), ANSWER)
    digsig.revoke(DIGSIG_REVOCATION_A_DIGEST,
                  digsig.check(revoked)[DIGSIG_CHECK_A_DIGEST])
    refused(errno.EPERM, execute, revoked)
    digsig.flush()
    same(execute(program), ANSWER)


ktap.main(120, namespace=False)
