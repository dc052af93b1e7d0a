"""Has `patroni --validate-config` judge each golden patroni.yml, and some that are broken.

A file names what is on a database's pod only: its binaries, its storage, its ports. They are made,
or moved to what this machine has free; all else is as it is rendered. What the layer says of
Patroni's environment is taken from the golden layer. And what the validator does not look at: a
parameter that Patroni itself drops, with a warning, runs with a value that nobody asked for.
"""

import argparse
import copy
import json
import logging
import os
import pathlib
import socket
import subprocess
import sys
import tempfile

import yaml
from patroni.config import Config

BINARIES = ['initdb', 'pg_basebackup', 'pg_controldata', 'pg_ctl', 'pg_isready', 'pg_rewind',
            'postgres']


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def make_binaries(folder, major):
    folder.mkdir()
    for name in BINARIES:
        binary = folder / name
        binary.write_text(f'#!/bin/sh\necho "{name} (PostgreSQL) {major}.13"\n', encoding='utf-8')
        binary.chmod(0o755)


def placed(document, folder):
    """The same file, on this machine; and that what is moved was where the image has it."""
    document = copy.deepcopy(document)
    local = document['postgresql']
    assert local['bin_dir'] == '/usr/lib/postgresql/14/bin', local['bin_dir']
    assert local['data_dir'] == '/var/lib/postgresql/data/pgdata', local['data_dir']
    assert local['listen'] == '0.0.0.0:5432', local['listen']
    assert document['restapi']['listen'] == '0.0.0.0:8008', document['restapi']['listen']
    local['bin_dir'] = str(folder / 'bin')
    local['data_dir'] = str(folder / 'pgdata')
    local['listen'] = f'0.0.0.0:{free_port()}'
    document['restapi']['listen'] = f'0.0.0.0:{free_port()}'
    return document


def verdict(document, folder, environment):
    """What the validator has to say: nothing, of a good file."""
    path = folder / 'patroni.yml'
    path.write_text(yaml.safe_dump(document), encoding='utf-8')
    done = subprocess.run([sys.executable, '-m', 'patroni', '--validate-config', str(path)],
                          env={'PATH': os.environ['PATH'], **environment}, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8')
    if 'Traceback' in done.stdout:
        raise RuntimeError(done.stdout)  # no verdict, good or bad
    return done.stdout.strip() or ('' if done.returncode == 0 else f'exit {done.returncode}')


def without(path):
    def change(document):
        *folders, last = path.split('.')
        for name in folders:
            document = document[name]
        del document[last]
    return change


def changed(path, value):
    def change(document):
        *folders, last = path.split('.')
        for name in folders:
            document = document[name]
        document[last] = value
    return change


# Each of which the validator has to refuse, so that its silence means something.
BROKEN = {
    'no section restapi': without('restapi'),
    'no name of the user that rewinds': without('postgresql.authentication.rewind.username'),
    'no data directory': without('postgresql.data_dir'),
    'a number that is a text': changed('bootstrap.dcs.postgresql.parameters.max_connections', '1'),
    'a count that is a text': changed('bootstrap.dcs.synchronous_node_count', 'all'),
    'a flag that is a text': changed('bootstrap.dcs.synchronous_mode', 'on'),
    'an address that leads nowhere': changed('postgresql.connect_address', '127.0.0.1:5432'),
    'pg_hba that is no list': changed('postgresql.pg_hba', 'local all all trust'),
}


def dropped(parameters):
    """Those of a dynamic configuration that Patroni does not take; null removes one."""
    asked = {name: value for name, value in parameters.items() if value is not None}
    return sorted(asked.keys() - Config._process_postgresql_parameters(asked).keys())


# The least that charm/options takes, or makes of less; and what Patroni does with one less.
LEAST = {'max_connections': 25, 'wal_keep_size': 16, 'max_worker_processes': 2}


def what_is_dropped(golden, files):
    wrong = []
    logging.disable(logging.WARNING)
    asked = {path.name: yaml.safe_load(path.read_text(encoding='utf-8'))['bootstrap']['dcs']
             for path in files}
    for path in golden.glob('patch-*.json'):
        asked[path.name] = json.loads(path.read_text(encoding='utf-8'))
    for name, dynamic in sorted(asked.items()):
        if gone := dropped(dynamic.get('postgresql', {}).get('parameters', {})):
            wrong.append(f'{name}: Patroni drops {", ".join(gone)}')
    for name, least in LEAST.items():
        if dropped({name: least}) or not dropped({name: least - 1}):
            wrong.append(f'{least} is not the least {name}')
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('golden', type=pathlib.Path)
    golden = parser.parse_args().golden
    files = sorted(golden.glob('patroni-*.yml'))
    with open(golden / 'layer.yml', encoding='utf-8') as layer:
        environment = yaml.safe_load(layer)['services']['postgresql']['environment']
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_binaries(folder / 'bin', 14)
        for path in files:
            document = placed(yaml.safe_load(path.read_text(encoding='utf-8')), folder)
            if text := verdict(document, folder, environment):
                wrong.append(f'{path.name} is refused: {text}')
        for what, breaks in BROKEN.items():
            document = placed(yaml.safe_load(files[0].read_text(encoding='utf-8')), folder)
            breaks(document)
            if not verdict(document, folder, environment):
                wrong.append(f'taken, with {what}')
        document = placed(yaml.safe_load(files[0].read_text(encoding='utf-8')), folder)
        # With no Kubernetes in its environment Patroni does not know where its cluster is.
        if not verdict(document, folder, {'PATRONI_NAME': 'x', 'PATRONI_SCOPE': 'y'}):
            wrong.append('taken, without the variables of the layer')
    wrong += what_is_dropped(golden, files)
    if not files:
        wrong.append(f'there is no golden file in {golden}')
    print('\n'.join(wrong) or f'{len(files)} files accepted, {len(BROKEN) + 1} broken ones refused')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
