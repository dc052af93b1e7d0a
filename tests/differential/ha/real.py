"""Runs one cycle of the real patroni.ha.Ha on stubs, and tells what it did in the words of
model/ha_decision.h."""

import concurrent.futures
import logging
import re
import types

import patroni
import patroni.postgresql  # first: the other modules import each other in a circle
import patroni.async_executor
import patroni.ha
import patroni.postgresql.rewind
from names import NOBODY, bits, name_of, ordinal_of
from patroni.exceptions import PatroniFatalException
from stubs import (NEVER_MS, NOW, Clock, FixedDatetime, StubDcs, StubPatroni, StubPostgres,
                   cluster_of)

logging.disable(logging.CRITICAL)
IS_V4 = hasattr(patroni.ha, 'global_config')

JOBS = [  # a pattern of AsyncExecutor's name for it, and ours
    ('bootstrap', 'bootstrap'), ('bootstrap_standby_leader', 'bootstrap_standby_leader'),
    ('post_bootstrap', 'post_bootstrap'), ("bootstrap from leader '.*'", 'clone_from_leader'),
    ("bootstrap from replica '.*'", 'clone_from_replica'),
    (r'bootstrap \(without leader\)', 'clone_without_leader'),
    ('doing crash recovery in a single user mode', 'crash_recovery'),
    ('running pg_rewind from .*', 'rewind'),
    ('reinitializing due to diverged timelines', 'reinitialize'),
    ('starting primary after failure', 'start_primary'),
    ('restarting after failure', 'restart_after_failure'),
    ('starting after demotion', 'start_after_demotion'), ('promote', 'promote'),
    ('(manual failover|failover|switchover): demote', 'demote_gracefully'),
    ('demoting to a standby cluster', 'demote_to_standby_cluster'),
    ('demoting self because DCS is not accessible and I was a leader', 'demote_offline'),
    ('changing primary_conninfo and restarting', 'change_upstream'), ('restart', 'restart'),
    ('copy_logical_slots', 'copy_slots')]

