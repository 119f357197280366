# SPDX-License-Identifier: GPL-2.0
"""Runs the tests of a program and prints KTAP.

	@ktap.test
	def fib_is_created(): ...

	ktap.main()

Each test runs in a process and, unless main() is told otherwise, a network
namespace of its own. It fails when it raises an exception or gets stuck. Names of tests, or parts of them, as
arguments of the program select some.
"""
import ctypes
import os
import select
import signal
import sys
import time
import traceback

# how many times as long as elsewhere things may take with this kernel
SLOWNESS = int(os.environ.get('CGR_SLOWNESS', 1))

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

# how many times as long as usual, for tests that can
LONG = int(os.environ.get('CGR_LONG') or 1)

libc = ctypes.CDLL(None, use_errno=True)
tests = []


def test(function):
    tests.append(function)
    return function


def unshare(flags):
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), 'unshare')


def setns(fd):
    """Goes to the namespace of a descriptor."""
    if libc.setns(fd, 0):
        raise OSError(ctypes.get_errno(), 'setns')


def same(got, wanted, what='value'):
    if got != wanted:
        raise AssertionError(f'{what}: wanted {wanted!r}, got {got!r}')


def poll(what, condition, seconds=10):
    """Waits until a condition is true and returns what it returned."""
    seconds *= SLOWNESS
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f'still not so after {seconds} s: {what}')
        time.sleep(0.02)


def child(function):
    """Runs a function in a process of its own; returns its number."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        function()
        status = 0
    except BaseException:  # a failed test, whatever it is
        traceback.print_exc(file=sys.stdout)
    finally:
        sys.stdout.flush()
        os._exit(status)


def wait(pid):
    """Waits for a child and returns how it ended, 0 is well."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def in_child(function):
    """Has a function run and succeed in a process of its own."""
    same(wait(child(function)), 0, 'status of the process')


def run(function, seconds, namespace):
    """Runs a test; returns what it printed, None if it passed."""
    output, inner = os.pipe()

    def body():
        os.dup2(inner, 1)
        os.dup2(inner, 2)
        os.setsid()
        if namespace:
            unshare(CLONE_NEWNET)
        function()

    pid = child(body)
    os.close(inner)
    end = time.monotonic() + seconds
    text = b''
    while select.select([output], [], [], max(0, end - time.monotonic()))[0]:
        part = os.read(output, 65536)
        if not part:
            break
        text += part
    else:
        text += f'stuck for {seconds} s\n'.encode()
        os.killpg(pid, signal.SIGKILL)
    os.close(output)
    status = wait(pid)
    try:
        os.killpg(pid, signal.SIGKILL)  # what the test left behind
    except ProcessLookupError:
        pass
    if not status:
        return None
    return text.decode(errors='replace') + f'status {status}\n'


def main(seconds=60, namespace=True):
    seconds *= SLOWNESS
    chosen = [function for function in tests if len(sys.argv) == 1 or
              any(word in function.__name__ for word in sys.argv[1:])]
    failed = 0
    print('TAP version 13')
    print(f'1..{len(chosen)}', flush=True)
    for i, function in enumerate(chosen):
        start = time.monotonic()
        text = run(function, seconds, namespace)
        if text is not None:
            failed += 1
            print(''.join(f'# {line}\n' for line in text.splitlines()), end='')
        print(f'{"ok" if text is None else "not ok"} {i + 1} '
              f'{function.__name__}', flush=True)
        if time.monotonic() - start > 5:
            print(f'# took {time.monotonic() - start:.1f} s')
    sys.exit(failed > 0)
