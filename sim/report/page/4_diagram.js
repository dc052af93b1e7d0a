// The space-time diagram: what is in sight, drawn anew each time.

// Where there are times along the axis, and how exact they are.
function ticks(g) {
  const step = g.narrow ? 84 : 112;
  const found = [];
  if (sight.name === 'true') {
    const least = ((sight.to - sight.from) * step) / (g.width - g.gutter - g.right);
    const power = 10 ** Math.floor(Math.log10(least));
    const round = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least);
    for (let us = Math.max(0, Math.ceil(sight.from / round) * round);
         us <= Math.min(endUs, sight.to); us += round)
      found.push([us, round]);
    return found;
  }
  let last = -Infinity;
  for (let x = g.gutter; x < g.width - g.right - 30; x += step) {
    const place = g.placeAt(x);
    if (place < 0 || place > sight.scale.total) continue;
    const us = sight.scale.timeAt(place);
    const next = sight.scale.timeAt(Math.min(g.placeAt(x + step), sight.scale.total));
    const unit = [1e6, 1e5, 1e4, 1e3].find((n) => (next - us) / 4 >= n) || 100;
    const round = Math.min(Math.max(Math.round(us / unit) * unit, 0), endUs);
    const at = g.x(round);
    if (at < g.gutter - 1 || at - last < step * 0.6) continue;
    last = at;
    found.push([round, unit]);
  }
  return found;
}
function drawAxis(g, layer) {
  for (const [us, unit] of ticks(g)) {
    const at = g.x(us);
    draw(layer, 'line', {x1: at, x2: at, y1: g.axis - 4, y2: g.height - 6, class: 'tick'});
    draw(
        layer, 'text',
        {x: at, y: 15, class: 'time', 'text-anchor': at - g.gutter < 20 ? 'start' : 'middle'},
        clock(us, unit));
  }
}

function visible(g, from, to) {
  const x0 = g.x(from), x1 = g.x(to);
  if (x1 < g.gutter - 20 || x0 > g.width + 20) return null;
  return [Math.max(x0, g.gutter - 20), Math.min(x1, g.width + 20)];
}

function drawBand(g, layer, stretchList, y, height, kind, word, unit) {
  for (const stretch of stretchList) {
    const at = visible(g, stretch.from, stretch.to);
    if (!at) continue;
    draw(
        layer, 'rect',
        {x: at[0], y, width: Math.max(at[1] - at[0], 1.5), height, rx: 1.5, class: 'band ' + kind});
    targets.push({
      x0: at[0],
      x1: Math.max(at[1], at[0] + 3),
      y0: y - 1,
      y1: y + height + 1,
      event: eventFrom(stretch.from),
      weak: true,
      text: `${unit < 0 ? '' : unitName(unit) + ': '}${word || stretch.text}, ${
          seconds(stretch.from)} to ${seconds(stretch.to)} s`
    });
  }
}

function fitted(text, width) {
  const most = Math.floor((width - 8) / 5.6);
  if (most < 4) return '';
  return text.length <= most ? text : text.slice(0, most - 1) + '…';
}

// The way through a chart in short: where it turned off, and where it ended.
const usual = new Set([undefined, 'yes', 'done', 'listed']);
function shortPath(path) {
  const turns =
      path.slice(0, -1).filter(([, arrow]) => !usual.has(arrow)).map(([
                                                                       node, arrow
                                                                     ]) => `${node}=${arrow}`);
  return [...turns, '→ ' + (path.length ? path[path.length - 1][0] : '')].join(' ');
}

// Its end says most of a way: that stays as long as there is room.
function fittedWay(name, path, width) {
  const whole = `${name}: ${shortPath(path)}`;
  const end = `${name} → ${path.length ? path[path.length - 1][0] : ''}`;
  return fitted(whole, width) === whole ? whole : fitted(end, width);
}

