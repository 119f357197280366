#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""cgr monitor: what it prints of what the module tells."""
import json
import os
import signal
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from ktap import poll, same, test
from mfib import *
from mfib import bed

NOBODY = 65534


class Monitor:
    """cgr monitor at work. As nobody it has a small receive buffer."""

    def __init__(self, *words, user=None):
        self.m = Mfib()
        self.text = b''
        self.job = subprocess.Popen(['cgr', *words], user=user,
                                    stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE)
        os.set_blocking(self.job.stdout.fileno(), False)
        # it listens when it waits, with its signals blocked until then
        poll('it catches signals', lambda: self.caught() >> 14 & 1)

    def caught(self):
        with open(f'/proc/{self.job.pid}/status') as status:
            return int(next(line.split()[1] for line in status
                            if line.startswith('SigCgt')), 16)

    def lines(self):
        """What it has printed so far, whole lines."""
        self.text += self.job.stdout.read() or b''
        return self.text.decode().split('\n')[:-1]

    def wait_for(self, condition, seconds=20):
        """Waits until a line is as it should be; returns all."""
        poll('the line', lambda: any(map(condition, self.lines())), seconds)
        return self.lines()

    def end(self, how=signal.SIGINT):
        """Ends it; it must end well, with a whole line."""
        self.job.send_signal(how)
        same(self.job.wait(20 * ktap.SLOWNESS), 0, 'status')
        lines = self.lines()
        same(self.text.decode().split('\n')[-1], '', 'half a line')
        same(self.job.stderr.read(), b'')
        return lines


@test
def lines_of_all_kinds():
    monitor = Monitor('monitor')
    r, m = bed(10, 'p1'), monitor.m
    m.nexthop_new(via('192.0.2.9', 'p1', nhid=4))
    m.route_new(10, route('10.0.0.0/8', via(nhid=4)))
    # a name that it has seen is known when the device has gone
    monitor.wait_for(lambda line: line.startswith('route '))
    r.delete('p1')
    monitor.wait_for(lambda line: line.startswith('Deleted nexthop'))
    wanted = ['fib id 10 dev fib10 routes4 0 routes6 0', 'port dev p1 fib 10',
              'nexthop id 4 via 192.0.2.9 dev p1 routes 0',
              'route 10.0.0.0/8 nhid 4 via 192.0.2.9 dev p1 fib 10 proto boot',
              'nexthop id 4 via 192.0.2.9 dev p1 routes 1 dead',
              'Deleted route 10.0.0.0/8 nhid 4 via 192.0.2.9 dev p1 fib 10 '
              'proto boot dead', 'Deleted port dev p1 fib 10',
              'Deleted nexthop id 4 via 192.0.2.9 dev p1 routes 0 dead']
    lines = monitor.end()
    same([line for line in lines if line in wanted], wanted)


@test
def next_hop_objects_of_the_kernel():
    """Their routes are told of once, and then they alone."""
    monitor = Monitor('monitor', 'nexthop')
    r = bed(10, 'p1', 'p2')
    r.address('p1', '192.0.2.1/24')
    r.address('p2', '198.51.100.1/24')
    for line in ('nexthop add id 1 via 192.0.2.9 dev p1',
                 'nexthop add id 2 via 198.51.100.9 dev p2',
                 'nexthop add id 3 group 1',
                 'route add 10.0.0.0/8 nhid 3 table 10'):
        subprocess.run(['ip', *line.split()], check=True)
    subprocess.run(['cgr', 'fib', 'set', '10', 'follow', 'all'], check=True)
    m = monitor.m
    poll('the route is followed',
         lambda: '10.0.0.0/8' in [at['dst'] for at in m.routes(10)])
    subprocess.run(['ip', 'nexthop', 'replace', 'id', '3', 'group', '1,3/2'],
                   check=True)
    monitor.wait_for(lambda line: '\tnexthop via 198.51.100.9' in line)
    lines = monitor.end()
    at = lines.index('nexthop object 3 routes 1')
    same(lines[at:][-2:], ['\tnexthop via 192.0.2.9 dev p1 weight 3',
                           '\tnexthop via 198.51.100.9 dev p2 weight 1'])


@test
def objects_and_fibs():
    monitors = {words: Monitor(*words.split()) for words in (
        'monitor route', '-6 monitor route 20', 'monitor fib 20')}
    m = Mfib()
    for fib in 10, 20:
        m.fib_new(fib)
        m.route_new(fib, route('10.0.0.0/8', kind=RTN_BLACKHOLE),
                    route('2001:db8::/32', kind=RTN_BLACKHOLE))
    last = 'route blackhole 2001:db8::/32 fib 20 proto boot'
    monitors['monitor route'].wait_for(lambda line: line == last)
    monitors['-6 monitor route 20'].wait_for(lambda line: line == last)
    same(len(monitors['monitor route'].end()), 4)
    same(monitors['-6 monitor route 20'].end(signal.SIGTERM), [last])
    same(monitors['monitor fib 20'].end(),
         ['fib id 20 routes4 0 routes6 0'])


