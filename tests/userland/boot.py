#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Boots under enforce, by the initramfs and by systemd, and recovery."""
import json
import os
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)),
                             '../selftests/lib')]

import guest
import ktap
from ktap import same, test

# without its signature it is the program it was before
UNSIGNED = 'cp /bin/true /root/true; cgr-sign strip /root/true &&' \
           ' /root/true'
DENIED = 'not permitted'


def state(debian):
    state, = json.loads(debian.output('cgr -j digsig show'))
    state['modes'] = {hook['mode'] for hook in state['hooks']
                      if not hook['optional']}
    return state


def denied(debian):
    return {hook['hook']: hook['denied'] for hook in state(debian)['hooks']
            if hook['denied']}


def enforced(debian):
    """What must hold on a box that came up locked."""
    now = state(debian)
    same((now['modes'], now['locked'], now['recovery']),
         ({'enforce'}, True, False))
    same(debian.output('systemctl is-system-running --wait'), 'running\n')
    same(denied(debian), {}, 'what was denied by then')
    debian.refused(UNSIGNED, DENIED)
    debian.refused('cgr digsig mode audit', 'locked until the next boot')
    debian.refused('rmmod cgr_digsig', '')
    guest.no_complaints(debian)


@test
def enforced_by_the_initramfs():
    """From before the first program of the disk runs."""
    with guest.Guest('enforce') as debian:
        debian.login()
        enforced(debian)


@test
def enforced_by_systemd():
    with guest.Guest('plain') as debian:
        debian.login()
        same(debian.output('systemctl is-active cgr-digsig'), 'active\n')
        enforced(debian)


@test
def recovery():
    """Nothing is enforced, and the administrator is told why."""
    with guest.Guest('enforce', 'cgr_digsig.recovery=1') as debian:
        debian.login()
        now = state(debian)
        same((now['modes'], now['locked'], now['recovery']),
             ({'audit'}, False, True))
        debian.output(UNSIGNED)
        same(debian.run('systemctl is-failed cgr-digsig'), (0, 'failed\n'))
        debian.output('journalctl -b -u cgr-digsig | grep -q recovery')
        debian.refused('cgr digsig mode enforce', 'recovery')
        # mended, and without another boot
        debian.output('echo digsig key add /etc/cgr/digsig/cert.pem >'
                      ' /etc/cgr/digsig/boot; systemctl restart cgr-digsig')
        guest.no_complaints(debian)


@test
def kept_out_altogether():
    with guest.Guest('enforce', 'modprobe.blacklist=cgr_digsig') as debian:
        debian.login()
        debian.output(UNSIGNED)
        debian.refused('grep cgr_digsig /proc/modules', '')


ktap.main(3 * guest.PATIENCE, namespace=False)
