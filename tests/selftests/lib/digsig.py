# SPDX-License-Identifier: GPL-2.0
"""The digsig family by name, and what attacks are made of.

Importing it loads the module. Programs of the guest itself are on a filesystem
that is made exempt; what tests make is on others.
"""
import contextlib
import ctypes
import errno
import hashlib
import mmap
import os
import shutil
import socket
import struct
import subprocess
import sys
import traceback

import genl
from genl import NLM_F_ACK, attr, nest
from ktap import poll, same

UAPI = genl.load_uapi('digsig')
for _constants in UAPI.values():
    globals().update(_constants)
CAUSES = {value: name for name, value in UAPI['digsig_cause'].items()}

NETLINK_ADD_MEMBERSHIP = 1
GOOD, OTHER = 'good', 'other'
ANSWER = 42
# mov eax, 42; ret; and the same with 7
CODE = b'\xb8\x2a\0\0\0\xc3'
SEVEN = b'\xb8\x07\0\0\0\xc3'

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int,
                      ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.shmat.restype = ctypes.c_void_p
PROT_READ, PROT_WRITE, PROT_EXEC = 1, 2, 4
MAP_SHARED, MAP_PRIVATE, MAP_ANONYMOUS = 1, 2, 32


def made(name):
    """What the suite's Makefile made."""
    return os.path.join(os.path.dirname(shutil.which('answer')), name)


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def write(path, data, mode=0o755):
    with open(path, 'wb') as file:
        file.write(data)
    os.chmod(path, mode)
    return path


def put(path, data):
    """As write(), for what must not be created and has a mode of its own."""
    with open(path, 'wb') as file:
        file.write(data)


def fingerprint(der):
    return hashlib.sha256(der).digest()


def number(payload):
    return int.from_bytes(payload, sys.byteorder)


def text(payload):
    return payload.rstrip(b'\0').decode()


class Digsig(genl.Family):
    def __init__(self):
        super().__init__('digsig')
        (_, attrs), = self.request(3, 0, b'', kind=16)
        groups = genl.parse(genl.parse(dict(attrs)[7])[0][1])
        self.group = number(dict(groups)[2])

    def request(self, cmd, flags, payload=b'', raw=None, kind=None):
        if kind is None:
            return super().request(cmd, flags, payload, raw)
        body = struct.pack('=BBH', cmd, 1, 0) + attr(2, 'digsig')
        self.sock.send(self.frame(kind, flags | NLM_F_ACK, body))
        return list(self.receive())

    def mode(self, everything=None, **hooks):
        payload = b''
        if everything is not None:
            payload += attr(DIGSIG_A_MODE, bytes([everything]))
        for hook, mode in hooks.items():
            payload += nest(DIGSIG_A_HOOK,
                            attr(DIGSIG_HOOK_A_ID, bytes([HOOKS[hook]])),
                            attr(DIGSIG_HOOK_A_MODE, bytes([mode])))
        return self.request(DIGSIG_CMD_MODE_SET, 0, payload)

    def status(self):
        (_, attrs), = self.request(DIGSIG_CMD_STATUS_GET, 0)
        return {kind: number(value) for kind, value
                in genl.parse(dict(attrs)[DIGSIG_A_STATUS])}

    def hooks(self):
        """{hook: {attribute: number}}"""
        (_, attrs), = self.request(DIGSIG_CMD_STATUS_GET, 0)
        all_of_them = [{kind: number(value) for kind, value
                        in genl.parse(nested)}
                       for attribute, nested in attrs
                       if attribute == DIGSIG_A_HOOK]
        return {hook[DIGSIG_HOOK_A_ID]: hook for hook in all_of_them}

    def key_add(self, der):
        return self.request(DIGSIG_CMD_KEY_ADD, 0, nest(
            DIGSIG_A_KEY, attr(DIGSIG_KEY_A_CERTIFICATE, der)))

    def key_del(self, fingerprint):
        return self.request(DIGSIG_CMD_KEY_DEL, 0, nest(
            DIGSIG_A_KEY, attr(DIGSIG_KEY_A_FINGERPRINT, fingerprint)))

    def keys(self):
        """{fingerprint: description}"""
        found = [dict(genl.parse(dict(attrs)[DIGSIG_A_KEY]))
                 for _, attrs in self.dump(DIGSIG_CMD_KEY_GET)]
        return {key[DIGSIG_KEY_A_FINGERPRINT]:
                text(key[DIGSIG_KEY_A_DESCRIPTION]) for key in found}

    def revoke(self, kind, digest):
        return self.request(DIGSIG_CMD_REVOKE, 0, nest(
            DIGSIG_A_REVOCATION, attr(kind, digest)))

    def revoked(self):
        return [genl.parse(dict(attrs)[DIGSIG_A_REVOCATION])[0]
                for _, attrs in self.dump(DIGSIG_CMD_REVOKE_GET)]

    def fs(self, cmd, rule=None, **which):
        attrs = b''
        if 'type' in which:
            attrs += attr(DIGSIG_FS_A_TYPE, which['type'])
        if 'path' in which:
            attrs += attr(DIGSIG_FS_A_PATH, which['path'])
        if rule is not None:
            attrs += attr(DIGSIG_FS_A_RULE, bytes([rule]))
        return self.request(cmd, 0, nest(DIGSIG_A_FS, attrs))

    def exempt(self, **which):
        self.fs(DIGSIG_CMD_FS_ADD, DIGSIG_FS_RULE_EXEMPT, **which)

    def unexempt(self, **which):
        self.fs(DIGSIG_CMD_FS_DEL, **which)

    def rules(self):
        return [dict(genl.parse(dict(attrs)[DIGSIG_A_FS]))
                for _, attrs in self.dump(DIGSIG_CMD_FS_GET)]

    def check(self, path=None, fd=None):
        """{attribute: payload}"""
        attrs = b''
        if path is not None:
            attrs += attr(DIGSIG_CHECK_A_PATH, path)
        if fd is not None:
            attrs += attr(DIGSIG_CHECK_A_FD, fd)
        (_, answer), = self.request(DIGSIG_CMD_CHECK, 0,
                                    nest(DIGSIG_A_CHECK, attrs))
        return dict(genl.parse(dict(answer)[DIGSIG_A_CHECK]))

    def cause(self, path):
        return CAUSES[number(self.check(path)[DIGSIG_CHECK_A_CAUSE])]

    def flush(self):
        return self.request(DIGSIG_CMD_CACHE_FLUSH, 0)

    def lock(self):
        return self.request(DIGSIG_CMD_LOCK, 0)


