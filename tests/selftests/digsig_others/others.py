#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Others at the functions that digsig redirects, before it and after it.

BPF programs, probes and tracers work beside it. Who redirects one of them as
well, or switches ftrace off, is refused, or digsig is.
"""
import contextlib
import ctypes
import errno
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import bpf
import ktap
from digsig import *
from ktap import test

STUBS = ['bprm_check_security', 'mmap_file', 'file_mprotect', 'shm_shmat',
         'kernel_read_file', 'kernel_post_read_file', 'kernel_load_data',
         'kernel_post_load_data', 'file_open', 'path_truncate',
         'ptrace_access_check', 'ptrace_traceme', 'inode_free_security',
         'sb_free_security']
TMPFS_MAGIC = 0x01021994
TRACING = '/sys/kernel/tracing/'
FTRACE = '/proc/sys/kernel/ftrace_enabled'

folder = tempfile.mkdtemp(prefix='digsig-')
subprocess.run(['mount', '-t', 'tmpfs', 'none', folder], check=True)
if not os.path.exists(TRACING + 'trace'):
    subprocess.run(['mount', '-t', 'tracefs', 'none', TRACING], check=True)
signed = sign(shutil.copy(made('answer'), folder + '/signed'))
unsigned = shutil.copy(made('answer'), folder + '/unsigned')
code = sign(write(folder + '/code', CODE.ljust(4096, b'\0')))


@contextlib.contextmanager
def loaded():
    digsig = begin()
    try:
        yield digsig
    finally:
        digsig.close()
        unload()


def log():
    return subprocess.run(['dmesg'], stdout=subprocess.PIPE, check=True,
                          text=True).stdout


def not_loaded(*words):
    """Loading it fails, and what it logs has these words."""
    before = log()
    result = subprocess.run(['modprobe', 'cgr_digsig'], text=True,
                            stderr=subprocess.PIPE)
    same(result.returncode != 0, True, 'loading fails')
    same(os.strerror(errno.EBUSY) in result.stderr, True, result.stderr)
    new = [line for line in log().removeprefix(before).splitlines()
           if 'cgr_digsig: ' in line]
    same([len([line for line in new if word in line]) for word in words],
         [1] * len(words), f'lines with {words} in {new}')


def denies(digsig):
    """digsig decides at its hooks, of which these two stand for all."""
    with enforcing(digsig, 'exec', 'mmap', 'write'):
        same(execute(signed), ANSWER)
        refused(errno.EPERM, execute, unsigned)
        address = memory(os.open(code, os.O_RDONLY), PROT_READ | PROT_EXEC)
        refused(errno.ETXTBSY, os.open, code, os.O_RDWR)
        libc.munmap(ctypes.c_void_p(address), 4096)


def count_everywhere(stack):
    """A program at each of the functions."""
    put('/proc/sys/kernel/bpf_stats_enabled', b'1')
    return {stub: stack.enter_context(
        bpf.Program(stub, bpf.allow()).attached()) for stub in STUBS}


def count(programs, used=('bprm_check_security', 'mmap_file', 'file_open')):
    """They run."""
    before = {stub: programs[stub].runs() for stub in used}
    same(execute(signed), ANSWER)
    for stub in used:
        same(programs[stub].runs() > before[stub], True, f'{stub} was called')


def restricts():
    """A program that lets this process open nothing in the folder does so."""
    program = bpf.Program('file_open', bpf.no_opening(os.getpid(),
                                                      TMPFS_MAGIC))
    os.close(os.open(signed, os.O_RDONLY))
    with program.attached():
        refused(errno.EPERM, os.open, signed, os.O_RDONLY)
        os.close(os.open('/bin/true', os.O_RDONLY))
    os.close(os.open(signed, os.O_RDONLY))


@test
def bpf_programs_attached_later():
    with loaded() as digsig:
        with contextlib.ExitStack() as stack:
            programs = count_everywhere(stack)
            count(programs)
            denies(digsig)
            restricts()
            digsig.mode(memory=DIGSIG_MODE_OFF)
        denies(digsig)


@test
def bpf_programs_attached_first():
    """Its self-test shows that each of its hooks is called through them."""
    with contextlib.ExitStack() as stack:
        programs = count_everywhere(stack)
        with loaded() as digsig:
            count(programs)
            denies(digsig)
            restricts()
        count(programs)
        restricts()
        same(execute(unsigned), ANSWER)


@test
def bpf_programs_that_go_while_it_is_loaded():
    with contextlib.ExitStack() as stack:
        stack.enter_context(bpf.Program('file_open', bpf.allow()).attached())
        digsig = begin()
        count_everywhere(stack)
    denies(digsig)
    digsig.close()
    unload()
    same(execute(unsigned), ANSWER)


@test
def a_bpf_program_that_hides_a_hook():
    """What such a program denies, digsig does not see. If that is what it
    tests itself with, it does not load."""
    deny = bpf.Program('path_truncate', bpf.leave(-1))
    with deny.attached():
        result = subprocess.run(['modprobe', 'cgr_digsig'], text=True,
                                stderr=subprocess.PIPE)
        same(result.returncode != 0, True, 'loading fails')
        same('does not call bpf_lsm_path_truncate()' in log(), True, 'log')
    with loaded() as digsig:
        denies(digsig)


@contextlib.contextmanager
def patch(function):
    """Another module redirects a function, as a live patch does."""
    subprocess.run(['modprobe', 'cgr_test_redirect',
                    f'function=bpf_lsm_{function}'], check=True)
    try:
        yield
    finally:
        subprocess.run(['modprobe', '-r', 'cgr_test_redirect'], check=True)


def patched():
    return number_in('/sys/module/cgr_test_redirect/parameters/called')


def number_in(path):
    return int(read(path))


@test
def live_patched_first():
    with patch('path_truncate'):
        os.truncate(code, 4096)
        same(patched(), 1, 'calls')
        not_loaded('bpf_lsm_path_truncate() is redirected already')
        os.truncate(code, 4096)
        same(patched(), 2, 'calls')
    with loaded() as digsig:
        denies(digsig)


@test
def live_patched_later():
    with loaded() as digsig:
        for function in STUBS[0], STUBS[-1]:
            try:
                with patch(function):
                    pass
            except subprocess.CalledProcessError:
                continue
            raise AssertionError(f'{function} was redirected')
        with patch('file_ioctl'):
            denies(digsig)
    with patch(STUBS[0]):
        pass


@test
def ftrace_switched_off_first():
    put(FTRACE, b'0')
    try:
        not_loaded('kernel.ftrace_enabled is 0')
    finally:
        put(FTRACE, b'1')
    with loaded() as digsig:
        denies(digsig)


@contextlib.contextmanager
def probed(function='bpf_lsm_bprm_check_security'):
    """A probe there, by tracefs; gives a function that counts its hits."""
    put(TRACING + 'kprobe_events', f'p:cgr/here {function}\n'.encode())
    switch = TRACING + 'events/cgr/here/enable'
    put(switch, b'1')

    def hits():
        for line in read(TRACING + 'kprobe_profile').decode().splitlines():
            if line.split()[0] in ('here', 'cgr/here'):
                return int(line.split()[1])
        raise AssertionError('the probe is gone')
    try:
        yield hits
    finally:
        put(switch, b'0')
        put(TRACING + 'kprobe_events', b'')


@contextlib.contextmanager
def traced():
    """All of them are traced; gives a function that says which were."""
    put(TRACING + 'set_ftrace_filter',
        ' '.join('bpf_lsm_' + stub for stub in STUBS).encode())
    put(TRACING + 'trace', b'')
    put(TRACING + 'current_tracer', b'function')

    def seen():
        return {line.split()[-2].removeprefix('bpf_lsm_')
                for line in read(TRACING + 'trace').decode().splitlines()
                if ' <-' in line}
    try:
        yield seen
    finally:
        put(TRACING + 'current_tracer', b'nop')
        put(TRACING + 'set_ftrace_filter', b'')


@contextlib.contextmanager
def watched():
    """A probe and a tracer see what digsig denies."""
    with probed() as hits, traced() as seen:
        yield
        before = hits()
        denies(Digsig())
        same(hits() > before, True, 'the probe was hit')
        same({'bprm_check_security', 'mmap_file', 'file_open'} - seen(),
             set(), 'what the tracer did not see')


@test
def probes_and_tracers_first():
    with watched():
        begin().close()
    denies(Digsig())
    unload()


@test
def probes_and_tracers_later():
    with loaded():
        with watched():
            pass
        denies(Digsig())


unload()
ktap.main(120, namespace=False)
