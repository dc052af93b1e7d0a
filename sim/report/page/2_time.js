// Time to place and back. A run has bursts of milliseconds between minutes of nothing: in the even
// scale a stretch in which nothing happens is drawn by its logarithm. The true scale is linear.

const knots = (() => {
  const all = new Set([0, endUs]);
  for (const event of run.events) all.add(event.at_us);
  for (const hook of run.hooks) {
    all.add(hook.from_us);
    all.add(hook.to_us);
    for (const call of hook.calls) {
      all.add(call[0]);
      all.add(call[1]);
    }
  }
  return [...all].sort((a, b) => a - b);
})();

function makeScale(widthOf) {
  const place = new Float64Array(knots.length);
  for (let at = 1; at < knots.length; ++at) {
    place[at] = place[at - 1] + widthOf(knots[at] - knots[at - 1]);
  }
  const find = (list, value) => {
    let low = 0, high = list.length - 1;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (list[middle] <= value)
        low = middle;
      else
        high = middle;
    }
    return low;
  };
  const between = (from, to, value) => {
    const at = find(from, value);
    const span = from[at + 1] - from[at];
    const part = span > 0 ? (value - from[at]) / span : 0;
    return to[at] + part * (to[at + 1] - to[at]);
  };
  return {
    total: place[place.length - 1] || 1,
    placeOf: (us) => between(knots, place, us),
    timeAt: (where) => between(place, knots, where),
  };
}

const calmUs = 20000;  // longer than this, a gap is drawn shorter than it is
const scales = {
  even: makeScale((gap) => (gap <= calmUs ? gap / calmUs : 1 + Math.log(gap / calmUs))),
  true: makeScale((gap) => gap),
};

// What is in sight: from `from` to `to`, both places of the scale.
const sight = {
  scale: scales.even,
  name: 'even',
  from: 0,
  to: scales.even.total
};

function see(from, to) {
  const total = sight.scale.total;
  // Not closer than a tenth of a millisecond to ten pixels, or so.
  const least = sight.name === 'even' ? 0.1 : 2000;
  let width = Math.min(Math.max(to - from, Math.min(least, total)), total * 1.04);
  const middle = (from + to) / 2;
  from = middle - width / 2;
  const margin = total * 0.02;
  from = Math.min(Math.max(from, -margin), total + margin - width);
  sight.from = from;
  sight.to = from + width;
}
const seeAll = () => see(-sight.scale.total * 0.02, sight.scale.total * 1.02);

function zoom(factor, around) {
  const centre = around === undefined ? (sight.from + sight.to) / 2 : around;
  see(centre - (centre - sight.from) * factor, centre + (sight.to - centre) * factor);
}
// Brings a time into sight, with some room around it.
function reveal(us) {
  const where = sight.scale.placeOf(us);
  const width = sight.to - sight.from;
  if (where < sight.from + width * 0.08 || where > sight.to - width * 0.08) {
    see(where - width / 2, where + width / 2);
  }
}
function useScale(name) {
  const from = sight.scale.timeAt(Math.max(sight.from, 0));
  const to = sight.scale.timeAt(Math.min(sight.to, sight.scale.total));
  sight.scale = scales[name];
  sight.name = name;
  see(sight.scale.placeOf(from), sight.scale.placeOf(to));
}

// A time as short as its neighbours allow.
function clock(us, resolutionUs) {
  if (resolutionUs >= 1e6) return seconds(us, 0) + ' s';
  if (resolutionUs >= 1e5) return seconds(us, 1) + ' s';
  if (resolutionUs >= 1e4) return seconds(us, 2) + ' s';
  if (resolutionUs >= 1e3) return seconds(us, 3) + ' s';
  return seconds(us, 4) + ' s';
}
