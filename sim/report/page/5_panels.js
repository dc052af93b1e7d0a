// What stands around the diagram: the verdict, the list of events, the step, the state.

const byId = (id) => document.getElementById(id);
function make(name, options = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || value === false) continue;
    if (key === 'text')
      element.textContent = value;
    else if (key === 'class')
      element.className = value;
    else if (key === 'on')
      element.addEventListener('click', value);
    else
      element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined));
  return element;
}

function fillHeader() {
  const verdict = run.verdict;
  byId('kind').textContent = `${run.charm} · ${run.scenario_file}`;
  byId('title').textContent = run.title;
  const badge = byId('verdict');
  const word = !verdict.held        ? 'Broken' :
      verdict.end === 'interrupted' ? 'Interrupted' :
                                      'All held';
  badge.textContent = word;
  badge.classList.add(verdict.held ? (verdict.end === 'interrupted' ? 'cut' : 'held') : 'failed');
  const facts = [
    ['run', run.run],
    ['simulated', seconds(verdict.simulated_us) + ' s'],
    ['units', run.units.length],
    ['hooks', verdict.dispatches],
    ['port calls', verdict.port_calls],
    ['deferred', deferredEvents],
    ['fingerprint', verdict.fingerprint],
  ];
  byId('facts').append(...facts.map(
      ([name, value]) =>
          make('div', {}, make('dt', {text: name}), make('dd', {text: String(value)}))));
}

function actedText(acted) {
  return `${acted.in_the_act ? 'The hook that acted' : 'The hook that acted last'}: ${
             acted.handler} in ${acted.hook} on ${unitName(acted.unit)}` +
      (acted.call ? `, its last call ${acted.call}` : '');
}
function fillBroken() {
  const section = byId('broken');
  if (run.verdict.held) return;
  section.hidden = false;
  run.verdict.violations.forEach((violation, at) => {
    section.append(make(
        'div', {class: 'violation'},
        make(
            'p', {class: 'property'}, make('span', {class: 'form', text: violation.form}), ' ',
            make('strong', {text: violation.property}),
            violation.id ? make('span', {class: 'form', text: ' ' + violation.id}) : null),
        make('p', {class: 'what', text: violation.what}),
        violation.acted ? make('p', {class: 'acted', text: actedText(violation.acted)}) : null,
        violation.fairness ?
            make('p', {class: 'fairness', text: 'assuming: ' + violation.fairness}) :
            null,
        make('p', {class: 'where'}, make('button', {
               text: `Go to ${seconds(violation.at_us)} s`,
               on: () => goTo(violations[at] ?? eventFrom(violation.at_us), true)
             }))));
  });
  if (noReturn) {
    section.append(make(
        'div', {class: 'violation'},
        make(
            'p', {class: 'property'},
            make('strong', {text: 'Point of no return' + (noReturn.or_later ? ', or later' : '')}),
            make('span', {class: 'form', text: ' ' + noReturn.choice})),
        make('p', {class: 'what', text: noReturn.what}),
        make('p', {class: 'fairness', text: noReturn.tried}),
        make('p', {class: 'where'}, make('button', {
               text: `Go to ${seconds(noReturn.at_us)} s`,
               on: () => goTo(Math.min(eventFrom(noReturn.at_us), run.events.length - 1), true)
             }))));
  }
  section.append(make('p', {class: 'again'}, 'Again: ', make('code', {text: run.reproduce})));
}

function fillLegend() {
  const swatch = (kind) => {
    const svg = draw(
        document.createElement('span'), 'svg',
        {width: 22, height: 14, viewBox: '0 0 22 14', 'aria-hidden': 'true'});
    if (kind === 'hook') {
      draw(svg, 'rect', {x: 1, y: 1, width: 20, height: 12, rx: 3, class: 'hook'});
      ['handler', 'handler deferred', 'handler again'].forEach(
          (kind, at) =>
              draw(svg, 'rect', {x: 2.5 + at * 6, y: 5, width: 5, height: 6, rx: 1, class: kind}));
    } else if (kind === 'deferral')
      draw(svg, 'path', {d: 'M2,12C2,0 20,0 20,12', class: 'deferral'});
    else if (kind === 'stream') {
      draw(svg, 'path', {d: 'M11,1V9', class: 'stream'});
      draw(svg, 'path', {d: 'M8,8L11,13L14,8', class: 'stream head'});
    } else if (kind === 'trouble')
      draw(svg, 'rect', {x: 1, y: 1, width: 20, height: 12, class: 'band trouble'});
    else if (['leader-band', 'lock-band', 'primary-band'].includes(kind))
      draw(
          svg, 'rect',
          {x: 1, y: 4.5, width: 20, height: 5, rx: 1.5, class: 'band ' + kind.slice(0, -5)});
    else
      draw(svg, 'path', {d: shapePath(families[kind].shape, 11, 7, 4.5), class: 'mark ' + kind});
    return svg;
  };
  const items = [
    ['leader-band', 'leader'], ['lock-band', 'holds Patroni\'s lock'], ['primary-band', 'primary'],
    ['hook', 'hook, its handlers: new, deferred, run again'],
    ['deferral', 'deferred until it runs again'], ['stream', 'streams from'],
    ['trouble', 'cut off or frozen']
  ];
  const used = new Set(marks.flat().map((mark) => mark.family));
  for (const name in families)
    if (used.has(name)) items.push([name, families[name].word]);
  byId('legend').append(
      ...items.map(([kind, word]) => make('li', {}, swatch(kind), make('span', {text: word}))));
}

