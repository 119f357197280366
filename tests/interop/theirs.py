#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The end with mainline's tipc: serves, and does what it is asked."""
import json
import os
import subprocess
import sys
import time
import traceback

import traffic
from traffic import CONTROL, MANY, MULTICAST, ANSWERS, OURS, THEIRS
from traffic import device, netem, serve, start
from tipc import *
from tipc import sock

import mainline

done = []


def run(*words):
    subprocess.run(words, check=True)


def answer_multicasts():
    """Each with one, to whoever is bound to a range."""
    s = sock(RDM, (MULTICAST, 0, 99))
    while True:
        data, _ = s.recvfrom(70000)
        with sock() as out:
            out.sendto(b'back ' + data, (RANGE, ANSWERS, 0, 99, CLUSTER))


def many(count):
    """So many bindings."""
    s = sock()
    done.append(s)
    for i in range(count):
        s.bind((RANGE, MANY, i, i, CLUSTER))


def few():
    """None of them any more."""
    while done:
        done.pop().close()


def traffic_of(name, *args):
    traffic.TRAFFIC[name](OURS, *args)


def pause(seconds):
    """The device is down for so long."""
    def body():
        run('ip', 'link', 'set', device(), 'down')
        time.sleep(seconds)
        run('ip', 'link', 'set', device(), 'up')

    start(body)


def restart():
    """Begins anew with the module."""
    def body():
        time.sleep(0.5)
        os.execv(sys.argv[0], [sys.argv[0], 'again'])

    start(body)


def end():
    def body():
        time.sleep(0.5)
        os._exit(0)

    start(body)


def control():
    s = sock(RDM, (CONTROL, THEIRS, THEIRS))
    calls = {f.__name__: f for f in (many, few, netem, pause, restart, end)}
    calls['traffic'] = traffic_of

    def one(request, sender):
        name, *args = json.loads(request)
        print('asked:', name, args, flush=True)
        answer = {}
        try:
            answer['result'] = calls[name](*args)
        except BaseException as e:
            traceback.print_exc()
            answer['error'] = repr(e)
        try:
            s.sendto(json.dumps(answer).encode(), sender)
        except OSError as e:
            print('nobody waits for the answer:', e, flush=True)

    while True:
        start(one, *s.recvfrom(66000))


if __name__ == '__main__':
    run('modprobe', 'virtio_net')
    while not device():
        time.sleep(0.1)
    if sys.argv[1:] == ['again']:
        run('tipc', 'bearer', 'disable', 'media', 'eth', 'device', device())
        run('rmmod', 'tipc')
    mainline.load()
    run('ip', 'link', 'set', device(), 'up')
    run('tipc', 'node', 'set', 'identity', 'theirs')
    run('tipc', 'bearer', 'enable', 'media', 'eth', 'device', device())
    serve(THEIRS)
    start(answer_multicasts)
    control()
