# SPDX-License-Identifier: GPL-2.0
"""Disks made of files, and what is mounted of them."""
import contextlib
import subprocess
import tempfile


def shell(*words):
    """Runs a command that must end well; returns what it says."""
    return subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout


@contextlib.contextmanager
def loop(path, *options):
    """A loop device of an image."""
    shell('modprobe', 'loop')
    device = shell('losetup', '--find', '--show', *options,
                   path).decode().strip()
    try:
        yield device
    finally:
        shell('losetup', '--detach', device)


@contextlib.contextmanager
def mounted(*options, where=None):
    """A folder with a filesystem; options are those of mount(8)."""
    where = where or tempfile.mkdtemp(prefix='disk-')
    shell('mount', *options, where)
    try:
        yield where
    finally:
        shell('umount', where)


def blank(path, size):
    with open(path, 'wb') as file:
        file.truncate(size)
    return path


def ext4_image(path, *options):
    blank(path, 64 << 20)
    shell('mkfs.ext4', '-q', *options, path)
    return path
