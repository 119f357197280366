# SPDX-License-Identifier: GPL-2.0
"""A fuzzer of generic netlink families that have a specification.

	class Target(fuzz.Target):
		spec = 'mfib.yaml'
		def message(self, x, operation, dump): ...
		def judge(self, request, error, replies): ...

	def requests(seed):
		fuzz.Fuzzer(Target(), seed).run(1000)

	fuzz.rounds(requests)

It makes requests out of the specification and breaks some of them in one way
(message.py). Each must be answered; what strict validation does not take must
be refused; who refuses says why, and at which attribute; an answer is as the
specification has it. What else an answer must be, and what there must be after
it, knows the target. A target without methods of its own works as well, but
most of what is sent then names nothing that exists.

CGR_SEED says which messages. Without CGR_SECONDS there are as many as the
program wants, or else one seed after the other for so long.
"""
import collections
import errno
import os
import random
import socket
import struct
import sys
import time

import genl
import ktap
import message
from genl import (NLM_F_ACK, NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_CREATE,
                  NLM_F_DUMP, NLM_F_EXCL, NLM_F_REPLACE, NLM_F_REQUEST,
                  NLMSG_DONE, NLMSG_ERROR)
from spec import Spec

SEED = int(os.environ.get('CGR_SEED', 1))
SECONDS = float(os.environ.get('CGR_SECONDS', 0))
SPECS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                     '../../../Documentation/netlink/specs')
SO_RCVBUFFORCE = 33
NOBODY = 65534
BATCH = 25

# What says no without a sentence: netlink itself.
SILENT = {errno.EOPNOTSUPP, errno.EPERM, errno.EBUSY}


class Target:
    """What a suite knows of its family."""
    spec = None         # its file below Documentation/netlink/specs
    # what it may answer with, whatever the request
    answers = {0, errno.EEXIST, errno.ENOENT, errno.EINVAL, errno.ERANGE,
               errno.ENODEV, errno.EOPNOTSUPP, errno.EPERM, errno.EBUSY}

    def operation(self, x):
        """Name of the operation of the next request; None: any."""

    def message(self, x, operation, dump):
        """Contents of a request, as spec.py has them; None: any."""

    def flags(self, x, operation):
        """Flags of a request, without those of a dump."""
        return x.choice((0, NLM_F_CREATE | NLM_F_EXCL, NLM_F_REPLACE,
                         NLM_F_CREATE | NLM_F_REPLACE))

    def judge(self, request, error, replies):
        """Raises AssertionError if that is no answer to a request. The answers
        to requests come here in the order in which the kernel worked on them.
        """

    def settle(self):
        """Is called when a datagram has been judged."""

    def disturb(self, x):
        """Changes something by other means than requests."""

    def check(self):
        """Raises AssertionError if something is not as it must be by now."""


class Request:
    """A request as the kernel sees it."""

    def __init__(self, operation, flags, contents, weak):
        self.operation = operation
        self.flags = flags
        self.contents = contents
        self.weak = weak
        self.dump = flags & NLM_F_DUMP == NLM_F_DUMP


class Answer:
    """What came back: messages of replies, then an error or none."""

    def __init__(self):
        self.replies = []
        self.error = None
        self.ended = False


def frames(data):
    """(type, flags, seq, body) of each message, as the kernel finds them."""
    while len(data) >= 16:
        length, kind, flags, seq, _ = struct.unpack_from('=IHHII', data)
        if not 16 <= length <= len(data):
            return
        yield kind, flags, seq, data[16:length]
        data = data[(length + 3) & ~3:]


class Channel(genl.Family):
    """A socket from which answers to many requests are taken."""

    def __init__(self, family, weak=False):
        # whoever opens it may do nothing with it then
        if weak:
            os.seteuid(NOBODY)
        try:
            super().__init__(family)
        finally:
            os.seteuid(0)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)

    def exchange(self, datagram):
        """Sends requests and returns {seq: Answer}."""
        answers = collections.defaultdict(Answer)
        self.sock.setblocking(False)
        try:
            self.sock.send(datagram)
        except OSError as error:
            # what has no message in it
            if error.errno not in (errno.EINVAL, errno.ENODATA):
                raise
        # the kernel has worked on them; a dump goes on as it is read
        while True:
            try:
                data = self.sock.recv(self.room)
            except BlockingIOError:
                return answers
            for kind, flags, seq, body in frames(data):
                self.take(answers[seq], kind, flags, body)

    @staticmethod
    def take(answer, kind, flags, body):
        if kind not in (NLMSG_ERROR, NLMSG_DONE):
            answer.replies.append(body)
            return
        answer.ended = True
        code = -struct.unpack_from('=i', body)[0] if body else 0
        if not code:
            return
        tlvs = {}
        if flags & NLM_F_ACK_TLVS:
            at = 20 if kind == NLMSG_ERROR else 4
            if kind == NLMSG_ERROR and not flags & NLM_F_CAPPED:
                at = 4 + struct.unpack_from('=I', body, 4)[0]
            tlvs = dict(genl.parse(body[at:]))
        answer.error = genl.Error(code, tlvs)