function drawHook(g, layer, hook, top) {
  const at = visible(g, hook.from_us, hook.to_us);
  if (!at) return;
  const y = top + hooksAt, height = hookHeight;
  const width = Math.max(at[1] - at[0], 2);
  const bad = hook.end && hook.end !== 'ok';
  draw(layer, 'rect', {
    x: at[0],
    y,
    width,
    height,
    rx: Math.min(3, width / 2),
    class: 'hook' + (bad ? ' bad' : '') + (hook.open ? ' open' : '')
  });
  targets.push({
    x0: at[0] - 2,
    x1: at[0] + width + 2,
    y0: y,
    y1: y + height,
    event: hook.first,
    hook,
    text: `${unitName(hook.unit)}: ${hook.name}, ${seconds(hook.to_us - hook.from_us)} s, ${
        hook.calls.length} port calls${bad ? ', ' + hook.end : ''}`
  });
  for (const handler of hook.handlers) {
    const part = visible(g, handler.from_us, handler.to_us);
    if (!part || (width < 14 && !handler.deferred)) continue;
    const w = Math.max(part[1] - part[0], 1.5);
    draw(layer, 'rect', {
      x: part[0] + 0.5,
      y: y + 12.5,
      width: Math.max(w - 1, 1),
      height: 14,
      rx: 2,
      class: 'handler' +
          (handler.deferred  ? ' deferred' :
               handler.again ? ' again' :
                               '')
    });
    if (w < 4) continue;
    const event = run.events[handler.event];
    const from = Math.max(part[0], g.gutter - 6);
    const way = fittedWay(handler.name, event.path, part[1] - from);
    if (way) draw(layer, 'text', {x: from + 4, y: y + 22.5, class: 'way'}, way);
    targets.push({
      x0: part[0],
      x1: part[0] + w,
      y0: y + 11,
      y1: y + height,
      event: handler.event,
      text: `${unitName(hook.unit)}: ${event.text}  [${shortPath(event.path)}]`
    });
  }
  const left = Math.max(at[0], g.gutter - 6);
  const label = fitted(hook.name, at[1] - left);
  if (label) draw(layer, 'text', {x: left + 5, y: y + 9.5, class: 'hook-name'}, label);
  // Port calls, once there is room for them.
  if (hook.calls.length && width / hook.calls.length > 3) {
    for (const call of hook.calls) {
      const part = visible(g, call[0], call[1]);
      if (!part) continue;
      const w = Math.max(part[1] - part[0] - 1, 1.5);
      const struck = call[3];
      draw(layer, 'rect', {
        x: part[0] + 0.5,
        y: y + height + 2,
        width: w,
        height: 5,
        rx: 1,
        class: 'call ' + run.texts[call[2]].split('.')[0] + (struck ? ' struck' : '')
      });
      const start = Math.max(part[0], g.gutter - 6);
      const name = part[1] - start > 52 ? fitted(run.texts[call[2]], part[1] - start + 8) : '';
      if (name) draw(layer, 'text', {x: start + 1, y: y + height + 15, class: 'call-name'}, name);
      targets.push({
        x0: part[0],
        x1: part[0] + w + 1,
        y0: y + height,
        y1: y + height + 9,
        event: hook.first,
        text: `${unitName(hook.unit)}: ${run.texts[call[2]]}, ${seconds(call[1] - call[0], 4)} s${
            struck ? ', ' + struck : ''}`
      });
    }
  }
}

function drawDeferrals(g, layer) {
  for (const arc of run.deferrals) {
    const from = run.events[arc.from].at_us;
    const to = arc.to === undefined ? endUs : run.events[arc.to].at_us;
    const x0 = g.x(from), x1 = g.x(to);
    if (x1 < g.gutter || x0 > g.width || x1 - x0 < 3) continue;
    const y = g.top(arc.unit) + g.name + hooksAt - 1;
    const rise = Math.min(16, 6 + (x1 - x0) * 0.12);
    draw(layer, 'path', {
      d: `M${x0},${y}C${x0},${y - rise * 1.33} ${x1},${y - rise * 1.33} ${x1},${y}`,
      class: 'deferral' + (arc.to === undefined ? ' waits' : '')
    });
    if (arc.to !== undefined)
      draw(
          layer, 'path',
          {d: `M${x1 - 3},${y - 5}L${x1},${y}L${x1 + 3},${y - 5}`, class: 'deferral head'});
  }
}

// Of several marks in one place the one that tells most is drawn.
const telling = new Set([
  'promoted', 'demoted', 'lock-taken', 'lock-released', 'leadership-gained', 'leadership-lost',
  'streaming', 'acknowledged', 'initialised', 'endpoints-written', 'route-changed', 'pod-stopped',
  'pod-started', 'member-labels'
]);
const weightOf = (mark) => {
  const fact = run.events[mark.at].fact;
  return telling.has(fact) ? 2 : fact === 'flushed' || fact === 'job-ended' ? 0 : 1;
};

