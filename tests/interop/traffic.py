# SPDX-License-Identifier: GPL-2.0
"""What both ends of the wire do: echo what comes, and have it echoed."""
import hashlib
import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../selftests/lib'))

import ktap
from tipc import *
from tipc import sock, to

# services: those of the node with our module, and mainline's further on
ECHO = {RDM: 18001, SEQ: 18002, STREAM: 18003}
CONTROL, MULTICAST, ANSWERS, MANY = 18000, 18004, 18005, 18006
OURS, THEIRS = 1, 2
PATIENCE = 60 + 5 * ktap.LONG


def device():
    """The one there is; virtio finds it sooner or later."""
    names = [d for d in os.listdir('/sys/class/net') if d != 'lo']
    return names[0] if names else None


def netem(*words):
    """What happens to packets that leave here; nothing to end that."""
    if words:
        subprocess.run(['tc', 'qdisc', 'replace', 'dev', device(), 'root',
                        'netem', 'limit', '100000', *words], check=True)
    else:
        subprocess.run(['tc', 'qdisc', 'del', 'dev', device(), 'root'],
                       check=True)


def start(function, *args):
    thread = threading.Thread(target=function, args=args, daemon=True)
    thread.start()
    return thread


def echo_datagrams(s):
    while True:
        data, sender = s.recvfrom(70000)
        s.sendto(data, sender)


def echo_connections(listener):
    def one(c):
        try:
            while True:
                data = c.recv(66000)
                if not data:
                    break
                c.sendall(data)
        except ConnectionResetError:
            pass  # closed there with nothing unread here
        except OSError as e:
            print('echo:', repr(e), flush=True)
        c.close()

    while True:
        start(one, listener.accept()[0])


def serve(instance):
    """Echoes whatever comes to the services of an instance."""
    for kind, service in ECHO.items():
        s = sock(kind, (service, instance, instance))
        if kind == RDM:
            start(echo_datagrams, s)
        else:
            s.listen(10)
            start(echo_connections, s)


def opened(kind, instance):
    s = sock(kind)
    s.settimeout(PATIENCE)
    if kind != RDM:
        s.connect(to(ECHO[kind], instance))
    return s


def datagrams(instance, count, size):
    """One at a time; each comes back as it was."""
    with opened(RDM, instance) as s:
        rng = random.Random(count)
        for i in range(count):
            data = struct.pack('=I', i) + rng.randbytes(rng.randrange(size))
            s.sendto(data, to(ECHO[RDM], instance))
            if s.recv(70000) != data:
                raise AssertionError(f'datagram {i} is another one')


def messages(instance, count, size):
    """Many on the way; each comes back as it was, in order."""
    def content(i):
        return struct.pack('=I', i) * (1 + i * 37 % (size // 4))

    with opened(SEQ, instance) as s:
        def write():
            for i in range(count):
                s.send(content(i))

        writer = start(write)
        for i in range(count):
            data = s.recv(70000)
            if data != content(i):
                raise AssertionError(f'message {i}: {len(data)} bytes, '
                                     f'{data[:4]!r}')
        writer.join()


def stream(instance, total):
    """All of it comes back."""
    sums = [hashlib.sha256(), hashlib.sha256()]
    with opened(STREAM, instance) as s:
        def write():
            rng = random.Random(total)
            block, left = rng.randbytes(1 << 20), total
            while left:
                data = block[:min(left, rng.randrange(1, 200000))]
                s.sendall(data)
                sums[0].update(data)
                left -= len(data)

        writer = start(write)
        left = total
        while left:
            data = s.recv(66000)
            if not data:
                raise AssertionError(f'the end, {left} bytes too early')
            sums[1].update(data)
            left -= len(data)
        writer.join()
    if sums[0].digest() != sums[1].digest():
        raise AssertionError('other bytes came back')


TRAFFIC = {f.__name__: f for f in (datagrams, messages, stream)}


def ask(*request, seconds=PATIENCE):
    """Has the other end do something; returns what it says."""
    with sock() as s:
        s.settimeout(seconds)
        s.sendto(json.dumps(request).encode(), to(CONTROL, THEIRS))
        answer = json.loads(s.recv(66000))
    if answer.get('error'):
        raise AssertionError(f'the other end: {answer["error"]}')
    return answer.get('result')
