#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""nfqueue.py NUMBER: holds all packets of a queue of netfilter.

Prints "ready", and how many packets it holds whenever one comes. At the end of
its input it lets them go on.
"""
import select
import socket
import struct
import sys

NETLINK_NETFILTER = 12
NFNL_SUBSYS_QUEUE = 3
NFQNL_MSG_PACKET, NFQNL_MSG_CONFIG, NFQNL_MSG_VERDICT_BATCH = 0, 2, 3
NFQA_CFG_CMD, NFQA_CFG_PARAMS = 1, 2
NFQNL_CFG_CMD_BIND, NFQNL_COPY_META = 1, 1
NFQA_PACKET_HDR, NFQA_VERDICT_HDR = 1, 2
NF_ACCEPT = 1
NLM_F_REQUEST, NLM_F_ACK = 1, 4
NLMSG_ERROR = 2

sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
number = int(sys.argv[1])


def send(kind, attribute, payload):
    """Sends a message to the queue."""
    data = struct.pack('=HH', 4 + len(payload), attribute) + payload
    data += bytes(-len(data) % 4)
    sock.send(struct.pack('=IHHII', 20 + len(data),
                          NFNL_SUBSYS_QUEUE << 8 | kind,
                          NLM_F_REQUEST | NLM_F_ACK, 0, 0) +
              struct.pack('!BBH', socket.AF_UNSPEC, 0, number) + data)


def messages(data):
    """The messages of a datagram, as (type, what follows the header)."""
    while data:
        length, kind = struct.unpack_from('=IH', data)
        yield kind, data[16:length]
        data = data[(length + 3) & ~3:]


def confirmed():
    for kind, body in messages(sock.recv(65536)):
        if kind == NLMSG_ERROR and struct.unpack_from('=i', body)[0]:
            sys.exit(f'error {-struct.unpack_from("=i", body)[0]}')


send(NFQNL_MSG_CONFIG, NFQA_CFG_CMD,
     struct.pack('!BxH', NFQNL_CFG_CMD_BIND, 0))
confirmed()
send(NFQNL_MSG_CONFIG, NFQA_CFG_PARAMS,
     struct.pack('!IB', 0, NFQNL_COPY_META))
confirmed()
print('ready', flush=True)
held = last = 0
while True:
    ready, _, _ = select.select([sock, sys.stdin], [], [])
    if sys.stdin in ready and not sys.stdin.readline():
        break
    if sock not in ready:
        continue
    for kind, body in messages(sock.recv(65536)):
        if kind != NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET:
            continue
        # its header is the first attribute
        last, = struct.unpack_from('!I', body, 8)
        held += 1
    print(held, flush=True)
# all that came before the last one, too
send(NFQNL_MSG_VERDICT_BATCH, NFQA_VERDICT_HDR,
     struct.pack('!II', NF_ACCEPT, last))
# they may have gone already, with a hook
sock.recv(65536)
