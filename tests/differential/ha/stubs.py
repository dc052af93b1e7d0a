"""What Patroni's HA loop works with, replaced: PostgreSQL, the DCS, the watchdog, REST. Each is made
from a generated view and the answers to it, and records what is done to it."""

import contextlib
import datetime
import json
import types

from names import NOBODY, member_name, name_of, number, ordinals

from patroni.collections import CaseInsensitiveSet
from patroni.dcs import (Cluster, ClusterConfig, Failover, Leader, Member, SyncState,
                         TimelineHistory)
from patroni.exceptions import DCSError, PostgresConnectionException

NOW = 1_700_000_000.0
ZONE = datetime.timezone.utc
NEVER_MS = 3_600_000_000_000  # never_ago

STATES = {'stopped': 'stopped', 'starting': 'starting', 'running': 'running',
          'crashed': 'crashed', 'restarting': 'restarting'}
CONTROL = {
    'shut_down': 'shut down', 'shut_down_in_recovery': 'shut down in recovery',
    'shutting_down': 'shutting down', 'in_crash_recovery': 'in crash recovery',
    'in_archive_recovery': 'in archive recovery', 'in_production': 'in production'}


class Clock:
    """Stands for the module `time`. Only sleeps of 1 s count, which loops wait by."""

    def __init__(self):
        self.now = NOW

    def time(self):
        return self.now

    def sleep(self, seconds):
        if seconds == 1:
            self.now += 1


class FixedDatetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(NOW, ZONE)


