#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Ways to run what is not signed: each works until its hook is enforced."""
import ctypes
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
events = Events(digsig)

PTRACE_TRACEME, PTRACE_ATTACH, PTRACE_DETACH = 0, 16, 17
SYS_PROCESS_VM_WRITEV = 311
IPC_PRIVATE, IPC_CREAT, IPC_RMID, SHM_EXEC = 0, 0o1000, 0, 0o100000
LD_SO = '/lib64/ld-linux-x86-64.so.2'

folder = tempfile.mkdtemp(prefix='digsig-')


def copy(name, to=None):
    return shutil.copy(made(name), os.path.join(folder, to or name))


def signed(name, to=None, **how):
    return sign(copy(name, to), **how)


def page(name='page', **how):
    """A signed file with code."""
    path = write(os.path.join(folder, name), CODE.ljust(4096, b'\0'))
    return sign(path, **how)


@test
def what_is_signed_runs():
    program = signed('answer', 'signed')
    other = signed('answer', 'attribute', place='xattr')
    script = write(os.path.join(folder, 'script'), b'#!' +
                   program.encode() + b'\n')
    sign(script)
    library = signed('preload.so', 'signed.so')
    with enforcing(digsig, 'exec', 'mmap', 'mprotect', 'script'):
        same(execute(program), ANSWER, 'a program with a note')
        same(execute(other), ANSWER, 'a program with an attribute')
        same(execute(script), ANSWER, 'a script')
        same(execute('/bin/true', env={'LD_PRELOAD': library}), ANSWER,
             'a library')
        for digest in 'sha384', 'sha512':
            same(execute(signed('answer', digest, digest=digest)), ANSWER,
                 digest)


@test
def unsigned_program():
    path = copy('answer')
    attack(digsig, events, 'exec', DIGSIG_CAUSE_UNSIGNED,
           lambda: execute(path))


@test
def an_event_tells_who_and_what():
    path = copy('answer', 'whose')
    with enforcing(digsig, 'exec'):
        events.take()
        refused(errno.EPERM, execute, path)
        event = events.wait(DIGSIG_HOOK_EXEC, DIGSIG_CAUSE_UNSIGNED,
                            DIGSIG_MODE_ENFORCE)
        same(text(event[DIGSIG_EVENT_A_PATH]), path, 'path')
        same(text(event[DIGSIG_EVENT_A_COMM]), 'bypass.py', 'name')
        same(number(event[DIGSIG_EVENT_A_UID]), 0, 'user')
        tamper(sign(path))
        refused(errno.EPERM, execute, path)
        event = events.wait(DIGSIG_HOOK_EXEC, DIGSIG_CAUSE_TAMPERED,
                            DIGSIG_MODE_ENFORCE)
        same(event[DIGSIG_EVENT_A_DIGEST],
             digsig.check(path)[DIGSIG_CHECK_A_DIGEST], 'digest')


@test
def tampered_program():
    path = tamper(signed('answer', 'tampered'))
    attack(digsig, events, 'exec', DIGSIG_CAUSE_TAMPERED,
           lambda: execute(path), wanted=ANSWER + 1)


@test
def signed_by_somebody_else():
    path = signed('answer', 'foreign', key=OTHER)
    attack(digsig, events, 'exec', DIGSIG_CAUSE_NO_KEY, lambda: execute(path))


@test
def through_the_dynamic_linker():
    path = copy('answer-dynamic')
    attack(digsig, events, 'mmap', DIGSIG_CAUSE_UNSIGNED,
           lambda: execute(LD_SO, path), error=None)


@test
def preloaded_library():
    path = copy('preload.so')
    attack(digsig, events, 'mmap', DIGSIG_CAUSE_UNSIGNED,
           lambda: execute('/bin/true', env={'LD_PRELOAD': path}), error=None)


@test
def replaced_library():
    path = signed('preload.so', 'replaced.so')
    with enforcing(digsig, 'mmap'):
        same(execute('/bin/true', env={'LD_PRELOAD': path}), ANSWER)
    copy('preload.so', 'new.so')
    os.rename(os.path.join(folder, 'new.so'), path)
    attack(digsig, events, 'mmap', DIGSIG_CAUSE_UNSIGNED,
           lambda: execute('/bin/true', env={'LD_PRELOAD': path}), error=None)


@test
def mapped_executable():
    path = write(os.path.join(folder, 'code'), CODE)

    def run():
        fd = os.open(path, os.O_RDONLY)
        return call(memory(fd, PROT_READ | PROT_EXEC))
    attack(digsig, events, 'mmap', DIGSIG_CAUSE_UNSIGNED, lambda: attempt(run))


@test
def mapped_and_then_made_executable():
    path = write(os.path.join(folder, 'later'), CODE)

    def run():
        fd = os.open(path, os.O_RDONLY)
        address = memory(fd, PROT_READ)
        protect(address, PROT_READ | PROT_EXEC)
        return call(address)
    attack(digsig, events, 'mprotect', DIGSIG_CAUSE_UNVERIFIED,
           lambda: attempt(run))