function drawMarks(g, layer, unit) {
  const y = g.top(unit) + g.name + (unit < 0 ? 20 : marksAt);
  const put = (mark, x, others) => {
    const look = families[mark.family] || families.pod;
    draw(layer, 'path', {d: shapePath(look.shape, x, y, 4), class: 'mark ' + mark.family});
    targets.push({
      x0: x - 5,
      x1: x + 5,
      y0: y - 7,
      y1: y + 7,
      event: mark.at,
      text: (unit < 0 ? '' : unitName(unit) + ': ') + run.events[mark.at].text +
          (others ? ` (and ${others} more here)` : '')
    });
  };
  let group = [], from = -Infinity;
  const flush = () => {
    if (!group.length) return;
    const best = group.reduce((a, b) => (weightOf(b) > weightOf(a) ? b : a));
    put(best, g.x(run.events[best.at].at_us), group.length - 1);
    group = [];
  };
  const noisy = [];
  for (const mark of marks[unit + 1]) {
    const x = g.x(run.events[mark.at].at_us);
    if (x < g.gutter - 4 || x > g.width - g.right + 4) continue;
    if (loud.has(mark.family)) {
      noisy.push([mark, x]);
      continue;
    }
    if (x - from >= 7) {
      flush();
      from = x;
    }
    group.push(mark);
  }
  flush();
  for (const [mark, x] of noisy) put(mark, x, 0);
}

// Who begins to stream from whom: an arrow from lane to lane.
function drawStreams(g, layer) {
  for (const event of run.events) {
    if (event.other === undefined || event.unit === undefined) continue;
    const x = g.x(event.at_us);
    if (x < g.gutter || x > g.width - g.right) continue;
    const from = g.top(event.other) + g.name + marksAt, to = g.top(event.unit) + g.name + marksAt;
    const down = to > from;
    draw(layer, 'path', {d: `M${x},${from}V${down ? to - 8 : to + 8}`, class: 'stream'});
    draw(layer, 'path', {
      d: down ? `M${x - 3},${to - 11}L${x},${to - 6}L${x + 3},${to - 11}` :
                `M${x - 3},${to + 11}L${x},${to + 6}L${x + 3},${to + 11}`,
      class: 'stream head'
    });
  }
}

function drawLine(g, layer, us, kind, word, row = 0) {
  const x = g.x(us);
  if (x < g.gutter - 1 || x > g.width - g.right + 1) return;
  draw(layer, 'line', {x1: x, x2: x, y1: g.axis - 6, y2: g.height - 4, class: 'line ' + kind});
  if (!word) return;
  const end = x > g.width - g.right - 140;
  draw(
      layer, 'text', {
        x: end ? x - 5 : x + 5,
        y: g.axis + 11 + row * 14,
        'text-anchor': end ? 'end' : 'start',
        class: 'line-word ' + kind
      },
      word);
}

function drawLanes(g, layer, names) {
  draw(
      layer, 'rect',
      {x: 0, y: g.axis, width: g.width, height: g.clusterHeight, class: 'lane cluster'});
  draw(
      names, 'text',
      {x: g.narrow ? g.gutter : 14, y: g.axis + (g.narrow ? 13 : 25), class: 'lane-name'},
      'Cluster');
  run.units.forEach((name, unit) => {
    const top = g.top(unit);
    draw(layer, 'rect', {
      x: 0,
      y: top,
      width: g.width,
      height: g.laneHeight,
      class: 'lane' + (unit % 2 ? ' odd' : '')
    });
    for (const stretch of bands[unit].exists) {
      const at = visible(g, stretch.from, stretch.to);
      if (at)
        draw(
            layer, 'rect',
            {x: at[0], y: top + 2, width: at[1] - at[0], height: g.laneHeight - 4, class: 'alive'});
    }
    const title = draw(
        names, 'text',
        {x: g.narrow ? g.gutter : 14, y: top + (g.narrow ? 13 : 28), class: 'lane-name'}, name);
    if (!g.narrow && name.length > 18) title.setAttribute('textLength', 128);
  });
}