class Events:
    """Denials as they are reported."""
    def __init__(self, digsig):
        self.socket = Digsig()
        self.socket.sock.setsockopt(genl.SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                                    digsig.group)
        self.socket.sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 23)
        self.socket.sock.setblocking(False)

    def take(self):
        """All there are, [{attribute: payload}]."""
        events = []
        with contextlib.suppress(BlockingIOError):
            while True:
                data = self.socket.sock.recv(1 << 20)
                events.append(dict(genl.parse(
                    dict(genl.parse(data[20:]))[DIGSIG_A_EVENT])))
        return events

    def wait(self, hook, cause, mode):
        """The first one of this kind."""
        seen = []

        def look():
            for event in self.take():
                kind = (number(event[DIGSIG_EVENT_A_HOOK]),
                        number(event[DIGSIG_EVENT_A_CAUSE]),
                        number(event[DIGSIG_EVENT_A_MODE]))
                seen.append(kind)
                if kind == (hook, cause, mode):
                    return event
            return None
        try:
            return poll(f'event {hook} {cause} {mode}', look, 10)
        except AssertionError as error:
            raise AssertionError(f'{error}; there were {seen}') from None


    def denied(self, path, cause):
        """A program does not run, and that is why."""
        self.take()
        refused(errno.EPERM, execute, path)
        self.wait(DIGSIG_HOOK_EXEC, cause, DIGSIG_MODE_ENFORCE)


HOOKS = {name[len('DIGSIG_HOOK_'):].lower(): value
         for name, value in UAPI['digsig_hook'].items()}


def is_loaded():
    return os.path.exists('/sys/module/cgr_digsig')


def load(**parameters):
    subprocess.run(['modprobe', 'cgr_digsig'] +
                   [f'{key}={value}' for key, value in parameters.items()],
                   check=True)


def unload():
    if is_loaded():
        subprocess.run(['modprobe', '-r', 'cgr_digsig'], check=True)


def begin():
    """The module with a key, in audit, and the guest's own files exempt."""
    if not is_loaded():
        load()
    digsig = Digsig()
    if digsig.revoked():
        # it stays so, and may be what the next tests are about
        unload()
        load()
        digsig = Digsig()
    digsig.mode(DIGSIG_MODE_AUDIT, script=DIGSIG_MODE_OFF, anon=DIGSIG_MODE_OFF,
                firmware=DIGSIG_MODE_OFF, initramfs=DIGSIG_MODE_OFF)
    if not digsig.keys():
        digsig.key_add(read(made('good.der')))
    if not digsig.rules():
        digsig.exempt(type='9p')
    return digsig


