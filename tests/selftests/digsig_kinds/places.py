#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Filesystems that others serve, and disks in parts and below others."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from disk import blank, ext4_image, loop, mounted, shell
from ktap import test
from nfs import nfs

digsig = begin()
events = Events(digsig)
denied = events.denied
base = tempfile.mkdtemp(prefix='digsig-')


def copy(folder, to):
    return shutil.copy(made('answer'), os.path.join(folder, to))


def verified():
    return digsig.status()[DIGSIG_STATUS_A_VERIFIED]


@contextlib.contextmanager
def fuse(image):
    """An ext4 image served by a process."""
    shell('modprobe', 'fuse')
    folder = tempfile.mkdtemp(dir=base)
    server = subprocess.Popen(['fuse2fs', image, folder, '-f'],
                              stdout=subprocess.DEVNULL)
    try:
        ktap.poll('the server', lambda: os.path.ismount(folder), 20)
        yield folder
    finally:
        shell('umount', folder)
        same(server.wait(), 0, 'status of the server')


def served(folder, kind):
    """What others serve does not run unless policy says so."""
    signed, unsigned = (os.path.join(folder, name)
                        for name in ('signed', 'unsigned'))
    attack(digsig, events, 'exec', DIGSIG_CAUSE_FILESYSTEM,
           lambda: execute(signed))
    same(digsig.cause(signed), 'DIGSIG_CAUSE_FILESYSTEM')
    digsig.exempt(path=folder)
    with enforcing(digsig, 'exec', 'mmap'):
        same(execute(unsigned), ANSWER)
    digsig.unexempt(path=folder)
    digsig.exempt(type=kind)
    digsig.unexempt(type=kind)
    with enforcing(digsig, 'exec', 'mmap'):
        denied(signed, DIGSIG_CAUSE_FILESYSTEM)
    digsig.fs(DIGSIG_CMD_FS_ADD, DIGSIG_FS_RULE_VERIFY, path=folder)
    with enforcing(digsig, 'exec', 'mmap'):
        before = verified()
        same(execute(signed), ANSWER)
        once = verified() - before
        same(execute(signed), ANSWER)
        same(verified() - before, 2 * once, 'verifications: no memory')
        denied(unsigned, DIGSIG_CAUSE_UNSIGNED)


@test
def fuse_is_refused_unless_policy_says_so():
    image = ext4_image(base + '/served')
    with loop(image) as device, mounted('-t', 'ext4', device) as folder:
        sign(copy(folder, 'signed'))
        copy(folder, 'unsigned')
    with fuse(image) as folder:
        served(folder, 'fuse')
        digsig.unexempt(path=folder)
    os.unlink(image)


@test
def nfs_is_refused_unless_policy_says_so():
    with mounted('-t', 'tmpfs', 'none') as source:
        sign(copy(source, 'signed'))
        copy(source, 'unsigned')
        with nfs(source) as folder:
            served(folder, 'nfs4')
            # the server changes it, and this host has not written to it
            with enforcing(digsig, 'exec', 'mmap'):
                tamper(os.path.join(source, 'signed'))
                denied(os.path.join(folder, 'signed'), DIGSIG_CAUSE_TAMPERED)
            digsig.unexempt(path=folder)


def can_write(*devices):
    for device in devices:
        os.close(os.open(device, os.O_RDWR))
    return 1


def claimed(*devices):
    """Each of them cannot be written to."""
    for device in devices:
        attack(digsig, events, 'device', DIGSIG_CAUSE_DEVICE,
               lambda: can_write(device), wanted=1)


@test
def parts_of_a_disk():
    """A filesystem on one part claims it and the disk, not the other part."""
    image = blank(base + '/parts', 128 << 20)
    with open(image, 'r+b') as file:
        # an MBR with two partitions of 63 MiB
        file.seek(446)
        for start in 2048, 2048 + (63 << 11):
            file.write(struct.pack('<B3sB3sII', 0, bytes(3), 0x83, bytes(3),
                                   start, 63 << 11))
        file.seek(510)
        file.write(b'\x55\xaa')
    with loop(image, '--partscan') as disk:
        first, second = disk + 'p1', disk + 'p2'
        for device in first, second:
            ktap.poll(device, lambda: os.path.exists(device), 20)
        shell('mkfs.ext4', '-q', first)
        with enforcing(digsig, 'device'):
            can_write(disk, first, second)
        with mounted('-t', 'ext4', first) as folder:
            same(execute(sign(copy(folder, 'signed'))), ANSWER)
            claimed(disk, first)
            with enforcing(digsig, 'device'):
                can_write(second)
        with enforcing(digsig, 'device'):
            can_write(disk, first, second)
    os.unlink(image)


@test
def a_disk_below_a_volume():
    """Of LVM, that is: a device that is mapped claims the one below."""
    image = ext4_image(base + '/below')
    shell('modprobe', 'dm_mod')
    with loop(image) as disk:
        shell('dmsetup', 'create', 'volume', '--noudevsync', '--table',
              f'0 {(64 << 20) // 512} linear {disk} 0')
        try:
            shell('dmsetup', 'mknodes')
            volume = '/dev/mapper/volume'
            claimed(disk)
            with enforcing(digsig, 'device'):
                can_write(volume)
            with mounted('-t', 'ext4', volume) as folder:
                same(execute(sign(copy(folder, 'signed'))), ANSWER)
                claimed(volume, disk)
        finally:
            shell('dmsetup', 'remove', '--noudevsync', 'volume')
        with enforcing(digsig, 'device'):
            can_write(disk)
    os.unlink(image)


@test
def a_filesystem_in_a_file_on_a_filesystem():
    """Neither of the images may be written to, nor the devices."""
    outer = ext4_image(base + '/outer')
    with loop(outer) as below, mounted('-t', 'ext4', below) as folder:
        inner = blank(folder + '/inner', 32 << 20)
        shell('mkfs.ext4', '-q', inner)
        with loop(inner) as device, mounted('-t', 'ext4', device) as place:
            path = sign(copy(place, 'signed'))
            with enforcing(digsig, 'exec', 'mmap'):
                same(execute(path), ANSWER)
            claimed(device, inner, below, outer)
    os.unlink(outer)


ktap.main(120, namespace=False)