@test
def all_is_read_anew_after_an_overrun():
    """It is stopped, too much is told, and afterwards it knows what there is."""
    monitor = Monitor('-j', 'monitor', user=NOBODY)
    m = monitor.m
    m.fib_new(10)
    monitor.wait_for(lambda line: '"fib"' in line)
    monitor.job.send_signal(signal.SIGSTOP)
    many = [route(f'10.{i >> 8}.{i & 255}.0/24', kind=RTN_BLACKHOLE)
            for i in range(1000)]
    for _ in range(15):
        m.route_new(10, *many)
        m.route_del(10, *many)
    m.route_new(10, *many[:5])
    monitor.job.send_signal(signal.SIGCONT)
    monitor.wait_for(lambda line: '"synchronized"' in line)
    m.route_del(10, route('10.0.1.0/24'))

    def known():
        """Routes, by what was printed since the last loss."""
        there = set()
        for line in monitor.lines():
            event = json.loads(line)
            if event['event'] == 'lost':
                there.clear()
            if 'route' in event:
                change = there.discard if event['event'] == 'deleted' \
                    else there.add
                change(event['route']['dst'])
        return there

    poll('it knows all routes',
         lambda: known() == {at['dst'] for at in m.routes(10)}, 20)
    events = [json.loads(line)['event'] for line in monitor.end()]
    same(events.count('lost') > 0 and
         events.count('lost') == events.count('synchronized'), True, events)


@test
def nobody_reads():
    """It ends by itself, at once."""
    monitor = Monitor('monitor')
    monitor.job.stdout.close()
    same(monitor.job.wait(20 * ktap.SLOWNESS), 0, 'status')
    same(monitor.job.stderr.read(), b'')



def echo(*words, text=None):
    """What a command prints."""
    return subprocess.run(['cgr', '-echo', *words], input=text, text=True,
                          check=True, capture_output=True).stdout.split('\n')


@test
def echo_of_what_a_command_changes():
    """No more and no less, while others change things as well."""
    bed(10, 'p1')
    same(echo(*'nexthop add 4 via 192.0.2.9 dev p1'.split()),
         ['nexthop id 4 via 192.0.2.9 dev p1 routes 0', ''])
    same(echo(*'route add 10.0.0.0/8 nhid 4 metric 7 fib 10'.split()),
         ['route 10.0.0.0/8 nhid 4 via 192.0.2.9 dev p1 fib 10 proto boot '
          'metric 7', ''])
    # the one that forwarded before does so no longer
    same(echo(*'route add blackhole 10.0.0.0/8 fib 10'.split()),
         ['route blackhole 10.0.0.0/8 fib 10 proto boot',
          'route 10.0.0.0/8 nhid 4 via 192.0.2.9 dev p1 fib 10 proto boot '
          'metric 7 inactive', ''])
    same(json.loads(echo('-j', *'nexthop del 4'.split())[0])['event'],
         'deleted')
    same(echo(*'fib set 10 max-routes 3'.split()),
         ['fib id 10 dev fib10 max-routes 3 routes4 1 routes6 0', ''])
    same(echo(*'route restore fib 10'.split(),
              text='unreachable 11.0.0.0/8\nprohibit ::/0\n'),
         ['route unreachable 11.0.0.0/8 fib 10 proto boot',
          'route prohibit ::/0 fib 10 proto boot',
          'fib id 10 dev fib10 max-routes 3 routes4 2 routes6 1 full', ''])
    same(echo(*'route restore atomic fib 10'.split(),
              text='blackhole 10.0.0.0/8\n'),
         ['Deleted route unreachable 11.0.0.0/8 fib 10 proto boot',
          'Deleted route prohibit ::/0 fib 10 proto boot',
          'fib id 10 dev fib10 max-routes 3 routes4 1 routes6 0', ''])
    same(echo(*'route flush fib 10'.split()),
         ['Deleted route blackhole 10.0.0.0/8 fib 10 proto boot', ''])
    same(echo(*'fib show 10'.split()),
         ['id 10 dev fib10 max-routes 3 routes4 0 routes6 0', ''])


if __name__ == '__main__':
    Mfib()  # loads the module
    ktap.main()
