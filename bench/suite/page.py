"""The results as a page that stands alone: how cost grows, and every number with its band."""

import html
import math
import pathlib

WIDTH, HEIGHT = 340, 230
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 10, 40

NAMES = {"units": ("By the number of units", "units",
                   "A calm deployment until it has been settled for 30 s, and an hour of the cluster after it. All units "
                   "tell all others of themselves, so a deployment has at least as many events as pairs of them. "
                   "Worlds with room for 128 units, but for those that say that they have room for 16."),
         "length": ("By the length of a run", "simulated minutes", "A healthy cluster of three units."),
         "workers": ("By the number of workers", "workers",
                     "Random runs of a deployment as a campaign. Beyond the processors that there are, workers wait.")}


def text(value):
    return html.escape(str(value), quote=True)


def number(value):
    """`1.46 M`, `0.0031`: three digits that matter."""
    if value is None:
        return "?"
    if value == 0:
        return "0"
    for least, name in ((1e9, " G"), (1e6, " M"), (1e4, " k")):
        if abs(value) >= least:
            scaled = value / (1e3 if name == " k" else least)
            return f"{scaled:.0f}{name}" if abs(scaled) >= 100 else f"{scaled:.3g}{name}"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):.{max(digits, 0)}f}"


def short(value):
    """Of an axis: a power of ten, or one of the numbers measured."""
    if value >= 1e4 or value < 1e-3:
        power = round(math.log10(value))
        return f"1e{power}"
    return f"{value:g}"


def power_text(power, off):
    return f"{power:.2f}" + ("" if off is None else f" ± {off:.2f}")


def law_text(law):
    return (f"grows with the power {power_text(law['exponent'], law['plus_minus'])}; "
            f"over its larger half {power_text(law['late_exponent'], law['late_plus_minus'])}")


def plot(law, axis):
    """Points and their power law, both axes logarithmic."""
    xs = [math.log10(x) for x, _ in law["points"]]
    ys = [math.log10(y) for _, y in law["points"]]
    fitted = [math.log10(law["factor"]) + law["exponent"] * x for x in xs]
    low_y, high_y = math.floor(min(*ys, *fitted)), math.ceil(max(*ys, *fitted))
    high_y = max(high_y, low_y + 1)
    span = max(xs[-1] - xs[0], 1e-9)

    def place(x, y):
        return (LEFT + 8 + (x - xs[0]) / span * (WIDTH - LEFT - RIGHT - 16),
                TOP + (high_y - y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM))
    parts = []
    for power in range(low_y, high_y + 1):
        _, y = place(xs[0], power)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
                     f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{short(10.0 ** power)}</text>')
    last = -math.inf
    for (value, _), x in zip(law["points"], xs):
        at, _ = place(x, low_y)
        if at - last < 30:
            continue
        last = at
        parts.append(f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:g}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.0f}" y="{HEIGHT - 5}" text-anchor="middle">{text(axis)}</text>')
    ends = [place(xs[0], fitted[0]), place(xs[-1], fitted[-1])]
    parts.append('<polyline class="fit" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in ends) + '"/>')
    for x, y, (value, measured) in zip(xs, ys, law["points"]):
        at, height = place(x, y)
        parts.append(f'<circle class="dot" cx="{at:.1f}" cy="{height:.1f}" r="4">'
                     f'<title>{value:g}: {number(measured)}</title></circle>')
    return (f'<figure><figcaption><b>{text(law["name"])}</b>{text(law_text(law))}</figcaption>'
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text(law["name"])} by {text(axis)}">'
            + "".join(parts) + "</svg></figure>")


def scale_part(scale):
    parts = []
    for key, (title, axis, why) in NAMES.items():
        parts.append(f"<h2>{text(title)}</h2><p class=\"soft\">{text(why)}</p><div class=\"plots\">")
        parts += [plot(law, axis) for law in scale[key]["laws"]]
        parts.append("</div>")
    return "".join(parts)


def table(result):
    if "told" in result:
        return f"<p>{text(result['told'])}</p>"
    rows = ["<tr><th></th><th>median</th><th>95 % band</th><th>least</th><th>most</th><th>of</th><th>unit</th></tr>"]
    for name, one in result["metrics"].items():
        if "count" in one:
            cells = [f"{one['count']:,}", "exact", "", "", "1"]
        else:
            band = "?" if one["low"] is None else f"{number(one['low'])} to {number(one['high'])}"
            cells = [number(one["median"]), band, number(one["least"]), number(one["most"]), str(one["samples"])]
        unit = "" if one["unit"] == "1" else one["unit"]
        rows.append(f"<tr><td>{text(name)}</td>" + "".join(f"<td>{text(cell)}</td>" for cell in [*cells, unit]) + "</tr>")
    return '<div class="wide"><table>' + "".join(rows) + "</table></div>"


def of(results):
    """All of it. Colours by the reader's light or dark; no script."""
    measured = results["machine"]
    commit = (results["commit"] or "no repository") + (", with changes" if results["dirty"] else "")
    facts = {"commit": commit, "compiler": f"{results['compiler']}, {results['flags']}",
             "machine": f"{measured['cpu']}, {measured['usable_cores']} of {measured['cores']} cores, "
                        f"{number(measured['memory_bytes'])}B, {measured['system']}",
             "load": " ".join(map(str, results["load_before"])) + " before, "
                     + " ".join(map(str, results["load_after"])) + " after"}
    parts = ["<h1>What it costs</h1>"]
    if results["quick"]:
        parts.append("<p><b>Quick</b>: few repetitions, to see that all of it runs.</p>")
    parts.append("<dl>" + "".join(f"<dt>{text(key)}</dt><dd>{text(value)}</dd>" for key, value in facts.items()) + "</dl>")
    for one in results["results"]:
        if one["name"] == "scale" and "skipped" not in one:
            parts.append(scale_part(one))
    for one in results["results"]:
        if one["name"] == "scale" and "skipped" not in one:
            continue
        parts.append(f"<h2>{text(one['name'])}</h2><p class=\"soft\">{text(one['what'])}</p>")
        parts.append(f"<p>skipped: {text(one['skipped'])}</p>" if "skipped" in one else table(one))
    here = pathlib.Path(__file__).parent
    sheets = (here.parents[1] / "sim/report/palette.css", here / "page.css")
    style = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    return ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>What it costs</title><style>\n{style}</style></head><body>{''.join(parts)}</body></html>\n")
