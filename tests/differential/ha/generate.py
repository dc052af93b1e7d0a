"""Generated states: a view of the cluster and the answers to what a pass may ask. Each is drawn from
one of several situations, so that rare branches come up."""

from names import NOBODY, bits, number
from stubs import NEVER_MS

MEMBERS = 4
SECONDS = 1000


class Generator:
    def __init__(self, random, is_v4):
        self.random, self.is_v4 = random, is_v4

    # --- draws ---

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, *options):
        return self.random.choice(options)

    def weighted(self, **weights):
        return self.random.choices(list(weights), list(weights.values()))[0]

    def some(self, probability=0.5):
        return bits(i for i in range(MEMBERS) if self.chance(probability))

    def member(self, none=0.3):
        return NOBODY if self.chance(none) else self.random.randrange(MEMBERS)

    def ago(self, *spans):
        """A span around those that are compared with, or never."""
        if self.chance(0.6):
            return NEVER_MS
        span = self.pick(*spans)
        return max(0, span + self.pick(-SECONDS, 0, SECONDS))

    def lsn(self):
        return self.pick(0, 90, 100, 100, 100, 110, 1048576, 1048676, 1048677, 2_000_000)

    # --- a state ---

    def state(self):
        self.me = self.random.randrange(MEMBERS)
        self.settings = self.draw_settings()
        self.situation = self.weighted(
            holder=20, follower=14, race=26, recover=12, job=8, starting=6, bootstrap=8, paused=10,
            dcs_error=5, switchover=10, any=6)
        if self.situation == 'paused':
            self.settings['paused'] = True
        dcs = self.draw_dcs()
        view = {
            'me': self.me, 'nofailover': self.chance(0.1), 'nostream': self.is_v4 and self.chance(0.05),
            'failover_priority': 1, 'replicate_from': NOBODY if self.chance(0.9) else self.member(),
            'watchdog_runs': False, 'watchdog_activates': True, 'watchdog_healthy': True,
            'dcs_readable': self.situation != 'dcs_error' or self.chance(0.1),
            'settings': self.settings, 'postgres': self.draw_postgres(dcs), 'dcs': dcs}
        if self.is_v4 and not view['nofailover']:
            view['failover_priority'] = self.pick(1, 1, 1, 2, 3)
        if self.chance(0.06):
            view.update(watchdog_runs=self.chance(0.3), watchdog_activates=self.chance(0.5),
                        watchdog_healthy=self.chance(0.5))
        view['memory'] = self.draw_memory(view)
        answers = self.draw_answers(dcs)
        what = 'cycle' if self.situation not in ('holder', 'switchover') else self.weighted(
            cycle=10, step_down=1, shut_down=1)
        if what != 'cycle':  # it may stop a primary only, with nothing else going on
            job = 'demote_gracefully' if what == 'step_down' else 'none'
            view['memory']['job'] = number('Job', job)
            view['postgres'].update(runs=True)
        positions = {'checkpoint': self.lsn(), 'previous': self.lsn()}
        return {'what': what, 'positions': positions, 'view': view, 'answers': answers}

    def draw_settings(self):
        return {
            'version': number('Version', 'v4_1' if self.is_v4 else 'v3_1'),
            'synchronous_mode': number('SyncMode', self.weighted(off=4, on=4, quorum=3)),
            'strict': self.chance(0.3), 'node_count': self.pick(1, 1, 2, 3),
            'paused': self.chance(0.06), 'failsafe_mode': self.chance(0.4),
            'check_timeline': self.chance(0.25), 'standby_cluster': self.chance(0.1),
            'can_bootstrap': self.chance(0.9), 'clones_without_leader': self.chance(0.15),
            'can_rewind': self.chance(0.75), 'removes_diverged_data': self.chance(0.25),
            'ttl': 30 * SECONDS, 'loop_wait': self.pick(10, 10, 5) * SECONDS,
            'primary_start_timeout': self.pick(300, 300, 300, 0) * SECONDS,
            'maximum_lag_on_failover': self.pick(1048576, 1048576, 0)}

    def draw_dcs(self, first=True):
        holder = {
            'holder': self.me, 'race': NOBODY, 'follower': self.other(), 'paused': self.member(0.4),
            'switchover': self.pick(self.me, self.me, NOBODY, self.other()),
            'bootstrap': self.member(0.5), 'recover': self.pick(self.me, NOBODY, self.other()),
            'job': self.pick(self.me, self.me, NOBODY, self.other()),
            'starting': self.pick(self.me, self.me, self.me, NOBODY, self.other())}.get(
                self.situation, self.member())
        if not first and self.chance(0.3):
            holder = self.member()
        initialize = self.weighted(absent=1, empty=1, invalid=0.5, system_id=20)
        if self.situation == 'bootstrap':
            initialize = self.weighted(absent=6, empty=2, invalid=0.5, system_id=6)
        timeline = self.pick(0, 1, 1, 2, 2, 3)
        sync_leader = self.member(0.25)
        if holder != NOBODY and self.chance(0.6):
            sync_leader = holder
        return {
            'lock_holder': holder, 'initialize': number('Initialize', initialize),
            'system_id': self.pick(1, 1, 1, 1, 1, 1, 1, 1, 2) if initialize == 'system_id' else 0,
            'has_config': self.chance(0.95), 'history_complete': self.chance(0.8),
            'cluster_timeline': timeline, 'optime': self.lsn(), 'failover': self.draw_failover(holder),
            'sync': {'leader': sync_leader, 'standbys': self.some(), 'quorum': self.pick(0, 0, 1, 2)},
            'members': [self.draw_member(i, holder) for i in range(16)]}

    def other(self):
        return self.pick(*[i for i in range(MEMBERS) if i != self.me])

    def draw_failover(self, holder):
        wanted = {'switchover': 1.0, 'paused': 0.4, 'starting': 0.3, 'race': 0.2}.get(self.situation, 0.05)
        if not self.chance(wanted):
            return {'leader': NOBODY, 'candidate': NOBODY, 'scheduled': self.chance(0.03), 'due_in': 0}
        leader = self.pick(NOBODY, holder, self.me, self.me, self.member())
        limit = self.settings['loop_wait']
        return {'leader': leader, 'candidate': self.member(0.4),
                'scheduled': self.chance(0.3),
                'due_in': self.pick(limit, limit + 1000, 0, 60_000, -limit, -(limit * 3 // 2000) * 1000,
                                    -(limit * 3 // 2000) * 1000 - 500, -60_000)}

    def draw_member(self, ordinal, holder):
        exists = ordinal < MEMBERS and self.chance(0.9)
        return {'exists': exists, 'published': not exists or self.chance(0.95),
                'nofailover': self.chance(0.1), 'clone_from': self.chance(0.15),
                'is_primary': self.chance(0.85 if ordinal == holder else 0.05),
                'timeline': self.pick(0, 1, 2, 2, 3)}

    def draw_postgres(self, dcs):
        leads = dcs['lock_holder'] == self.me
        down = {'recover': 1.0, 'bootstrap': 0.6, 'job': 0.4, 'paused': 0.25, 'any': 0.3}.get(
            self.situation, 0.04)
        runs = not self.chance(down)
        in_recovery = self.chance(0.3 if leads else 0.75)
        data = 'filled'
        if self.situation == 'bootstrap' and self.chance(0.6) or self.chance(0.02):
            data = self.weighted(empty=8, inaccessible=1)
        state = self.weighted(running=20, starting=0.3, stopped=0.5, restarting=0.3, crashed=0.2)
        if not runs:
            state = self.weighted(running=4, crashed=4, stopped=4, starting=2)
        if self.situation == 'starting':
            state = 'starting'
        role = 'replica' if in_recovery else 'primary'
        if leads and self.settings['standby_cluster'] and self.chance(0.4):
            role = 'standby_leader'
        elif self.chance(0.25):
            role = self.pick('replica', 'promoted', 'primary', 'demoted', 'standby_leader',
                             'uninitialized')
        answers = runs and state != 'starting' and self.chance(0.97)
        return {
            'data': number('DataDirectory', data), 'system_id': self.pick(*[1] * 30, 0),
            'control': number('ControlState', self.weighted(
                shut_down=3, shut_down_in_recovery=2, shutting_down=1, in_crash_recovery=1,
                in_archive_recovery=3, in_production=4)),
            'recovery_configured': self.chance(0.3), 'backup_label': self.chance(0.1),
            'runs': runs, 'answers': answers, 'in_recovery': in_recovery,
            'state': number('PostgresState', state), 'role': number('Role', role),
            'in_state': self.pick(0, 10, 299, 300, 301, 20) * SECONDS,
            'timeline': self.pick(0, 1, 2, 2, 3) if in_recovery else self.pick(1, 2, 2, 3),
            'received_timeline': self.pick(0, 0, 1, 2, 3), 'control_timeline': self.pick(1, 2, 2, 3),
            'flushed': self.lsn(), 'received': self.lsn(), 'replayed': self.lsn(),
            'replay_paused': self.chance(0.1), 'has_next_history': self.chance(0.3),
            'upstream': self.draw_upstream(dcs), 'settings_differ': self.chance(0.1),
            'reloads_upstream': self.chance(0.8), 'lacks_slots': self.chance(0.05),
            'standbys': self.draw_standbys(dcs)}

    def draw_standbys(self, dcs):
        picked = self.some()
        if self.chance(0.4):
            picked = dcs['sync']['standbys']
        picked &= ~(1 << self.me)
        confirmed = picked if self.chance(0.5) else picked & self.some()
        if self.chance(0.1):
            confirmed = self.some() & ~(1 << self.me)
        named = picked if self.chance(0.7) else self.some()
        return {'picked': picked, 'confirmed': confirmed,
                'confirmed_after_reload': self.pick(picked, confirmed, picked & self.some()),
                'named': named, 'named_count': self.pick(named.bit_count(), named.bit_count(), 1, 0)}

    def draw_upstream(self, dcs):
        if self.settings['standby_cluster'] and self.chance(0.5):
            return {'source': number('Source', 'remote'), 'member': NOBODY}
        member = dcs['lock_holder'] if self.chance(0.7) else self.member()
        source = 'none' if member == NOBODY else 'member'
        return {'source': number('Source', source), 'member': member}

    def draw_memory(self, view):
        job = 'none'
        if self.situation == 'job' or self.chance(0.02):
            job = self.weighted(
                bootstrap=1, post_bootstrap=1, clone_from_leader=1, crash_recovery=5, rewind=1,
                start_primary=2, restart_after_failure=1, start_after_demotion=1, promote=6,
                demote_gracefully=1, change_upstream=1, restart=2, copy_slots=0.5, reinitialize=0.5)
        likes_waiting = self.situation in ('recover', 'race', 'follower', 'any')
        rewind = self.weighted(initial=6, checkpointed=2, check=5 if likes_waiting else 2, needed=2,
                               not_needed=1, succeeded=1, failed=0.5)
        failsafe = self.settings['failsafe_mode']
        seen = self.some(0.8)
        has_seen = self.chance(0.9)
        sender = self.member(0.4) if failsafe and self.chance(0.3) else NOBODY
        if sender == self.me:
            sender = NOBODY
        map_members = self.some(0.7)
        if self.chance(0.1):
            map_members = self.pick(1 << self.me, 0)
        elif self.chance(0.8):
            map_members |= 1 << self.me
        has_map = self.chance(0.8)
        bootstrapping = self.settings['can_bootstrap'] and self.chance(
            0.25 if self.situation == 'bootstrap' else 0.01)
        return {
            'job': number('Job', job), 'started': self.chance(0.85),
            'recovering': self.chance(0.4 if self.situation == 'recover' else 0.07),
            'was_paused': self.chance(0.1), 'bootstrapping': bootstrapping,
            'is_leader': view['dcs']['lock_holder'] == self.me if self.chance(0.8) else self.chance(0.5),
            'response': number('Response', self.weighted(none=10, succeeded=4, failed=0.6)),
            'rewind': number('Rewind', rewind),
            'checkpoint': number('Checkpoint', self.weighted(none=8, runs=1, succeeded=1, failed=1)),
            'crash_recovery_tried': job == 'crash_recovery' or self.chance(0.3),
            'crash_recovery_for': self.pick(0, 299, 300, 301) * SECONDS,
            'start_timeout': self.pick(0, 0, 0, 20) * SECONDS,
            'since_failed_promotion': NEVER_MS if self.chance(0.9) else self.ago(30 * SECONDS),
            'since_promotion': self.ago(self.settings['loop_wait']) if self.is_v4 else NEVER_MS,
            'last_timeline': self.pick(0, 1, 2, 3) if self.is_v4 else 0,
            'failsafe_sender': sender,
            'since_failsafe': self.ago(30 * SECONDS, 10 * SECONDS) if failsafe else NEVER_MS,
            'has_failsafe_map': has_map, 'failsafe_map': map_members if has_map else 0,
            'has_seen_cluster': has_seen, 'seen': seen if has_seen else 0,
            'seen_nofailover': seen & self.some(0.1) if has_seen else 0,
            'seen_holder': self.member() if has_seen else NOBODY,
            'restart_scheduled': self.chance(0.08), 'restart_matches': self.chance(0.8),
            'restarted_since': self.chance(0.2),
            'restart_in': self.pick(0, -3000, 10_000, 11_000, -8000, -15_000, -16_000, 60_000),
            'restart_timeout': self.pick(0, 0, 60_000)}

    def draw_answers(self, dcs):
        def answer(no=0.15, error=0.08):
            draw = self.random.random()
            return number('Answer', 'error' if draw < error else 'no' if draw < error + no else 'yes')

        again = dict(dcs) if self.chance(0.4) else self.draw_dcs(first=False)
        if self.chance(0.5):
            again = {**dcs, 'lock_holder': self.me if self.chance(0.6) else self.member()}
        return {
            'update_lock': answer(), 'acquire_lock': answer(), 'initialize': answer(0.3, 0),
            'peers': number('Answer', 'yes'), 'failsafe': answer(0.4, 0),
            'reload': answer(0, 0.06), 'history': number('Answer', 'yes'),
            'write_sync': [answer(0.12, 0) for _ in range(8)],
            'peer': [self.draw_peer() for _ in range(16)], 'leader': self.draw_leader_history(),
            'reloaded': again}

    def draw_peer(self):
        priority = self.pick(1, 1, 1, 2, 3) if self.is_v4 else 1
        return {'reachable': self.chance(0.85), 'is_primary': self.chance(0.08),
                'nofailover': self.chance(0.08), 'watchdog_failed': self.chance(0.04),
                'failover_priority': priority, 'timeline': self.pick(0, 1, 2, 2, 3),
                'received': self.pick(1, *[self.lsn()] * 3), 'replayed': self.lsn()}

    def draw_leader_history(self):
        return {'reachable': self.chance(0.9), 'in_recovery': self.chance(0.1),
                'timeline': self.pick(1, 2, 3, 3, 4), 'has_my_timeline': self.chance(0.8),
                'switchpoint': self.lsn(), 'ends_at_switchpoint': self.chance(0.5)}