def sign(path, key=GOOD, place='auto', digest='sha256'):
    subprocess.run(['cgr-sign', 'sign', '--all', '--key', made(key + '.key'),
                    '--cert', made(key + '.pem'), '--hash', digest,
                    '--placement', place, path],
                   check=True, stdout=subprocess.PIPE)
    return path


def tamper(path, wrong=b'the answer is 42', right=b'the answer is 43'):
    """Changes the file where it is."""
    at = read(path).index(wrong)
    with open(path, 'r+b') as file:
        file.seek(at)
        file.write(right)
    return path


def attempt(function):
    """What a function does in a process of its own: the number it returns, or
    the error that it raises."""
    inner, outer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.write(outer, struct.pack('=i', function() or 0))
        except OSError as error:
            os.write(outer, struct.pack('=i', -error.errno))
        except BaseException:
            traceback.print_exc(file=sys.stdout)
            sys.stdout.flush()
        finally:
            os._exit(0)
    os.close(outer)
    data = os.read(inner, 4)
    os.close(inner)
    os.waitpid(pid, 0)
    if not data:
        raise AssertionError('the attempt broke')
    result, = struct.unpack('=i', data)
    if result < 0:
        raise OSError(-result, os.strerror(-result))
    return result


def execute(path, *args, env=None):
    """Runs a program; returns its status."""
    def run():
        os.execve(path, [path, *args], env or {})
    inner, outer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(inner)
            os.set_inheritable(outer, False)
            quiet = os.open('/dev/null', os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            run()
        except OSError as error:
            os.write(outer, struct.pack('=i', error.errno))
        finally:
            os._exit(0)
    os.close(outer)
    failed = os.read(inner, 4)
    os.close(inner)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if failed:
        code, = struct.unpack('=i', failed)
        raise OSError(code, os.strerror(code))
    return status


def memory(fd, prot, flags=MAP_PRIVATE, size=mmap.PAGESIZE):
    """Maps a file; returns the address."""
    address = libc.mmap(None, size, prot, flags, fd, 0)
    if address == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), 'mmap')
    return address


def protect(address, prot, size=mmap.PAGESIZE):
    if libc.mprotect(address, size, prot):
        raise OSError(ctypes.get_errno(), 'mprotect')


def call(address):
    """Runs the code that is there."""
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()


def syscall(number_of, *args):
    args = [ctypes.c_long(arg) if isinstance(arg, int) else arg
            for arg in args]
    result = libc.syscall(ctypes.c_long(number_of), *args)
    if result < 0:
        raise OSError(ctypes.get_errno(), f'system call {number_of}')
    return result


def refused(code, function, *args, **keywords):
    """A function must raise an OSError of this code; returns it."""
    try:
        function(*args, **keywords)
    except OSError as error:
        same(errno.errorcode[error.errno], errno.errorcode[code], 'error')
        return error
    raise AssertionError(f'{function} should have failed')


@contextlib.contextmanager
def enforcing(digsig, *hooks):
    """These hooks are enforced; afterwards all is as it was."""
    before = {hook: digsig.hooks()[HOOKS[hook]][DIGSIG_HOOK_A_MODE]
              for hook in hooks}
    digsig.mode(**{hook: DIGSIG_MODE_ENFORCE for hook in hooks})
    try:
        yield
    finally:
        digsig.mode(**before)


def attack(digsig, events, hook, cause, function, wanted=ANSWER,
           error=errno.EPERM):
    """Sees an attack work and be reported while the hook is in audit, and be
    denied and reported while it is enforced."""
    digsig.mode(**{hook: DIGSIG_MODE_AUDIT})
    events.take()
    same(function(), wanted, 'what the attack came to in audit')
    events.wait(HOOKS[hook], cause, DIGSIG_MODE_AUDIT)
    with enforcing(digsig, hook):
        before = digsig.hooks()[HOOKS[hook]][DIGSIG_HOOK_A_DENIED]
        if error is None:
            if function() == wanted:
                raise AssertionError('the attack worked')
        else:
            refused(error, function)
        events.wait(HOOKS[hook], cause, DIGSIG_MODE_ENFORCE)
        if digsig.hooks()[HOOKS[hook]][DIGSIG_HOOK_A_DENIED] <= before:
            raise AssertionError('the denial was not counted')
