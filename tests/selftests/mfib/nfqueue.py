#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""nfqueue.py NUMBER: holds all packets of a queue of netfilter.

Prints "ready", and how many packets it holds whenever one comes. At the end of
its input it lets them go on.
"""
import os
import select
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../lib'))

import genl

NETLINK_NETFILTER = 12
NFNL_SUBSYS_QUEUE = 3
NFQNL_MSG_PACKET, NFQNL_MSG_CONFIG, NFQNL_MSG_VERDICT_BATCH = 0, 2, 3
NFQA_CFG_CMD, NFQA_CFG_PARAMS = 1, 2
NFQNL_CFG_CMD_BIND, NFQNL_COPY_META = 1, 1
NFQA_PACKET_HDR, NFQA_VERDICT_HDR = 1, 2
NF_ACCEPT = 1


class Queue(genl.Socket):
    """A queue of netfilter."""
    header = 4

    def __init__(self, number):
        super().__init__(NETLINK_NETFILTER)
        self.number = number

    def request(self, kind, attribute):
        head = struct.pack('!BBH', socket.AF_UNSPEC, 0, self.number)
        self.sock.send(self.frame(NFNL_SUBSYS_QUEUE << 8 | kind, genl.NLM_F_ACK, head + attribute))
        return list(self.receive())

    def packets(self):
        """Numbers of packets that have come."""
        data = self.sock.recv(self.room)
        while data:
            length, kind = struct.unpack_from('=IH', data)
            if kind == NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET:
                header = dict(genl.parse(data[16 + self.header:length]))[NFQA_PACKET_HDR]
                yield struct.unpack_from('!I', header)[0]
            data = data[(length + 3) & ~3:]


def main():
    queue = Queue(int(sys.argv[1]))
    queue.request(NFQNL_MSG_CONFIG, genl.attr(NFQA_CFG_CMD, struct.pack('!BxH', NFQNL_CFG_CMD_BIND, 0)))
    queue.request(NFQNL_MSG_CONFIG, genl.attr(NFQA_CFG_PARAMS, struct.pack('!IB', 0, NFQNL_COPY_META)))
    print('ready', flush=True)
    held = last = 0
    while True:
        ready, _, _ = select.select([queue.sock, sys.stdin], [], [])
        if sys.stdin in ready and not sys.stdin.readline():
            break
        if queue.sock in ready:
            for last in queue.packets():
                held += 1
            print(held, flush=True)
    try:
        # all that came before the last one, too
        queue.request(NFQNL_MSG_VERDICT_BATCH,
                      genl.attr(NFQA_VERDICT_HDR, struct.pack('!II', NF_ACCEPT, last)))
    except genl.Error:
        pass  # they have gone already, with a hook


if __name__ == '__main__':
    main()
