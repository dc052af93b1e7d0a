"""Holds the charm's deferral queue against the real ops framework, over generated sequences.

Both are given the same hooks, and must call the same handlers in the same order, end each hook the
same way, and be left with the same queue.
"""

import argparse
import collections
import json
import logging
import multiprocessing
import random
import subprocess
import sys
import time
import traceback

import ops

import real_ops
import sequences

# Since 2.18, an equal notice stands for the new event.
MERGES = tuple(int(part) for part in ops.__version__.split('.')[:2]) >= (2, 18)
# What must have happened for agreement to mean something: each at least once in ten sequences.
WITNESSES = ['handlers run again', 'handlers that deferred again', 'hooks that failed',
             'notices dropped by an upgrade', 'queues of three notices or more']


def drawn(seed, number):
    return sequences.draw_sequence(random.Random(f'{seed}.{number}'),
                                   'merged' if MERGES else 'kept')


def run_driver(driver, given):
    lines = ''.join(json.dumps(sequence) + '\n' for sequence in given)
    done = subprocess.run([driver], input=lines, stdout=subprocess.PIPE, encoding='utf-8',
                          check=False)
    if done.returncode != 0:
        raise RuntimeError(f'{driver} has ended with {done.returncode}')
    return [json.loads(line) for line in done.stdout.splitlines()]


def count(sequence, results, seen):
    before = []
    for step, result in zip(sequence['steps'], results):
        again = [call[1:] for call in result['calls'] if call[0] == 'again']
        seen['hooks'] += 1
        seen['handler calls'] += len(result['calls'])
        seen['handlers run again'] += len(again)
        seen['handlers that deferred again'] += sum(call in result['queue'] for call in again)
        seen['hooks that failed'] += not result['ok']
        if result['ok']:
            seen['notices dropped by an upgrade'] += len(before) - len(again)
        seen['queues of three notices or more'] += len(result['queue']) >= 3
        before = result['queue']


def compare_some(task):
    """The counts, and what is to be said of the first sequence that differs."""
    driver, seed, numbers = task
    seen = collections.Counter()
    given = [drawn(seed, number) for number in numbers]
    for number, sequence, ours in zip(numbers, given, run_driver(driver, given)):
        try:
            real = real_ops.run_sequence(sequence)
        except Exception:
            return seen, f'sequence {number}: ops itself has failed\n' + traceback.format_exc()
        count(sequence, real, seen)
        for at, (step, expected, found) in enumerate(zip(sequence['steps'], real, ours)):
            if expected == found:
                continue
            return seen, (f'sequence {number} differs at hook {at}: {json.dumps(step)}\n'
                          f'ops:   {json.dumps(expected)}\nwe:    {json.dumps(found)}\n'
                          f'whole: {json.dumps(sequence)}')
    return seen, None


def parsed_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('driver', help='the program that runs sequences on our side')
    parser.add_argument('--sequences', type=int, default=10_000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--only', type=int, help='this sequence alone')
    parser.add_argument('--jobs', type=int, default=2)
    return parser.parse_args()


def main():
    arguments = parsed_arguments()
    # Here both sides defer and fail all the time: what ops logs of it would only be long.
    logging.disable(logging.CRITICAL)
    numbers = range(arguments.sequences) if arguments.only is None else [arguments.only]
    size = 100
    tasks = [(arguments.driver, arguments.seed, numbers[at:at + size])
             for at in range(0, len(numbers), size)]
    seen = collections.Counter()
    started = time.monotonic()
    with multiprocessing.Pool(arguments.jobs) as pool:
        for counts, difference in pool.imap(compare_some, tasks):
            seen += counts
            if difference:
                print(f'ops {ops.__version__}: {difference}')
                return 1
    print(f'ops {ops.__version__}: {len(numbers)} sequences, no difference, '
          f'{time.monotonic() - started:.1f} s')
    for name, number in sorted(seen.items()):
        print(f'  {number:>8} {name}')
    missing = [name for name in WITNESSES if seen[name] * 10 < len(numbers)]
    if missing and arguments.only is None:
        print('too few to mean anything: ' + ', '.join(missing))
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
