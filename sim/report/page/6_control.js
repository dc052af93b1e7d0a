// Keys, pointer, and what is chosen.

const chosen = {
  event: 0
};
let asked = false;
function renderSoon() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    render();
  });
}

function goTo(at, show) {
  at = Math.min(Math.max(at, 0), run.events.length - 1);
  const before = rows[chosen.event];
  before.setAttribute('aria-selected', 'false');
  chosen.event = at;
  const event = run.events[at];
  rows[at].setAttribute('aria-selected', 'true');
  byId('events').setAttribute('aria-activedescendant', 'event-' + at);
  keepInList(rows[at]);
  if (show) reveal(event.at_us);
  showStep(at);
  showState(at);
  if (event.unit !== undefined && event.unit !== table.unit) showUnit(event.unit);
  const changes = diffOf(at).map(
      (c) => `${c.whose < 0 ? '' : shortName(c.whose) + ' '}${c.field.label}: ${c.now || 'none'}`);
  byId('live').textContent =
      `${seconds(event.at_us)} s, ${event.unit === undefined ? 'cluster' : unitName(event.unit)}: ${
          event.text}. ${changes.join('; ')}`;
  try {
    history.replaceState(null, '', '#event=' + (at + 1));
  } catch { /* a page without an address */
  }
  renderSoon();
}
// Scrolls the list, and nothing else, so that the row is in sight.
function keepInList(row) {
  const list = byId('events');
  const above = row.offsetTop - list.offsetTop;
  if (above < list.scrollTop + 24)
    list.scrollTop = above - 60;
  else if (above + row.offsetHeight > list.scrollTop + list.clientHeight - 24)
    list.scrollTop = above + row.offsetHeight - list.clientHeight + 60;
}

// The next one in a direction that passes.
function step(by, passes = () => true) {
  const among = found === null ? null : new Set(found);
  for (let at = chosen.event + by; at >= 0 && at < run.events.length; at += by) {
    if ((among === null || among.has(at)) && passes(run.events[at])) return goTo(at, true);
  }
}
const sameUnit = (event) => event.unit === run.events[chosen.event].unit;

function zoomAtCursor(factor) {
  const place = sight.scale.placeOf(run.events[chosen.event].at_us);
  zoom(factor, place >= sight.from && place <= sight.to ? place : undefined);
  renderSoon();
}
function toggleScale() {
  useScale(sight.name === 'even' ? 'true' : 'even');
  byId('scale').setAttribute('aria-pressed', String(sight.name === 'true'));
  reveal(run.events[chosen.event].at_us);
  renderSoon();
}

const keys = [
  [['ArrowRight', 'j'], '→ or j', 'next event', () => step(1)],
  [['ArrowLeft', 'k'], '← or k', 'event before', () => step(-1)],
  [['Shift+ArrowRight'], 'Shift →', 'next event of this unit', () => step(1, sameUnit)],
  [['Shift+ArrowLeft'], 'Shift ←', 'event of this unit before', () => step(-1, sameUnit)],
  [['h'], 'h', 'next hook', () => step(1, (e) => e.kind === 'hook-started')],
  [['H', 'Shift+H'], 'Shift h', 'hook before', () => step(-1, (e) => e.kind === 'hook-started')],
  [['Home'], 'Home', 'first event', () => goTo(0, true)],
  [['End'], 'End', 'last event', () => goTo(run.events.length - 1, true)],
  [['+', '=', 'Shift++'], '+', 'zoom in', () => zoomAtCursor(0.6)],
  [['-'], '−', 'zoom out', () => zoomAtCursor(1 / 0.6)],
  [
    ['0'], '0', 'all of it',
    () => {
      seeAll();
      renderSoon();
    }
  ],
  [['t'], 't', 'quiet stretches in short, or true to time', toggleScale],
  [
    ['b'], 'b', 'what broke',
    () => {
      if (violations.length) goTo(violations[0], true);
    }
  ],
  [
    ['/'], '/', 'search; Enter: next match, Esc: all again',
    () => {
      byId('query').focus();
      byId('query').select();
    }
  ],
  [['?', 'Shift+?'], '?', 'this help', () => byId('help').showModal()],
];
function onKey(press) {
  if (press.ctrlKey || press.metaKey || press.altKey) return;
  if (press.target.closest('input, textarea, dialog')) return;
  // A button and a link have keys of their own; so has a table that scrolls sideways.
  const name = (press.shiftKey ? 'Shift+' : '') + press.key;
  if (press.target.closest('.scroll') && press.key.startsWith('Arrow')) return;
  const key = keys.find(
      ([names]) =>
          names.includes(name) || (!press.key.startsWith('Arrow') && names.includes(press.key)));
  if (key) {
    press.preventDefault();
    key[3]();
    return;
  }
  if (press.target === byId('events') && (press.key === 'ArrowDown' || press.key === 'ArrowUp')) {
    press.preventDefault();
    step(press.key === 'ArrowDown' ? 1 : -1);
  }
}

// --- the pointer ---

