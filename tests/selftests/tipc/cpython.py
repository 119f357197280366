#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Python's own tests of AF_TIPC, as they come with it (tests/vm/fetch/cpython)."""
import os
import re
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '../lib'))

import ktap
from ktap import test


def passes(case):
    """A class of test.test_socket: something of it is run, and nothing skipped."""
    done = subprocess.run([sys.executable, '-m', 'unittest', '-v', f'test.test_socket.{case}'], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    print(''.join(f'# {line}\n' for line in done.stdout.splitlines()), end='')
    if done.returncode or not re.search(r'^Ran [1-9]', done.stdout, re.M) or 'skipped' in done.stdout:
        raise AssertionError(f'{case}: status {done.returncode}')


@test
def datagrams():
    passes('TIPCTest')


@test
def streams():
    passes('TIPCThreadableTest')


if __name__ == '__main__':
    subprocess.run(['modprobe', 'tipc'], check=True)
    ktap.main(seconds=60)