OUTCOMES = [  # a pattern of what _run_cycle returns, and our name; the first that fits counts
    ('DCS is not accessible', 'dcs_inaccessible'),
    ('continue to run as a leader because failsafe .*', 'continues_in_failsafe'),
    ('demoting self because DCS is not accessible .*', 'demoting_without_dcs'),
    ('demoted self because DCS is not accessible .*', 'demoted_without_dcs'),
    ('Error communicating with PostgreSQL.*', 'postgres_silent'),
    ('updated leader lock during .*', 'updated_lock_during_job'),
    ('terminated crash recovery because of startup timeout', 'crash_recovery_timed_out'),
    ('lost leader before promote', 'lost_lock_before_promotion'),
    ('lost leader lock during .*', 'lost_lock_during_job'),
    ('.* in progress', 'job_in_progress'),
    ('stopped PostgreSQL while starting up because leader key was lost', 'lost_lock_while_starting'),
    ('stopped PostgreSQL because of startup timeout', 'start_timed_out'),
    ('primary start has timed out, but continuing .*', 'start_timed_out_but_waits'),
    ('PostgreSQL is still starting up, .*', 'still_starting'),
    ('trying to bootstrap a new cluster', 'bootstraps_cluster'),
    ('trying to bootstrap a new standby leader', 'bootstraps_standby_leader'),
    ('failed to acquire initialize lock', 'lost_initialize_race'),
    ("trying to bootstrap from leader '.*'", 'clones_from_leader'),
    ("trying to bootstrap from replica '.*'", 'clones_from_replica'),
    (r'trying to bootstrap \(without leader\)', 'clones_without_leader'),
    ('waiting for (standby_)?leader to bootstrap', 'awaits_bootstrap'),
    ('waiting for end of recovery after bootstrap', 'awaits_end_of_recovery'),
    ('running post_bootstrap', 'runs_post_bootstrap'),
    ('initialized a new cluster', 'initialized_cluster'),
    ('removed leader key after trying and failing .*', 'removed_lock_after_failed_start'),
    ('failed to start postgres', 'failed_to_start'),
    ('released leader key voluntarily as data dir .*', 'released_lock_without_data'),
    ('data directory is not accessible: .*', 'data_inaccessible'),
    ('running with empty data directory', 'paused_without_data'),
    ('data dir for the cluster is not empty, but system ID .*', 'invalid_system_id'),
    ('released leader key voluntarily due to the system ID .*', 'released_lock_system_id_mismatch'),
    ('removed leader lock because postgres is not running$', 'removed_lock_postgres_down'),
    ('postgres is not running', 'postgres_down'),
    ('stopped PostgreSQL to fail over after a crash', 'failed_over_after_crash'),
    ('starting primary after failure', 'starts_primary'),
    ('doing crash recovery in a single user mode', 'recovers_from_crash'),
    ('running pg_rewind from .*', 'rewinds'),
    ('reinitializing due to diverged timelines', 'reinitializes'),
    ('starting as readonly because i had the session lock', 'starts_read_only'),
    ('starting as a standby leader because i had .*', 'starts_standby_leader'),
    ('trying to follow a remote member because standby .*', 'starts_from_remote'),
    ('starting as a secondary', 'starts_as_secondary'),
    ('waiting to become primary after promote...', 'awaits_promotion'),
    ('removed leader lock because postgres is not running as primary', 'removed_lock_not_primary'),
    ('(manual failover|failover|switchover): demoting myself', 'demotes_gracefully'),
    ('continue to run as primary after failing to update .*', 'continues_without_update'),
    ('demoted self because failed to update leader lock in DCS', 'demoted_without_update'),
    ('not promoting because failed to update leader lock .*', 'not_promoting_without_update'),
    (r'no action. I am \(.*\), the leader with the lock', 'keeps_lock'),
    ('promoted self to leader because I had the session lock', 'promotes_with_lock'),
    (r'no action. I am \(.*\), the standby leader with the lock', 'keeps_lock_as_standby_leader'),
    ('promoted self to a standby leader because .*', 'becomes_standby_leader_with_lock'),
    ('Demoting self because watchdog could not be activated', 'demoted_by_watchdog'),
    ('Not promoting self because watchdog could not .*', 'released_lock_by_watchdog'),
    ('Promotion cancelled because the pre-promote script failed', 'cancelled_promotion'),
    ('Postponing promotion because synchronous .*', 'postponed_promotion'),
    ('acquired session lock as a leader', 'acquired_lock_as_primary'),
    ('promoted self to leader by acquiring session lock', 'promotes_by_acquiring'),
    ('promoted self to a standby leader by acquiring .*', 'becomes_standby_leader_by_acquiring'),
    ('demoted self after trying and failing to obtain lock', 'demoted_after_lost_race'),
    ('following new leader after trying and failing .*', 'follows_after_lost_race'),
    ('demoting self because I am not allowed to become primary', 'demoted_nofailover'),
    ('following a different leader because I am not allowed .*', 'follows_nofailover'),
    ('demoting self because i am not the healthiest node', 'demoted_not_healthiest'),
    ('following a different leader because i am not .*', 'follows_not_healthiest'),
    ('demoting self because I do not have the lock .*', 'demoted_without_lock'),
    (r'no action. I am \(.*\), a secondary, and following a leader \(.*\)', 'follows_holder'),
    ('cannot be a real primary in a standby cluster', 'demoted_in_standby_cluster'),
    (r'no action. I am \(.*\), a secondary, and following a standby .*', 'follows_standby_leader'),
    ('cannot be a real primary in standby cluster', 'demoted_as_standby_leader'),
    ('continue following the old known standby leader', 'follows_old_standby_leader'),
    ('continue to run as primary without lock', 'continues_as_primary_without_lock'),
    (r'no action. I am \([^)]*\)', 'paused_idle'),
    ('restart initiated', 'initiates_restart'),
    ('Copying logical slots .*', 'copies_slots')]

