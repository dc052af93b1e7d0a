"""The real ops over a sequence: its own manager, framework and storages, with Juju's tools replaced.

A dispatch is what `ops.main` does: a new manager, charm and framework for every hook, the deferred
notices, then the hook's event, then the status events, then the commit.
"""

import os
import pickle
import tempfile

import ops
import ops._main
import ops.model
import ops.storage

from sequences import APP, CLIENTS, ENDPOINTS, RELATION_IDS

# SQLite syncs at each commit: where there is one, in a file system that has no disk.
MEMORY = '/dev/shm' if os.path.isdir('/dev/shm') else None

BASE_ENV = {
    'JUJU_UNIT_NAME': f'{APP}/0',
    'JUJU_MODEL_NAME': 'model',
    'JUJU_MODEL_UUID': 'f2a3b5c8-0000-4000-8000-000000000000',
    'JUJU_VERSION': '3.6.0',
}


class Failure(Exception):
    """What a handler raises when it is told to fail its hook."""


class StateTools:
    """state-get, state-set and state-delete: Juju commits what they have done if the hook ends well."""

    def __init__(self):
        self._committed = {}
        self._staged = {}

    def begin(self):
        self._staged = dict(self._committed)

    def end(self, ok):
        if ok:
            self._committed = self._staged

    def set(self, key, value):
        self._staged[key] = pickle.dumps(value)

    def get(self, key):
        return pickle.loads(self._staged[key])

    def delete(self, key):
        self._staged.pop(key, None)


class Backend(ops.model._ModelBackend):
    """The other hook tools, as far as restoring an event needs them."""

    def relation_ids(self, relation_name):
        return list(CLIENTS) if relation_name in ENDPOINTS else [RELATION_IDS[relation_name]]

    def relation_list(self, relation_id, **_):
        return [f'{CLIENTS.get(relation_id, APP)}/{number}' for number in range(1, 4)]

    def relation_remote_app_name(self, relation_id, **_):
        return CLIENTS.get(relation_id, APP)

    def is_leader(self):
        return True

    def storage_list(self, name):
        return [0]

    def storage_get(self, storage_name_id, attribute):
        return '/var/lib/postgresql'

    def _storage_event_details(self):
        return 0, '/var/lib/postgresql'

    def get_pebble(self, socket_path):
        return None


class Manager(ops._main._Manager):
    """The manager of ops.main, without logging to Juju."""

    storage = None  # set for each dispatch

    def _setup_root_logging(self):
        pass

    def _make_storage(self, dispatcher):
        return Manager.storage


class Unit:
    """A unit from hook to hook: what is stored, and nothing else."""

    def __init__(self, sequence):
        self.sequence = sequence
        self.metas = [meta_of(revision) for revision in sequence['revisions']]
        self.state = StateTools()
        self.reemitting = False
        self.folder = None
        if sequence['storage'] == 'sqlite':
            self.folder = tempfile.TemporaryDirectory(dir=MEMORY)
            # Else ops 2.17 would commit each statement of the first hook by itself.
            self.open_storage().close()

    def open_storage(self):
        if self.folder:
            return ops.storage.SQLiteStorage(os.path.join(self.folder.name, 'state.db'))
        return ops.storage.JujuStorage(self.state)

    def run_hook(self, step):
        """One process: what is called, and whether it exits 0."""
        calls = []
        outcomes = iter(step['outcomes'])

        def called(name, event):
            relation = getattr(event, 'relation', None)
            unit = getattr(event, 'unit', None)
            departing = getattr(event, 'departing_unit', None)
            calls.append(['again' if self.reemitting else 'new', name,
                          event.handle.kind.replace('_', '-'),
                          *units(relation.id if relation else None, unit.name if unit else None,
                                 departing.name if departing else None)])
            told = next(outcomes, '.')
            if told == 'x':
                raise Failure
            if told == 'd':
                event.defer()

        self.state.begin()
        self.reemitting = False
        ok = self.run_main(step, charm_class(self.sequence['revisions'][step['revision']], called))
        self.state.end(ok)
        return {'ok': ok, 'calls': calls, 'queue': self.queue()}

    def run_main(self, step, charm):
        # A plain dict is enough: ops asks it a hundred times a hook, and starts no process.
        os.environ = {**BASE_ENV, 'JUJU_CHARM_DIR': CHARM_FOLDER.name, **step['env']}
        CharmMeta.current = self.metas[step['revision']]
        Manager.storage = self.open_storage()
        manager = Manager(charm, model_backend=Backend())
        self.tell_reemissions(manager.framework)
        try:
            manager.run()
            return True
        except Failure:
            return False
        except RuntimeError as error:
            if not str(error).startswith('cannot defer'):
                raise
            return False
        finally:
            if hasattr(manager, 'destroy'):
                manager.destroy()

    def tell_reemissions(self, framework):
        reemit = framework.reemit

        def told():
            self.reemitting = True
            reemit()
            self.reemitting = False

        framework.reemit = told

    def queue(self):
        self.state.begin()
        storage = self.open_storage()
        queue = []
        for event_path, observer, method in storage.notices():
            snapshot = storage.load_snapshot(event_path)
            hook = event_path.rsplit('/', 1)[1].split('[')[0].replace('_', '-')
            queue.append([f'{OBJECTS[observer]}.{method}', hook,
                          *units(snapshot.get('relation_id'), snapshot.get('unit_name'),
                                 snapshot.get('departing_unit'))])
        storage.close()
        return queue


