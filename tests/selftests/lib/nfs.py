# SPDX-License-Identifier: GPL-2.0
"""A server of NFS in the kernel, without the daemons that it asks what it may
serve: it is told beforehand."""
import contextlib
import time

from disk import mounted, shell

CACHES = 'auth.unix.ip', 'nfsd.export', 'nfsd.fh'
# what <linux/nfsd/export.h> calls INSECURE_PORT, NOSUBTREECHECK and FSID
EXPORT = 0x2 | 0x400 | 0x2000
NEVER = (1 << 31) - 1


def write(path, line):
    with open(path, 'w') as file:
        file.write(line + '\n')


@contextlib.contextmanager
def told(folder):
    """That this host is let in, and that the folder is the root."""
    answers = (f'nfsd 127.0.0.1 {NEVER} host',
               f'host {folder} {NEVER} {EXPORT} -2 -2 0',
               f'host 1 \\x00000000 {NEVER} {folder}')
    for cache, answer in zip(CACHES, answers):
        write(f'/proc/net/rpc/{cache}/channel', answer)
    try:
        yield
    finally:
        for cache in CACHES:
            write(f'/proc/net/rpc/{cache}/flush', str(int(time.time()) + 1))


@contextlib.contextmanager
def nfs(folder):
    """A folder of this host, mounted from it. The first file takes some ten
    seconds to open: until then another client might reclaim it."""
    shell('modprobe', 'nfsd')
    shell('modprobe', 'nfsv4')
    shell('ip', 'link', 'set', 'lo', 'up')
    control = '/proc/fs/nfsd'
    with mounted('-t', 'nfsd', 'nfsd', where=control), told(folder):
        # version 4 alone needs no rpcbind
        write(f'{control}/versions', '-2 -3 +4 -4.0 -4.1 +4.2')
        write(f'{control}/nfsv4gracetime', '10')
        write(f'{control}/nfsv4leasetime', '10')
        write(f'{control}/portlist', 'tcp 2049')
        write(f'{control}/threads', '2')
        try:
            with mounted('-i', '-t', 'nfs4', '-o', 'addr=127.0.0.1,'
                         'clientaddr=127.0.0.1,vers=4.2', '127.0.0.1:/') as at:
                yield at
        finally:
            write(f'{control}/threads', '0')