@test
def signed_and_verified_may_be_made_executable():
    path = page('verified')

    def run():
        fd = os.open(path, os.O_RDONLY)
        memory(fd, PROT_READ | PROT_EXEC)
        address = memory(fd, PROT_READ)
        protect(address, PROT_READ | PROT_EXEC)
        return call(address)
    with enforcing(digsig, 'mmap', 'mprotect'):
        same(attempt(run), ANSWER)


@test
def private_copy_made_executable():
    path = page('copied')

    def run():
        fd = os.open(path, os.O_RDONLY)
        memory(fd, PROT_READ | PROT_EXEC)
        address = memory(fd, PROT_READ | PROT_WRITE)
        ctypes.memmove(address, SEVEN, len(SEVEN))
        protect(address, PROT_READ | PROT_EXEC)
        return call(address)
    attack(digsig, events, 'mprotect', DIGSIG_CAUSE_MODIFIED,
           lambda: attempt(run), wanted=7)


@test
def writable_and_executable():
    path = page('both')

    def run():
        fd = os.open(path, os.O_RDONLY)
        address = memory(fd, PROT_READ | PROT_WRITE | PROT_EXEC)
        ctypes.memmove(address, SEVEN, len(SEVEN))
        return call(address)
    attack(digsig, events, 'mmap', DIGSIG_CAUSE_WRITABLE,
           lambda: attempt(run), wanted=7)


@test
def executable_made_writable_as_well():
    path = page('wider')

    def run():
        fd = os.open(path, os.O_RDONLY)
        address = memory(fd, PROT_READ | PROT_EXEC)
        protect(address, PROT_READ | PROT_WRITE | PROT_EXEC)
        ctypes.memmove(address, SEVEN, len(SEVEN))
        return call(address)
    attack(digsig, events, 'mprotect', DIGSIG_CAUSE_WRITABLE,
           lambda: attempt(run), wanted=7)


@test
def executable_made_writable_and_back():
    path = page('round')

    def run():
        fd = os.open(path, os.O_RDONLY)
        address = memory(fd, PROT_READ | PROT_EXEC)
        protect(address, PROT_READ | PROT_WRITE)
        ctypes.memmove(address, SEVEN, len(SEVEN))
        protect(address, PROT_READ | PROT_EXEC)
        return call(address)
    attack(digsig, events, 'mprotect', DIGSIG_CAUSE_MODIFIED,
           lambda: attempt(run), wanted=7)


@test
def anonymous_memory():
    def run():
        address = memory(-1, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS)
        ctypes.memmove(address, CODE, len(CODE))
        protect(address, PROT_READ | PROT_EXEC)
        return call(address)

    def at_once():
        address = memory(-1, PROT_READ | PROT_WRITE | PROT_EXEC,
                         MAP_PRIVATE | MAP_ANONYMOUS)
        ctypes.memmove(address, CODE, len(CODE))
        return call(address)
    for way in run, at_once:
        attack(digsig, events, 'anon', DIGSIG_CAUSE_ANONYMOUS,
               lambda: attempt(way))
    digsig.mode(anon=DIGSIG_MODE_OFF)
    with enforcing(digsig, 'mmap', 'mprotect'):
        same(attempt(run), ANSWER, 'a JIT where it is allowed')


@test
def memory_file():
    def run(content, how):
        fd = os.memfd_create('code')
        os.write(fd, content)
        return how(fd)

    def execute_it(fd):
        return execute(f'/proc/self/fd/{fd}')
    unsigned, good = read(made('answer')), read(signed('answer', 'inside'))
    for content in unsigned, good:
        attack(digsig, events, 'exec', DIGSIG_CAUSE_MEMORY_FILE,
               lambda: attempt(lambda: run(content, execute_it)))
    attack(digsig, events, 'mmap', DIGSIG_CAUSE_MEMORY_FILE, lambda: attempt(
        lambda: run(CODE, lambda fd: call(memory(fd, PROT_READ | PROT_EXEC)))))


@test
def system_v_shared_memory():
    def run():
        ident = libc.shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0o700)
        address = libc.shmat(ident, None, SHM_EXEC)
        code = ctypes.get_errno()
        libc.shmctl(ident, IPC_RMID, None)
        if address == ctypes.c_void_p(-1).value:
            raise OSError(code, 'shmat')
        ctypes.memmove(address, CODE, len(CODE))
        return call(address)
    digsig.mode(mmap=DIGSIG_MODE_OFF)
    attack(digsig, events, 'shm', DIGSIG_CAUSE_MEMORY_FILE,
           lambda: attempt(run))
    digsig.mode(mmap=DIGSIG_MODE_AUDIT)


@test
def mapped_while_open_for_writing():
    path = page('open')

    def run():
        writer = os.open(path, os.O_RDWR)
        address = memory(os.open(path, os.O_RDONLY), PROT_READ | PROT_EXEC)
        os.pwrite(writer, SEVEN, 0)
        return call(address)

    def again():
        # the first run changed the file
        page('open')
        return attempt(run)
    attack(digsig, events, 'mmap', DIGSIG_CAUSE_OPEN_FOR_WRITING, again,
           wanted=7)


