"""Sequences of hooks for a charm of some revisions: what its handlers observe, and do when called.

A sequence is drawn from a random number generator alone, so the same seed gives the same sequences.
"""

APP = 'pg'
NAMES = ['charm.m0', 'charm.m1', 'charm.m2', 'charm.m3', 'lib.m0', 'lib.m1', 'lib.m2']
RELATIONS = ['peers', 'restart-lock', 'upgrade']
RELATION_IDS = {name: number for number, name in enumerate(RELATIONS, start=4)}
# With another application there may be several relations of one endpoint.
ENDPOINTS = ['database']
CLIENTS = {11: 'client', 12: 'other'}
PLAIN = ['install', 'start', 'config-changed', 'leader-elected', 'update-status', 'upgrade-charm',
         'stop', 'remove', 'secret-changed']
RELATION_KINDS = ['created', 'joined', 'changed', 'departed', 'broken']
MOST_ROWS = 12


def draw_sequence(rng, duplicates):
    revisions = [draw_revision(rng)]
    for _ in range(rng.choice([0, 0, 1, 2])):
        revisions.append(draw_upgrade(rng, revisions[-1]))
    steps = []
    revision = 0
    for _ in range(rng.randint(4, 12)):
        # Mostly forward; sometimes the operator goes back to the revision before.
        if rng.random() < 0.2:
            revision = max(0, min(len(revisions) - 1, revision + rng.choice([1, 1, -1])))
        env = draw_event(rng, revisions[revision])
        if steps and rng.random() < 0.25:  # the same hook again: a retry, or the same news
            env = steps[-1]['env']
        steps.append({'revision': revision, 'env': env, 'outcomes': draw_outcomes(rng)})
    return {'app': APP, 'duplicates': duplicates, 'revisions': revisions, 'steps': steps,
            'storage': 'sqlite' if rng.random() < 0.1 else 'juju'}


def hooks_of(revision):
    hooks = list(PLAIN)
    hooks += [f'{name}-relation-{kind}' for name in revision['relations'] + revision['endpoints']
              for kind in RELATION_KINDS]
    hooks += [f'{name}-storage-{kind}' for name in revision['storages']
              for kind in ('attached', 'detaching')]
    hooks.append(f"{revision['container']}-pebble-ready")
    return hooks


def draw_revision(rng):
    revision = {'relations': rng.sample(RELATIONS, rng.randint(1, 3)),
                'endpoints': ENDPOINTS if rng.random() < 0.5 else [],
                'storages': ['pgdata'] if rng.random() < 0.5 else [],
                'container': 'postgresql'}
    # Few hooks, so that several handlers observe one, and events repeat.
    hooks = rng.sample(hooks_of(revision), rng.randint(1, 4))
    rows = [[name, hook] for name in NAMES for hook in hooks]
    revision['observers'] = rng.sample(rows, min(len(rows), rng.randint(1, 7)))
    return revision


def draw_upgrade(rng, before):
    """Another revision: handlers go, come, change places and observe other events."""
    after = {'relations': list(before['relations']), 'endpoints': before['endpoints'],
             'storages': list(before['storages']), 'container': before['container']}
    if rng.random() < 0.3:
        rng.shuffle(after['relations'])
    if rng.random() < 0.2 and len(after['relations']) > 1:
        after['relations'].pop()
    if rng.random() < 0.1:
        after['container'] = 'workload'
    hooks = hooks_of(after)
    observers = [list(row) for row in before['observers'] if rng.random() < 0.75]
    observed = [hook for _, hook in before['observers'] if hook in hooks] or hooks
    for row in observers:
        if rng.random() < 0.2:
            row[1] = rng.choice(observed)
    for _ in range(rng.randint(0, 2)):
        observers.append([rng.choice(NAMES), rng.choice(observed)])
    if rng.random() < 0.5:
        rng.shuffle(observers)
    unique = []
    for row in observers:
        if row[1] in hooks and row not in unique:
            unique.append(row)
    after['observers'] = unique[:MOST_ROWS]
    return after


def draw_event(rng, revision):
    """The environment of a dispatch, as Juju makes it; the units beside this one are 1 to 3."""
    observed = [hook for _, hook in revision['observers']]
    draw = rng.random()
    if draw < 0.05:
        if rng.random() < 0.5:
            return {'JUJU_DISPATCH_PATH': 'hooks/logs-relation-changed'}
        return {'JUJU_DISPATCH_PATH': 'actions/backup', 'JUJU_ACTION_NAME': 'backup',
                'JUJU_ACTION_UUID': '1'}
    hook = rng.choice(observed) if observed and draw < 0.85 else rng.choice(hooks_of(revision))
    env = {'JUJU_DISPATCH_PATH': f'hooks/{hook}'}
    if '-relation-' in hook:
        relation, kind = hook.split('-relation-')
        number, remote_app = RELATION_IDS.get(relation), APP
        if relation in ENDPOINTS:
            number, remote_app = rng.choice(list(CLIENTS.items()))
        env['JUJU_RELATION'] = relation
        env['JUJU_RELATION_ID'] = f'{relation}:{number}'
        env['JUJU_REMOTE_APP'] = remote_app
        if kind in ('joined', 'departed') or kind == 'changed' and rng.random() < 0.7:
            env['JUJU_REMOTE_UNIT'] = f'{remote_app}/{rng.randint(1, 3)}'
        if kind == 'departed':
            env['JUJU_DEPARTING_UNIT'] = rng.choice([env['JUJU_REMOTE_UNIT'], f'{APP}/0'])
    elif '-storage-' in hook:
        env['JUJU_STORAGE_ID'] = hook.split('-storage-')[0] + '/0'
    elif hook.endswith('-pebble-ready'):
        env['JUJU_WORKLOAD_NAME'] = revision['container']
    elif hook.startswith('secret-'):
        env['JUJU_SECRET_ID'] = 'secret:9m4e2mr0ui3e8a215n4g'
        env['JUJU_SECRET_LABEL'] = 'passwords'
    return env


def draw_outcomes(rng):
    """By call: `d` defers, `x` fails the hook, `.` is done."""
    deferring, failing = rng.choice([(0.2, 0.02), (0.5, 0.02), (0.8, 0.05), (0.9, 0)])
    letters = ''
    for _ in range(16):
        draw = rng.random()
        letters += 'd' if draw < deferring else 'x' if draw < deferring + failing else '.'
    return letters
