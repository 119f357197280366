#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""cgr digsig with the module: what each command does and says, as text and as
JSON. tests/tools has what it says about wrong command lines."""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '../lib'))

import ktap
from digsig import *
from ktap import test

unload()
folder = tempfile.mkdtemp(prefix='digsig-')
good, other = (fingerprint(read(made(name + '.der'))).hex()
               for name in (GOOD, OTHER))


def run(*words, options=()):
    return subprocess.run(['cgr', *options, 'digsig', *words],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True)


def says(*words, options=()):
    """What it prints; it must succeed and have nothing to complain of."""
    result = run(*words, options=options)
    same((result.returncode, result.stderr), (0, ''), words)
    return result.stdout


def tells(*words, options=()):
    """The same of JSON, read."""
    return json.loads(says(*words, options=('-j', *options)))


def fails(wanted, *words):
    result = run(*words)
    same(result.returncode, 2, words)
    if wanted not in result.stderr:
        raise AssertionError(f'{words}: wanted "{wanted}", '
                             f'got "{result.stderr}"')


def modes():
    state, = tells('show')
    return {hook['hook']: hook['mode'] for hook in state['hooks']}


@test
def show():
    """The kernel loads the module when it is asked for its family."""
    lines = says('show').splitlines()
    same(re.sub('[0-9]+ of', 'N of', lines[0]),
         'keys 0 revoked 0 cached N of 65536')
    same([line.split()[1] for line in lines[1:]], list(HOOKS))
    for line in lines[1:]:
        if not re.fullmatch('    hook [a-z]+ (audit|off optional) denied 0 '
                            'would-deny [0-9]+', line):
            raise AssertionError(line)
    state, = tells('show')
    same({key: state[key] for key in state if key not in ('hooks', 'cached')},
         {'locked': False, 'recovery': False, 'keys': 0, 'revoked': 0,
          'cache_max': 65536})
    same([hook['hook'] for hook in state['hooks']], list(HOOKS))
    same({hook['hook'] for hook in state['hooks'] if hook['optional']},
         {'script', 'anon', 'firmware', 'initramfs'})
    state, = tells('show', options=['-s'])
    same({'cache_hits', 'verified', 'verified_bytes', 'events', 'events_lost'}
         - set(state), set())


@test
def key():
    same(says('key'), '')
    same(tells('key'), [])
    same(says('key', 'add', made('good.pem')), '')
    same(says('key', 'add', made('other.der')), '')
    if not re.fullmatch(f'{good} good: [0-9a-f]+\n{other} other: [0-9a-f]+\n',
                        says('key')):
        raise AssertionError(says('key'))
    same([(key['fingerprint'], key['description'].split(':')[0])
          for key in tells('key')], [(good, 'good'), (other, 'other')])
    fails('trusted already', 'key', 'add', made('good.der'))
    fails('digitalSignature', 'key', 'add', made('wrong-usage.der'))
    same(says('key', 'del', other), '')
    fails('certificate', 'key', 'del', other)
    same([key['fingerprint'] for key in tells('key')], [good])


@test
def policy():
    same((says('policy'), tells('policy')), ('', []))
    result = run('policy', 'add', 'exempt', 'type', '9p')
    same((result.returncode, result.stdout), (0, ''))
    if 'run anything' not in result.stderr:
        raise AssertionError(result.stderr)
    same(says('policy', 'add', 'verify', 'type', 'nfs'), '')
    same(says('policy'), 'exempt type 9p\nverify type nfs\n')
    same(tells('policy'), [{'rule': 'exempt', 'type': '9p'},
                           {'rule': 'verify', 'type': 'nfs'}])
    fails('already', 'policy', 'add', 'verify', 'type', 'nfs')
    same(says('policy', 'del', 'type', 'nfs'), '')
    fails('no such rule', 'policy', 'del', 'type', 'nfs')
    same(says('policy', 'add', 'verify', 'path', '/run'), '')
    same([(rule['rule'], 'path' in rule) for rule in tells('policy')],
         [('exempt', False), ('verify', True)])
    same(says('policy', 'del', 'path', '/run'), '')
    same(says('policy'), 'exempt type 9p\n')


@test
def mode():
    same(says('mode', 'enforce'), '')
    same({modes()[hook] for hook in ('exec', 'mmap', 'device')}, {'enforce'})
    same({modes()[hook] for hook in ('script', 'anon')}, {'off'})
    same(says('mode', 'off', 'hook', 'exec,mmap'), '')
    same(says('mode', 'audit', 'hook', 'anon'), '')
    same([modes()[hook] for hook in ('exec', 'mmap', 'shm', 'anon')],
         ['off', 'off', 'enforce', 'audit'])
    same(says('mode', 'off', 'hook', 'anon'), '')
    same(says('mode', 'audit'), '')


@test
def check():
    signed = sign(shutil.copy(made('answer'), folder + '/signed'))
    attribute = sign(shutil.copy(made('answer'), folder + '/x'), place='xattr')
    shutil.copy(made('answer'), folder + '/unsigned')
    tamper(sign(shutil.copy(made('answer'), folder + '/tampered')))
    write(folder + '/data', b'nobody runs it', 0o644)
    same(says('check', signed), f'{signed}: allowed elf\n')
    same(says('check', attribute), f'{attribute}: allowed file\n')
    digest = says('check', signed, options=['-d']).split()[-1]
    same(len(digest), 64, 'digits of the digest')
    answer, = tells('check', signed, options=['-d'])
    same(answer, {'path': signed, 'cause': 'none', 'placement': 'elf',
                  'exempt': False, 'cached': False, 'digest': digest})
    result = run('check', folder)
    same(result.returncode, 2)
    same(result.stdout, f'{folder}/tampered: tampered elf\n'
         f'{folder}/unsigned: unsigned\n4 checked, 2 would be denied\n'
         '    1 unsigned: sign with cgr-sign sign --key KEY\n'
         '    1 tampered: changed after they were signed, reinstall and sign\n')
    result = run('check', folder, options=['-j'])
    same([(file['path'], file['cause']) for file in json.loads(result.stdout)],
         [(folder + '/tampered', 'tampered'), (folder + '/unsigned',
                                               'unsigned')])
    same(run('check', folder, 'all').stdout.splitlines()[-3:-2],
         ['5 checked, 3 would be denied'])
    execute(signed)
    same(says('check', signed), f'{signed}: allowed elf cached\n')
    same(says('check', '/bin/true'), '/bin/true: allowed exempt\n')


@test
def cache():
    cached = tells('show')[0]['cached']
    same(cached > 0, True, 'something is remembered')
    first, second = says('cache').splitlines()
    same(first, f'cached {cached} of 65536')
    if not re.fullmatch('    cache-hits [0-9]+ verified [0-9]+ verified-bytes '
                        '[0-9]+ events [0-9]+ events-lost [0-9]+', second):
        raise AssertionError(second)
    same(says('cache', 'flush'), '')
    same(tells('cache')[0]['cached'], 0)
    same(set(tells('cache')[0]), {'cached', 'cache_max', 'cache_hits',
                                  'verified', 'verified_bytes', 'events',
                                  'events_lost'})


def listen(options, provoke, wanted):
    """What a listener prints about something: the first line that is wanted. The
    program that listens may itself be told of."""
    out = os.path.join(folder, 'monitor')
    with open(out, 'w') as file:
        listener = subprocess.Popen(['cgr', *options, 'digsig', 'monitor'],
                                    stdout=file, stderr=subprocess.PIPE)

    def heard():
        provoke()
        with open(out) as file:
            lines = [line for line in file if line.endswith('\n')]
        return next(filter(wanted, lines), None)
    try:
        return ktap.poll('the listener', heard, 20)
    finally:
        listener.send_signal(signal.SIGINT)
        listener.wait()


@test
def monitor():
    path = folder + '/unsigned'
    about = f'exec unsigned pid [0-9]+ uid 0 comm [^ ]+ path {path}\n'
    listen([], lambda: execute(path), re.compile('would-deny ' + about).fullmatch)

    tampered = folder + '/tampered'

    def of_tampered(line):
        event = json.loads(line)
        return (event['hook'], event.get('path')) == ('exec', tampered)
    event = json.loads(listen(['-j', '-d'], lambda: execute(tampered),
                              of_tampered))
    same({key: event[key] for key in ('result', 'cause', 'uid')},
         {'result': 'would-deny', 'cause': 'tampered', 'uid': 0})
    same(len(event['digest']), 64, 'digits of the digest')

    with enforcing(Digsig(), 'exec'):
        listen([], lambda: refused(errno.EPERM, execute, path),
               re.compile('denied ' + about).fullmatch)


@test
def revoke():
    path = folder + '/signed'
    digest = tells('check', path, options=['-d'])[0]['digest']
    same((says('revoke'), tells('revoke')), ('', []))
    same(says('revoke', 'file', path), '')
    same(says('revoke', 'key', other), '')
    same(says('revoke', 'digest', 'ab' * 48), '')
    same(sorted(says('revoke').splitlines()),
         sorted([f'digest {digest}', f'key {other}', 'digest ' + 'ab' * 48]))
    same(sorted(map(str, tells('revoke'))),
         sorted(map(str, [{'digest': digest}, {'key': other},
                          {'digest': 'ab' * 48}])))
    result = run('check', path)
    same((result.returncode, result.stdout),
         (2, f'{path}: revoked-file elf\n'))
    fails('already', 'revoke', 'key', other)
    fails('revoked', 'key', 'add', made('other.der'))
    fails('not signed', 'revoke', 'file', folder + '/unsigned')
    same(tells('show')[0]['revoked'], 3)


@test
def nobody_else_may():
    def user():
        os.setuid(65534)
        for words in (['show'], ['check', '/bin/true'], ['mode', 'off'],
                      ['key', 'add', made('other.der')], ['lock']):
            fails('CAP_MAC_ADMIN', *words)
    ktap.in_child(user)


try:
    ktap.main(120, namespace=False)
finally:
    unload()