JOBS = [(re.compile(pattern), name) for pattern, name in JOBS]
OUTCOMES = [(re.compile(pattern), name) for pattern, name in OUTCOMES]
JOB_TEXTS = {'clone_from_leader': "bootstrap from leader 'pg-9'",
             'clone_from_replica': "bootstrap from replica 'pg-9'",
             'clone_without_leader': 'bootstrap (without leader)',
             'rewind': 'running pg_rewind from pg-9', 'demote_gracefully': 'switchover: demote'}
REWIND = ['initial', 'checkpointed', 'check', 'needed', 'not_needed', 'succeeded', 'failed']


def translate(table, text, what):
    for pattern, name in table:
        if pattern.fullmatch(text):
            return name
    raise AssertionError(f'{what} of an unknown kind: {text!r}')


def job_text(name):
    if name == 'none':
        return None
    if name in JOB_TEXTS:
        return JOB_TEXTS[name]
    return next(pattern.pattern for pattern, ours in JOBS if ours == name)


class InlineExecutor:
    """The threads: questions to other members are asked at once, jobs are only written down."""

    def __init__(self):
        self.jobs = []

    def submit(self, function, *arguments):
        future = concurrent.futures.Future()
        if function.__name__ in ('fetch_node_status', 'call_failsafe_member'):
            future.set_result(function(*arguments))
        else:
            self.jobs.append((function, arguments))
        return future


EXECUTOR = InlineExecutor()


class RecordedThread:
    def __init__(self, target, args=()):
        self.target, self.args = target, args

    def start(self):
        EXECUTOR.submit(self.target, *self.args)


class InlinePool:
    def __init__(self, _size):
        pass

    def map(self, function, values):
        return [function(value) for value in values]

    def close(self):
        pass

    join = close


def local_position(original):
    def wrapped(self):
        result = original(self)
        self._postgresql.local_timeline = result[1]
        return result
    return wrapped


def install():
    patroni.ha.polling_loop = lambda timeout, interval: range(0, int(timeout), interval)
    patroni.dcs.randint = lambda least, _most: least
    rewind = patroni.postgresql.rewind.Rewind
    rewind.can_rewind = property(lambda self: self._postgresql.can_rewind)
    rewind._get_local_timeline_lsn = local_position(rewind._get_local_timeline_lsn)
    rewind._conn_kwargs = lambda self, _member, _auth: self._postgresql.answers['leader']
    rewind.check_leader_is_not_in_recovery = staticmethod(
        lambda leader: leader['reachable'] and not leader['in_recovery'])
    rewind._get_checkpoint_end = lambda self, _timeline, _lsn: \
        self._postgresql.answers['leader']['switchpoint'] \
        if self._postgresql.answers['leader']['ends_at_switchpoint'] else 0
    patroni.ha.datetime = types.SimpleNamespace(datetime=FixedDatetime)
    if IS_V4:
        pool = types.SimpleNamespace(get_executor=lambda: EXECUTOR)
        patroni.ha.thread_pool = patroni.async_executor.thread_pool = pool
        patroni.postgresql.rewind.thread_pool = pool
    else:
        patroni.ha.ThreadPool = InlinePool
        patroni.async_executor.Thread = patroni.postgresql.rewind.Thread = RecordedThread


install()


def since(milliseconds):
    """A moment so long ago, as Patroni's seconds; 0 for never."""
    return 0 if milliseconds >= NEVER_MS else NOW - milliseconds / 1000


