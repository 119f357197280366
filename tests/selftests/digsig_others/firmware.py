#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What becomes part of a device: firmware, which is a hook that is off unless
it is asked for."""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from ktap import test

digsig = begin()
events = Events(digsig)
folder = tempfile.mkdtemp(prefix='digsig-')


class Firmware:
    """The kernel's own module for tests loads firmware from our folder."""
    module = '/sys/devices/virtual/misc/test_firmware/'
    name = 'digsig-test.bin'

    def __init__(self):
        subprocess.run(['modprobe', 'test_firmware'], check=True)
        self.put('/sys/module/firmware_class/parameters/path', folder)
        self.path = write(os.path.join(folder, self.name),
                          b'firmware for a device')

    @staticmethod
    def put(path, value):
        with open(path, 'w') as file:
            file.write(str(value))

    def load(self):
        """The content as the device gets it, None if it gets none."""
        try:
            self.put(self.module + 'trigger_request', self.name)
        except OSError:
            return None
        return read('/dev/test_firmware')


@test
def firmware():
    device = Firmware()
    content = read(device.path)
    attack(digsig, events, 'firmware', DIGSIG_CAUSE_UNSIGNED, device.load,
           wanted=content, error=None)
    sign(device.path, place='xattr')
    with enforcing(digsig, 'firmware'):
        same(device.load(), content, 'what is signed')
        tamper(device.path, b'firmware', b'Firmware')
        same(device.load(), None, 'what was changed')
    digsig.mode(firmware=DIGSIG_MODE_OFF)
    subprocess.run(['modprobe', '-r', 'test_firmware'], check=True)


ktap.main(60, namespace=False)
