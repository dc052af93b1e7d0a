"""The enumerators of model/ha/view.h and model/ha_decision.h by name: the driver tells numbers."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]
NOBODY = 0xFFFF


class Names:
    """The enumerators of one enum: `Names.number[name]` and `Names.name[number]`."""

    def __init__(self, enumerators):
        self.name = enumerators
        self.number = {name: number for number, name in enumerate(enumerators)}


def read_enums():
    enums = {}
    for header in ('model/ha/view.h', 'model/ha_decision.h'):
        text = re.sub(r'//[^\n]*', '', (ROOT / header).read_text())
        for enum, body in re.findall(r'enum class (\w+) : std::uint8_t \{([^}]*)\}', text):
            enums[enum] = Names(re.findall(r'\w+', body))
    return enums


ENUMS = read_enums()


def number(enum, name):
    return ENUMS[enum].number[name]


def name_of(enum, value):
    return ENUMS[enum].name[value]


def bits(ordinals):
    return sum(1 << ordinal for ordinal in ordinals)


def ordinals(set_bits):
    return [ordinal for ordinal in range(16) if set_bits & (1 << ordinal)]


def member_name(ordinal):
    return None if ordinal == NOBODY else f'pg-{ordinal}'


def ordinal_of(name):
    return int(name[3:]) if name and name.startswith('pg-') else NOBODY