def set_memory(ha, view, is_v4):
    memory = view['memory']
    job = name_of('Job', memory['job'])
    ha._async_executor._scheduled_action = job_text(job)
    ha._async_response.result = {'none': None, 'succeeded': True, 'failed': False}[
        name_of('Response', memory['response'])]
    ha.recovering = memory['recovering']
    ha._was_paused = memory['was_paused']
    expiry = NOW + 20 if memory['is_leader'] else 0
    if is_v4:
        ha._leader_expiry = expiry
        ha._promote_timestamp = since(memory['since_promotion'])
        ha._last_timeline = memory['last_timeline'] or None
    else:
        ha._is_leader = expiry
    rewind = ha._rewind
    rewind._state = type(rewind._state)(memory['rewind']) if is_v4 else memory['rewind']
    checkpoint = name_of('Checkpoint', memory['checkpoint'])
    if checkpoint != 'none':
        rewind._checkpoint_task = patroni.async_executor.CriticalTask()
        rewind._checkpoint_task.result = {'runs': None, 'succeeded': True, 'failed': False}[checkpoint]
    if memory['crash_recovery_tried']:
        ha._crash_recovery_started = NOW - memory['crash_recovery_for'] / 1000
    ha._start_timeout = memory['start_timeout'] // 1000 or None
    ha._released_leader_key_timestamp = since(memory['since_failed_promotion'])
    failsafe = ha._failsafe
    failsafe._last_update = since(memory['since_failsafe'])
    if memory['failsafe_sender'] != NOBODY:
        name = f"pg-{memory['failsafe_sender']}"
        failsafe._name = name
        failsafe._conn_url = f'postgres://{name}:5432/postgres'
        failsafe._api_url = f'http://{name}:8008/patroni'
    if memory['has_seen_cluster']:
        ha.old_cluster = old_cluster(memory, view, is_v4)


def old_cluster(memory, view, is_v4):
    members = [{'exists': bool(memory['seen'] >> i & 1), 'published': True, 'clone_from': False,
                'nofailover': bool(memory['seen_nofailover'] >> i & 1), 'is_primary': False,
                'timeline': 1} for i in range(16)]
    return cluster_of({**view['dcs'], 'members': members, 'lock_holder': memory['seen_holder']},
                      view, is_v4)


def describe_conninfo(node):
    """Whom it is configured to follow: nobody, if that one has no address."""
    return describe_upstream(node if node and node.conn_url else None)


def describe_upstream(node):
    if not node or not node.name:
        return {'source': 'none', 'member': NOBODY}
    if node.name.startswith('remote_member'):
        return {'source': 'remote', 'member': NOBODY}
    return {'source': 'member', 'member': ordinal_of(node.name)}


def describe_memory(ha, view, is_v4):
    memory = dict(view['memory'])
    action = ha._async_executor.scheduled_action
    task = ha._rewind._checkpoint_task
    expiry = ha._leader_expiry if is_v4 else ha._is_leader
    old = {member.name: member for member in ha.old_cluster.members}  # the last one counts
    old = {ordinal_of(name): member for name, member in old.items() if member.api_url}

    def ago(moment):
        return NEVER_MS if not moment else max(0, round((NOW - moment) * 1000))

    results = {None: 'none', True: 'succeeded', False: 'failed'}
    memory.update(
        job=translate(JOBS, action, 'A job') if action else 'none',
        started=ha.state_handler.cb_called, recovering=ha.recovering, was_paused=ha._was_paused,
        bootstrapping=ha.state_handler.bootstrapping, is_leader=expiry > NOW,
        response=results[ha._async_response.result], rewind=REWIND[int(ha._rewind._state)],
        checkpoint='none' if not task else {None: 'runs', True: 'succeeded', False: 'failed'}[task.result],
        crash_recovery_tried=ha._crash_recovery_started != 0,
        crash_recovery_for=ago(ha._crash_recovery_started) if ha._crash_recovery_started
        else memory['crash_recovery_for'],
        start_timeout=round((ha._start_timeout or 0) * 1000),
        since_failed_promotion=ago(ha._released_leader_key_timestamp),
        since_failsafe=ago(ha._failsafe._last_update), failsafe_sender=ordinal_of(ha._failsafe._name),
        has_seen_cluster=bool(ha.old_cluster), seen=bits(old),
        seen_nofailover=bits(i for i, member in old.items() if member.nofailover),
        seen_holder=ordinal_of(ha.old_cluster.leader and ha.old_cluster.leader.name),
        restart_scheduled=bool(ha.patroni.scheduled_restart))
    if is_v4:
        memory['since_promotion'] = ago(ha._promote_timestamp)
        memory['last_timeline'] = ha._last_timeline or 0
    return memory


