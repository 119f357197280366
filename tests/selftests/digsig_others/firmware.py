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

    def load_part(self, offset, size):
        """Some bytes of it, as a device with little memory wants them."""
        for name, value in (('reset', 1), ('config_name', self.name),
                            ('config_into_buf', 1), ('config_partial', 1),
                            ('config_num_requests', 1),
                            ('config_file_offset', offset),
                            ('config_buf_size', size)):
            self.put(self.module + name, value)
        try:
            self.put(self.module + 'trigger_batched_requests', 1)
            return read(self.module + 'read_firmware')
        except OSError:
            return None

    def remove(self):
        os.unlink(self.path)
        subprocess.run(['modprobe', '-r', 'test_firmware'], check=True)


@test
def firmware_in_parts():
    device = Firmware()
    content = read(device.path)
    attack(digsig, events, 'firmware', DIGSIG_CAUSE_UNSIGNED,
           lambda: device.load_part(9, 5), wanted=content[9:14], error=None)
    sign(device.path, place='xattr')
    with enforcing(digsig, 'firmware'):
        same(device.load_part(9, 5), content[9:14], 'a part of what is signed')
        # a part that is not asked for is verified too
        tamper(device.path, b'firmware', b'Firmware')
        same(device.load_part(9, 5), None, 'a part of what was changed')
    digsig.mode(firmware=DIGSIG_MODE_OFF)
    device.remove()


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
    device.remove()


ktap.main(60, namespace=False)