// --- the list ---

const rows = [];
function fillList() {
  const list = byId('events');
  const whole = document.createDocumentFragment();
  run.events.forEach((event, at) => {
    const row = make(
        'li',
        {role: 'option', id: 'event-' + at, class: 'row ' + event.family, 'aria-selected': 'false'},
        make('span', {class: 'at', text: seconds(event.at_us)}),
        make('span', {class: 'who', text: event.unit === undefined ? '·' : shortName(event.unit)}),
        make('span', {class: 'text', text: event.text}));
    rows.push(row);
    whole.append(row);
  });
  list.append(whole);
  list.addEventListener('click', (click) => {
    const row = click.target.closest('li');
    if (row) goTo(rows.indexOf(row), true);
  });
}

let found = null;  // the events that match the search, or all of them
function search(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  found = null;
  if (words.length) {
    found = [];
    run.events.forEach((event, at) => {
      const all = `${event.unit === undefined ? '' : unitName(event.unit)} ${event.text} ${
                      event.family} ${event.kind}`
                      .toLowerCase();
      if (words.every((word) => all.includes(word))) found.push(at);
    });
  }
  const shown = found === null ? null : new Set(found);
  rows.forEach((row, at) => {
    row.hidden = shown !== null && !shown.has(at);
  });
  byId('count').textContent =
      found === null ? `${run.events.length}` : `${found.length} of ${run.events.length}`;
}

// --- the step ---

function pathView(event) {
  if (!event.path || !event.path.length) return null;
  const chips =
      make('ol', {class: 'path', 'aria-label': 'The way through the chart ' + event.chart});
  event.path.forEach(([node, arrow], at) => {
    const last = at === event.path.length - 1;
    chips.append(make(
        'li', {class: last ? 'end' + (event.deferred ? ' deferred' : '') : ''},
        make('code', {text: node}), arrow ? make('span', {class: 'arrow', text: arrow}) : null));
  });
  return make('div', {}, make('h3', {text: 'Chart ' + event.chart}), chips);
}

function diffView(at) {
  const changes = diffOf(at);
  if (!changes.length)
    return make('p', {class: 'none', text: 'Nothing that is shown here has changed.'});
  const body = make('tbody');
  for (const change of changes) {
    body.append(make(
        'tr', {},
        make(
            'th', {scope: 'row'},
            make(
                'span',
                {class: 'whose', text: change.whose < 0 ? 'cluster' : shortName(change.whose)}),
            ' ' + change.field.label),
        make(
            'td', {class: 'before'},
            change.before ? make('del', {text: shortened(change.before)}) :
                            make('span', {class: 'nothing', text: '–'})),
        make(
            'td', {class: 'now'},
            change.now ? make('ins', {text: shortened(change.now)}) :
                         make('span', {class: 'nothing', text: '–'}))));
  }
  return make(
      'table', {class: 'diff'},
      make(
          'thead', {},
          make(
              'tr', {}, make('th', {scope: 'col', text: 'What'}),
              make('th', {scope: 'col', text: 'Before'}), make('th', {scope: 'col', text: 'Now'}))),
      body);
}

function callsView(event, at) {
  if (event.hook === undefined) return null;
  const hook = run.hooks[event.hook];
  let calls = hook.calls;
  let word = `The hook's port calls`;
  const handler = hook.handlers.find((h) => h.event === at);
  if (handler) {
    calls = calls.slice(handler.calls[0], handler.calls[1]);
    word = 'Its port calls';
  }
  if (!calls.length) return null;
  const list = make('ol', {class: 'calls'});
  for (const call of calls) {
    list.append(make(
        'li', {class: call[3] ? 'struck' : ''}, make('span', {class: 'at', text: seconds(call[0])}),
        make('code', {text: run.texts[call[2]]}),
        call[3] ? make('span', {class: 'strike', text: call[3]}) : null));
  }
  const closed = make('details', {}, make('summary', {text: `${word}: ${calls.length}`}), list);
  closed.open = calls.some((call) => call[3]);
  return closed;
}

