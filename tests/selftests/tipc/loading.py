#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""When tipc is loaded and when it is not, and the way to mainline's and back."""
import errno
import os
import shutil
import socket
import struct
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, '../lib'))

import ktap
import mainline
from ktap import poll, same, test
from tipc import PUBLISHED
from tipc_node import Node, cable, met
from tipc_peer import DIRECT, FIRST, FRAGMENT, NAMED, RESET, Peer, message

OPT_IN = '/run/modprobe.d/cgr-tipc.conf'


def loaded(name='tipc'):
    with open('/proc/modules', encoding='ascii') as modules:
        return any(line.split()[0] == name for line in modules)


def run(*words, fails=False):
    done = subprocess.run(words, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if bool(done.returncode) != fails:
        raise AssertionError(f'{words}: {done.returncode}\n{done.stdout}')
    return done.stdout


def make_socket():
    """The error of it, or 0."""
    try:
        socket.socket(socket.AF_TIPC, socket.SOCK_RDM).close()
    except OSError as e:
        return e.errno
    return 0


def unload():
    if os.path.exists(OPT_IN):
        os.remove(OPT_IN)
    for name in 'tipc_diag', 'tipc':
        if loaded(name):
            run('rmmod', name)


def opt_in():
    os.makedirs(os.path.dirname(OPT_IN), exist_ok=True)
    shutil.copy(os.path.join(here, '../../../Documentation/admin/'
                             'cgr-tipc.conf'), OPT_IN)


@test
def nobody_loads_it_by_accident():
    unload()
    same(make_socket(), errno.EAFNOSUPPORT)
    run('ss', '--tipc')
    run('tipc', 'link', 'list', fails=True)
    same(loaded(), False)
    same(run('cgr', 'tipc', fails=True),
         'Error: module tipc is not loaded: modprobe tipc\n')


@test
def a_socket_loads_it_after_opting_in():
    unload()
    opt_in()
    same(make_socket(), 0)
    run('cgr', 'tipc')
    unload()


@test
def ss_shows_its_sockets():
    """Without mainline's tipc_diag, which would not work with ours."""
    unload()
    run('modprobe', 'tipc')
    s = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)
    s.bind((1, 1000, 1, 1, 2))
    shown = run('ss', '--tipc', '-a')
    if not any(str(number) in shown for number in s.getsockname()[1:3]
               if number):
        raise AssertionError(shown)
    s.close()
    same(loaded('tipc_diag'), False)
    unload()


@test
def modprobe_finds_ours():
    unload()
    if '/updates/' not in run('modprobe', '--show-depends', 'tipc'):
        raise AssertionError('modprobe would load another one')
    run('modprobe', 'tipc')
    run('cgr', 'tipc')
    unload()


def flood(peer):
    """All that makes the module do something, for ever."""
    number = 0
    while True:
        number += 1
        try:
            peer.drain()
            peer.discover(prev_node=0x02000000 + number)
            peer.publish(2000, number, number, 88, number)
            peer.send(0, NAMED, 40, struct.pack(
                '=5I8s', 0, 0, 0xffffffff, 0xffffffff, 1, b''), syn=1,
                scope=2, orig_port=number, name_type=1, name_lower=1)
            peer.send(0, DIRECT, 32, b'x' * 1000, orig_port=1, dest_port=1)
            peer.send(FRAGMENT, FIRST, 40, message(
                0, DIRECT, 32, b'x' * 1400, size=60000), fragment_no=1)
            if number % 50 == 0:
                peer.begin_again()
                peer.protocol(RESET)
                peer.until('the link is up', lambda: peer.up)
        except (OSError, AssertionError):
            pass  # there is nobody any more


@test
def it_goes_under_traffic():
    """With bearers up, links, subscribers from afar, and packets that come in all
    the while."""
    for _ in range(4):
        unload()
        run('modprobe', 'tipc')
        nodes = [Node(name) for name in 'abcd']
        a, b, c, d = nodes
        cable(a, b)
        cable(c, d, 'vc', 'vd')
        for node, device in (a, 'va'), (c, 'vc'), (d, 'vd'):
            node.enable(device)
        met(c, d)
        peer = Peer(b)
        peer.meet()
        pid = ktap.child(lambda: flood(peer))
        try:
            t = a.topology()
            t.subscribe(2000, 0, 0xffffffff)
            same(t.event()[0], PUBLISHED)
            t.sock.close()
            poll('nobody uses it', lambda: not subprocess.run(
                ['rmmod', 'tipc'], stderr=subprocess.DEVNULL,
                check=False).returncode)
            same(loaded(), False)
        finally:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        peer.raw.close()
        for node in nodes:
            os.close(node.fd)


def mainline_and_back():
    """cgr says which one is loaded; there is only ever one."""
    unload()
    mainline.load()
    same(make_socket(), 0)
    run('modprobe', 'tipc')  # content with what is there
    words = run('cgr', 'tipc', fails=True)
    if not words.startswith("Error: mainline's tipc is loaded: "):
        raise AssertionError(words)
    run('tipc', 'link', 'list')
    unload()
    run('modprobe', 'tipc')
    try:
        mainline.load()
    except subprocess.CalledProcessError:
        pass
    else:
        raise AssertionError('both are loaded')
    run('cgr', 'tipc')
    unload()


if __name__ == '__main__':
    if mainline.exists():
        test(mainline_and_back)
    # modules are of all namespaces
    ktap.main(seconds=120, namespace=False)
