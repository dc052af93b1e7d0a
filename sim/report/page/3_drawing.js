// What drawings are made of: SVG elements, the look of each kind of event, where things are.

const svgSpace = 'http://www.w3.org/2000/svg';
function draw(parent, name, attributes, text) {
  const element = document.createElementNS(svgSpace, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  parent.appendChild(element);
  return element;
}

const stage = document.getElementById('stage');
const diagram = document.getElementById('diagram');
const overview = document.getElementById('overview');

// What each family of events looks like: a shape and a class of colour, and its word in the legend.
const families = {
  databag: {shape: 'diamond', word: 'databag or secret changed'},
  label: {shape: 'triangle', word: 'label, Service or Patroni object changed'},
  database: {shape: 'dot', word: 'PostgreSQL or Patroni\'s work'},
  lock: {shape: 'ring', word: 'Patroni\'s lock'},
  leader: {shape: 'star', word: 'leadership'},
  pod: {shape: 'square', word: 'pod, container, agent'},
  status: {shape: 'dash', word: 'status'},
  network: {shape: 'cross', word: 'network, clock, crash'},
  fault: {shape: 'bolt', word: 'fault'},
  operator: {shape: 'flag', word: 'operator, client'},
  story: {shape: 'flag', word: 'step of the story'},
  verdict: {shape: 'tick', word: 'settled'},
  harm: {shape: 'cross', word: 'harm'},
  violated: {shape: 'cross', word: 'broken'},
};
const loud = new Set(['fault', 'harm', 'violated', 'network', 'story', 'operator', 'verdict']);

function shapePath(shape, x, y, r) {
  switch (shape) {
    case 'diamond':
      return `M${x},${y - r}L${x + r},${y}L${x},${y + r}L${x - r},${y}Z`;
    case 'triangle':
      return `M${x},${y - r}L${x + r},${y + r * 0.8}L${x - r},${y + r * 0.8}Z`;
    case 'square':
      return `M${x - r * 0.8},${y - r * 0.8}h${r * 1.6}v${r * 1.6}h${- r * 1.6}Z`;
    case 'star':
      return `M${x},${y - r}L${x + r * 0.35},${y - r * 0.3}L${x + r},${y}L${x + r * 0.35},${
          y + r * 0.3}L${x},${y + r}L${x - r * 0.35},${y + r * 0.3}L${x - r},${y}L${x - r * 0.35},${
          y - r * 0.3}Z`;
    case 'cross':
      return `M${x - r},${y - r}L${x + r},${y + r}M${x + r},${y - r}L${x - r},${y + r}`;
    case 'bolt':
      return `M${x + r * 0.3},${y - r * 1.2}L${x - r * 0.7},${y + r * 0.2}H${x}L${x - r * 0.3},${
          y + r * 1.2}L${x + r * 0.7},${y - r * 0.2}H${x}Z`;
    case 'flag':
      return `M${x},${y + r * 1.2}V${y - r * 1.2}L${x + r * 1.5},${y - r * 0.5}L${x},${
          y + r * 0.2}`;
    case 'tick':
      return `M${x - r},${y}L${x - r * 0.2},${y + r * 0.8}L${x + r},${y - r * 0.9}`;
    case 'dash':
      return `M${x},${y - r * 0.9}V${y + r * 0.9}`;
    case 'ring':
    default:
      return `M${x - r * 0.75},${y}a${r * 0.75},${r * 0.75} 0 1 0 ${r * 1.5},0a${r * 0.75},${
          r * 0.75} 0 1 0 ${- r * 1.5},0`;
  }
}

// Where things are, for this width.
function geometry() {
  const width = stage.clientWidth;
  const narrow = width < 700;
  const gutter = narrow ? 10 : 148;
  const name = narrow ? 18 : 0;
  return {
    width,
    narrow,
    gutter,
    name,
    right: 12,
    axis: 26,
    clusterHeight: 44 + name,
    laneHeight: 112 + name,
    get laneTop() {
      return this.axis + this.clusterHeight;
    },
    get height() {
      return this.laneTop + run.units.length * this.laneHeight + 6;
    },
    top(unit) {
      return unit < 0 ? this.axis : this.laneTop + unit * this.laneHeight;
    },
    x(us) {
      const part = (sight.scale.placeOf(us) - sight.from) / (sight.to - sight.from);
      return this.gutter + part * (this.width - this.gutter - this.right);
    },
    placeAt(x) {
      const part = (x - this.gutter) / (this.width - this.gutter - this.right);
      return sight.from + part * (sight.to - sight.from);
    },
  };
}

const marksAt = 101;  // below a lane's top, as is hooksAt
const hooksAt = 44, hookHeight = 29;
let targets = [];  // what can be pointed at: {x0, x1, y0, y1, event, text}