def run_real(what, view, answers, positions):
    """What the real one did, as the driver tells it, with names for enumerators."""
    EXECUTOR.jobs.clear()
    patroni.ha.time = Clock()
    dcs = StubDcs(view, answers, IS_V4)
    dcs.asked_peers = False
    postgres = StubPostgres(view, answers, IS_V4)
    postgres.positions = positions
    if IS_V4:
        from patroni import global_config
        from stubs import settings_as_config
        global_config.update(None, settings_as_config(view))
    instance = StubPatroni(view, answers, IS_V4, postgres, dcs)
    ha = patroni.ha.Ha(instance)
    demotions = []
    demote = ha.demote
    ha.demote = lambda mode: (demotions.append(mode), demote(mode))[1]
    set_memory(ha, view, IS_V4)
    before = ha._async_executor.scheduled_action
    if what != 'cycle':
        return describe(ha, view, stop_real(ha, what, view), [], before)
    try:
        with ha._async_executor:
            outcome = translate(OUTCOMES, ha._run_cycle(), 'An outcome')
    except SystemExit:
        outcome = 'exits_joining_as_replica' if ha._join_aborted else 'exits_system_id_mismatch'
    except PatroniFatalException:
        outcome = 'exits_bootstrap_failed'
    except Exception as error:  # run_cycle() logs it: "Unexpected exception"
        if not is_error_of_patroni(error):
            raise
        outcome = 'fails_by_itself'
    return describe(ha, view, outcome, demotions, before)


def stop_real(ha, what, view):
    """The job of a graceful demotion, or SIGTERM, after a pass that has loaded the view."""
    ha.cluster = cluster_of(view['dcs'], view, IS_V4)
    ha.dcs.loads = 1
    if what == 'step_down':
        ha.demote('graceful')
    else:
        ha.shutdown()
    return 'undecided'


def is_error_of_patroni(error):
    """Not one of the stubs': the resolver of quorum states refuses what it does not understand."""
    frame = error.__traceback__
    while frame.tb_next:
        frame = frame.tb_next
    return frame.tb_frame.f_code.co_filename.endswith('patroni/quorum.py')


def jobs_of_executor():
    return [job for job in EXECUTOR.jobs if job[0].__name__ == 'run']


def job_upstream(job):
    arguments = jobs_of_executor()[-1][1]
    arguments = arguments[1] if len(arguments) > 1 else ()
    if job in ('change_upstream', 'restart_after_failure', 'start_after_demotion'):
        return describe_conninfo(arguments[0])
    if job in ('rewind', 'clone_from_leader', 'clone_from_replica'):
        return describe_upstream(arguments[0])
    return describe_upstream(None)


def describe(ha, view, outcome, demotions, before):
    postgres, dcs = ha.state_handler, ha.dcs
    after = describe_memory(ha, view, IS_V4)
    job = after['job'] if before is None else 'none'
    follow = 'keep'
    upstream = job_upstream(job) if job != 'none' else describe_upstream(None)
    if postgres.followed:
        follow, node = postgres.followed
        upstream = describe_conninfo(node)
    role = 'primary' if postgres.role == postgres.primary_role else str(
        getattr(postgres.role, 'value', postgres.role))
    names = {**postgres.names, 'members': bits(ordinal_of(n) for n in postgres.names['members'])}
    return {
        'outcome': outcome, 'demotion': demotions[0].replace('-', '_') if demotions else 'none',
        'job': job, 'follow': follow, 'upstream': upstream, 'writes': sorted(dcs.writes),
        'stopped_postgres': postgres.stopped, 'cancelled_job': postgres.cancelled,
        'asked_peers': dcs.asked_peers, 'resumed_replay': postgres.resumed,
        'checkpoint': len(jobs_of_executor()) < len(EXECUTOR.jobs),
        'kept_failsafe': outcome == 'continues_in_failsafe',
        'released_early': dcs.released_early, 'awaits_leaving_sync': 'nosync' in dcs.writes,
        'released_at': dcs.released_at, 'role': role,
        'state': str(getattr(postgres.state, 'value', postgres.state)), 'sync_names': names,
        'sync_key': [{'leader': ordinal_of(leader), 'standbys': bits(map(ordinal_of, standbys)),
                      'quorum': quorum} for leader, standbys, quorum in dcs.sync_keys],
        'after': after}
