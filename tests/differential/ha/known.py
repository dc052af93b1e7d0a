"""Where the model's decision differs from Patroni's on purpose: each with its reason."""

from names import NOBODY

NAMELESS = ('4.x: a member that went on in failsafe by itself takes a leader without a name for whom '
            'to follow, if `replicatefrom` names no member; the model has no such leader')


def reason_of(state, _real, _ours, _fields):
    view = state['view']
    memory = view['memory']
    if view['settings']['failsafe_mode'] and memory['since_failsafe'] < view['settings']['ttl'] \
            and memory['failsafe_sender'] == NOBODY and view['replicate_from'] != NOBODY:
        return NAMELESS
    return None
