#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""elf.py COMMAND... - ELF files for tests.

make KIND FILE          write a program that exits with 42, of a kind that no compiler at hand makes
record FILE STATEMENT CMS [CONTENT]
                        take the signature of a signed file to pieces, as its description says, not as the tool does: write what
                        is signed and the signature. CONTENT is the file an extended attribute (FILE) is about.
note FILE               print where the signature's note begins
"""

import hashlib
import struct
import sys

EXIT_42 = b'\xbf\x2a\0\0\0\xb8\x3c\0\0\0\x0f\x05'	# mov edi, 42; mov eax, 60; syscall
BASE = 0x400000


def header(shoff, shnum, shstrndx, entry, shentsize=64):
    return struct.pack('<16sHHIQQQIHHHHHH', b'\177ELF\2\1\1', 2, 62, 1, entry, 64, shoff, 0, 64, 56, 1, shentsize, shnum, shstrndx)


def segment(size):
    return struct.pack('<IIQQQQQQ', 1, 5, 0, BASE, BASE, size, size, 4096)


def section(name, kind, offset, size, flags=0, addr=0):
    return struct.pack('<IIQQQQIIQQ', name, kind, flags, addr, offset, size, 0, 0, 1, 0)


def make(kind):
    names = b'\0.text\0.shstrtab\0'
    if kind == 'sectionless':
        size = 120 + len(EXIT_42)
        return header(0, 0, 0, BASE + 120, 0) + segment(size) + EXIT_42
    if kind == 'nonames':
        code = 120 + 2 * 64
        return (header(120, 2, 0, BASE + code) + segment(code + len(EXIT_42)) + bytes(64) +
                section(0, 1, code, len(EXIT_42), 6, BASE + code) + EXIT_42)
    if kind in ('front', 'extended', 'payload', 'padded', 'beyond', 'many'):
        # the section table in front of the code, as Go's linker has it
        number = 65278 if kind == 'many' else 3
        code = 120 + number * 64
        text = code + len(EXIT_42)
        first = section(0, 0, 0, number) if kind == 'extended' else bytes(64)
        size = text + 4096 if kind == 'beyond' else text
        data = (header(120, 0 if kind == 'extended' else number, 2, BASE + code) + segment(size) + first +
                section(1, 1, code, len(EXIT_42), 6, BASE + code) + section(7, 3, text, len(names)) +
                bytes(64) * (number - 3) + EXIT_42 + names)
        return data + {'payload': b'PAYLOAD', 'padded': bytes(13)}.get(kind, b'')
    raise ValueError(kind)


def find_note(data):
    wide = data[4] == 2
    shoff, = struct.unpack_from('<Q', data, 40) if wide else struct.unpack_from('<I', data, 32)
    entry, number = struct.unpack_from('<HH', data, 58 if wide else 46)
    for i in range(number):
        at = shoff + i * entry
        kind, = struct.unpack_from('<I', data, at + 4)
        offset, size = struct.unpack_from('<QQ', data, at + 24) if wide else struct.unpack_from('<II', data, at + 16)
        if kind == 7 and offset + size == len(data):
            assert data[offset:offset + 12] == struct.pack('<III', 7, size - 20, 1)
            assert data[offset + 12:offset + 20] == b'digsig\0\0'
            return offset
    raise SystemExit('no signature')


def record(path, statement, cms, content=None):
    data = open(path, 'rb').read()
    if content:
        blob, word, digested = data, b'file', open(content, 'rb').read()
    else:
        start = find_note(data)
        blob, word, digested = data[start + 20:], b'elf', data[:start]
    magic, version, hash_id, verity, zero, length = struct.unpack_from('<8sBBBBI', blob)
    assert (magic, version, verity, zero) == (b'\x7fDIGSIG\0', 1, 0, 0), blob[:16]
    assert not any(blob[16 + length:]) and len(blob) % 64 == 0
    name = {1: 'sha256', 2: 'sha384', 3: 'sha512'}[hash_id]
    with open(statement, 'wb') as f:
        f.write(b'digsig-v1 ' + word + b' ' + name.encode() + b':' + hashlib.new(name, digested).digest())
    with open(cms, 'wb') as f:
        f.write(blob[16:16 + length])


if sys.argv[1] == 'make':
    with open(sys.argv[3], 'wb') as out:
        out.write(make(sys.argv[2]))
elif sys.argv[1] == 'record':
    record(*sys.argv[2:])
elif sys.argv[1] == 'note':
    print(find_note(open(sys.argv[2], 'rb').read()))
else:
    raise SystemExit(__doc__)
