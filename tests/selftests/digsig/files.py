#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Verdicts and filesystems: what is remembered, and what makes it void."""
import contextlib
import fcntl
import os
import shutil
import struct
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from disk import blank, ext4_image, loop, mounted, shell
from ktap import test

digsig = begin()
events = Events(digsig)
denied = events.denied
base = tempfile.mkdtemp(prefix='digsig-')


@contextlib.contextmanager
def filesystem(kind):
    """A fresh filesystem."""
    with contextlib.ExitStack() as stack:
        if kind == 'tmpfs':
            yield stack.enter_context(mounted('-t', kind, 'test'))
        elif kind == 'overlay':
            upper = stack.enter_context(mounted('-t', 'tmpfs', 'test'))
            for name in 'lower', 'upper', 'work':
                os.mkdir(os.path.join(upper, name))
            yield stack.enter_context(mounted(
                '-t', 'overlay', '-o', f'lowerdir={upper}/lower,'
                f'upperdir={upper}/upper,workdir={upper}/work', 'test'))
        else:
            image = os.path.join(tempfile.mkdtemp(dir=base), 'image')
            shell(f'mkfs.{kind}', '-q', blank(image, 320 << 20))
            device = stack.enter_context(loop(image))
            yield stack.enter_context(mounted('-t', kind, device))


def copy(folder, name='answer', to=None):
    return shutil.copy(made(name), os.path.join(folder, to or name))


def verified():
    return digsig.status()[DIGSIG_STATUS_A_VERIFIED]


def runs(path, wanted=ANSWER):
    same(execute(path), wanted, 'status')


def everything(folder):
    """What must hold on any filesystem."""
    path = sign(copy(folder))
    attribute = sign(copy(folder, to='attribute'), place='xattr')
    unsigned = copy(folder, to='unsigned')
    with enforcing(digsig, 'exec', 'mmap'):
        denied(unsigned, DIGSIG_CAUSE_UNSIGNED)
        for program in path, attribute:
            runs(program)
        before = verified()
        for program in path, attribute, path:
            runs(program)
        same(verified(), before, 'verifications of what is remembered')
        # content, by a write
        tamper(path)
        denied(path, DIGSIG_CAUSE_TAMPERED)
        tamper(path, b'the answer is 43', b'the answer is 42')
        runs(path)
        # by a shared mapping
        with open(path, 'r+b') as file:
            at = read(path).index(b'the answer is 42')
            with mmap.mmap(file.fileno(), 0) as window:
                window[at + 15:at + 16] = b'3'
        denied(path, DIGSIG_CAUSE_TAMPERED)
        tamper(path, b'the answer is 43', b'the answer is 42')
        runs(path)
        # under another name
        os.link(path, path + '-link')
        tamper(path + '-link')
        denied(path, DIGSIG_CAUSE_TAMPERED)
        # another file of the same name
        copy(folder, to='other')
        os.rename(os.path.join(folder, 'other'), path)
        denied(path, DIGSIG_CAUSE_UNSIGNED)
        # the attribute alone
        os.setxattr(attribute, 'security.digsig', b'nonsense')
        denied(attribute, DIGSIG_CAUSE_MALFORMED)
        os.removexattr(attribute, 'security.digsig')
        denied(attribute, DIGSIG_CAUSE_UNSIGNED)
        # size
        grown = sign(copy(folder, to='grown'), place='xattr')
        runs(grown)
        os.truncate(grown, os.stat(grown).st_size + 1)
        denied(grown, DIGSIG_CAUSE_TAMPERED)


@test
def on_tmpfs():
    with filesystem('tmpfs') as folder:
        everything(folder)


@test
def on_ext4():
    with filesystem('ext4') as folder:
        everything(folder)


@test
def on_xfs():
    with filesystem('xfs') as folder:
        everything(folder)


@test
def on_overlayfs():
    with filesystem('overlay') as folder:
        everything(folder)


@contextlib.contextmanager
def layers():
    """An overlay with a signed program below; (merged, lower, upper)."""
    with mounted('-t', 'tmpfs', 'test') as inside:
        for name in 'lower', 'upper', 'work':
            os.mkdir(os.path.join(inside, name))
        lower = os.path.join(inside, 'lower')
        sign(copy(lower))
        with mounted('-t', 'overlay', '-o', f'lowerdir={lower},'
                     f'upperdir={inside}/upper,workdir={inside}/work',
                     'test') as merged:
            yield merged, lower, os.path.join(inside, 'upper')


@test
def a_copy_in_the_upper_layer_is_another_file():
    with layers() as (merged, lower, _), enforcing(digsig, 'exec', 'mmap'):
        path = os.path.join(merged, 'answer')
        runs(path)
        tamper(path)
        denied(path, DIGSIG_CAUSE_TAMPERED)
        runs(os.path.join(lower, 'answer'))


@test
def a_change_below_an_overlay_is_seen():
    with layers() as (merged, _, upper), enforcing(digsig, 'exec', 'mmap'):
        path = os.path.join(merged, 'answer')
        os.chmod(path, 0o700)
        runs(path)
        tamper(os.path.join(upper, 'answer'))
        denied(path, DIGSIG_CAUSE_TAMPERED)


@test
def what_was_opened_before_it_was_copied_up():
    with layers() as (merged, lower, _):
        name = os.path.join(lower, 'code')
        write(name, CODE.ljust(4096, b'\0'))
        path = os.path.join(merged, 'code')
        old = os.open(path, os.O_RDONLY)
        # the file of this name is signed now, and the one that is open is not
        write(path, CODE.ljust(4096, b'\1'))
        sign(path, place='xattr')

        def run():
            memory(old, PROT_READ | PROT_EXEC)
            return ANSWER
        attack(digsig, events, 'mmap', DIGSIG_CAUSE_CHANGED,
               lambda: attempt(run))
        os.close(old)


