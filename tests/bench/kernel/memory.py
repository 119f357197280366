# SPDX-License-Identifier: GPL-2.0-only
"""What the kernel's own data takes, as /proc/meminfo has it."""
import re
import time

PAGE = 4096


def read():
    """Bytes in all, in slabs, in vmalloc() areas, and in pages allocated otherwise; nobody's cache counts."""
    with open('/proc/sys/vm/drop_caches', 'w', encoding='ascii') as file:
        file.write('3')
    with open('/proc/meminfo', encoding='ascii') as file:
        info = {key: int(rest.split()[0]) * 1024 for key, _, rest in (line.partition(':') for line in file)}
    # free pages in a processor's own lists are not in MemFree
    with open('/proc/zoneinfo', encoding='ascii') as file:
        listed = sum(map(int, re.findall(r'^ +count: +(\d+)$', file.read(), re.M))) * PAGE
    everything = info['MemTotal'] - listed - sum(info[key] for key in ('MemFree', 'Buffers', 'Cached', 'AnonPages'))
    slab, vmalloc = info['Slab'], info['VmallocUsed']
    return everything, slab, vmalloc, everything - slab - vmalloc


def settled():
    """read(), when what was freed has come back: when it stays the same for a second."""
    before, same = read(), 0
    for _ in range(600):
        time.sleep(0.2)
        now = read()
        same = same + 1 if abs(now[0] - before[0]) < 1 << 16 else 0
        if same == 5:
            return now
        before = now
    raise RuntimeError('the memory does not settle')


class Growth:
    """with Growth() as g: ...; then g.bytes is what it took, and g.parts in which way."""

    def __enter__(self):
        self.before = settled()
        return self

    def __exit__(self, *error):
        if error == (None, None, None):
            self.bytes, *parts = (now - then for now, then in zip(settled(), self.before))
            self.parts = dict(zip(('slab', 'vmalloc', 'pages'), parts))