def settings_as_config(view):
    settings = view['settings']
    mode = name_of('SyncMode', settings['synchronous_mode'])
    config = {
        'synchronous_mode': {'off': False, 'on': True, 'quorum': 'quorum'}[mode],
        'synchronous_mode_strict': settings['strict'],
        'synchronous_node_count': settings['node_count'],
        'pause': settings['paused'],
        'failsafe_mode': settings['failsafe_mode'],
        'check_timeline': settings['check_timeline'],
        'maximum_lag_on_failover': settings['maximum_lag_on_failover'],
        'primary_start_timeout': settings['primary_start_timeout'] // 1000,
        'ttl': settings['ttl'] // 1000,
        'loop_wait': settings['loop_wait'] // 1000}
    if settings['standby_cluster']:
        methods = ['backup_tool'] if settings['clones_without_leader'] else []
        config['standby_cluster'] = {'host': 'remote', 'port': 5432,
                                     'create_replica_methods': methods}
    return config


def member_of(ordinal, record, is_v4):
    """A member as the DCS has it; without a record if it is not published."""
    if not record['published']:
        return Member(1, member_name(ordinal), None, {})
    primary = 'primary' if is_v4 else 'master'
    tags = {}
    if record['nofailover']:
        tags['nofailover'] = True
    if record['clone_from']:
        tags['clonefrom'] = True
    data = {'conn_url': f'postgres://{member_name(ordinal)}:5432/postgres',
            'api_url': f'http://{member_name(ordinal)}:8008/patroni',
            'state': 'running', 'role': primary if record['is_primary'] else 'replica',
            'version': '4.1.5', 'tags': tags}
    if record['timeline']:
        data['timeline'] = record['timeline']
    return Member(1, member_name(ordinal), None, data)


def sync_state(is_v4, version, leader, standbys, quorum):
    text = ','.join(standbys) or None
    if is_v4:
        return SyncState(version, leader, text, quorum)
    return SyncState(version, leader, text)


def cluster_of(dcs, view, is_v4):
    members = [member_of(i, record, is_v4) for i, record in enumerate(dcs['members'])
               if record['exists']]
    leader = None
    if dcs['lock_holder'] != NOBODY:
        name = member_name(dcs['lock_holder'])
        member = next((m for m in members if m.name == name), Member(-1, name, None, {}))
        leader = Leader(1, None, member)
    kind = name_of('Initialize', dcs['initialize'])
    initialize = {'absent': None, 'empty': '', 'invalid': 'garbage',
                  'system_id': system_id(dcs['system_id'])}[kind]
    config = ClusterConfig.from_node(1, json.dumps(settings_as_config(view))) \
        if dcs['has_config'] else None
    key = dcs['failover']
    failover = None
    if key['leader'] != NOBODY or key['candidate'] != NOBODY or key['scheduled']:
        at = FixedDatetime.now() + datetime.timedelta(milliseconds=key['due_in']) \
            if key['scheduled'] else None
        failover = Failover(7, member_name(key['leader']), member_name(key['candidate']), at)
    sync = dcs['sync']
    sync = sync_state(is_v4, 5, member_name(sync['leader']),
                      [member_name(i) for i in ordinals(sync['standbys'])], sync['quorum'])
    history = history_of(dcs)
    if is_v4:
        from patroni.dcs import Status
        return Cluster(initialize, config, leader, Status(dcs['optime'], None, []), members, failover,
                       sync, history, None, {})
    return Cluster(initialize, config, leader, dcs['optime'], members, failover, sync, history,
                   None, None, {})


def history_of(dcs):
    timeline = dcs['cluster_timeline']
    if timeline == 0:
        return None
    lines = [[tl, 100 * tl, 'no recovery target specified', '2026-01-01T00:00:00+00:00', 'pg-0']
             for tl in range(1, timeline)]
    if lines and not dcs['history_complete']:
        lines[-1] = lines[-1][:3]
    return TimelineHistory(1, json.dumps(lines), lines)


def system_id(value):
    return str(7_000_000_000_000 + value) if value else ''


class StubDcs:
    """The DCS client: every write is recorded, its answer comes from the generated answers."""

    def __init__(self, view, answers, is_v4):
        self.view, self.answers, self.is_v4 = view, answers, is_v4
        self.ttl = view['settings']['ttl'] // 1000
        self.loop_wait = view['settings']['loop_wait'] // 1000
        memory = view['memory']
        self.failsafe = {member_name(i): f'http://{member_name(i)}:8008/patroni'
                         for i in ordinals(memory['failsafe_map'])} \
            if memory['has_failsafe_map'] else None
        self.event = types.SimpleNamespace(set=lambda: None)
        self.loads = 0
        self.writes = set()
        self.sync_keys = []
        self.postmaster_stops = False  # pg_control says "shut down" already
        self.released_early = False
        self.released_at = 0

    def answer(self, question):
        answer = name_of('Answer', self.answers[question])
        if answer == 'error':
            raise DCSError(question)
        return answer == 'yes'

    def get_cluster(self):
        self.loads += 1
        if self.loads == 1:
            if not self.view['dcs_readable']:
                raise DCSError('not readable')
            return cluster_of(self.view['dcs'], self.view, self.is_v4)
        self.answer('reload')
        return cluster_of(self.answers['reloaded'], self.view, self.is_v4)

    def touch_member(self, data):
        self.writes.add('nosync' if data.get('tags', {}).get('nosync') else 'member_record')
        return True

    def initialize(self, create_new=True, sysid=None):
        if sysid is not None:
            self.writes.add('initialize')
            return True
        self.writes.add('initialize_race')
        return self.answer('initialize')

    def cancel_initialization(self):
        self.writes.add('cancel_initialize')

    def set_config_value(self, _value, version=None):
        self.writes.add('config')
        return True

    def update_leader(self, _leader, last_lsn, slots=None, failsafe=None):
        self.writes.add('update_lock' if last_lsn is None else 'update_lock_with_status')
        return self.answer('update_lock')

    def acquire_leader_lock(self):
        self.writes.add('acquire_lock')
        return self.answer('acquire_lock')

    attempt_to_acquire_leader = acquire_leader_lock

    def take_leader(self):
        self.writes.add('take_lock')
        return True

    def delete_leader(self, *arguments):
        self.writes.add('release_lock')
        self.released_at = arguments[-1] or 0
        self.released_early = self.postmaster_stops
        return True

    def write_leader_optime(self, _optime):
        self.writes.add('optime')

    def reset_cluster(self):
        pass

    def manual_failover(self, leader, candidate, scheduled_at=None, version=None):
        if candidate:
            self.writes.add('keep_candidate')
        else:
            self.writes.add('clear_failover' if version is None else 'clear_failover_if_unchanged')
        return True

    def set_history_value(self, value):
        self.writes.add('empty_history' if value == '[]' else 'history')

    def write_sync_state(self, leader, standbys, quorum=None, version=None):
        self.writes.add('write_sync')
        names = sorted(standbys or [])
        self.sync_keys.append((leader, names, quorum or 0))
        if len(self.sync_keys) > 8:  # max_sync_writes
            self.sync_keys.pop()
            return None
        answer = name_of('Answer', self.answers['write_sync'][len(self.sync_keys) - 1])
        if answer != 'yes':
            return None
        return sync_state(self.is_v4, 5 + len(self.sync_keys), leader, names, quorum or 0)

    def delete_sync_state(self, version=None):
        self.writes.add('delete_sync')
        return True


class StubWatchdog:
    def __init__(self, view):
        self.is_running = view['watchdog_runs']
        self.is_healthy = view['watchdog_healthy']
        self.activate = lambda: view['watchdog_activates']
        self.disable = self.keepalive = lambda: None


class SyncHandler:
    def __init__(self, postgres):
        self.postgres = postgres
        self.reads = 0
        self.named = None  # as set in this pass

    def current_state(self, _cluster):
        self.postgres.query()
        standbys = self.postgres.own['standbys']
        self.reads += 1
        confirmed = standbys['confirmed' if self.reads == 1 else 'confirmed_after_reload']
        named, confirmed, picked = (
            CaseInsensitiveSet(member_name(i) for i in ordinals(value))
            for value in (standbys['named'], confirmed, standbys['picked']))
        if not self.postgres.is_v4:
            return picked, confirmed
        from patroni.postgresql.sync import _SyncState
        count = standbys['named_count']
        if self.named:
            named, count = self.named
        return _SyncState('priority', count, named, confirmed, picked)

    def set_synchronous_standby_names(self, names, num=None):
        anybody = '*' in names or bool(num and num >= 1 and not names)
        members = CaseInsensitiveSet() if anybody else CaseInsensitiveSet(names)
        self.named = members, 1 if anybody else len(members) if num is None else num
        self.postgres.names = {'set': True, 'anybody': anybody, 'as_configured': False,
                               'count': 0 if anybody else num or 0,
                               'members': [] if anybody else sorted(names)}


class StubPostgres:
    """Patroni's view of PostgreSQL; what its queries fall back to is as in the real one."""

    def __init__(self, view, answers, is_v4):
        self.view, self.own, self.answers, self.is_v4 = view, view['postgres'], answers, is_v4
        memory = view['memory']
        self.name = member_name(view['me'])
        self.connection_string = f'postgres://{self.name}:5432/postgres'
        self.proxy_url = None
        self.database = 'postgres'
        self.major_version = self.server_version = 140000
        self.state = STATES[name_of('PostgresState', self.own['state'])]
        self.primary_role = 'primary' if is_v4 else 'master'
        role = name_of('Role', self.own['role'])
        self.role = self.primary_role if role == 'primary' else role
        self.runs = self.own['runs']
        self.bootstrapping = memory['bootstrapping']
        self.cb_called = memory['started']
        self.pending_restart = False
        self.pending_restart_reason = {}
        self.supports_multiple_sync = True
        self.can_rewind = view['settings']['can_rewind']
        self.stopped = self.cancelled = self.resumed = False
        self.followed = None
        self.names = {'set': False, 'anybody': False, 'as_configured': False, 'count': 0,
                      'members': []}
        self.sync_handler = SyncHandler(self)
        quiet = types.SimpleNamespace
        self.cancellable = quiet(cancel=self.cancel, reset_is_cancelled=lambda: None)
        self.mpp_handler = self.citus_handler = quiet(
            is_worker=lambda: False, is_coordinator=lambda: False, sync_meta_data=lambda _c: None,
            sync_pg_dist_node=lambda _c: None, on_demote=lambda: None)
        self.slots_handler = quiet(sync_replication_slots=self.missing_slots,
                                   copy_logical_slots=lambda *_: None)
        self.bootstrap = quiet(bootstrap=lambda *_: None, post_bootstrap=lambda *_: None,
                               clone=lambda *_: True)
        removes = view['settings']['removes_diverged_data']
        options = {'use_pg_rewind': True, 'remove_data_directory_on_diverged_timelines': removes}
        self.config = quiet(
            get=options.get, recovery_conf_exists=lambda: self.own['recovery_configured'],
            check_recovery_conf=self.check_recovery_conf, synchronous_standby_names=None,
            set_synchronous_standby_names=self.set_configured_names, replication={},
            rewind_credentials={}, superuser={})

    def set_configured_names(self, _names):
        self.names = {'set': True, 'anybody': False, 'as_configured': True, 'count': 0,
                      'members': []}

    def cancel(self, *_arguments):
        self.cancelled = True

    def missing_slots(self, *_arguments):
        return ['slot'] if self.own['lacks_slots'] else []

    # --- processes and queries ---

    def can_query(self):
        return self.runs and self.own['answers']

    def query(self):
        if not self.can_query():
            raise PostgresConnectionException('no answer')

    def is_primary(self):
        if self.can_query():
            return not self.own['in_recovery']
        return self.runs and self.role == self.primary_role

    is_leader = is_primary

    def is_running(self):
        return self.runs

    is_healthy = is_running

    def is_starting(self):
        return self.state == 'starting'

    check_for_startup = is_starting

    def time_in_state(self):
        return self.own['in_state'] / 1000

    def last_operation(self):
        self.query()
        if self.own['in_recovery']:
            return max(self.own['received'], self.own['replayed'])
        return self.own['flushed']

    def slots(self):
        return {}

    def replica_cached_timeline(self, _timeline):
        return self.own['timeline'] or None if self.can_query() else None

    def get_replica_timeline(self):
        return self.own['timeline'] or None if self.can_query() else None

    def replay_lsn(self):
        self.query()
        return self.own['replayed'] if self.own['in_recovery'] else None

    replayed_location = replay_lsn

    def get_primary_timeline(self):
        self.query()
        return 0 if self.own['in_recovery'] else self.own['timeline']

    def pg_control_timeline(self):
        return self.own['control_timeline']

    def received_timeline(self):
        self.query()
        return self.own['received_timeline'] or None

    def replication_state(self):
        return 'streaming'

    def timeline_wal_position(self):
        self.query()
        timeline = 0 if self.own['in_recovery'] else self.own['timeline']
        position = self.last_operation()
        if self.is_v4:
            return timeline, position, self.own['control_timeline'], 1, 1
        return timeline, position, self.own['control_timeline']

    def get_history(self, timeline):
        # Of a standby cluster the file above the leader's timeline is asked for, otherwise its own.
        exists = self.own['has_next_history'] if self.view['settings']['standby_cluster'] else True
        if timeline > 1 and exists:
            return [[tl, 100 * tl, 'no recovery target specified'] for tl in range(1, timeline)]
        return []

    def postmaster_start_time(self):
        return 'later' if self.view['memory']['restarted_since'] else 'then'

    # --- files ---

    def data_directory_empty(self):
        data = name_of('DataDirectory', self.own['data'])
        if data == 'inaccessible':
            raise OSError('no such mount')
        return data == 'empty'

    @property
    def sysid(self):
        return system_id(self.own['system_id'])

    def controldata(self):
        own = self.own

        def lsn(value):
            return f'{value >> 32:X}/{value & 0xFFFFFFFF:X}'

        return {'Database cluster state': CONTROL[name_of('ControlState', own['control'])],
                'Database system identifier': self.sysid,
                'Minimum recovery ending location': lsn(own['replayed']),
                "Min recovery ending loc's timeline": str(own['timeline']),
                'Latest checkpoint location': lsn(own['flushed']),
                "Latest checkpoint's TimeLineID": str(own['control_timeline'])}

    def get_guc_value(self, _name):
        return None

    def was_restored_from_backup(self):
        return self.own['backup_label']

    def can_create_replica_without_replication_connection(self, methods):
        if methods is not None:
            return bool(methods)
        return self.view['settings']['clones_without_leader']

    def move_data_directory(self):
        pass

    def remove_data_directory(self):
        pass

    # --- orders ---

    def stop(self, mode='fast', on_shutdown=None, **_options):
        if on_shutdown and mode == 'fast':
            self.dcs.postmaster_stops = True
            on_shutdown(*self.latest_checkpoint_locations()[:2 if self.is_v4 else 1])
            self.dcs.postmaster_stops = False
        self.stopped = True
        self.runs = False
        self.state = 'stopped'
        return True

    def latest_checkpoint_locations(self):
        return self.positions['checkpoint'], self.positions['previous']

    def latest_checkpoint_location(self):
        return self.positions['checkpoint']

    def start(self, *_arguments):
        return True

    restart = promote = start

    def terminate_starting_postmaster(self, postmaster):
        pass

    def follow(self, node, role=None, timeout=None, do_reload=False):
        self.followed = ('reload' if do_reload else 'start', node)
        return True

    def check_recovery_conf(self, node):
        upstream = self.own['upstream']
        source = name_of('Source', upstream['source'])
        # Without an address there is no primary_conninfo (config.py, primary_conninfo_params).
        name = node.name if node and node.conn_url else None
        is_remote = bool(name) and name.startswith('remote_member')
        same = {'none': name is None, 'remote': is_remote,
                'member': name == member_name(upstream['member'])}[source]
        if self.own['settings_differ']:
            return True, True
        return not same, not same and not self.own['reloads_upstream']

    def handle_parameter_change(self):
        if not self.is_starting():
            self.query()
            self.resumed = self.resumed or self.own['replay_paused']

    def set_role(self, role):
        self.role = role

    def set_state(self, state):
        self.state = state

    def call_nowait(self, action):
        if getattr(action, 'value', action) == 'on_start':
            self.cb_called = True

    def schedule_sanity_checks_after_pause(self):
        pass

    def reset_cluster_info_state(self, *_arguments):
        pass

    # --- the leader, as the divergence check sees it ---

    @contextlib.contextmanager
    def get_replication_connection_cursor(self, **_options):
        leader = self.answers['leader']
        rows = []

        def execute(statement):
            if statement == 'IDENTIFY_SYSTEM':
                rows.append(('id', leader['timeline']))
            else:
                rows.append(('file', self.leader_history(leader)))

        yield types.SimpleNamespace(execute=execute, fetchone=lambda: rows[-1])

    def leader_history(self, leader):
        mine = self.local_timeline
        lines = []
        for timeline in range(1, leader['timeline']):
            if timeline == mine and not leader['has_my_timeline']:
                continue
            at = leader['switchpoint'] if timeline == mine else 16 * timeline
            lines.append(f'{timeline}\t{at >> 32:X}/{at & 0xFFFFFFFF:X}\treason')
        return '\n'.join(lines or ['0\t0/0\treason'])

    local_timeline = 0


class StubPatroni:
    def __init__(self, view, answers, is_v4, postgres, dcs):
        self.postgresql, self.dcs, self.watchdog = postgres, dcs, StubWatchdog(view)
        postgres.dcs = dcs
        self.answers = answers
        self.version = '4.1.5' if is_v4 else '3.1.2'
        self.api = types.SimpleNamespace(connection_string=f'http://{postgres.name}:8008/patroni')
        self.tags = {}
        self.nofailover = view['nofailover']
        self.nosync = False
        self.nostream = view['nostream']
        self.failover_priority = view['failover_priority']
        self.replicatefrom = member_name(view['replicate_from'])
        self.config = StubConfig(view)
        memory = view['memory']
        self.scheduled_restart = {}
        if memory['restart_scheduled']:
            due = FixedDatetime.now() + datetime.timedelta(milliseconds=memory['restart_in'])
            self.scheduled_restart = {'schedule': due, 'postmaster_start_time': 'then'}
            if not memory['restart_matches']:
                self.scheduled_restart['role'] = 'nobody'
            if memory['restart_timeout']:
                self.scheduled_restart['timeout'] = memory['restart_timeout'] / 1000

    def request(self, member, method='get', endpoint=None, data=None, **_options):
        if endpoint == 'failsafe':
            accepted = self.dcs.answer('failsafe')
            return types.SimpleNamespace(status=200 if accepted else 500, headers={},
                                         data=b'Accepted' if accepted else b'Running as a leader')
        peer = self.answers['peer'][int(member.name[3:])]
        self.dcs.asked_peers = True
        if not peer['reachable']:
            raise OSError('timed out')
        is_v4 = self.dcs.is_v4
        answer = {'timeline': peer['timeline'], 'tags': {}}
        if peer['is_primary']:
            answer['role'] = 'primary' if is_v4 else 'master'
            answer['xlog'] = {'location': peer['received']}
        else:
            answer['role'] = 'replica'
            answer['xlog'] = {'received_location': peer['received'],
                              'replayed_location': peer['replayed']}
        if peer['nofailover']:
            answer['tags']['nofailover'] = True
        if peer['failover_priority'] != 1:
            answer['tags']['failover_priority'] = peer['failover_priority']
        if peer['watchdog_failed']:
            answer['watchdog_failed'] = True
        return types.SimpleNamespace(status=200, data=json.dumps(answer).encode())


class StubConfig(dict):
    """Patroni's configuration: the file, and the dynamic part."""

    def __init__(self, view):
        super().__init__(retry_timeout=10)
        if view['settings']['can_bootstrap']:
            self['bootstrap'] = {}
        self.dynamic_configuration = settings_as_config(view)

    def get_global_config(self, _cluster):
        from patroni.config import GlobalConfig
        return GlobalConfig(self.dynamic_configuration)