@test
def an_image_changed_while_it_was_not_mounted():
    image = ext4_image(base + '/image')
    with loop(image) as device, mounted('-t', 'ext4', device) as place:
        path = sign(copy(place))
        with enforcing(digsig, 'exec', 'mmap'):
            runs(path)
    with open(image, 'r+b') as file, \
            mmap.mmap(file.fileno(), 0) as window:
        at = 0
        while (at := window.find(b'the answer is 42', at)) >= 0:
            window[at + 15:at + 16] = b'3'
    with loop(image) as device, \
            mounted('-t', 'ext4', device, where=place), \
            enforcing(digsig, 'exec', 'mmap'):
        denied(path, DIGSIG_CAUSE_TAMPERED)
    os.unlink(image)


@test
def what_is_below_a_mounted_filesystem():
    """Writing to the disk changes what was verified behind the kernel."""
    image = ext4_image(base + '/disk')
    with loop(image) as device, mounted('-t', 'ext4', device) as place:
        path = sign(copy(place))

        def change(what):
            def run():
                # the tests of a program share the device's cache
                with open(what, 'r+b') as file, \
                        mmap.mmap(file.fileno(), 64 << 20) as window:
                    return int(window.find(b'the answer is 42') >= 0)
            return lambda: attempt(run)
        runs(path)
        os.sync()
        for what in device, image:
            attack(digsig, events, 'device', DIGSIG_CAUSE_DEVICE, change(what),
                   wanted=1)
    with loop(image) as device, enforcing(digsig, 'device'):
        # nobody uses it
        os.close(os.open(device, os.O_RDWR))
    os.unlink(image)


FS_IOC_ENABLE_VERITY = 0x40806685


@test
def the_digest_of_fs_verity():
    """Kernels before 6.8 keep it from modules."""
    image = ext4_image(base + '/verity', '-b', '4096', '-O', 'verity')
    old = tuple(map(int, os.uname().release.split('.')[:2])) < (6, 8)
    with loop(image) as device, mounted('-t', 'ext4', device) as place:
        path = copy(place)
        record = os.getxattr(sign(copy(place, to='plain'), place='xattr'),
                             'security.digsig')
        with open(path, 'rb') as file:
            fcntl.ioctl(file, FS_IOC_ENABLE_VERITY,
                        struct.pack('=IIII112x', 1, 1, 4096, 0))
        sign(path, place='fsverity')
        with enforcing(digsig, 'exec', 'mmap'):
            if old:
                denied(path, DIGSIG_CAUSE_ALGORITHM)
            else:
                runs(path)
                same(number(digsig.check(path)[DIGSIG_CHECK_A_PLACEMENT]),
                     DIGSIG_PLACEMENT_FSVERITY, 'placement')
            # a signature for fs-verity on a file that has none
            os.setxattr(os.path.join(place, 'plain'), 'security.digsig',
                        record[:10] + b'\1' + record[11:])
            denied(os.path.join(place, 'plain'),
                   DIGSIG_CAUSE_ALGORITHM if old else DIGSIG_CAUSE_MALFORMED)
    os.unlink(image)


@test
def verdicts_are_bounded():
    with filesystem('tmpfs') as folder:
        program = sign(copy(folder, to='0'))
        content = read(program)
        for i in range(1, 40):
            write(os.path.join(folder, str(i)), content)
        maximum = digsig.status()[DIGSIG_STATUS_A_CACHE_MAX]
        same(maximum, 65536, 'verdicts at most')
        digsig.flush()
        same(digsig.status()[DIGSIG_STATUS_A_CACHE_ENTRIES], 0, 'verdicts')
        with enforcing(digsig, 'exec'):
            for i in range(40):
                runs(os.path.join(folder, str(i)))
        before = digsig.status()[DIGSIG_STATUS_A_CACHE_ENTRIES]
        if before < 40:
            raise AssertionError(f'{before} verdicts of 40')
    # they go with the filesystem
    ktap.poll('no verdicts', lambda: digsig.status()[
        DIGSIG_STATUS_A_CACHE_ENTRIES] <= before - 40)


@test
def a_filesystem_that_others_serve():
    """The guest's own programs are on 9p."""
    with enforcing(digsig, 'exec'):
        runs('/bin/true', 0)
        digsig.unexempt(type='9p')
        try:
            same(digsig.cause('/bin/true'), 'DIGSIG_CAUSE_FILESYSTEM')
            denied('/bin/true', DIGSIG_CAUSE_FILESYSTEM)
            digsig.fs(DIGSIG_CMD_FS_ADD, DIGSIG_FS_RULE_VERIFY, type='9p')
            denied('/bin/true', DIGSIG_CAUSE_UNSIGNED)
            digsig.unexempt(type='9p')
        finally:
            digsig.exempt(type='9p')
        runs('/bin/true', 0)


@test
def an_exempt_mount():
    with filesystem('tmpfs') as folder, enforcing(digsig, 'exec', 'mmap'):
        path = copy(folder)
        denied(path, DIGSIG_CAUSE_UNSIGNED)
        digsig.exempt(path=folder)
        runs(path)
        same(len(digsig.rules()), 2, 'rules')
        digsig.unexempt(path=folder)
        denied(path, DIGSIG_CAUSE_UNSIGNED)
        digsig.exempt(path=folder)
    # unmounted, and the next one is not exempt
    ktap.poll('the rule is gone', lambda: len(digsig.rules()) == 1)


ktap.main(300, namespace=False)
