// The run as C++ wrote it down (sim/report/html_record.h), and what is looked up in it.

const run = JSON.parse(document.getElementById('data').textContent);

const seconds = (us, digits = 3) => (us / 1e6).toFixed(digits);
const unitName = (unit) => run.units[unit];
// `/1`: where the application is known.
const shortName = (unit) => run.units[unit].slice(run.units[unit].lastIndexOf('/'));

const endUs = Math.max(run.verdict.simulated_us, ...run.events.slice(-1).map((e) => e.at_us), 1);
for (const hook of run.hooks) {
  hook.open = hook.to_us < 0;  // it was under way when the run ended
  if (hook.open) {
    hook.to_us = endUs;
    hook.last = run.events.length - 1;
  }
  for (const call of hook.calls)
    if (call[1] < 0) call[1] = hook.to_us;
}

// The changes of each event: [unit or -1, field, text].
const changesOf = run.events.map(() => []);
for (const [event, whose, field, text] of run.changes) {
  changesOf[event].push([whose, field, run.texts[text]]);
}

// A unit in the midst of others: `/1` for `postgresql-k8s/1`.
const shortened = (text) => text.split(run.app + '/').join('/');

const fieldsOf = (whose) => (whose < 0 ? run.cluster_fields : run.unit_fields);
const fieldAt = (key) => run.unit_fields.findIndex((f) => f.key === key);

function blankState() {
  return {
    cluster: run.cluster_fields.map(() => ''),
    units: run.units.map(() => run.unit_fields.map(() => '')),
  };
}
const copyState = (s) => ({cluster: s.cluster.slice(), units: s.units.map((u) => u.slice())});
function applyChanges(state, event) {
  for (const [whose, field, text] of changesOf[event]) {
    (whose < 0 ? state.cluster : state.units[whose])[field] = text;
  }
}

// One state in so many events is kept; the others are found from there.
const stride = 64;
const kept = [];
{
  const state = blankState();
  for (let at = 0; at < run.events.length; ++at) {
    if (at % stride === 0) kept.push(copyState(state));
    applyChanges(state, at);
  }
}
// As it is once the event has happened; before the first event: -1.
function stateAfter(event) {
  if (event < 0) return blankState();
  const state = copyState(kept[Math.floor(event / stride)]);
  for (let at = event - (event % stride); at <= event; ++at) applyChanges(state, at);
  return state;
}

// The first event of its step: what happens at once changes the state at once.
function stepOf(event) {
  while (event > 0 && run.events[event].joint) --event;
  return event;
}
const changesUntil = (event) => changesOf.slice(stepOf(event), event + 1).flat();
// What an event's step has changed, with what was there before.
function diffOf(event) {
  const before = stateAfter(stepOf(event) - 1);
  return changesUntil(event).map(
      ([whose, field, now]) => ({
        whose,
        field: fieldsOf(whose)[field],
        before: (whose < 0 ? before.cluster : before.units[whose])[field],
        now,
      }));
}

// Stretches of time in which a unit's field has a text that counts: {from, to, text}.
function stretches(unit, key, counts) {
  const field = fieldAt(key);
  const found = [];
  let open = null;
  for (const [event, whose, at, textId] of run.changes) {
    if (whose !== unit || at !== field) continue;
    const now = run.events[event].at_us;
    const text = run.texts[textId];
    if (open) {
      open.to = now;
      found.push(open);
      open = null;
    }
    if (counts(text)) open = {from: now, to: endUs, text};
  }
  if (open) found.push(open);
  return found;
}
const bands = run.units.map((_, unit) => ({
                              leader: stretches(unit, 'lease', (t) => t !== ''),
                              lock: stretches(unit, 'lock', (t) => t !== ''),
                              primary: stretches(unit, 'database', (t) => t === 'primary'),
                              trouble: stretches(unit, 'trouble', (t) => t !== ''),
                              exists: stretches(unit, 'life', (t) => t !== ''),
                            }));
const apiTrouble = (() => {
  const field = run.cluster_fields.findIndex((f) => f.key === 'api');
  const found = [];
  let open = null;
  for (const [event, whose, at, textId] of run.changes) {
    if (whose !== -1 || at !== field) continue;
    if (open) {
      open.to = run.events[event].at_us;
      found.push(open);
      open = null;
    }
    if (run.texts[textId])
      open = {from: run.events[event].at_us, to: endUs, text: run.texts[textId]};
  }
  if (open) found.push(open);
  return found;
})();

// What is drawn as a mark in a lane (-1: the lane of the cluster), by time.
const marks = [-1, ...run.units.keys()].map(() => []);
const laneOf = (event) => (event.unit === undefined ? -1 : event.unit);
const spanFamilies = new Set(['hook', 'handler']);
run.events.forEach((event, at) => {
  const lane = laneOf(event);
  const roles = new Set(changesOf[at].map(([whose, field]) => fieldsOf(whose)[field].role));
  const family = event.family;
  // What a fault brings about at once is that fault.
  const last = marks[lane + 1].at(-1);
  const isTold = family === 'network' && last && run.events[last.at].family === 'fault' &&
      run.events[last.at].at_us === event.at_us;
  if (!spanFamilies.has(family) && family !== 'change' && !isTold)
    marks[lane + 1].push({at, family});
  for (const role of ['databag', 'label']) {
    if (!roles.has(role)) continue;
    const whose = changesOf[at].find(([w, f]) => fieldsOf(w)[f].role === role)[0];
    const where = lane >= 0 ? lane : whose;
    if (family !== role) marks[where + 1].push({at, family: role});
  }
});

// Who deferred what until when, in words of the events themselves.
const violations =
    run.events.map((e, at) => [e, at]).filter(([e]) => e.kind === 'violated').map(([, at]) => at);
const noReturn = run.point_of_no_return || null;

// Each arc but those that go on from the end of another one.
const deferredEvents = (() => {
  const ends = new Set(run.deferrals.map((arc) => arc.to));
  return run.deferrals.filter((arc) => !ends.has(arc.from)).length;
})();

// The first event at or after a time, and the nearest to it.
function eventFrom(us) {
  let low = 0, high = run.events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (run.events[middle].at_us < us)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
