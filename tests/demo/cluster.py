#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What is in a cluster: a service, a client, and somebody who watches.

    cluster.py serve TEXT      answers each request with its size and TEXT
    cluster.py ask BYTES       a request of that size; prints the answer
    cluster.py watch           prints what becomes of the service and of nodes

The service has a name, and where it is nobody needs to know. Each line of
`watch` begins with the time in ms since the machine was started.
"""
import hashlib
import os
import socket
import struct
import sys
import time
from socket import AF_TIPC, SOCK_SEQPACKET, TIPC_ADDR_NAME, TIPC_TOP_SRV

SERVICE, INSTANCE = 18888, 17
NODE_STATE = 0
EVENTS = {socket.TIPC_PUBLISHED: 'is there',
          socket.TIPC_WITHDRAWN: 'is gone'}
SUBSCRIPTION = struct.Struct('=3I2I8s')
EVENT = struct.Struct(f'=3I2I{SUBSCRIPTION.size}s')


def digest(data):
    return hashlib.sha256(data).hexdigest()


def serve(text):
    listener = socket.socket(AF_TIPC, SOCK_SEQPACKET)
    listener.bind((socket.TIPC_ADDR_NAMESEQ, SERVICE, INSTANCE, INSTANCE))
    listener.listen()
    while True:
        client, _ = listener.accept()
        with client:
            request = client.recv(1 << 17)
            client.send(f'{digest(request)} {text}'.encode())


def ask(size):
    request = os.urandom(int(size))
    with socket.socket(AF_TIPC, SOCK_SEQPACKET) as client:
        client.settimeout(20)
        client.connect((TIPC_ADDR_NAME, SERVICE, INSTANCE, 0))
        client.send(request)
        seen, text = client.recv(1000).decode().split(' ', 1)
    if seen != digest(request):
        sys.exit('the request did not arrive as it was sent')
    print(text)


def watch():
    server = socket.socket(AF_TIPC, SOCK_SEQPACKET)
    server.connect((TIPC_ADDR_NAME, TIPC_TOP_SRV, TIPC_TOP_SRV, 0))
    for kind in SERVICE, NODE_STATE:
        server.send(SUBSCRIPTION.pack(kind, 0, 0xffffffff,
                                      socket.TIPC_WAIT_FOREVER & 0xffffffff,
                                      socket.TIPC_SUB_PORTS, bytes(8)))
    while True:
        event, lower, _, _, node, subscription = EVENT.unpack(server.recv(1000))
        kind = SUBSCRIPTION.unpack(subscription)[0]
        what = (f'service {kind}:{lower} on {node:x}' if kind == SERVICE else
                f'node {lower:x}')
        print(int(time.monotonic() * 1000), what, EVENTS[event], flush=True)


{'serve': serve, 'ask': ask, 'watch': watch}[sys.argv[1]](*sys.argv[2:])
