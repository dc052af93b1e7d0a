"""Where the model's decision differs from Patroni's on purpose: each with its reason."""


def reason_of(_state, _real, _ours, _fields):
    return None
