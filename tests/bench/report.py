#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""report.py SUITE OURS [KEY=VALUE...] - makes a report of what a bench suite measured.

Reads samples, one a line:

    sample NAME CONTESTANT UNIT VALUE

The Nth sample of a name and contestant belongs to the Nth repetition, and what two contestants did in the same repetition is
compared. OURS is the contestant that all the others are rivals of. `note TEXT` lines go into the report as they are, all other
lines are ignored.

Prints a table and writes build/bench/SUITE.json:

    machine     what it ran on, from the KEY=VALUEs
    notes       list of strings
    results     list of
        name            NAME.RIVAL
        unit            of ours and rival_value
        ours            our median
        rival           who it is compared with
        rival_value     its median
        ratio, min, max ours / rival: median, least and greatest of all repetitions
        repetitions     how many
        target, met     what the file SUITE/targets wants of the ratio (`NAME-PATTERN <= RATIO`, or >=), and whether it is so;
                        both null if it wants nothing

What the file wants of a figure of ours as such, whoever else there is, has a unit: `NAME-PATTERN <= VALUE UNIT`, NAME without
RIVAL. That VALUE becomes a rival called `limit`.

A missed target is no error. A sample that is missing or makes no sense is: nothing is written, and the status is 1.
"""
import collections
import fnmatch
import json
import math
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def fail(text):
    sys.exit(f'report.py: {text}')


def read_samples(lines):
    """Samples as {name: {contestant: [value]}}, {name: unit}, [note]."""
    samples = collections.defaultdict(lambda: collections.defaultdict(list))
    units, notes = {}, []
    for line in lines:
        word, _, rest = line.strip().partition(' ')
        if word == 'note' and rest not in notes:
            notes.append(rest)
        if word != 'sample':
            continue
        try:
            name, contestant, unit, value = rest.split()
            value = float(value)
        except ValueError:
            fail(f'not a sample: {line.strip()}')
        if not math.isfinite(value) or value <= 0:
            fail(f'this cannot be: {line.strip()}')
        if units.setdefault(name, unit) != unit:
            fail(f'{name} is measured in {units[name]} and in {unit}')
        samples[name][contestant].append(value)
    return samples, units, notes


def read_targets(suite):
    """Targets as [(pattern, relation, ratio)], limits as [(pattern, relation, value, unit)]."""
    path = os.path.join(HERE, suite, 'targets')
    if not os.path.exists(path):
        return [], []
    targets, limits = [], []
    with open(path, encoding='ascii') as file:
        for line in file:
            words = line.partition('#')[0].split()
            if not words:
                continue
            if len(words) not in (3, 4) or words[1] not in ('<=', '>='):
                fail(f'{path}: {line.strip()}')
            words[2] = float(words[2])
            (targets if len(words) == 3 else limits).append(tuple(words))
    return targets, limits


def add_limits(samples, units, ours, targets, limits):
    """Makes limits a rival that measures them in each repetition, and that we must not be worse than."""
    for name, by in samples.items():
        for pattern, relation, value, unit in limits:
            if not fnmatch.fnmatchcase(name, pattern):
                continue
            if units[name] != unit:
                fail(f'{name} is measured in {units[name]} and limited in {unit}')
            by['limit'] = [value] * len(by.get(ours, []))
            targets.append((f'{name}.limit', relation, 1.0))


def compare(name, unit, rival, ours, theirs, targets):
    ratios = [a / b for a, b in zip(ours, theirs)]
    name = f'{name}.{rival}'
    result = {
        'name': name, 'unit': unit,
        'ours': statistics.median(ours),
        'rival': rival, 'rival_value': statistics.median(theirs),
        'ratio': statistics.median(ratios), 'min': min(ratios), 'max': max(ratios),
        'repetitions': len(ratios), 'target': None, 'met': None,
    }
    for pattern, relation, wanted in targets:
        if fnmatch.fnmatchcase(name, pattern):
            result['target'] = f'{relation} {wanted}'
            result['met'] = result['ratio'] <= wanted if relation == '<=' else result['ratio'] >= wanted
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in result.items()}


def results_of(samples, units, ours, targets):
    results = []
    for name, by in samples.items():
        if ours not in by:
            fail(f'{name}: no sample of {ours}')
        if len(by) < 2:
            fail(f'{name}: no sample of a rival')
        for rival, values in by.items():
            if len(values) != len(by[ours]):
                fail(f'{name}: {len(values)} samples of {rival}, {len(by[ours])} of {ours}')
            if rival != ours:
                results.append(compare(name, units[name], rival, by[ours], values, targets))
    if not results:
        fail('no samples')
    return results


def print_table(results, ours, machine, notes):
    rows = [('', 'rival', 'unit', ours, 'rival', 'ratio', 'min', 'max', 'target', '')]
    for r in results:
        met = {None: '', True: 'met', False: 'MISSED'}[r['met']]
        rows.append((r['name'], r['rival'], r['unit'], f"{r['ours']:.6g}", f"{r['rival_value']:.6g}",
                     f"{r['ratio']:.4f}", f"{r['min']:.4f}", f"{r['max']:.4f}", r['target'] or '', met))
    widths = [max(map(len, column)) for column in zip(*rows)]
    print()
    for row in rows:
        left = [cell.ljust(width) for cell, width in zip(row[:3], widths)]
        right = [cell.rjust(width) for cell, width in zip(row[3:-1], widths[3:])]
        print('  '.join(left + right + [row[-1]]).rstrip())
    print()
    for note in notes:
        print(note)
    print('; '.join(f'{key}: {value}' for key, value in machine.items()))


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    suite, ours = sys.argv[1:3]
    machine = dict(arg.split('=', 1) for arg in sys.argv[3:])
    samples, units, notes = read_samples(sys.stdin)
    targets, limits = read_targets(suite)
    add_limits(samples, units, ours, targets, limits)
    results = results_of(samples, units, ours, targets)
    path = os.path.join(HERE, '../../build/bench', suite + '.json')
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + '.new', 'w', encoding='ascii') as file:
        json.dump({'machine': machine, 'notes': notes, 'results': results}, file, indent=1)
        file.write('\n')
    os.rename(path + '.new', path)
    print_table(results, ours, machine, notes)
    print(f'written to {os.path.relpath(path)}')


if __name__ == '__main__':
    main()
