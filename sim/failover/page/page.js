// Reading the curves at a point, and one kind at a time. Whatever is drawn is there without this.
const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);
const isLog = () => byId('scale-log').checked;

// As many as there are columns and one: how many had ended by then.
function countsOf(packed) {
  const counts = [];
  let count = 0;
  for (const step of packed) {
    if (step > 0) counts.push(count += step);
    else for (let same = step; same < 0; ++same) counts.push(count);
  }
  return counts;
}

class Curves {
  constructor(plot) {
    this.plot = plot;
    this.kind = data.kinds.find((kind) => kind.name === plot.dataset.kind);
    this.read = plot.closest('figure').querySelector('.read');
    this.cursor = document.createElement('div');
    this.cursor.className = 'cursor';
    this.cursor.hidden = true;
    plot.append(this.cursor);
    this.counts = { linear: this.kind.series.map((one) => countsOf(one.linear)),
                    log: this.kind.series.map((one) => countsOf(one.log)) };
    this.at = null;  // microseconds; null: nothing is read
    plot.tabIndex = 0;
    plot.setAttribute('role', 'slider');
    plot.setAttribute('aria-label', 'Read the curves of ' + this.kind.name + ' at a time');
    plot.setAttribute('aria-valuemin', '0');
    plot.addEventListener('pointermove', (event) => this.point(event));
    plot.addEventListener('pointerdown', (event) => this.point(event));
    plot.addEventListener('pointerleave', () => { if (document.activeElement !== plot) this.clear(); });
    plot.addEventListener('focus', () => { if (this.at === null) this.goTo(this.columnOfHalf()); });
    plot.addEventListener('blur', () => this.clear());
    plot.addEventListener('keydown', (event) => this.press(event));
    this.clear();
  }

  get columns() { return isLog() ? data.log_ends_us.length - 1 : data.linear_columns; }

  timeAt(column) {
    return isLog() ? data.log_ends_us[column]
                   : Math.floor(this.kind.linear_end_us * column / data.linear_columns);
  }

  // The column that a time lies in, or the last one.
  columnOf(time) {
    let column = 0;
    while (column < this.columns && this.timeAt(column) < time) ++column;
    return column;
  }

  get column() { return this.columnOf(this.at); }

  columnOfHalf() {
    const half = this.counts[isLog() ? 'log' : 'linear'][0]
      .findIndex((count) => 2 * count >= this.kind.series[0].runs);
    return half < 0 ? this.columns : half;
  }

  clear() {
    this.at = null;
    this.cursor.hidden = true;
    this.read.hidden = false;
    this.read.innerHTML = '';
    const hint = document.createElement('span');
    hint.className = 'hint';
    hint.textContent = 'Point at the curves, or focus them and press ← →, to read them; L: linear or logarithmic.';
    this.read.append(hint);
    this.plot.setAttribute('aria-valuenow', '0');
    this.plot.setAttribute('aria-valuetext', 'nothing is read yet');
    this.plot.setAttribute('aria-valuemax', String(this.kind.linear_end_us / 1e6));
  }

  goTo(column) {
    column = Math.max(0, Math.min(this.columns, column));
    this.at = this.wanted = this.timeAt(column);
    this.cursor.hidden = false;
    this.cursor.style.left = 100 * column / this.columns + '%';
    const seconds = (Math.floor(this.at / 1000) / 1000).toFixed(3) + ' s';
    const all = this.kind.series.map((one, place) => {
      const count = this.counts[isLog() ? 'log' : 'linear'][place][column];
      const percent = (times) => (100 * times / one.runs).toFixed(2);
      return { setting: data.settings[one.setting], share: percent(count) + ' %',
               band: '[' + percent(Math.max(0, count - one.margin)) + ' ' +
                     percent(Math.min(one.runs, count + one.margin)) + ']' };
    });
    this.read.replaceChildren(...[Object.assign(document.createElement('span'),
      { className: 'at', textContent: seconds })], ...all.map((one) => {
      const item = document.createElement('span');
      const letter = document.createElement('b');
      letter.className = 'badge ' + one.setting.classes;
      letter.textContent = one.setting.letter;
      item.append(letter, ' ' + one.share + ' ' + one.band);
      return item;
    }));
    this.plot.setAttribute('aria-valuenow', String(this.at / 1e6));
    this.plot.setAttribute('aria-valuetext', 'by ' + seconds + ': ' +
      all.map((one) => one.setting.letter + ' ' + one.share).join(', '));
  }

  point(event) {
    const box = this.plot.getBoundingClientRect();
    this.goTo(Math.round((event.clientX - box.left) / box.width * this.columns));
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const far = Math.round(this.columns / 20);
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -far, PageUp: far,
                    Home: -this.columns, End: this.columns };
    if (event.key in steps) this.goTo(this.column + steps[event.key] * (event.shiftKey ? 10 : 1));
    else if (event.key === 'l' || event.key === 'L') switchScale();
    else return;
    event.preventDefault();
  }
}

const curves = [...document.querySelectorAll('.plot')].map((plot) => new Curves(plot));

// What is read stays the same time on the other scale.
function scaleChanged() {
  for (const one of curves) {
    if (one.at === null) continue;
    const wanted = one.wanted;
    one.goTo(one.columnOf(wanted));
    one.wanted = wanted;  // so that there and back is the same place
  }
}
function switchScale() {
  byId(isLog() ? 'scale-linear' : 'scale-log').checked = true;
  scaleChanged();
  byId('live').textContent = isLog() ? 'logarithmic scale' : 'linear scale';
}
byId('scales').addEventListener('change', scaleChanged);

// One kind is shown, the one of the address; `#kinds`: all of them.
const kinds = [...document.querySelectorAll('.kind')];
function show(name) {
  const chosen = kinds.some((kind) => kind.id === name) ? name : null;
  for (const kind of kinds) kind.hidden = chosen !== null && kind.id !== chosen;
  for (const link of document.querySelectorAll('#navigation a')) {
    if (link.hash === '#' + (chosen ?? 'kinds')) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link && !link.classList.contains('skip')) show(link.hash.slice(1));
});
addEventListener('hashchange', () => show(location.hash.slice(1)));
byId('navigation').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link) return;
  event.preventDefault();  // the kinds are right below: nothing need move
  byId('live').textContent = link.textContent + ' shown';
});
if (location.hash) show(location.hash.slice(1));
else if (kinds.length > 0) show(kinds[0].id);

// On paper there is nothing to open.
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach((it) => { it.open = true; }));
document.documentElement.dataset.ready = 'yes';