function render() {
  const g = geometry();
  diagram.setAttribute('width', g.width);
  diagram.setAttribute('height', g.height);
  diagram.setAttribute('viewBox', `0 0 ${g.width} ${g.height}`);
  diagram.replaceChildren();
  targets = [];
  const defs = draw(diagram, 'defs', {});
  const hatch = draw(defs, 'pattern', {
    id: 'hatch',
    width: 7,
    height: 7,
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(45)'
  });
  draw(hatch, 'rect', {width: 7, height: 7, class: 'hatch-ground'});
  draw(hatch, 'rect', {width: 2.2, height: 7, class: 'hatch-line'});
  const clip = draw(defs, 'clipPath', {id: 'inside'});
  draw(clip, 'rect', {x: g.gutter - 6, y: 0, width: g.width - g.gutter + 6, height: g.height});

  const ground = draw(diagram, 'g', {});
  const names = draw(diagram, 'g', {});
  const layer = draw(diagram, 'g', {'clip-path': 'url(#inside)'});
  drawLanes(g, ground, names);
  drawAxis(g, layer);
  const step = run.events[chosen.event];
  drawBand(g, layer, apiTrouble, g.axis + g.name + 33, 5, 'api', '', -1);
  run.units.forEach((_, unit) => {
    const top = g.top(unit) + g.name;
    drawBand(g, layer, bands[unit].trouble, g.top(unit) + 1, g.laneHeight - 2, 'trouble', '', unit);
    drawBand(g, layer, bands[unit].leader, top + 7, 5, 'leader', 'leader', unit);
    drawBand(g, layer, bands[unit].lock, top + 14, 5, 'lock', 'holds Patroni\'s lock', unit);
    drawBand(g, layer, bands[unit].primary, top + 21, 5, 'primary', 'primary', unit);
  });
  drawStreams(g, layer);
  for (const hook of run.hooks) drawHook(g, layer, hook, g.top(hook.unit) + g.name);
  drawDeferrals(g, layer);
  for (let unit = -1; unit < run.units.length; ++unit) drawMarks(g, layer, unit);
  drawLine(g, layer, step.at_us, 'cursor');
  if (noReturn) {
    const word = noReturn.or_later ? 'no return, or later' : 'no return';
    drawLine(g, layer, noReturn.at_us, 'no-return', word, 1);
  }
  for (const us of new Set(violations.map((at) => run.events[at].at_us)))
    drawLine(g, layer, us, 'violated', 'broken');
  const lane = laneOf(step);
  const x = g.x(step.at_us);
  if (x >= g.gutter - 6 && x <= g.width) {
    const y = g.top(lane) + g.name +
        (lane < 0                          ? 20 :
             spanFamilies.has(step.family) ? hooksAt + 19 :
                                             marksAt);
    draw(layer, 'circle', {cx: x, cy: y, r: 8, class: 'chosen'});
  }
  renderOverview(g);
}

// All of the run, small, with what is in sight.
function renderOverview(g) {
  const width = g.width, height = 12 + run.units.length * 5;
  overview.setAttribute('width', width);
  overview.setAttribute('height', height);
  overview.setAttribute('viewBox', `0 0 ${width} ${height}`);
  overview.replaceChildren();
  const x = (us) =>
      g.gutter + (sight.scale.placeOf(us) / sight.scale.total) * (width - g.gutter - g.right);
  run.units.forEach((_, unit) => {
    const y = 6 + unit * 5;
    for (const s of bands[unit].primary)
      draw(overview, 'rect', {
        x: x(s.from),
        y: y + 1.2,
        width: Math.max(1, x(s.to) - x(s.from)),
        height: 1.2,
        class: 'band primary'
      });
    let last = -2;
    for (const hook of run.hooks) {
      if (hook.unit !== unit) continue;
      const at = x(hook.from_us);
      if (at - last < 1) continue;
      last = at;
      draw(
          overview, 'rect',
          {x: at, y, width: Math.max(1, x(hook.to_us) - at), height: 3.6, class: 'small-hook'});
    }
  });
  for (const at of violations)
    draw(overview, 'rect', {
      x: x(run.events[at].at_us) - 1,
      y: 2,
      width: 2,
      height: height - 4,
      class: 'small-violated'
    });
  const part = (place) =>
      g.gutter + Math.min(Math.max(place / sight.scale.total, 0), 1) * (width - g.gutter - g.right);
  draw(overview, 'rect', {
    x: part(sight.from),
    y: 1.5,
    width: Math.max(4, part(sight.to) - part(sight.from)),
    height: height - 3,
    rx: 3,
    class: 'window'
  });
}

// What is under the pointer; a mark before a hook, a hook before a band.
function targetAt(x, y) {
  let best = null, least = Infinity;
  for (const target of targets) {
    if (x < target.x0 - 2 || x > target.x1 + 2 || y < target.y0 || y > target.y1) continue;
    const cost = (target.weak ? 1e6 : 0) + (target.x1 - target.x0) +
        Math.abs(x - (target.x0 + target.x1) / 2) * 0.01;
    if (cost < least) {
      least = cost;
      best = target;
    }
  }
  return best;
}