@test
def written_while_mapped():
    path = page('mapped')

    def run():
        address = memory(os.open(path, os.O_RDONLY), PROT_READ | PROT_EXEC)
        os.pwrite(os.open(path, os.O_RDWR), SEVEN, 0)
        return call(address)
    attack(digsig, events, 'write', DIGSIG_CAUSE_RUNNING,
           lambda: attempt(run), wanted=7, error=errno.ETXTBSY)


@test
def written_through_a_shared_mapping():
    path = page('shared')

    def run():
        writer = os.open(path, os.O_RDWR)
        window = memory(writer, PROT_READ | PROT_WRITE, MAP_SHARED)
        os.close(writer)
        address = memory(os.open(path, os.O_RDONLY), PROT_READ | PROT_EXEC)
        ctypes.memmove(window, SEVEN, len(SEVEN))
        return call(address)

    def again():
        page('shared')
        return attempt(run)
    attack(digsig, events, 'mmap', DIGSIG_CAUSE_OPEN_FOR_WRITING, again,
           wanted=7)


@test
def truncated_while_mapped():
    path = page('cut')

    def run():
        address = memory(os.open(path, os.O_RDONLY), PROT_READ | PROT_EXEC)
        same(call(address), ANSWER)
        os.truncate(path, 0)
        return os.stat(path).st_size

    def again():
        os.unlink(path)
        page('cut')
        return attempt(run)
    attack(digsig, events, 'write', DIGSIG_CAUSE_RUNNING, again, wanted=0,
           error=errno.ETXTBSY)


@test
def a_file_that_runs_may_be_replaced():
    path = page('old')

    def run():
        address = memory(os.open(path, os.O_RDONLY), PROT_READ | PROT_EXEC)
        os.rename(page('new'), path)
        return call(address)
    with enforcing(digsig, 'write', 'mmap'):
        same(attempt(run), ANSWER)


@test
def script():
    interpreter = signed('answer', 'interpreter')
    path = write(os.path.join(folder, 'unsigned-script'),
                 b'#!' + interpreter.encode() + b'\n')
    attack(digsig, events, 'script', DIGSIG_CAUSE_UNSIGNED,
           lambda: execute(path))
    digsig.mode(script=DIGSIG_MODE_OFF)
    path = write(os.path.join(folder, 'other-script'),
                 b'#!' + copy('answer', 'bad-interpreter').encode() + b'\n')
    attack(digsig, events, 'exec', DIGSIG_CAUSE_UNSIGNED,
           lambda: execute(path))


@test
def own_memory_through_proc():
    path = page('proc')

    def run():
        address = memory(os.open(path, os.O_RDONLY), PROT_READ | PROT_EXEC)
        with open('/proc/self/mem', 'r+b', buffering=0) as file:
            file.seek(address)
            file.write(SEVEN)
        return call(address)
    attack(digsig, events, 'memory', DIGSIG_CAUSE_TRACED,
           lambda: attempt(run), wanted=7)


def with_victim(act):
    """Does something to a process that waits."""
    pid = os.fork()
    if not pid:
        signal.pause()
    try:
        return act(pid)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@test
def traced_process():
    def act(pid):
        if libc.ptrace(PTRACE_ATTACH, pid, None, None):
            raise OSError(ctypes.get_errno(), 'ptrace')
        os.waitpid(pid, 0)
        libc.ptrace(PTRACE_DETACH, pid, None, None)
        return 0
    attack(digsig, events, 'memory', DIGSIG_CAUSE_TRACED,
           lambda: with_victim(act), wanted=0)


@test
def asked_to_be_traced():
    def run():
        if libc.ptrace(PTRACE_TRACEME, 0, None, None):
            raise OSError(ctypes.get_errno(), 'ptrace')
        return 0
    attack(digsig, events, 'memory', DIGSIG_CAUSE_TRACED,
           lambda: attempt(run), wanted=0)


@test
def memory_of_another_process():
    spot = ctypes.create_string_buffer(b'before')

    class Vector(ctypes.Structure):
        _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]

    def act(pid):
        new = ctypes.create_string_buffer(b'after!')
        here = Vector(ctypes.addressof(new), 6)
        there = Vector(ctypes.addressof(spot), 6)
        return syscall(SYS_PROCESS_VM_WRITEV, pid, ctypes.byref(here), 1,
                       ctypes.byref(there), 1, 0)
    attack(digsig, events, 'memory', DIGSIG_CAUSE_TRACED,
           lambda: with_victim(act), wanted=6)


@test
def nothing_of_it_is_switched_off_by_sysctl():
    path = copy('answer', 'sysctl')
    with enforcing(digsig, 'exec'):
        refused(errno.EBUSY, write, '/proc/sys/kernel/ftrace_enabled', b'0',
                0o644)
        refused(errno.EPERM, execute, path)


ktap.main(namespace=False)
