#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Traffic between a customer's sites.

    traffic.py udp SECONDS RATE FLOW...   RATE packets a second in each flow
    traffic.py tcp BYTES FLOW...          all flows at once, checksummed
    traffic.py serve DEVICE PAGE          HTTP on port 80 of a FIB
    traffic.py get URL                    a page

A FLOW is NEAR,FAR,ADDRESS: from namespace NEAR to ADDRESS, which FAR answers
for. The status is 0 if nothing was lost or changed.
"""
import ctypes
import hashlib
import http.server
import os
import socket
import struct
import sys
import threading
import time
import urllib.request

CLONE_NEWNET = 0x40000000
PORT = 7000
libc = ctypes.CDLL(None, use_errno=True)


def socket_in(netns, family, kind):
    """A socket of a network namespace; it stays there."""
    home = os.open('/proc/thread-self/ns/net', os.O_RDONLY)
    there = os.open(f'/run/netns/{netns}', os.O_RDONLY)
    try:
        if libc.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f'setns {netns}')
        sock = socket.socket(family, kind)
        if libc.setns(home, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), 'setns back')
    finally:
        os.close(home)
        os.close(there)
    return sock


class Flow:
    def __init__(self, text, kind):
        self.near, self.far, self.addr = text.split(',')
        self.family = socket.AF_INET6 if ':' in self.addr else socket.AF_INET
        self.name = f'{self.near} -> {self.addr}'
        self.receiver = socket_in(self.far, self.family, kind)
        self.receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self.family == socket.AF_INET6:
            self.receiver.setsockopt(socket.IPPROTO_IPV6,
                                     socket.IPV6_V6ONLY, 1)
        self.receiver.bind(('::' if ':' in self.addr else '0.0.0.0', PORT))
        self.sender = socket_in(self.near, self.family, kind)
        self.seen = set()

    def drain(self):
        try:
            while True:
                self.seen.add(struct.unpack('=Q', self.receiver.recv(64)[:8]))
        except BlockingIOError:
            pass


def udp(seconds, rate, flows):
    flows = [Flow(text, socket.SOCK_DGRAM) for text in flows]
    for flow in flows:
        flow.receiver.setblocking(False)
        flow.sender.connect((flow.addr, PORT))
    total = int(seconds * rate)
    start = time.monotonic()
    for number in range(total):
        for flow in flows:
            try:
                flow.sender.send(struct.pack('=Q', number))
            except OSError as error:  # an ICMP answer to an earlier packet
                print(f'{flow.name}: packet {number}: {error}')
            flow.drain()
        time.sleep(max(0, start + (number + 1) / rate - time.monotonic()))
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and \
            any(len(flow.seen) < total for flow in flows):
        for flow in flows:
            flow.drain()
        time.sleep(0.01)
    for flow in flows:
        print(f'{flow.name}: sent {total}, received {len(flow.seen)}, '
              f'lost {total - len(flow.seen)}')
    return any(len(flow.seen) != total for flow in flows)


def tcp(size, flows):
    flows = [Flow(text, socket.SOCK_STREAM) for text in flows]
    failed = []

    def receive(flow):
        flow.receiver.listen()
        sock, _ = flow.receiver.accept()
        digest, count = hashlib.sha256(), 0
        while data := sock.recv(65536):
            digest.update(data)
            count += len(data)
        sock.sendall(digest.digest())
        sock.close()

    def send(flow):
        data = os.urandom(size)
        expected = hashlib.sha256(data).digest()
        try:
            flow.sender.settimeout(60)
            flow.sender.connect((flow.addr, PORT))
            flow.sender.sendall(data)
            flow.sender.shutdown(socket.SHUT_WR)
            seen = flow.sender.recv(32)
        except OSError as error:
            seen = str(error).encode()
        good = seen == expected
        print(f'{flow.name}: {size} bytes, sha256 {expected.hex()[:16]}..., '
              f'{"equal" if good else "NOT equal"}')
        if not good:
            failed.append(flow.name)

    threads = [threading.Thread(target=work, args=(flow,), daemon=True)
               for work in (receive, send) for flow in flows]
    for thread in threads:
        thread.start()
    for thread in threads[len(flows):]:
        thread.join()
    return bool(failed)


def serve(device, page):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(page.encode() + b'\n')

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        def server_bind(self):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                                   device.encode())
            if self.address_family == socket.AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6,
                                       socket.IPV6_V6ONLY, 1)
            self.socket.bind(self.server_address)
            self.server_name, self.server_port = self.server_address[:2]

    class Server6(Server):
        address_family = socket.AF_INET6

    servers = (Server(('10.0.0.1', 80), Handler),
               Server6(('2001:db8::1', 80), Handler))
    print('ready', flush=True)
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Event().wait()


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        print(answer.read().decode(), end='')
    return False


def main(args):
    if args[0] == 'udp':
        return udp(float(args[1]), float(args[2]), args[3:])
    if args[0] == 'tcp':
        return tcp(int(args[1]), args[2:])
    if args[0] == 'serve':
        return serve(*args[1:])
    if args[0] == 'get':
        return get(args[1])
    sys.exit(__doc__)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:] or ['help']))
