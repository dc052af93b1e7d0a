"""The decision of model/ha_decision.h against the real patroni.ha.Ha, state by state. Usage:
check.py DRIVER [--states N] [--seed S] [--show K] [--coverage PERCENT]"""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import time

import coverage

HERE = pathlib.Path(__file__).resolve().parent


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('driver')
    parser.add_argument('--states', type=int, default=12000)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--show', type=int, default=5, help='disagreements to show')
    parser.add_argument('--coverage', type=float, default=0, help="least branch coverage of ha.py, in percent")
    parser.add_argument('--missing', action='store_true', help='the lines of ha.py never reached')
    return parser.parse_args()


def with_names(decision):
    """The driver's answer in the form of real.describe()."""
    from names import name_of
    enums = {'outcome': 'Outcome', 'demotion': 'Demotion', 'job': 'Job', 'follow': 'Follow',
             'role': 'Role', 'state': 'PostgresState'}
    named = {key: name_of(enums[key], value) if key in enums else value
             for key, value in decision.items()}
    named['writes'] = sorted(name_of('Write', write) for write in decision['writes'])
    source = name_of('Source', decision['upstream']['source'])
    named['upstream'] = {**decision['upstream'], 'source': source}
    after = dict(decision['after'])
    for key, enum in (('job', 'Job'), ('response', 'Response'), ('rewind', 'Rewind'),
                      ('checkpoint', 'Checkpoint')):
        after[key] = name_of(enum, after[key])
    named['after'] = after
    del named['asks']
    return named


def difference(real, ours):
    """The fields in which they differ, those of the memory one by one."""
    fields = {}
    for key in real:
        if key != 'after' and real[key] != ours[key]:
            fields[key] = (real[key], ours[key])
    for key in real['after']:
        if real['after'][key] != ours['after'][key]:
            fields['after.' + key] = (real['after'][key], ours['after'][key])
    return fields


def decide_all(driver, states, *options):
    lines = '\n'.join(json.dumps(state) for state in states) + '\n'
    run = subprocess.run([driver, *options], input=lines, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f'{driver} failed ({run.returncode}): {run.stderr}')
    return [with_names(json.loads(line)) for line in run.stdout.splitlines()]


def main():
    arguments = parse_arguments()
    started = time.monotonic()
    measured = coverage.Coverage(branch=True, data_file=None, include=['*/patroni/ha.py'])
    measured.start()
    import patroni.version
    import real
    from generate import Generator
    from known import reason_of
    generator = Generator(random.Random(arguments.seed), real.IS_V4)
    states = [generator.state() for _ in range(arguments.states)]
    expected = [real.run_real(**state) for state in states]
    measured.stop()
    decided = decide_all(arguments.driver, states)
    step_by_step = decide_all(arguments.driver, states, '--ask')

    reasons, shown, failed = collections.Counter(), 0, 0
    outcomes = collections.Counter(real_one['outcome'] for real_one in expected)
    for at, (state, theirs, ours, asked) in enumerate(zip(states, expected, decided, step_by_step)):
        fields = difference(theirs, ours)
        if ours != asked:
            fields['step by step'] = ('the same', difference(ours, asked))
        if not fields:
            continue
        reason = reason_of(state, theirs, ours, fields)
        if reason:
            reasons[reason] += 1
            continue
        failed += 1
        if shown < arguments.show:
            shown += 1
            print(f'State {at}: {theirs["outcome"]}')
            for field, (wanted, got) in fields.items():
                print(f'  {field}: Patroni {wanted}, the model {got}')
            if arguments.show <= 3:
                print(json.dumps({**state, 'at': at}))
    version = patroni.version.__version__
    report(version, arguments, measured, outcomes, reasons, failed, time.monotonic() - started)


def branch_coverage(measured):
    module = sys.modules['patroni.ha'].__file__
    numbers = measured._analyze(module).numbers
    _name, _statements, _excluded, missing, text = measured.analysis2(module)
    return numbers.n_executed_branches, numbers.n_branches, text


def report(version, arguments, measured, outcomes, reasons, failed, seconds):
    from names import ENUMS
    executed, branches, missing = branch_coverage(measured)
    percent = 100 * executed / branches
    never = [name for name in ENUMS['Outcome'].name if not outcomes[name]]
    print(f'patroni {version}: {arguments.states} states, '
          f'{arguments.states - failed - sum(reasons.values())} agree, '
          f'{sum(reasons.values())} differ for a listed reason, {failed} disagree; {seconds:.0f} s')
    for reason, count in reasons.most_common():
        print(f'  listed: {count} x {reason}')
    print(f'  branches of ha.py: {executed} of {branches}, {percent:.1f} %')
    print(f'  outcomes never reached: {", ".join(never)}')
    if arguments.missing:
        print(f'  lines of ha.py never reached: {missing}')
    if failed or percent < arguments.coverage:
        sys.exit(f'FAILED: {failed} disagreements, {percent:.1f} % of branches '
                 f'(at least {arguments.coverage} %)')


if __name__ == '__main__':
    main()