function deferralView(event, at) {
  const links = [];
  for (const arc of run.deferrals) {
    const jump = (to, text) => make('button', {class: 'link', text, on: () => goTo(to, true)});
    if (arc.from === at && arc.to !== undefined)
      links.push(jump(arc.to, `runs again at ${seconds(run.events[arc.to].at_us)} s`));
    if (arc.from === at && arc.to === undefined)
      links.push(make('span', {text: 'is queued still at the end'}));
    if (arc.to === at)
      links.push(jump(arc.from, `was deferred at ${seconds(run.events[arc.from].at_us)} s`));
  }
  return links.length ? make('p', {class: 'links'}, ...links) : null;
}

function showStep(at) {
  const event = run.events[at];
  const hook = event.hook === undefined ? null : run.hooks[event.hook];
  byId('step-body')
      .replaceChildren(
          make(
              'p', {class: 'when'}, make('span', {class: 'at', text: seconds(event.at_us) + ' s'}),
              make('span', {
                class: 'who',
                text: event.unit === undefined ? 'the cluster' : unitName(event.unit)
              }),
              make('span', {class: 'number', text: `event ${at + 1} of ${run.events.length}`})),
          make('p', {class: 'what ' + event.family, text: event.text}),
          ...[hook && event.kind !== 'hook-started' ? make('p', {
                class: 'in',
                text: `in the hook ${hook.name}, since ${seconds(hook.from_us)} s`
              }) :
                                                      null,
              deferralView(event, at), pathView(event)]
              .filter(Boolean),
          make('h3', {text: 'Changed since the step before'}), diffView(at),
          ...[callsView(event, at)].filter(Boolean));
}

// --- the state ---

const table = {
  cells: [],
  unit: 0
};
function fillState() {
  const whole = byId('state');
  const head = make(
      'tr', {}, make('th', {scope: 'col', text: ''}),
      ...run.units.map((name, unit) => make('th', {scope: 'col', 'data-unit': unit, text: name})));
  whole.append(
      make('caption', {
        class: 'visually-hidden',
        text: 'The state of each unit and of the cluster at the cursor'
      }),
      make('thead', {}, head));
  // Rows that stay empty for the whole run are left out; all others stay where they are.
  const used = new Set(run.changes.map(([, whose, field]) => (whose < 0) + ':' + field));
  const section = (fields, columns) => {
    let group = '', body = null;
    fields.forEach((field, at) => {
      if (!used.has(!columns + ':' + at)) return;
      if (field.group !== group) {
        group = field.group;
        body = make('tbody');
        body.append(make('tr', {class: 'group'}, make('th', {
                           scope: 'rowgroup',
                           colspan: run.units.length + 1,
                           text: columns ? group : 'The cluster: ' + group
                         })));
        whole.append(body);
      }
      const cells = columns ? run.units.map((_, unit) => make('td', {'data-unit': unit})) :
                              [make('td', {colspan: run.units.length})];
      table.cells.push({whose: columns ? 0 : -1, field: at, cells});
      body.append(make('tr', {}, make('th', {scope: 'row', text: field.label}), ...cells));
    });
  };
  section(run.unit_fields, true);
  section(run.cluster_fields, false);
  byId('unit-choice').append(...run.units.map((_, unit) => make('button', {
                                                text: shortName(unit),
                                                'aria-label': unitName(unit),
                                                'aria-pressed': 'false',
                                                on: () => showUnit(unit)
                                              })));
  showUnit(0);
}
// On a narrow screen there is room for one.
function showUnit(unit) {
  table.unit = unit;
  for (const element of document.querySelectorAll('#state [data-unit]')) {
    element.classList.toggle('shown', Number(element.dataset.unit) === unit);
  }
  byId('unit-choice')
      .querySelectorAll('button')
      .forEach((button, at) => button.setAttribute('aria-pressed', String(at === unit)));
}
function showState(at) {
  const state = stateAfter(at);
  const changed = new Set(changesUntil(at).map(([whose, field]) => whose + ':' + field));
  for (const row of table.cells) {
    row.cells.forEach((cell, unit) => {
      const whose = row.whose < 0 ? -1 : unit;
      const text = shortened((whose < 0 ? state.cluster : state.units[unit])[row.field]);
      if (cell.textContent !== text) cell.textContent = text;
      cell.classList.toggle('changed', changed.has(whose + ':' + row.field));
    });
  }
  byId('state-time').textContent = seconds(run.events[at].at_us) + ' s';
}

function fillFoot() {
  const verdict = run.verdict;
  const lines = [make('p', {}, 'Again: ', make('code', {text: run.reproduce}))];
  if (verdict.witnesses.length)
    lines.push(make('p', {text: 'Witnesses: ' + verdict.witnesses.join(', ') + '.'}));
  byId('foot').append(
      ...lines,
      make('p', {class: 'schema', text: `${run.schema} · the same run is the same page`}));
}