def units(relation, remote, departing):
    """Who an event is about, as both are compared: of others the relation, and the unit's number."""
    if relation in CLIENTS:
        remote = f'{relation}/' + (remote.split('/')[1] if remote else '-')
        departing = departing if departing and departing.startswith(f'{APP}/') else None
    return remote or '-', departing or '-'


OBJECTS = {'Charm': 'charm', 'Charm/Lib[lib]': 'lib'}


class CharmMeta(ops.CharmMeta):
    """metadata.yaml, without reading it from a file for each hook."""

    current = None

    @classmethod
    def from_charm_root(cls, charm_root):
        return cls.current


def meta_of(revision):
    return ops.CharmMeta({
        'name': 'charm',
        'peers': {name: {'interface': 'peers'} for name in revision['relations']},
        'provides': {name: {'interface': 'client'} for name in revision['endpoints']},
        'storage': {name: {'type': 'filesystem'} for name in revision['storages']},
        'containers': {revision['container']: {}},
    })


def charm_class(revision, called):
    """A charm and its library that have the methods which this revision observes, and no other."""

    def method(name):
        def handler(self, event):
            called(name, event)
        handler.__name__ = name.split('.')[1]
        return handler

    methods = {'charm': {}, 'lib': {}}
    for name, _ in revision['observers']:
        owner, short = name.split('.')
        methods[owner][short] = method(name)
    library = type('Lib', (ops.Object,), methods['lib'])

    def init(self, framework):
        ops.CharmBase.__init__(self, framework)
        self.lib = library(self, 'lib') if methods['lib'] else None
        for name, hook in revision['observers']:
            owner, short = name.split('.')
            observer = self if owner == 'charm' else self.lib
            framework.observe(getattr(self.on, hook.replace('-', '_')), getattr(observer, short))

    # Events are defined on their class: each process has its own.
    events = type('Events', (ops.CharmEvents,), {})
    return type('Charm', (ops.CharmBase,), {**methods['charm'], '__init__': init, 'on': events()})


def made_charm_folder():
    folder = tempfile.TemporaryDirectory(prefix='charm-')
    dispatch = os.path.join(folder.name, 'dispatch')
    with open(dispatch, 'w', encoding='utf-8') as file:
        file.write('#!/bin/sh\n')
    os.chmod(dispatch, 0o755)
    return folder


CHARM_FOLDER = made_charm_folder()
ops._main.CharmMeta = CharmMeta
if hasattr(ops._main, '_charm'):
    ops._main._charm.CharmMeta.from_charm_root = CharmMeta.from_charm_root


def run_sequence(sequence):
    unit = Unit(sequence)
    results = [unit.run_hook(step) for step in sequence['steps']]
    if unit.folder:
        unit.folder.cleanup()
    return results
