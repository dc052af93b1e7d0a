"""Holds the charm's codecs against Python's json and against ops' own store.

Values for databags must come out byte for byte as json.dumps() gives them; a deferral queue that
ops has put into Juju's state store must be read back row by row.
"""

import argparse
import json
import random
import string
import subprocess
import sys

import ops.storage
import yaml

CASES = 2000
EVENTS = ['config_changed', 'update_status', 'leader_elected', 'postgresql_pebble_ready',
          'database_peers_relation_changed', 'database_peers_relation_departed',
          'pgdata_storage_detaching', 'secret_changed', 'database_requested']
OBJECTS = ['PostgresqlOperatorCharm', 'PostgresqlOperatorCharm/DatabaseProvides',
           'PostgresqlOperatorCharm/PostgreSQLUpgrade[upgrade]', 'A', 'null', '7', 'yes', "it's"]


def draw_text(rng):
    letters = string.ascii_letters + string.digits + ' -/._"\\\'{}[]:,#&*!|>%@`\n\t\x01\x7f' + 'é€𝄞'
    return ''.join(rng.choice(letters) for _ in range(rng.randrange(12)))


def draw_value(rng, depth=0):
    kind = rng.randrange(7 if depth < 3 else 5)
    if kind == 0:
        return draw_text(rng)
    if kind == 1:
        return rng.randrange(-2**63, 2**63)
    if kind == 2:
        return rng.choice([True, False, None])
    if kind in (3, 4):
        return f'app-{rng.randrange(200)}.app-endpoints'
    if kind == 5:
        return [draw_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    return {draw_text(rng): draw_value(rng, depth + 1) for _ in range(rng.randrange(4))}


def draw_rows(rng):
    return [(f'{rng.choice(OBJECTS)}/on/{rng.choice(EVENTS)}[{rng.randrange(10000)}]',
             rng.choice(OBJECTS), '_on_' + rng.choice(EVENTS)) for _ in range(rng.randrange(8))]


def stored(rows):
    """The value that ops gives to state-set, as state-get gives it back."""
    kept = {}

    def run(arguments, **options):
        assert arguments[:1] == ['state-set'], arguments
        kept.update(yaml.safe_load(options['input']))

    real, ops.storage._run = ops.storage._run, run
    try:
        ops.storage._JujuStorageBackend().set('#notices#', rows)
    finally:
        ops.storage._run = real
    return kept['#notices#']


def questions():
    rng = random.Random('wire')
    for _ in range(CASES):
        value = draw_value(rng)
        yield {'json': value}, json.dumps(value, sort_keys=True)
    for _ in range(CASES):
        rows = draw_rows(rng)
        yield {'notices': stored(rows)}, [list(row) for row in rows]
    # It can refuse, too.
    for text in ('{', 'a: b', '- [a, b]', '- a'):
        yield {'notices': text}, None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('driver')
    driver = parser.parse_args().driver
    asked = list(questions())
    lines = ''.join(json.dumps(question) + '\n' for question, _ in asked)
    done = subprocess.run([driver], input=lines, stdout=subprocess.PIPE, encoding='utf-8',
                          check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked), (len(answers), len(asked))
    wrong = [(question, expected, answer)
             for (question, expected), answer in zip(asked, answers) if answer != expected]
    for question, expected, answer in wrong[:5]:
        print(f'{question}\n  expected {expected!r}\n  got      {answer!r}')
    print(f'{len(asked) - len(wrong)} of {len(asked)} agree')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