const pointers = new Map();
let drag = null;
const placeOfPointer = (event) => {
  const box = stage.getBoundingClientRect();
  return {x: event.clientX - box.left, y: event.clientY - box.top};
};
function onDown(event) {
  if (event.button !== 0) return;
  const at = placeOfPointer(event);
  pointers.set(event.pointerId, at);
  drag = {x: at.x, y: at.y, from: sight.from, to: sight.to, moved: false, spread: spreadOf()};
}
const spreadOf = () => {
  const [a, b] = [...pointers.values()];
  return b ? Math.max(Math.abs(a.x - b.x), 10) : 0;
};
function onMove(event) {
  const at = placeOfPointer(event);
  if (!pointers.has(event.pointerId)) return hover(at);
  pointers.set(event.pointerId, at);
  const g = geometry();
  const inner = g.width - g.gutter - g.right;
  if (pointers.size === 2) {
    const spread = spreadOf();
    if (drag.spread)
      zoom(drag.spread / spread, g.placeAt((([a, b]) => (a.x + b.x) / 2)([...pointers.values()])));
    drag.spread = spread;
    drag.moved = true;
    return renderSoon();
  }
  if (Math.abs(at.x - drag.x) < 4 && !drag.moved) return;
  if (!drag.moved) {
    drag.moved = true;
    stage.setPointerCapture(event.pointerId);
    hideTip();
  }
  const by = ((at.x - drag.x) / inner) * (drag.to - drag.from);
  see(drag.from - by, drag.to - by);
  renderSoon();
}
function onUp(event) {
  const had = pointers.delete(event.pointerId);
  if (!had || !drag) return;
  if (pointers.size) {
    drag = {...drag, moved: true, x: [...pointers.values()][0].x, from: sight.from, to: sight.to};
    return;
  }
  const still = !drag.moved;
  drag = null;
  if (!still || event.type === 'pointercancel') return;
  const at = placeOfPointer(event);
  const target = targetAt(at.x, at.y);
  if (target && !target.weak) return goTo(target.event, false);
  const g = geometry();
  const us = sight.scale.timeAt(Math.min(Math.max(g.placeAt(at.x), 0), sight.scale.total));
  const next = Math.min(eventFrom(us), run.events.length - 1);
  const before = Math.max(next - 1, 0);
  const nearer = Math.abs(g.x(run.events[before].at_us) - at.x) <
          Math.abs(g.x(run.events[next].at_us) - at.x) ?
      before :
      next;
  goTo(nearer, false);
}
function onWheel(event) {
  event.preventDefault();
  const g = geometry();
  const lines = event.deltaMode === 1 ? 16 : 1;
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
  if (sideways) {
    const by = (((event.deltaX || event.deltaY) * lines) / g.width) * (sight.to - sight.from);
    see(sight.from + by, sight.to + by);
  } else {
    zoom(
        Math.exp(Math.min(Math.max(event.deltaY * lines, -240), 240) * 0.0022),
        g.placeAt(placeOfPointer(event).x));
  }
  renderSoon();
}

const tip = byId('tip');
const hideTip = () => {
  tip.hidden = true;
};
function hover(at) {
  const target = targetAt(at.x, at.y);
  stage.classList.toggle('points', Boolean(target) && !target.weak);
  if (!target) return hideTip();
  tip.hidden = false;
  tip.textContent = target.weak || target.hook ?
      target.text :
      `${seconds(run.events[target.event].at_us)} s  ${target.text}`;
  const width = tip.offsetWidth;
  tip.style.left = Math.min(Math.max(at.x + 12, 4), stage.clientWidth - width - 4) + 'px';
  tip.style.top = at.y + 18 + 'px';
}

function dragOverview(event) {
  const move = (moved) => {
    const g = geometry();
    const box = overview.getBoundingClientRect();
    const part = (moved.clientX - box.left - g.gutter) / (g.width - g.gutter - g.right);
    const half = (sight.to - sight.from) / 2;
    see(part * sight.scale.total - half, part * sight.scale.total + half);
    renderSoon();
  };
  overview.setPointerCapture(event.pointerId);
  overview.addEventListener('pointermove', move);
  overview.addEventListener(
      'pointerup', () => overview.removeEventListener('pointermove', move), {once: true});
  move(event);
}

function listen() {
  document.addEventListener('keydown', onKey);
  stage.addEventListener('pointerdown', onDown);
  stage.addEventListener('pointermove', onMove);
  stage.addEventListener('pointerup', onUp);
  stage.addEventListener('pointercancel', onUp);
  stage.addEventListener('pointerleave', hideTip);
  stage.addEventListener('wheel', onWheel, {passive: false});
  overview.addEventListener('pointerdown', dragOverview);
  const query = byId('query');
  query.addEventListener('input', () => search(query.value));
  query.addEventListener('keydown', (press) => {
    if (press.key === 'Enter') {
      press.preventDefault();
      step(press.shiftKey ? -1 : 1);
    }
    if (press.key === 'Escape') {
      query.value = '';
      search('');
      byId('stage').focus();
    }
  });
  byId('back').addEventListener('click', () => step(-1));
  byId('forth').addEventListener('click', () => step(1));
  byId('in').addEventListener('click', () => zoomAtCursor(0.6));
  byId('out').addEventListener('click', () => zoomAtCursor(1 / 0.6));
  byId('all').addEventListener('click', () => {
    seeAll();
    renderSoon();
  });
  byId('scale').addEventListener('click', toggleScale);
  byId('ask').addEventListener('click', () => byId('help').showModal());
  new ResizeObserver(renderSoon).observe(stage);
}

function begin() {
  fillHeader();
  fillBroken();
  fillLegend();
  fillList();
  fillState();
  fillFoot();
  byId('keys').append(...keys.map(
      ([, name, what]) =>
          make('div', {}, make('dt', {}, make('kbd', {text: name})), make('dd', {text: what}))));
  listen();
  search('');
  seeAll();
  const asked = /^#event=(\d+)$/.exec(location.hash);
  goTo(asked ? Number(asked[1]) - 1 : violations.length ? violations[0] : 0, Boolean(asked));
  render();
  document.documentElement.dataset.ready = 'yes';
}
begin();
