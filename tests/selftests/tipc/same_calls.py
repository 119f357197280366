#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The same socket calls give the same results as with mainline's module.

calls.py makes the calls and prints what came of them. calls.txt is what it is
to print with our module, calls.mainline what differs with mainline's, on
purpose, as lines of diff(1) under the names of scenarios.

	./same_calls.py record    writes both anew, for a human to compare

What mainline's does is only looked at in the long run (LONG=2).
"""
import difflib
import os
import re
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '../lib'))

import ktap
import mainline
from ktap import test


def run(*command):
    subprocess.run(command, check=True)


def load_ours():
    run('modprobe', 'tipc')


def unload():
    run('rmmod', 'tipc')


def transcript(load):
    load()
    try:
        text = subprocess.run([os.path.join(here, 'calls.py')], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
    finally:
        unload()
    return text.splitlines(keepends=True)


def read(name):
    with open(os.path.join(here, name), encoding='utf-8') as f:
        return f.readlines()


def sections(lines):
    """Lines under the names of their scenarios."""
    result = {}
    for line in lines:
        if not line.startswith(' '):
            current = result.setdefault(line.strip(), [])
        else:
            current.append(line)
    return result


def differences(theirs, ours):
    """What differs, without line numbers."""
    theirs, ours = sections(theirs), sections(ours)
    result = []
    for name in ours:
        changes = [line for line in difflib.unified_diff(
            theirs.get(name, []), ours[name], n=0)
            if not re.match(r'---|\+\+\+|@@', line)]
        if changes:
            result += [f'{name}\n'] + changes
    return result


def same_lines(got, wanted):
    changes = list(difflib.unified_diff(wanted, got, 'wanted', 'got', n=2))
    if changes:
        raise AssertionError(''.join(changes[:200]))


@test
def ours_is_as_recorded():
    same_lines(transcript(load_ours), read('calls.txt'))


def mainline_differs_as_recorded():
    ours = read('calls.txt')
    same_lines(differences(transcript(mainline.load), ours),
               read('calls.mainline'))


def record():
    ours = transcript(load_ours)
    theirs = transcript(mainline.load)
    print(''.join(ours), end='')
    print('=== cut here ===')
    print(''.join(differences(theirs, ours)), end='')


if __name__ == '__main__':
    if sys.argv[1:] == ['record']:
        record()
        sys.exit()
    # mainline's is what it was, so this is for the long run
    if mainline.exists() and ktap.LONG > 1:
        test(mainline_differs_as_recorded)
    ktap.main(seconds=200)
