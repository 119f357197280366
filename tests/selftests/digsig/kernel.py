#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What becomes part of the kernel: modules, and kernels for kexec with their
initial files."""
import errno
import glob
import lzma
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from ktap import test

digsig = begin()
events = Events(digsig)
folder = tempfile.mkdtemp(prefix='digsig-')

SYS_INIT_MODULE, SYS_DELETE_MODULE, SYS_FINIT_MODULE = 175, 176, 313
SYS_KEXEC_LOAD, SYS_KEXEC_FILE_LOAD = 246, 320
KEXEC_FILE_UNLOAD, KEXEC_FILE_NO_INITRAMFS = 1, 4
RELEASE = os.uname().release


def module(name='dummy'):
    """A module of the kernel's, which carries the kernel's own signature."""
    path, = glob.glob(f'/lib/modules/{RELEASE}/kernel/drivers/net/{name}.ko*')
    content = read(path)
    if path.endswith('.xz'):
        content = lzma.decompress(content)
    return content


def unload():
    syscall(SYS_DELETE_MODULE, b'dummy', os.O_NONBLOCK)


def from_file(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        syscall(SYS_FINIT_MODULE, fd, b'', 0)
    finally:
        os.close(fd)
    unload()
    return 0


def from_memory(content):
    syscall(SYS_INIT_MODULE, content, len(content), b'')
    unload()
    return 0


@test
def module_from_a_file():
    path = write(os.path.join(folder, 'dummy.ko'), module())
    attack(digsig, events, 'module', DIGSIG_CAUSE_UNSIGNED,
           lambda: from_file(path), wanted=0)
    sign(path, place='xattr')
    with enforcing(digsig, 'module'):
        from_file(path)
        tamper(path, b'dummy', b'Dummy')
        refused(errno.EPERM, from_file, path)


@test
def module_from_memory():
    content = module()
    attack(digsig, events, 'module', DIGSIG_CAUSE_UNSIGNED,
           lambda: from_memory(content), wanted=0)


@test
def signed_module_from_memory():
    """modprobe unpacks a compressed module and hands it over like this."""
    content = module()
    # a note is at the end, where the kernel's own signature is
    marker = content.find(b'~Module signature appended~\n')
    if marker >= 0:
        size = int.from_bytes(content[marker - 4:marker], 'big')
        content = content[:marker - 12 - size]
    path = sign(write(os.path.join(folder, 'noted.ko'), content), place='elf')
    with enforcing(digsig, 'module'):
        refused(errno.EPERM, from_memory, content)
        from_memory(read(path))
        refused(errno.EPERM, from_memory,
                read(path).replace(b'dummy', b'Dummy', 1))


def load_kernel(path, initramfs=None):
    fd = os.open(path, os.O_RDONLY)
    inner = os.open(initramfs, os.O_RDONLY) if initramfs else -1
    try:
        syscall(SYS_KEXEC_FILE_LOAD, fd, inner, 1, b'',
                0 if initramfs else KEXEC_FILE_NO_INITRAMFS)
    finally:
        os.close(fd)
        if initramfs:
            os.close(inner)
    syscall(SYS_KEXEC_FILE_LOAD, -1, -1, 0, 0, KEXEC_FILE_UNLOAD)
    return 0


def image():
    """The kernel that runs, in a file of our own."""
    top = os.path.dirname(os.path.abspath(__file__)) + '/../../..'
    path, = glob.glob(f'{top}/build/kernels/*/boot/vmlinuz-{RELEASE}')
    return write(os.path.join(folder, 'vmlinuz'), read(path))


@test
def kernel_from_a_file():
    path = image()
    attack(digsig, events, 'kexec', DIGSIG_CAUSE_UNSIGNED,
           lambda: load_kernel(path), wanted=0)
    sign(path, place='xattr')
    with enforcing(digsig, 'kexec'):
        load_kernel(path)


@test
def kernel_from_memory():
    """Without segments it unloads what is loaded, which is nothing."""
    attack(digsig, events, 'kexec', DIGSIG_CAUSE_NO_FILE,
           lambda: syscall(SYS_KEXEC_LOAD, 0, 0, 0, 0), wanted=0)


@test
def initial_files_of_a_kernel():
    kernel = image()
    path = write(os.path.join(folder, 'initrd'), b'no archive'.ljust(4096))
    digsig.mode(kexec=DIGSIG_MODE_OFF)
    attack(digsig, events, 'initramfs', DIGSIG_CAUSE_UNSIGNED,
           lambda: load_kernel(kernel, path), wanted=0)
    sign(path, place='xattr')
    with enforcing(digsig, 'initramfs'):
        load_kernel(kernel, path)
        tamper(path, b'no archive', b'an archive')
        refused(errno.EPERM, load_kernel, kernel, path)
    digsig.mode(kexec=DIGSIG_MODE_AUDIT, initramfs=DIGSIG_MODE_OFF)


ktap.main(300, namespace=False)
