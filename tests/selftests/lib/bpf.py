# SPDX-License-Identifier: GPL-2.0
"""BPF programs of the type LSM, made of instructions.

	program = bpf.Program('file_open', bpf.allow())
	with program.attached(): ...
"""
import contextlib
import ctypes
import functools
import os
import struct

SYS_BPF = 321
PROG_LOAD, LINK_CREATE = 5, 28
PROG_TYPE_LSM, LSM_MAC = 29, 27
GET_CURRENT_PID_TGID = 14

libc = ctypes.CDLL(None, use_errno=True)


def bpf(cmd, attributes):
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    result = libc.syscall(SYS_BPF, cmd, buffer, len(attributes))
    if result < 0:
        raise OSError(ctypes.get_errno(), f'bpf command {cmd}')
    return result


class Types:
    """What the kernel says about its own types and functions."""
    # bytes behind a type, and for each of its members
    TAILS = {1: (4, 0), 3: (12, 0), 4: (0, 12), 5: (0, 12), 6: (0, 8),
             13: (0, 8), 14: (4, 0), 15: (0, 12), 17: (4, 0), 19: (0, 12)}
    STRUCT, FUNCTION = 4, 12

    def __init__(self, path='/sys/kernel/btf/vmlinux'):
        with open(path, 'rb') as file:
            data = file.read()
        head, types, types_len, strings, _ = struct.unpack_from('=5I', data, 4)
        self.data, self.strings = data, head + strings
        self.functions, self.structs = {}, {}
        at, end, number = head + types, head + types + types_len, 1
        while at < end:
            name, info, _ = struct.unpack_from('=3I', data, at)
            kind, count = info >> 24 & 0x1f, info & 0xffff
            fixed, each = self.TAILS.get(kind, (0, 0))
            if kind == self.FUNCTION:
                self.functions[name] = number
            elif kind == self.STRUCT:
                self.structs.setdefault(name, (at + 12, count))
            at += 12 + fixed + each * count
            number += 1

    def text(self, offset):
        start = self.strings + offset
        return self.data[start:self.data.index(b'\0', start)].decode()

    def function(self, name):
        """The number of a function's type."""
        return next(number for offset, number in self.functions.items()
                    if self.text(offset) == name)

    def member(self, name, member):
        """Where in a structure a member is."""
        for offset, (at, count) in self.structs.items():
            if self.text(offset) != name:
                continue
            for i in range(count):
                label, _, bits = struct.unpack_from('=3I', self.data,
                                                    at + 12 * i)
                if self.text(label) == member:
                    return (bits & 0xffffff) // 8
        raise AssertionError(f'no {name}.{member}')


@functools.cache
def types():
    return Types()


def instruction(code, to=0, of=0, offset=0, value=0):
    return struct.pack('=BBhi', code, of << 4 | to, offset, value)


def load(to, of, offset):
    return instruction(0x79, to, of, offset)


def leave(value):
    return instruction(0xb7, 0, value=value) + instruction(0x95)


def allow():
    """Is called, and does nothing."""
    return leave(0)


def no_opening(pid, magic):
    """A process may open nothing on filesystems of a kind; that is what
    systemd has for RestrictFileSystems=, with a process for the cgroup."""
    way = [('file', 'f_inode'), ('inode', 'i_sb'), ('super_block', 's_magic')]
    walk = load(1, 6, types().member(*way[0])) + \
        load(1, 1, types().member(*way[1])) + \
        load(1, 1, types().member(*way[2]))
    return load(6, 1, 0) + instruction(0x85, value=GET_CURRENT_PID_TGID) + \
        instruction(0x77, 0, value=32) + \
        instruction(0x55, 0, offset=6, value=pid) + walk + \
        instruction(0x55, 1, offset=2, value=magic) + leave(-1) + leave(0)


class Program:
    def __init__(self, hook, code):
        licence = ctypes.create_string_buffer(b'GPL')
        text = ctypes.create_string_buffer(code, len(code))
        log = ctypes.create_string_buffer(1 << 16)
        where = ctypes.addressof
        attributes = struct.pack(
            '=2I2Q2IQ2I16s4IQ2IQ3I', PROG_TYPE_LSM, len(code) // 8,
            where(text), where(licence), 1, len(log), where(log), 0, 0,
            hook[:15].encode(), 0, LSM_MAC, 0, 0, 0, 0, 0, 0, 0,
            types().function('bpf_lsm_' + hook), 0)
        try:
            self.fd = bpf(PROG_LOAD, attributes)
        except OSError as error:
            raise AssertionError(f'{hook}: {error}: {log.value.decode()}') \
                from None

    def runs(self):
        """How often it ran; kernel.bpf_stats_enabled must be 1."""
        with open(f'/proc/self/fdinfo/{self.fd}') as file:
            return next(int(line.split()[1]) for line in file
                        if line.startswith('run_cnt:'))

    def attach(self):
        """The descriptor that keeps it attached."""
        return bpf(LINK_CREATE, struct.pack('=4I', self.fd, 0, LSM_MAC, 0))

    @contextlib.contextmanager
    def attached(self):
        link = self.attach()
        try:
            yield self
        finally:
            os.close(link)
