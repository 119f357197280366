#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""cgr-digsig-boot: what /etc/cgr/digsig/boot says, once per boot.

tests/userland has it in an initramfs and in systemd, for those with time.
"""
import errno
import os
import shutil
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '../lib'))

import ktap
from digsig import *
from ktap import test

BOOT = os.path.join(here, '../../../tools/digsig/cgr-digsig-boot')
CONFIG = '/etc/cgr/digsig/boot'
DONE = '/run/cgr-digsig.done'
folder = tempfile.mkdtemp(prefix='digsig-')
os.makedirs(os.path.dirname(CONFIG), exist_ok=True)


def start(*lines, command_line=b''):
    """Has the lines carried out as at boot; returns (status, errors)."""
    write(CONFIG, '\n'.join(lines).encode() + b'\n', 0o600)
    ktap.unshare(0x20000)  # CLONE_NEWNS
    libc.mount(None, b'/', None, 0x44000, None)  # MS_REC | MS_PRIVATE
    fake = os.path.join(folder, 'cmdline')
    write(fake, read('/proc/cmdline').rstrip() + b' ' + command_line + b'\n')
    subprocess.run(['mount', '--bind', fake, '/proc/cmdline'], check=True)
    result = subprocess.run([BOOT], stderr=subprocess.PIPE)
    return result.returncode, result.stderr.decode()


def anew():
    unload()
    if os.path.exists(DONE):
        os.unlink(DONE)


def mode_of_exec():
    return Digsig().hooks()[DIGSIG_HOOK_EXEC][DIGSIG_HOOK_A_MODE]


ADD = f'digsig key add {made("good.pem")}'
EXEMPT = 'digsig policy add exempt type 9p'


@test
def certificates_rules_and_modes():
    anew()
    signed = sign(shutil.copy(made('answer'), folder + '/signed'))
    unsigned = shutil.copy(made('answer'), folder + '/unsigned')
    status, said = start('# a box', ADD, EXEMPT, 'digsig mode enforce')
    same(status, 0, said)
    same(execute(signed), ANSWER)
    refused(errno.EPERM, execute, unsigned)
    # the second of initramfs and systemd finds it done
    Digsig().mode(DIGSIG_MODE_AUDIT)
    same(subprocess.run([BOOT]).returncode, 0)
    same(mode_of_exec(), DIGSIG_MODE_AUDIT)


@test
def what_cannot_be_carried_out():
    """It stops there, says so, and begins anew when called again."""
    anew()
    status, said = start(ADD, 'digsig policy add exempt', 'digsig mode enforce')
    same((status != 0, os.path.exists(DONE)), (True, False))
    if f'{CONFIG}:2: type TYPE or path PATH is missing' not in said:
        raise AssertionError(said)
    same(mode_of_exec(), DIGSIG_MODE_AUDIT)
    status, said = start(ADD, EXEMPT, 'digsig mode audit hook exec')
    same(status, 0, said)
    same(len(Digsig().keys()), 1, 'certificates')


@test
def nothing_to_carry_out():
    anew()
    os.unlink(CONFIG)
    result = subprocess.run([BOOT], stderr=subprocess.PIPE)
    same((result.returncode != 0, is_loaded()), (True, False))
    if CONFIG.encode() not in result.stderr:
        raise AssertionError(result.stderr)


@test
def recovery():
    """Certificates and rules as ever, and neither enforced nor locked."""
    anew()
    unsigned = shutil.copy(made('answer'), folder + '/any')
    status, said = start(ADD, EXEMPT, 'digsig mode enforce', 'digsig lock',
                         command_line=b'cgr_digsig.recovery=1')
    same(status != 0, True, 'status')
    if 'recovery' not in said:
        raise AssertionError(said)
    same(Digsig().status()[DIGSIG_STATUS_A_FLAGS], DIGSIG_STATUS_F_RECOVERY)
    same(len(Digsig().keys()), 1, 'certificates')
    same(execute(unsigned), ANSWER)


try:
    ktap.main(120, namespace=False)
finally:
    anew()