def offsets(data, start=0):
    """Where attributes begin, those in nests too."""
    at = 0
    while at + 4 <= len(data):
        length, _ = struct.unpack_from('=HH', data, at)
        yield start + at
        if not 4 <= length <= len(data) - at:
            return
        yield from offsets(data[at + 4:at + length], start + at + 4)
        at += (length + 3) & ~3


class Fuzzer:
    """Sends requests to a family. Whoever is not alone with the family's
    objects does not want the target's judgement: alone=False."""

    def __init__(self, target, seed, alone=True):
        self.target = target
        self.alone = alone
        self.x = random.Random(seed)
        self.spec = Spec(os.path.join(SPECS, target.spec))
        self.strong = Channel(self.spec.family)
        self.weak = Channel(self.spec.family, weak=True)
        self.seq = 0
        self.count = collections.Counter()

    # ---- making ----

    def contents(self, group, names):
        """Any contents of a group's attributes of those names."""
        x, result = self.x, []
        for name in names:
            attribute = self.spec.groups[group].by_name[name]
            if attribute.output or x.random() < .2:
                continue
            times = x.choice((1, 1, 2, 30)) if attribute.multi else 1
            for _ in range(times):
                result.append((name, self.value(attribute)))
        return result

    def value(self, attribute):
        x = self.x
        if attribute.kind == 'nest':
            inner = self.spec.groups[attribute.group].by_name
            return self.contents(attribute.group, inner)
        if attribute.enum in self.spec.enums and x.random() < .9:
            return x.randrange(self.spec.enums[attribute.enum] + 1)
        if attribute.size:
            return x.choice((attribute.low, attribute.high,
                             min(attribute.high,
                                 attribute.low + x.randrange(4)),
                             x.randint(attribute.low, attribute.high)))
        if attribute.kind == 'flag':
            return None
        most = attribute.most if attribute.most is not None else 64
        data = x.randbytes(x.randint(attribute.least, most))
        return data.replace(b'\0', b'x') + b'\0' \
            if attribute.kind == 'string' else data

    def request(self):
        """Any request, as a message that is as it should be."""
        x = self.x
        name = self.target.operation(x)
        operation = self.spec.operation(name) if name else \
            x.choice(list(self.spec.operations.values()))
        dump = operation.do is None or \
            operation.dump is not None and x.random() < .3
        items = self.target.message(x, operation, dump)
        if items is None:
            items = self.contents(operation.group,
                                  operation.dump if dump else operation.do)
        flags = NLM_F_DUMP if dump else self.target.flags(x, operation)
        return message.Message(self.spec, self.strong.id, operation, flags,
                               items)

    def spoil(self, m):
        x = self.x
        how_many = x.choice((0, 0, 0, 0, 1, 1, 1, 3))
        while how_many:
            way = x.choice(message.WAYS)
            if way(x, m) is not False:
                m.broken.append(way.__name__)
                how_many -= 1

    # ---- sending ----

    def step(self):
        """A datagram of one or of several messages."""
        x = self.x
        messages = [self.request() for _ in range(x.choice((1, 1, 1, 1, 2, 6)))]
        for m in messages:
            self.spoil(m)
            m.weak = m.weak and len(messages) == 1
            self.count.update(m.broken or ['nothing'])
        weak = messages[0].weak
        data = b''
        for m in messages:
            self.seq += 1
            data += m.encode(self.seq)
        if x.random() < .03:
            data = data[:x.randrange(len(data) + 1)]
        channel = self.weak if weak else self.strong
        answers = channel.exchange(data)
        busy = False
        for kind, flags, seq, body in frames(data):
            if kind != channel.id or not flags & NLM_F_REQUEST:
                continue
            try:
                self.check(flags, body, answers[seq], weak, busy)
            except AssertionError as error:
                broken = [m.broken for m in messages]
                raise AssertionError(
                    f'{error}\nmessage {self.seq}, broken: {broken}\n'
                    f'flags {flags:#x}, body {body.hex()}\n'
                    f'answer: {answers[seq].error!r}') from error
            busy |= flags & NLM_F_DUMP == NLM_F_DUMP
        if self.alone:
            self.target.settle()

    def check(self, flags, body, answer, weak, busy):
        """Whether an answer to a request is one that it may get."""
        error = answer.error
        code = error.errno if error else 0
        dump = flags & NLM_F_DUMP == NLM_F_DUMP
        self.count['refused' if code else 'taken'] += 1
        if not answer.ended and (dump or flags & NLM_F_ACK):
            raise AssertionError('no answer')
        if error and error.offs is not None and \
                error.offs not in offsets(body[4:], 20):
            raise AssertionError('no attribute begins where the error points')
        if code == errno.EBUSY and dump and busy:
            return
        if len(body) < 4:
            ktap.same(code, errno.EINVAL, 'errno')
            return
        operation = self.spec.operations.get(body[0])
        if not operation or (operation.dump if dump else operation.do) is None:
            # EINVAL is of the headers of commands that are not there
            ktap.same(code in (errno.EOPNOTSUPP, errno.EINVAL) or
                      weak and code == errno.EPERM, True, 'no such operation')
            return
        if weak and operation.admin:
            ktap.same(code, errno.EPERM, 'errno')
            return
        why = self.spec.refuses(body[4:], operation.group, operation.names)
        if 'strict' in operation.lax or dump and 'dump' in operation.lax:
            why = None
        elif why:
            self.count['invalid'] += 1
            if code not in (errno.EINVAL, errno.ERANGE):
                raise AssertionError(f'it was to be refused: {why}')
        if code and not error.msg and code not in SILENT:
            raise AssertionError('refused without a sentence')
        for reply in answer.replies:
            wrong = self.spec.refuses(reply[4:], operation.group, output=True)
            if wrong:
                raise AssertionError(f'a wrong reply, {wrong}: {reply.hex()}')
        if code not in self.target.answers:
            raise AssertionError('an errno that is none of its answers')
        if why or not self.alone:
            return
        group = operation.group
        self.target.judge(
            Request(operation, flags, self.spec.decode(body[4:], group), weak),
            error, [self.spec.decode(reply[4:], group)
                    for reply in answer.replies])

    def leave_dump(self):
        """Reads some of a dump, changes things, and closes it or goes on."""
        operation = self.x.choice([each for each in
                                   self.spec.operations.values()
                                   if each.dump is not None])
        reader = Channel(self.spec.family)
        reader.send(operation.number, NLM_F_DUMP, b'')
        for _ in range(self.x.randrange(4)):
            # which is as long as the kernel makes a part of a dump then
            data = reader.sock.recv(4096)
            if any(kind in (NLMSG_DONE, NLMSG_ERROR)
                   for kind, *_ in frames(data)):
                break
        else:
            for _ in range(self.x.randrange(5)):
                self.step()
            if self.x.random() < .5:
                list(reader.receive())
        reader.close()
        self.count['dumps left'] += 1

    def run(self, messages, seconds=None):
        """Sends so many messages, or for so long."""
        end = time.monotonic() + (seconds or 1e9)
        while self.seq < messages and time.monotonic() < end:
            for _ in range(BATCH):
                self.step()
            if self.x.random() < .3:
                self.leave_dump()
            if self.alone:
                self.target.check()
                if self.x.random() < .3:
                    self.target.disturb(self.x)
                    self.target.check()
        print(', '.join(f'{name} {n}' for name, n in
                        sorted(self.count.items())))

    def check_variety(self):
        """That there was something of everything; a fuzzer goes blind in
        silence."""
        for way in message.WAYS:
            ktap.same(self.count[way.__name__] > 0, True,
                      f'{way.__name__} came up')
        total = self.count['taken'] + self.count['refused']
        for what, least in ('taken', .1), ('invalid', .1), ('refused', .1):
            ktap.same(self.count[what] >= least * total, True,
                      f'share of messages that are {what}: '
                      f'{self.count[what]} of {total}')


def say(text):
    """Into the kernel's log, where it stays if the kernel does not."""
    with open('/dev/kmsg', 'w') as log:
        log.write(f'cgr-test: {text}\n')


def rounds(function, share=1.0):
    """Calls function(seed) in a process and namespace of its own: once, or with
    one seed after the other for a share of CGR_SECONDS."""
    name = os.path.basename(sys.argv[0])
    seed, end = SEED, time.monotonic() + share * SECONDS

    def inside():
        ktap.unshare(ktap.CLONE_NEWNET)
        function(seed)

    while True:
        what = f'{name} {function.__name__} CGR_SEED={seed}'
        say(what)
        try:
            ktap.in_child(inside)
        except AssertionError:
            say(f'{what} failed')
            raise AssertionError(f'with CGR_SEED={seed}') from None
        seed += 1
        if time.monotonic() >= end:
            return
